/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datapath compiled natively: the same parser, checks and classifier as in
 * the kernel, over an image in memory, under any sanitizer.
 */
#ifndef WEIR_NATIVE_H
#define WEIR_NATIVE_H

#include "image.h"

struct native;

struct native_result {
	enum verdict verdict;
	uint32_t
		counted; /* times it was counted: 1, or the datapath is wrong */
	uint32_t slot;	 /* where */
	uint64_t packets;
	uint64_t bytes;
};

/* The image must be bound and stay as it is; NULL when out of memory. */
struct native *native_open(const struct image *image);
void native_close(struct native *native);

/* Judges one frame, as XDP (in) or tc (out) would. */
void native_run(struct native *native, enum direction direction,
		uint32_t ifindex, const uint8_t *frame, size_t length,
		struct native_result *result);

#endif
