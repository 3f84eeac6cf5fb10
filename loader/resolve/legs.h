/* SPDX-License-Identifier: GPL-2.0-only */
/* One conjunction of matches as legs: plain ones, one value for each field. */
#ifndef WEIR_RESOLVE_LEGS_H
#define WEIR_RESOLVE_LEGS_H

#include "resolve/conjunction.h"

struct leg_list {
	struct leg *legs;
	size_t count;
	size_t capacity;
};

/*
 * Adds the legs of the conjunction, whose addresses are given as `addresses`:
 * members families, source and destination of a leg. Legs without a family are
 * left out. False after an error, which has been reported.
 */
bool legs_add(struct resolver *resolver, const struct conjunction *conjunction,
	      const struct leg *addresses, struct leg_list *list);

#endif
