/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Do the native build and the kernel agree on one packet: verdict, counters,
 * what became of the frame?
 */
#ifndef WEIR_TEST_AGREEMENT_H
#define WEIR_TEST_AGREEMENT_H

#include "native.h"
#include "testbed.h"

/* Sorts by slot and joins counts of one slot. */
void sort_counts(struct native_result *native);

/*
 * native: sorted; frame: as the native run left it. NULL when they agree, else
 * how they differ, in memory that lasts until the next call. On a packet that
 * is rejected the kernel also counts whether it was answered.
 */
const char *disagreement(const struct native_result *native,
			 const struct testbed_result *kernel,
			 const uint8_t *frame, size_t length);

#endif
