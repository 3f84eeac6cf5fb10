/* SPDX-License-Identifier: GPL-2.0-only */
/* The record that travels in an image: its interfaces and rules, in JSON. */
#ifndef WEIR_OUTPUT_RECORD_H
#define WEIR_OUTPUT_RECORD_H

#include "kernel.h"
#include "output/json.h"

/* A new reference; an empty object when the record is damaged. */
json_t *record_load(const struct kernel_state *state);

/* One of its arrays, never NULL; borrowed from record. */
json_t *record_array(json_t *record, const char *name);

/* A member's text, "" when it has none; borrowed. */
const char *record_text(json_t *object, const char *member);

/* The interface's name nearest to name, or NULL; copied into arena. */
const char *record_nearest_interface(struct arena *arena, json_t *record,
				     const char *name);
bool record_has_interface(json_t *record, const char *name);

static inline void cleanup_json(json_t *const *object)
{
	json_decref(*object);
}
#define _cleanup_json_ __attribute__((cleanup(cleanup_json)))

#endif
