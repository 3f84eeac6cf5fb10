// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fields -> parts, legs -> predicates.
 *
 * A predicate of a part is what a leg asks of the fields in the part: one
 * condition each, or none. A class of the part is a set of predicates that
 * hold together. Fields are folded in one after the other, as in recursive
 * flow classification (Gupta and McKeown, 1999): predicates become pairs of a
 * predicate so far and a condition of the new field, and each pair of classes
 * that a packet can have is one cell of the fold table.
 *
 * Folding multiplies classes where fields are independent, so a field goes to
 * the first part whose fold table stays small, and to a part of its own if
 * there is none. With MAX_FOLD cells the rules of real firewalls are one part.
 */
#include <string.h>

#include "classify/private.h"

enum { MAX_FOLD = 1 << 12, MOST_PARTS = MATCH_PARTS };

/* A part under construction. Predicate 0 holds always and is in no set. */
struct part {
	struct intern *sets;  /* class -> predicates that hold, sorted */
	uint32_t *predicates; /* by leg */
	uint32_t predicate_count;
};

/* Predicates of a part and one more field. */
struct folding {
	struct compilation *compilation;
	const struct part *from;
	const struct field_classes *field;
	struct intern *pairs;	      /* (predicate, condition), (0, 0) first */
	struct numbers *by_condition; /* pairs with this condition */
	uint32_t *mark;		      /* by predicate: class + 1 it is in */
};

struct pair {
	uint32_t predicate;
	uint32_t condition;
};

static struct pair pair_at(const struct intern *pairs, uint32_t number)
{
	return *(const struct pair *)intern_at(pairs, number).bytes;
}

/* New predicates of the legs. */
static uint32_t *collect_pairs(struct folding *folding, int field,
			       size_t conditions)
{
	struct compilation *compilation = folding->compilation;
	struct arena *scratch = compilation->scratch;
	uint32_t *of_leg =
		arena_array(scratch, compilation->leg_count, sizeof(*of_leg));
	const struct pair none = { 0, 0 };
	bool added;

	folding->pairs = intern_new(scratch);
	folding->by_condition = arena_array(scratch, conditions + 1,
					    sizeof(*folding->by_condition));
	intern_add(folding->pairs, &none, sizeof(none), NULL);
	for (size_t i = 0; i < compilation->leg_count; i++) {
		struct pair pair = {
			folding->from->predicates[i],
			compilation->legs[i].conditions[field],
		};

		of_leg[i] =
			intern_add(folding->pairs, &pair, sizeof(pair), &added);
		if (added)
			numbers_add(scratch,
				    &folding->by_condition[pair.condition],
				    of_leg[i]);
	}
	return of_leg;
}

/* Adds the pairs with the condition whose predicate is in the marked class. */
static void add_holding(const struct folding *folding, uint32_t condition,
			uint32_t mark, struct numbers *set)
{
	const struct numbers *pairs = &folding->by_condition[condition];

	for (size_t i = 0; i < pairs->count; i++) {
		uint32_t predicate =
			pair_at(folding->pairs, pairs->of[i]).predicate;

		if (!predicate || folding->mark[predicate] == mark)
			numbers_add(folding->compilation->scratch, set,
				    pairs->of[i]);
	}
}

static void fold_class(const struct folding *folding, uint32_t class,
		       struct intern *sets, struct numbers *set, uint32_t *row)
{
	struct numbers holding = numbers_at(folding->from->sets, class);
	uint32_t known;

	for (size_t i = 0; i < holding.count; i++)
		folding->mark[holding.of[i]] = class + 1;
	for (uint32_t of = 0; of < intern_count(folding->field->sets); of++) {
		struct numbers conditions =
			numbers_at(folding->field->sets, of);

		set->count = 0;
		add_holding(folding, 0, class + 1, set);
		for (size_t i = 0; i < conditions.count; i++)
			add_holding(folding, conditions.of[i], class + 1, set);
		numbers_sort(set);
		known = intern_count(sets);
		row[of] = numbers_intern(sets, set);
		if (intern_count(sets) > known &&
		    !tables_fit(folding->compilation,
				set->count * sizeof(*set->of)))
			return;
	}
}

