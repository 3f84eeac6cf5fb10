/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of rules share: one filter, its rules and their legs. */
#ifndef TESTS_UNIT_RULE_HELPERS_H
#define TESTS_UNIT_RULE_HELPERS_H

#include "resolve_helpers.h"

#define IN_FILTER(rules)                                                       \
	"filter f { " rules " } interface e { role core; in { apply f; } }"

static inline const struct resolved_rule *rule_of(const struct world *world,
						  size_t index)
{
	assert_int_equal(world->resolved->ruleset_count, 1);
	assert_true(index < world->resolved->rulesets[0].rule_count);
	return &world->resolved->rulesets[0].rules[index];
}

static inline const struct leg *leg_of(const struct world *world, size_t rule,
				       size_t leg)
{
	assert_true(leg < rule_of(world, rule)->leg_count);
	return &rule_of(world, rule)->legs[leg];
}

static inline void expect_legs(const struct world *world, size_t rule,
			       size_t count)
{
	assert_int_equal(rule_of(world, rule)->leg_count, count);
}

static inline void expect_ranges(struct range_list list, size_t count,
				 const struct range16 *ranges)
{
	assert_int_equal(list.count, count);
	assert_memory_equal(list.ranges, ranges, count * sizeof(*ranges));
}

#define EXPECT_RANGES(list, ...)                                               \
	do {                                                                   \
		const struct range16 expected[] = { __VA_ARGS__ };             \
		expect_ranges(list, sizeof(expected) / sizeof(*expected),      \
			      expected);                                       \
	} while (0)

/* A policy of one filter with exactly one warning, at this column. */
static inline void expect_warning(const char *text, uint32_t column,
				  const char *message)
{
	struct world world = resolve(text);
	const struct diagnostic *first;

	assert_int_equal(diag_errors(world.diags), 0);
	assert_true(diag_count(world.diags) > 0);
	first = diag_at(world.diags, 0);
	assert_int_equal(first->severity, SEVERITY_WARNING);
	assert_string_equal(first->message, message);
	assert_int_equal(first->span.column, column);
	world_end(&world);
}

#endif
