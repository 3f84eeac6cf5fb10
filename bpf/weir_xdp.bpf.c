// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ingress: every frame that a governed device receives, before the kernel has
 * spent an allocation on it.
 *
 * Parsing, judging and answering are global functions: the verifier proves
 * each once, for any argument, instead of along every path through all.
 *
 * The answer to a rejected frame goes back where that came from, out of the
 * same device with the same tags: whoever sent it there knows the way to the
 * source. The frame's memory is used again; it grows at its head, where every
 * driver leaves room, and shrinks at its tail.
 */
#include "maps.h"

#define CONTEXT		    struct xdp_md
#define frame_data(context) ((void *)(long)(context)->data)
#define frame_end(context)  ((void *)(long)(context)->data_end)

#define frame_read(context, offset, to, size)                                  \
	bpf_xdp_load_bytes(context, offset, to, size)

#include "packet.h"

static __always_inline void frame_write(struct xdp_md *context, __u32 offset,
					const __u8 *bytes, __u32 size)
{
	__u8 *at = (__u8 *)header_at(context, offset, MAX_OFFSET, size);

	if (at)
		__builtin_memcpy(at, bytes, size);
}

#include "judge.h"
#include "reject.h"
#include "remark.h"

GLOBAL_FUNCTION int parse_frame(struct xdp_md *context, struct packet *packet)
{
	if (packet)
		parse_packet(context, packet, 0, 0);
	return 0;
}

GLOBAL_FUNCTION int judge_frame(struct xdp_md *context, struct packet *packet)
{
	if (packet)
		judge_packet(context, packet);
	return 0;
}

static __always_inline long resize(struct xdp_md *context, int from, int to)
{
	if (to > from)
		return bpf_xdp_adjust_head(context, from - to);
	return to < from ? bpf_xdp_adjust_tail(context, to - from) : 0;
}

/* Puts the answer of `length` bytes in place of the frame; 0 when it is. */
static __always_inline long
replace_frame(struct xdp_md *context, const struct packet *packet, __u32 length)
{
	struct answer *answer = scratch_memory();
	__u32 link = packet->network;
	__u32 size = padded(length, link);

	asm volatile("" : "+r"(link));
	if (!answer || link < LINK_BYTES || link > LINK_MOST ||
	    !is_size(&size, ANSWER6_MOST) ||
	    bpf_xdp_load_bytes(context, 0, answer->link, link))
		return -1;
	turn_link(answer->link);
	if (resize(context, (int)packet->length, (int)(link + size)) ||
	    bpf_xdp_store_bytes(context, 0, answer->link, link))
		return -1;
	return bpf_xdp_store_bytes(context, link, answer->ip, size);
}

GLOBAL_FUNCTION int reject_frame(struct xdp_md *context,
				 const struct packet *packet)
{
	int length, sent;

	if (!packet)
		return XDP_DROP;
	length = build_answer(context, packet, 0);
	sent = length > 0 && !replace_frame(context, packet, (__u32)length);
	count_answer(packet, sent);
	return sent ? XDP_TX : XDP_DROP;
}

SEC("xdp.frags")
int weir_ingress(struct xdp_md *context)
{
	struct packet packet = {
		.ifindex = context->ingress_ifindex,
		.direction = DIRECTION_IN,
		.packets = 1,
		.outer = NO_TAG,
		.inner = NO_TAG,
	};

	packet.length = (__u32)bpf_xdp_get_buff_len(context);
	packet.limit = packet.length;
	parse_frame(context, &packet);
	judge_frame(context, &packet);
	if (packet.decision.verdict != VERDICT_PASS)
		return packet.decision.verdict == VERDICT_REJECT
			       ? reject_frame(context, &packet)
			       : XDP_DROP;
	if (packet.decision.remark)
		remark_packet(context, &packet);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