static void fold_in(struct compilation *compilation, struct part *part,
		    int field, const struct field_classes *classes,
		    size_t conditions)
{
	struct class_walk *walk = &compilation->tables->fields[field];
	struct arena *scratch = compilation->scratch;
	uint32_t count = intern_count(part->sets);
	struct folding folding = {
		.compilation = compilation,
		.from = part,
		.field = classes,
		.mark = arena_array(scratch, part->predicate_count,
				    sizeof(uint32_t)),
	};
	struct part result = { .sets = intern_new(scratch) };
	struct numbers set = { 0 };
	uint32_t *fold;

	result.predicates = collect_pairs(&folding, field, conditions);
	result.predicate_count = intern_count(folding.pairs);
	walk->fold_count = (size_t)count * walk->count;
	if (!tables_fit(compilation, walk->fold_count * sizeof(*fold)))
		return;
	fold = arena_array(compilation->arena, walk->fold_count, sizeof(*fold));
	for (uint32_t class = 0; class < count && !compilation->size.full;
	     class += 1)
		fold_class(&folding, class, result.sets, &set,
			   fold + (size_t) class * walk->count);
	if (intern_count(part->sets) > 1)
		walk->fold = fold;
	else
		walk->fold_count = 0; /* classes of the field are the part's */
	*part = result;
}

/* ---- which part -------------------------------------------------------- */

/* Of the parts there are, the one that this field would multiply least. */
static size_t choose_part(const struct compilation *compilation,
			  const struct part *parts, uint32_t classes)
{
	size_t best = 0, i;

	for (i = 0; i < compilation->part_count; i++) {
		uint64_t count = intern_count(parts[i].sets);

		if (count * classes <= MAX_FOLD)
			return i;
		if (count < intern_count(parts[best].sets))
			best = i;
	}
	return i < MOST_PARTS ? i : best;
}

static void start_part(struct compilation *compilation, struct part *part)
{
	struct numbers none = { 0 };

	part->sets = intern_new(compilation->scratch);
	numbers_intern(part->sets, &none);
	part->predicates =
		arena_array(compilation->scratch, compilation->leg_count,
			    sizeof(*part->predicates));
	part->predicate_count = 1;
	compilation->part_count++;
}

/* The last leg that asks for the field: for errors. */
static void name_leg(struct compilation *compilation, int field)
{
	for (size_t i = 0; i < compilation->leg_count; i++)
		if (compilation->legs[i].conditions[field])
			compilation->size.leg = i;
}

static void place_field(struct compilation *compilation, struct part *parts,
			int field, const struct field_conditions *conditions)
{
	struct class_walk *walk = &compilation->tables->fields[field];
	struct field_classes classes;
	size_t part;

	name_leg(compilation, field);
	classes = values_classify(compilation, conditions, walk);
	part = choose_part(compilation, parts, walk->count);
	if (part == compilation->part_count)
		start_part(compilation, &parts[part]);
	compilation->tables->needs |= 1u << field;
	walk->part = (uint8_t)part;
	fold_in(compilation, &parts[part], field, &classes,
		intern_count(conditions->ranges));
}

/* ---- rows -------------------------------------------------------------- */

/*
 * Copies what holds for each class. Rows that fill pages are pages of zeroes
 * but for what holds, so that is what they are counted as.
 */
static void write_rows(struct compilation *compilation, struct part_rows *rows,
		       const struct part *part)
{
	uint32_t count = intern_count(part->sets);
	struct held_predicates *classes;

	classes = arena_array(compilation->arena, count, sizeof(*classes));
	while (64ull << rows->shift < part->predicate_count)
		rows->shift++;
	for (uint32_t class = 0; class < count; class += 1) {
		struct numbers held = numbers_at(part->sets, class);
		uint32_t *copy = arena_array(compilation->arena, held.count,
					     sizeof(*copy));
		size_t bytes = 8ull << rows->shift;

		if (bytes > held.count * PAGE_BYTES)
			bytes = held.count * PAGE_BYTES;
		if (!tables_fit(compilation, bytes))
			return;
		if (held.count)
			memcpy(copy, held.of, held.count * sizeof(*copy));
		classes[class].predicates = copy;
		classes[class].count = held.count;
	}
	rows->classes = classes;
	rows->count = count;
}

static void write_predicates(struct compilation *compilation,
			     const struct part *parts)
{
	struct intern *patterns = intern_new(compilation->scratch);

	for (size_t i = 0; i < compilation->leg_count; i++) {
		struct match_leg *leg = &compilation->legs[i];

		for (size_t j = 0; j < compilation->part_count; j++)
			leg->predicates[j] = parts[j].predicates[i];
		leg->pattern = intern_add(patterns, leg->predicates,
					  sizeof(leg->predicates), NULL);
	}
}

void parts_fold(struct compilation *compilation,
		const struct field_conditions fields[FIELD_COUNT])
{
	struct part parts[MATCH_PARTS] = { 0 };

	for (int i = 0; i < FIELD_COUNT && !compilation->size.full; i++)
		if (intern_count(fields[i].ranges))
			place_field(compilation, parts, i, &fields[i]);
	for (size_t i = 0; i < compilation->part_count; i++) {
		if (compilation->size.full)
			return;
		compilation->part_sets[i] = parts[i].sets;
		write_rows(compilation, &compilation->tables->parts[i],
			   &parts[i]);
	}
	write_predicates(compilation, parts);
}
