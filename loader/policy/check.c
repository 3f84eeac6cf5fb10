// SPDX-License-Identifier: GPL-2.0-only
/* Errors that a node shows without a look at any other: ranges and limits. */
#include <ctype.h>
#include <net/if.h>
#include <string.h>

#include "parser.h"

enum { VLAN_FIRST = 1, VLAN_LAST = 4094 };

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

struct limit {
	const char *what;
	uint32_t last;
};

static const struct limit *value_limit(enum match_kind kind)
{
	enum { PROTOCOLS, ADDRESSES, PORTS, ICMP_TYPES, ICMP_CODES, NOTHING };
	static const struct limit limits[] = {
		[PROTOCOLS] = { "a protocol number", 255 },
		[PORTS] = { "a port", 65535 },
		[ICMP_TYPES] = { "an ICMP type", 255 },
		[ICMP_CODES] = { "an ICMP code", 255 },
		[NOTHING] = { "a number", UINT32_MAX },
	};
	static const uint8_t arguments[] = {
		[MATCH_NAME] = NOTHING,
#define FIELD(symbol, keyword, argument) [MATCH_##symbol] = (argument),
#include "fields.def"
#undef FIELD
	};

	return &limits[arguments[kind]];
}

static void check_value(struct parser *parser, const struct value *value,
			const struct limit *limit)
{
	uint32_t largest = value->low > value->high ? value->low : value->high;

	if (largest > limit->last)
		diag_error(parser->diags, value->span,
			   diag_hint(parser->diags, "the last one is %u",
				     limit->last),
			   "%u is not %s", largest, limit->what);
	else if (value->low > value->high)
		diag_error(parser->diags, value->span,
			   diag_hint(parser->diags, "write %u-%u", value->high,
				     value->low),
			   "the range ends before it begins");
}

void check_values(struct parser *parser, enum match_kind kind,
		  const struct value *values)
{
	for (; values; values = values->next)
		if (!values->name)
			check_value(parser, values, value_limit(kind));
}

void check_vlan(struct parser *parser, struct span span, uint32_t id)
{
	if (id >= VLAN_FIRST && id <= VLAN_LAST)
		return;
	diag_error(parser->diags, span,
		   diag_hint(parser->diags, "VLAN ids go from %d to %d",
			     VLAN_FIRST, VLAN_LAST),
		   "%u is not the id of a VLAN", id);
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
