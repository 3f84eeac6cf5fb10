/* SPDX-License-Identifier: GPL-2.0-only */
/* The `from` and `to` of rules as numbered lists of prefixes. */
#ifndef WEIR_RESOLVE_ADDRESS_LISTS_H
#define WEIR_RESOLVE_ADDRESS_LISTS_H

#include "resolve/resolver.h"

struct operand {
	const struct match *match; /* NULL: not given */
	uint32_t list;		   /* number + 1; 0: any */
	uint8_t families;	   /* bits of those in the list */
	bool has_local;		   /* contents depend on the system */
};

/* match may be NULL. Lists of equal prefixes get the same number. */
struct operand address_list_of(struct resolver *resolver,
			       const struct match *match);

#endif
