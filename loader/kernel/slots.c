// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counter slots by name.
 *
 * A block is an interface and direction (REASON_SLOTS wide, aligned to it) or
 * a rule (one slot). The map `slots` remembers which block has which slots, so
 * a block that is in the new policy again counts on where it was. New blocks
 * take the first free place. When there is none left, blocks that neither the
 * new policy names nor the image in force counts in are overwritten; their
 * counters then get a new base (RFC 3871 2.9.5 asks for that instead of a store
 * of zero), so that the new block starts at nothing.
 *
 * Two large policies may not fit beside each other. Then also blocks of the
 * image in force are overwritten, and get their base again after the store:
 * until then the old policy counts in them.
 */
#include "private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

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

/* ---- the image in force ------------------------------------------------ */

static void mark_rules(const uint8_t *pages, const struct interface_entry *on,
		       int direction, bool *used)
{
	const struct image_header *header = (const void *)pages;
	const struct ruleset *rules =
		(const struct ruleset
			 *)(const void *)(pages + (size_t)header->rulesets *
							  PAGE_BYTES) +
		on->ruleset[direction] - 1;
	const struct leg_entry *legs =
		(const void *)(pages + (size_t)rules->legs * PAGE_BYTES);
	const uint32_t *slots =
		(const void *)(pages + (size_t)header->rule_slots * PAGE_BYTES);
	uint32_t slot;
	int leg;

	for (leg = 0; leg < MAX_LEGS; leg++) {
		slot = slots[on->rule_slots[direction] + legs[leg].rule];
		if (slot < COUNTER_SLOTS)
			used[slot] = true;
	}
}

/* First slots of the blocks that an image counts in. */
static void mark_image(const uint8_t *pages, bool *used)
{
	const struct image_header *header = (const void *)pages;
	const struct interface_entry *entries =
		(const void *)(pages + (size_t)header->interfaces * PAGE_BYTES);
	uint32_t i;
	int direction;

	for (i = 0; i < header->interface_count; i++) {
		for (direction = 0; direction < DIRECTION_COUNT; direction++) {
			used[entries[i].counters[direction] % COUNTER_SLOTS] =
				true;
			if (entries[i].ruleset[direction])
				mark_rules(pages, &entries[i], direction, used);
		}
	}
}

static int mark_in_force(const struct maps *maps, bool *used)
{
	_cleanup_fd_ int image = map_inner(maps->images, 0);
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	void *pages;

	if (image < 0)
		return image == -ENOENT ? 0 : image;
	if (bpf_obj_get_info_by_fd(image, &info, &length))
		return -errno;
	length = info.max_entries * PAGE_BYTES;
	pages = mmap(NULL, length, PROT_READ, MAP_SHARED, image, 0);
	if (pages == MAP_FAILED)
		return -errno;
	mark_image(pages, used);
	munmap(pages, length);
	return 0;
}

/*
 * Only what the image itself names stays taken, and blocks that start at the
 * slots of `used`.
 */
static void free_former(struct table *table, const struct image *image,
			const bool *used)
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
	for (i = 0; i < table->known_count; i++)
		if (used[table->known[i].slot])
			mark(table, &table->known[i]);
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

/* Tries free places first, then former blocks, then those in force, too. */
static int find_places(struct arena *arena, const struct maps *maps,
		       const struct image *image, const size_t *first,
		       struct table *table, struct slot_plan *result)
{
	bool *used = arena_array(arena, COUNTER_SLOTS, sizeof(*used));
	int failed;

	if (!plan(image, first, table, result->slots))
		return 0;
	failed = mark_in_force(maps, used);
	if (failed)
		return failed;
	free_former(table, image, used);
	if (!plan(image, first, table, result->slots))
		return 0;
	memset(used, false, COUNTER_SLOTS * sizeof(*used));
	result->shared = true;
	free_former(table, image, used);
	return plan(image, first, table, result->slots);
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

static void remember_bases(const struct maps *maps, uint32_t slot,
			   uint32_t width, struct slot_plan *plan)
{
	struct slot_base *base;

	for (; width--; slot++) {
		base = &plan->bases[plan->base_count++];
		base->slot = slot;
		base->had_base =
			!bpf_map_lookup_elem(maps->resets, &slot, &base->base);
	}
}

/*
 * Takes the names of former blocks away from where the new block goes, and
 * makes it start at zero: also where a slot was a former block's whose name is
 * gone.
 */
static int overwrite(const struct maps *maps, struct table *table,
		     uint32_t slot, uint32_t width, struct slot_plan *plan)
{
	const struct block *former;
	uint32_t i, j;

	for (i = slot; i < slot + width; i++) {
		if (!table->owner[i])
			continue;
		former = &table->known[table->owner[i] - 1];
		remember(plan, former->slot, &former->name);
		bpf_map_delete_elem(maps->slots, &former->slot);
		for (j = 0; j < former->name.width; j++)
			table->owner[former->slot + j] = 0;
	}
	remember_bases(maps, slot, width, plan);
	return counters_rebase(maps, slot, width);
}

static int write_names(const struct maps *maps, const struct image *image,
		       const size_t *first, struct table *table,
		       struct slot_plan *plan)
{
	const struct slot_name *name;
	uint32_t slot;
	int failed;
	size_t i;

	for (i = 0; i < image->counter_count; i++) {
		name = &image->counters[i].name;
		slot = plan->slots[i];
		if (first[i] != i || find(table, name))
			continue;
		failed = overwrite(maps, table, slot, name->width, plan);
		if (failed)
			return failed;
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

static struct slot_plan empty_plan(struct arena *arena,
				   const struct image *image,
				   const struct table *table)
{
	size_t most = image->counter_count + table->known_count;

	return (struct slot_plan){
		.slots = arena_array(arena, image->counter_count + 1,
				     sizeof(uint32_t)),
		.changes = arena_array(arena, most + 1,
				       sizeof(struct slot_change)),
		.bases = arena_array(arena, COUNTER_SLOTS,
				     sizeof(struct slot_base)),
	};
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
	int failed = read_known(arena, maps, &table);

	if (failed)
		return system_error(error, -failed, "cannot read the slots");
	*result = empty_plan(arena, image, &table);
	mark_known(&table);
	failed = find_places(arena, maps, image, first, &table, result);
	if (failed == -ENOSPC)
		return no_place(image, error);
	if (!failed)
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
	const struct slot_base *base;
	size_t i;

	for (i = plan->change_count; i-- > 0;) {
		change = &plan->changes[i];
		if (change->had_name)
			bpf_map_update_elem(maps->slots, &change->slot,
					    &change->name, 0);
		else
			bpf_map_delete_elem(maps->slots, &change->slot);
	}
	for (i = plan->base_count; i-- > 0;) {
		base = &plan->bases[i];
		if (base->had_base)
			bpf_map_update_elem(maps->resets, &base->slot,
					    &base->base, 0);
		else
			bpf_map_delete_elem(maps->resets, &base->slot);
	}
}

void slots_settle(const struct maps *maps, const struct slot_plan *plan)
{
	size_t i;

	for (i = 0; plan->shared && i < plan->base_count; i++)
		counters_rebase(maps, plan->bases[i].slot, 1);
}
