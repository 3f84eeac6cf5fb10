// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each interface statement is read in two steps: its options are gathered, one
 * of each kind, then the role decides what the rest means.
 */
#include "resolve/interfaces.h"

#include <string.h>

#include "resolve/limits.h"
#include "resolve/logical.h"
#include "resolve/names.h"
#include "resolve/options.h"
#include "resolve/rulesets.h"
#include "resolve/sets.h"
#include "resolve/values.h"

struct interfaces {
	struct resolver *resolver;
	struct rulesets rulesets;
	struct intern *device_names;
	struct resolved_interface *list;
	struct prefix_list *links;
	size_t count;
	struct resolved_device *devices;
	const char **owners;
	uint32_t owner_count;
};

/* ---- devices ----------------------------------------------------------- */

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

static void mark_device(struct interfaces *interfaces,
			const struct resolved_interface *interface)
{
	struct resolved_device *device =
		&interfaces->devices[interface->device];

	device->governed |= interface->role != ROLE_MANAGEMENT;
	device->tagged |= interface->outer[0] != NO_TAG;
}

/* ---- source validation ------------------------------------------------- */

static void note_role(struct resolver *resolver, const struct gathered *options)
{
	diag_note(resolver->diags, options->role->span, "the role is here");
}

/* A customer's source is checked against its prefixes, others' by links. */
static void check_prefixes(struct resolver *resolver,
			   const struct resolved_interface *interface,
			   const struct gathered *options,
			   const struct interface_option *option)
{
	if (interface->role != ROLE_CUSTOMER && !options->link.count) {
		diag_error(resolver->diags, option->span,
			   "give the interface the role of a customer, or "
			   "\"link\" prefixes",
			   "there are no prefixes to validate sources with");
		note_role(resolver, options);
	}
	if (option->allow_default)
		diag_error(resolver->diags, option->span,
			   "strict, feasible and loose ask for routes",
			   "\"allow-default\" has no meaning with prefixes");
}

static void warn_feasible(struct resolver *resolver,
			  const struct gathered *options,
			  const struct interface_option *option)
{
	diag_warning(resolver->diags, option->span,
		     "write strict, or give the interface the role of a "
		     "customer",
		     "feasible without the prefixes of a customer is strict");
	note_role(resolver, options);
}

/* Routes to a peer's or an exchange's networks often lead elsewhere. */
static void warn_asymmetric(struct resolver *resolver,
			    const struct gathered *options,
			    const struct interface_option *option)
{
	diag_warning(resolver->diags, option->span,
		     "write loose, or leave it out (RFC 3704 2.2 and 2.4)",
		     "this drops what is legitimate where traffic comes in by "
		     "another way than the best route back");
	note_role(resolver, options);
}

/* The modes that ask for the best route. */
static void check_strict(struct resolver *resolver,
			 struct resolved_interface *interface,
			 const struct gathered *options,
			 const struct interface_option *option)
{
	if (interface->role == ROLE_CUSTOMER)
		return;
	if (interface->role != ROLE_CORE)
		warn_asymmetric(resolver, options, option);
	else if (interface->validation == VALIDATION_FEASIBLE)
		warn_feasible(resolver, options, option);
	interface->validation = VALIDATION_STRICT;
}

/* Prefixes that are what the router has today may be none by chance. */
static bool owns_nothing(struct resolver *resolver, const char *name)
{
	struct object *customer =
		names_find(resolver, STATEMENT_CUSTOMER, name);

	return customer && !sets_prefixes(resolver, customer)->count &&
	       !customer->has_local && !diag_errors(resolver->diags);
}

static void check_owned(struct resolver *resolver,
			const struct resolved_interface *interface,
			const struct interface_option *role)
{
	const char *name = role->customer;

	if ((interface->validation != VALIDATION_PREFIXES &&
	     interface->validation != VALIDATION_FEASIBLE) ||
	    !owns_nothing(resolver, name))
		return;
	diag_warning(resolver->diags, role->customer_span,
		     "list its prefixes, or ask for routes alone: "
		     "source-validation strict",
		     interface->validation == VALIDATION_FEASIBLE
			     ? "customer %s has no prefixes: feasible is strict"
			     : "customer %s has no prefixes: source-validation "
			       "drops what it sends",
		     name);
	diag_note(resolver->diags,
		  names_find(resolver, STATEMENT_CUSTOMER, name)
			  ->statement->name_span,
		  "the customer is defined here");
}

