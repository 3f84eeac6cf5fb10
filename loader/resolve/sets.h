/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets, bogons, infrastructure and customers as prefix lists. */
#ifndef WEIR_RESOLVE_SETS_H
#define WEIR_RESOLVE_SETS_H

#include "resolve/resolver.h"

/*
 * What an object lists, before excepts are taken away. Sorted. Items with a
 * purpose of their own (lan, multicast) are no members.
 */
struct members {
	struct prefix_list listed;
	struct prefix_list excepts;
	bool special_purpose;
	bool has_local;
};

struct members sets_members(struct resolver *resolver, struct object *object);

/*
 * The prefixes of an object, sorted, excepts taken away; worked out once.
 * For bogons this is what is listed besides the special-purpose registries.
 */
const struct prefix_list *sets_prefixes(struct resolver *resolver,
					struct object *object);

/* The prefixes of a rule's or an interface's list, sorted. */
struct members sets_collect(struct resolver *resolver,
			    const struct item *items);

#endif
