// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interfaces -> pages and names, limits -> a table, and the binding of both to
 * what only the machine knows.
 *
 * The hash table of interfaces has room for every pair of tags that a range of
 * VLANs stands for. Interface indexes are not known when the image is built:
 * binding fills the table, and tries seeds from 0 up until all keys find a
 * cell, which keeps it deterministic too.
 */
#include <string.h>

#include "private.h"

/* ---- entries ----------------------------------------------------------- */

static void fill_entry(struct interface_entry *entry,
		       const struct resolved_interface *from)
{
	entry->role = from->role;
	entry->checks = from->checks;
	entry->owner = from->owner;
	entry->link = from->link;
	memcpy(entry->ruleset, from->ruleset, sizeof(entry->ruleset));
	memcpy(entry->limit, from->limit, sizeof(entry->limit));
	entry->flags = from->flags;
	entry->validation = from->validation;
	entry->remark = from->remark;
	entry->device = from->device;
}

static bool asks_fib(const struct resolved_interface *interface)
{
	return interface->checks & CHECK_BIT(SOURCE_VALIDATION) &&
	       interface->validation != VALIDATION_PREFIXES;
}

static bool rejects(const struct resolved_ruleset *rules)
{
	for (size_t i = 0; rules && i < rules->rule_count; i++)
		if (rules->rules[i].entry.action == RULE_REJECT)
			return true;
	return false;
}

/* One bool for each rule set: asked once, not for each interface. */
static const bool *rejecting_rulesets(struct arena *arena,
				      const struct resolved *resolved)
{
	bool *rejecting = arena_array(arena, resolved->ruleset_count + 1,
				      sizeof(*rejecting));

	for (size_t i = 0; i < resolved->ruleset_count; i++)
		rejecting[i + 1] = rejects(&resolved->rulesets[i]);
	return rejecting;
}

static void copy_interfaces(struct builder *builder,
			    const struct resolved *resolved)
{
	const bool *rejecting = rejecting_rulesets(builder->arena, resolved);
	struct image_interface *to = arena_array(
		builder->arena, resolved->interface_count, sizeof(*to));

	builder->image->interfaces = to;
	builder->image->interface_count = resolved->interface_count;
	for (size_t i = 0; i < resolved->interface_count; i++, to++) {
		const struct resolved_interface *from =
			&resolved->interfaces[i];

		to->text = from->text;
		to->device = from->device;
		memcpy(to->outer, from->outer, sizeof(to->outer));
		memcpy(to->inner, from->inner, sizeof(to->inner));
		to->asks_fib = asks_fib(from);
		to->answers = rejecting[from->ruleset[DIRECTION_IN]] ||
			      rejecting[from->ruleset[DIRECTION_OUT]];
	}
}

static void copy_devices(struct builder *builder,
			 const struct resolved *resolved)
{
	struct image_device *devices = arena_array(
		builder->arena, resolved->device_count, sizeof(*devices));

	for (size_t i = 0; i < resolved->device_count; i++) {
		devices[i].name = resolved->devices[i].name;
		devices[i].governed = resolved->devices[i].governed;
		devices[i].tagged = resolved->devices[i].tagged;
	}
	builder->image->devices = devices;
	builder->image->device_count = resolved->device_count;
}

/* The pairs of tags that an interface stands for; NO_TAG is a range of one. */
static size_t keys_of(const struct resolved_interface *interface)
{
	size_t outer = interface->outer[1] - interface->outer[0] + 1u;
	size_t inner = interface->inner[1] - interface->inner[0] + 1u;

	return outer * inner;
}

