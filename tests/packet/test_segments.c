// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets on egress that are still to be cut (GSO): counted as what leaves, and
 * an IP length that the kernel has left out is no error. In the kernel only,
 * by what BPF_PROG_TEST_RUN lets a test say of a packet.
 */
#include <linux/bpf.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "frame.h"
#include "policy_image.h"
#include "testbed.h"

enum { SEGMENT = 1000, HEADERS = 14 + 20 + 20 };

static struct testbed *testbed;
static uint32_t ifindex, block;
static int number, failed;

struct expected {
	enum reason reason;
	uint64_t packets;
	uint64_t bytes;
};

static void check(const char *name, const char *text,
		  const struct __sk_buff *skb, struct expected expected)
{
	static struct testbed_result got;
	struct frame frame = { 0 };
	char error[256] = "";
	bool good;

	good = !frame_parse(text, &frame, error, sizeof(error)) &&
	       !testbed_send(testbed, skb, frame.bytes, frame.length, &got) &&
	       got.changed == 1 &&
	       got.counts->slot == block + expected.reason &&
	       got.counts->packets == expected.packets &&
	       got.counts->bytes == expected.bytes;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, name);
	if (!good)
		printf("# %s slot %u packets %llu bytes %llu\n", error,
		       got.counts->slot - block,
		       (unsigned long long)got.counts->packets,
		       (unsigned long long)got.counts->bytes);
}

static void run_checks(void)
{
	static const char whole[] = "ipv4 192.0.2.1 > 192.0.2.2 / tcp 1 > 80 "
				    "/ payload 2500";
	static const char without_length[] =
		"ipv4 192.0.2.1 > 192.0.2.2 total-length 0 / tcp 1 > 80 "
		"/ payload 2500";
	uint32_t wire = 3 * HEADERS + 2500;
	struct __sk_buff plain = { .ifindex = ifindex };
	struct __sk_buff cut = { .ifindex = ifindex,
				 .gso_segs = 3,
				 .gso_size = SEGMENT,
				 .wire_len = wire };
	struct __sk_buff uncounted = cut;

	uncounted.gso_segs = 0;
	check("a packet that is not to be cut counts once", whole, &plain,
	      (struct expected){ REASON_DEFAULT, 1, HEADERS + 2500 });
	check("three segments count as three packets with three headers", whole,
	      &cut, (struct expected){ REASON_DEFAULT, 3, wire });
	check("segments that nobody counted are counted", whole, &uncounted,
	      (struct expected){ REASON_DEFAULT, 3, wire });
	check("a packet to be cut may lack its total length", without_length,
	      &cut, (struct expected){ REASON_DEFAULT, 3, wire });
	check("any other packet may not", without_length, &plain,
	      (struct expected){ REASON_BAD_LENGTH, 1, HEADERS + 2500 });
}

int main(void)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct image *image;
	const uint32_t *slots;

	if (testbed_namespace() ||
	    !(testbed = testbed_open(WEIR_BPF_DIRECTORY)))
		return 1;
	image = policy_image(arena, "segments.weir",
			     "interface eth1 { role core; }", NULL, 0);
	ifindex = testbed_device("eth1");
	if (!image || !ifindex)
		return 1;
	slots = policy_image_bind(arena, image, &ifindex);
	block = policy_image_slot(image, slots, BLOCK_REASONS, "eth1",
				  DIRECTION_OUT, NULL, NULL);
	if (testbed_apply(testbed, image, block + REASON_SLOTS))
		return 1;
	run_checks();
	testbed_close(testbed);
	printf("1..%d\n", number);
	return failed != 0;
}
