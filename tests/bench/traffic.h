/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traffic from a file of lines
 *
 *	DEVICE FRAME
 *
 * FRAME as in tests/tools/frame.h, but that each `*` becomes a random number of
 * two digits, 10 to 99. A line that is to be met twice as often stands there
 * twice. Empty lines and those that begin with # are passed over.
 */
#ifndef WEIR_BENCH_TRAFFIC_H
#define WEIR_BENCH_TRAFFIC_H

#include "base/arena.h"
#include "frame.h"

/*
 * `count` frames of the lines with that device, in random order, the same in
 * each run. Ends the program after a message when there are none.
 */
struct frame *traffic_read(struct arena *arena, const char *path,
			   const char *device, size_t count);

/* `count` frames of that one line, without its device. */
struct frame *traffic_of_line(struct arena *arena, const char *line,
			      size_t count);

/* A frame from text that is right. */
void traffic_frame(const char *text, struct frame *frame);

/* A number below `below`, always the same ones in the same order. */
uint32_t any_below(uint32_t below);

#endif
