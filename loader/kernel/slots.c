// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counter slots by name.
 *
 * A block is what an interface and direction, or a rule, counts in: some slots
 * in a row, all in one chunk. The map `slots` remembers which block has which
 * slots, so a block that is in the new policy again counts on where it was. New
 * blocks take the first free place that is wide enough, one search for each
 * kind, so that all of them together pass the slots once. Chunks of counters
 * are made as blocks come to be in them.
 *
 * When there is no place left, or no room for names, the blocks of former
 * policies give way, except those that the image in force counts in. Two large
 * policies may not fit beside each other even so; then these give way, too. A
 * new block starts from zero by a new base, not by a store (RFC 3871 2.9.5),
 * and, where the image in force counted in its slots, gets another one after
 * the store.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

/* A slot 0: not placed yet. */
struct block {
	const struct slot_name *name;
	uint32_t slot;
	bool wanted; /* the new policy has it */
	bool in_force;
};

enum { BLOCK_KINDS = BLOCK_LIMIT + 1, WORD_BITS = 64 };

/*
 * blocks: those of the map, then the new ones. cells: number + 1 of a block,
 * by the hash of its name. Below from[kind] there is no place for that kind.
 */
struct table {
	struct block *blocks;
	size_t count;
	size_t known;
	uint32_t *cells;
	size_t mask;
	uint64_t *taken; /* one bit a slot */
	uint32_t from[BLOCK_KINDS];
	size_t *block_of; /* of each counter of the image */
};

/* ---- names ------------------------------------------------------------- */

static size_t hash_name(const struct slot_name *name)
{
	uint64_t words[sizeof(*name) / 8], hash = 0;
	size_t i;

	memcpy(words, name, sizeof(words));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 32;
	}
	return hash;
}

/* The cell of that name, or the free one where it belongs. */
static uint32_t *cell_of(const struct table *table,
			 const struct slot_name *name)
{
	size_t i = hash_name(name) & table->mask;

	while (table->cells[i] &&
	       memcmp(table->blocks[table->cells[i] - 1].name, name,
		      sizeof(*name)) != 0)
		i = (i + 1) & table->mask;
	return &table->cells[i];
}

static size_t add_block(struct table *table, const struct slot_name *name,
			uint32_t slot)
{
	uint32_t *cell = cell_of(table, name);

	if (*cell)
		return *cell - 1;
	table->blocks[table->count++] =
		(struct block){ .name = name, .slot = slot };
	*cell = table->count;
	return table->count - 1;
}

static bool in_range(const struct slot_name *name, uint32_t slot)
{
	return name->width && name->width <= CHUNK_SLOTS &&
	       slot < COUNTER_SLOTS &&
	       slot % CHUNK_SLOTS + name->width <= CHUNK_SLOTS;
}

static void make_table(struct arena *arena, const struct image *image,
		       const struct map_contents *known, struct table *table)
{
	size_t most = image->counter_count + known->count + 1, cells = 1;

	while (cells < 2 * most)
		cells *= 2;
	*table = (struct table){
		.blocks = arena_array(arena, most, sizeof(*table->blocks)),
		.cells = arena_array(arena, cells, sizeof(*table->cells)),
		.mask = cells - 1,
		.taken = arena_array(arena, COUNTER_SLOTS / WORD_BITS,
				     sizeof(*table->taken)),
		.block_of = arena_array(arena, image->counter_count + 1,
					sizeof(*table->block_of)),
	};
}

static void fill_table(const struct image *image,
		       const struct map_contents *contents, struct table *table)
{
	const struct slot_name *names = contents->values;
	const uint32_t *keys = contents->keys;
	size_t i;

	for (i = 0; i < contents->count; i++)
		if (keys[i] >= SLOT_FIRST_FREE && in_range(&names[i], keys[i]))
			add_block(table, &names[i], keys[i]);
	table->known = table->count;
	for (i = 0; i < image->counter_count; i++) {
		table->block_of[i] =
			add_block(table, &image->counters[i].name, 0);
		table->blocks[table->block_of[i]].wanted = true;
	}
}

/* ---- places ------------------------------------------------------------ */

static bool is_taken(const struct table *table, uint32_t slot)
{
	return table->taken[slot / WORD_BITS] >> slot % WORD_BITS & 1;
}

static void take(struct table *table, uint32_t slot, uint32_t width)
{
	for (; width--; slot++)
		table->taken[slot / WORD_BITS] |= 1ull << slot % WORD_BITS;
}

/* Free slots at the end of slot .. slot + width - 1; width: all are free. */
static uint32_t free_tail(const struct table *table, uint32_t slot,
			  uint32_t width)
{
	uint32_t count = 0;

	while (count < width && !is_taken(table, slot + width - 1 - count))
		count++;
	return count;
}

