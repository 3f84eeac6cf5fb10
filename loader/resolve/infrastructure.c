// SPDX-License-Identifier: GPL-2.0-only
/*
 * Four lists laid over one another; the value of a prefix has a flag for each
 * list that covers it (struct infrastructure_value).
 *
 * A network of at most 30 bits has a broadcast address, all ones behind its
 * prefix (RFC 919, RFC 3021); that is what `lan` and the system's connected
 * networks are for.
 */
#include "resolve/infrastructure.h"

#include <stdlib.h>

#include "resolve/names.h"
#include "resolve/overlay.h"
#include "resolve/sets.h"

enum {
	INFRASTRUCTURE_FLAG = 1,
	LOCAL_FLAG = 2,
	BROADCAST_FLAG = 4,
	MULTICAST_FLAG = 8,
	LONGEST_BROADCAST = 30,
};

static uint32_t cover_flags(void *context, uint32_t state,
			    const struct overlay_item *items, size_t count)
{
	(void)context;
	while (count-- > 0)
		state |= items++->label;
	return state;
}

static uint32_t pair(bool low, bool high)
{
	return (uint32_t)low | (uint32_t)high << 16;
}

static void flag_value(void *context, uint32_t state, uint32_t value[2])
{
	(void)context;
	value[0] = pair(state & INFRASTRUCTURE_FLAG, state & LOCAL_FLAG);
	value[1] = pair(state & BROADCAST_FLAG, state & MULTICAST_FLAG);
}

/* ---- broadcast addresses ----------------------------------------------- */

static void add_broadcast(struct arena *arena, struct prefix_list *list,
			  const struct prefix *network)
{
	const struct prefix broadcast = {
		.address = prefix_last(network),
		.length = 32,
		.family = FAMILY_IPV4,
	};

	if (network->family == FAMILY_IPV4 &&
	    network->length <= LONGEST_BROADCAST)
		prefix_list_add(arena, list, &broadcast);
}

static bool check_lan(struct resolver *resolver, const struct item *lan)
{
	if (lan->prefix.family == FAMILY_IPV6)
		diag_error(resolver->diags, lan->span,
			   "IPv6 has none, so there is nothing to protect",
			   "an IPv6 network has no broadcast address");
	else if (lan->prefix.length > LONGEST_BROADCAST)
		diag_error(resolver->diags, lan->span,
			   "the longest prefix that has one is /30",
			   "a /%u has no broadcast address",
			   lan->prefix.length);
	else
		return true;
	return false;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *const *x = a, *const *y = b;

	return prefix_compare(&(*x)->prefix, &(*y)->prefix);
}

/*
 * Warns of LANs that none of the customer's prefixes covers. Both lists are
 * sorted; of the prefixes that do not lie in another one, the last before a LAN
 * is the only one that can cover it.
 */
static void warn_outside(struct resolver *resolver, struct object *customer,
			 const struct item **lans, size_t count)
{
	const struct prefix_list *owned = sets_prefixes(resolver, customer);
	const struct prefix *cover = NULL;
	size_t i, next = 0;

	qsort(lans, count, sizeof(*lans), compare_items);
	for (i = 0; i < count; i++) {
		const struct prefix *lan = &lans[i]->prefix, *prefix;

		for (; next < owned->count; next++) {
			prefix = &owned->prefixes[next];
			if (prefix_compare(prefix, lan) > 0)
				break;
			if (!cover || !prefix_covers(cover, prefix))
				cover = prefix;
		}
		if (!cover || !prefix_covers(cover, lan))
			diag_warning(resolver->diags, lans[i]->span,
				     "a LAN is part of what its customer owns",
				     "this is in no prefix of customer %s",
				     customer->statement->name);
	}
}

static void add_lans(struct resolver *resolver, struct arena *scratch,
		     struct object *customer, struct prefix_list *list)
{
	const struct item *item = customer->statement->items, **lans = NULL;
	size_t count = 0, capacity = 0;

	for (; item; item = item->next) {
		if (item->purpose != PURPOSE_LAN || !check_lan(resolver, item))
			continue;
		add_broadcast(scratch, list, &item->prefix);
		lans = arena_grow(scratch, lans, count, &capacity,
				  sizeof(*lans));
		lans[count++] = item;
	}
	if (count)
		warn_outside(resolver, customer, lans, count);
}

static struct prefix_list broadcasts(struct resolver *resolver,
				     struct arena *scratch)
{
	const struct system_view *system = resolver->system;
	struct prefix_list list = { 0 };
	size_t i;

	for (i = 0; i < system->connected_count; i++)
		add_broadcast(scratch, &list, &system->connected[i]);
	for (i = 0; i < resolver->object_count; i++)
		if (resolver->objects[i].statement->kind == STATEMENT_CUSTOMER)
			add_lans(resolver, scratch, &resolver->objects[i],
				 &list);
	return list;
}

/* ---- multicast --------------------------------------------------------- */

static bool is_multicast(const struct prefix *prefix)
{
	static const struct prefix all[] = {
		{ { { 224 } }, 4, FAMILY_IPV4 },
		{ { { 0xff } }, 8, FAMILY_IPV6 },
	};

	return prefix_covers(&all[0], prefix) || prefix_covers(&all[1], prefix);
}

static struct prefix_list groups(struct resolver *resolver,
				 struct arena *scratch,
				 const struct object *infrastructure)
{
	const struct item *item =
		infrastructure ? infrastructure->statement->items : NULL;
	struct prefix_list list = { 0 };

	for (; item; item = item->next) {
		if (item->purpose != PURPOSE_MULTICAST)
			continue;
		if (is_multicast(&item->prefix))
			prefix_list_add(scratch, &list, &item->prefix);
		else
			diag_error(resolver->diags, item->span,
				   "multicast is 224.0.0.0/4 and ff00::/8",
				   "this is no multicast prefix");
	}
	return list;
}

/* ---- the tries --------------------------------------------------------- */

void infrastructure_build(struct resolver *resolver, struct arena *scratch)
{
	static const uint8_t families[] = { FAMILY_IPV4, FAMILY_IPV6 };
	const struct overlay_combination combination = { cover_flags,
							 flag_value, NULL };
	const struct system_view *system = resolver->system;
	struct object *object =
		names_find(resolver, STATEMENT_INFRASTRUCTURE, "");
	const struct prefix_list none = { 0 };
	const struct prefix_list *own =
		object ? sets_prefixes(resolver, object) : &none;
	const struct prefix_list broadcast = broadcasts(resolver, scratch);
	const struct prefix_list multicast = groups(resolver, scratch, object);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct overlay overlay = { 0 };

		overlay_add(scratch, &overlay, families[i], own->prefixes,
			    own->count, INFRASTRUCTURE_FLAG);
		overlay_add(scratch, &overlay, families[i], system->local,
			    system->local_count, LOCAL_FLAG);
		overlay_add(scratch, &overlay, families[i], broadcast.prefixes,
			    broadcast.count, BROADCAST_FLAG);
		overlay_add(scratch, &overlay, families[i], multicast.prefixes,
			    multicast.count, MULTICAST_FLAG);
		resolver->resolved->tries[TRIE_INFRA4 + i] =
			overlay_build(resolver->arena, &overlay, &combination);
	}
}
