// SPDX-License-Identifier: GPL-2.0-only
/*
 * Equivalence classes of a 16-bit field.
 *
 * Two values are equivalent when every range list of the policy contains both
 * or neither. The ends of all ranges cut 0 .. 65535 into intervals in which
 * nothing changes; intervals with the same members share a class. Class
 * numbers follow the first value of each class, so they are deterministic.
 */
#include <string.h>

#include "private.h"

enum { VALUES = 65536 };

static bool same_list(const struct range_list *a, const struct range_list *b)
{
	return a->count == b->count &&
	       !memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges));
}

static size_t find_list(const struct field *field,
			const struct range_list *list)
{
	size_t i = 0;

	while (i < field->count && !same_list(field->lists[i], list))
		i++;
	return i;
}

void field_add(struct arena *arena, struct field *field,
	       const struct range_list *list)
{
	if (!list->count || find_list(field, list) < field->count)
		return;
	field->lists = arena_grow(arena, field->lists, field->count,
				  &field->capacity, sizeof(*field->lists));
	field->lists[field->count++] = list;
}

/* Marks each value at which membership may change. */
static uint8_t *mark_cuts(struct arena *arena, const struct field *field)
{
	uint8_t *cuts = arena_alloc(arena, VALUES + 1);

	cuts[0] = 1;
	for (size_t i = 0; i < field->count; i++) {
		for (size_t j = 0; j < field->lists[i]->count; j++) {
			cuts[field->lists[i]->ranges[j].low] = 1;
			cuts[field->lists[i]->ranges[j].high + 1] = 1;
		}
	}
	return cuts;
}

static bool list_contains(const struct range_list *list, uint32_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->ranges[i].low <= value &&
		    value <= list->ranges[i].high)
			return true;
	return false;
}

/* The class with these members, a new one if there is none yet. */
static uint32_t intern(struct arena *arena, struct field *field,
		       uint64_t **members, size_t *capacity,
		       const uint64_t *signature)
{
	size_t bytes = field->words * sizeof(*signature);
	uint32_t found = 0;

	while (found < field->map.count &&
	       memcmp(*members + found * field->words, signature, bytes) != 0)
		found++;
	if (found == field->map.count) {
		*members = arena_grow(arena, *members, found, capacity, bytes);
		memcpy(*members + found * field->words, signature, bytes);
		field->map.count++;
	}
	return found;
}

void field_finish(struct arena *arena, struct field *field)
{
	const uint8_t *cuts = mark_cuts(arena, field);
	uint32_t *of = arena_array(arena, VALUES, sizeof(*of));
	uint64_t *members, *signature;
	size_t capacity = 16;

	field->words = field->count / 64 + 1;
	signature = arena_array(arena, field->words, sizeof(*signature));
	members = arena_array(arena, capacity, field->words * sizeof(*members));
	for (uint32_t value = 0; value < VALUES; value++) {
		if (!cuts[value]) {
			of[value] = of[value - 1];
			continue;
		}
		memset(signature, 0, field->words * sizeof(*signature));
		for (size_t i = 0; i < field->count; i++)
			if (list_contains(field->lists[i], value))
				signature[i / 64] |= 1ull << i % 64;
		of[value] =
			intern(arena, field, &members, &capacity, signature);
	}
	field->map.of = of;
	field->members = members;
}

bool field_accepts(const struct field *field, uint32_t class,
		   const struct range_list *list)
{
	size_t i = find_list(field, list);

	return field->members[class * field->words + i / 64] >> i % 64 & 1;
}
