// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names become bits or numbers, lists become sorted ranges. What contradicts
 * itself within one match or with `fragments later` is reported here.
 */
#include "resolve/fields.h"

#include <stdlib.h>
#include <string.h>

#include "resolve/values.h"

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	IPV4_EXTENSION_HEADERS =
		1u << EXTENSION_HEADER_AH | 1u << EXTENSION_HEADER_ESP,
};

/* ---- lists of values --------------------------------------------------- */

static struct range_list read_list(struct resolver *resolver,
				   const struct conjunction *conjunction,
				   enum match_kind match_kind,
				   const struct value_kind *kind)
{
	const struct match *match = conjunction->by_kind[match_kind];

	return value_ranges(resolver, kind, match ? match->values : NULL);
}

/* Each precedence is eight code points. */
static struct range_list code_points(struct arena *arena,
				     struct range_list precedences)
{
	struct range16 *ranges =
		arena_array(arena, precedences.count, sizeof(*ranges));
	size_t i;

	for (i = 0; i < precedences.count; i++) {
		ranges[i].low = (uint16_t)(precedences.ranges[i].low << 3);
		ranges[i].high =
			(uint16_t)(precedences.ranges[i].high << 3 | 7);
	}
	return (struct range_list){ ranges, precedences.count };
}

static void read_ranges(struct resolver *resolver,
			const struct conjunction *conjunction, struct leg *leg)
{
	enum match_kind hop_limit =
		conjunction->by_kind[MATCH_TTL] ? MATCH_TTL : MATCH_HOP_LIMIT;

	leg->ranges[RANGE_HOP_LIMIT] =
		read_list(resolver, conjunction, hop_limit, &number_values);
	leg->ranges[RANGE_LENGTH] =
		read_list(resolver, conjunction, MATCH_LENGTH, &number_values);
	leg->ranges[RANGE_OUTER_VLAN] =
		read_list(resolver, conjunction, MATCH_VLAN, &number_values);
	leg->ranges[RANGE_INNER_VLAN] = read_list(
		resolver, conjunction, MATCH_INNER_VLAN, &number_values);
	leg->ranges[RANGE_DSCP] =
		read_list(resolver, conjunction, MATCH_DSCP, &dscp_values);
	if (conjunction->by_kind[MATCH_PRECEDENCE])
		leg->ranges[RANGE_DSCP] = code_points(
			resolver->arena,
			read_list(resolver, conjunction, MATCH_PRECEDENCE,
				  &precedence_values));
}

/* ---- options and headers ----------------------------------------------- */

static int ip_option_bit(unsigned int number)
{
	switch (number) {
#define IP_OPTION(symbol, name, type)                                          \
	case type:                                                             \
		return IP_OPTION_##symbol;
#include "ip_options.def"
#undef IP_OPTION
	}
	return -1;
}

static int extension_header_bit(unsigned int number)
{
	switch (number) {
#define EXTENSION_HEADER(symbol, name, protocol)                               \
	case protocol:                                                         \
		return EXTENSION_HEADER_##symbol;
#include "extension_headers.def"
#undef EXTENSION_HEADER
	}
	return -1;
}

/* Bits of the numbers in the range; one that has none is an error. */
static uint32_t bits_of_range(struct resolver *resolver,
			      const struct value_kind *kind,
			      int (*bit_of)(unsigned int number),
			      const struct value *value, struct range16 range)
{
	unsigned int number;
	uint32_t bits = 0;
	int bit;

	for (number = range.low; number <= range.high; number++) {
		bit = bit_of(number);
		if (bit >= 0) {
			bits |= 1u << bit;
			continue;
		}
		diag_error(resolver->diags, value->span,
			   "those that have a name can be told apart",
			   "%u is no %s that a rule can ask for", number,
			   kind->noun);
		break;
	}
	return bits;
}

/* `any`, which has no values, is all bits. */
static uint32_t read_bits(struct resolver *resolver, const struct match *match,
			  const struct value_kind *kind,
			  int (*bit_of)(unsigned int number), uint32_t any)
{
	const struct value *value = match ? match->values : NULL;
	struct range16 range;
	uint32_t bits = 0;

	if (match && !value)
		return any;
	for (; value; value = value->next) {
		if (value_range(resolver, kind, value, &range))
			bits |= bits_of_range(resolver, kind, bit_of, value,
					      range);
	}
	return bits;
}

