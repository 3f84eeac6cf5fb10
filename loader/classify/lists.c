// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of legs -> leaves and branches.
 *
 * The addresses of a packet leave a list of legs, mostly of one or two. A short
 * one is a leaf: the packet is held against one leg after the other. A long
 * one branches by the class of a part, the one of which its legs ask the most
 * different predicates: for each class, the list of the legs whose predicates
 * of that part hold. A list that has branched by every part that its legs ask
 * for has nothing left to ask: its first leg that ends the search is the last
 * of the list. So a packet takes at most one step a part, then reads a leaf of
 * at most LONGEST_LEAF entries, whatever the rules are.
 *
 * Equal lists are made once. Legs that can never be the first to match, since
 * one before them in the list asks for the same or for nothing more, are left
 * out.
 */
#include <string.h>

#include "base/cleanup.h"
#include "classify/private.h"

enum { SMALL_LIST = 64 };

struct list_builder {
	struct compilation *compilation;
	struct intern *known; /* asked parts, then legs -> position in lists */
	struct numbers keys[MATCH_PARTS + 1]; /* one for each depth */
	struct numbers lists;
	struct intern *leaves; /* content -> position in leaf_at */
	struct numbers leaf_at;
	struct intern *rows; /* content -> position in row_at */
	struct numbers row_at;
	struct leaf_entry *entries;
	size_t entry_count;
	size_t entry_capacity;
	struct numbers branches;
	uint32_t *seen; /* by pattern: mark of the list that has it */
	uint32_t mark;
};

static uint32_t make_list(struct list_builder *builder,
			  const struct numbers *legs, uint32_t asked);

/* The leaf of no legs is entry 0: no rule comes before none. */
static void add_empty_leaf(struct list_builder *builder)
{
	builder->entries =
		arena_grow(builder->compilation->arena, NULL, 0,
			   &builder->entry_capacity, sizeof(*builder->entries));
	builder->entries[0].rule = UINT32_MAX;
	builder->entries[0].flags = LEAF_LAST;
	builder->entry_count = 1;
}

struct list_builder *lists_new(struct compilation *compilation)
{
	struct arena *scratch = compilation->scratch;
	struct list_builder *builder =
		arena_new_of(scratch, struct list_builder);

	builder->compilation = compilation;
	builder->known = intern_new(scratch);
	builder->leaves = intern_new(scratch);
	builder->rows = intern_new(scratch);
	builder->seen = arena_array(scratch, compilation->leg_count,
				    sizeof(*builder->seen));
	add_empty_leaf(builder);
	return builder;
}

static const struct match_leg *leg_at(const struct list_builder *builder,
				      uint32_t leg)
{
	return &builder->compilation->legs[leg];
}

/* ---- legs that matter -------------------------------------------------- */

/* Parts that the leg still asks for when `asked` have been asked. */
static uint32_t open_parts(const struct list_builder *builder,
			   const struct match_leg *leg, uint32_t asked)
{
	uint32_t open = 0;

	for (size_t i = 0; i < builder->compilation->part_count; i++)
		if (leg->predicates[i])
			open |= 1u << i;
	return open & ~asked;
}

static bool same_open(const struct match_leg *a, const struct match_leg *b,
		      uint32_t asked)
{
	for (int i = 0; i < MATCH_PARTS; i++)
		if (!(asked >> i & 1) && a->predicates[i] != b->predicates[i])
			return false;
	return true;
}

/* True when a leg before makes this one useless wherever it matches. */
static bool hides(const struct list_builder *builder,
		  const struct match_leg *before, const struct match_leg *leg,
		  uint32_t asked)
{
	if (before->goes_on && before->rule != leg->rule)
		return false;
	return same_open(before, leg, asked) ||
	       !open_parts(builder, before, asked);
}

/* kept: legs before it, from element 1 on. */
static bool is_hidden(struct list_builder *builder, const struct numbers *kept,
		      const struct match_leg *leg, uint32_t asked)
{
	if (builder->seen[leg->pattern] == builder->mark)
		return true;
	for (size_t i = kept->count; i-- > 1 && kept->count - i <= SMALL_LIST;)
		if (hides(builder, leg_at(builder, kept->of[i]), leg, asked))
			return true;
	return false;
}

