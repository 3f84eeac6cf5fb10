// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rule sets -> tables: the steps in their order (see private.h), once for each
 * rule set and family, and the errors of what does not fit.
 */
#include "base/cleanup.h"
#include "classify/private.h"

bool tables_fit(struct compilation *compilation, size_t bytes)
{
	compilation->size.bytes += bytes;
	if (compilation->size.bytes > MAX_TABLE_BYTES)
		compilation->size.full = true;
	return !compilation->size.full;
}

/* ---- legs -------------------------------------------------------------- */

/* Resolve has refused rule sets of more than MAX_GOING_ON. */
static void collect_going(const struct resolved_ruleset *rules,
			  struct classified_ruleset *result)
{
	for (size_t i = 0; i < rules->rule_count; i++)
		if (rules->rules[i].goes_on)
			result->going[result->going_count++] = (uint32_t)i;
}

static size_t count_legs(const struct resolved_ruleset *rules, int family)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->rule_count; i++)
		for (size_t j = 0; j < rules->rules[i].leg_count; j++)
			count += rules->rules[i].legs[j].families >> family & 1;
	return count;
}

static void add_legs(struct compilation *compilation, uint32_t rule,
		     uint32_t rank, bool going)
{
	const struct resolved_rule *from = &compilation->rules->rules[rule];

	for (size_t i = 0; i < from->leg_count; i++) {
		struct match_leg *leg =
			&compilation->legs[compilation->leg_count];

		if (!(from->legs[i].families >> compilation->family & 1))
			continue;
		leg->leg = &from->legs[i];
		leg->rule = rule;
		leg->rank = rank;
		leg->goes_on = going;
		compilation->leg_count++;
	}
}

static void collect_legs(struct compilation *compilation,
			 const struct classified_ruleset *result)
{
	const struct resolved_ruleset *rules = compilation->rules;
	uint32_t rank = 0;

	compilation->legs = arena_array(compilation->scratch,
					count_legs(rules, compilation->family),
					sizeof(*compilation->legs));
	for (uint32_t i = 0; i < rules->rule_count; i++) {
		bool going =
			rank < result->going_count && result->going[rank] == i;

		add_legs(compilation, i, rank, going);
		rank += going;
	}
}

/* ---- errors ------------------------------------------------------------ */

static const struct resolved_rule *
rule_at_work(const struct compilation *compilation)
{
	const struct match_leg *leg = &compilation->legs[compilation->size.leg];

	return &compilation->rules->rules[leg->rule];
}

static void report_bytes(struct diag_list *diags,
			 const struct compilation *compilation)
{
	diag_error(diags, rule_at_work(compilation)->span,
		   "bytes that differ in base, offset, length or mask are "
		   "different places",
		   "the rules look at bytes in more than %d places",
		   MAX_BYTE_FIELDS);
	diag_note(diags, compilation->rules->span, "they are applied here");
}

static void report_full(struct diag_list *diags,
			const struct compilation *compilation)
{
	diag_error(diags, rule_at_work(compilation)->span,
		   "rules of many values in several fields at once, or of many "
		   "overlapping networks on both sides, multiply each other",
		   "the tables of the rules would be larger than %llu MiB; "
		   "this is a rule that makes them so large",
		   MAX_TABLE_BYTES >> 20);
	diag_note(diags, compilation->rules->span, "they are applied here");
}

/* ---- one rule set ------------------------------------------------------ */

static void build_tables(struct diag_list *diags,
			 struct compilation *compilation)
{
	struct field_conditions fields[FIELD_COUNT] = { 0 };

	if (!compilation->leg_count)
		return;
	if (!fields_collect(compilation, fields)) {
		report_bytes(diags, compilation);
		return;
	}
	parts_fold(compilation, fields);
	if (!compilation->size.full)
		cells_build(compilation);
	if (compilation->size.full)
		report_full(diags, compilation);
}

static void classify_family(struct arena *arena, struct diag_list *diags,
			    const struct resolved_ruleset *rules, int family,
			    const struct class_members *members,
			    struct classified_ruleset *result)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	struct compilation compilation = {
		.arena = arena,
		.scratch = scratch,
		.rules = rules,
		.family = family,
		.members = members,
		.tables = &result->families[family],
	};

	collect_legs(&compilation, result);
	build_tables(diags, &compilation);
}

const struct classifier *classify_rules(struct arena *arena,
					struct diag_list *diags,
					const struct resolved *resolved)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	struct classifier *result = arena_new_of(arena, struct classifier);
	struct classified_ruleset *rulesets =
		arena_array(arena, resolved->ruleset_count, sizeof(*rulesets));
	struct class_members members[2] = {
		class_members_of(scratch, resolved, 0),
		class_members_of(scratch, resolved, 1),
	};

	for (size_t i = 0; i < resolved->ruleset_count; i++) {
		const struct resolved_ruleset *rules = &resolved->rulesets[i];
		size_t errors = diag_errors(diags);

		collect_going(rules, &rulesets[i]);
		for (int family = 0; family < 2 && diag_errors(diags) == errors;
		     family++)
			classify_family(arena, diags, rules, family,
					&members[family], &rulesets[i]);
	}
	result->rulesets = rulesets;
	result->ruleset_count = resolved->ruleset_count;
	return result;
}
