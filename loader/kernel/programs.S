/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF objects, carried inside the binary so that it needs no other file. */
	.section .rodata

	.balign 8
	.global weir_xdp_object
weir_xdp_object:
	.incbin "weir_xdp.bpf.o"
	.global weir_xdp_object_end
weir_xdp_object_end:

	.balign 8
	.global weir_tc_object
weir_tc_object:
	.incbin "weir_tc.bpf.o"
	.global weir_tc_object_end
weir_tc_object_end:

	.section .note.GNU-stack,"",%progbits
