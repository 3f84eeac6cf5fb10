// SPDX-License-Identifier: GPL-2.0-only
/*
 * Egress: every packet that leaves a governed device, the router's own
 * included.
 *
 * A packet may still be a GSO packet of many segments: it is counted as the
 * packets and bytes that go out on the wire. A tag may still be beside the
 * packet instead of in it; it is the outermost one, and four bytes of each
 * packet. Headers are most often all in the linear part; only where that
 * does not parse is more of the packet pulled in. Nothing is written directly,
 * for then the kernel would copy every packet that a socket holds a copy of.
 *
 * The answer to a rejected packet is made of that packet. If it was forwarded,
 * the answer goes to its source as the routes lead there, and leaves the
 * router through egress again, like all it sends. If the router sent it
 * itself, the answer comes in on the device that it would have left by, as if
 * from its destination, and thus from where the routes lead to. Answers are
 * never answered (reject.h), so neither way comes back here for long.
 */
#include "maps.h"

#include <linux/pkt_cls.h>

#define CONTEXT		    struct __sk_buff
#define frame_data(context) ((void *)(long)(context)->data)
#define frame_end(context)  ((void *)(long)(context)->data_end)
#define frame_read(context, offset, to, size)                                  \
	bpf_skb_load_bytes(context, offset, to, size)
#define frame_write(context, offset, bytes, size)                              \
	bpf_skb_store_bytes(context, offset, bytes, size, BPF_F_RECOMPUTE_CSUM)

#include "judge.h"
#include "reject.h"
#include "remark.h"

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

GLOBAL_FUNCTION int judge_frame(struct __sk_buff *skb, struct packet *packet)
{
	if (packet)
		judge_packet(skb, packet);
	return 0;
}

