// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states of limits.
 *
 * A limit has its state in `limiters` under the slot that its name has, so an
 * apply that keeps the name keeps the state. The datapath makes none: those
 * that the new image needs are made before the store, and those that it has no
 * use for are removed after it, the states of single sources in `sources`
 * first; a process that is killed in between leaves states that nobody asks
 * for, until the next apply. Where the map was lost, those of the image in
 * force are made too: the programs get the new map before the store, and a
 * limit without a state lets nothing pass. A slot that passes to another limit
 * has a new state, as if no packet had come yet; so has the limit of all
 * answers, which has no name that would tell another limit from it.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

static int compare_slots(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static bool contains(const uint32_t *sorted, size_t count, uint32_t slot)
{
	return count &&
	       bsearch(&slot, sorted, count, sizeof(slot), compare_slots);
}

/* Slots of the limits of an image, sorted. */
static uint32_t *list_needed(struct arena *arena, const struct image *image,
			     const struct slot_plan *slots, size_t *count)
{
	uint32_t *list =
		arena_array(arena, image->counter_count + 1, sizeof(*list));
	size_t i;

	list[(*count)++] = SLOT_ANSWERS;
	for (i = 0; i < image->counter_count; i++)
		if (image->counters[i].limited)
			list[(*count)++] = slots->slots[i];
	qsort(list, *count, sizeof(*list), compare_slots);
	return list;
}

/* A set of slots that grows. */
struct slot_list {
	struct arena *arena;
	uint32_t *slots;
	size_t count, capacity;
};

static void add_slot(struct slot_list *list, uint32_t slot)
{
	list->slots = arena_grow(list->arena, list->slots, list->count,
				 &list->capacity, sizeof(*list->slots));
	list->slots[list->count++] = slot;
}

static void note_limit(void *context, const struct reference *it)
{
	if (it->limit)
		add_slot(context, it->slot);
}

/* Slots of the limits in force, sorted. */
static int list_in_force(const struct maps *maps, struct slot_list *list)
{
	int result = references_in_force(maps, note_limit, list);

	add_slot(list, SLOT_ANSWERS);
	qsort(list->slots, list->count, sizeof(*list->slots), compare_slots);
	return result;
}

static bool *mark_fresh(struct arena *arena, const struct slot_plan *slots,
			const uint32_t *needed, size_t count)
{
	bool *fresh = arena_array(arena, count + 1, sizeof(*fresh));
	const uint32_t *at;
	size_t i;

	for (i = 0; i < slots->fresh_count; i++) {
		at = bsearch(&slots->fresh[i].slot, needed, count,
			     sizeof(*needed), compare_slots);
		if (at)
			fresh[at - needed] = true;
	}
	return fresh;
}

static int make_all(const struct maps *maps, const uint32_t *slots,
		    uint32_t count)
{
	_cleanup_free_ struct limiter *states =
		calloc(count + 1ul, sizeof(*states));

	return states ? map_write(maps->limiters, slots, states, count)
		      : -ENOMEM;
}

/* anew: what has to be made, in force or not; plan: what can be taken back. */
static void plan_limiters(const struct map_contents *there,
			  const struct slot_list *in_force,
			  const struct slot_list *needed, const bool *fresh,
			  struct slot_list *anew, struct limiter_plan *plan)
{
	size_t i;

	for (i = 0; i < in_force->count; i++)
		if (!contains(there->keys, there->count, in_force->slots[i]))
			add_slot(anew, in_force->slots[i]);
	for (i = 0; i < needed->count; i++) {
		uint32_t slot = needed->slots[i];
		bool is_there = contains(there->keys, there->count, slot);

		if (!is_there || fresh[i] || slot == SLOT_ANSWERS)
			add_slot(anew, slot);
		if (!is_there &&
		    !contains(in_force->slots, in_force->count, slot))
			plan->made[plan->made_count++] = slot;
	}
}

int limiters_make(struct arena *arena, const struct maps *maps,
		  const struct image *image, const struct slot_plan *slots,
		  struct limiter_plan *plan, struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents there = {};
	struct slot_list in_force = { .arena = arena }, anew = in_force;
	struct slot_list needed = { .arena = arena };
	const bool *fresh;
	int result = list_in_force(maps, &in_force);

	if (!result)
		result = map_read(maps->limiters, &there);
	if (result)
		return system_error(error, -result, "cannot read the limiters");
	needed.slots = list_needed(arena, image, slots, &needed.count);
	fresh = mark_fresh(arena, slots, needed.slots, needed.count);
	plan->made = arena_array(arena, needed.count, sizeof(*plan->made));
	qsort(there.keys, there.count, sizeof(uint32_t), compare_slots);
	plan_limiters(&there, &in_force, &needed, fresh, &anew, plan);
	result = make_all(maps, anew.slots, anew.count);
	return result ? system_error(error, -result, "cannot make the limiters")
		      : 0;
}

void limiters_undo(const struct maps *maps, const struct limiter_plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->made_count; i++)
		bpf_map_delete_elem(maps->limiters, &plan->made[i]);
}

