/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Streams of different frames for a program that is to be timed, or for a
 * link.
 *
 * BPF_PROG_TEST_RUN runs a program on one frame again and again, which every
 * cache and branch predictor learns by heart. Here a small program writes
 * another frame before each run (stream.bpf.c). What that costs is measured in
 * turn with what is timed, and taken off.
 */
#ifndef WEIR_BENCH_STREAM_H
#define WEIR_BENCH_STREAM_H

#include <stdint.h>

#include "figure.h"
#include "frame.h"

struct stream;

enum { ROUNDS = 144 }; /* through the stream, for a run */

/* Loads DIRECTORY/stream.bpf.o. Ends the program on failure. */
struct stream *stream_open(const char *directory);
void stream_close(struct stream *stream);

/*
 * The frames of the stream from now on, at most STREAM_FRAMES and at most
 * STREAM_FRAME_BYTES long, padded to it and repeated until the stream is full.
 */
void stream_fill(struct stream *stream, const struct frame *frames,
		 size_t count);

/* That frame alone. */
void stream_fill_one(struct stream *stream, const struct frame *frame);

/*
 * Nanoseconds of one run of the program, -1: the empty one, on frames received
 * from that device; the mean of rounds * STREAM_FRAMES runs.
 */
double stream_time(struct stream *stream, int program, uint32_t ifindex,
		   uint32_t rounds);

/* Of a run of the empty program without the stream. */
double stream_time_bare(struct stream *stream);

/* Of a run of the program without the stream, RUNS times. */
struct figure stream_figure(struct stream *stream, int program,
			    uint32_t ifindex);

/* Attaches the empty program to the device, until stream_close(). */
void stream_attach_empty(struct stream *stream, uint32_t ifindex);

/* Sends so many of its frames out of the device; seconds. */
double stream_send(struct stream *stream, uint32_t ifindex, uint32_t count);

#endif
