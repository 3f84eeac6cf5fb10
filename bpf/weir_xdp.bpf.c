// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ingress: every frame that a governed device receives, before the kernel has
 * spent an allocation on it.
 *
 * Parsing and judging are global functions: the verifier proves each once, for
 * any argument, instead of along every path through both.
 */
#include "maps.h"

#define CONTEXT		    struct xdp_md
#define frame_data(context) ((void *)(long)(context)->data)
#define frame_end(context)  ((void *)(long)(context)->data_end)

#include "judge.h"

GLOBAL_FUNCTION int parse_frame(struct xdp_md *context, struct packet *packet)
{
	if (packet)
		parse_packet(context, packet, 0, 0);
	return 0;
}

GLOBAL_FUNCTION int judge_frame(const struct packet *packet)
{
	return packet ? (int)judge_packet(packet) : VERDICT_DROP;
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
	return judge_frame(&packet) == VERDICT_PASS ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
