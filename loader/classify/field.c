// SPDX-License-Identifier: GPL-2.0-only
/*
 * Equivalence classes of a 16-bit field.
 *
 * Two values are equivalent when every range list of the policy contains both
 * or neither. One sweep from 0 to 65535 turns lists on and off where their
 * ranges begin and end; between two turns nothing changes, and values with the
 * same lists on share a class, found by hashing the set. Class numbers follow
 * the first value of each class, so they are deterministic.
 */
#include <string.h>

#include "private.h"

enum { VALUES = 65536 };

static bool same_list(const struct range_list *a, const struct range_list *b)
{
	return a->count == b->count &&
	       !memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges));
}

size_t field_find(const struct field *field, const struct range_list *list)
{
	size_t i = 0;

	while (i < field->count && !same_list(field->lists[i], list))
		i++;
	return i;
}

void field_add(struct arena *arena, struct field *field,
	       const struct range_list *list)
{
	if (!list->count || field_find(field, list) < field->count)
		return;
	field->lists = arena_grow(arena, field->lists, field->count,
				  &field->capacity, sizeof(*field->lists));
	field->lists[field->count++] = list;
}

/* ---- the sweep --------------------------------------------------------- */

/* At `value` membership in `list` begins or ends. */
struct turn {
	size_t list;
	size_t next; /* + 1; 0: last one at this value */
};

struct turns {
	size_t first[VALUES + 1]; /* + 1; 0: nothing changes at this value */
	struct turn *turns;
	size_t count;
};

static void add_turn(struct turns *turns, uint32_t value, size_t list)
{
	struct turn *turn = &turns->turns[turns->count++];

	turn->list = list;
	turn->next = turns->first[value];
	turns->first[value] = turns->count;
}

static struct turns *collect_turns(struct arena *arena,
				   const struct field *field)
{
	struct turns *turns = arena_new_of(arena, struct turns);
	size_t ranges = 0;

	for (size_t i = 0; i < field->count; i++)
		ranges += field->lists[i]->count;
	turns->turns =
		arena_array(arena, 2 * ranges + 1, sizeof(*turns->turns));
	for (size_t i = 0; i < field->count; i++) {
		const struct range_list *list = field->lists[i];

		for (size_t j = 0; j < list->count; j++) {
			add_turn(turns, list->ranges[j].low, i);
			add_turn(turns, list->ranges[j].high + 1u, i);
		}
	}
	return turns;
}

/* ---- classes by their members ------------------------------------------ */

struct classes {
	struct field *field;
	uint64_t *members;
	size_t capacity;
	uint32_t buckets[2 * VALUES]; /* class + 1, open addressing; 0: free */
};

static uint32_t hash_of(const uint64_t *words, size_t count)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ull;
	return (uint32_t)(hash >> 32);
}

/* The class with these members, a new one if there is none yet. */
static uint32_t intern(struct arena *arena, struct classes *classes,
		       const uint64_t *signature)
{
	struct field *field = classes->field;
	size_t words = field->words, bytes = words * sizeof(*signature);
	uint32_t at = hash_of(signature, words) % (2 * VALUES), found;

	for (; (found = classes->buckets[at]); at = (at + 1) % (2 * VALUES))
		if (!memcmp(classes->members + (found - 1) * words, signature,
			    bytes))
			return found - 1;
	classes->members = arena_grow(arena, classes->members, field->map.count,
				      &classes->capacity, bytes);
	memcpy(classes->members + field->map.count * words, signature, bytes);
	classes->buckets[at] = ++field->map.count;
	return field->map.count - 1;
}

void field_finish(struct arena *arena, struct field *field)
{
	const struct turns *turns = collect_turns(arena, field);
	struct classes *classes = arena_new_of(arena, struct classes);
	uint32_t *of = arena_array(arena, VALUES, sizeof(*of));
	uint64_t *signature;

	field->words = field->count / 64 + 1;
	signature = arena_array(arena, field->words, sizeof(*signature));
	classes->field = field;
	for (uint32_t value = 0; value < VALUES; value++) {
		size_t turn = turns->first[value];

		if (value && !turn) {
			of[value] = of[value - 1];
			continue;
		}
		for (; turn; turn = turns->turns[turn - 1].next) {
			size_t list = turns->turns[turn - 1].list;

			signature[list / 64] ^= 1ull << list % 64;
		}
		of[value] = intern(arena, classes, signature);
	}
	field->map.of = of;
	field->members = classes->members;
}

bool field_accepts(const struct field *field, uint32_t class, size_t list)
{
	return field->members[class * field->words + list / 64] >> list % 64 &
	       1;
}