/* Adds the legs that matter to kept. */
static void prune(struct list_builder *builder, const struct numbers *legs,
		  uint32_t asked, struct numbers *kept)
{
	builder->mark++;
	for (size_t i = 0; i < legs->count; i++) {
		const struct match_leg *leg = leg_at(builder, legs->of[i]);

		if (is_hidden(builder, kept, leg, asked))
			continue;
		numbers_add(builder->compilation->scratch, kept, legs->of[i]);
		if (leg->goes_on)
			continue;
		builder->seen[leg->pattern] = builder->mark;
		if (!open_parts(builder, leg, asked))
			break;
	}
}

/* ---- leaves ------------------------------------------------------------ */

/* What the leg still asks, one entry for each open part, and at least one. */
static size_t fill_entries(const struct match_leg *leg, uint32_t open,
			   bool last, struct leaf_entry *entries)
{
	const uint32_t going = leg->goes_on ? LEAF_GOES_ON : 0;
	const uint32_t end = last ? LEAF_LAST : 0;
	struct leaf_entry *entry = entries;
	uint32_t part;

	do {
		entry->rule = leg->rule;
		entry->rank = (uint8_t)leg->rank;
		if (open) {
			part = (uint32_t)__builtin_ctz(open);
			entry->part = (uint8_t)part;
			entry->predicate = leg->predicates[part];
		}
		open &= open - 1;
		entry++->flags = (uint8_t)(going | (open ? LEAF_MORE : end));
	} while (open);
	return (size_t)(entry - entries);
}

static uint32_t append_leaf(struct list_builder *builder,
			    const struct leaf_entry *entries, size_t count)
{
	uint32_t first = (uint32_t)builder->entry_count;

	for (size_t i = 0; i < count; i++) {
		builder->entries = arena_grow(
			builder->compilation->arena, builder->entries,
			builder->entry_count, &builder->entry_capacity,
			sizeof(*builder->entries));
		builder->entries[builder->entry_count++] = entries[i];
	}
	tables_fit(builder->compilation, count * sizeof(*entries));
	return first;
}

static uint32_t make_leaf(struct list_builder *builder,
			  const struct numbers *legs, uint32_t asked)
{
	struct leaf_entry entries[LONGEST_LEAF] = { 0 };
	size_t count = 0;
	uint32_t at;
	bool added;

	for (size_t i = 0; i < legs->count; i++) {
		const struct match_leg *leg = leg_at(builder, legs->of[i]);

		count += fill_entries(leg, open_parts(builder, leg, asked),
				      i + 1 == legs->count, entries + count);
	}
	at = intern_add(builder->leaves, entries, count * sizeof(*entries),
			&added);
	if (added)
		numbers_add(builder->compilation->scratch, &builder->leaf_at,
			    append_leaf(builder, entries, count));
	return builder->leaf_at.of[at];
}

_Static_assert((int)SHORT_LEAF *MATCH_PARTS <= (int)LONGEST_LEAF,
	       "a short leaf is short in entries, too");

/* ---- branches ---------------------------------------------------------- */

/* The legs of a list by their predicates of one part. */
struct by_predicate {
	struct numbers always;
	struct intern *predicates;
	struct numbers *legs; /* by number in predicates */
};

static struct by_predicate sort_legs(struct list_builder *builder,
				     struct arena *arena,
				     const struct numbers *legs, size_t part)
{
	struct by_predicate sorted = {
		.predicates = intern_new(arena),
		.legs = arena_array(arena, legs->count, sizeof(struct numbers)),
	};

	for (size_t i = 0; i < legs->count; i++) {
		uint32_t predicate =
			leg_at(builder, legs->of[i])->predicates[part];
		struct numbers *to = &sorted.always;

		if (predicate)
			to = &sorted.legs[intern_add(sorted.predicates,
						     &predicate,
						     sizeof(predicate), NULL)];
		numbers_add(arena, to, legs->of[i]);
	}
	return sorted;
}

static void add_legs(struct arena *arena, struct numbers *to,
		     const struct numbers *legs)
{
	for (size_t i = 0; i < legs->count; i++)
		numbers_add(arena, to, legs->of[i]);
}

/* The legs whose predicates of the part are among those that hold, in order. */
static void select_legs(struct arena *arena, const struct by_predicate *sorted,
			const struct numbers *holding, struct numbers *legs)
{
	uint32_t number;

	legs->count = 0;
	add_legs(arena, legs, &sorted->always);
	for (size_t i = 0; i < holding->count; i++)
		if (intern_find(sorted->predicates, &holding->of[i],
				sizeof(holding->of[i]), &number))
			add_legs(arena, legs, &sorted->legs[number]);
	numbers_sort(legs);
}

