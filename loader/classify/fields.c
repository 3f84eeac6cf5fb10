// SPDX-License-Identifier: GPL-2.0-only
/*
 * Legs -> conditions.
 *
 * What a leg asks of a field, however the policy says it, is a list of ranges
 * of the field's value: a mask over TCP flags, bits of options or a bit set of
 * protocols are small enough to be tried value by value. Equal conditions of
 * a field have one number.
 */
#include <string.h>

#include "classify/private.h"

/* A value that no field has: for what can never hold. */
static const struct value_range no_value = { 1ull << 48, 1ull << 48 };

struct ranges {
	struct value_range *of;
	size_t count;
	size_t capacity;
};

static void add_range(struct arena *arena, struct ranges *ranges, uint64_t low,
		      uint64_t high)
{
	if (ranges->count && ranges->of[ranges->count - 1].high + 1 == low) {
		ranges->of[ranges->count - 1].high = high;
		return;
	}
	ranges->of = arena_grow(arena, ranges->of, ranges->count,
				&ranges->capacity, sizeof(*ranges->of));
	ranges->of[ranges->count].low = low;
	ranges->of[ranges->count++].high = high;
}

/* The values below count for which accepts() says so. */
static struct ranges
tried_values(struct arena *arena, const struct leg *leg, uint32_t count,
	     bool (*accepts)(const struct leg *leg, uint32_t value))
{
	struct ranges ranges = { 0 };

	for (uint32_t value = 0; value < count; value++)
		if (accepts(leg, value))
			add_range(arena, &ranges, value, value);
	if (!ranges.count)
		add_range(arena, &ranges, no_value.low, no_value.high);
	return ranges;
}

static bool has_protocol(const struct leg *leg, uint32_t protocol)
{
	return leg->protocols[protocol / 64] >> protocol % 64 & 1;
}

static bool accepts_protocol(const struct leg *leg, uint32_t value)
{
	enum { AUTHENTICATION_HEADER = 51 };

	return has_protocol(leg, value & 255) ||
	       (value >> 8 && has_protocol(leg, AUTHENTICATION_HEADER));
}

static bool accepts_fragment(const struct leg *leg, uint32_t value)
{
	return leg->fragments >> value & 1;
}

static bool accepts_flags(const struct leg *leg, uint32_t value)
{
	return (value & leg->tcp_flags_mask) == leg->tcp_flags_value;
}

static bool accepts_options(const struct leg *leg, uint32_t value)
{
	return value & leg->ip_options;
}

static bool accepts_extensions(const struct leg *leg, uint32_t value)
{
	return value & leg->extension_headers;
}

/* ---- one field of one leg ---------------------------------------------- */

static bool any_protocol(const struct leg *leg)
{
	return !(~leg->protocols[0] | ~leg->protocols[1] | ~leg->protocols[2] |
		 ~leg->protocols[3]);
}

/* SPIs of AH only where the leg asks for AH and not for ESP. */
static bool asks_spi_of(const struct leg *leg, enum packet_field field)
{
	bool of_ah = has_protocol(leg, 51) && !has_protocol(leg, 50);

	return leg->spi_count && of_ah == (field == FIELD_AH_SPI);
}

static struct ranges spi_ranges(struct arena *arena, const struct leg *leg)
{
	struct ranges ranges = { 0 };

	for (size_t i = 0; i < leg->spi_count; i++)
		add_range(arena, &ranges, leg->spis[i].low, leg->spis[i].high);
	return ranges;
}

static struct ranges mac_ranges(struct arena *arena, const struct leg *leg)
{
	struct ranges ranges = { 0 };

	for (size_t i = 0; i < leg->mac_count; i++) {
		uint64_t mac = 0;

		for (int byte = 0; byte < 6; byte++)
			mac = mac << 8 | leg->macs[i][byte];
		add_range(arena, &ranges, mac, mac);
	}
	return ranges;
}

static struct ranges listed_ranges(struct arena *arena,
				   const struct range_list *list)
{
	struct ranges ranges = { 0 };

	for (size_t i = 0; i < list->count; i++)
		add_range(arena, &ranges, list->ranges[i].low,
			  list->ranges[i].high);
	return ranges;
}

static const struct range_list *range_list_of(const struct leg *leg,
					      enum packet_field field)
{
	static const uint8_t lists[FIELD_COUNT] = {
		[FIELD_SOURCE_PORT] = 1 + RANGE_SOURCE_PORT,
		[FIELD_DESTINATION_PORT] = 1 + RANGE_DESTINATION_PORT,
		[FIELD_ICMP] = 1 + RANGE_ICMP,
		[FIELD_HOP_LIMIT] = 1 + RANGE_HOP_LIMIT,
		[FIELD_DSCP] = 1 + RANGE_DSCP,
		[FIELD_LENGTH] = 1 + RANGE_LENGTH,
		[FIELD_OUTER_VLAN] = 1 + RANGE_OUTER_VLAN,
		[FIELD_INNER_VLAN] = 1 + RANGE_INNER_VLAN,
	};

