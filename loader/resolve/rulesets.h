/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of filters as rule sets, each list once. */
#ifndef WEIR_RESOLVE_RULESETS_H
#define WEIR_RESOLVE_RULESETS_H

#include "resolve/resolver.h"

struct rulesets {
	struct resolver *resolver;
	struct intern *by_filters;
	struct resolved_ruleset *sets;
	size_t count;
	size_t capacity;
};

void rulesets_init(struct rulesets *rulesets, struct resolver *resolver);

/*
 * Number + 1 of the rule set that applies these filters; 0: no rules. Rules
 * that set a priority have to be applied to packets that leave.
 */
uint32_t rulesets_apply(struct rulesets *rulesets,
			const struct name_list *filters,
			enum direction direction, struct span span);

#endif
