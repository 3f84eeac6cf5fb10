// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each kind of match may stand once in a rule with its service, but for
 * `bytes`. A protocol by bare name and `protocol` are the same kind in two
 * spellings; a service by bare name is not, as it need not say anything of the
 * protocol.
 */
#include "resolve/conjunction.h"

#include "resolve/alternatives.h"
#include "resolve/services.h"

/* Two names for a field of the packet. */
static const struct {
	enum match_kind one, other;
	const char *hint;
} spellings[] = {
	{ MATCH_TTL, MATCH_HOP_LIMIT,
	  "each of the two means the TTL of IPv4 and the hop limit of IPv6" },
	{ MATCH_DSCP, MATCH_PRECEDENCE,
	  "the precedence is the upper three bits of the DSCP" },
};

const char *match_keyword(enum match_kind kind)
{
	static const char *const keywords[MATCH_KINDS] = {
		[MATCH_NAME] = "the service or protocol",
#define FIELD(symbol, keyword, argument) [MATCH_##symbol] = "\"" keyword "\"",
#include "fields.def"
#undef FIELD
	};

	return keywords[kind];
}

static bool is_protocol(const struct match *match)
{
	return match->kind == MATCH_PROTOCOL ||
	       (match->kind == MATCH_NAME && protocol_number(match->name) >= 0);
}

static const struct match *clash(const struct conjunction *conjunction,
				 const struct match *match)
{
	static const enum match_kind protocols[] = { MATCH_NAME,
						     MATCH_PROTOCOL };
	const struct match *other = conjunction->by_kind[match->kind];
	size_t i;

	for (i = 0; !other && i < 2 && is_protocol(match); i++) {
		other = conjunction->by_kind[protocols[i]];
		if (other && !is_protocol(other))
			other = NULL;
	}
	return other;
}

static bool report_same_field(struct resolver *resolver,
			      const struct match *match,
			      const struct match *other, const char *hint)
{
	diag_error(resolver->diags, match->span, hint, "%s and %s in one rule",
		   match_keyword(other->kind), match_keyword(match->kind));
	diag_note(resolver->diags, other->span, "%s is given here",
		  match_keyword(other->kind));
	return false;
}

/* False when the conjunction has the field under its other name. */
static bool check_spelling(struct resolver *resolver,
			   const struct conjunction *conjunction,
			   const struct match *match)
{
	const struct match *other = NULL;
	size_t i;

	for (i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		if (match->kind == spellings[i].one)
			other = conjunction->by_kind[spellings[i].other];
		else if (match->kind == spellings[i].other)
			other = conjunction->by_kind[spellings[i].one];
		if (other)
			return report_same_field(resolver, match, other,
						 spellings[i].hint);
	}
	return true;
}

static bool add_bytes(struct resolver *resolver,
		      struct conjunction *conjunction,
		      const struct match *match)
{
	conjunction->bytes = arena_grow(
		resolver->arena, conjunction->bytes, conjunction->byte_count,
		&conjunction->byte_capacity, sizeof(*conjunction->bytes));
	conjunction->bytes[conjunction->byte_count++] = match;
	conjunction->by_kind[MATCH_BYTES] = match;
	return true;
}

static bool add_match(struct resolver *resolver,
		      struct conjunction *conjunction,
		      const struct match *match)
{
	const struct match *other;

	if (match->kind == MATCH_BYTES)
		return add_bytes(resolver, conjunction, match);
	other = clash(conjunction, match);
	if (!other) {
		conjunction->by_kind[match->kind] = match;
		return check_spelling(resolver, conjunction, match);
	}
	if (match->kind == MATCH_NAME && alternatives_unknown(resolver, match))
		return false;
	diag_error(resolver->diags, match->span,
		   "a packet has one; write alternatives as a list or as rules "
		   "of their own",
		   "%s is given twice", match_keyword(match->kind));
	diag_note(resolver->diags, other->span, "it is given here too");
	return false;
}

bool conjunction_add(struct resolver *resolver, struct conjunction *conjunction,
		     const struct match *matches)
{
	bool fine = true;

	for (; matches; matches = matches->next)
		fine &= add_match(resolver, conjunction, matches);
	return fine;
}

bool conjunction_join(struct resolver *resolver,
		      struct conjunction *conjunction,
		      const struct conjunction *other)
{
	bool fine = true;
	size_t kind, i;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		if (kind != MATCH_NAME && kind != MATCH_BYTES &&
		    other->by_kind[kind])
			fine &= add_match(resolver, conjunction,
					  other->by_kind[kind]);
	for (i = 0; i < other->byte_count; i++)
		fine &= add_match(resolver, conjunction, other->bytes[i]);
	return fine;
}