	return lists[field] ? &leg->ranges[lists[field] - 1] : NULL;
}

/* count 0: the leg does not ask for the field. */
static struct ranges asked_ranges(struct arena *arena, const struct leg *leg,
				  enum packet_field field)
{
	const struct range_list *list = range_list_of(leg, field);
	struct ranges none = { 0 };

	if (list)
		return listed_ranges(arena, list);
	if (field == FIELD_PROTOCOL && !any_protocol(leg))
		return tried_values(arena, leg, 512, accepts_protocol);
	if (field == FIELD_FRAGMENT &&
	    leg->fragments != (1 << FRAGMENT_STATES) - 1)
		return tried_values(arena, leg, FRAGMENT_STATES,
				    accepts_fragment);
	if (field == FIELD_TCP_FLAGS && leg->tcp_flags_mask)
		return tried_values(arena, leg, 512, accepts_flags);
	if (field == FIELD_IP_OPTIONS && leg->ip_options)
		return tried_values(arena, leg, 1 << IP_OPTION_BITS,
				    accepts_options);
	if (field == FIELD_EXTENSION_HEADERS && leg->extension_headers)
		return tried_values(arena, leg, 1 << EXTENSION_HEADER_BITS,
				    accepts_extensions);
	if ((field == FIELD_ESP_SPI || field == FIELD_AH_SPI) &&
	    asks_spi_of(leg, field))
		return spi_ranges(arena, leg);
	if (field == FIELD_SOURCE_MAC)
		return mac_ranges(arena, leg);
	return none;
}

static uint32_t condition_of(struct field_conditions *field,
			     const struct ranges *ranges)
{
	if (!ranges->count)
		return 0;
	return intern_add(field->ranges, ranges->of,
			  ranges->count * sizeof(*ranges->of), NULL) +
	       1;
}

/* ---- raw bytes --------------------------------------------------------- */

/* The byte field that this test looks at, FIELD_COUNT when there is no room. */
static uint32_t byte_field_of(struct compilation *compilation,
			      const struct byte_test *test)
{
	struct byte_field *fields = compilation->tables->byte_fields;
	struct byte_field wanted = {
		.mask = test->mask,
		.offset = test->offset,
		.length = test->length,
		.base = (uint8_t)test->base,
	};

	for (uint32_t i = 0; i < MAX_BYTE_FIELDS; i++) {
		if (!fields[i].length)
			fields[i] = wanted;
		if (!memcmp(&fields[i], &wanted, sizeof(wanted)))
			return FIELD_BYTES + i;
	}
	return FIELD_COUNT;
}

static bool collect_bytes(struct compilation *compilation,
			  struct field_conditions fields[FIELD_COUNT],
			  struct match_leg *to)
{
	for (size_t i = 0; i < to->leg->byte_count; i++) {
		const struct byte_test *test = &to->leg->bytes[i];
		struct value_range range = { test->value, test->value };
		uint32_t field = byte_field_of(compilation, test), condition;

		if (field == FIELD_COUNT)
			return false;
		condition = intern_add(fields[field].ranges, &range,
				       sizeof(range), NULL) +
			    1;
		if (to->conditions[field] && to->conditions[field] != condition)
			to->never = true;
		to->conditions[field] = condition;
	}
	return true;
}

bool fields_collect(struct compilation *compilation,
		    struct field_conditions fields[FIELD_COUNT])
{
	static const uint8_t bytes[FIELD_BYTES] = {
#define PACKET_FIELD(symbol, size) size,
#include "packet_fields.def"
#undef PACKET_FIELD
	};

	for (int i = 0; i < FIELD_COUNT; i++) {
		fields[i].ranges = intern_new(compilation->scratch);
		fields[i].bytes = i < FIELD_BYTES ? bytes[i] : 4;
	}
	for (uint32_t i = 0; i < compilation->leg_count; i++) {
		struct match_leg *to = &compilation->legs[i];

		for (int field = 0; field < FIELD_BYTES; field++) {
			struct ranges ranges =
				asked_ranges(compilation->scratch, to->leg,
					     (enum packet_field)field);

			to->conditions[field] =
				condition_of(&fields[field], &ranges);
		}
		compilation->size.leg = i;
		if (!collect_bytes(compilation, fields, to))
			return false;
	}
	return true;
}
