/* SPDX-License-Identifier: GPL-2.0-only */
/* The symbol table: which object a name stands for. */
#ifndef WEIR_RESOLVE_NAMES_H
#define WEIR_RESOLVE_NAMES_H

#include "resolve/resolver.h"

/*
 * Lists the statements of the policy and of all that it includes, and their
 * names, each kind for itself. Names given twice are reported.
 */
void names_collect(struct resolver *resolver, const struct policy *policy);

/* NULL when there is none. Bogons and infrastructure have the name "". */
struct object *names_find(const struct resolver *resolver,
			  enum statement_kind kind, const char *name);

/* The same, but that there is none is an error at span. */
struct object *names_require(struct resolver *resolver,
			     enum statement_kind kind, const char *name,
			     struct span span);

/* "set", "customer", ... */
const char *names_kind(enum statement_kind kind);

/* A hint with the name of that kind that is nearest to this one, or NULL. */
const char *names_hint(struct resolver *resolver, enum statement_kind kind,
		       const char *name);

#endif
