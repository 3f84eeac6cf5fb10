// SPDX-License-Identifier: GPL-2.0-only
/* Limits, and what else a rule does beside its action. */
#include <inttypes.h>

#include "lexer.h"

#define LARGEST UINT64_C(1000000000000)

enum { FULL_FRAME = 1518 }; /* Ethernet's, with its checksum */

enum counted { PACKETS, BITS, BYTES };

static const struct unit {
	enum counted counted;
	uint64_t factor;
} rate_units[] = {
#define RATE_UNIT(symbol, name, counted, factor) { counted, factor },
#include "units.def"
};

static const struct unit burst_units[] = {
#define BURST_UNIT(symbol, name, counted, factor) { counted, factor },
#include "units.def"
};

/* ---- rate and burst ---------------------------------------------------- */

/* number is not past the bound; text writes it out. */
struct bound {
	uint64_t number;
	const char *text;
};

static const struct bound countable[] = {
	[PACKETS] = { LARGEST, "1,000,000,000,000 packets" },
	[BITS] = { LARGEST, "1,000,000,000,000 bits" },
	[BYTES] = { LARGEST, "1,000,000,000,000 bytes" },
};

/* Of these a packet takes one unit of the limiters' clock, 1/16 ns. */
static const struct bound packets_a_second = {
	UINT64_C(16000000000),
	"16,000,000,000 packets a second",
};

static uint64_t apply_unit(struct parser *parser, struct span span,
			   uint64_t number, const struct unit *unit,
			   const struct bound *bound)
{
	if (number <= bound->number / unit->factor)
		return number * unit->factor;
	diag_error(parser->diags, span, NULL, "more than %s cannot be counted",
		   bound->text);
	return bound->number;
}

static uint64_t read_rate(struct parser *parser, const struct rate *rate)
{
	const struct unit *unit = &rate_units[rate->unit];

	return apply_unit(parser, rate->span, rate->number, unit,
			  unit->counted == PACKETS ? &packets_a_second
						   : &countable[BITS]);
}

/* A bare number counts what the rate counts. */
static enum burst_unit unit_of_burst(struct parser *parser, struct burst burst,
				     enum rate_unit rate)
{
	bool packets = rate_units[rate].counted == PACKETS;

	if (!burst.has_unit)
		return packets ? BURST_PACKETS : BURST_BYTES;
	if (packets != (burst_units[burst.unit].counted == PACKETS))
		diag_error(parser->diags, burst.span, NULL,
			   packets ? "the rate is in packets: "
				     "its burst is, too"
				   : "the rate is in bits: "
				     "its burst is in bytes");
	return burst.unit;
}

/* Too few for one packet: packets may be what was meant. */
static void check_small(struct parser *parser, const struct burst *burst)
{
	if (burst->number >= FULL_FRAME)
		return;
	diag_warning(parser->diags, burst->span,
		     "write bytes, kbytes or mbytes behind the number",
		     "with a rate in bits this is %" PRIu64
		     " bytes, less than a full frame",
		     burst->number);
}

static void read_burst(struct parser *parser, const struct burst *burst,
		       struct limit *limit)
{
	const struct unit *unit;

	limit->burst_unit = unit_of_burst(parser, *burst, limit->unit);
	unit = &burst_units[limit->burst_unit];
	limit->burst = apply_unit(parser, burst->span, burst->number, unit,
				  &countable[unit->counted]);
	if (!burst->number)
		diag_error(parser->diags, burst->span, NULL,
			   "a burst of 0 lets nothing through");
	else if (!burst->has_unit && unit->counted == BYTES)
		check_small(parser, burst);
}

struct limit *new_limit(struct parser *parser, struct span span,
			struct rate rate, struct burst burst)
{
	struct limit *limit = arena_new_of(parser->arena, struct limit);

	limit->span = span;
	limit->unit = rate.unit;
	limit->rate = read_rate(parser, &rate);
	if (burst.span.file)
		read_burst(parser, &burst, limit);
	return limit;
}

/* ---- per source -------------------------------------------------------- */

enum { BITS4 = 32, BITS6 = 128, DEFAULT6 = 64 };

static uint8_t source_length(struct parser *parser, struct numbers length,
			     unsigned int bits)
{
	if (length.low >= 1 && length.low <= bits)
		return (uint8_t)length.low;
	diag_error(parser->diags, length.span, NULL,
		   "sources are told apart by 1 to %u bits of their address",
		   bits);
	return (uint8_t)bits;
}

