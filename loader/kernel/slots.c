// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counter slots by name.
 *
 * A block is an interface and direction (REASON_SLOTS wide, aligned to it) or
 * a rule (one slot). The map `slots` remembers which block has which slots, so
 * a block that is in the new policy again counts on where it was. New blocks
 * take the first free place. When there is none left, blocks that the new
 * policy does not name may be overwritten; their counters then get a new base
 * (RFC 3871 2.9.5 asks for that instead of a store of zero), so that the new
 * block starts at nothing.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

struct block {
	struct slot_name name;
	uint32_t slot;
};

/*
 * owner: number + 1 of the known block in each slot. Below from[0] no slot is
 * free, below from[1] no block of reasons.
 */
struct table {
	struct block *known; /* sorted by name */
	size_t known_count;
	uint32_t *owner;
	bool *taken;
	uint32_t from[2];
};

static int compare_blocks(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct slot_name));
}

static bool in_range(const struct slot_name *name, uint32_t slot)
{
	return name->width && name->width <= COUNTER_SLOTS &&
	       slot <= COUNTER_SLOTS - name->width;
}

static int read_known(struct arena *arena, const struct maps *maps,
		      struct table *table)
{
	_cleanup_contents_ struct map_contents contents = {};
	int result = map_read(maps->slots, &contents);
	const struct slot_name *names = contents.values;
	const uint32_t *keys = contents.keys;
	uint32_t i;

	if (result)
		return result;
	table->known =
		arena_array(arena, contents.count + 1, sizeof(*table->known));
	for (i = 0; i < contents.count; i++) {
		if (!in_range(&names[i], keys[i]))
			continue;
		table->known[table->known_count].slot = keys[i];
		table->known[table->known_count++].name = names[i];
	}
	qsort(table->known, table->known_count, sizeof(*table->known),
	      compare_blocks);
	return 0;
}

static void mark(struct table *table, const struct block *block)
{
	uint32_t i;

	for (i = 0; i < block->name.width; i++)
		table->taken[block->slot + i] = true;
}

static void mark_known(struct table *table)
{
	const struct block *block;
	size_t known;
	uint32_t i;

	for (known = 0; known < table->known_count; known++) {
		block = &table->known[known];
		for (i = 0; i < block->name.width; i++)
			table->owner[block->slot + i] = known + 1;
		mark(table, block);
	}
	memset(table->taken, true, SLOT_FIRST_FREE * sizeof(*table->taken));
}

static const struct block *find(const struct table *table,
				const struct slot_name *name)
{
	if (!table->known_count)
		return NULL;
	return bsearch(name, table->known, table->known_count,
		       sizeof(*table->known), compare_blocks);
}

/* Only what the image itself names stays taken. */
static void free_former(struct table *table, const struct image *image)
{
	const struct block *block;
	size_t i;

	memset(table->taken + SLOT_FIRST_FREE, false,
	       (COUNTER_SLOTS - SLOT_FIRST_FREE) * sizeof(*table->taken));
	for (i = 0; i < image->counter_count; i++) {
		block = find(table, &image->counters[i].name);
		if (block)
			mark(table, block);
	}
}

/* The first free place of that width; 0: none. */
static uint32_t place(struct table *table, uint32_t width)
{
	uint32_t *from = &table->from[width != 1], i;

	for (; *from + width <= COUNTER_SLOTS; *from += width) {
		for (i = 0; i < width && !table->taken[*from + i];)
			i++;
		if (i == width)
			return *from;
	}
	return 0;
}

/* ---- what the image asks for ------------------------------------------- */

struct wish {
	const struct slot_name *name;
	size_t counter;
};

static int compare_wishes(const void *a, const void *b)
{
	const struct wish *left = a, *right = b;
	int order = memcmp(left->name, right->name, sizeof(*left->name));

	if (order)
		return order;
	return left->counter < right->counter ? -1 : 1;
}

/* first[i]: the first counter of the image that has the name of counter i. */
static size_t *first_of_name(struct arena *arena, const struct image *image)
{
	size_t count = image->counter_count, i;
	size_t *first = arena_array(arena, count + 1, sizeof(*first));
	struct wish *wishes = arena_array(arena, count + 1, sizeof(*wishes));
	struct wish *group = wishes;

	for (i = 0; i < count; i++)
		wishes[i] = (struct wish){ &image->counters[i].name, i };
	qsort(wishes, count, sizeof(*wishes), compare_wishes);
	for (i = 0; i < count; i++) {
		if (memcmp(group->name, wishes[i].name, sizeof(*group->name)))
			group = &wishes[i];
		first[wishes[i].counter] = group->counter;
	}
	return first;
}

/* -ENOSPC when a new block finds no place. */
static int plan(const struct image *image, const size_t *first,
		struct table *table, uint32_t *slots)
{
	const struct block *block;
	struct block fresh;
	size_t i;

