/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rules do with a packet.
 *
 * The rules that match are met in their order until one ends the search. Those
 * before it leave their counts and marks and let the packet go on: rules that
 * only count, limit or mark, rules in monitor, and rules over a limit that
 * says so. Of several marks the last one holds.
 */
#ifndef WEIR_BPF_RULES_H
#define WEIR_BPF_RULES_H

#include "classify.h"
#include "police.h"

/*
 * What the packet has come to: the reason, the slot that counts it, and the
 * slot that does when it would be dropped and monitor lets it through. Reason
 * 0 (not-governed): nothing yet.
 */
struct finding {
	__u16 reason;
	__u16 trusted; /* 1: its DSCP is not the edge's to rewrite */
	__u32 slot;
	__u32 would_drop;
};

static __always_inline void count_packet(const struct packet *packet,
					 __u32 slot)
{
	count(slot, packet->packets, packet->length);
}

static __always_inline const struct limit_entry *
limit_at(const struct view *view, __u32 number)
{
	return table_at(view->image, view->header->limits, number - 1,
			sizeof(struct limit_entry));
}

/* What the rule set wants to know of a packet: struct ruleset.needs. */
static __always_inline __u32 ruleset_needs(const struct view *view,
					   __u32 number)
{
	const struct ruleset *rules = table_at(
		view->image, view->header->rulesets,
		2 * number + (view->packet->family == 6), sizeof(*rules));

	return rules ? rules->needs : 0;
}

static __always_inline void end_search(struct finding *finding, __u16 reason,
				       __u32 slot, enum rule_count matched)
{
	finding->reason = reason;
	finding->slot = slot + matched;
	finding->would_drop = slot + RULE_WOULD_DROP;
}

static __always_inline void set_dscp(struct packet *packet, __u8 dscp)
{
	packet->decision.remark = 1;
	packet->decision.dscp = dscp;
}

/* Over its limit, a rule in monitor that permits does so all the same. */
static __always_inline void would_drop(struct packet *packet,
				       const struct rule_entry *rule,
				       __u32 slot, struct finding *finding)
{
	if (rule->action == RULE_PERMIT)
		end_search(finding, REASON_RULE_PERMIT, slot, RULE_WOULD_DROP);
	else
		count_packet(packet, slot + RULE_WOULD_DROP);
}

static __always_inline void over_limit(struct packet *packet,
				       const struct rule_entry *rule,
				       const struct limit_entry *limit,
				       __u32 slot, struct finding *finding)
{
	if (limit->over == OVER_REMARK)
		set_dscp(packet, limit->over_dscp);
	if (limit->over == OVER_DROP && rule->flags & RULE_MONITOR)
		would_drop(packet, rule, slot, finding);
	else if (limit->over == OVER_DROP)
		end_search(finding, REASON_RATE_LIMITED, slot, RULE_OVER);
	else if (limit->over == OVER_REMARK && rule->action == RULE_PERMIT)
		end_search(finding, REASON_RULE_PERMIT, slot, RULE_OVER);
	else
		count_packet(packet, slot + RULE_OVER);
}

static __always_inline void mark(struct packet *packet,
				 const struct rule_entry *rule,
				 struct finding *finding)
{
	if (rule->flags & RULE_REMARK)
		set_dscp(packet, rule->dscp);
	if (rule->flags & RULE_TRUST_DSCP)
		finding->trusted = 1;
	if (rule->flags & RULE_PRIORITY) {
		packet->decision.has_priority = 1;
		packet->decision.priority = rule->priority;
	}
}

static __always_inline void follow(struct packet *packet,
				   const struct rule_entry *rule, __u32 slot,
				   struct finding *finding)
{
	int drops = rule->action == RULE_DROP || rule->action == RULE_REJECT;

	if (drops && rule->flags & RULE_MONITOR) {
		count_packet(packet, slot + RULE_WOULD_DROP);
		return;
	}
	mark(packet, rule, finding);
	if (rule->action == RULE_CONTINUE)
		count_packet(packet, slot + RULE_MATCHED);
	else
		end_search(finding,
			   rule->action == RULE_PERMIT ? REASON_RULE_PERMIT
			   : rule->action == RULE_DROP ? REASON_RULE_DROP
						       : REASON_RULE_REJECT,
			   slot, RULE_MATCHED);
}

/*
 * One rule that matches, its limit or NULL, the first slot of its block.
 * Counts what goes on; sets *finding when the search ends here.
 */
GLOBAL_FUNCTION int meet_rule(struct packet *packet,
			      const struct rule_entry *rule,
			      const struct limit_entry *limit, __u32 slot,
			      struct finding *finding)
{
	if (!packet || !rule || !finding)
		return 0;
	if (limit && !within_limit(packet, slot, limit))
		over_limit(packet, rule, limit, slot, finding);
	else
		follow(packet, rule, slot, finding);
	return 0;
}

/* ---- one rule after the other ------------------------------------------ */

/* A packet on its way through an interface. */
struct passage {
	struct view view;
	const struct interface_entry *on;
	struct packet *packet;
	struct matching matching;
	int position; /* of the rule to be met next; -1: none */
	struct finding finding;
};

/* Number + 1 of the rule set, 0 for none. */
static __always_inline __u32 ruleset_of(const struct passage *passage)
{
	return passage->on->ruleset[passage->view.packet->direction & 1];
}

FUNCTION_APART void find_rules(struct passage *passage)
{
	passage->position = first_match(&passage->view, &passage->matching,
					ruleset_of(passage) - 1);
}

/* A step of repeat(): 1 when the search has ended. */
static long meet_next(__u32 index, void *state)
{
	struct passage *passage = state;
	const struct view *view = &passage->view;
	__u32 direction = view->packet->direction & 1;
	__u32 position = (__u32)passage->position;
	const struct limit_entry *limit = NULL;
	const struct rule_entry *rule;
	const __u32 *slot;

	(void)index;
	if (passage->position < 0)
		return 1;
	rule = rule_at(view, ruleset_of(passage) - 1, position);
	slot = table_at(view->image, view->header->rule_slots,
			passage->on->rule_slots[direction] + position,
			sizeof(*slot));
	if (!rule || !slot)
		return 1;
	if (rule->limit)
		limit = limit_at(view, rule->limit);
	meet_rule(passage->packet, rule, limit, *slot, &passage->finding);
	passage->position = next_match(view, &passage->matching);
	return passage->finding.reason != 0;
}

FUNCTION_APART void meet_rules(struct passage *passage)
{
	repeat(MAX_GOING_ON + 1, meet_next, passage);
}

static __always_inline void check_rules(struct passage *passage)
{
	if (!ruleset_of(passage))
		return;
	find_rules(passage);
	if (passage->position >= 0)
		meet_rules(passage);
}

#endif
