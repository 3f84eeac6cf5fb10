// SPDX-License-Identifier: GPL-2.0-only
/*
 * Members are collected depth first; each object is worked out once and then
 * shared by all that contain it. The chain of objects that are being worked
 * out shows a set that contains itself, and is what its notes print.
 */
#include "resolve/sets.h"

#include "resolve/feed.h"
#include "resolve/names.h"

static const char *describe(struct resolver *resolver,
			    const struct object *object)
{
	const char *kind = names_kind(object->statement->kind);
	const char *name = object->statement->name;

	if (object->statement->kind == STATEMENT_INFRASTRUCTURE ||
	    object->statement->kind == STATEMENT_BOGONS)
		return kind;
	return diag_hint(resolver->diags, "%s %s", kind, name);
}

static void report_cycle(struct resolver *resolver, struct object *object,
			 struct span span)
{
	size_t i = resolver->open_count;

	diag_error(resolver->diags, span, NULL, "%s contains itself",
		   describe(resolver, object));
	while (i > 1 && resolver->open[i - 1].object != object) {
		diag_note(resolver->diags, resolver->open[i - 1].span,
			  "by way of %s, which is named here",
			  describe(resolver, resolver->open[i - 1].object));
		i--;
	}
}

static bool open_object(struct resolver *resolver, struct object *object,
			struct span span)
{
	if (object->state == OBJECT_OPEN) {
		report_cycle(resolver, object, span);
		return false;
	}
	if (resolver->open_count == MAX_SET_DEPTH) {
		diag_error(resolver->diags, span, NULL,
			   "sets are nested more than %d deep", MAX_SET_DEPTH);
		return false;
	}
	object->state = OBJECT_OPEN;
	resolver->open[resolver->open_count++] =
		(struct open_object){ object, span };
	return true;
}

static const struct prefix_list *
prefixes_for(struct resolver *resolver, struct object *object, struct span span)
{
	struct members members;

	if (object->state == OBJECT_DONE ||
	    !open_object(resolver, object, span))
		return &object->prefixes;
	members = sets_members(resolver, object);
	object->prefixes = members.listed;
	if (members.excepts.count)
		object->prefixes = prefix_list_subtract(
			resolver->arena, &members.listed, &members.excepts);
	object->has_local = members.has_local;
	object->state = OBJECT_DONE;
	resolver->open_count--;
	return &object->prefixes;
}

const struct prefix_list *sets_prefixes(struct resolver *resolver,
					struct object *object)
{
	return prefixes_for(resolver, object, object->statement->span);
}

static void add_object(struct resolver *resolver, struct members *members,
		       struct prefix_list *list, const struct item *item,
		       struct object *object)
{
	const struct prefix_list *prefixes;

	if (!object)
		return;
	prefixes = prefixes_for(resolver, object, item->span);
	prefix_list_add_all(resolver->arena, list, prefixes->prefixes,
			    prefixes->count);
	members->has_local |= object->has_local;
}

static void add_named(struct resolver *resolver, struct members *members,
		      struct prefix_list *list, const struct item *item,
		      enum statement_kind kind)
{
	const char *name = kind == STATEMENT_INFRASTRUCTURE ? "" : item->name;

	add_object(resolver, members, list, item,
		   names_require(resolver, kind, name, item->span));
}

static void add_customers(struct resolver *resolver, struct members *members,
			  struct prefix_list *list, const struct item *item)
{
	size_t i;

	for (i = 0; i < resolver->object_count; i++)
		if (resolver->objects[i].statement->kind == STATEMENT_CUSTOMER)
			add_object(resolver, members, list, item,
				   &resolver->objects[i]);
}

static void add_local(struct resolver *resolver, struct members *members,
		      struct prefix_list *list)
{
	prefix_list_add_all(resolver->arena, list, resolver->system->local,
			    resolver->system->local_count);
	members->has_local = true;
}

static void add_any(struct resolver *resolver, struct prefix_list *list)
{
	static const struct prefix any[] = {
		{ .family = FAMILY_IPV4 },
		{ .family = FAMILY_IPV6 },
	};

	prefix_list_add_all(resolver->arena, list, any, 2);
}

static void add_item(struct resolver *resolver, struct members *members,
		     const struct item *item)
{
	struct prefix_list *list =
		item->except ? &members->excepts : &members->listed;

	switch (item->kind) {
	case ITEM_PREFIX:
		prefix_list_add(resolver->arena, list, &item->prefix);
		break;
	case ITEM_RANGE:
		prefix_list_add_range(resolver->arena, list,
				      item->prefix.family,
				      &item->prefix.address, &item->last);
		break;
	case ITEM_SET:
		add_named(resolver, members, list, item, STATEMENT_SET);
		break;
	case ITEM_CUSTOMER:
		add_named(resolver, members, list, item, STATEMENT_CUSTOMER);
		break;
	case ITEM_CUSTOMERS:
		add_customers(resolver, members, list, item);
		break;
	case ITEM_INFRASTRUCTURE:
		add_named(resolver, members, list, item,
			  STATEMENT_INFRASTRUCTURE);
		break;
	case ITEM_LOCAL:
		add_local(resolver, members, list);
		break;
	case ITEM_ANY:
		add_any(resolver, list);
		break;
	case ITEM_SPECIAL_PURPOSE:
		members->special_purpose = true;
		break;
	case ITEM_FEED:
		feed_read(resolver->arena, resolver->diags, item, list);
		break;
	}
}

struct members sets_collect(struct resolver *resolver, const struct item *items)
{
	struct members members = { 0 };

	for (; items; items = items->next)
		if (items->purpose == PURPOSE_OWNED)
			add_item(resolver, &members, items);
	prefix_list_sort(&members.listed);
	prefix_list_sort(&members.excepts);
	return members;
}

static bool is_bogon_item(enum item_kind kind)
{
	return kind == ITEM_PREFIX || kind == ITEM_RANGE || kind == ITEM_SET ||
	       kind == ITEM_SPECIAL_PURPOSE || kind == ITEM_FEED;
}

static void check_bogons(struct resolver *resolver, const struct item *item)
{
	for (; item; item = item->next)
		if (!is_bogon_item(item->kind))
			diag_error(resolver->diags, item->span,
				   "prefixes, addresses, ranges, sets, feeds "
				   "and special-purpose can",
				   "this cannot be a member of bogons");
}

struct members sets_members(struct resolver *resolver, struct object *object)
{
	if (object->statement->kind == STATEMENT_BOGONS)
		check_bogons(resolver, object->statement->items);
	return sets_collect(resolver, object->statement->items);
}
