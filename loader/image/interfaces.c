// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interfaces, their counters, owner groups -> pages; and the binding of the
 * interface table to the machine's interface indexes.
 *
 * Both hash tables have buckets of four cells. Owner groups are known when the
 * image is built: the table doubles until no bucket overflows. Interface
 * indexes are not: the table gets four buckets an interface (so that five keys
 * rarely meet), and binding tries seeds until all fit, from 0 up, which keeps
 * it deterministic too.
 */
#include <stdio.h>
#include <string.h>

#include "private.h"

/* ---- counter names ----------------------------------------------------- */

static uint32_t fnv1a(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

/* Copies text; what does not fit ends in a hash, so names stay different. */
static void shorten(char *to, size_t size, const char *text)
{
	if (strlen(text) < size)
		memcpy(to, text, strlen(text) + 1);
	else
		snprintf(to, size, "%.*s~%08x", (int)size - 10, text,
			 fnv1a(text));
}

static void add_counter(struct builder *builder, const char *interface,
			int direction, const struct resolved_rule *rule,
			size_t reference)
{
	struct image *image = builder->image;
	struct image_counter *counters = (void *)image->counters;
	struct image_counter *counter;

	counters = arena_grow(builder->arena, counters, image->counter_count,
			      &builder->counter_capacity, sizeof(*counters));
	counter = &counters[image->counter_count++];
	memset(counter, 0, sizeof(*counter));
	shorten(counter->name.interface, sizeof(counter->name.interface),
		interface);
	counter->name.direction = (uint32_t)direction;
	counter->name.width = rule ? 1 : REASON_SLOTS;
	if (rule) {
		shorten(counter->name.filter, sizeof(counter->name.filter),
			rule->filter);
		shorten(counter->name.rule, sizeof(counter->name.rule),
			rule->text);
	}
	counter->reference = reference;
	image->counters = counters;
}

/* ---- interfaces -------------------------------------------------------- */

static void fill_entry(struct interface_entry *entry,
		       const struct resolved_interface *from)
{
	entry->role = from->role;
	entry->checks = from->checks;
	entry->owner = from->owner;
	entry->link = from->link;
	entry->device = from->device;
	memcpy(entry->ruleset, from->ruleset, sizeof(entry->ruleset));
}

/* The number of rules an interface has in a direction. */
static size_t rules_on(const struct resolved *resolved,
		       const struct resolved_interface *interface,
		       int direction)
{
	uint32_t number = interface->ruleset[direction];

	return number ? resolved->rulesets[number - 1].rule_count : 0;
}

/* Counters of one interface; next: first free element of the rule slots. */
static void add_counters(struct builder *builder,
			 const struct resolved *resolved, size_t number,
			 uint32_t interfaces, uint32_t rule_slots, size_t *next)
{
	const struct resolved_interface *from = &resolved->interfaces[number];
	size_t at = table_offset(interfaces, number,
				 sizeof(struct interface_entry));
	struct interface_entry *entry =
		(struct interface_entry *)(void *)(builder->image->pages + at);

	for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
		size_t rules = rules_on(resolved, from, direction);

		add_counter(builder, from->text, direction, NULL,
			    at + offsetof(struct interface_entry, counters) +
				    (size_t)direction * sizeof(__u32));
		entry->rule_slots[direction] = (uint32_t)*next;
		for (size_t i = 0; i < rules; i++)
			add_counter(
				builder, from->text, direction,
				&resolved->rulesets[from->ruleset[direction] -
						    1]
					 .rules[i],
				table_offset(rule_slots, (*next)++,
					     sizeof(__u32)));
	}
}

static void copy_names(struct builder *builder, const struct resolved *resolved)
{
	struct image_interface *interfaces = arena_array(
		builder->arena, resolved->interface_count, sizeof(*interfaces));
	struct image_device *devices = arena_array(
		builder->arena, resolved->device_count, sizeof(*devices));

	for (size_t i = 0; i < resolved->interface_count; i++) {
		interfaces[i].text = resolved->interfaces[i].text;
		interfaces[i].device = resolved->interfaces[i].device;
		interfaces[i].outer = resolved->interfaces[i].outer;
		interfaces[i].inner = resolved->interfaces[i].inner;
	}
	for (size_t i = 0; i < resolved->device_count; i++) {
		devices[i].name = resolved->devices[i].name;
		devices[i].governed = resolved->devices[i].governed;
		devices[i].tagged = resolved->devices[i].tagged;
	}
	builder->image->interfaces = interfaces;
	builder->image->interface_count = resolved->interface_count;
	builder->image->devices = devices;
	builder->image->device_count = resolved->device_count;
}

static size_t power_of_two(size_t least)
{
	size_t power = 1;

	while (power < least)
		power *= 2;
	return power;
}

