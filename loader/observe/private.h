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
 * Interfaces and rules of the record by the names that counters have. For an
 * interface direction, filter and rule are 0 and "".
 */
struct place {
	const char *interface;
	uint32_t direction;
	const char *filter;
	const char *rule;
	uint32_t order;	  /* in the policy */
	const char *text; /* the rule in full */
	enum verdict verdict;
	const char *file;
	uint32_t line;
};

struct places {
	struct place *list; /* sorted by name */
	size_t count;
};

void places_read(struct arena *arena, const json_t *record,
		 struct places *interfaces, struct places *rules);
const struct place *places_find(const struct places *places,
				const struct place *name);

static inline void cleanup_record(json_t *const *record)
{
	json_decref(*record);
}
#define _cleanup_record_ __attribute__((cleanup(cleanup_record)))

#endif
