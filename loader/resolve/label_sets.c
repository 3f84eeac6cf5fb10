// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both the set around a prefix and the labels on it are sorted, so their union
 * is a merge. Where very many lists overlap in very many ways the sets could
 * outgrow the memory; past a fixed total the table stops taking new ones and
 * says so.
 */
#include "resolve/label_sets.h"

enum { MAX_LABELS = 1 << 26 };

void label_sets_init(struct label_sets *sets, struct arena *arena)
{
	*sets = (struct label_sets){
		.arena = arena,
		.sets = intern_new(arena),
	};
	intern_add(sets->sets, NULL, 0, NULL);
}

struct label_set label_set_at(const struct label_sets *sets, uint32_t number)
{
	struct interned set = intern_at(sets->sets, number);

	return (struct label_set){ set.bytes, set.size / sizeof(uint32_t) };
}

static size_t merge(struct label_set outer, const struct overlay_item *items,
		    size_t count, uint32_t *merged)
{
	size_t i = 0, j = 0, length = 0;
	uint32_t next;

	while (i < outer.count || j < count) {
		if (j == count ||
		    (i < outer.count && outer.labels[i] <= items[j].label))
			next = outer.labels[i++];
		else
			next = items[j++].label;
		if (length == 0 || merged[length - 1] != next)
			merged[length++] = next;
	}
	return length;
}

uint32_t label_sets_cover(void *context, uint32_t outer,
			  const struct overlay_item *items, size_t count)
{
	struct label_sets *sets = context;
	struct label_set around = label_set_at(sets, outer);
	uint32_t few[64], *merged = few, number;
	size_t length;
	bool added;

	if (sets->full)
		return outer;
	if (around.count + count > sizeof(few) / sizeof(few[0]))
		merged = arena_array(sets->arena, around.count + count,
				     sizeof(*merged));
	length = merge(around, items, count, merged);
	number = intern_add(sets->sets, merged, length * sizeof(*merged),
			    &added);
	sets->labels += added ? length : 0;
	sets->full = sets->labels > MAX_LABELS;
	return number;
}
