// SPDX-License-Identifier: GPL-2.0-only
/*
 * Egress: every packet that leaves a governed device, the router's own
 * included.
 *
 * A packet may still be a GSO packet of many segments: it is counted as the
 * packets and bytes that go out on the wire. A tag may still be beside the
 * packet instead of in it; it is the outermost one, and four bytes of each
 * packet. Headers are most often all in the linear part; only where that
 * does not parse is more of the packet pulled in.
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
	parse_packet(skb, packet, tags, skb->gso_size > 0);
	return 0;
}

GLOBAL_FUNCTION int judge_frame(const struct packet *packet)
{
	return packet ? (int)judge_packet(packet) : VERDICT_DROP;
}

static __always_inline struct packet begin_packet(struct __sk_buff *skb)
{
	struct packet packet = {
		.ifindex = skb->ifindex,
		.direction = DIRECTION_OUT,
		.packets = 1,
		.outer = NO_TAG,
		.inner = NO_TAG,
	};

	packet.length = skb->len;
	packet.limit = packet.length;
	return packet;
}

/*
 * What a packet comes to on the wire. A guest's GSO packet (virtio, tun) does
 * not say how many segments it is: then its data is divided by their size.
 */
static __always_inline void count_segments(struct __sk_buff *skb,
					   struct packet *packet)
{
	__u32 segments = skb->gso_segs;
	__u32 size = skb->gso_size;
	__u32 wire = skb->wire_len;

	if (size) {
		if (!segments && packet->length > packet->offset)
			segments =
				(packet->length - packet->offset + size - 1) /
				size;
		packet->packets = segments ? segments : 1;
		packet->length = wire;
	}
	if (skb->vlan_present)
		packet->length += 4 * packet->packets;
}

SEC("tc")
int weir_egress(struct __sk_buff *skb)
{
	struct packet packet = begin_packet(skb);
	__u32 most =
		packet.length < HEADERS_MOST ? packet.length : HEADERS_MOST;

	parse_frame(skb, &packet);
	if (packet.malformed && skb->data_end - skb->data < most &&
	    !bpf_skb_pull_data(skb, most)) {
		packet = begin_packet(skb);
		parse_frame(skb, &packet);
	}
	count_segments(skb, &packet);
	return judge_frame(&packet) == VERDICT_PASS ? TC_ACT_UNSPEC
						    : TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "GPL";
