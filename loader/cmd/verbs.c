// SPDX-License-Identifier: GPL-2.0-only
/* The list of verbs, from commands.def, and the grammar of its arguments. */
#include <ctype.h>
#include <string.h>

#include "cmd/verb.h"
#include "diag.h"

const struct verb verbs[] = {
#define VERB(name, symbol, arguments, help)                                    \
	{ name, arguments, help, symbol##_options, cmd_##symbol },
#include "commands.def"
#undef VERB
};
const size_t verb_count = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

const char *verb_nearest(const char *name)
{
	static const char *const names[] = {
#define VERB(name, symbol, arguments, help) name,
#include "commands.def"
#undef VERB
	};

	return diag_nearest(name, names, verb_count);
}

bool next_argument(const char **cursor, struct word *word)
{
	const char *text = *cursor + strspn(*cursor, " ");

	word->optional = *text == '[';
	word->start = text + word->optional;
	word->length = (int)strcspn(word->start, " ]");
	*cursor = word->start + word->length + word->optional;
	return word->length > 0;
}

bool next_choice(const char **cursor, struct word *word)
{
	word->optional = false;
	word->start = *cursor;
	word->length = (int)strcspn(*cursor, "|");
	*cursor += word->length;
	*cursor += **cursor == '|';
	return word->length > 0;
}

bool word_is_placeholder(const struct word *word)
{
	return isupper((unsigned char)word->start[0]);
}
