/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datapath in the kernel without interfaces to attach to: all maps
 * unpinned, both programs loaded once, images put in force one after the
 * other, frames run by BPF_PROG_TEST_RUN as if a device had received or were
 * about to send them.
 *
 * The kernel wants the devices to exist: testbed_namespace() moves the process
 * into a network namespace of its own, which ends with it.
 */
#ifndef WEIR_TEST_TESTBED_H
#define WEIR_TEST_TESTBED_H

#include "image.h"

struct testbed;

/* A counter slot that moved, and by how much. */
struct testbed_count {
	uint32_t slot;
	uint64_t packets;
	uint64_t bytes;
};

enum { TESTBED_COUNTS = 80, TESTBED_FRAME = 9216 };

struct testbed_result {
	enum verdict verdict; /* REJECT: an answer goes back */
	uint32_t priority;    /* egress: of the packet, afterwards */
	size_t changed;	      /* slots that moved, by number */
	struct testbed_count counts[TESTBED_COUNTS]; /* the first of them */
	uint8_t frame[TESTBED_FRAME];		     /* what became of it */
	size_t length;
};

/*
 * The length nearest to `length` of a frame that starts so and that the kernel
 * agrees to run: it refuses very short and very long ones, and for tc those
 * that end inside an IP header right behind the Ethernet header (Linux 6.18).
 */
size_t testbed_length(enum direction direction, const uint8_t *frame,
		      size_t length);

/* 0 or a negative errno. The process has to have one thread only. */
int testbed_namespace(void);

/* The ifindex of a device, made (one end of a veth pair) when missing; 0: no.
 */
uint32_t testbed_device(const char *name);

/*
 * Makes the namespace forward, and its routes those: "PREFIX dev DEVICE",
 * "blackhole PREFIX", ... as ip-route(8) takes them after `ip route add`. The
 * routes of the last call are gone. 0 or a negative errno.
 */
int testbed_routes(const char *const *routes, size_t count);

/*
 * Loads DIRECTORY/weir_xdp.bpf.o and weir_tc.bpf.o. NULL after a message on
 * standard error.
 */
struct testbed *testbed_open(const char *directory);
void testbed_close(struct testbed *testbed); /* NULL is allowed */

/* Descriptor of the program of that direction; the testbed keeps it. */
int testbed_program(const struct testbed *testbed, enum direction direction);

/*
 * Puts a bound image in force; all its limits start anew. 0 or a negative
 * errno. Runs read the counters
 * below `slots`; testbed_strays() tells how many others have moved so far.
 */
int testbed_apply(struct testbed *testbed, const struct image *image,
		  uint32_t slots);
size_t testbed_strays(struct testbed *testbed);

/* From now on every packet is over the limit of that slot. */
int testbed_exhaust(struct testbed *testbed, uint32_t slot);

/* 0 or a negative errno. */
int testbed_run(struct testbed *testbed, enum direction direction,
		uint32_t ifindex, const uint8_t *frame, size_t length,
		struct testbed_result *result);

/* The same on egress, for a packet as the kernel may hold it: GSO. */
struct __sk_buff;
int testbed_send(struct testbed *testbed, const struct __sk_buff *skb,
		 const uint8_t *frame, size_t length,
		 struct testbed_result *result);

/*
 * Runs one frame `repeat` times and gives the mean nanoseconds of one run.
 * direction: whose program; -1: an empty XDP program that only drops, what a
 * run costs at least. 0 or a negative errno.
 */
int testbed_time(struct testbed *testbed, int direction, uint32_t ifindex,
		 const uint8_t *frame, size_t length, uint32_t repeat,
		 uint32_t *nanoseconds);

/* What one counter says now, over all CPUs. 0 or a negative errno. */
int testbed_counter(struct testbed *testbed, uint32_t slot,
		    struct counter *total);

#endif
