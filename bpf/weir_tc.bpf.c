// SPDX-License-Identifier: GPL-2.0-only
/*
 * Egress: every packet that leaves a governed device, the router's own
 * included.
 *
 * A packet may still be a GSO packet of many segments: it is counted as the
 * packets and bytes that go out on the wire. A tag may still be beside the
 * packet instead of in it; it is the outermost one.
 */
#include "maps.h"

#include <linux/pkt_cls.h>

#define CONTEXT		    struct __sk_buff
#define frame_data(context) ((void *)(long)(context)->data)
#define frame_end(context)  ((void *)(long)(context)->data_end)

#include "judge.h"

/* The most that any packet's headers are looked for in. */
#define HEADERS_MOST 512

GLOBAL_FUNCTION int parse_frame(struct __sk_buff *skb, struct packet *packet)
{
	__u32 tags = 0;

	if (!packet)
		return 0;
	if (skb->vlan_present) {
		add_tag(packet, (__u16)skb->vlan_tci);
		tags = 1;
	}
	parse_packet(skb, packet, tags, skb->gso_segs > 1);
	return 0;
}

GLOBAL_FUNCTION int judge_frame(const struct packet *packet)
{
	return packet ? (int)judge_packet(packet) : VERDICT_DROP;
}

SEC("tc")
int weir_egress(struct __sk_buff *skb)
{
	struct packet packet = {
		.ifindex = skb->ifindex,
		.direction = DIRECTION_OUT,
		.packets = 1,
		.outer = NO_TAG,
		.inner = NO_TAG,
	};
	__u32 segments = skb->gso_segs;
	__u32 wire = skb->wire_len;
	__u32 most;

	packet.length = skb->len;
	packet.limit = packet.length;
	most = packet.length < HEADERS_MOST ? packet.length : HEADERS_MOST;
	if (segments > 1) {
		packet.packets = segments;
		packet.length = wire;
	}
	if (skb->data_end - skb->data < most)
		bpf_skb_pull_data(skb, most);
	parse_frame(skb, &packet);
	return judge_frame(&packet) == VERDICT_PASS ? TC_ACT_UNSPEC
						    : TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "GPL";
