/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source validation by the routes in force, whoever set them (RFC 3704 2).
 *
 * bpf_fib_lookup() is asked for the way back, source and destination swapped,
 * as a packet would be that came in through the interface: its VRF and the
 * rules of policy routing decide as they do for packets. It names the device,
 * the gateway and the metric of one path; it names neither the prefix nor the
 * other paths of the same cost. Hence two methods.
 *
 * Several paths. A path is chosen by a hash of the addresses. When it leads
 * elsewhere, the kernel is asked for a path through our own device
 * (BPF_FIB_LOOKUP_OUTPUT). In IPv6 the answer is of the best route, and
 * through our device if it has such a path. In IPv4 it is of the best one
 * among the routes that have such a path: another metric, or none, and it is
 * not the route in question. What is left are less specific IPv4 routes of the
 * same metric, and IPv6 paths in a nexthop group, of which this flag sees one:
 * here the first question is asked again with other swapped sources and ports,
 * and a path counts when it is met. No packet is accepted that has no such
 * path. One that has is refused when the path is not met in MOST_SAMPLES, or
 * when the first FEW_SAMPLES all lead the same way: with two equal paths 1 flow
 * in 65,536. So to refuse a packet can cost many times what accepting one does.
 *
 * The default route. It is the route of an address that no other one serves:
 * 240.0.0.1 (RFC 1112 4) and 8000::1, outside of all that is assigned
 * (RFC 4291 2.4). A route with its device, gateway and metric cannot be told
 * from it, so a default route needs a metric of its own where it must not
 * count.
 */
#ifndef WEIR_BPF_FIB_H
#define WEIR_BPF_FIB_H

#include "lookup.h"

enum { FAMILY_INET = 2, FAMILY_INET6 = 10 }; /* as in the kernel */

enum { FEW_SAMPLES = 16, MOST_SAMPLES = 64 };

/* Where packets are sent encapsulated, only ifindex is set, to 0. */
struct route {
	__u32 ifindex;
	__u32 metric;
	__u32 gateway; /* hash of its address; 0: none */
};

/* What to ask: bits, and the number of a sample from SAMPLE_SHIFT on. */
enum question {
	ASK_THROUGH = 1, /* for a path through the device itself */
	ASK_DEFAULT = 2, /* for the default route */
	SAMPLE_SHIFT = 8,
};

static __always_inline void ask_ipv4(const struct packet *packet,
				     struct bpf_fib_lookup *fib, __u32 question)
{
	fib->family = FAMILY_INET;
	fib->ipv4_dst = question & ASK_DEFAULT ? bpf_htonl(0xf0000001)
					       : packet->source[0];
	fib->ipv4_src =
		packet->destination[0] ^ bpf_htonl(question >> SAMPLE_SHIFT);
}

/* Groups and addresses of a link: the kernel routes nothing from these. */
static __always_inline int is_routed_from(const __u32 *address)
{
	const __u8 *bytes = (const __u8 *)address;

	return bytes[0] != 0xff && !(bytes[0] == 0xfe && bytes[1] >> 6 == 2);
}

static __always_inline void ask_ipv6(const struct packet *packet,
				     struct bpf_fib_lookup *fib, __u32 question)
{
	fib->family = FAMILY_INET6;
	if (is_routed_from(packet->destination))
		copy_address(fib->ipv6_src, (const __u8 *)packet->destination,
			     16);
	fib->ipv6_src[3] ^= bpf_htonl(question >> SAMPLE_SHIFT);
	if (question & ASK_DEFAULT) {
		fib->ipv6_dst[0] = bpf_htonl(0x80000000);
		fib->ipv6_dst[3] = bpf_htonl(1);
	} else {
		copy_address(fib->ipv6_dst, (const __u8 *)packet->source, 16);
	}
}

static __always_inline void ask_back(const struct packet *packet,
				     struct bpf_fib_lookup *fib, __u32 question)
{
	fib->l4_protocol = packet->protocol;
	fib->sport = bpf_htons(packet->ports[1]) ^ (question >> SAMPLE_SHIFT);
	fib->dport = bpf_htons(packet->ports[0]);
	if (packet->family == 4)
		ask_ipv4(packet, fib, question);
	else
		ask_ipv6(packet, fib, question);
}

