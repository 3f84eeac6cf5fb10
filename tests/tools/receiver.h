/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts, at a host's end of a veth pair, the frames that arrive.
 *
 * An XDP program reads the last four bytes of each frame, where frame_mark()
 * put the number of a flow, and drops the frame: the host's own stack never
 * sees a packet and never answers one. Frames that bear no mark are counted
 * as flow 0.
 *
 * The mark lies in the payload; nobody on the way looks at a checksum of the
 * transport, and nobody but the endpoint should.
 */
#ifndef WEIR_TEST_RECEIVER_H
#define WEIR_TEST_RECEIVER_H

#include <stdint.h>

#include "frame.h"

enum { RECEIVER_FLOWS = 1024, FRAME_MARK_BYTES = 4 };

struct receiver {
	int map;
	int program;
	int link; /* the program is attached as long as this is open */
};

/* 0 or a negative errno. */
int receiver_open(struct receiver *receiver, const char *namespace,
		  const char *device);
void receiver_close(struct receiver *receiver);

/* Frames of the flow so far; 0 for a flow that does not exist. */
uint64_t receiver_count(const struct receiver *receiver, uint32_t flow);

/* Writes the flow's number over the end of the frame. */
void frame_mark(struct frame *frame, uint32_t flow);

#endif
