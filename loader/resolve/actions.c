// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every action takes every modifier in the grammar; which of them mean
 * something together is said here.
 */
#include "resolve/actions.h"

#include "resolve/limits.h"
#include "resolve/values.h"

static const uint8_t entry_actions[] = {
	[ACTION_PERMIT] = RULE_PERMIT,	   [ACTION_DROP] = RULE_DROP,
	[ACTION_REJECT] = RULE_REJECT,	   [ACTION_COUNT] = RULE_CONTINUE,
	[ACTION_LIMIT] = RULE_CONTINUE,	   [ACTION_REMARK] = RULE_CONTINUE,
	[ACTION_PRIORITY] = RULE_CONTINUE,
};

/* ---- what makes no sense together -------------------------------------- */

static bool is_lost(const struct rule *rule)
{
	return rule->action == ACTION_DROP || rule->action == ACTION_REJECT;
}

static const char *action_name(const struct rule *rule)
{
	return rule->action == ACTION_DROP ? "drop" : "reject";
}

static void report_lost(struct resolver *resolver, const struct rule *rule,
			struct span span, const char *what)
{
	diag_error(resolver->diags, span,
		   diag_hint(resolver->diags,
			     "a packet that a %s matches goes nowhere",
			     action_name(rule)),
		   "%s with %s", action_name(rule), what);
	diag_note(resolver->diags, rule->span, "in this rule");
}

static void check_lost(struct resolver *resolver, const struct rule *rule)
{
	if (!is_lost(rule))
		return;
	if (rule->remark)
		report_lost(resolver, rule, rule->remark->span, "remark");
	if (rule->priority)
		report_lost(resolver, rule, rule->priority->span, "priority");
	if (rule->trust_dscp)
		report_lost(resolver, rule, rule->trust_span, "trust dscp");
}

static void check_trust(struct resolver *resolver, const struct rule *rule)
{
	if (!rule->remark || !rule->trust_dscp)
		return;
	diag_error(resolver->diags, rule->remark->span,
		   "trust dscp leaves it as it is, remark dscp rewrites it",
		   "remark dscp and trust dscp in one rule");
	diag_note(resolver->diags, rule->trust_span, "it is trusted here");
}

static void check_limit(struct resolver *resolver, const struct rule *rule)
{
	const struct limit *limit = rule->limit;

	if (!limit)
		return;
	if (rule->action == ACTION_DROP)
		diag_error(resolver->diags, limit->span,
			   "permit up to a limit, or reject with one, which "
			   "bounds its answers",
			   "drop with a limit");
	else if (rule->action == ACTION_REJECT && limit->over == OVER_REMARK)
		diag_error(resolver->diags, limit->span,
			   "over the limit of a reject packets are dropped "
			   "without an answer",
			   "reject with \"over remark\"");
}

static void check_monitor(struct resolver *resolver, const struct rule *rule)
{
	if (!rule->monitor || is_lost(rule) ||
	    (rule->limit && rule->limit->over == OVER_DROP))
		return;
	diag_warning(resolver->diags, rule->monitor_span,
		     "it stands with drop, reject and limits that drop",
		     "\"monitor\" changes nothing: this rule drops nothing");
	diag_note(resolver->diags, rule->span, "in this rule");
}

/* ---- the entry --------------------------------------------------------- */

static uint8_t flags_of(const struct rule *rule)
{
	uint8_t flags = 0;

	if (rule->monitor)
		flags |= RULE_MONITOR;
	if (rule->trust_dscp)
		flags |= RULE_TRUST_DSCP;
	if (rule->remark)
		flags |= RULE_REMARK;
	if (rule->priority)
		flags |= RULE_PRIORITY;
	return flags;
}

static const char *zero_hint(const struct rule *rule)
{
	return rule->action == ACTION_REJECT
		       ? "a reject without any answer is a drop: say drop"
		       : "a limit of 0 drops everything: say drop";
}

struct rule_entry actions_read(struct resolver *resolver,
			       const struct rule *rule)
{
	check_lost(resolver, rule);
	check_trust(resolver, rule);
	check_limit(resolver, rule);
	check_monitor(resolver, rule);
	return (struct rule_entry){
		.action = entry_actions[rule->action],
		.flags = flags_of(rule),
		.dscp = value_dscp(resolver, rule->remark),
		.priority = value_number(resolver, &priority_values,
					 rule->priority),
		.limit = limits_add(resolver, rule->limit, zero_hint(rule)),
	};
}

static const struct limit_entry *limit_of(const struct resolver *resolver,
					  const struct rule_entry *entry)
{
	return entry->limit ? &resolver->limits[entry->limit - 1].entry : NULL;
}

static bool always_goes_on(const struct rule_entry *entry)
{
	return entry->action == RULE_CONTINUE ||
	       (entry->flags & RULE_MONITOR && entry->action != RULE_PERMIT);
}

bool actions_go_on(const struct resolver *resolver,
		   const struct rule_entry *entry)
{
	const struct limit_entry *limit = limit_of(resolver, entry);

	return always_goes_on(entry) || (limit && limit->over == OVER_CONTINUE);
}
