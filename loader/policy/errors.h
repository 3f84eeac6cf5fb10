/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the policy room: what the files about syntax errors share.
 *
 *	errors.c    tells the mistakes that people make apart
 *	expected.c  "expected this or that, found the other"
 *	hints.c     what to do about it
 */
#ifndef WEIR_POLICY_ERRORS_H
#define WEIR_POLICY_ERRORS_H

#include <ctype.h>
#include <string.h>

#include "lexer.h"

static inline bool expects(const struct syntax_error *error, const char *token)
{
	size_t i;

	for (i = 0; i < error->expected_count; i++)
		if (!strcmp(error->expected[i], token))
			return true;
	return false;
}

static inline bool found(const struct syntax_error *error, const char *token)
{
	return !strcmp(error->found, token);
}

/* tokens ends in NULL. */
static inline bool found_one_of(const struct syntax_error *error,
				const char *const *tokens)
{
	for (; *tokens; tokens++)
		if (found(error, *tokens))
			return true;
	return false;
}

static inline bool is_word(const char *token)
{
	return islower((unsigned char)*token) && !strchr(token, ' ');
}

/* A word of the language: roles and checks are tokens of their own. */
static inline bool found_word(const struct syntax_error *error)
{
	return is_word(error->found) || found(error, "a role") ||
	       found(error, "a check");
}

/* expected.c */
const char *text_of(struct parser *parser, const struct token *token);
const char *describe_found(struct parser *parser,
			   const struct syntax_error *error);
const char *describe_expected(struct parser *parser,
			      const struct syntax_error *error);
/* What the expected thing consists of, or NULL when it is plain. */
const char *explain_expected(const struct syntax_error *error);

/* hints.c: both NULL when there is nothing to say. */
const char *choose_hint(struct parser *parser,
			const struct syntax_error *error);
const char *misspelled_start(struct parser *parser);

#endif
