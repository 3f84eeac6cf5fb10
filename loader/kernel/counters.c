// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading counters: the sum over all CPUs, minus the base of the last reset.
 *
 * Slots are read in batches, chunk by chunk, from the first to the last that
 * has a name in the chunk.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

enum { BATCH_SLOTS = 1024 };

/* Slots that are read at once; an element of the map has `group` of them. */
struct batch {
	int fd;
	int cpus;
	uint32_t group;
	uint32_t *keys;
	struct counter *per_cpu;
};

static int read_batch(const struct batch *batch, uint32_t element,
		      uint32_t count)
{
	uint32_t before = element - 1, after;

	if (bpf_map_lookup_batch(batch->fd, element ? &before : NULL, &after,
				 batch->keys, batch->per_cpu, &count, NULL) &&
	    errno != ENOENT)
		return -errno;
	return 0;
}

/* The sum of the slot at that place in the batch. */
static struct counter sum_slot(const struct batch *batch, uint32_t at)
{
	const struct counter *from =
		batch->per_cpu +
		(size_t)(at / batch->group) * batch->cpus * batch->group +
		at % batch->group;
	struct counter sum = {};
	int cpu;

	for (cpu = 0; cpu < batch->cpus; cpu++, from += batch->group) {
		sum.packets += from->packets;
		sum.bytes += from->bytes;
	}
	return sum;
}

static int sum_slots(const struct batch *batch, uint32_t first, uint32_t count,
		     struct counter *sums)
{
	uint32_t offset, part, i;
	int result = 0;

	for (; !result && count; count -= part, first += part, sums += part) {
		offset = first % batch->group;
		part = BATCH_SLOTS - offset < count ? BATCH_SLOTS - offset
						    : count;
		result = read_batch(batch, first / batch->group,
				    (offset + part + batch->group - 1) /
					    batch->group);
		for (i = 0; !result && i < part; i++)
			sums[i] = sum_slot(batch, offset + i);
	}
	return result;
}

/* Slots of one chunk, counted from its first. */
static int sum_chunk(const struct maps *maps, uint32_t number, uint32_t first,
		     uint32_t count, struct counter *sums)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ uint32_t *keys = calloc(BATCH_SLOTS, sizeof(*keys));
	_cleanup_free_ struct counter *per_cpu = NULL;
	struct batch batch = {
		.fd = number ? maps->chunks[number] : maps->counters,
		.cpus = cpus,
		.group = number ? GROUP_SLOTS : 1,
		.keys = keys,
	};

	if (cpus < 0)
		return cpus;
	batch.per_cpu = per_cpu =
		calloc((size_t)BATCH_SLOTS * cpus, sizeof(*per_cpu));
	if (!keys || !per_cpu)
		return -ENOMEM;
	return batch.fd < 0 ? 0 : sum_slots(&batch, first, count, sums);
}

int counters_sum(const struct maps *maps, uint32_t first, uint32_t count,
		 struct counter *sums)
{
	uint32_t offset, part;
	int result = 0;

	for (; !result && count; count -= part, first += part, sums += part) {
		offset = first % CHUNK_SLOTS;
		part = CHUNK_SLOTS - offset < count ? CHUNK_SLOTS - offset
						    : count;
		result = sum_chunk(maps, first / CHUNK_SLOTS, offset, part,
				   sums);
	}
	return result;
}

/* ---- for kernel_state -------------------------------------------------- */

static int compare_blocks(const void *a, const void *b)
{
	const struct kernel_block *left = a, *right = b;

	return left->slot < right->slot ? -1 : left->slot > right->slot;
}

static bool is_whole(const struct slot_name *name, uint32_t slot)
{
	return slot < COUNTER_SLOTS && name->width <= CHUNK_SLOTS &&
	       slot % CHUNK_SLOTS + name->width <= CHUNK_SLOTS;
}

static void list_blocks(struct kernel_state *state,
			const struct map_contents *slots)
{
	const struct slot_name *names = slots->values;
	const uint32_t *keys = slots->keys;
	struct kernel_block *blocks =
		arena_array(state->arena, slots->count + 1ul, sizeof(*blocks));
	uint32_t i;

	for (i = 0; i < slots->count; i++) {
		if (!is_whole(&names[i], keys[i]))
			continue;
		blocks[state->block_count++] = (struct kernel_block){
			.slot = keys[i],
			.name = names[i],
			.counts = state->counts + keys[i],
		};
	}
	qsort(blocks, state->block_count, sizeof(*blocks), compare_blocks);
	state->blocks = blocks;
}

