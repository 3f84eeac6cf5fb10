// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interfaces that apply the same filters in the same order share one rule set,
 * whatever the direction. A rule's text is its name in the counters: of equal
 * texts within a rule set the second becomes "... #2".
 */
#include "resolve/rulesets.h"

#include <string.h>

#include "resolve/actions.h"
#include "resolve/names.h"

void rulesets_init(struct rulesets *rulesets, struct resolver *resolver)
{
	*rulesets = (struct rulesets){
		.resolver = resolver,
		.by_filters = intern_new(resolver->arena),
	};
}

static void check_twice(struct resolver *resolver,
			const struct name_list *filters,
			const struct name_list *filter)
{
	for (; filters != filter; filters = filters->next) {
		if (strcmp(filters->name, filter->name) != 0)
			continue;
		diag_error(resolver->diags, filter->span,
			   "the second time it would never decide",
			   "filter %s is applied twice", filter->name);
		diag_note(resolver->diags, filters->span,
			  "the first time is here");
		return;
	}
}

/* The filters as indexes of objects; false when one is missing. */
static bool find_filters(struct resolver *resolver,
			 const struct name_list *filters, uint32_t *indexes,
			 size_t *count)
{
	const struct name_list *filter;
	const struct object *object;
	bool fine = true;

	*count = 0;
	for (filter = filters; filter; filter = filter->next) {
		object = names_require(resolver, STATEMENT_FILTER, filter->name,
				       filter->span);
		if (object)
			indexes[(*count)++] =
				(uint32_t)(object - resolver->objects);
		else
			fine = false;
		check_twice(resolver, filters, filter);
	}
	return fine;
}

static void number_texts(struct resolver *resolver, struct resolved_rule *rules,
			 size_t count)
{
	struct intern *texts = intern_new(resolver->arena);
	uint32_t *seen = arena_array(resolver->arena, count, sizeof(*seen));
	uint32_t number;
	size_t i;

	for (i = 0; i < count; i++) {
		number = intern_add(texts, rules[i].text, strlen(rules[i].text),
				    NULL);
		if (seen[number]++)
			rules[i].text =
				arena_printf(resolver->arena, "%s #%u",
					     rules[i].text, seen[number]);
	}
}

static void fill_ruleset(struct resolver *resolver,
			 struct resolved_ruleset *ruleset,
			 const uint32_t *indexes, size_t count)
{
	struct resolved_rule *rules;
	const struct object *filter;
	size_t i, total = 0;

	for (i = 0; i < count; i++)
		total += resolver->objects[indexes[i]].rule_count;
	rules = arena_array(resolver->arena, total, sizeof(*rules));
	ruleset->rules = rules;
	ruleset->rule_count = total;
	for (i = 0; i < count; i++) {
		filter = &resolver->objects[indexes[i]];
		if (filter->rule_count)
			memcpy(rules, filter->rules,
			       filter->rule_count * sizeof(*rules));
		rules += filter->rule_count;
	}
	number_texts(resolver, rules - total, total);
}

/* ---- what is wrong with a list of filters ------------------------------ */

/* The datapath looks on after so many rules, and no further. */
static void check_going_on(struct resolver *resolver,
			   const struct resolved_ruleset *ruleset)
{
	const struct resolved_rule *rule = ruleset->rules;
	const struct resolved_rule *end = rule + ruleset->rule_count;
	unsigned int count = 0;

	for (; rule < end; rule++) {
		if (!rule->goes_on || ++count <= MAX_GOING_ON)
			continue;
		diag_error(resolver->diags, rule->span,
			   "count, limit, remark, priority, monitor and \"over "
			   "continue\" do not end the search; apply fewer of "
			   "them here",
			   "more than %d rules that go on to the next one",
			   MAX_GOING_ON);
		diag_note(resolver->diags, ruleset->span,
			  "they are applied here");
		return;
	}
}

/* A filter behind one that decides on every packet. */
static void warn_unreached(struct resolver *resolver,
			   const struct name_list *filter,
			   const uint32_t *indexes, size_t count)
{
	const struct object *object;
	size_t i;

	for (i = 0; i + 1 < count; i++, filter = filter->next) {
		object = &resolver->objects[indexes[i]];
		if (!object->ends_all)
			continue;
		filter = filter->next;
		diag_warning(resolver->diags, filter->span, NULL,
			     "filter %s is never reached", filter->name);
		diag_note(resolver->diags, object->ends_all->span,
			  "this rule decides on every packet");
		return;
	}
}

/* Once for each filter, wherever else it is applied. */
static void check_priority(struct resolver *resolver,
			   const struct name_list *filter, uint32_t index)
{
	struct object *object = &resolver->objects[index];

	if (!object->prioritizes || object->priority_reported)
		return;
	object->priority_reported = true;
	diag_error(resolver->diags, filter->span,
		   "a priority is for the queues of the device that a packet "
		   "leaves by: apply the filter to \"out\"",
		   "filter %s sets a priority and is applied to \"in\"",
		   filter->name);
	diag_note(resolver->diags, object->prioritizes->span,
		  "the priority is set here");
}

static void check_priorities(struct resolver *resolver,
			     const struct name_list *filter,
			     const uint32_t *indexes)
{
	for (; filter; filter = filter->next)
		check_priority(resolver, filter, *indexes++);
}

/* ---- rule sets --------------------------------------------------------- */

static uint32_t new_ruleset(struct rulesets *rulesets, const uint32_t *indexes,
			    size_t count, struct span span)
{
	struct resolved_ruleset *ruleset;

	rulesets->sets = arena_grow(rulesets->resolver->arena, rulesets->sets,
				    rulesets->count, &rulesets->capacity,
				    sizeof(*ruleset));
	ruleset = &rulesets->sets[rulesets->count++];
	ruleset->span = span;
	fill_ruleset(rulesets->resolver, ruleset, indexes, count);
	check_going_on(rulesets->resolver, ruleset);
	return (uint32_t)rulesets->count;
}

uint32_t rulesets_apply(struct rulesets *rulesets,
			const struct name_list *filters,
			enum direction direction, struct span span)
{
	struct resolver *resolver = rulesets->resolver;
	size_t errors = diag_errors(resolver->diags);
	const struct name_list *filter;
	uint32_t *indexes, number;
	size_t count = 0;
	bool added;

	for (filter = filters; filter; filter = filter->next)
		count++;
	indexes = arena_array(resolver->arena, count, sizeof(*indexes));
	if (!find_filters(resolver, filters, indexes, &count) || count == 0)
		return 0;
	if (direction == DIRECTION_IN)
		check_priorities(resolver, filters, indexes);
	number = intern_add(rulesets->by_filters, indexes,
			    count * sizeof(*indexes), &added);
	if (!added)
		return number + 1;
	if (diag_errors(resolver->diags) == errors)
		warn_unreached(resolver, filters, indexes, count);
	return new_ruleset(rulesets, indexes, count, span);
}