void build_interfaces(struct builder *builder, const struct resolved *resolved)
{
	size_t count = resolved->interface_count, keys = 0, buckets;
	struct interface_entry *entries =
		arena_array(builder->arena, count, sizeof(*entries));
	uint32_t interfaces, cells;
	struct image_header *header;

	for (size_t i = 0; i < count; i++) {
		fill_entry(&entries[i], &resolved->interfaces[i]);
		keys += keys_of(&resolved->interfaces[i]);
	}
	interfaces = table_add(builder, entries, count, sizeof(*entries));
	buckets = cells_buckets(keys);
	cells = table_add(builder, NULL, buckets * BUCKET_CELLS,
			  sizeof(struct hash_cell));
	header = image_header_of(builder->image);
	header->interface_count = (uint32_t)count;
	header->interfaces = interfaces;
	header->interface_buckets = cells;
	header->interface_mask = (uint32_t)buckets - 1;
	copy_interfaces(builder, resolved);
	copy_devices(builder, resolved);
}

/* ---- limits ------------------------------------------------------------ */

enum { ANSWERS = 0 }; /* where resolve.h has the limit of all answers */

void build_limits(struct builder *builder, const struct resolved *resolved)
{
	struct limit_entry *limits = arena_array(
		builder->arena, resolved->limit_count, sizeof(*limits));
	struct image_header *header;
	uint32_t page;

	for (size_t i = 0; i < resolved->limit_count; i++)
		limits[i] = resolved->limits[i].entry;
	page = table_add(builder, limits, resolved->limit_count,
			 sizeof(*limits));
	header = image_header_of(builder->image);
	header->limits = page;
	header->limit_count = (uint32_t)resolved->limit_count;
	header->answers = ANSWERS;
}

/* ---- binding ----------------------------------------------------------- */

static bool put_interface(const struct cells *cells,
			  const struct image_interface *interface,
			  uint32_t ifindex, uint32_t value)
{
	for (uint32_t outer = interface->outer[0]; outer <= interface->outer[1];
	     outer++)
		for (uint32_t inner = interface->inner[0];
		     inner <= interface->inner[1]; inner++)
			if (!cells_put(cells, ifindex, outer << 16 | inner,
				       value))
				return false;
	return true;
}

static bool put_interfaces(const struct image *image, const uint32_t *ifindexes,
			   const struct cells *cells)
{
	size_t count = ((size_t)cells->mask + 1) * BUCKET_CELLS;

	memset(cells->cells, 0, count * sizeof(*cells->cells));
	for (uint32_t i = 0; i < image->interface_count; i++) {
		uint32_t ifindex = ifindexes[image->interfaces[i].device];

		if (ifindex && !put_interface(cells, &image->interfaces[i],
					      ifindex, i + 1))
			return false;
	}
	return true;
}

static void bind_keys(struct image *image, const uint32_t *ifindexes)
{
	struct image_header *header = image_header_of(image);
	struct cells cells = {
		.cells = table_element(image, header->interface_buckets, 0,
				       sizeof(*cells.cells)),
		.mask = header->interface_mask,
	};

	while (!put_interfaces(image, ifindexes, &cells))
		cells.seed++;
	header->interface_seed = cells.seed;
}

static void bind_interfaces(struct image *image,
			    const struct binding_interface *from)
{
	uint32_t interfaces = image_header_of(image)->interfaces;

	for (size_t i = 0; i < image->interface_count; i++) {
		struct interface_entry *entry =
			table_element(image, interfaces, i, sizeof(*entry));

		entry->fib_ifindex = from[i].fib_ifindex;
		entry->address4 = from[i].address4;
		memcpy(entry->address6, from[i].address6,
		       sizeof(entry->address6));
	}
}

void image_bind(struct image *image, const struct binding *binding)
{
	struct image_header *header = image_header_of(image);

	bind_keys(image, binding->ifindex);
	if (binding->interfaces)
		bind_interfaces(image, binding->interfaces);
	for (size_t i = 0; i < image->counter_count; i++)
		memcpy(image->pages + image->counters[i].reference,
		       &binding->slots[i], sizeof(binding->slots[i]));
	header->trie_slot = binding->trie_slot;
	header->applied_by = binding->applied_by;
	header->generation = binding->generation;
	header->applied_at = binding->applied_at;
}
