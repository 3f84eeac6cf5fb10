/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: the packet contract read aloud.
 *
 * It judges from the syntax tree and from what the packet's maker knows of
 * it, by linear search, one sentence of docs/ARCHITECTURE.md after the other.
 * Nothing of resolve/, classify/, image/ or bpf/ is used, so it can disagree.
 */
#ifndef WEIR_TEST_ORACLE_H
#define WEIR_TEST_ORACLE_H

#include "abi.h"
#include "native.h"
#include "policy.h"

/* A well-formed packet, as its maker describes it. */
struct probe {
	const char *device;
	enum direction direction;
	uint16_t outer; /* NO_TAG where there is none */
	uint16_t inner;
	uint8_t family;
	struct address source;
	struct address destination;
	uint8_t protocol;
	uint8_t hop_limit;
	bool authenticated;
	enum fragment fragment;
	bool has_ports;
	uint16_t source_port;
	uint16_t destination_port;
	bool has_icmp;
	uint8_t type;
	uint8_t code;
	bool has_tcp_flags;
	uint16_t tcp_flags;
	uint8_t dscp;
	uint16_t ip_length;
	const char *ip_option;	   /* its name; NULL: none */
	const char *extensions[4]; /* names of extension headers, NULL after */
	bool has_spi[2];	   /* ESP, AH */
	uint32_t spi[2];
	uint8_t source_mac[6];
	size_t network;	  /* offset of the IP header */
	size_t transport; /* of the transport header; 0: there is none */
	const uint8_t *frame;
	size_t length;
};

/* What the system says: its addresses, networks and routes. */
struct system {
	const struct prefix *local;
	size_t local_count;
	const struct prefix *connected;
	size_t connected_count;
	const struct native_route *routes; /* devices by ifindex */
	size_t route_count;
	uint32_t (*ifindex)(const char *device);
};

enum { JUDGEMENT_RULES = 64 };

/* A rule that counted: its position among all rules applied. */
struct counted_rule {
	size_t position;
	enum rule_count count;
};

struct judgement {
	enum verdict verdict;
	enum reason reason;
	const struct statement *interface; /* NULL: not governed */
	bool by_rule;	 /* the last of `rules` counts it, not the reason */
	bool would_drop; /* the reason, in monitor */
	struct counted_rule rules[JUDGEMENT_RULES];
	size_t rule_count;
	int dscp;     /* rewritten to; -1: as it was */
	int priority; /* -1: none */
};

/*
 * Limits in random policies are either never or always exceeded: those of
 * 1 bps are, see random_policy.c.
 */
struct judgement oracle_judge(const struct policy *policy,
			      const struct system *system,
			      const struct probe *probe);

#endif
