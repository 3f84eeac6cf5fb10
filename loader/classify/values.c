// SPDX-License-Identifier: GPL-2.0-only
/*
 * Equivalence classes of the values of one field.
 *
 * Two values are equivalent when every condition holds for both or for
 * neither. A sweep over the values turns conditions on and off where their
 * ranges begin and end; between two turns nothing changes, and stretches with
 * the same conditions on share a class. Class numbers follow the first value
 * of each class, so they are deterministic; packets that lack the field are of
 * the class for which no condition holds.
 *
 * The stretches are then written as a walk over the bytes of a value, which
 * ends as soon as all values that begin with the bytes so far are of one
 * class. Equal pages are shared.
 */
#include <stdlib.h>
#include <string.h>

#include "classify/private.h"

enum { STEPS = 256 };

/* From `value` on, `condition` holds, or no longer does. */
struct turn {
	uint64_t value;
	uint32_t condition; /* number + 1 */
	bool on;
};

static int compare_turns(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	if (a->condition != b->condition)
		return a->condition < b->condition ? -1 : 1;
	return (int)a->on - (int)b->on;
}

/* Ranges of one condition do not touch, so no turn undoes another. */
static struct turn *collect_turns(struct arena *arena,
				  const struct intern *conditions,
				  size_t *count)
{
	struct turn *turns = NULL;
	size_t capacity = 0;

	for (uint32_t i = 0; i < intern_count(conditions); i++) {
		struct interned list = intern_at(conditions, i);
		const struct value_range *ranges = list.bytes;

		for (size_t j = 0; j < 2 * (list.size / sizeof(*ranges)); j++) {
			turns = arena_grow(arena, turns, *count, &capacity,
					   sizeof(*turns));
			turns[*count].value = j % 2 ? ranges[j / 2].high + 1
						    : ranges[j / 2].low;
			turns[*count].condition = i + 1;
			turns[(*count)++].on = !(j % 2);
		}
	}
	if (*count)
		qsort(turns, *count, sizeof(*turns), compare_turns);
	return turns;
}

/* The conditions that hold now, sorted. */
static void turn_condition(struct arena *arena, struct numbers *on,
			   const struct turn *turn)
{
	size_t at = on->count;

	while (at && on->of[at - 1] >= turn->condition)
		at--;
	if (!turn->on) {
		on->count--;
		memmove(on->of + at, on->of + at + 1,
			(on->count - at) * sizeof(*on->of));
		return;
	}
	numbers_add(arena, on, 0);
	memmove(on->of + at + 1, on->of + at,
		(on->count - 1 - at) * sizeof(*on->of));
	on->of[at] = turn->condition;
}

/* ---- the walk ---------------------------------------------------------- */

/* Values from starts[i] up to the next start are of classes[i]. */
struct stretches {
	uint64_t *starts;
	uint32_t *classes;
	size_t count;
};

static struct stretches sweep(struct compilation *compilation,
			      struct intern *sets, const struct turn *turns,
			      size_t count)
{
	struct arena *arena = compilation->scratch;
	struct stretches stretches = {
		.starts = arena_array(arena, count + 1, sizeof(uint64_t)),
		.classes = arena_array(arena, count + 1, sizeof(uint32_t)),
	};
	struct numbers on = { 0 };
	uint32_t known;
	size_t i = 0;

	do {
		uint64_t value = stretches.count ? turns[i].value : 0;

		for (; i < count && turns[i].value == value; i++)
			turn_condition(arena, &on, &turns[i]);
		stretches.starts[stretches.count] = value;
		known = intern_count(sets);
		stretches.classes[stretches.count++] =
			numbers_intern(sets, &on);
		if (intern_count(sets) > known &&
		    !tables_fit(compilation, on.count * sizeof(*on.of)))
			break;
	} while (i < count);
	return stretches;
}

/* The stretch that holds the value. */
static size_t stretch_of(const struct stretches *stretches, uint64_t value)
{
	size_t low = 0, high = stretches->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (stretches->starts[middle] <= value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The step for the values from first on that differ in the last bytes only. */
static uint32_t build_steps(const struct stretches *stretches,
			    struct intern *pages, uint64_t first,
			    unsigned int bytes)
{
	size_t at = stretch_of(stretches, first);
	uint64_t last = first + (1ull << 8 * bytes) - 1;
	uint32_t steps[STEPS];

	if (at + 1 == stretches->count || stretches->starts[at + 1] > last)
		return CLASS_FOUND | stretches->classes[at];
	for (uint64_t i = 0; i < STEPS; i++)
		steps[i] =
			build_steps(stretches, pages,
				    first + (i << 8 * (bytes - 1)), bytes - 1);
	return intern_add(pages, steps, sizeof(steps), NULL);
}

static void publish_pages(struct arena *arena, struct class_walk *walk,
			  const struct intern *pages)
{
	uint32_t(*copies)[STEPS];

	walk->page_count = intern_count(pages);
	copies = arena_array(arena, walk->page_count, sizeof(*copies));
	for (uint32_t i = 0; i < walk->page_count; i++)
		memcpy(copies[i], intern_at(pages, i).bytes, sizeof(copies[i]));
	walk->pages = (const uint32_t(*)[STEPS])copies;
}

struct field_classes values_classify(struct compilation *compilation,
				     const struct field_conditions *conditions,
				     struct class_walk *walk)
{
	struct arena *scratch = compilation->scratch;
	struct field_classes classes = { .sets = intern_new(scratch) };
	struct intern *pages = intern_new(scratch);
	struct numbers none = { 0 };
	struct stretches stretches;
	size_t count = 0;
	struct turn *turns = collect_turns(scratch, conditions->ranges, &count);

	stretches = sweep(compilation, classes.sets, turns, count);
	walk->absent = numbers_intern(classes.sets, &none);
	walk->count = intern_count(classes.sets);
	walk->first = build_steps(&stretches, pages, 0, conditions->bytes);
	publish_pages(compilation->arena, walk, pages);
	tables_fit(compilation, walk->page_count * PAGE_BYTES);
	return classes;
}
