/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The matches of one rule and, where it names a service, of one entry of that
 * service: all of them have to hold.
 */
#ifndef WEIR_RESOLVE_CONJUNCTION_H
#define WEIR_RESOLVE_CONJUNCTION_H

#include "resolve/resolver.h"

enum {
	MATCH_KINDS = 1
#define FIELD(symbol, keyword, argument) +1
#include "fields.def"
#undef FIELD
};

struct conjunction {
	const struct match *by_kind[MATCH_KINDS]; /* MATCH_BYTES: the last */
	const struct match **bytes;		  /* all of them */
	size_t byte_count;
	size_t byte_capacity;
};

/* The name of a kind of match as the language has it. */
const char *match_keyword(enum match_kind kind);

/*
 * Adds matches; one that stands there already is an error that shows both
 * places, and the result is false.
 */
bool conjunction_add(struct resolver *resolver, struct conjunction *conjunction,
		     const struct match *matches);

/* Adds the matches of another one, but for the service's name. */
bool conjunction_join(struct resolver *resolver,
		      struct conjunction *conjunction,
		      const struct conjunction *other);

#endif
