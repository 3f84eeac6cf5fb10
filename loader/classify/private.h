/* SPDX-License-Identifier: GPL-2.0-only */
/* One 16-bit field over all rule sets: which values the rules tell apart. */
#ifndef WEIR_CLASSIFY_PRIVATE_H
#define WEIR_CLASSIFY_PRIVATE_H

#include "classify.h"

struct field {
	const struct range_list *
		*lists; /* the different ones that legs ask for */
	size_t count;
	size_t capacity;
	struct class_map map;
	const uint64_t *members; /* [class * words + list / 64] */
	size_t words;
};

/* Adds a list unless an equal one is there. An empty list ("any") is not kept.
 */
void field_add(struct arena *arena, struct field *field,
	       const struct range_list *list);

/* Computes map and members once all lists are in. */
void field_finish(struct arena *arena, struct field *field);

/* The number of a list that was added. */
size_t field_find(const struct field *field, const struct range_list *list);

/* True when every value of the class is in the list of that number. */
bool field_accepts(const struct field *field, uint32_t class, size_t list);

#endif
