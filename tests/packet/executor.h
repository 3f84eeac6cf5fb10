/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where packet cases run: each test program links one of executor_native.c
 * and executor_kernel.c, and everything else is the same.
 */
#ifndef WEIR_TEST_EXECUTOR_H
#define WEIR_TEST_EXECUTOR_H

#include "case_file.h"
#include "frame.h"
#include "image.h"

struct executor;

enum { OUTCOME_COUNTS = 16 };

struct outcome {
	enum verdict verdict;
	int priority; /* -1 where nobody can tell */
	bool answers; /* whether rejected packets are answered can be told */
	struct native_count counts[OUTCOME_COUNTS]; /* by slot */
	size_t count; /* slots that moved; may be more than OUTCOME_COUNTS */
	struct frame frame; /* what went on, where it passed */
};

struct executor *executor_open(void); /* NULL after a message */
void executor_close(struct executor *executor);

/* An ifindex for the device, 0 when it cannot be had. */
uint32_t executor_device(const char *name);

/*
 * Puts a bound image in force, which counts in slots below `slots` and must
 * outlive its use, with the routes of the group. 0 or an errno.
 */
int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots, const struct case_group *group);

/* How many counters outside of the images' slots have moved in all. */
size_t executor_strays(struct executor *executor);

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const struct frame *frame,
		 struct outcome *outcome);

#endif
