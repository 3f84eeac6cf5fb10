// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules to words, in one form for one meaning: what is the default is not
 * written, flags stand in the order of their bits, SPIs, masks and values of
 * bytes are hexadecimal. Only units stay as they were written.
 */
#include <inttypes.h>

#include "abi.h"
#include "base/cleanup.h"
#include "printer.h"

/* ---- matches ----------------------------------------------------------- */

static const char *const keywords[] = {
#define FIELD(symbol, keyword, argument) [MATCH_##symbol] = keyword,
#include "fields.def"
#undef FIELD
};

static void print_value(struct printer *printer, const struct value *value)
{
	if (value->name)
		print_word(printer, "%s", value->name);
	else if (value->low == value->high)
		print_word(printer, "%u", value->low);
	else
		print_word(printer, "%u-%u", value->low, value->high);
}

static void print_spi(struct printer *printer, const struct value *value)
{
	if (value->low == value->high)
		print_word(printer, "0x%x", value->low);
	else
		print_word(printer, "0x%x-0x%x", value->low, value->high);
}

static void print_values(struct printer *printer, const struct match *match)
{
	const struct value *value;

	for (value = match->values; value; value = value->next) {
		if (match->kind == MATCH_SPI)
			print_spi(printer, value);
		else
			print_value(printer, value);
		if (value->next)
			print_mark(printer, ',');
	}
}

static void print_presence(struct printer *printer, const struct match *match)
{
	if (match->values)
		print_values(printer, match);
	else
		print_word(printer, "any");
}

static void print_fragments(struct printer *printer, const struct match *match)
{
	static const char *const words[] = {
		[FRAGMENTS_ANY] = "fragments",
		[FRAGMENTS_FIRST] = "fragments first",
		[FRAGMENTS_LATER] = "fragments later",
	};

	printer->keyword = NULL;
	print_word(printer, "%s", words[match->fragments]);
}

/* "syn,ack": the names of the bits, in text that has room for all of them. */
enum { FLAGS_TEXT = 64 };

static const char *flag_names(uint16_t bits, char text[FLAGS_TEXT])
{
	static const struct {
		const char *name;
		uint16_t bit;
	} flags[] = {
#define TCP_FLAG(symbol, name, bit) { name, bit },
#include "tcp_flags.def"
#undef TCP_FLAG
	};
	size_t length = 0;
	size_t i;

	snprintf(text, FLAGS_TEXT, "none");
	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (bits & flags[i].bit)
			length += (size_t)snprintf(
				text + length, FLAGS_TEXT - length, "%s%s",
				length ? "," : "", flags[i].name);
	return text;
}

static void print_flags(struct printer *printer, const struct tcp_flags *flags)
{
	char value[FLAGS_TEXT];
	char mask[FLAGS_TEXT];

	if (flags->established)
		print_word(printer, "established");
	else if (flags->value == flags->mask)
		print_word(printer, "%s", flag_names(flags->value, value));
	else
		print_word(printer, "%s/%s", flag_names(flags->value, value),
			   flag_names(flags->mask, mask));
}

static void print_macs(struct printer *printer, const struct mac *mac)
{
	for (; mac; mac = mac->next) {
		const uint8_t *bytes = mac->address;

		print_word(printer, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0],
			   bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
		if (mac->next)
			print_mark(printer, ',');
	}
}

static void print_bytes(struct printer *printer, const struct byte_match *bytes)
{
	static const char *const bases[] = {
		[BASE_LINK] = "link",
		[BASE_NETWORK] = "network",
		[BASE_TRANSPORT] = "transport",
	};
	int digits = (int)(2 * bytes->length);

	print_word(printer, "%s offset %u length %u", bases[bytes->base],
		   bytes->offset, bytes->length);
	if (bytes->mask != UINT32_MAX >> (32 - 8 * bytes->length))
		print_word(printer, "mask 0x%0*x", digits, bytes->mask);
	print_word(printer, "value 0x%0*x", digits, bytes->value);
}

static void print_match(struct printer *printer, const struct match *match)
{
	printer->keyword = keywords[match->kind];
	switch (match->kind) {
	case MATCH_NAME:
		print_word(printer, "%s", match->name);
		break;
	case MATCH_FROM:
	case MATCH_TO:
		print_items(printer, match->addresses, NULL);
		break;
	case MATCH_FRAGMENTS:
		print_fragments(printer, match);
		break;
	case MATCH_FLAGS:
		print_flags(printer, &match->flags);
		break;
	case MATCH_SOURCE_MAC:
		print_macs(printer, match->macs);
		break;
	case MATCH_BYTES:
		print_bytes(printer, &match->bytes);
		break;
	case MATCH_IP_OPTION:
	case MATCH_EXTENSION_HEADER:
		print_presence(printer, match);
		break;
	default:
		print_values(printer, match);
	}
}

