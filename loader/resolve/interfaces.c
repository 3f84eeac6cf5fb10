// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each interface statement is read in two steps: its options are gathered, one
 * of each kind, then the role decides what the rest means.
 */
#include "resolve/interfaces.h"

#include <string.h>

#include "resolve/names.h"
#include "resolve/rulesets.h"
#include "resolve/sets.h"

struct gathered {
	const struct interface_option *role;
	const struct interface_option *checks[CHECK_COUNT];
	const struct interface_option *apply[DIRECTION_COUNT];
	struct prefix_list link;
};

struct interfaces {
	struct resolver *resolver;
	struct rulesets rulesets;
	struct intern *logical; /* device, outer, inner */
	struct intern *device_names;
	struct resolved_interface *list;
	struct prefix_list *links;
	size_t count;
	struct resolved_device *devices;
	const char **owners;
	uint32_t owner_count;
};

/* ---- options ----------------------------------------------------------- */

static void report_twice(struct resolver *resolver,
			 const struct interface_option *first,
			 const struct interface_option *second,
			 const char *what)
{
	diag_error(resolver->diags, second->span, NULL, "%s is given twice",
		   what);
	diag_note(resolver->diags, first->span, "the first one is here");
}

static void gather_once(struct resolver *resolver,
			const struct interface_option **place,
			const struct interface_option *option, const char *what)
{
	if (*place)
		report_twice(resolver, *place, option, what);
	else
		*place = option;
}

static const char *check_name(enum check check)
{
	static const char *const names[CHECK_COUNT] = {
#define CHECK(symbol, name, direction, roles) [CHECK_##symbol] = name,
#include "checks.def"
#undef CHECK
	};

	return names[check];
}

static void gather_link(struct resolver *resolver, struct gathered *options,
			const struct interface_option *option)
{
	struct members members = sets_collect(resolver, option->link);

	prefix_list_add_all(resolver->arena, &options->link,
			    members.listed.prefixes, members.listed.count);
}

static void gather(struct resolver *resolver,
		   const struct interface_option *option,
		   struct gathered *options)
{
	for (; option; option = option->next) {
		switch (option->kind) {
		case OPTION_ROLE:
			gather_once(resolver, &options->role, option,
				    "the role");
			break;
		case OPTION_CHECK:
			gather_once(resolver, &options->checks[option->check],
				    option, check_name(option->check));
			break;
		case OPTION_LINK:
			gather_link(resolver, options, option);
			break;
		case OPTION_IN:
			gather_once(resolver, &options->apply[DIRECTION_IN],
				    option, "\"in\"");
			break;
		case OPTION_OUT:
			gather_once(resolver, &options->apply[DIRECTION_OUT],
				    option, "\"out\"");
			break;
		}
	}
	prefix_list_sort(&options->link);
}

/* ---- devices and logical interfaces ------------------------------------ */

static uint32_t device_of(struct interfaces *interfaces,
			  const struct statement *statement)
{
	uint32_t number;
	bool added;

	number = intern_add(interfaces->device_names, statement->name,
			    strlen(statement->name), &added);
	if (added) {
		interfaces->devices[number].name = statement->name;
		interfaces->devices[number].span = statement->span;
	}
	return number;
}

static const char *interface_text(struct arena *arena,
				  const struct statement *statement)
{
	if (statement->outer == NO_TAG)
		return statement->name;
	if (statement->inner == NO_TAG)
		return arena_printf(arena, "%s vlan %u", statement->name,
				    statement->outer);
	return arena_printf(arena, "%s vlan %u.%u", statement->name,
			    statement->outer, statement->inner);
}

static void check_logical(struct interfaces *interfaces,
			  const struct resolved_interface *interface,
			  struct span place)
{
	const uint32_t key[3] = { interface->device, interface->outer,
				  interface->inner };
	struct diag_list *diags = interfaces->resolver->diags;
	uint32_t number;
	bool added;

	number = intern_add(interfaces->logical, key, sizeof(key), &added);
	if (added)
		return;
	diag_error(diags, place, NULL, "interface %s is defined twice",
		   interface->text);
	diag_note(diags, interfaces->list[number].span,
		  "the first one is here");
}

/* ---- roles and checks -------------------------------------------------- */

#define ROLE_BIT(symbol) (1u << ROLE_##symbol)
#define EDGE_ROLES                                                             \
	(ROLE_BIT(CUSTOMER) | ROLE_BIT(PEER) | ROLE_BIT(TRANSIT) |             \
	 ROLE_BIT(IXP))

static uint32_t default_checks(enum role role)
{
	uint32_t checks = 0;

#define CHECK(symbol, name, direction, roles)                                  \
	if ((roles)&1u << role)                                                \
		checks |= CHECK_BIT(symbol);
#include "checks.def"
#undef CHECK
	return checks;
}

static uint32_t checks_of(enum role role, const struct gathered *options)
{
	uint32_t checks = default_checks(role), check;

	for (check = 0; check < CHECK_COUNT; check++) {
		if (!options->checks[check])
			continue;
		checks &= ~(1u << check);
		checks |= (uint32_t)options->checks[check]->on << check;
	}
	return checks;
}

/* A customer's source is checked against its prefixes, others' by links. */
static void check_validation(struct resolver *resolver,
			     const struct resolved_interface *interface,
			     const struct gathered *options)
{
	const struct interface_option *option =
		options->checks[CHECK_SOURCE_VALIDATION];

	if (option && option->on && interface->role != ROLE_CUSTOMER &&
	    !options->link.count)
		diag_error(resolver->diags, option->span,
			   "give the interface the role of a customer, or "
			   "\"link\" prefixes",
			   "there are no prefixes to validate sources with");
}

