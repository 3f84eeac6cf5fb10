/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weir's ingress program in the kernel, with a policy, in a network namespace
 * of this process: what most benchmarks time.
 */
#ifndef WEIR_BENCH_DATAPATH_H
#define WEIR_BENCH_DATAPATH_H

#include "policy_image.h"
#include "stream.h"
#include "testbed.h"

struct datapath {
	struct testbed *testbed;
	struct stream *stream;
	int ingress; /* descriptor of the program */
};

/* All of these end the program after a message when they fail. */
void datapath_open(struct datapath *datapath);
void datapath_close(struct datapath *datapath);

/* text NULL: the policy is the file `name`. Its devices are made. */
struct image *datapath_compile(struct arena *arena, const char *name,
			       const char *text);
void datapath_apply(struct datapath *datapath, const struct image *image);

/* Of one run of the program on the stream, received from that device. */
struct figure datapath_figure(struct datapath *datapath, const char *device);

#endif
