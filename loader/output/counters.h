/* SPDX-License-Identifier: GPL-2.0-only */
/* Counter rows for people and for programs. */
#ifndef WEIR_OUTPUT_COUNTERS_H
#define WEIR_OUTPUT_COUNTERS_H

#include "observe.h"
#include "output/json.h"

void counters_print(struct arena *arena, const struct counter_table *table,
		    FILE *stream);
json_t *counters_to_json(const struct counter_table *table);

#endif