void build_interfaces(struct builder *builder, const struct resolved *resolved)
{
	size_t count = resolved->interface_count, rules = 0, next = 0;
	size_t buckets = power_of_two(count * 4);
	struct interface_entry *entries =
		arena_array(builder->arena, count, sizeof(*entries));
	uint32_t interfaces, slots, cells;
	struct image_header *header;

	for (size_t i = 0; i < count; i++) {
		fill_entry(&entries[i], &resolved->interfaces[i]);
		rules += rules_on(resolved, &resolved->interfaces[i], 0) +
			 rules_on(resolved, &resolved->interfaces[i], 1);
	}
	interfaces = table_add(builder, entries, count, sizeof(*entries));
	slots = pages_add(builder, rules / (PAGE_BYTES / 4) + 1);
	for (size_t i = 0; i < count; i++)
		add_counters(builder, resolved, i, interfaces, slots, &next);
	cells = pages_add(builder, buckets * 64 / PAGE_BYTES + 1);
	copy_names(builder, resolved);
	header = image_header_of(builder->image);
	header->interface_count = (uint32_t)count;
	header->interfaces = interfaces;
	header->rule_slots = slots;
	header->interface_buckets = cells;
	header->interface_mask = (uint32_t)buckets - 1;
}

/* ---- owners ------------------------------------------------------------ */

/* Puts a pair into its bucket; false when the bucket is full. */
static bool put_owner(struct owner_cell *cells, uint32_t mask, uint32_t owners,
		      uint32_t owner)
{
	struct owner_cell *bucket =
		cells +
		(size_t)(weir_hash(owners, owner) & mask) * BUCKET_CELLS;

	for (int i = 0; i < BUCKET_CELLS; i++) {
		if (bucket[i].used)
			continue;
		bucket[i].owners = owners;
		bucket[i].owner = owner;
		bucket[i].used = 1;
		return true;
	}
	return false;
}

static bool put_groups(struct owner_cell *cells, uint32_t mask,
		       const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->owner_group_count; i++) {
		const struct owner_group *group = &resolved->owner_groups[i];

		for (size_t j = 0; j < group->count; j++)
			if (!put_owner(cells, mask,
				       resolved->owner_count + (uint32_t)i,
				       group->owners[j]))
				return false;
	}
	return true;
}

void build_owners(struct builder *builder, const struct resolved *resolved)
{
	size_t pairs = 0, buckets;
	struct owner_cell *cells;
	struct image_header *header;
	uint32_t page;

	for (size_t i = 0; i < resolved->owner_group_count; i++)
		pairs += resolved->owner_groups[i].count;
	buckets = power_of_two(pairs / 2 + 1);
	for (;; buckets *= 2) {
		cells = arena_array(builder->arena, buckets * BUCKET_CELLS,
				    sizeof(*cells));
		if (put_groups(cells, (uint32_t)buckets - 1, resolved))
			break;
	}
	page = table_add(builder, cells, buckets * BUCKET_CELLS,
			 sizeof(*cells));
	header = image_header_of(builder->image);
	header->owner_count = resolved->owner_count;
	header->owner_buckets = page;
	header->owner_mask = (uint32_t)buckets - 1;
}

/* ---- binding ----------------------------------------------------------- */

static bool put_interface(struct image *image, const struct binding *binding,
			  uint32_t number, uint32_t seed)
{
	const struct image_interface *interface = &image->interfaces[number];
	const struct image_header *header = image_header_of(image);
	uint32_t ifindex = binding->ifindex[interface->device];
	uint32_t tags = (uint32_t)interface->outer << 16 | interface->inner;
	struct interface_cell *bucket;

	bucket = (void *)(image->pages +
			  table_offset(header->interface_buckets,
				       weir_hash(ifindex + seed, tags) &
					       header->interface_mask,
				       sizeof(*bucket) * BUCKET_CELLS));
	for (int i = 0; i < BUCKET_CELLS; i++) {
		if (bucket[i].interface)
			continue;
		bucket[i].ifindex = ifindex;
		bucket[i].outer = interface->outer;
		bucket[i].inner = interface->inner;
		bucket[i].interface = number + 1;
		return true;
	}
	return false;
}

static bool put_interfaces(struct image *image, const struct binding *binding,
			   uint32_t seed)
{
	const struct image_header *header = image_header_of(image);
	size_t bytes = ((size_t)header->interface_mask + 1) * BUCKET_CELLS *
		       sizeof(struct interface_cell);

	memset(image->pages + (size_t)header->interface_buckets * PAGE_BYTES, 0,
	       bytes);
	for (uint32_t i = 0; i < image->interface_count; i++)
		if (binding->ifindex[image->interfaces[i].device] &&
		    !put_interface(image, binding, i, seed))
			return false;
	return true;
}

void image_bind(struct image *image, const struct binding *binding)
{
	struct image_header *header = image_header_of(image);
	uint32_t seed = 0;

	while (!put_interfaces(image, binding, seed))
		seed++;
	header->interface_seed = seed;
	for (size_t i = 0; i < image->counter_count; i++)
		memcpy(image->pages + image->counters[i].reference,
		       &binding->slots[i], sizeof(binding->slots[i]));
	header->trie_slot = binding->trie_slot;
	header->applied_by = binding->applied_by;
	header->generation = binding->generation;
	header->applied_at = binding->applied_at;
}