static uint32_t append_row(struct list_builder *builder, const uint32_t *row,
			   size_t count)
{
	bool added;
	uint32_t at =
		intern_add(builder->rows, row, count * sizeof(*row), &added);

	if (added) {
		numbers_add(builder->compilation->scratch, &builder->row_at,
			    (uint32_t)builder->branches.count);
		for (size_t i = 0; i < count; i++)
			numbers_add(builder->compilation->arena,
				    &builder->branches, row[i]);
		tables_fit(builder->compilation, count * sizeof(*row));
	}
	return builder->row_at.of[at];
}

static uint32_t make_branch(struct list_builder *builder, struct arena *arena,
			    const struct numbers *legs, uint32_t asked,
			    size_t part)
{
	struct compilation *compilation = builder->compilation;
	const struct intern *sets = compilation->part_sets[part];
	uint32_t classes = intern_count(sets);
	uint32_t *row = arena_array(arena, classes, sizeof(*row));
	struct by_predicate sorted = sort_legs(builder, arena, legs, part);
	struct numbers selected = { 0 }, holding;

	for (uint32_t class = 0; class < classes; class += 1) {
		compilation->size.leg = legs->of[legs->count - 1];
		if (!tables_fit(compilation, 0))
			return 0;
		holding = numbers_at(sets, class);
		select_legs(arena, &sorted, &holding, &selected);
		row[class] = make_list(builder, &selected, asked | 1u << part);
	}
	return LIST_BRANCH | (uint32_t)part << LIST_PART_SHIFT |
	       append_row(builder, row, classes);
}

/* The part of which the legs ask the most different predicates. */
static size_t choose_part(struct list_builder *builder, struct arena *arena,
			  const struct numbers *legs, uint32_t open)
{
	uint32_t most = 0;
	size_t best = 0;

	for (size_t part = 0; part < MATCH_PARTS; part++) {
		struct by_predicate sorted;

		if (!(open >> part & 1))
			continue;
		sorted = sort_legs(builder, arena, legs, part);
		if (intern_count(sorted.predicates) > most) {
			most = intern_count(sorted.predicates);
			best = part;
		}
	}
	return best;
}

/* ---- lists ------------------------------------------------------------- */

static uint32_t leaf_or_branch(struct list_builder *builder,
			       const struct numbers *legs, uint32_t asked)
{
	_cleanup_arena_ struct arena *arena = NULL;
	uint32_t open = 0;

	for (size_t i = 0; i < legs->count; i++)
		open |= open_parts(builder, leg_at(builder, legs->of[i]),
				   asked);
	if (legs->count <= SHORT_LEAF || !open)
		return make_leaf(builder, legs, asked);
	arena = arena_new();
	return make_branch(builder, arena, legs, asked,
			   choose_part(builder, arena, legs, open));
}

/* The key of a list is the parts that have been asked, then its legs. */
static uint32_t make_list(struct list_builder *builder,
			  const struct numbers *legs, uint32_t asked)
{
	struct arena *scratch = builder->compilation->scratch;
	struct numbers *key = &builder->keys[__builtin_popcount(asked)], kept;
	uint32_t at, list;
	bool added;

	key->count = 0;
	numbers_add(scratch, key, asked);
	prune(builder, legs, asked, key);
	if (key->count == 1)
		return 0;
	at = intern_add(builder->known, key->of, key->count * sizeof(*key->of),
			&added);
	if (!added)
		return builder->lists.of[at];
	tables_fit(builder->compilation, key->count * sizeof(*key->of));
	numbers_add(scratch, &builder->lists, 0);
	kept.of = key->of + 1;
	kept.count = key->count - 1;
	list = leaf_or_branch(builder, &kept, asked);
	builder->lists.of[at] = list;
	return list;
}

uint32_t lists_add(struct list_builder *builder, const struct numbers *legs)
{
	return make_list(builder, legs, 0);
}

void lists_finish(struct list_builder *builder)
{
	struct ruleset_tables *tables = builder->compilation->tables;

	tables->leaves = builder->entries;
	tables->leaf_count = builder->entry_count;
	tables->branches = builder->branches.of;
	tables->branch_count = builder->branches.count;
}
