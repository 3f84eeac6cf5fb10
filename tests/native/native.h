/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datapath compiled natively: the same parser, checks, classifier, limits
 * and rewriting as in the kernel, over an image in memory, under any
 * sanitizer. What the kernel would say (time, routes) is what the test says.
 */
#ifndef WEIR_NATIVE_H
#define WEIR_NATIVE_H

#include "image.h"

struct native;

/* One slot that was counted in. */
struct native_count {
	uint32_t slot;
	uint64_t packets;
	uint64_t bytes;
};

enum { NATIVE_COUNTS = 80 };

struct native_result {
	enum verdict verdict;
	/* As in struct decision; -1: left alone. */
	int dscp;
	int priority;
	/* In the order in which they were made; one slot may be there twice. */
	struct native_count counts[NATIVE_COUNTS];
	size_t count;
};

/*
 * A route as the FIB would answer: the longest prefix that contains the
 * address. paths: equal-cost ones. With `none` there is no way (blackhole,
 * unreachable, prohibit, or an address of the host).
 */
enum { NATIVE_PATHS = 4 };
struct native_route {
	struct prefix prefix;
	uint32_t ifindex[NATIVE_PATHS];
	uint32_t gateway[NATIVE_PATHS]; /* any number that tells them apart */
	size_t paths;
	uint32_t metric;
	bool none;
};

/* The image must be bound and stay as it is; NULL when out of memory. */
struct native *native_open(const struct image *image);
void native_close(struct native *native);

/* Nanoseconds since boot; 0 before it is set. */
void native_set_time(struct native *native, uint64_t nanoseconds);

/* From now on every packet is over the limit of that slot. */
void native_exhaust(struct native *native, uint32_t slot);

/* The routes are not copied. */
void native_set_routes(struct native *native, const struct native_route *routes,
		       size_t count);

/* How many states per source were made, and how many there are. */
size_t native_sources(const struct native *native);

/*
 * Judges one frame, as XDP (in) or tc (out) would, and rewrites it in place
 * where that is the decision. Answers of `reject` are not built here.
 */
void native_run(struct native *native, enum direction direction,
		uint32_t ifindex, uint8_t *frame, size_t length,
		struct native_result *result);

#endif
