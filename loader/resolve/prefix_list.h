/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of prefixes of both families, and their algebra.
 *
 * A list is "sorted" when it is in the order of prefix_compare() without
 * duplicates. Prefixes that overlap stay as they are: a list is what somebody
 * wrote, not the smallest one that covers the same addresses.
 */
#ifndef WEIR_RESOLVE_PREFIX_LIST_H
#define WEIR_RESOLVE_PREFIX_LIST_H

#include "base/arena.h"
#include "base/prefix.h"

struct prefix_list {
	struct prefix *prefixes;
	size_t count;
	size_t capacity;
};

void prefix_list_add(struct arena *arena, struct prefix_list *list,
		     const struct prefix *prefix);
void prefix_list_add_all(struct arena *arena, struct prefix_list *list,
			 const struct prefix *prefixes, size_t count);

/* The fewest prefixes that cover first to last, inclusive. */
void prefix_list_add_range(struct arena *arena, struct prefix_list *list,
			   uint8_t family, const struct address *first,
			   const struct address *last);

/* Sorts and removes duplicates. */
void prefix_list_sort(struct prefix_list *list);

/*
 * The sorted list `from` without the addresses of the sorted list `excepts`.
 * Prefixes that no except touches stay as written, others are split.
 */
struct prefix_list prefix_list_subtract(struct arena *arena,
					const struct prefix_list *from,
					const struct prefix_list *excepts);

/*
 * As above, but an except takes addresses only from the prefixes that are
 * wider than itself: what a longest match over both lists finds in `from`.
 */
struct prefix_list prefix_list_unmask(struct arena *arena,
				      const struct prefix_list *from,
				      const struct prefix_list *excepts);

#endif
