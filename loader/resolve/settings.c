// SPDX-License-Identifier: GPL-2.0-only
/* Each stands once in a policy: names.c has seen to it. */
#include "resolve/settings.h"

#include "resolve/limits.h"
#include "resolve/names.h"

void settings_resolve(struct resolver *resolver)
{
	const struct object *index = names_find(resolver, STATEMENT_INDEX, "");
	const struct object *answers =
		names_find(resolver, STATEMENT_ANSWERS, "");

	resolver->monitor = resolver->system->monitor ||
			    names_find(resolver, STATEMENT_MONITOR, "");
	resolver->resolved->index = !index || index->statement->on;
	limits_answers(resolver, answers ? answers->statement->limit : NULL);
}