static __always_inline void begin_packet(struct __sk_buff *skb,
					 struct packet *packet)
{
	__builtin_memset(packet, 0, sizeof(*packet));
	packet->ifindex = skb->ifindex;
	packet->direction = DIRECTION_OUT;
	packet->packets = 1;
	packet->length = skb->len;
	packet->limit = skb->len;
	packet->outer = NO_TAG;
	packet->inner = NO_TAG;
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

/* ---- answers ----------------------------------------------------------- */

/* A tag that was taken out; protocol as in the frame. */
struct tag {
	__u16 protocol;
	__u16 control;
};

enum { ROUTE_NONE, ROUTE_HERE, ROUTE_AWAY };

/*
 * Where the source is: beyond a device, whose index it sets, or here. What
 * came in from elsewhere and has no way back is neither.
 */
static __always_inline int find_way_back(struct __sk_buff *skb,
					 const struct packet *packet,
					 __u32 *ifindex)
{
	struct bpf_fib_lookup way = { .ifindex = packet->ifindex };
	int result;

	way.family = packet->family == 4 ? FAMILY_INET : FAMILY_INET6;
	__builtin_memcpy(way.ipv6_src, packet->destination, 16);
	__builtin_memcpy(way.ipv6_dst, packet->source, 16);
	result = fib_lookup(skb, &way, 0);
	*ifindex = way.ifindex;
	switch (result) {
	case BPF_FIB_LKUP_RET_SUCCESS:
	case BPF_FIB_LKUP_RET_NO_NEIGH:
	case BPF_FIB_LKUP_RET_FRAG_NEEDED:
		return ROUTE_AWAY;
	case BPF_FIB_LKUP_RET_NOT_FWDED:
	case BPF_FIB_LKUP_RET_FWD_DISABLED:
		return skb->ingress_ifindex ? ROUTE_NONE : ROUTE_HERE;
	default:
		return ROUTE_NONE;
	}
}

/* The outermost tag, beside the packet or in it; 0 when there is none. */
static __always_inline int read_tag(struct __sk_buff *skb, struct tag *tag)
{
	__u8 bytes[4];

	if (skb->vlan_present) {
		tag->protocol = (__u16)skb->vlan_proto;
		tag->control = (__u16)skb->vlan_tci;
		return 1;
	}
	if (bpf_skb_load_bytes(skb, 12, bytes, sizeof(bytes)) ||
	    !is_tag(read16(bytes)))
		return 0;
	__builtin_memcpy(&tag->protocol, bytes, 2);
	tag->control = read16(bytes + 2);
	return 1;
}

static __always_inline int take_tags(struct __sk_buff *skb, struct tag *tags)
{
	int count = 0;

	for (int i = 0; i < MAX_TAGS; i++) {
		if (!read_tag(skb, &tags[i]) || bpf_skb_vlan_pop(skb))
			break;
		count++;
	}
	return count;
}

/*
 * Puts the answer of `length` bytes in place of an untagged packet; 0 when it
 * is. Cutting out what precedes the transport checksum's place rids the packet
 * of the order to fill that in on its way out (CHECKSUM_PARTIAL), which would
 * spoil the answer; other ways to do so there are none.
 */
static __always_inline long
replace_packet(struct __sk_buff *skb, const struct packet *packet, __u32 length)
{
	struct answer *answer = scratch_memory();
	__u32 size = padded(length, LINK_BYTES);
	__u32 cut =
		packet->transport - packet->network + LINK_BYTES + TCP_BYTES;

	if (!answer || !is_size(&size, ANSWER6_MOST) ||
	    bpf_skb_load_bytes(skb, 0, answer->link, LINK_BYTES) ||
	    bpf_skb_change_tail(skb, LINK_BYTES + size + cut, 0) ||
	    bpf_skb_adjust_room(skb, -(int)cut, BPF_ADJ_ROOM_MAC, 0))
		return -1;
	turn_link(answer->link);
	if (bpf_skb_store_bytes(skb, 0, answer->link, LINK_BYTES, 0))
		return -1;
	return bpf_skb_store_bytes(skb, LINK_BYTES, answer->ip, size,
				   BPF_F_INVALIDATE_HASH);
}

/* Tags lead the answer to the device that the packet left by. */
static __always_inline long put_back_tags(struct __sk_buff *skb,
					  const struct tag *tags, int count)
{
	if (count > 1 &&
	    bpf_skb_vlan_push(skb, tags[1].protocol, tags[1].control))
		return -1;
	return count ? bpf_skb_vlan_push(skb, tags[0].protocol, tags[0].control)
		     : 0;
}

/* Replaces the packet by its answer and sends that; a TC_ACT_ code. */
static __always_inline int send_answer(struct __sk_buff *skb,
				       const struct packet *packet)
{
	struct tag tags[MAX_TAGS] = {};
	__u32 ifindex;
	int way = find_way_back(skb, packet, &ifindex);
	int length = way ? build_answer(skb, packet, way == ROUTE_HERE) : 0;
	int count;

	if (length <= 0)
		return TC_ACT_SHOT;
	count = take_tags(skb, tags);
	if (replace_packet(skb, packet, (__u32)length))
		return TC_ACT_SHOT;
	skb->mark = 0;
	skb->priority = 0;
	if (way == ROUTE_AWAY)
		return (int)bpf_redirect_neigh(ifindex, NULL, 0, 0);
	if (put_back_tags(skb, tags, count))
		return TC_ACT_SHOT;
	return (int)bpf_redirect(skb->ifindex, BPF_F_INGRESS);
}

GLOBAL_FUNCTION int reject_packet(struct __sk_buff *skb,
				  const struct packet *packet)
{
	int action;

	if (!packet)
		return TC_ACT_SHOT;
	action = send_answer(skb, packet);
	count_answer(packet, action == TC_ACT_REDIRECT);
	return action;
}

SEC("tc")
int weir_egress(struct __sk_buff *skb)
{
	__u32 most = skb->len < HEADERS_MOST ? skb->len : HEADERS_MOST;
	struct packet packet;

	begin_packet(skb, &packet);
	parse_frame(skb, &packet);
	if (packet.malformed && skb->data_end - skb->data < most &&
	    !bpf_skb_pull_data(skb, most)) {
		begin_packet(skb, &packet);
		parse_frame(skb, &packet);
	}
	count_segments(skb, &packet);
	judge_frame(skb, &packet);
	if (packet.decision.verdict != VERDICT_PASS)
		return packet.decision.verdict == VERDICT_REJECT
			       ? reject_packet(skb, &packet)
			       : TC_ACT_SHOT;
	if (packet.decision.remark)
		remark_packet(skb, &packet);
	if (packet.decision.has_priority)
		skb->priority = packet.decision.priority;
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "GPL";