void print_matches(struct printer *printer, const struct match *match)
{
	for (; match; match = match->next)
		print_match(printer, match);
}

/* ---- limits ------------------------------------------------------------ */

static const struct {
	const char *name;
	uint64_t factor;
} rate_units[] = {
#define RATE_UNIT(symbol, name, counted, factor) { name, factor },
#include "units.def"
}, burst_units[] = {
#define BURST_UNIT(symbol, name, counted, factor) { name, factor },
#include "units.def"
};

static void print_burst(struct printer *printer, const struct limit *limit)
{
	uint64_t number = limit->burst / burst_units[limit->burst_unit].factor;

	if (!limit->burst)
		return;
	if (limit->burst_unit == BURST_PACKETS)
		print_word(printer, "burst %" PRIu64, number);
	else
		print_word(printer, "burst %" PRIu64 " %s", number,
			   burst_units[limit->burst_unit].name);
}

/* A length of one family alone is told from the other's by its size. */
static void print_per_source(struct printer *printer, const struct limit *limit)
{
	bool default4 = limit->length4 == 32;
	bool default6 = limit->length6 == 64;

	if (!limit->per_source)
		return;
	if (default4 && default6)
		print_word(printer, "per source");
	else if (default6)
		print_word(printer, "per source /%u", limit->length4);
	else if (default4 && limit->length6 > 32)
		print_word(printer, "per source /%u", limit->length6);
	else
		print_word(printer, "per source /%u /%u", limit->length4,
			   limit->length6);
}

void print_dscp(struct printer *printer, const char *words,
		const struct value *dscp)
{
	if (dscp->name)
		print_word(printer, "%s %s", words, dscp->name);
	else
		print_word(printer, "%s %u", words, dscp->low);
}

static void print_over(struct printer *printer, const struct limit *limit)
{
	if (limit->over == OVER_REMARK)
		print_dscp(printer, "over remark dscp", limit->over_dscp);
	else if (limit->over == OVER_CONTINUE)
		print_word(printer, "over continue");
}

/* Without the word "limit", which may stand further in front. */
void print_limit(struct printer *printer, const struct limit *limit)
{
	print_word(printer, "%" PRIu64 " %s",
		   limit->rate / rate_units[limit->unit].factor,
		   rate_units[limit->unit].name);
	print_burst(printer, limit);
	print_per_source(printer, limit);
	print_over(printer, limit);
}

/* ---- rules ------------------------------------------------------------- */

static void print_action(struct printer *printer, const struct rule *rule)
{
	static const char *const words[] = {
		[ACTION_PERMIT] = "permit", [ACTION_DROP] = "drop",
		[ACTION_REJECT] = "reject", [ACTION_COUNT] = "count",
		[ACTION_LIMIT] = "limit",
	};

	if (rule->action == ACTION_REMARK)
		print_dscp(printer, "remark dscp", rule->remark);
	else if (rule->action == ACTION_PRIORITY)
		print_dscp(printer, "priority", rule->priority);
	else
		print_word(printer, "%s", words[rule->action]);
}

static void print_modifiers(struct printer *printer, const struct rule *rule)
{
	if (rule->limit) {
		if (rule->action != ACTION_LIMIT)
			printer->keyword = "limit";
		print_limit(printer, rule->limit);
	}
	if (rule->remark && rule->action != ACTION_REMARK)
		print_dscp(printer, "remark dscp", rule->remark);
	if (rule->trust_dscp)
		print_word(printer, "trust dscp");
	if (rule->priority && rule->action != ACTION_PRIORITY)
		print_dscp(printer, "priority", rule->priority);
	if (rule->monitor)
		print_word(printer, "monitor");
}

void print_rule(struct printer *printer, const struct rule *rule)
{
	print_action(printer, rule);
	print_matches(printer, rule->matches);
	print_modifiers(printer, rule);
}

const char *policy_rule_text(struct arena *arena, const struct rule *rule)
{
	_cleanup_free_ char *text = NULL;
	struct printer printer = { 0 };
	size_t size;

	printer.stream = open_memstream(&text, &size);
	if (!printer.stream)
		return "";
	print_rule(&printer, rule);
	fclose(printer.stream);
	return arena_strndup(arena, text, size);
}
