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
};

struct judgement {
	enum reason reason;
	const struct statement *interface; /* NULL: not governed */
	size_t rule; /* position among all rules applied, for rule reasons */
};

struct judgement oracle_judge(const struct policy *policy,
			      const struct prefix *local, size_t local_count,
			      const struct probe *probe);

#endif
