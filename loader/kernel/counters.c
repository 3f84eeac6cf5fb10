// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading counters: the sum over all CPUs, minus the base of the last reset.
 *
 * The datapath alone writes `counters`, without atomics, so nobody else may
 * store there, not even zero. A reset writes down what a slot holds now in
 * `resets`, and readers subtract it: no packet is lost between reading and
 * resetting (RFC 3871 2.9.5).
 */
#include "private.h"

#include <errno.h>
#include <string.h>

enum { BATCH_SLOTS = 1024 };

/* One batch; per_cpu has room for `cpus` values a slot. */
static int sum_batch(int fd, uint32_t first, uint32_t count, uint32_t *keys,
		     struct counter *per_cpu, int cpus, struct counter *sums)
{
	uint32_t before = first - 1, after, i;
	int cpu;

	if (bpf_map_lookup_batch(fd, first ? &before : NULL, &after, keys,
				 per_cpu, &count, NULL) &&
	    errno != ENOENT)
		return -errno;
	for (i = 0; i < count; i++) {
		sums[i] = (struct counter){};
		for (cpu = 0; cpu < cpus; cpu++) {
			sums[i].packets += per_cpu[i * cpus + cpu].packets;
			sums[i].bytes += per_cpu[i * cpus + cpu].bytes;
		}
	}
	return 0;
}

int counters_sum(int fd, uint32_t first, uint32_t count, struct counter *sums)
{
	int cpus = libbpf_num_possible_cpus(), result = 0;
	_cleanup_free_ uint32_t *keys = calloc(BATCH_SLOTS, sizeof(*keys));
	_cleanup_free_ struct counter *per_cpu = NULL;
	uint32_t part;

	if (cpus < 0)
		return cpus;
	per_cpu = calloc((size_t)BATCH_SLOTS * cpus, sizeof(*per_cpu));
	if (!keys || !per_cpu)
		return -ENOMEM;
	for (; !result && count; count -= part, first += part, sums += part) {
		part = count < BATCH_SLOTS ? count : BATCH_SLOTS;
		result = sum_batch(fd, first, part, keys, per_cpu, cpus, sums);
	}
	return result;
}

int counters_rebase(const struct maps *maps, uint32_t first, uint32_t count)
{
	_cleanup_free_ struct counter *sums = calloc(count, sizeof(*sums));
	int result;
	uint32_t i;

	if (!sums)
		return -ENOMEM;
	result = counters_sum(maps->counters, first, count, sums);
	for (i = 0; !result && i < count; i++, first++) {
		if (!sums[i].packets)
			bpf_map_delete_elem(maps->resets, &first);
		else if (bpf_map_update_elem(maps->resets, &first, &sums[i], 0))
			result = -errno;
	}
	return result;
}

/* ---- for kernel_state -------------------------------------------------- */

static int compare_counters(const void *a, const void *b)
{
	const struct kernel_counter *left = a, *right = b;

	return left->slot < right->slot ? -1 : left->slot > right->slot;
}

/* One counter for each slot of each named block, still without numbers. */
static struct kernel_counter *
expand(struct arena *arena, const struct map_contents *slots, size_t *count)
{
	const struct slot_name *names = slots->values;
	const uint32_t *keys = slots->keys;
	struct kernel_counter *counters;
	uint32_t i, offset;
	size_t total = 0;

	for (i = 0; i < slots->count; i++)
		total += names[i].width;
	counters = arena_array(arena, total + 1, sizeof(*counters));
	*count = 0;
	for (i = 0; i < slots->count; i++) {
		for (offset = 0; offset < names[i].width; offset++) {
			if (keys[i] + offset >= COUNTER_SLOTS)
				break;
			counters[(*count)++] = (struct kernel_counter){
				.slot = keys[i] + offset,
				.block = names[i],
				.offset = offset,
			};
		}
	}
	qsort(counters, *count, sizeof(*counters), compare_counters);
	return counters;
}

static void subtract(struct counter *sums, const struct map_contents *resets)
{
	const struct counter *bases = resets->values;
	const uint32_t *keys = resets->keys;
	uint32_t i;

	for (i = 0; i < resets->count; i++) {
		if (keys[i] >= COUNTER_SLOTS)
			continue;
		sums[keys[i]].packets -= bases[i].packets;
		sums[keys[i]].bytes -= bases[i].bytes;
	}
}

/* resets first: a counter only grows, so it is never below its base. */
static int read_sums(const struct maps *maps, uint32_t end,
		     struct counter *sums)
{
	_cleanup_contents_ struct map_contents resets = {};
	int result = map_read(maps->resets, &resets);

	if (!result)
		result = counters_sum(maps->counters, 0, end, sums);
	if (!result)
		subtract(sums, &resets);
	return result;
}

int counters_read(struct arena *arena, const struct maps *maps,
		  struct kernel_state *state, struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents slots = {};
	_cleanup_free_ struct counter *sums =
		calloc(COUNTER_SLOTS, sizeof(*sums));
	struct kernel_counter *counters;
	size_t count, i;
	int result = sums ? map_read(maps->slots, &slots) : -ENOMEM;

	if (result)
		return system_error(error, -result, "cannot read the slots");
	counters = expand(arena, &slots, &count);
	if (count)
		result = read_sums(maps, counters[count - 1].slot + 1, sums);
	if (result)
		return system_error(error, -result, "cannot read the counters");
	for (i = 0; i < count; i++) {
		counters[i].packets = sums[counters[i].slot].packets;
		counters[i].bytes = sums[counters[i].slot].bytes;
	}
	state->counters = counters;
	state->counter_count = count;
	return 0;
}

/* All slots up to the last named one. */
static int rebase_all(const struct maps *maps)
{
	_cleanup_contents_ struct map_contents slots = {};
	int result = map_read(maps->slots, &slots);
	const struct slot_name *names = slots.values;
	const uint32_t *keys = slots.keys;
	uint32_t end = 0, i;

	for (i = 0; i < slots.count; i++)
		if (keys[i] + names[i].width > end)
			end = keys[i] + names[i].width;
	if (result || !end)
		return result;
	return counters_rebase(maps, 0,
			       end < COUNTER_SLOTS ? end : COUNTER_SLOTS);
}

int kernel_reset_counters(const struct kernel_options *options,
			  struct kernel_error *error)
{
	_cleanup_maps_ struct maps maps = MAPS_CLOSED;
	_cleanup_pins_ struct pins pins;
	int result;

	messages_capture(options->verbose);
	result = pins_open(&pins, options, false, error);
	if (!result)
		result = maps_open(&maps, &pins, false, error);
	if (result)
		return result;
	result = rebase_all(&maps);
	if (result)
		return system_error(error, -result,
				    "cannot reset the counters");
	return 0;
}
