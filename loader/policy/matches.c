// SPDX-License-Identifier: GPL-2.0-only
/* Matches of a form of their own: TCP flags, MAC addresses, bytes. */
#include <inttypes.h>
#include <string.h>

#include "parser.h"

/* ---- TCP flags --------------------------------------------------------- */

static const struct flag {
	const char *name;
	uint16_t bit;
} flags[] = {
#define TCP_FLAG(symbol, name, bit) { name, bit },
#include "tcp_flags.def"
#undef TCP_FLAG
};

enum { FLAGS = sizeof(flags) / sizeof(*flags) };

static const char *flag_hint(struct parser *parser, const char *name)
{
	const char *names[FLAGS + 2] = { "established", "none" };
	const char *nearest;
	size_t i;

	for (i = 0; i < FLAGS; i++)
		names[i + 2] = flags[i].name;
	nearest = diag_nearest(name, names, FLAGS + 2);
	if (nearest)
		return diag_hint(parser->diags, "did you mean %s?", nearest);
	return "flags are fin, syn, rst, psh, ack, urg, ece, cwr, ae; "
	       "or established, or none with a mask";
}

/* 0: there is none of that name. */
static uint16_t flag_bit(const char *name)
{
	size_t i;

	for (i = 0; i < FLAGS; i++)
		if (!strcmp(flags[i].name, name))
			return flags[i].bit;
	return 0;
}

static void report_flag(struct parser *parser, const struct name_list *flag)
{
	if (!strcmp(flag->name, "established") || !strcmp(flag->name, "none"))
		diag_error(parser->diags, flag->span,
			   "flags are: established, SET, SET/MASK or none/MASK",
			   "\"%s\" goes with no other flag", flag->name);
	else
		diag_error(parser->diags, flag->span,
			   flag_hint(parser, flag->name),
			   "there is no TCP flag %s", flag->name);
}

static uint16_t flag_bits(struct parser *parser, const struct name_list *list)
{
	uint16_t bits = 0;

	for (; list; list = list->next) {
		uint16_t bit = flag_bit(list->name);

		if (!bit)
			report_flag(parser, list);
		bits |= bit;
	}
	return bits;
}

static bool is_alone(const struct name_list *list, const char *name)
{
	return !list->next && !strcmp(list->name, name);
}

/* A mask of 0 holds an error that has been reported. */
static void check_mask(struct parser *parser, uint16_t mask,
		       const struct name_list *set)
{
	for (; set && mask; set = set->next)
		if (flag_bit(set->name) & ~mask)
			diag_error(parser->diags, set->span,
				   "write the flags that are set, \"/\", and "
				   "all flags that are looked at",
				   "%s is not in the mask: this never matches",
				   set->name);
}

static struct tcp_flags flags_without_mask(struct parser *parser,
					   const struct name_list *set)
{
	struct tcp_flags written = { 0 };

	if (is_alone(set, "established")) {
		written.established = true;
		return written;
	}
	if (is_alone(set, "none"))
		diag_error(parser->diags, set->span,
			   "write which flags are looked at: "
			   "none/fin,syn,rst,ack",
			   "\"none\" needs a mask");
	else
		written.value = written.mask = flag_bits(parser, set);
	return written;
}

struct match *new_flags_match(struct parser *parser, struct span span,
			      const struct name_list *set,
			      const struct name_list *among)
{
	struct match *match = new_match(parser, span, MATCH_FLAGS);

	if (!among) {
		match->flags = flags_without_mask(parser, set);
		return match;
	}
	match->flags.mask = flag_bits(parser, among);
	if (is_alone(set, "none"))
		return match;
	match->flags.value = flag_bits(parser, set);
	check_mask(parser, match->flags.mask, set);
	return match;
}

/* ---- MAC addresses ----------------------------------------------------- */

struct mac *new_mac(struct parser *parser, struct span span,
		    const uint8_t address[6])
{
	struct mac *mac = arena_new_of(parser->arena, struct mac);

	mac->span = span;
	memcpy(mac->address, address, sizeof(mac->address));
	return mac;
}

/* ---- bytes ------------------------------------------------------------- */

enum { SEEN_BYTES = 4095, MOST_BYTES = 4 };

static bool check_length(struct parser *parser, struct byte_numbers numbers)
{
	if (numbers.length.low >= 1 && numbers.length.low <= MOST_BYTES)
		return true;
	diag_error(parser->diags, numbers.length.span, NULL,
		   "a match compares 1 to %d bytes, not %" PRIu64, MOST_BYTES,
		   numbers.length.low);
	return false;
}

static void check_offset(struct parser *parser, struct byte_numbers numbers)
{
	if (numbers.offset.low <= SEEN_BYTES - numbers.length.low)
		return;
	diag_error(parser->diags, numbers.offset.span, NULL,
		   "only the first %d bytes of a frame are looked at",
		   SEEN_BYTES);
}

static bool check_fits(struct parser *parser, struct numbers number,
		       struct byte_numbers numbers, const char *what)
{
	if (number.low <= UINT32_MAX >> (32 - 8 * numbers.length.low))
		return true;
	diag_error(parser->diags, number.span, NULL,
		   "the %s is longer than %" PRIu64 " byte%s", what,
		   numbers.length.low, numbers.length.low == 1 ? "" : "s");
	return false;
}

static bool check_bytes(struct parser *parser, struct byte_numbers numbers)
{
	if (!check_length(parser, numbers))
		return false;
	check_offset(parser, numbers);
	if (!check_fits(parser, numbers.mask, numbers, "mask") ||
	    !check_fits(parser, numbers.value, numbers, "value"))
		return false;
	if (!numbers.mask.span.file || !(numbers.value.low & ~numbers.mask.low))
		return true;
	diag_error(parser->diags, numbers.value.span, NULL,
		   "the value has bits outside the mask: this never matches");
	return false;
}

struct byte_match byte_match(struct parser *parser, enum byte_base base,
			     struct byte_numbers numbers)
{
	struct byte_match bytes = { .base = base };

	if (!check_bytes(parser, numbers))
		return bytes;
	bytes.offset = (uint32_t)numbers.offset.low;
	bytes.length = (uint32_t)numbers.length.low;
	bytes.value = (uint32_t)numbers.value.low;
	bytes.mask = numbers.mask.span.file
			     ? (uint32_t)numbers.mask.low
			     : UINT32_MAX >> (32 - 8 * bytes.length);
	return bytes;
}