static void read_mode(struct resolver *resolver,
		      struct resolved_interface *interface,
		      const struct gathered *options,
		      const struct interface_option *option)
{
	interface->validation = (enum validation)option->validation;
	if (option->allow_default)
		interface->flags |= INTERFACE_ALLOW_DEFAULT;
	if (interface->validation == VALIDATION_PREFIXES)
		check_prefixes(resolver, interface, options, option);
	if (interface->validation == VALIDATION_STRICT ||
	    interface->validation == VALIDATION_FEASIBLE)
		check_strict(resolver, interface, options, option);
}

static void read_validation(struct resolver *resolver,
			    struct resolved_interface *interface,
			    const struct gathered *options)
{
	const struct interface_option *option =
		options->checks[CHECK_SOURCE_VALIDATION];

	if (!(interface->checks & CHECK_BIT(SOURCE_VALIDATION)))
		return;
	if (option)
		read_mode(resolver, interface, options, option);
	if (interface->role == ROLE_CUSTOMER)
		check_owned(resolver, interface, options->role);
}

/* ---- roles ------------------------------------------------------------- */

static void check_management(struct resolver *resolver,
			     const struct interface_option *option,
			     const struct gathered *options)
{
	for (; option; option = option->next) {
		if (option->kind == OPTION_ROLE)
			continue;
		diag_error(resolver->diags, option->span,
			   "a management interface is never filtered, so that "
			   "no policy can lock its operator out",
			   "this has no meaning on a management interface");
		note_role(resolver, options);
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

static void read_edge(struct resolver *resolver,
		      struct resolved_interface *interface,
		      const struct gathered *options)
{
	if (interface->role == ROLE_CUSTOMER)
		read_customer(resolver, interface, options->role);
	interface->checks = options_checks(interface->role, options);
	read_validation(resolver, interface, options);
	if (options->remark)
		interface->remark =
			value_dscp(resolver, options->remark->remark);
	if (options->monitor || resolver->monitor)
		interface->flags |= INTERFACE_MONITOR;
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
	if (interface->role == ROLE_MANAGEMENT)
		check_management(resolver, statement->options, options);
	else
		read_edge(resolver, interface, options);
}

/* ---- directions -------------------------------------------------------- */

static void read_direction(struct interfaces *interfaces,
			   struct resolved_interface *interface,
			   enum direction direction,
			   const struct interface_option *option)
{
	if (!option)
		return;
	interface->ruleset[direction] =
		rulesets_apply(&interfaces->rulesets, option->filters,
			       direction, option->span);
	interface->limit[direction] =
		limits_add(interfaces->resolver, option->limit,
			   "a limit of 0 drops everything: apply a filter "
			   "that drops");
}

/* ---- one statement ----------------------------------------------------- */

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

static void name_interface(struct interfaces *interfaces,
			   struct resolved_interface *interface,
			   const struct statement *statement)
{
	int i;

	interface->span = statement->name_span;
	interface->text = logical_text(interfaces->resolver->arena, statement);
	interface->device = device_of(interfaces, statement);
	for (i = 0; i < 2; i++) {
		interface->outer[i] = statement->outer[i];
		interface->inner[i] = statement->inner[i];
	}
}

static void read_interface(struct interfaces *interfaces,
			   const struct statement *statement)
{
	struct resolver *resolver = interfaces->resolver;
	size_t index = interfaces->count++;
	struct resolved_interface *interface = &interfaces->list[index];
	struct gathered options = { 0 };
	int direction;

	name_interface(interfaces, interface, statement);
	options_gather(resolver, statement->options, &options);
	read_role(resolver, statement, interface, &options);
	for (direction = 0; direction < DIRECTION_COUNT; direction++)
		read_direction(interfaces, interface, (enum direction)direction,
			       options.direction[direction]);
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
	logical_check(resolver, interfaces.list, interfaces.count);
	*links = interfaces.links;
}
