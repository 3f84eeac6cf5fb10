// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules mostly name one set, so an object remembers its list's number; lists
 * written out are found again by their sorted prefixes.
 */
#include "resolve/address_lists.h"

#include "resolve/names.h"
#include "resolve/sets.h"

static uint8_t families_of(const struct prefix_list *list)
{
	uint8_t families = 0;

	/* Sorted by family: the ends tell. */
	if (list->count && list->prefixes[0].family == FAMILY_IPV4)
		families |= FAMILY_BIT_IPV4;
	if (list->count &&
	    list->prefixes[list->count - 1].family == FAMILY_IPV6)
		families |= FAMILY_BIT_IPV6;
	return families;
}

static uint32_t number_of(struct resolver *resolver,
			  const struct prefix_list *prefixes)
{
	struct address_list *list;
	uint32_t number;
	bool added;

	number = intern_add(resolver->address_lists, prefixes->prefixes,
			    prefixes->count * sizeof(struct prefix), &added);
	if (!added)
		return number;
	resolver->lists = arena_grow(resolver->arena, resolver->lists,
				     resolver->list_count,
				     &resolver->list_capacity, sizeof(*list));
	list = &resolver->lists[resolver->list_count++];
	list->prefixes = intern_at(resolver->address_lists, number).bytes;
	list->count = prefixes->count;
	list->families = families_of(prefixes);
	return number;
}

/* The object that is the whole list, if it is one. */
static struct object *only_object(struct resolver *resolver,
				  const struct item *item)
{
	if (item->next || item->except)
		return NULL;
	if (item->kind == ITEM_SET)
		return names_find(resolver, STATEMENT_SET, item->name);
	if (item->kind == ITEM_CUSTOMER)
		return names_find(resolver, STATEMENT_CUSTOMER, item->name);
	if (item->kind == ITEM_INFRASTRUCTURE)
		return names_find(resolver, STATEMENT_INFRASTRUCTURE, "");
	return NULL;
}

static uint32_t list_of_object(struct resolver *resolver, struct object *object)
{
	const struct prefix_list *prefixes = sets_prefixes(resolver, object);

	if (!object->address_list)
		object->address_list = number_of(resolver, prefixes) + 1;
	return object->address_list;
}

/* All customers, who may be many: worked out once. */
static uint32_t list_of_customers(struct resolver *resolver,
				  const struct item *item, bool *has_local)
{
	struct members members;

	if (!resolver->customers_list) {
		members = sets_collect(resolver, item);
		resolver->customers_list =
			number_of(resolver, &members.listed) + 1;
		resolver->customers_local = members.has_local;
	}
	*has_local = resolver->customers_local;
	return resolver->customers_list;
}

static bool is_customers(const struct item *item)
{
	return item->kind == ITEM_CUSTOMERS && !item->next && !item->except;
}

static bool has_any(const struct item *item)
{
	for (; item; item = item->next)
		if (item->kind == ITEM_ANY)
			return true;
	return false;
}

static void fill_operand(struct resolver *resolver, struct operand *operand)
{
	const struct item *items = operand->match->addresses;
	struct object *object = only_object(resolver, items);
	struct members members;

	if (object) {
		operand->list = list_of_object(resolver, object);
		operand->has_local = object->has_local;
	} else if (is_customers(items)) {
		operand->list =
			list_of_customers(resolver, items, &operand->has_local);
	} else {
		members = sets_collect(resolver, items);
		operand->list = number_of(resolver, &members.listed) + 1;
		operand->has_local = members.has_local;
	}
	operand->families = resolver->lists[operand->list - 1].families;
}

struct operand address_list_of(struct resolver *resolver,
			       const struct match *match)
{
	struct operand operand = { .match = match, .families = FAMILY_BITS };

	if (match && !has_any(match->addresses))
		fill_operand(resolver, &operand);
	return operand;
}
