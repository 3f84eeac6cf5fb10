// SPDX-License-Identifier: GPL-2.0-only
/*
 * A range of VLANs stands for as many keys, all of which the datapath's table
 * will hold; so they are bounded, and can be entered one by one into a hash
 * table here, where the second statement for a key meets the first. Statements
 * with different numbers of tags have different keys: the more exact one wins.
 */
#include "resolve/logical.h"

#include <string.h>

#include "base/cleanup.h"

struct cell {
	uint64_t key;	 /* device + 1, outer, inner */
	uint32_t number; /* of its interface */
};

struct keys {
	struct resolver *resolver;
	const struct resolved_interface *interfaces;
	struct cell *cells;
	uint64_t mask; /* cells - 1, a power of two - 1 */
};

static const char *vlans_text(struct arena *arena, const uint16_t vlan[2])
{
	if (vlan[0] == vlan[1])
		return arena_printf(arena, "%u", vlan[0]);
	return arena_printf(arena, "%u-%u", vlan[0], vlan[1]);
}

const char *logical_text(struct arena *arena, const struct statement *statement)
{
	if (statement->outer[0] == NO_TAG)
		return statement->name;
	if (statement->inner[0] == NO_TAG)
		return arena_printf(arena, "%s vlan %s", statement->name,
				    vlans_text(arena, statement->outer));
	return arena_printf(arena, "%s vlan %s.%s", statement->name,
			    vlans_text(arena, statement->outer),
			    vlans_text(arena, statement->inner));
}

static uint64_t key_count(const struct resolved_interface *interface)
{
	return (uint64_t)(interface->outer[1] - interface->outer[0] + 1) *
	       (uint64_t)(interface->inner[1] - interface->inner[0] + 1);
}

static bool is_same(const struct resolved_interface *a,
		    const struct resolved_interface *b)
{
	return memcmp(a->outer, b->outer, sizeof(a->outer)) == 0 &&
	       memcmp(a->inner, b->inner, sizeof(a->inner)) == 0;
}

static void report_twice(const struct keys *keys,
			 const struct resolved_interface *first,
			 const struct resolved_interface *second)
{
	struct diag_list *diags = keys->resolver->diags;

	diag_error(diags, second->span, NULL, "interface %s is defined twice",
		   second->text);
	diag_note(diags, first->span, "the first one is here");
}

static void report_overlap(const struct keys *keys,
			   const struct resolved_interface *first,
			   const struct resolved_interface *second,
			   uint16_t outer, uint16_t inner)
{
	struct diag_list *diags = keys->resolver->diags;
	const struct statement common = {
		.name = keys->resolver->resolved->devices[second->device].name,
		.outer = { outer, outer },
		.inner = { inner, inner },
	};

	diag_error(diags, second->span,
		   diag_hint(diags, "%s is in both: split the range around it",
			     logical_text(keys->resolver->arena, &common)),
		   "interface %s overlaps interface %s", second->text,
		   first->text);
	diag_note(diags, first->span, "the other one is here");
}

/* False when another interface has the key, which has been reported. */
static bool enter(struct keys *keys, uint32_t number, uint16_t outer,
		  uint16_t inner)
{
	const struct resolved_interface *interface = &keys->interfaces[number];
	uint64_t key = (uint64_t)(interface->device + 1) << 32 |
		       (uint64_t)outer << 16 | inner;
	uint64_t i = (key * 0x9e3779b97f4a7c15ull >> 32) & keys->mask;
	const struct resolved_interface *other;

	while (keys->cells[i].key && keys->cells[i].key != key)
		i = (i + 1) & keys->mask;
	if (!keys->cells[i].key) {
		keys->cells[i] = (struct cell){ key, number };
		return true;
	}
	other = &keys->interfaces[keys->cells[i].number];
	if (is_same(interface, other))
		report_twice(keys, other, interface);
	else
		report_overlap(keys, other, interface, outer, inner);
	return false;
}

static void enter_all(struct keys *keys, uint32_t number)
{
	const struct resolved_interface *interface = &keys->interfaces[number];
	uint32_t outer, inner;

	for (outer = interface->outer[0]; outer <= interface->outer[1]; outer++)
		for (inner = interface->inner[0]; inner <= interface->inner[1];
		     inner++)
			if (!enter(keys, number, (uint16_t)outer,
				   (uint16_t)inner))
				return;
}

/* The number of keys; 0 when they are too many, which has been reported. */
static uint64_t total_keys(struct resolver *resolver,
			   const struct resolved_interface *interfaces,
			   size_t count)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		total += key_count(&interfaces[i]);
		if (total <= MAX_LOGICAL_INTERFACES)
			continue;
		diag_error(resolver->diags, interfaces[i].span,
			   "ranges of VLANs count with every pair of ids in "
			   "them; a statement without ids takes all the others",
			   "more than %d logical interfaces",
			   MAX_LOGICAL_INTERFACES);
		return 0;
	}
	return total;
}

void logical_check(struct resolver *resolver,
		   const struct resolved_interface *interfaces, size_t count)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	uint64_t total = total_keys(resolver, interfaces, count), cells = 2;
	struct keys keys = { .resolver = resolver, .interfaces = interfaces };
	uint32_t i;

	if (!total)
		return;
	while (cells < 2 * total)
		cells *= 2;
	keys.cells = arena_array(scratch, cells, sizeof(*keys.cells));
	keys.mask = cells - 1;
	for (i = 0; i < count; i++)
		enter_all(&keys, i);
}
