/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rule sets -> classifier tables.
 *
 * Each field of a packet is turned into a class, each class into a word with
 * a bit for every leg that accepts it; the AND of the words of all fields has
 * the legs that match, and the lowest bit is the first match (Lakshman and
 * Stiliadis, 1998). One word: at most MAX_LEGS legs a rule set; a rule set
 * with more is an error that names the rule that passes the limit.
 */
#ifndef WEIR_CLASSIFY_H
#define WEIR_CLASSIFY_H

#include "resolve.h"

/*
 * A function from 16-bit values to classes. of[] has 65,536 elements;
 * class 0 .. count - 1.
 */
struct class_map {
	const uint32_t *of;
	uint32_t count;
};

/* Word tables of one rule set, each indexed by class or by protocol. */
struct ruleset_tables {
	uint32_t needs;		   /* enum ruleset_needs */
	const uint64_t *source[2]; /* by address class, IPv4 and IPv6 */
	const uint64_t *destination[2];
	const uint64_t *protocol; /* 256 words */
	const uint64_t *ports[2]; /* by class of source, destination port */
	const uint64_t *icmp[2];  /* by class of ICMP, ICMPv6 type and code */
	uint64_t fragment[FRAGMENT_STATES];
	uint64_t portless;
	uint64_t family[2];
	struct leg_entry legs[MAX_LEGS];
	uint32_t leg_count;
};

struct classifier {
	struct class_map classes[CLASSES_COUNT]; /* shared by all rule sets */
	const struct ruleset_tables *rulesets;	 /* as in struct resolved */
	size_t ruleset_count;
};

/* Never NULL; to be used only when diag_errors() is 0. Memory from arena. */
const struct classifier *classify_rules(struct arena *arena,
					struct diag_list *diags,
					const struct resolved *resolved);

#endif
