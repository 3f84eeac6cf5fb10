/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packet cases as written in tests/packet/NAME.case:
 *
 *	policy:
 *	    interface eth1 { role peer; }
 *	local: 198.51.100.1, 2001:db8::1
 *	routes: 192.0.2.0/24 eth1, 10.0.0.0/8 eth1 + eth2, ::/0 eth2 metric 9
 *
 *	# a frame with three tags is dropped
 *	drop too-many-tags | eth1 in | vlan 1 / vlan 2 / vlan 3 / arp
 *
 * `policy: FILE` takes the policy from a file instead. `local` lists the
 * router's own addresses, or networks it is connected to with its address in
 * them ("192.0.2.1/24"). `routes` lists what the FIB says: a prefix, then a
 * device, several with + between them, or blackhole, unreachable, prohibit. A
 * new `policy:` starts a new group of cases, which share limits. A line with #
 * heads the cases below it; a case may have its own words behind a #.
 *
 * A case is EXPECTATION | INTERFACE in|out|both | FRAME; both are two cases,
 *one in each direction. INTERFACE is the logical interface that has to count
 *the packet, as in the policy ("eth1 vlan 100.200"); the packet arrives on its
 *device. FRAME: see tools/frame.h. EXPECTATION is
 *
 *	pass|drop|reject REASON [would] [rule "FILTER: TEXT" [over|would]]
 *		{ also "FILTER: TEXT" [over|would] } [dscp N] [priority N]
 *		[unanswered]
 *
 * With a rule's reasons the rule is named; `also` names rules that count and
 * go on; `over` its limit, or `would` have been dropped. dscp: the packet goes
 * on with that DSCP and is otherwise as it was. unanswered: rejected in
 *silence.
 */
#ifndef WEIR_TEST_CASE_FILE_H
#define WEIR_TEST_CASE_FILE_H

#include "abi.h"
#include "base/arena.h"
#include "base/prefix.h"
#include "native.h"

/* A rule that counts the packet. */
struct case_rule {
	const char *filter;
	const char *text;
	enum rule_count count;
};

enum { CASE_RULES = 8 };

struct packet_case {
	const char *file;
	unsigned int line;
	const char *name;
	enum verdict verdict;
	enum reason reason;
	bool would_drop; /* the reason, in monitor */
	bool by_rule;	 /* counted by rules[0], not by reason */
	bool unanswered;
	int dscp;     /* -1: as it was */
	int priority; /* -1: none */
	struct case_rule rules[CASE_RULES];
	size_t rule_count;
	const char *interface;
	const char *device;
	enum direction direction;
	const char *frame;
};

struct case_group {
	const char *name; /* of the policy, for messages */
	const char *text; /* lines numbered as in the file; NULL: read name */
	const struct prefix *local; /* not masked */
	size_t local_count;
	const struct native_route *routes;
	const char *const *devices; /* of path j of route i: [i * PATHS + j] */
	size_t route_count;
	const struct packet_case *cases;
	size_t case_count;
};

struct case_file {
	const struct case_group *groups;
	size_t group_count;
};

/* 0, or -1 after a message file:line: ... on standard error. */
int case_file_read(struct arena *arena, const char *path,
		   struct case_file *file);

const char *reason_name(enum reason reason);

#endif
