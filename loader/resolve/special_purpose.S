/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IANA special-purpose address registries, byte for byte. The assembler
 * runs in the top directory of the source tree.
 */
	.section .rodata

	.macro registry name, path
	.global \name
	.type \name, @object
\name:
	.incbin "\path"
.L\name\()_end:
	.size \name, .L\name\()_end - \name
	.balign 8
	.global \name\()_size
	.type \name\()_size, @object
\name\()_size:
	.8byte .L\name\()_end - \name
	.size \name\()_size, 8
	.endm

	registry special_purpose_ipv4, policies/iana/iana-ipv4-special-registry-1.csv
	registry special_purpose_ipv6, policies/iana/iana-ipv6-special-registry-1.csv

	.section .note.GNU-stack, "", @progbits