static void check_management(struct resolver *resolver,
			     const struct interface_option *option)
{
	for (; option; option = option->next) {
		if (option->kind == OPTION_ROLE)
			continue;
		diag_error(resolver->diags, option->span,
			   "a management interface is never filtered, so that "
			   "no policy can lock its operator out",
			   "this has no meaning on a management interface");
		return;
	}
}

static void read_customer(struct resolver *resolver,
			  struct resolved_interface *interface,
			  const struct interface_option *role)
{
	const struct object *customer =
		names_require(resolver, STATEMENT_CUSTOMER, role->customer,
			      role->customer_span);

	if (customer)
		interface->owner = customer->owner;
}

static void read_role(struct resolver *resolver,
		      const struct statement *statement,
		      struct resolved_interface *interface,
		      const struct gathered *options)
{
	if (!options->role) {
		diag_error(resolver->diags, statement->name_span,
			   "role customer NAME, peer, transit, ixp, core or "
			   "management",
			   "interface %s has no role", interface->text);
		return;
	}
	interface->role = options->role->role;
	if (interface->role == ROLE_MANAGEMENT) {
		check_management(resolver, statement->options);
		return;
	}
	if (interface->role == ROLE_CUSTOMER)
		read_customer(resolver, interface, options->role);
	interface->checks = checks_of(interface->role, options);
	check_validation(resolver, interface, options);
}

/* ---- one statement ----------------------------------------------------- */

static void read_apply(struct interfaces *interfaces,
		       struct resolved_interface *interface,
		       const struct gathered *options)
{
	const struct interface_option *option;
	int direction;

	for (direction = 0; direction < DIRECTION_COUNT; direction++) {
		option = options->apply[direction];
		if (option)
			interface->ruleset[direction] =
				rulesets_apply(&interfaces->rulesets,
					       option->filters, option->span);
	}
}

static void read_link(struct interfaces *interfaces, size_t index,
		      const struct gathered *options)
{
	struct resolved_interface *interface = &interfaces->list[index];

	if (!options->link.count)
		return;
	interfaces->links[index] = options->link;
	interface->link = interfaces->owner_count++;
	interfaces->owners[interface->link] = arena_printf(
		interfaces->resolver->arena, "link %s", interface->text);
}

static void mark_device(struct interfaces *interfaces,
			const struct resolved_interface *interface)
{
	struct resolved_device *device =
		&interfaces->devices[interface->device];

	device->governed |= interface->role != ROLE_MANAGEMENT;
	device->tagged |= interface->outer != NO_TAG;
}

static void read_interface(struct interfaces *interfaces,
			   const struct statement *statement)
{
	struct resolver *resolver = interfaces->resolver;
	size_t index = interfaces->count++;
	struct resolved_interface *interface = &interfaces->list[index];
	struct gathered options = { 0 };

	interface->span = statement->name_span;
	interface->text = interface_text(resolver->arena, statement);
	interface->device = device_of(interfaces, statement);
	interface->outer = statement->outer;
	interface->inner = statement->inner;
	check_logical(interfaces, interface, statement->name_span);
	gather(resolver, statement->options, &options);
	read_role(resolver, statement, interface, &options);
	read_apply(interfaces, interface, &options);
	read_link(interfaces, index, &options);
	mark_device(interfaces, interface);
}

/* ---- all of them ------------------------------------------------------- */

static size_t count_interfaces(const struct resolver *resolver)
{
	size_t i, count = 0;

	for (i = 0; i < resolver->object_count; i++)
		count += resolver->objects[i].statement->kind ==
			 STATEMENT_INTERFACE;
	return count;
}

/* Customers in the order of the policy, from 1. */
static void number_customers(struct interfaces *interfaces)
{
	struct resolver *resolver = interfaces->resolver;
	struct object *object;
	size_t i;

	interfaces->owner_count = 1;
	for (i = 0; i < resolver->object_count; i++) {
		object = &resolver->objects[i];
		if (object->statement->kind != STATEMENT_CUSTOMER)
			continue;
		object->owner = interfaces->owner_count++;
		interfaces->owners[object->owner] =
			arena_printf(resolver->arena, "customer %s",
				     object->statement->name);
	}
	resolver->resolved->customer_count = interfaces->owner_count - 1;
}

static void publish(struct interfaces *interfaces)
{
	struct resolved *resolved = interfaces->resolver->resolved;

	resolved->owners = interfaces->owners;
	resolved->owner_count = interfaces->owner_count;
	resolved->interfaces = interfaces->list;
	resolved->interface_count = interfaces->count;
	resolved->devices = interfaces->devices;
	resolved->device_count = intern_count(interfaces->device_names);
	resolved->rulesets = interfaces->rulesets.sets;
	resolved->ruleset_count = interfaces->rulesets.count;
}

void interfaces_resolve(struct resolver *resolver, struct prefix_list **links)
{
	size_t count = count_interfaces(resolver), i;
	struct arena *arena = resolver->arena;
	struct interfaces interfaces = {
		.resolver = resolver,
		.logical = intern_new(arena),
		.device_names = intern_new(arena),
		.list = arena_array(arena, count, sizeof(*interfaces.list)),
		.links = arena_array(arena, count, sizeof(*interfaces.links)),
		.devices =
			arena_array(arena, count, sizeof(*interfaces.devices)),
		.owners = arena_array(arena, resolver->object_count + 1,
				      sizeof(*interfaces.owners)),
	};

	rulesets_init(&interfaces.rulesets, resolver);
	number_customers(&interfaces);
	for (i = 0; i < resolver->object_count; i++)
		if (resolver->objects[i].statement->kind == STATEMENT_INTERFACE)
			read_interface(&interfaces,
				       resolver->objects[i].statement);
	publish(&interfaces);
	*links = interfaces.links;
}