struct per_source every_source(void)
{
	return (struct per_source){ true, BITS4, DEFAULT6 };
}

struct per_source sources_of_length(struct parser *parser,
				    struct numbers length)
{
	struct per_source source = every_source();

	if (length.low <= BITS4)
		source.length4 = source_length(parser, length, BITS4);
	else
		source.length6 = source_length(parser, length, BITS6);
	return source;
}

struct per_source sources_of_lengths(struct parser *parser,
				     struct numbers length4,
				     struct numbers length6)
{
	return (struct per_source){
		true,
		source_length(parser, length4, BITS4),
		source_length(parser, length6, BITS6),
	};
}

void set_per_source(struct limit *limit, struct per_source source)
{
	limit->per_source = source.yes;
	limit->length4 = source.length4;
	limit->length6 = source.length6;
}

/* ---- rules ------------------------------------------------------------- */

/* A modifier as it stands behind a rule, and where the rule has it already. */
struct addition {
	struct span span;
	const char *word; /* its first */
	const char *what;
	const struct span *first; /* NULL: it does not */
};

static void check_once(struct parser *parser, const struct addition *addition)
{
	if (!addition->first)
		return;
	diag_error(parser->diags, addition->span, "remove one of the two",
		   "the rule has %s already", addition->what);
	diag_note(parser->diags, *addition->first, "the first one is here");
}

/*
 * Some of the words begin rules, too: one that begins a line no further to the
 * right than the rule above is likely to be meant so.
 */
static void check_line(struct parser *parser, const struct rule *rule,
		       const struct addition *addition)
{
	if (rule->span.end_line == addition->span.line ||
	    addition->span.column > parser->lexer->indent)
		return;
	diag_warning(parser->diags, addition->span,
		     "is a \";\" missing in front? If not, indent it further",
		     "this \"%s\" belongs to the rule above", addition->word);
	diag_note(parser->diags, rule->span, "the rule begins here");
}

static void extend_rule(struct parser *parser, struct rule *rule,
			const struct addition *addition)
{
	check_once(parser, addition);
	check_line(parser, rule, addition);
	rule->span.end_line = addition->span.end_line;
	rule->span.end_column = addition->span.end_column;
}

struct rule *add_limit(struct parser *parser, struct rule *rule,
		       struct span span, const struct limit *limit)
{
	extend_rule(
		parser, rule,
		&(struct addition){ span, "limit", "a limit",
				    rule->limit ? &rule->limit->span : NULL });
	rule->limit = limit;
	return rule;
}

struct rule *add_remark(struct parser *parser, struct rule *rule,
			struct span span, const struct value *dscp)
{
	extend_rule(parser, rule,
		    &(struct addition){ span, "remark", "a DSCP to remark to",
					rule->remark ? &rule->remark->span
						     : NULL });
	rule->remark = dscp;
	return rule;
}

struct rule *add_trust(struct parser *parser, struct rule *rule,
		       struct span span)
{
	extend_rule(parser, rule,
		    &(struct addition){ span, "trust", "\"trust dscp\"",
					rule->trust_dscp ? &rule->trust_span
							 : NULL });
	rule->trust_dscp = true;
	rule->trust_span = span;
	return rule;
}

struct rule *add_priority(struct parser *parser, struct rule *rule,
			  struct span span, const struct value *priority)
{
	extend_rule(parser, rule,
		    &(struct addition){ span, "priority", "a priority",
					rule->priority ? &rule->priority->span
						       : NULL });
	rule->priority = priority;
	return rule;
}

struct rule *add_monitor(struct parser *parser, struct rule *rule,
			 struct span span)
{
	extend_rule(parser, rule,
		    &(struct addition){ span, "monitor", "\"monitor\"",
					rule->monitor ? &rule->monitor_span
						      : NULL });
	rule->monitor = true;
	rule->monitor_span = span;
	return rule;
}

/* ---- interfaces -------------------------------------------------------- */

void limit_direction(struct parser *parser, struct direction_body *body,
		     const struct limit *limit)
{
	if (body->limit) {
		diag_error(parser->diags, limit->span, "remove one of the two",
			   "the direction has a limit already");
		diag_note(parser->diags, body->limit->span,
			  "the first one is here");
	}
	if (limit->over != OVER_DROP)
		diag_error(parser->diags, limit->span,
			   "only rules can remark it, or let it go on",
			   "an interface drops what is over its limit");
	body->limit = limit;
}
