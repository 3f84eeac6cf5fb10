// SPDX-License-Identifier: GPL-2.0-only
/*
 * A value is a name from a table or a range of numbers. Lists of ranges are
 * kept sorted and joined, so that equal lists look equal. The parser has seen
 * to it that numbers are in range.
 */
#include "resolve/values.h"

#include <stdlib.h>
#include <string.h>

const struct value_kind protocol_values = { "protocol", &protocol_names, 0, 0 };
const struct value_kind port_values = { "port", &port_names, 0, 0 };
const struct value_kind dscp_values = { "DSCP", &dscp_names, 0, 0 };
const struct value_kind precedence_values = { "precedence", &precedence_names,
					      0, 0 };
const struct value_kind priority_values = { "priority", &priority_names, 0, 0 };
const struct value_kind ip_option_values = { "IP option", &ip_option_names, 0,
					     0 };
const struct value_kind extension_header_values = { "extension header",
						    &extension_header_names, 0,
						    0 };
const struct value_kind number_values = { "number",
					  &(const struct named_numbers){ 0 }, 0,
					  0 };

enum { FEW_NAMES = 16 };

static bool is_candidate(const struct value_kind *kind,
			 const struct named_number *entry)
{
	return entry->family == kind->family && entry->type == kind->type;
}

static const char *nearest(struct resolver *resolver,
			   const struct value_kind *kind, const char *name)
{
	const char **names = arena_array(resolver->arena, kind->names->count,
					 sizeof(*names));
	size_t i, count = 0;

	for (i = 0; i < kind->names->count; i++)
		if (is_candidate(kind, &kind->names->names[i]))
			names[count++] = kind->names->names[i].name;
	return diag_nearest(name, names, count);
}

/* The name belongs to the other ICMP, or to another type. */
static const char *elsewhere(const struct value_kind *kind, const char *name)
{
	const struct named_number *entry;
	size_t i;

	for (i = 0; i < kind->names->count; i++) {
		entry = &kind->names->names[i];
		if (strcmp(entry->name, name) != 0)
			continue;
		if (entry->family == kind->family)
			return "another type has a code of that name";
		return entry->family == FAMILY_IPV4 ? "icmp has one"
						    : "icmpv6 has one";
	}
	return NULL;
}

/* All of them, where they are few. */
static const char *list_names(struct resolver *resolver,
			      const struct value_kind *kind)
{
	const struct named_numbers *names = kind->names;
	const char *list;
	size_t i;

	if (names->count > FEW_NAMES)
		return NULL;
	list = diag_hint(resolver->diags, "the names are %s",
			 names->names[0].name);
	for (i = 1; i < names->count; i++)
		list = diag_hint(resolver->diags, "%s, %s", list,
				 names->names[i].name);
	return list;
}

const char *values_hint(struct resolver *resolver,
			const struct value_kind *kind, const char *name)
{
	const char *hint = elsewhere(kind, name);

	if (hint)
		return hint;
	name = nearest(resolver, kind, name);
	return name ? diag_hint(resolver->diags, "did you mean %s?", name)
		    : list_names(resolver, kind);
}

static bool range_of_name(struct resolver *resolver,
			  const struct value_kind *kind,
			  const struct value *value, struct range16 *range)
{
	const struct named_number *entry;
	size_t i;

	for (i = 0; i < kind->names->count; i++) {
		entry = &kind->names->names[i];
		if (is_candidate(kind, entry) &&
		    strcmp(entry->name, value->name) == 0) {
			range->low = range->high = entry->number;
			return true;
		}
	}
	diag_error(resolver->diags, value->span,
		   values_hint(resolver, kind, value->name),
		   "there is no %s %s", kind->noun, value->name);
	return false;
}

bool value_range(struct resolver *resolver, const struct value_kind *kind,
		 const struct value *value, struct range16 *range)
{
	if (value->name)
		return range_of_name(resolver, kind, value, range);
	range->low = (uint16_t)value->low;
	range->high = (uint16_t)value->high;
	return true;
}

uint16_t value_number(struct resolver *resolver, const struct value_kind *kind,
		      const struct value *value)
{
	struct range16 range;

	if (!value || !value_range(resolver, kind, value, &range))
		return 0;
	return range.low;
}

uint8_t value_dscp(struct resolver *resolver, const struct value *value)
{
	return (uint8_t)value_number(resolver, &dscp_values, value);
}

struct range_list value_ranges(struct resolver *resolver,
			       const struct value_kind *kind,
			       const struct value *values)
{
	const struct value *value;
	struct range16 *ranges;
	size_t count = 0;

	for (value = values; value; value = value->next)
		count++;
	ranges = arena_array(resolver->arena, count, sizeof(*ranges));
	count = 0;
	for (value = values; value; value = value->next)
		count += value_range(resolver, kind, value, &ranges[count]);
	return ranges_normal(ranges, count);
}

static int compare(const void *a, const void *b)
{
	const struct range16 *x = a, *y = b;

	return x->low != y->low ? (x->low > y->low) - (x->low < y->low)
				: (x->high > y->high) - (x->high < y->high);
}

struct range_list ranges_normal(struct range16 *ranges, size_t count)
{
	size_t i, last = 0;

	if (count == 0)
		return (struct range_list){ 0 };
	qsort(ranges, count, sizeof(*ranges), compare);
	for (i = 1; i < count; i++) {
		if (ranges[i].low > (uint32_t)ranges[last].high + 1)
			ranges[++last] = ranges[i];
		else if (ranges[i].high > ranges[last].high)
			ranges[last].high = ranges[i].high;
	}
	return (struct range_list){ ranges, last + 1 };
}

struct range_list ranges_common(struct arena *arena, struct range_list a,
				struct range_list b)
{
	struct range16 *common =
		arena_array(arena, a.count + b.count, sizeof(*common));
	size_t i = 0, j = 0, count = 0;

	while (i < a.count && j < b.count) {
		const struct range16 *x = &a.ranges[i], *y = &b.ranges[j];
		uint16_t low = x->low > y->low ? x->low : y->low;
		uint16_t high = x->high < y->high ? x->high : y->high;

		if (low <= high)
			common[count++] = (struct range16){ low, high };
		if (x->high < y->high)
			i++;
		else
			j++;
	}
	return (struct range_list){ common, count };
}
