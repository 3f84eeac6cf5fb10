/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of five-tuple filters, as ClassBench writes them (Taylor and Turner,
 * "ClassBench: A Packet Classification Benchmark", 2005), one a line:
 *
 *	@SOURCE/LEN DESTINATION/LEN LOW : HIGH LOW : HIGH PROTOCOL/MASK
 *[FLAGS/MASK]
 *
 * ports of the source first, tab separated; FLAGS has TCP's control bits in
 * its upper byte. They come from files NAME_1k.gz and NAME_10k.gz in the
 * directory that the environment variable CLASSBENCH names. Without it sets of
 * the same sizes are made up, the same ones each time.
 */
#ifndef WEIR_BENCH_FILTER_SET_H
#define WEIR_BENCH_FILTER_SET_H

#include <stdint.h>

#include "base/arena.h"
#include "frame.h"

struct filter {
	uint32_t address[2]; /* source, destination; host order */
	uint32_t length[2];
	uint32_t port[2][2]; /* low and high of source and destination */
	uint32_t protocol;
	uint32_t protocol_mask; /* 0: any protocol */
	uint32_t flags;
	uint32_t flags_mask;
};

struct filter_set {
	struct filter *filters;
	size_t count;
};

/*
 * The first `most` filters of the set NAME_1k, or of NAME_10k when `most` is
 * above 1,000. Ends the program after a message when a file cannot be read.
 */
struct filter_set filter_set_read(struct arena *arena, const char *name,
				  size_t most);

/*
 * As a filter of a policy: every other filter permits, the others drop.
 * "filter NAME { ... }"
 */
char *filter_set_text(struct arena *arena, const struct filter_set *set,
		      const char *name);

/* `count` frames, each of which some filter matches, drawn at random. */
struct frame *filter_set_trace(struct arena *arena,
			       const struct filter_set *set, size_t count);

#endif
