/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the oracle share. */
#ifndef WEIR_TEST_WORLD_H
#define WEIR_TEST_WORLD_H

#include "oracle.h"

/* One policy, one system, one packet. */
struct world {
	const struct policy *policy;
	const struct system *system;
	const struct probe *probe;
};

/* ---- sets ---- */

/* The first statement of a kind, and of a name if that is not NULL. */
const struct statement *find(const struct world *world,
			     enum statement_kind kind, const char *name);
bool in_prefix(const struct prefix *prefix, uint8_t family,
	       const struct address *address);

/* In some item, and in none that is excepted. */
bool in_items(const struct world *world, const struct item *items,
	      const struct address *address);
bool in_statement(const struct world *world, enum statement_kind kind,
		  const char *name, const struct address *address);
bool is_local(const struct world *world, const struct address *address);
bool in_any_customer(const struct world *world, const struct address *address);

/* ---- interfaces ---- */

/* The one the packet belongs to; NULL: none. */
const struct statement *find_interface(const struct world *world);
const struct interface_option *option_of(const struct statement *interface,
					 enum option_kind kind);
bool is_on(const struct statement *interface, enum check check);
bool in_customer_of(const struct world *world,
		    const struct statement *interface,
		    const struct address *address);
bool in_link_of(const struct world *world, const struct statement *interface,
		const struct address *address);

/* ---- rules ---- */

/* What happens to a packet on its way through the rules. */
struct passage {
	struct judgement *judgement;
	int dscp;
	bool trusted;
	bool decided;
};

bool is_over(const struct limit *limit);

/* The option with the filters of the packet's direction, or NULL. */
const struct interface_option *filters_of(const struct world *world,
					  const struct statement *interface);

/* Sends the packet through all rules that are applied to it. */
void pass_rules(const struct world *world, const struct statement *interface,
		struct passage *passage);

#endif
