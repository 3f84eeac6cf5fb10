/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where packet cases run: each test program links one of executor_native.c
 * and executor_kernel.c, and everything else is the same.
 */
#ifndef WEIR_TEST_EXECUTOR_H
#define WEIR_TEST_EXECUTOR_H

#include "image.h"

struct executor;

struct outcome {
	enum verdict verdict;
	size_t changed; /* counter slots that moved */
	uint32_t slot;	/* one of them, and by how much */
	uint64_t packets;
	uint64_t bytes;
};

struct executor *executor_open(void); /* NULL after a message */
void executor_close(struct executor *executor);

/* An ifindex for the device, 0 when it cannot be had. */
uint32_t executor_device(const char *name);

/*
 * Puts a bound image in force, which counts in slots below `slots` and must
 * outlive its use. 0 or an errno.
 */
int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots);

/* How many counters outside of the images' slots have moved in all. */
size_t executor_strays(struct executor *executor);

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const uint8_t *frame, size_t length,
		 struct outcome *outcome);

#endif
