// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counter slots -> rows: what the slot's name says, joined with the record of
 * the image in force, which knows the place in the policy and the order.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name;
	enum verdict verdict;
} reasons[] = {
#define REASON(symbol, name, verdict, text) { name, VERDICT_##verdict },
#include "reasons.def"
#undef REASON
};

/* A row with what it is sorted by; rules of both verdicts share a rank. */
struct ranked {
	struct counter_row row;
	uint32_t interface;
	uint32_t rank;
	uint32_t rule;
};

struct join {
	const struct counter_filter *filter;
	struct places interfaces;
	struct places rules;
};

/* Interfaces that the policy has no more come last, by name. */
static int compare(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	int order;

	if (left->interface != right->interface)
		return left->interface < right->interface ? -1 : 1;
	order = strcmp(left->row.interface, right->row.interface);
	if (order)
		return order;
	if (left->row.direction != right->row.direction)
		return left->row.direction < right->row.direction ? -1 : 1;
	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return 0;
}

static const struct place *interface_of(const struct join *join,
					const struct kernel_counter *counter)
{
	const struct place name = {
		.interface = counter->block.interface,
		.filter = "",
		.rule = "",
	};

	return places_find(&join->interfaces, &name);
}

static const struct place *rule_of(const struct join *join,
				   const struct kernel_counter *counter)
{
	const struct place name = {
		.interface = counter->block.interface,
		.direction = counter->block.direction,
		.filter = counter->block.filter,
		.rule = counter->block.rule,
	};

	return places_find(&join->rules, &name);
}

/* A rule that is gone still begins with what it did. */
static void describe_rule(struct ranked *ranked, const struct place *place,
			  const struct kernel_counter *counter)
{
	struct counter_row *row = &ranked->row;

	row->filter = counter->block.filter;
	row->rule = place ? place->text : counter->block.rule;
	row->verdict = VERDICT_PASS;
	if (place ? place->verdict == VERDICT_DROP
		  : !strncmp(row->rule, "drop", 4))
		row->verdict = VERDICT_DROP;
	row->reason = reasons[row->verdict == VERDICT_DROP ? REASON_RULE_DROP
							   : REASON_RULE_PERMIT]
			      .name;
	ranked->rank = REASON_RULE_PERMIT;
	ranked->rule = place ? place->order : UINT32_MAX;
}

static void describe(const struct join *join, struct ranked *ranked,
		     const struct kernel_counter *counter)
{
	const struct place *interface = interface_of(join, counter);
	const struct place *place = interface;
	struct counter_row *row = &ranked->row;

	*ranked = (struct ranked){
		.row = { .interface = counter->block.interface,
			 .direction = counter->block.direction,
			 .packets = counter->packets,
			 .bytes = counter->bytes },
		.interface = interface ? interface->order : UINT32_MAX,
		.rank = counter->offset,
	};
	if (counter->block.filter[0]) {
		place = rule_of(join, counter);
		describe_rule(ranked, place, counter);
	} else {
		row->verdict = reasons[counter->offset].verdict;
		row->reason = reasons[counter->offset].name;
	}
	row->file = place ? place->file : NULL;
	row->line = place ? place->line : 0;
}

static bool wanted(const struct counter_filter *filter,
		   const struct counter_row *row)
{
	const char *direction = row->direction == DIRECTION_IN ? "in" : "out";

	if (filter->interface && strcmp(filter->interface, row->interface))
		return false;
	if (filter->direction && strcmp(filter->direction, direction))
		return false;
	if (filter->reason && strcmp(filter->reason, row->reason))
		return false;
	if (filter->rule &&
	    (!row->filter || (strcmp(filter->rule, row->filter) &&
			      !strstr(row->rule, filter->rule))))
		return false;
	return filter->all || row->packets;
}

/* Packets outside every interface have no place in a policy, but count. */
static bool in_force(const struct ranked *ranked)
{
	return ranked->row.file || !strcmp(ranked->row.interface, "*");
}

/* Rules count in slots of their own: their reasons' slots stay empty. */
static bool is_used(const struct kernel_counter *counter)
{
	if (counter->block.width == 1)
		return true;
	return counter->offset < REASON_COUNT &&
	       counter->offset != REASON_RULE_PERMIT &&
	       counter->offset != REASON_RULE_DROP;
}

static void add_rows(struct kernel_state *state, const struct join *join,
		     struct counter_table *table)
{
	size_t most = state->counter_count + 1, count = 0, i;
	struct ranked *ranked =
		arena_array(state->arena, most, sizeof(*ranked));
	struct counter_row *rows;

	for (i = 0; i < state->counter_count; i++) {
		if (!is_used(&state->counters[i]))
			continue;
		describe(join, &ranked[count], &state->counters[i]);
		if (wanted(join->filter, &ranked[count].row) &&
		    (join->filter->all || in_force(&ranked[count])))
			count++;
	}
	qsort(ranked, count, sizeof(*ranked), compare);
	rows = arena_array(state->arena, count + 1, sizeof(*rows));
	for (i = 0; i < count; i++) {
		rows[i] = ranked[i].row;
		table->packets += rows[i].packets;
		table->bytes += rows[i].bytes;
	}
	table->rows = rows;
	table->count = count;
}

int observe_counters(struct kernel_state *state,
		     const struct counter_filter *filter,
		     struct counter_table *table, struct kernel_error *error)
{
	_cleanup_record_ json_t *record = record_parse(state, error);
	struct join join = { .filter = filter };

	*table = (struct counter_table){};
	if (!record)
		return -EBADMSG;
	places_read(state->arena, record, &join.interfaces, &join.rules);
	add_rows(state, &join, table);
	return 0;
}