/* The first free place for a block of that kind; 0: none. */
static uint32_t place(struct table *table, const struct slot_name *name)
{
	uint32_t *from = &table->from[name->kind % BLOCK_KINDS], tail;

	while (*from + name->width <= COUNTER_SLOTS) {
		if (!in_range(name, *from)) {
			*from += CHUNK_SLOTS - *from % CHUNK_SLOTS;
			continue;
		}
		tail = free_tail(table, *from, name->width);
		if (tail == name->width)
			return *from;
		*from += name->width - tail;
	}
	return 0;
}

/* Which of the known blocks keep their places, the more the better. */
enum keeping { KEEP_ALL, KEEP_IN_FORCE, KEEP_WANTED };

static bool is_kept(const struct block *block, enum keeping keeping)
{
	return keeping == KEEP_ALL || block->wanted ||
	       (keeping == KEEP_IN_FORCE && block->in_force);
}

/* -ENOSPC when a new block finds no place, or its name none. */
static int place_all(struct table *table, enum keeping keeping, size_t names)
{
	struct block *block;
	size_t i, kept = 0;

	memset(table->taken, 0, COUNTER_SLOTS / 8);
	take(table, 0, SLOT_FIRST_FREE);
	for (i = 0; i < table->known; i++) {
		if (!is_kept(&table->blocks[i], keeping))
			continue;
		take(table, table->blocks[i].slot,
		     table->blocks[i].name->width);
		kept++;
	}
	if (kept + table->count - table->known > names)
		return -ENOSPC;
	for (i = 0; i < BLOCK_KINDS; i++)
		table->from[i] = SLOT_FIRST_FREE;
	for (i = table->known; i < table->count; i++) {
		block = &table->blocks[i];
		block->slot = place(table, block->name);
		if (!block->slot)
			return -ENOSPC;
		take(table, block->slot, block->name->width);
	}
	return 0;
}

/* ---- the image in force ------------------------------------------------ */

struct slot_set {
	uint64_t *bits;
};

static void note_slot(void *context, const struct reference *it)
{
	const struct slot_set *set = context;

	if (it->slot < COUNTER_SLOTS)
		set->bits[it->slot / WORD_BITS] |= 1ull << it->slot % WORD_BITS;
}

static int mark_in_force(struct arena *arena, const struct maps *maps,
			 struct table *table)
{
	struct slot_set set = {
		arena_array(arena, COUNTER_SLOTS / WORD_BITS, sizeof(uint64_t)),
	};
	int result = references_in_force(maps, note_slot, &set);
	uint32_t slot;
	size_t i;

	for (i = 0; i < table->known; i++) {
		slot = table->blocks[i].slot;
		table->blocks[i].in_force =
			set.bits[slot / WORD_BITS] >> slot % WORD_BITS & 1;
	}
	return result;
}

/* ---- the plan ---------------------------------------------------------- */

/* Names besides those of the slots 0 and 1. */
static size_t room_for_names(const struct maps *maps)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);

	if (bpf_obj_get_info_by_fd(maps->slots, &info, &length))
		return 0;
	return info.max_entries - SLOT_FIRST_FREE;
}

static int find_places(struct arena *arena, const struct maps *maps,
		       struct table *table, enum keeping *keeping)
{
	size_t names = room_for_names(maps);
	int result;

	*keeping = KEEP_ALL;
	if (!place_all(table, KEEP_ALL, names))
		return 0;
	result = mark_in_force(arena, maps, table);
	if (result)
		return result;
	*keeping = KEEP_IN_FORCE;
	if (!place_all(table, KEEP_IN_FORCE, names))
		return 0;
	*keeping = KEEP_WANTED;
	return place_all(table, KEEP_WANTED, names);
}

static void list_dropped(struct arena *arena, const struct table *table,
			 enum keeping keeping, struct slot_plan *plan)
{
	const struct block *block;
	size_t i;

	if (keeping == KEEP_ALL)
		return;
	plan->dropped =
		arena_array(arena, table->known + 1, sizeof(*plan->dropped));
	plan->dropped_names = arena_array(arena, table->known + 1,
					  sizeof(*plan->dropped_names));
	for (i = 0; i < table->known; i++) {
		block = &table->blocks[i];
		if (is_kept(block, keeping))
			continue;
		plan->dropped_names[plan->dropped_count] = *block->name;
		plan->dropped[plan->dropped_count++] = block->slot;
	}
}

static void list_slots(struct arena *arena, const struct image *image,
		       const struct table *table, struct slot_plan *plan)
{
	size_t count = image->counter_count,
	       fresh = table->count - table->known;
	const struct block *block;
	size_t i;

	plan->slots = arena_array(arena, count + 1, sizeof(*plan->slots));
	plan->is_fresh = arena_array(arena, count + 1, sizeof(bool));
	plan->fresh = arena_array(arena, fresh + 1, sizeof(*plan->fresh));
	for (i = 0; i < count; i++) {
		plan->slots[i] = table->blocks[table->block_of[i]].slot;
		plan->is_fresh[i] = table->block_of[i] >= table->known;
	}
	for (i = table->known; i < table->count; i++) {
		block = &table->blocks[i];
		plan->fresh[plan->fresh_count++] =
			(struct slot_range){ block->slot, block->name->width };
	}
}

