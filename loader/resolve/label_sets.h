/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of labels as states of an overlay: equal sets have one number, the
 * empty set is number 0.
 */
#ifndef WEIR_RESOLVE_LABEL_SETS_H
#define WEIR_RESOLVE_LABEL_SETS_H

#include "base/intern.h"
#include "resolve/overlay.h"

struct label_sets {
	struct arena *arena;
	struct intern *sets; /* of sorted uint32_t */
	size_t labels;	     /* in all sets together */
	bool full;	     /* gave up: the overlay is not to be used */
};

struct label_set {
	const uint32_t *labels; /* sorted */
	size_t count;
};

void label_sets_init(struct label_sets *sets, struct arena *arena);
struct label_set label_set_at(const struct label_sets *sets, uint32_t number);

/* For struct overlay_combination: the union of outer and the items' labels. */
uint32_t label_sets_cover(void *sets, uint32_t outer,
			  const struct overlay_item *items, size_t count);

#endif
