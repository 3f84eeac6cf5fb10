// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each kind of match may stand once in a rule with its service. A protocol by
 * bare name and `protocol` are the same kind in two spellings; a service by
 * bare name is not, as it need not say anything of the protocol.
 */
#include "resolve/conjunction.h"

#include "resolve/services.h"

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
	static const enum match_kind spellings[] = { MATCH_NAME,
						     MATCH_PROTOCOL };
	const struct match *other = conjunction->by_kind[match->kind];
	size_t i;

	for (i = 0; !other && i < 2 && is_protocol(match); i++) {
		other = conjunction->by_kind[spellings[i]];
		if (other && !is_protocol(other))
			other = NULL;
	}
	return other;
}

static bool add_match(struct resolver *resolver,
		      struct conjunction *conjunction,
		      const struct match *match)
{
	const struct match *other = clash(conjunction, match);

	if (!other) {
		conjunction->by_kind[match->kind] = match;
		return true;
	}
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

bool conjunction_join(struct resolver *resolver, struct conjunction *service,
		      const struct conjunction *rule)
{
	bool fine = true;
	size_t kind;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		if (kind != MATCH_NAME && rule->by_kind[kind])
			fine &= add_match(resolver, service,
					  rule->by_kind[kind]);
	return fine;
}