/* ---- writing ----------------------------------------------------------- */

/* Also those of blocks that are kept: the pins of chunks may be lost. */
static int make_chunks(struct maps *maps, const struct pins *pins, size_t count,
		       struct slot_plan *plan, struct kernel_error *error)
{
	uint32_t number;
	int result = 0;
	size_t i;

	for (i = 0; !result && i < count; i++) {
		number = plan->slots[i] / CHUNK_SLOTS;
		if (!number || maps->chunks[number] >= 0)
			continue;
		plan->makes_chunks = plan->chunks[number] = true;
		result = chunk_create(maps, pins, number, error);
	}
	return result;
}

/* Chunks that were made for them hold zero without more ado. */
static int start_from_zero(struct arena *arena, const struct maps *maps,
			   struct slot_plan *plan)
{
	struct slot_range *ranges =
		arena_array(arena, plan->fresh_count + 1, sizeof(*ranges));
	size_t count = 0, i;
	int result = 0;

	for (i = 0; i < plan->fresh_count; i++)
		if (!plan->chunks[plan->fresh[i].slot / CHUNK_SLOTS])
			ranges[count++] = plan->fresh[i];
	if (count) {
		plan->bases = arena_new_of(arena, struct bases);
		result = bases_renew(arena, maps, ranges, count, plan->bases);
	}
	if (!result && plan->makes_chunks)
		result = bases_drop(maps, plan->chunks);
	return result;
}

static int write_names(struct arena *arena, const struct maps *maps,
		       const struct table *table)
{
	size_t most = table->count - table->known + 1, i;
	uint32_t *keys = arena_array(arena, most, sizeof(*keys)), count = 0;
	struct slot_name *names = arena_array(arena, most, sizeof(*names));

	for (i = table->known; i < table->count; i++) {
		keys[count] = table->blocks[i].slot;
		names[count++] = *table->blocks[i].name;
	}
	return map_write(maps->slots, keys, names, count);
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

static int no_place(const struct maps *maps, const struct image *image,
		    struct kernel_error *error)
{
	size_t kinds[BLOCK_KINDS] = {}, i;

	for (i = 0; i < image->counter_count; i++)
		kinds[image->counters[i].name.kind % BLOCK_KINDS]++;
	return kernel_fail(
		error, ENOSPC,
		"use fewer logical interfaces, or fewer rules on each",
		"there is no room for the policy's counters: %zu pairs of "
		"interface and direction with %d each, and %zu rules with %d; "
		"there are %d, and names for %zu",
		kinds[BLOCK_REASONS] + kinds[BLOCK_WOULD_DROP], REASON_SLOTS,
		kinds[BLOCK_RULE], RULE_SLOTS, COUNTER_SLOTS,
		room_for_names(maps));
}

/* Names of former blocks go before, names of new ones come after their bases.
 */
static int write_plan(struct arena *arena, const struct maps *maps,
		      const struct table *table, struct slot_plan *plan)
{
	int result =
		map_remove(maps->slots, plan->dropped, plan->dropped_count);

	if (!result)
		result = start_from_zero(arena, maps, plan);
	if (!result)
		result = write_names(arena, maps, table);
	return result ? result : write_ungoverned(maps);
}

int slots_assign(struct arena *arena, struct maps *maps,
		 const struct pins *pins, const struct image *image,
		 struct slot_plan *plan, struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents known = {};
	int result = map_read(maps->slots, &known);
	enum keeping keeping;
	struct table table;

	if (result)
		return system_error(error, -result, "cannot read the slots");
	make_table(arena, image, &known, &table);
	fill_table(image, &known, &table);
	result = find_places(arena, maps, &table, &keeping);
	if (result == -ENOSPC)
		return no_place(maps, image, error);
	if (result)
		return system_error(error, -result,
				    "cannot read the image in force");
	plan->shared = keeping == KEEP_WANTED;
	list_dropped(arena, &table, keeping, plan);
	list_slots(arena, image, &table, plan);
	result = make_chunks(maps, pins, image->counter_count, plan, error);
	if (result)
		return result;
	result = write_plan(arena, maps, &table, plan);
	return result ? system_error(error, -result, "cannot write the slots")
		      : 0;
}

void slots_undo(struct maps *maps, const struct pins *pins,
		const struct slot_plan *plan)
{
	uint32_t number;
	size_t i;

	for (i = 0; i < plan->fresh_count; i++)
		bpf_map_delete_elem(maps->slots, &plan->fresh[i].slot);
	bases_restore(maps, plan->bases);
	map_write(maps->slots, plan->dropped, plan->dropped_names,
		  plan->dropped_count);
	for (number = 1; number < COUNTER_CHUNKS; number++)
		if (plan->chunks[number])
			chunk_remove(maps, pins, number);
}

void slots_settle(struct arena *arena, const struct maps *maps,
		  const struct slot_plan *plan)
{
	struct bases former;

	if (plan->shared)
		bases_renew(arena, maps, plan->fresh, plan->fresh_count,
			    &former);
}
