/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of loader/observe share; nobody else includes this. */
#ifndef WEIR_OBSERVE_PRIVATE_H
#define WEIR_OBSERVE_PRIVATE_H

#include <jansson.h>

#include "base/cleanup.h"
#include "observe.h"

/* The JSON text that the image carries, parsed; NULL with an error. */
json_t *record_parse(const struct kernel_state *state,
		     struct kernel_error *error);

/* "" where the member is missing. */
const char *record_string(const json_t *object, const char *member);

/*
 * Interfaces and rules of the record by the names that counters have; an
 * interface's is in `name`, and its filter is "".
 */
struct place {
	const char *filter;
	const char *name; /* of the interface, or the rule's text, shortened */
	uint32_t order;	  /* in the policy, or in the rule set */
	const char *text; /* the name in full */
	const char *file;
	uint32_t line;
	uint32_t rulesets[DIRECTION_COUNT]; /* of an interface: number + 1 */
};

struct places {
	struct place *list; /* sorted by name */
	size_t count;
};

struct record_places {
	struct places interfaces;
	struct places *rulesets;
	size_t ruleset_count;
};

void places_read(struct arena *arena, const json_t *record,
		 struct record_places *places);
/* NULL: the policy has it no more. */
const struct place *places_interface(const struct record_places *places,
				     const char *name);
const struct place *places_rule(const struct record_places *places,
				const struct place *interface,
				enum direction direction, const char *filter,
				const char *rule);

static inline void cleanup_record(json_t *const *record)
{
	json_decref(*record);
}
#define _cleanup_record_ __attribute__((cleanup(cleanup_record)))

#endif
