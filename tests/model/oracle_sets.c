// SPDX-License-Identifier: GPL-2.0-only
/* Sets, interfaces and their options, as the oracle reads them: see world.h. */
#include <string.h>

#include "world.h"

/* ---- sets -------------------------------------------------------------- */

const struct statement *find(const struct world *world,
			     enum statement_kind kind, const char *name)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == kind && (!name || !strcmp(s->name, name)))
			return s;
	return NULL;
}

bool in_statement(const struct world *world, enum statement_kind kind,
		  const char *name, const struct address *address)
{
	const struct statement *statement = find(world, kind, name);

	return statement && in_items(world, statement->items, address);
}

bool in_prefix(const struct prefix *prefix, uint8_t family,
	       const struct address *address)
{
	if (prefix->family != family)
		return false;
	for (unsigned int bit = 0; bit < prefix->length; bit++)
		if (address_bit(&prefix->address, bit) !=
		    address_bit(address, bit))
			return false;
	return true;
}

bool is_local(const struct world *world, const struct address *address)
{
	for (size_t i = 0; i < world->system->local_count; i++)
		if (in_prefix(&world->system->local[i], world->probe->family,
			      address))
			return true;
	return false;
}

bool in_any_customer(const struct world *world, const struct address *address)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == STATEMENT_CUSTOMER &&
		    in_items(world, s->items, address))
			return true;
	return false;
}

static bool in_item(const struct world *world, const struct item *item,
		    const struct address *address)
{
	switch (item->kind) {
	case ITEM_PREFIX:
		return in_prefix(&item->prefix, world->probe->family, address);
	case ITEM_RANGE:
		return item->prefix.family == world->probe->family &&
		       memcmp(&item->prefix.address, address, 16) <= 0 &&
		       memcmp(address, &item->last, 16) <= 0;
	case ITEM_SET:
		return in_statement(world, STATEMENT_SET, item->name, address);
	case ITEM_CUSTOMER:
		return in_statement(world, STATEMENT_CUSTOMER, item->name,
				    address);
	case ITEM_CUSTOMERS:
		return in_any_customer(world, address);
	case ITEM_INFRASTRUCTURE:
		return in_statement(world, STATEMENT_INFRASTRUCTURE, NULL,
				    address);
	case ITEM_LOCAL:
		return is_local(world, address);
	case ITEM_ANY:
		return true;
	default:
		return false;
	}
}

/* In some item, and in none that is excepted. */
bool in_items(const struct world *world, const struct item *items,
	      const struct address *address)
{
	bool in = false;

	for (const struct item *item = items; item; item = item->next) {
		if (item->purpose != PURPOSE_OWNED ||
		    !in_item(world, item, address))
			continue;
		if (item->except)
			return false;
		in = true;
	}
	return in;
}

/* ---- interfaces -------------------------------------------------------- */

static bool in_vlans(const uint16_t *vlans, uint16_t id)
{
	return vlans[0] <= id && id <= vlans[1];
}

static const struct statement *interface_at(const struct world *world,
					    uint16_t outer, uint16_t inner)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == STATEMENT_INTERFACE &&
		    !strcmp(s->name, world->probe->device) &&
		    in_vlans(s->outer, outer) && in_vlans(s->inner, inner))
			return s;
	return NULL;
}

const struct statement *find_interface(const struct world *world)
{
	const struct probe *probe = world->probe;
	const struct statement *on = NULL;

	if (probe->inner != NO_TAG)
		on = interface_at(world, probe->outer, probe->inner);
	if (!on && probe->outer != NO_TAG)
		on = interface_at(world, probe->outer, NO_TAG);
	return on ? on : interface_at(world, NO_TAG, NO_TAG);
}

const struct interface_option *option_of(const struct statement *interface,
					 enum option_kind kind)
{
	const struct interface_option *option = interface->options;

	while (option && option->kind != kind)
		option = option->next;
	return option;
}

static bool on_by_role(enum role role, enum check check)
{
	bool edge = role == ROLE_CUSTOMER || role == ROLE_PEER ||
		    role == ROLE_TRANSIT || role == ROLE_IXP;

	switch (check) {
	case CHECK_BOGON_SOURCE:
	case CHECK_OWN_SOURCE:
	case CHECK_MARTIAN_DESTINATION:
	case CHECK_INFRASTRUCTURE:
	case CHECK_INVALID_SOURCE:
	case CHECK_LAND:
	case CHECK_DIRECTED_BROADCAST:
	case CHECK_MULTICAST_SCOPE:
	case CHECK_REMARK_DSCP:
		return edge;
	case CHECK_SOURCE_VALIDATION:
	case CHECK_CUSTOMER_SOURCE:
		return role == ROLE_CUSTOMER;
	default:
		return edge && role != ROLE_CUSTOMER;
	}
}

bool is_on(const struct statement *interface, enum check check)
{
	enum role role = option_of(interface, OPTION_ROLE)->role;

	if (check == CHECK_REMARK_DSCP && option_of(interface, OPTION_TRUST))
		return false;
	if (check == CHECK_REMARK_DSCP && option_of(interface, OPTION_REMARK))
		return true;
	for (const struct interface_option *o = interface->options; o;
	     o = o->next)
		if (o->kind == OPTION_CHECK && o->check == check)
			return o->on;
	return on_by_role(role, check);
}

bool in_customer_of(const struct world *world,
		    const struct statement *interface,
		    const struct address *address)
{
	const char *customer = option_of(interface, OPTION_ROLE)->customer;

	return customer &&
	       in_statement(world, STATEMENT_CUSTOMER, customer, address);
}

bool in_link_of(const struct world *world, const struct statement *interface,
		const struct address *address)
{
	const struct interface_option *link = option_of(interface, OPTION_LINK);

	return link && in_items(world, link->link, address);
}
