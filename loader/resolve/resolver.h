/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room share while a policy is resolved: the objects of
 * the policy, each with what has been worked out about it so far.
 */
#ifndef WEIR_RESOLVE_RESOLVER_H
#define WEIR_RESOLVE_RESOLVER_H

#include "base/intern.h"
#include "resolve.h"
#include "resolve/prefix_list.h"

enum {
	MAX_SET_DEPTH = 64, /* sets in sets */
	FAMILY_BIT_IPV4 = 1,
	FAMILY_BIT_IPV6 = 2,
	FAMILY_BITS = FAMILY_BIT_IPV4 | FAMILY_BIT_IPV6,
};

enum object_state { OBJECT_NEW, OBJECT_OPEN, OBJECT_DONE };

struct conjunction;

/* A statement of the policy, whichever file it stands in. */
struct object {
	const struct statement *statement;
	enum object_state state;     /* of prefixes */
	struct prefix_list prefixes; /* sorted, excepts taken away */
	bool has_local;		     /* prefixes depend on the system */
	uint32_t owner;		     /* customers: owner number */
	uint32_t address_list;	     /* number + 1 once a rule names it alone */
	const struct conjunction *alternatives; /* services */
	size_t alternative_count;
	const struct resolved_rule *rules; /* filters */
	size_t rule_count;
	const struct resolved_rule *ends_all;	 /* the rule none gets past */
	const struct resolved_rule *prioritizes; /* the first that does */
	bool priority_reported;
};

/* An object whose members are being collected, and the item that asked. */
struct open_object {
	const struct object *object;
	struct span span;
};

/* The prefixes of a rule's address list; equal ones are one. */
struct address_list {
	const struct prefix *prefixes;
	size_t count;
	uint8_t families; /* bits of those that occur */
};

struct resolver {
	struct arena *arena;
	struct diag_list *diags;
	const struct system_view *system;
	struct resolved *resolved;

	struct object *objects; /* in the order of the policy */
	size_t object_count;
	struct intern *names[STATEMENT_KINDS];
	uint32_t *named[STATEMENT_KINDS]; /* object of a name's number */

	struct open_object open[MAX_SET_DEPTH];
	size_t open_count;
	bool monitor; /* the whole policy */

	struct resolved_limit *limits; /* [0]: of the answers of reject */
	size_t limit_count;
	size_t limit_capacity;

	struct intern *address_lists;
	struct address_list *lists;
	size_t list_count;
	size_t list_capacity;
	uint32_t customers_list; /* number + 1 once a rule names them all */
	bool customers_local;	 /* as has_local */
};

#endif
