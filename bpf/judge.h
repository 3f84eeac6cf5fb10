/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict: interface, checks and rules in the order of the packet contract
 * (docs/ARCHITECTURE.md), the same for XDP, tc and the native build.
 *
 * judge_packet() counts the packet in exactly one slot, beside those of the
 * rules that let it go on: its rule's, or the one that its interface and
 * direction keep for the reason. On an interface in monitor, what would be
 * dropped passes instead, as it came, and is counted in a slot that says so.
 */
#ifndef WEIR_BPF_JUDGE_H
#define WEIR_BPF_JUDGE_H

#include "checks.h"
#include "rules.h"

static const enum verdict verdict_of_reason[] = {
#define REASON(symbol, name, verdict, text) VERDICT_##verdict,
#include "reasons.def"
#undef REASON
};

/* The reason without a rule. */
static __always_inline void find_reason(struct passage *passage, __u16 reason)
{
	const struct interface_entry *on = passage->on;
	__u32 direction = passage->view.packet->direction & 1;

	passage->finding.reason = reason;
	passage->finding.slot = on->counters[direction] + reason;
	passage->finding.would_drop = on->would_drop[direction] + reason;
}

static __always_inline __u32 verdict_of(const struct finding *finding)
{
	if (finding->reason >= REASON_COUNT)
		return VERDICT_DROP;
	if (finding->reason == REASON_RULE_REJECT)
		return VERDICT_REJECT;
	return verdict_of_reason[finding->reason];
}

/* What no rule decided on. */
static __always_inline __u16 default_reason(const struct passage *passage,
					    __u32 exempt)
{
	const struct view *view = &passage->view;

	if (view->packet->direction == DIRECTION_IN &&
	    passage->on->checks & CHECK_BIT(INFRASTRUCTURE) &&
	    !(exempt & EXEMPT_DESTINATION) &&
	    view->destination.flags & ADDRESS_INFRASTRUCTURE)
		return REASON_INFRASTRUCTURE;
	return exempt ? REASON_LINK_PROTOCOL : REASON_DEFAULT;
}

/* The limit of the interface is for what would pass. */
static __always_inline void limit_interface(struct passage *passage)
{
	const struct interface_entry *on = passage->on;
	const struct packet *packet = passage->view.packet;
	__u32 direction = packet->direction & 1;
	const struct limit_entry *limit;

	if (!on->limit[direction] ||
	    verdict_of(&passage->finding) != VERDICT_PASS)
		return;
	limit = limit_at(&passage->view, on->limit[direction]);
	if (limit && !within_limit(packet, on->limiter[direction], limit))
		find_reason(passage, REASON_RATE_LIMITED);
}

static __always_inline void judge_ip(struct passage *passage)
{
	struct view *view = &passage->view;
	__u32 number = ruleset_of(passage), needs = 0, exempt = 0;
	int reason;

	if (number)
		needs = ruleset_needs(view, number - 1);
	reason = check_addresses(view, passage->on, needs, &exempt);
	if (reason) {
		find_reason(passage, (__u16)reason);
		return;
	}
	check_rules(passage);
	if (!passage->finding.reason)
		find_reason(passage, default_reason(passage, exempt));
	limit_interface(passage);
}

static __always_inline void judge_on(struct passage *passage)
{
	const struct packet *packet = passage->view.packet;

	if (passage->on->role == ROLE_MANAGEMENT)
		find_reason(passage, REASON_MANAGEMENT);
	else if (packet->malformed)
		find_reason(passage, packet->malformed);
	else if (!packet->family)
		find_reason(passage, REASON_NON_IP);
	else
		judge_ip(passage);
}

/*
 * DSCPs from 48 on are for the network's own control traffic (RFC 4594): at
 * the edge they become what the interface says.
 */
static __always_inline int edge_remarks(const struct packet *packet,
					const struct interface_entry *on,
					const struct finding *finding)
{
	return on->checks & CHECK_BIT(REMARK_DSCP) && packet->family &&
	       packet->direction == DIRECTION_IN && packet->dscp >= 48 &&
	       !finding->trusted && finding->reason != REASON_MANAGEMENT &&
	       finding->reason != REASON_LINK_PROTOCOL;
}

/* Counts the packet and fills in what the program is to do with it. */
GLOBAL_FUNCTION int decide(struct packet *packet,
			   const struct interface_entry *on,
			   const struct finding *finding)
{
	struct decision *decision;
	__u32 verdict;
	int lets_through;

	if (!packet || !on || !finding)
		return 0;
	decision = &packet->decision;
	verdict = verdict_of(finding);
	lets_through = verdict != VERDICT_PASS && on->flags & INTERFACE_MONITOR;
	count_packet(packet,
		     lets_through ? finding->would_drop : finding->slot);
	decision->verdict = lets_through ? VERDICT_PASS : verdict;
	decision->notes = on->counters[packet->direction & 1] + REASON_COUNT;
	if (verdict != VERDICT_PASS)
		decision->remark = decision->has_priority = 0;
	else if (!decision->remark && edge_remarks(packet, on, finding))
		set_dscp(packet, (__u8)on->remark);
	if (decision->dscp == packet->dscp)
		decision->remark = 0;
	if (verdict == VERDICT_REJECT) {
		decision->answer4 = on->address4;
		copy_address(decision->answer6, (const __u8 *)on->address6, 16);
	}
	return 0;
}

FUNCTION_APART const struct interface_entry *find_entry(const struct view *view)
{
	return find_interface(view);
}

static __always_inline void judge_not_governed(struct packet *packet)
{
	count_packet(packet, packet->direction == DIRECTION_IN
				     ? SLOT_UNGOVERNED_IN
				     : SLOT_UNGOVERNED_OUT);
	packet->decision.verdict = VERDICT_PASS;
}

/* Judges and counts a parsed packet; packet->decision says what to do. */
static __always_inline void judge_packet(CONTEXT *context,
					 struct packet *packet)
{
	struct passage passage = {
		.view = { .context = context, .packet = packet },
		.packet = packet,
	};
	struct view *view = &passage.view;

	view->image = image_in_force();
	if (view->image)
		view->header = image_page(view->image, 0);
	if (view->header)
		passage.on = find_entry(view);
	if (!passage.on) {
		judge_not_governed(packet);
		return;
	}
	judge_on(&passage);
	decide(packet, passage.on, &passage.finding);
}

#endif