/* Of either family: the words behind an IPv4 address are 0. */
static __always_inline __u32 hash_address(const __u32 *address)
{
	return weir_hash(weir_hash(address[0], address[1]),
			 weir_hash(address[2], address[3]));
}

/*
 * The route back to the packet's source, as seen from the device: 1, or 0
 * when there is none, or none that forwards (blackhole, unreachable, prohibit,
 * an address of this host).
 */
GLOBAL_FUNCTION int find_route(CONTEXT *context, const struct packet *packet,
			       __u32 ifindex, __u32 question,
			       struct route *route)
{
	struct bpf_fib_lookup fib = { .ifindex = ifindex };
	__u32 gateway;
	int found;

	if (!packet || !route)
		return 0;
	ask_back(packet, &fib, question);
	route->ifindex = route->metric = 0;
	route->gateway = hash_address(fib.ipv6_dst);
	found = fib_lookup(context, &fib,
			   question & ASK_THROUGH ? BPF_FIB_LOOKUP_OUTPUT : 0);
	if (found == BPF_FIB_LKUP_RET_UNSUPP_LWT)
		return 1;
	if (found != BPF_FIB_LKUP_RET_SUCCESS &&
	    found != BPF_FIB_LKUP_RET_NO_NEIGH)
		return 0;
	route->ifindex = fib.ifindex;
	route->metric = fib.rt_metric;
	gateway = hash_address(fib.ipv6_dst);
	route->gateway = gateway == route->gateway ? 0 : gateway;
	return 1;
}

static __always_inline int same_route(const struct route *a,
				      const struct route *b)
{
	return a->ifindex == b->ifindex && a->metric == b->metric &&
	       a->gateway == b->gateway;
}

/* Of a default route with several paths, one may be through that device. */
static __always_inline int is_default_route(CONTEXT *context,
					    const struct packet *packet,
					    __u32 ifindex,
					    const struct route *route)
{
	struct route other;

	if (!find_route(context, packet, ifindex, ASK_DEFAULT, &other) ||
	    other.metric != route->metric)
		return 0;
	if (same_route(&other, route))
		return 1;
	return find_route(context, packet, route->ifindex,
			  ASK_DEFAULT | ASK_THROUGH, &other) &&
	       same_route(&other, route);
}

/* 1 when a sample of the ways back leads to the device. */
static __always_inline int some_path_leads_to(CONTEXT *context,
					      const struct packet *packet,
					      __u32 ifindex,
					      const struct route *first)
{
	struct route other;
	int differs = 0;

	for (__u32 i = 1; i < MOST_SAMPLES; i++) {
		if (i == FEW_SAMPLES && !differs)
			return 0;
		if (!find_route(context, packet, ifindex, i << SAMPLE_SHIFT,
				&other))
			continue;
		if (other.ifindex == ifindex)
			return 1;
		if (!same_route(&other, first))
			differs = 1;
	}
	return 0;
}

/* Whether one of the paths of the route leads to the device. */
static __always_inline int leads_to(CONTEXT *context,
				    const struct packet *packet, __u32 ifindex,
				    const struct route *route)
{
	struct route other;

	if (route->ifindex == ifindex)
		return 1;
	if (!route->ifindex ||
	    !find_route(context, packet, ifindex, ASK_THROUGH, &other))
		return 0;
	if (packet->family == 6 && other.ifindex == ifindex)
		return 1;
	if (packet->family == 4 && other.metric != route->metric)
		return 0;
	return some_path_leads_to(context, packet, ifindex, route);
}

/* The reason to drop a packet by the routes to its source, or 0. */
GLOBAL_FUNCTION int check_routes(CONTEXT *context, const struct packet *packet,
				 __u32 ifindex, __u32 validation,
				 __u32 allow_default)
{
	struct route route;

	if (!packet || !find_route(context, packet, ifindex, 0, &route))
		return REASON_NO_ROUTE_SOURCE;
	if (!allow_default &&
	    is_default_route(context, packet, ifindex, &route))
		return REASON_NO_ROUTE_SOURCE;
	if (validation == VALIDATION_LOOSE ||
	    leads_to(context, packet, ifindex, &route))
		return 0;
	return REASON_SPOOFED_SOURCE;
}

#endif
