// SPDX-License-Identifier: GPL-2.0-only
/* Errors that a node shows without a look at any other: ranges and limits. */
#include <ctype.h>
#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include "parser.h"

static void report_reversed_item(struct parser *parser, const struct item *item)
{
	uint8_t family = item->prefix.family;
	char first[PREFIX_TEXT];
	char last[PREFIX_TEXT];

	address_format(&item->prefix.address, family, first);
	address_format(&item->last, family, last);
	diag_error(parser->diags, item->span,
		   diag_hint(parser->diags, "write %s-%s", last, first),
		   "the range ends before it begins");
}

/* A family of 0 belongs to an address that has been reported. */
void check_item_range(struct parser *parser, const struct item *item,
		      uint8_t last_family)
{
	if (!item->prefix.family || !last_family)
		return;
	if (item->prefix.family != last_family)
		diag_error(parser->diags, item->span, NULL,
			   "the range begins in IPv%u and ends in IPv%u",
			   item->prefix.family, last_family);
	else if (address_compare(&item->prefix.address, &item->last) > 0)
		report_reversed_item(parser, item);
}

/* What the numbers of a match are. */
struct bounds {
	const char *what;
	uint32_t first;
	uint32_t last;
};

static const struct bounds *bounds_of(enum match_kind kind)
{
	static const struct bounds of_kind[] = {
		[MATCH_PROTOCOL] = { "a protocol number", 0, 255 },
		[MATCH_SOURCE_PORT] = { "a port", 0, 65535 },
		[MATCH_DESTINATION_PORT] = { "a port", 0, 65535 },
		[MATCH_PORT] = { "a port", 0, 65535 },
		[MATCH_TYPE] = { "an ICMP type", 0, 255 },
		[MATCH_CODE] = { "an ICMP code", 0, 255 },
		[MATCH_TTL] = { "a TTL", 0, 255 },
		[MATCH_HOP_LIMIT] = { "a hop limit", 0, 255 },
		[MATCH_DSCP] = { "a DSCP", 0, 63 },
		[MATCH_PRECEDENCE] = { "a precedence", 0, 7 },
		[MATCH_LENGTH] = { "the length of a packet", 0, 65535 },
		[MATCH_SPI] = { "an SPI", 0, UINT32_MAX },
		[MATCH_VLAN] = { "a VLAN id", 1, 4094 },
		[MATCH_INNER_VLAN] = { "a VLAN id", 1, 4094 },
	};

	return &of_kind[kind];
}

static void report_outside(struct parser *parser, struct span span,
			   uint64_t number, const struct bounds *bounds)
{
	diag_error(parser->diags, span,
		   diag_hint(parser->diags, "they go from %u to %u",
			     bounds->first, bounds->last),
		   "%" PRIu64 " is not %s", number, bounds->what);
}

/* Of a range, the end that lies further out. */
static void check_numbers(struct parser *parser, const struct numbers *numbers,
			  const struct bounds *bounds)
{
	uint64_t low = numbers->low, high = numbers->high;
	uint64_t largest = low > high ? low : high;

	if (largest > bounds->last)
		report_outside(parser, numbers->span, largest, bounds);
	else if (low < bounds->first || high < bounds->first)
		report_outside(parser, numbers->span, low < high ? low : high,
			       bounds);
	else if (low > high)
		diag_error(parser->diags, numbers->span,
			   diag_hint(parser->diags,
				     "write %" PRIu64 "-%" PRIu64, high, low),
			   "the range ends before it begins");
}

static void check_value(struct parser *parser, const struct value *value,
			const struct bounds *bounds)
{
	struct numbers numbers = { value->low, value->high, value->span };

	if (!value->name)
		check_numbers(parser, &numbers, bounds);
}

void check_values(struct parser *parser, enum match_kind kind,
		  const struct value *values)
{
	for (; values; values = values->next)
		check_value(parser, values, bounds_of(kind));
}

/* Makes numbers that the tree cannot hold, and that are reported, 1. */
void check_width(struct parser *parser, struct numbers *numbers)
{
	uint64_t largest =
		numbers->low > numbers->high ? numbers->low : numbers->high;

	if (largest <= UINT32_MAX)
		return;
	diag_error(parser->diags, numbers->span, NULL,
		   "the number %" PRIu64 " is too large for anything here",
		   largest);
	numbers->low = numbers->high = 1;
}

void check_dscp(struct parser *parser, const struct value *value)
{
	check_value(parser, value, bounds_of(MATCH_DSCP));
}

void check_priority(struct parser *parser, const struct value *value)
{
	static const struct bounds bounds = { "a priority", 0, 15 };

	check_value(parser, value, &bounds);
}

void check_vlan(struct parser *parser, const struct numbers *numbers)
{
	check_numbers(parser, numbers, bounds_of(MATCH_VLAN));
}

static bool has_device_letters(const char *name)
{
	for (; *name; name++)
		if (*name == '/' || *name == ':' ||
		    isspace((unsigned char)*name))
			return false;
	return true;
}

/* The kernel's rules for names of devices (dev_valid_name). */
void check_device(struct parser *parser, struct span span, const char *name)
{
	if (strlen(name) >= IFNAMSIZ)
		diag_error(parser->diags, span,
			   diag_hint(parser->diags,
				     "the kernel's names have up to %d bytes",
				     IFNAMSIZ - 1),
			   "no device can have so long a name");
	else if (!has_device_letters(name) || !strcmp(name, ".") ||
		 !strcmp(name, ".."))
		diag_error(parser->diags, span,
			   "the kernel allows no space, \"/\" or \":\" in it",
			   "no device can have this name");
}
