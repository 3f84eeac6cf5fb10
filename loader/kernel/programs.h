/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF objects inside the binary (programs.S). */
#ifndef WEIR_KERNEL_PROGRAMS_H
#define WEIR_KERNEL_PROGRAMS_H

extern const char weir_xdp_object[], weir_xdp_object_end[];
extern const char weir_tc_object[], weir_tc_object_end[];

#endif