static void read_headers(struct resolver *resolver,
			 const struct conjunction *conjunction, struct leg *leg)
{
	leg->ip_options = read_bits(
		resolver, conjunction->by_kind[MATCH_IP_OPTION],
		&ip_option_values, ip_option_bit, (1u << IP_OPTION_BITS) - 1);
	leg->extension_headers = read_bits(
		resolver, conjunction->by_kind[MATCH_EXTENSION_HEADER],
		&extension_header_values, extension_header_bit,
		(1u << EXTENSION_HEADER_BITS) - 1);
}

/* ---- SPIs and MAC addresses -------------------------------------------- */

static int compare_spis(const void *a, const void *b)
{
	const struct range32 *x = a, *y = b;

	return x->low != y->low ? (x->low > y->low) - (x->low < y->low)
				: (x->high > y->high) - (x->high < y->high);
}

static size_t join_spis(struct range32 *spis, size_t count)
{
	size_t i, last = 0;

	qsort(spis, count, sizeof(*spis), compare_spis);
	for (i = 1; i < count; i++) {
		if (spis[i].low > (uint64_t)spis[last].high + 1)
			spis[++last] = spis[i];
		else if (spis[i].high > spis[last].high)
			spis[last].high = spis[i].high;
	}
	return last + 1;
}

static void read_spis(struct resolver *resolver, const struct match *match,
		      struct leg *leg)
{
	const struct value *value = match ? match->values : NULL;
	struct range32 *spis = NULL;
	size_t capacity = 0, count = 0;

	for (; value; value = value->next) {
		spis = arena_grow(resolver->arena, spis, count, &capacity,
				  sizeof(*spis));
		spis[count++] = (struct range32){ value->low, value->high };
	}
	leg->spis = spis;
	leg->spi_count = count ? join_spis(spis, count) : 0;
}

static int compare_macs(const void *a, const void *b)
{
	return memcmp(a, b, 6);
}

static void read_macs(struct resolver *resolver, const struct match *match,
		      struct leg *leg)
{
	const struct mac *mac = match ? match->macs : NULL;
	uint8_t(*macs)[6] = NULL;
	size_t capacity = 0, count = 0, i, kept = 0;

	for (; mac; mac = mac->next) {
		macs = arena_grow(resolver->arena, macs, count, &capacity,
				  sizeof(*macs));
		memcpy(macs[count++], mac->address, sizeof(*macs));
	}
	if (count)
		qsort(macs, count, sizeof(*macs), compare_macs);
	for (i = 0; i < count; i++)
		if (i == 0 || compare_macs(macs[i], macs[kept - 1]) != 0)
			memmove(macs[kept++], macs[i], sizeof(*macs));
	leg->macs = (const uint8_t(*)[6])macs;
	leg->mac_count = kept;
}

/* ---- bytes ------------------------------------------------------------- */

static void read_bytes(struct resolver *resolver,
		       const struct conjunction *conjunction, struct leg *leg)
{
	struct byte_test *tests = arena_array(
		resolver->arena, conjunction->byte_count, sizeof(*tests));
	const struct byte_match *bytes;
	size_t i;

	for (i = 0; i < conjunction->byte_count; i++) {
		bytes = &conjunction->bytes[i]->bytes;
		tests[i] = (struct byte_test){
			.base = bytes->base,
			.offset = (uint16_t)bytes->offset,
			.length = (uint8_t)bytes->length,
			.mask = bytes->mask,
			.value = bytes->value,
		};
	}
	leg->bytes = tests;
	leg->byte_count = conjunction->byte_count;
}

