/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets in force: their sizes, or the prefixes of one. */
#ifndef WEIR_OUTPUT_SETS_H
#define WEIR_OUTPUT_SETS_H

#include "observe.h"
#include "output/json.h"

/* Rows of one set stand together; a set is known by its rows alone. */
void set_sizes_print(struct arena *arena, const struct set_table *table,
		     FILE *stream);
json_t *set_sizes_to_json(const struct set_table *table);

/* False when no row is of the set called name. */
bool set_exists(const struct set_table *table, const char *name);
/* The set that name may be a slip of, with or without its first word. */
const char *set_nearest(struct arena *arena, const struct set_table *table,
			const char *name);

void set_prefixes_print(const struct set_table *table, const char *name,
			FILE *stream);
json_t *set_prefixes_to_json(const struct set_table *table, const char *name);

#endif