/* ---- after the store --------------------------------------------------- */

static void remove_sources(const struct maps *maps, const uint32_t *gone,
			   size_t count)
{
	_cleanup_contents_ struct map_contents all = {};
	const struct source_key *keys;
	uint32_t i;

	if (map_read(maps->sources, &all))
		return;
	keys = all.keys;
	for (i = 0; i < all.count; i++)
		if (contains(gone, count, keys[i].slot))
			bpf_map_delete_elem(maps->sources, &keys[i]);
}

void limiters_sweep(struct arena *arena, const struct maps *maps,
		    const struct image *image, const struct slot_plan *slots)
{
	_cleanup_contents_ struct map_contents there = {};
	size_t needed_count = 0;
	const uint32_t *needed =
		list_needed(arena, image, slots, &needed_count);
	const struct limiter *states;
	uint32_t *keys, gone = 0, i;
	bool had_sources = false;

	if (map_read(maps->limiters, &there))
		return;
	keys = there.keys;
	states = there.values;
	for (i = 0; i < there.count; i++) {
		if (contains(needed, needed_count, keys[i]))
			continue;
		had_sources |= states[i].created != 0;
		keys[gone++] = keys[i];
	}
	qsort(keys, gone, sizeof(*keys), compare_slots);
	if (had_sources)
		remove_sources(maps, keys, gone);
	map_remove(maps->limiters, keys, gone);
}

/* ---- for kernel_state -------------------------------------------------- */

static int compare_limiters(const void *a, const void *b)
{
	const struct kernel_limiter *left = a, *right = b;

	return compare_slots(&left->slot, &right->slot);
}

/* States of limits that are gone are nobody's. */
static void count_sources(const struct map_contents *sources,
			  struct kernel_limiter *limiters, size_t count)
{
	const struct source_key *keys = sources->keys;
	struct kernel_limiter *limiter, key;
	uint32_t i;

	for (i = 0; i < sources->count; i++) {
		key.slot = keys[i].slot;
		limiter = bsearch(&key, limiters, count, sizeof(key),
				  compare_limiters);
		if (limiter)
			limiter->sources++;
	}
}

/* limiters first: what is made meanwhile does not count as lost. */
int limiters_read(const struct maps *maps, struct kernel_state *state,
		  struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents all = {}, sources = {};
	int result = map_read(maps->limiters, &all);
	struct kernel_limiter *limiters;
	const struct limiter *states;
	const uint32_t *keys;
	uint32_t i;

	if (!result)
		result = map_read(maps->sources, &sources);
	if (result)
		return system_error(error, -result, "cannot read the limiters");
	keys = all.keys;
	states = all.values;
	limiters =
		arena_array(state->arena, all.count + 1ul, sizeof(*limiters));
	for (i = 0; i < all.count; i++)
		limiters[i] = (struct kernel_limiter){
			.slot = keys[i],
			.created = states[i].created,
		};
	qsort(limiters, all.count, sizeof(*limiters), compare_limiters);
	count_sources(&sources, limiters, all.count);
	state->limiters = limiters;
	state->limiter_count = all.count;
	return 0;
}
