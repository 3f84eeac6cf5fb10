// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of counters -> rows: what a block's name says, joined with the record
 * of the image in force, which knows the place in the policy and the order, and
 * with the rule itself, which knows what its counters mean.
 *
 * An interface and direction in monitor has two blocks, which give one row for
 * each reason together.
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

static const char *const notes[] = {
#define NOTE(symbol, name, text) name,
#include "notes.def"
#undef NOTE
};

/* A row with what it is sorted by; all rules share a rank. */
struct ranked {
	struct counter_row row;
	uint32_t interface;
	uint32_t rank;
	uint32_t rule;
	bool would_drop_goes_on; /* and is judged elsewhere */
};

struct join {
	struct kernel_state *state;
	const struct counter_filter *filter;
	struct counter_table *table;
	struct record_places places;
	struct ranked *ranked;
	size_t count, capacity;
	struct note_row *notes;
	size_t note_capacity;
	struct limit_row *limits;
	size_t limit_capacity;
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
					const struct kernel_block *block)
{
	return places_interface(&join->places, block->name.interface);
}

static const struct place *rule_of(const struct join *join,
				   const struct kernel_block *block)
{
	return places_rule(&join->places, interface_of(join, block),
			   block->name.direction % DIRECTION_COUNT,
			   block->name.filter, block->name.rule);
}

static void add(struct counter *sum, const struct counter *one)
{
	sum->packets += one->packets;
	sum->bytes += one->bytes;
}

/* ---- what to show ------------------------------------------------------ */

static bool asks_for(const struct counter_filter *filter, const char *interface,
		     enum direction direction)
{
	const char *name = direction == DIRECTION_IN ? "in" : "out";

	if (filter->interface && strcmp(filter->interface, interface))
		return false;
	return !filter->direction || !strcmp(filter->direction, name);
}

/* What no rule has, no rule's name matches. */
static bool asks_for_rule(const struct counter_filter *filter, const char *name,
			  const char *rule)
{
	if (!filter->rule)
		return true;
	return name &&
	       (!strcmp(filter->rule, name) || strstr(rule, filter->rule));
}

static bool wanted(const struct counter_filter *filter,
		   const struct counter_row *row)
{
	if (!asks_for(filter, row->interface, row->direction) ||
	    !asks_for_rule(filter, row->filter, row->rule))
		return false;
	if (filter->reason &&
	    (!row->reason || strcmp(filter->reason, row->reason)))
		return false;
	return filter->all || row->done.packets || row->over.packets ||
	       row->would_drop.packets;
}

/* Packets outside every interface have no place in a policy, but count. */
static bool in_force(const struct counter_row *row)
{
	return row->file || !strcmp(row->interface, "*");
}

static void add_row(struct join *join, const struct ranked *ranked)
{
	if (!wanted(join->filter, &ranked->row) ||
	    !(join->filter->all || in_force(&ranked->row)))
		return;
	join->ranked = arena_grow(join->state->arena, join->ranked, join->count,
				  &join->capacity, sizeof(*ranked));
	join->ranked[join->count++] = *ranked;
}

static struct ranked start_row(const struct join *join,
			       const struct kernel_block *block,
			       const struct place *place)
{
	const struct place *interface = interface_of(join, block);

	return (struct ranked){
		.row = { .interface = block->name.interface,
			 .direction = block->name.direction,
			 .file = place ? place->file : NULL,
			 .line = place ? place->line : 0 },
		.interface = interface ? interface->order : UINT32_MAX,
	};
}

/* ---- reasons and notes ------------------------------------------------- */

/* Rules count in slots of their own: their reasons' slots stay empty. */
static bool is_used(uint32_t reason)
{
	return reason != REASON_RULE_PERMIT && reason != REASON_RULE_DROP &&
	       reason != REASON_RULE_REJECT;
}

static void add_reasons(struct join *join, const struct kernel_block *block)
{
	bool would_drop = block->name.kind == BLOCK_WOULD_DROP;
	struct ranked ranked =
		start_row(join, block, interface_of(join, block));
	struct counter_row *row = &ranked.row;
	uint32_t i;

	for (i = 0; i < block->name.width && i < REASON_COUNT; i++) {
		if (!is_used(i))
			continue;
		ranked.rank = i;
		row->reason = reasons[i].name;
		row->verdict = reasons[i].verdict;
		*(would_drop ? &row->would_drop : &row->done) =
			block->counts[i];
		row->judged = block->counts[i];
		if (!would_drop || row->verdict == VERDICT_DROP)
			add_row(join, &ranked);
	}
}

