/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of protocols, ports, code points ... as ranges of numbers. */
#ifndef WEIR_RESOLVE_VALUES_H
#define WEIR_RESOLVE_VALUES_H

#include "resolve/resolver.h"
#include "resolve/services.h"

/* What the numbers of a list are. */
struct value_kind {
	const char *noun; /* "port" */
	const struct named_numbers *names;
	uint8_t family; /* of types and codes; 0 otherwise */
	uint8_t type;	/* of codes; 0 otherwise */
};

extern const struct value_kind protocol_values;
extern const struct value_kind port_values;
extern const struct value_kind dscp_values;
extern const struct value_kind precedence_values;
extern const struct value_kind priority_values;
extern const struct value_kind ip_option_values;
extern const struct value_kind extension_header_values;
extern const struct value_kind number_values; /* without names */

/* A hint with the nearest name, or NULL. */
const char *values_hint(struct resolver *resolver,
			const struct value_kind *kind, const char *name);

/* False after an error, which has been reported. */
bool value_range(struct resolver *resolver, const struct value_kind *kind,
		 const struct value *value, struct range16 *range);

/*
 * One name or number; 0 for NULL, and after an error, which has been reported.
 */
uint16_t value_number(struct resolver *resolver, const struct value_kind *kind,
		      const struct value *value);
uint8_t value_dscp(struct resolver *resolver, const struct value *value);

/* All of a list, as struct range_list wants them. */
struct range_list value_ranges(struct resolver *resolver,
			       const struct value_kind *kind,
			       const struct value *values);

/* Sorts and joins ranges in place. */
struct range_list ranges_normal(struct range16 *ranges, size_t count);

/* What is in both; count 0 when nothing is. */
struct range_list ranges_common(struct arena *arena, struct range_list a,
				struct range_list b);

#endif
