// SPDX-License-Identifier: GPL-2.0-only
/*
 * A filter says nothing of the interfaces that it is for. So what is collected
 * for each filter first is where it is applied; a rule is reported when it does
 * nothing in any of these places, and never where the filter is not applied.
 */
#include "resolve/applied.h"

#include "base/cleanup.h"
#include "resolve/names.h"

/* Where one filter is applied. */
struct use {
	const struct statement **interfaces;
	size_t count;
	size_t capacity;
	bool directions[DIRECTION_COUNT];
};

/* ---- collecting -------------------------------------------------------- */

static void add_uses(const struct resolver *resolver, struct arena *scratch,
		     const struct statement *interface,
		     const struct interface_option *option, struct use *uses)
{
	const struct name_list *filter = option->filters;
	struct use *use;

	for (; filter; filter = filter->next) {
		use = &uses[names_find(resolver, STATEMENT_FILTER,
				       filter->name) -
			    resolver->objects];
		use->interfaces =
			arena_grow(scratch, use->interfaces, use->count,
				   &use->capacity, sizeof(*use->interfaces));
		use->interfaces[use->count++] = interface;
		use->directions[option->kind == OPTION_OUT ? DIRECTION_OUT
							   : DIRECTION_IN] =
			true;
	}
}

static struct use *collect_uses(const struct resolver *resolver,
				struct arena *scratch)
{
	struct use *uses =
		arena_array(scratch, resolver->object_count, sizeof(*uses));
	const struct interface_option *option;
	const struct statement *statement;
	size_t i;

	for (i = 0; i < resolver->object_count; i++) {
		statement = resolver->objects[i].statement;
		if (statement->kind != STATEMENT_INTERFACE)
			continue;
		for (option = statement->options; option; option = option->next)
			add_uses(resolver, scratch, statement, option, uses);
	}
	return uses;
}

static void note_use(struct resolver *resolver, const struct use *use)
{
	struct span first = use->interfaces[0]->name_span;

	if (use->count == 1)
		diag_note(resolver->diags, first,
			  "the filter is applied here alone");
	else
		diag_note(resolver->diags, first,
			  "this is the first of %zu places where the filter is "
			  "applied",
			  use->count);
}

/* ---- trust ------------------------------------------------------------- */

static void check_trust(struct resolver *resolver, const struct use *use,
			const struct rule *rule)
{
	if (!rule->trust_dscp || use->directions[DIRECTION_IN])
		return;
	diag_warning(resolver->diags, rule->trust_span,
		     "remark-dscp rewrites packets that come in: apply the "
		     "filter to \"in\"",
		     "\"trust dscp\" changes nothing on packets that leave");
	note_use(resolver, use);
}

/* ---- tags -------------------------------------------------------------- */

/* An interface without ids has packets of all. */
static bool may_have(const uint16_t ids[2], struct range_list asked)
{
	size_t i;

	if (ids[0] == NO_TAG || !asked.count)
		return true;
	for (i = 0; i < asked.count; i++)
		if (asked.ranges[i].low <= ids[1] &&
		    ids[0] <= asked.ranges[i].high)
			return true;
	return false;
}

static bool may_meet(const struct use *use, const struct leg *leg)
{
	const struct statement *interface;
	size_t i;

	for (i = 0; i < use->count; i++) {
		interface = use->interfaces[i];
		if (may_have(interface->outer, leg->ranges[RANGE_OUTER_VLAN]) &&
		    may_have(interface->inner, leg->ranges[RANGE_INNER_VLAN]))
			return true;
	}
	return false;
}

/* Where the rule asks for a tag; its service may be what does. */
static struct span tag_span(const struct rule *rule)
{
	const struct match *match = rule->matches;

	for (; match; match = match->next)
		if (match->kind == MATCH_VLAN ||
		    match->kind == MATCH_INNER_VLAN)
			return match->span;
	return rule->span;
}

static void check_tags(struct resolver *resolver, const struct use *use,
		       const struct rule *rule,
		       const struct resolved_rule *resolved)
{
	size_t i;

	for (i = 0; i < resolved->leg_count; i++)
		if (may_meet(use, &resolved->legs[i]))
			return;
	if (!resolved->leg_count) /* has been reported */
		return;
	diag_warning(resolver->diags, tag_span(rule), NULL,
		     "this never matches: packets of the interfaces that "
		     "apply the filter have other tags");
	note_use(resolver, use);
}

void applied_report(struct resolver *resolver)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	struct use *uses = collect_uses(resolver, scratch);
	const struct resolved_rule *resolved;
	const struct rule *rule;
	size_t i;

	for (i = 0; i < resolver->object_count; i++) {
		if (!uses[i].count)
			continue;
		rule = resolver->objects[i].statement->rules;
		resolved = resolver->objects[i].rules;
		for (; rule; rule = rule->next) {
			check_trust(resolver, &uses[i], rule);
			check_tags(resolver, &uses[i], rule, resolved++);
		}
	}
}