static void add_notes(struct join *join, const struct kernel_block *block)
{
	struct counter_table *table = join->table;
	const struct counter *count;
	uint32_t i;

	if (!asks_for(join->filter, block->name.interface,
		      block->name.direction) ||
	    join->filter->reason || join->filter->rule)
		return;
	for (i = 0; REASON_COUNT + i < block->name.width && i < NOTE_COUNT;
	     i++) {
		count = &block->counts[REASON_COUNT + i];
		if (!count->packets && !join->filter->all)
			continue;
		join->notes = arena_grow(
			join->state->arena, join->notes, table->note_count,
			&join->note_capacity, sizeof(*join->notes));
		join->notes[table->note_count++] = (struct note_row){
			.interface = block->name.interface,
			.direction = block->name.direction,
			.note = notes[i],
			.count = *count,
		};
	}
}

/* ---- rules ------------------------------------------------------------- */

/* Whether packets in the counters of a rule had their verdict there. */
struct meaning {
	enum reason reason; /* of one that ends the search */
	bool goes_on;
	bool over_ends;
	bool would_drop_goes_on;
};

static struct meaning meaning_of(const struct rule_entry *rule,
				 const struct limit_entry *limit)
{
	static const enum reason ends_with[] = {
		[RULE_PERMIT] = REASON_RULE_PERMIT,
		[RULE_DROP] = REASON_RULE_DROP,
		[RULE_REJECT] = REASON_RULE_REJECT,
		[RULE_CONTINUE] = REASON_RULE_PERMIT,
	};
	bool goes_on = rule->action == RULE_CONTINUE;

	return (struct meaning){
		.reason = ends_with[rule->action & 3],
		.goes_on = goes_on,
		.over_ends =
			limit && (limit->over == OVER_DROP ||
				  (limit->over == OVER_REMARK && !goes_on)),
		.would_drop_goes_on = rule->flags & RULE_MONITOR,
	};
}

/* What a rule that is gone said it did: its text is all that is left. */
static struct meaning read_meaning(const char *text)
{
	bool permits = !strncmp(text, "permit", 6);
	bool drops = !strncmp(text, "drop", 4);
	bool rejects = !strncmp(text, "reject", 6);
	bool goes_on = !permits && !drops && !rejects;

	return (struct meaning){
		.reason = drops	    ? REASON_RULE_DROP
			  : rejects ? REASON_RULE_REJECT
				    : REASON_RULE_PERMIT,
		.goes_on = goes_on,
		.over_ends = !strstr(text, " over continue") &&
			     !(goes_on && strstr(text, " over remark")),
		.would_drop_goes_on = strstr(text, " monitor"),
	};
}

static void judge_rule(const struct meaning *meaning, struct counter_row *row)
{
	row->goes_on = meaning->goes_on;
	if (!meaning->goes_on) {
		row->reason = reasons[meaning->reason].name;
		row->verdict = reasons[meaning->reason].verdict;
		add(&row->judged, &row->done);
	}
	if (meaning->over_ends)
		add(&row->judged, &row->over);
	if (!meaning->would_drop_goes_on)
		add(&row->judged, &row->would_drop);
}

static void add_rule(struct join *join, const struct kernel_block *block)
{
	const struct place *place = rule_of(join, block);
	struct ranked ranked = start_row(join, block, place);
	struct counter_row *row = &ranked.row;
	struct meaning meaning;

	if (block->name.width < RULE_SLOTS)
		return;
	ranked.rank = REASON_RULE_PERMIT;
	ranked.rule = place ? place->order : UINT32_MAX;
	row->filter = block->name.filter;
	row->rule = place ? place->text : block->name.rule;
	row->done = block->counts[RULE_MATCHED];
	row->over = block->counts[RULE_OVER];
	row->would_drop = block->counts[RULE_WOULD_DROP];
	row->limited = block->limit || row->over.packets;
	meaning = block->rule ? meaning_of(block->rule, block->limit)
			      : read_meaning(row->rule);
	judge_rule(&meaning, row);
	ranked.would_drop_goes_on = meaning.would_drop_goes_on;
	if (block->rule && block->rule->flags & RULE_MONITOR)
		join->table->monitor = true;
	add_row(join, &ranked);
}