	table->from[0] = table->from[1] = SLOT_FIRST_FREE;
	for (i = 0; i < image->counter_count; i++) {
		block = find(table, &image->counters[i].name);
		slots[i] = block ? block->slot : slots[first[i]];
		if (block || first[i] != i)
			continue;
		fresh.name = image->counters[i].name;
		fresh.slot = place(table, fresh.name.width);
		if (!fresh.slot)
			return -ENOSPC;
		mark(table, &fresh);
		slots[i] = fresh.slot;
	}
	return 0;
}

/* ---- writing ----------------------------------------------------------- */

static void remember(struct slot_plan *plan, uint32_t slot,
		     const struct slot_name *former)
{
	struct slot_change *change = &plan->changes[plan->change_count++];

	change->slot = slot;
	change->had_name = former;
	if (former)
		change->name = *former;
}

/* Takes the names of former blocks away from where the new block goes. */
static void overwrite(const struct maps *maps, struct table *table,
		      uint32_t slot, uint32_t width, struct slot_plan *plan)
{
	bool used = false;
	const struct block *former;
	uint32_t i, j;

	for (i = slot; i < slot + width; i++) {
		if (!table->owner[i])
			continue;
		used = true;
		former = &table->known[table->owner[i] - 1];
		remember(plan, former->slot, &former->name);
		bpf_map_delete_elem(maps->slots, &former->slot);
		for (j = 0; j < former->name.width; j++)
			table->owner[former->slot + j] = 0;
	}
	if (used)
		counters_rebase(maps, slot, width);
}

static int write_names(const struct maps *maps, const struct image *image,
		       const size_t *first, struct table *table,
		       struct slot_plan *plan)
{
	const struct slot_name *name;
	uint32_t slot;
	size_t i;

	for (i = 0; i < image->counter_count; i++) {
		name = &image->counters[i].name;
		slot = plan->slots[i];
		if (first[i] != i || find(table, name))
			continue;
		overwrite(maps, table, slot, name->width, plan);
		remember(plan, slot, NULL);
		if (bpf_map_update_elem(maps->slots, &slot, name, 0))
			return -errno;
	}
	return 0;
}

/* Slots 0 and 1, so that readers find a name for every slot that counts. */
static int write_ungoverned(const struct maps *maps)
{
	struct slot_name name = { .interface = "*", .width = 1 };
	uint32_t slot;

	for (slot = SLOT_UNGOVERNED_IN; slot <= SLOT_UNGOVERNED_OUT; slot++) {
		name.direction = slot == SLOT_UNGOVERNED_IN ? DIRECTION_IN
							    : DIRECTION_OUT;
		if (bpf_map_update_elem(maps->slots, &slot, &name, 0))
			return -errno;
	}
	return 0;
}

static int no_place(const struct image *image, struct kernel_error *error)
{
	size_t blocks = 0, rules = 0, i;

	for (i = 0; i < image->counter_count; i++) {
		if (image->counters[i].name.width == 1)
			rules++;
		else
			blocks++;
	}
	return kernel_fail(error, ENOSPC,
			   "use fewer logical interfaces, or fewer rules on "
			   "each",
			   "the policy needs more than %d counters: %zu pairs "
			   "of interface and direction with %d each, and %zu "
			   "rules",
			   COUNTER_SLOTS, blocks, REASON_SLOTS, rules);
}

int slots_assign(struct arena *arena, const struct maps *maps,
		 const struct image *image, struct slot_plan *result,
		 struct kernel_error *error)
{
	struct table table = {
		.owner = arena_array(arena, COUNTER_SLOTS, sizeof(uint32_t)),
		.taken = arena_array(arena, COUNTER_SLOTS, sizeof(bool)),
	};
	const size_t *first = first_of_name(arena, image);
	size_t most;
	int failed = read_known(arena, maps, &table);

	if (failed)
		return system_error(error, -failed, "cannot read the slots");
	most = image->counter_count + table.known_count;
	*result = (struct slot_plan){
		.slots = arena_array(arena, image->counter_count + 1,
				     sizeof(uint32_t)),
		.changes = arena_array(arena, most + 1,
				       sizeof(struct slot_change)),
	};
	mark_known(&table);
	if (plan(image, first, &table, result->slots)) {
		free_former(&table, image);
		if (plan(image, first, &table, result->slots))
			return no_place(image, error);
	}
	failed = write_names(maps, image, first, &table, result);
	if (!failed)
		failed = write_ungoverned(maps);
	if (!failed)
		return 0;
	slots_undo(maps, result);
	return system_error(error, -failed, "cannot write the slots");
}

void slots_undo(const struct maps *maps, const struct slot_plan *plan)
{
	const struct slot_change *change;
	size_t i;

	for (i = plan->change_count; i-- > 0;) {
		change = &plan->changes[i];
		if (change->had_name)
			bpf_map_update_elem(maps->slots, &change->slot,
					    &change->name, 0);
		else
			bpf_map_delete_elem(maps->slots, &change->slot);
	}
}
