// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bases: what slots held when they were last to count from zero.
 *
 * The datapath alone writes counters, without atomics, so nobody else may store
 * there, not even zero. A reset writes down what a slot holds now in `resets`,
 * and readers subtract it: no packet is lost between reading and resetting
 * (RFC 3871 2.9.5). A slot that holds zero has no base.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	const struct base *left = a, *right = b;

	return left->slot < right->slot ? -1 : left->slot > right->slot;
}

/* All of them, sorted by slot. */
static int read_all(struct arena *arena, const struct maps *maps,
		    struct bases *bases)
{
	_cleanup_contents_ struct map_contents resets = {};
	int result = map_read(maps->resets, &resets);
	const struct counter *values = resets.values;
	const uint32_t *keys = resets.keys;
	uint32_t i;

	*bases = (struct bases){};
	if (result)
		return result;
	bases->list =
		arena_array(arena, resets.count + 1ul, sizeof(*bases->list));
	for (i = 0; i < resets.count; i++)
		bases->list[bases->count++] =
			(struct base){ keys[i], true, values[i] };
	qsort(bases->list, bases->count, sizeof(*bases->list), compare);
	return 0;
}

static const struct base *find(const struct bases *bases, uint32_t slot)
{
	const struct base key = { .slot = slot };

	if (!bases->count)
		return NULL;
	return bsearch(&key, bases->list, bases->count, sizeof(key), compare);
}

/* ---- writing many ------------------------------------------------------ */

/* Those with a value are written, those without are removed. */
static int write_all(const struct maps *maps, const struct bases *bases)
{
	size_t most = bases->count + 1, i;
	_cleanup_free_ uint32_t *keys = calloc(most, sizeof(*keys));
	_cleanup_free_ uint32_t *gone = calloc(most, sizeof(*gone));
	_cleanup_free_ struct counter *values = calloc(most, sizeof(*values));
	uint32_t count = 0, gone_count = 0;

	if (!keys || !gone || !values)
		return -ENOMEM;
	for (i = 0; i < bases->count; i++) {
		if (bases->list[i].has) {
			keys[count] = bases->list[i].slot;
			values[count++] = bases->list[i].value;
		} else {
			gone[gone_count++] = bases->list[i].slot;
		}
	}
	return map_write(maps->resets, keys, values, count)
		       ?: map_remove(maps->resets, gone, gone_count);
}

void bases_restore(const struct maps *maps, const struct bases *former)
{
	if (former)
		write_all(maps, former);
}

int bases_drop(const struct maps *maps, const bool chunks[COUNTER_CHUNKS])
{
	_cleanup_contents_ struct map_contents resets = {};
	int result = map_read(maps->resets, &resets);
	uint32_t *keys = resets.keys, count = 0, i;

	for (i = 0; !result && i < resets.count; i++)
		if (keys[i] < COUNTER_SLOTS && chunks[keys[i] / CHUNK_SLOTS])
			keys[count++] = keys[i];
	return result ? result : map_remove(maps->resets, keys, count);
}

/* ---- counting from zero ------------------------------------------------ */

struct renewal {
	struct arena *arena;
	struct bases now;    /* before */
	struct bases former; /* of these, what is overwritten */
	struct bases fresh;  /* and by what */
	size_t capacity[2];
};

static void append(struct renewal *renewal, struct bases *to, size_t *capacity,
		   struct base base)
{
	to->list = arena_grow(renewal->arena, to->list, to->count, capacity,
			      sizeof(*to->list));
	to->list[to->count++] = base;
}

static void renew_slot(struct renewal *renewal, uint32_t slot,
		       const struct counter *holds)
{
	const struct base *base = find(&renewal->now, slot);
	const struct base none = { .slot = slot };
	const struct base fresh = { slot, holds->packets != 0, *holds };

	if (!base && !fresh.has)
		return;
	append(renewal, &renewal->former, &renewal->capacity[0],
	       base ? *base : none);
	append(renewal, &renewal->fresh, &renewal->capacity[1], fresh);
}

/* The slots from the first to the last of the ranges in each chunk. */
static void span_chunks(const struct slot_range *ranges, size_t count,
			struct slot_range spans[COUNTER_CHUNKS])
{
	struct slot_range *span;
	uint32_t end;
	size_t i;

	memset(spans, 0, COUNTER_CHUNKS * sizeof(*spans));
	for (i = 0; i < count; i++) {
		span = &spans[ranges[i].slot / CHUNK_SLOTS];
		end = ranges[i].slot + ranges[i].width;
		if (!span->width) {
			*span = ranges[i];
			continue;
		}
		if (span->slot + span->width > end)
			end = span->slot + span->width;
		if (ranges[i].slot < span->slot)
			span->slot = ranges[i].slot;
		span->width = end - span->slot;
	}
}

/* sums has room for all slots; memory is taken for those that are read. */
static int sum_ranges(const struct maps *maps, const struct slot_range *ranges,
		      size_t count, struct counter *sums)
{
	struct slot_range spans[COUNTER_CHUNKS];
	int result = 0, i;

	span_chunks(ranges, count, spans);
	for (i = 0; !result && i < COUNTER_CHUNKS; i++)
		if (spans[i].width)
			result = counters_sum(maps, spans[i].slot,
					      spans[i].width,
					      sums + spans[i].slot);
	return result;
}

int bases_renew(struct arena *arena, const struct maps *maps,
		const struct slot_range *ranges, size_t count,
		struct bases *former)
{
	_cleanup_free_ struct counter *sums =
		calloc(COUNTER_SLOTS, sizeof(*sums));
	struct renewal renewal = { .arena = arena };
	int result = sums ? read_all(arena, maps, &renewal.now) : -ENOMEM;
	uint32_t slot;
	size_t i;

	if (!result)
		result = sum_ranges(maps, ranges, count, sums);
	for (i = 0; !result && i < count; i++)
		for (slot = 0; slot < ranges[i].width; slot++)
			renew_slot(&renewal, ranges[i].slot + slot,
				   &sums[ranges[i].slot + slot]);
	*former = renewal.former;
	if (result)
		return result;
	result = write_all(maps, &renewal.fresh);
	if (result)
		write_all(maps, former);
	return result;
}
