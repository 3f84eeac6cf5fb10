/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packet cases as written in tests/packet/NAME.case:
 *
 *	policy:
 *	    interface eth1 { role peer; }
 *	local: 198.51.100.1, 2001:db8::1
 *
 *	# a frame with three tags is dropped
 *	drop too-many-tags | eth1 in | vlan 1 / vlan 2 / vlan 3 / arp
 *
 * `policy: FILE` takes the policy from a file instead. `local` lists the
 * router's own addresses. A new `policy:` starts a new group of cases. A line
 * with # heads the cases below it; a case may have its own words behind a #.
 *
 * A case is VERDICT REASON [rule "FILTER: TEXT"] | INTERFACE in|out | FRAME.
 * INTERFACE is the logical interface that has to count the packet, as in the
 * policy ("eth1 vlan 100.200"); the packet arrives on its device. With reason
 * rule-permit or rule-drop the rule is named. FRAME: see tools/frame.h.
 */
#ifndef WEIR_TEST_CASE_FILE_H
#define WEIR_TEST_CASE_FILE_H

#include "abi.h"
#include "base/arena.h"
#include "base/prefix.h"

struct packet_case {
	const char *file;
	unsigned int line;
	const char *name;
	enum verdict verdict;
	enum reason reason;
	const char *filter; /* NULL: not counted by a rule */
	const char *rule;
	const char *interface;
	const char *device;
	enum direction direction;
	const char *frame;
};

struct case_group {
	const char *name; /* of the policy, for messages */
	const char *text; /* lines numbered as in the file; NULL: read name */
	const struct prefix *local;
	size_t local_count;
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