/* Whether they ask for different values of a bit. */
static bool exclude(const struct byte_match *a, const struct byte_match *b)
{
	uint32_t i, j;

	for (i = 0; i < a->length && a->base == b->base; i++) {
		unsigned int of_a = 8 * (a->length - 1 - i), of_b;

		j = a->offset + i - b->offset;
		if (j >= b->length) /* or below 0 */
			continue;
		of_b = 8 * (b->length - 1 - j);
		if ((a->mask >> of_a & b->mask >> of_b & 0xff) &
		    (a->value >> of_a ^ b->value >> of_b))
			return true;
	}
	return false;
}

/* More tests than a rule set has fields for are refused elsewhere. */
bool fields_bytes_exclude(const struct conjunction *conjunction,
			  const struct match *both[2])
{
	size_t count = conjunction->byte_count, i, j;

	for (i = 0; i < count && count <= MAX_BYTE_FIELDS; i++)
		for (j = 0; j < i; j++) {
			both[0] = conjunction->bytes[j];
			both[1] = conjunction->bytes[i];
			if (exclude(&both[0]->bytes, &both[1]->bytes))
				return true;
		}
	return false;
}

/* ---- fragments --------------------------------------------------------- */

/* What only the first fragment of a packet carries. */
static const struct match *of_transport(const struct conjunction *conjunction)
{
	static const enum match_kind kinds[] = {
		MATCH_PORT, MATCH_SOURCE_PORT, MATCH_DESTINATION_PORT,
		MATCH_TYPE, MATCH_CODE,	       MATCH_FLAGS,
		MATCH_SPI,
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (conjunction->by_kind[kinds[i]])
			return conjunction->by_kind[kinds[i]];
	for (i = 0; i < conjunction->byte_count; i++)
		if (conjunction->bytes[i]->bytes.base == BASE_TRANSPORT)
			return conjunction->bytes[i];
	return NULL;
}

static void read_fragments(struct resolver *resolver,
			   const struct conjunction *conjunction,
			   struct leg *leg)
{
	static const uint8_t states[] = {
		[FRAGMENTS_ANY] = 1u << FRAGMENT_FIRST | 1u << FRAGMENT_LATER,
		[FRAGMENTS_FIRST] = 1u << FRAGMENT_FIRST,
		[FRAGMENTS_LATER] = 1u << FRAGMENT_LATER,
	};
	const struct match *match = conjunction->by_kind[MATCH_FRAGMENTS];
	const struct match *transport = of_transport(conjunction);

	leg->fragments = (1u << FRAGMENT_STATES) - 1;
	if (!match)
		return;
	leg->fragments = states[match->fragments];
	if (match->fragments != FRAGMENTS_LATER || !transport)
		return;
	diag_error(resolver->diags, transport->span,
		   "only the first fragment carries the transport header",
		   "%s never matches a later fragment",
		   match_keyword(transport->kind));
	diag_note(resolver->diags, match->span,
		  "later fragments are asked for here");
}

/* ---- all of them ------------------------------------------------------- */

bool fields_read(struct resolver *resolver,
		 const struct conjunction *conjunction, struct leg *leg)
{
	size_t errors = diag_errors(resolver->diags);

	read_ranges(resolver, conjunction, leg);
	read_headers(resolver, conjunction, leg);
	read_spis(resolver, conjunction->by_kind[MATCH_SPI], leg);
	read_macs(resolver, conjunction->by_kind[MATCH_SOURCE_MAC], leg);
	read_bytes(resolver, conjunction, leg);
	read_fragments(resolver, conjunction, leg);
	return diag_errors(resolver->diags) == errors;
}

static bool all_below(struct range_list list, uint16_t bound)
{
	return list.count && list.ranges[list.count - 1].high < bound;
}

uint8_t fields_families(const struct leg *leg)
{
	uint8_t families = FAMILY_BITS;

	if (leg->ip_options)
		families &= FAMILY_BIT_IPV4;
	if (leg->extension_headers &&
	    !(leg->extension_headers & IPV4_EXTENSION_HEADERS))
		families &= FAMILY_BIT_IPV6;
	if (all_below(leg->ranges[RANGE_LENGTH], IPV6_HEADER))
		families &= FAMILY_BIT_IPV4;
	if (all_below(leg->ranges[RANGE_LENGTH], IPV4_HEADER))
		families = 0;
	return families;
}
