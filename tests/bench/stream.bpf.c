// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stream of different frames. Each run writes the next frame of `frames`
 * over the one that it was given, and then
 *
 *	judge_next	runs the program in `programs`, by a tail call;
 *	send_next	sends it (XDP_TX).
 *
 * A program may have made the frame longer or shorter (an answer): it is put
 * right first. `empty` is the program that does nothing: what a run costs at
 * least.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "stream_abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STREAM_FRAMES);
	__type(key, __u32);
	__type(value, struct stream_frame);
} frames SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stream_position);
} positions SEC(".maps");

static __always_inline void restore_length(struct xdp_md *context)
{
	int excess = (int)(context->data_end - context->data) -
		     (int)STREAM_FRAME_BYTES;

	if (excess > 0)
		bpf_xdp_adjust_head(context, excess);
	else if (excess < 0)
		bpf_xdp_adjust_tail(context, -excess);
}

/* 1 when the next frame is in place. */
static __always_inline int write_next(struct xdp_md *context)
{
	__u32 key = 0;
	struct stream_position *position =
		bpf_map_lookup_elem(&positions, &key);
	const struct stream_frame *frame;
	struct stream_frame *to;

	if (!position)
		return 0;
	key = position->next++ & position->mask;
	frame = bpf_map_lookup_elem(&frames, &key);
	restore_length(context);
	to = (void *)(long)context->data;
	if (!frame || (void *)(to + 1) > (void *)(long)context->data_end)
		return 0;
	__builtin_memcpy(to, frame, sizeof(*to));
	return 1;
}

SEC("xdp.frags")
int judge_next(struct xdp_md *context)
{
	if (write_next(context))
		bpf_tail_call(context, &programs, 0);
	return XDP_ABORTED;
}

SEC("xdp.frags")
int send_next(struct xdp_md *context)
{
	return write_next(context) ? XDP_TX : XDP_ABORTED;
}

SEC("xdp.frags")
int empty(struct xdp_md *context)
{
	(void)context;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
