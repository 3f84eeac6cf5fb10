// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the order of prefix_compare() a prefix stands right before all that it
 * covers. One walk with a stack of the prefixes that enclose the present one,
 * never more than one for each length, meets every prefix with the state
 * around it at hand: n log n for the sort, n for the walk.
 */
#include "resolve/overlay.h"

#include <stdlib.h>

enum { MAX_DEPTH = 129 };

struct level {
	struct prefix prefix;
	uint32_t state;
	uint32_t value[2];
};

void overlay_add(struct arena *arena, struct overlay *overlay, uint8_t family,
		 const struct prefix *prefixes, size_t count, uint32_t label)
{
	struct overlay_item *item;
	size_t i;

	for (i = 0; i < count; i++) {
		if (prefixes[i].family != family)
			continue;
		if (overlay->count == overlay->capacity)
			overlay->items = arena_grow(
				arena, overlay->items, overlay->count,
				&overlay->capacity, sizeof(*item));
		item = &overlay->items[overlay->count++];
		item->prefix = prefixes[i];
		item->label = label;
	}
}

static int compare(const void *a, const void *b)
{
	const struct overlay_item *x = a, *y = b;
	int order = prefix_compare(&x->prefix, &y->prefix);

	return order ? order : (x->label > y->label) - (x->label < y->label);
}

/* Most overlays are one sorted list: looking first is cheaper. */
static void sort(struct overlay *overlay)
{
	size_t i;

	for (i = 1; i < overlay->count; i++)
		if (compare(&overlay->items[i - 1], &overlay->items[i]) > 0)
			break;
	if (i < overlay->count)
		qsort(overlay->items, overlay->count, sizeof(*overlay->items),
		      compare);
}

/* Items from here on that have the same prefix. */
static size_t same_prefix(const struct overlay *overlay, size_t from)
{
	size_t to = from + 1;

	while (to < overlay->count &&
	       prefix_compare(&overlay->items[from].prefix,
			      &overlay->items[to].prefix) == 0)
		to++;
	return to - from;
}

static void enter(const struct overlay_combination *combination,
		  const struct level *outer, struct level *inner,
		  const struct overlay_item *items, size_t count)
{
	inner->prefix = items[0].prefix;
	inner->state = combination->cover(combination->context, outer->state,
					  items, count);
	combination->value(combination->context, inner->state, inner->value);
}

static bool says_something(const struct level *outer, const struct level *inner)
{
	return inner->value[0] || inner->value[1] || outer->value[0] ||
	       outer->value[1];
}

static size_t count_prefixes(const struct overlay *overlay)
{
	size_t i, count = 0;

	for (i = 0; i < overlay->count; i += same_prefix(overlay, i))
		count++;
	return count;
}

struct trie_table overlay_build(struct arena *arena, struct overlay *overlay,
				const struct overlay_combination *combination)
{
	struct level stack[MAX_DEPTH + 1] = { 0 }; /* [0]: nothing covers */
	struct trie_entry *entries;
	size_t depth = 0, count = 0, i, same;

	sort(overlay);
	entries = arena_array(arena, count_prefixes(overlay), sizeof(*entries));
	for (i = 0; i < overlay->count; i += same) {
		const struct overlay_item *items = &overlay->items[i];

		same = same_prefix(overlay, i);
		while (depth &&
		       !prefix_covers(&stack[depth].prefix, &items->prefix))
			depth--;
		enter(combination, &stack[depth], &stack[depth + 1], items,
		      same);
		depth++;
		if (!says_something(&stack[depth - 1], &stack[depth]))
			continue;
		entries[count].prefix = items->prefix;
		entries[count].value[0] = stack[depth].value[0];
		entries[count++].value[1] = stack[depth].value[1];
	}
	return (struct trie_table){ entries, count };
}