static void note_reference(void *context, const struct reference *it)
{
	struct kernel_state *state = context;
	const struct kernel_block key = { .slot = it->slot };
	struct kernel_block *block = NULL;

	if (state->block_count)
		block = bsearch(&key, state->blocks, state->block_count,
				sizeof(key), compare_blocks);
	if (!block)
		return;
	block->in_force = true;
	block->rule = it->rule;
	block->limit = it->limit;
}

/* A chunk that was lost holds nothing that a base could be taken from. */
static bool is_there(const struct maps *maps, uint32_t slot)
{
	return slot < CHUNK_SLOTS ||
	       (slot < COUNTER_SLOTS && maps->chunks[slot / CHUNK_SLOTS] >= 0);
}

static void subtract(const struct maps *maps, struct counter *sums,
		     const struct map_contents *resets)
{
	const struct counter *bases = resets->values;
	const uint32_t *keys = resets->keys;
	uint32_t i;

	for (i = 0; i < resets->count; i++) {
		if (!is_there(maps, keys[i]))
			continue;
		sums[keys[i]].packets -= bases[i].packets;
		sums[keys[i]].bytes -= bases[i].bytes;
	}
}

/* From a block's first slot to where the last one of its chunk ends. */
static int sum_blocks(const struct maps *maps, struct kernel_state *state)
{
	const struct kernel_block *first = state->blocks, *last;
	const struct kernel_block *end = first + state->block_count;
	int result = 0;

	for (; !result && first < end; first = last + 1) {
		for (last = first;
		     last + 1 < end &&
		     last[1].slot / CHUNK_SLOTS == first->slot / CHUNK_SLOTS;)
			last++;
		result = counters_sum(maps, first->slot,
				      last->slot + last->name.width -
					      first->slot,
				      state->counts + first->slot);
	}
	return result;
}

/* resets first: a counter only grows, so it is never below its base. */
static int read_counts(const struct maps *maps, struct kernel_state *state)
{
	_cleanup_contents_ struct map_contents resets = {};
	int result = map_read(maps->resets, &resets);

	if (!result)
		result = sum_blocks(maps, state);
	if (!result)
		subtract(maps, state->counts, &resets);
	return result;
}

int counters_read(const struct maps *maps, struct kernel_state *state,
		  struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents slots = {};
	int result = map_read(maps->slots, &slots);

	if (result)
		return system_error(error, -result, "cannot read the slots");
	state->counts = calloc(COUNTER_SLOTS, sizeof(*state->counts));
	if (!state->counts)
		return system_error(error, ENOMEM, "cannot read the counters");
	list_blocks(state, &slots);
	references_visit(state->pages, note_reference, state);
	result = read_counts(maps, state);
	if (result)
		return system_error(error, -result, "cannot read the counters");
	return 0;
}

/* ---- reset ------------------------------------------------------------- */

static bool is_chosen(const struct kernel_reset *which,
		      const struct slot_name *name)
{
	if (which->interface && strcmp(which->interface, name->interface) != 0)
		return false;
	if (which->direction >= 0 && which->direction != name->direction)
		return false;
	return !which->rule || (name->kind == BLOCK_RULE &&
				(!strcmp(which->rule, name->filter) ||
				 strstr(name->rule, which->rule)));
}

/* All slots that have a name that is meant. */
static int reset_chosen(struct arena *arena, const struct maps *maps,
			const struct kernel_reset *which)
{
	_cleanup_contents_ struct map_contents slots = {};
	int result = map_read(maps->slots, &slots);
	const struct slot_name *names = slots.values;
	const uint32_t *keys = slots.keys;
	struct slot_range *ranges =
		arena_array(arena, slots.count + 1ul, sizeof(*ranges));
	struct bases former;
	size_t count = 0;
	uint32_t i;

	for (i = 0; !result && i < slots.count; i++)
		if (is_whole(&names[i], keys[i]) && is_chosen(which, &names[i]))
			ranges[count++] =
				(struct slot_range){ keys[i], names[i].width };
	if (!result && !count)
		result = -ENOENT;
	return result ? result
		      : bases_renew(arena, maps, ranges, count, &former);
}

int kernel_reset_counters(const struct kernel_options *options,
			  const struct kernel_reset *which,
			  struct kernel_error *error)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_maps_ struct maps maps = MAPS_CLOSED;
	_cleanup_pins_ struct pins pins;
	int result;

	messages_capture(options->verbose);
	result = pins_open(&pins, options, false, error);
	if (!result)
		result = maps_open(&maps, &pins, false, error);
	if (result)
		return result;
	result = reset_chosen(arena, &maps, which);
	if (result == -ENOENT)
		return kernel_fail(error, ENOENT,
				   "weir counters --all lists them",
				   "there are no such counters");
	if (result)
		return system_error(error, -result,
				    "cannot reset the counters");
	return 0;
}
