/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends copies of a frame at full rate out of one end of a veth pair.
 *
 * BPF_PROG_TEST_RUN in live-frame mode (Documentation/bpf/bpf_prog_run.rst)
 * runs an XDP program on copies of a frame as if they had arrived on a device,
 * and does with them what the program says. Ours says XDP_TX: they leave by
 * the sending end and arrive at its peer, which must have NAPI (an XDP
 * program, or generic receive offload switched on).
 *
 * The kernel fills a page once and uses it again for a later copy, whatever
 * the receiver has written into it (a router: another TTL, other addresses).
 * So the program writes the whole frame anew from a map before each copy.
 *
 * Nothing is lost on the way: the copies come in batches of 64, and the
 * softirq that ends each batch takes them, on the same CPU, through the
 * receiver and through a router's second link before the next batch starts. A
 * softirq cut short by its time limit leaves at most a batch behind, and a
 * veth ring holds 256. This takes a sender that stays on its CPU:
 * sender_pin().
 *
 * A call has a fixed cost of some 20 ms, the kernel's RCU grace period at its
 * end: few calls of many copies are fast, many calls of few are slow.
 */
#ifndef WEIR_TEST_SENDER_H
#define WEIR_TEST_SENDER_H

#include <stdint.h>

#include "frame.h"

struct sender {
	int namespace;
	int map;
	int program;
	uint32_t ifindex;
	struct frame frame;
};

/* 0 or a negative errno. The frame must fit a page: some 3,400 bytes. */
int sender_open(struct sender *sender, const char *namespace,
		const char *device, const struct frame *frame);
void sender_close(struct sender *sender);

/* Keeps the process on one CPU: the cpu-th it may use, counted in a circle. */
int sender_pin(unsigned int cpu);

/*
 * 0 when all are on the wire, or a negative errno. A signal ends the call
 * with -EINTR and the number that was sent unknown.
 */
int sender_send(const struct sender *sender, uint32_t count);

#endif
