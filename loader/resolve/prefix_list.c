// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prefixes are the nodes of a binary tree; ranges and differences are found by
 * walking down from a prefix to the two halves of it, which stops as soon as a
 * half is wholly in or wholly out. In the order of prefix_compare() all that a
 * prefix covers follows it without a gap, so "the excepts inside this prefix"
 * is a slice that two binary searches find.
 */
#include "resolve/prefix_list.h"

#include <stdlib.h>
#include <string.h>

void prefix_list_add(struct arena *arena, struct prefix_list *list,
		     const struct prefix *prefix)
{
	if (list->count == list->capacity)
		list->prefixes = arena_grow(arena, list->prefixes, list->count,
					    &list->capacity, sizeof(*prefix));
	list->prefixes[list->count++] = *prefix;
}

void prefix_list_add_all(struct arena *arena, struct prefix_list *list,
			 const struct prefix *prefixes, size_t count)
{
	struct prefix *room;

	if (count == 0)
		return;
	if (list->capacity - list->count < count) {
		list->capacity = 2 * list->count + count;
		room = arena_array(arena, list->capacity, sizeof(*room));
		if (list->count)
			memcpy(room, list->prefixes,
			       list->count * sizeof(*room));
		list->prefixes = room;
	}
	memcpy(&list->prefixes[list->count], prefixes,
	       count * sizeof(*prefixes));
	list->count += count;
}

/* The two halves of a prefix that is no host prefix. */
static void halve(const struct prefix *prefix, struct prefix halves[2])
{
	halves[0] = *prefix;
	halves[0].length++;
	halves[1] = halves[0];
	address_set_bit(&halves[1].address, prefix->length);
}

static void add_within(struct arena *arena, struct prefix_list *list,
		       const struct prefix *node, const struct address *first,
		       const struct address *last)
{
	struct address end = prefix_last(node);
	struct prefix halves[2];

	if (address_compare(&end, first) < 0 ||
	    address_compare(&node->address, last) > 0)
		return;
	if (address_compare(&node->address, first) >= 0 &&
	    address_compare(&end, last) <= 0) {
		prefix_list_add(arena, list, node);
		return;
	}
	halve(node, halves);
	add_within(arena, list, &halves[0], first, last);
	add_within(arena, list, &halves[1], first, last);
}

void prefix_list_add_range(struct arena *arena, struct prefix_list *list,
			   uint8_t family, const struct address *first,
			   const struct address *last)
{
	const struct prefix everything = { .family = family };

	add_within(arena, list, &everything, first, last);
}

static int compare(const void *a, const void *b)
{
	return prefix_compare(a, b);
}

static bool is_sorted(const struct prefix_list *list)
{
	size_t i;

	for (i = 1; i < list->count; i++)
		if (prefix_compare(&list->prefixes[i - 1],
				   &list->prefixes[i]) >= 0)
			return false;
	return true;
}

void prefix_list_sort(struct prefix_list *list)
{
	size_t i, kept = 0;

	if (is_sorted(list)) /* as published feeds mostly are */
		return;
	qsort(list->prefixes, list->count, sizeof(*list->prefixes), compare);
	for (i = 0; i < list->count; i++)
		if (kept == 0 || prefix_compare(&list->prefixes[kept - 1],
						&list->prefixes[i]) != 0)
			list->prefixes[kept++] = list->prefixes[i];
	list->count = kept;
}

/* The first of count sorted prefixes that is not before `bound`. */
static size_t lower_bound(const struct prefix *prefixes, size_t count,
			  const struct prefix *bound)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (prefix_compare(&prefixes[middle], bound) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first of count sorted prefixes that lies past the end of `outer`. */
static size_t end_of(const struct prefix *prefixes, size_t count,
		     const struct prefix *outer)
{
	struct prefix end = *outer;
	size_t last;

	end.address = prefix_last(outer);
	end.length = (uint8_t)family_bits(outer->family);
	last = lower_bound(prefixes, count, &end);
	return last < count && prefix_compare(&prefixes[last], &end) == 0
		       ? last + 1
		       : last;
}

/* Adds what the excepts, all of them inside node, leave of it. */
static void carve(struct arena *arena, struct prefix_list *list,
		  const struct prefix *node, const struct prefix *excepts,
		  size_t count)
{
	struct prefix halves[2];
	size_t middle;

	if (count == 0 || !excepts) {
		prefix_list_add(arena, list, node);
		return;
	}
	/* There are some. NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
	 */
	if (excepts[0].length == node->length)
		return;
	halve(node, halves);
	middle = lower_bound(excepts, count, &halves[1]);
	carve(arena, list, &halves[0], excepts, middle);
	carve(arena, list, &halves[1], excepts + middle, count - middle);
}

/* The widest ones of a sorted list: none of them covers another. */
static struct prefix_list widest(struct arena *arena,
				 const struct prefix_list *list)
{
	struct prefix_list out = { 0 };
	size_t i;

	for (i = 0; i < list->count; i++)
		if (out.count == 0 ||
		    !prefix_covers(&out.prefixes[out.count - 1],
				   &list->prefixes[i]))
			prefix_list_add(arena, &out, &list->prefixes[i]);
	return out;
}

struct prefix_list prefix_list_unmask(struct arena *arena,
				      const struct prefix_list *from,
				      const struct prefix_list *excepts)
{
	struct prefix_list out = { 0 };
	const struct prefix *node;
	size_t i, low, count;

	for (i = 0; i < from->count; i++) {
		node = &from->prefixes[i];
		low = lower_bound(excepts->prefixes, excepts->count, node);
		count = end_of(excepts->prefixes + low, excepts->count - low,
			       node);
		carve(arena, &out, node, excepts->prefixes + low, count);
	}
	prefix_list_sort(&out);
	return out;
}

struct prefix_list prefix_list_subtract(struct arena *arena,
					const struct prefix_list *from,
					const struct prefix_list *excepts)
{
	struct prefix_list wide = widest(arena, excepts);
	struct prefix_list open = { 0 };
	const struct prefix *node;
	size_t i, after;

	for (i = 0; i < from->count; i++) {
		node = &from->prefixes[i];
		after = lower_bound(wide.prefixes, wide.count, node);
		if (after == 0 ||
		    !prefix_covers(&wide.prefixes[after - 1], node))
			prefix_list_add(arena, &open, node);
	}
	return prefix_list_unmask(arena, &open, &wide);
}