/* ---- limits per source ------------------------------------------------- */

static int compare_slots(const void *a, const void *b)
{
	const struct kernel_limiter *left = a, *right = b;

	return left->slot < right->slot ? -1 : left->slot > right->slot;
}

static void add_limit(struct join *join, const struct kernel_block *block)
{
	const struct kernel_limiter key = { .slot = block->slot }, *state;
	const struct slot_name *name = &block->name;
	bool is_rule = name->kind == BLOCK_RULE;

	if (!block->limit || !block->limit->per_source ||
	    !asks_for(join->filter, name->interface, name->direction) ||
	    !asks_for_rule(join->filter, is_rule ? name->filter : NULL,
			   name->rule))
		return;
	state = bsearch(&key, join->state->limiters, join->state->limiter_count,
			sizeof(key), compare_slots);
	if (!state || (!state->created && !join->filter->all))
		return;
	join->limits = arena_grow(join->state->arena, join->limits,
				  join->table->limit_count,
				  &join->limit_capacity, sizeof(*join->limits));
	join->limits[join->table->limit_count++] = (struct limit_row){
		.interface = name->interface,
		.direction = name->direction,
		.filter = is_rule ? name->filter : NULL,
		.rule = is_rule ? name->rule : NULL,
		.sources = state->sources,
		.evicted = state->created > state->sources
				   ? state->created - state->sources
				   : 0,
	};
}

/* ---- the table --------------------------------------------------------- */

static void add_block(struct join *join, const struct kernel_block *block)
{
	switch ((enum block_kind)block->name.kind) {
	case BLOCK_REASONS:
		add_reasons(join, block);
		add_notes(join, block);
		break;
	case BLOCK_WOULD_DROP:
		if (block->in_force)
			join->table->monitor = true;
		add_reasons(join, block);
		break;
	case BLOCK_RULE:
		add_rule(join, block);
		break;
	case BLOCK_LIMIT:
		break;
	}
	add_limit(join, block);
}

/* The other block's row of the same reason comes to the first one. */
static bool merge(struct ranked *into, const struct ranked *from)
{
	if (from->row.filter || compare(into, from))
		return false;
	add(&into->row.done, &from->row.done);
	add(&into->row.would_drop, &from->row.would_drop);
	add(&into->row.judged, &from->row.judged);
	return true;
}

static size_t sort_rows(struct ranked *ranked, size_t count)
{
	size_t kept = 0, i;

	if (count)
		qsort(ranked, count, sizeof(*ranked), compare);
	for (i = 0; i < count; i++)
		if (!kept || !merge(&ranked[kept - 1], &ranked[i]))
			ranked[kept++] = ranked[i];
	return kept;
}

static void finish(struct join *join)
{
	struct counter_table *table = join->table;
	struct counter_row *rows, *row;
	size_t i;

	table->count = sort_rows(join->ranked, join->count);
	rows = arena_array(join->state->arena, table->count + 1, sizeof(*rows));
	for (i = 0; i < table->count; i++) {
		row = &rows[i];
		*row = join->ranked[i].row;
		add(&table->judged, &row->judged);
		if (!join->ranked[i].would_drop_goes_on)
			add(&table->would_drop, &row->would_drop);
		table->monitor |= row->would_drop.packets != 0;
	}
	table->rows = rows;
	table->notes = join->notes;
	table->limits = join->limits;
}

int observe_counters(struct kernel_state *state,
		     const struct counter_filter *filter,
		     struct counter_table *table, struct kernel_error *error)
{
	_cleanup_record_ json_t *record = record_parse(state, error);
	struct join join = { .state = state, .filter = filter, .table = table };
	size_t i;

	*table = (struct counter_table){};
	if (!record)
		return -EBADMSG;
	places_read(state->arena, record, &join.places);
	for (i = 0; i < state->block_count; i++)
		add_block(&join, &state->blocks[i]);
	finish(&join);
	return 0;
}
