/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several lists of prefixes, laid over one another, as one trie: the value of
 * each entry says everything that covers it, so that one longest match is the
 * whole answer.
 */
#ifndef WEIR_RESOLVE_OVERLAY_H
#define WEIR_RESOLVE_OVERLAY_H

#include "resolve.h"

/* One prefix of one list; what labels mean is the combination's business. */
struct overlay_item {
	struct prefix prefix;
	uint32_t label;
};

struct overlay {
	struct overlay_item *items;
	size_t count;
	size_t capacity;
};

/*
 * How labels add up. State 0 is that of an address that nothing covers.
 *
 * cover() gives the state under a prefix from the state around it and the
 * labels that the prefix itself has: count items in ascending order of label,
 * the same label perhaps twice. value() writes the words of the trie's entry.
 */
struct overlay_combination {
	uint32_t (*cover)(void *context, uint32_t outer,
			  const struct overlay_item *items, size_t count);
	void (*value)(void *context, uint32_t state, uint32_t value[2]);
	void *context;
};

/* Adds those of the prefixes that have this family. */
void overlay_add(struct arena *arena, struct overlay *overlay, uint8_t family,
		 const struct prefix *prefixes, size_t count, uint32_t label);

/*
 * One entry for each different prefix; those that say 0, 0 where nothing else
 * was said around them are left out. Sorts the items.
 */
struct trie_table overlay_build(struct arena *arena, struct overlay *overlay,
				const struct overlay_combination *combination);

#endif
