// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words of the language. Those that begin something cannot be names. Words
 * that only stand behind certain others are words there and names elsewhere:
 * a set may be called "first" or "network", although "fragments first" and
 * "bytes network" are said. So are units of rates, and "lan" and "multicast",
 * which begin an entry in one statement only.
 */
#include <string.h>

#include "lexer.h"

struct placed_word {
	const char *text;
	int token;
	int place; /* the token before it, or a place of those below */
};

enum { IN_BYTES = -1, BEHIND_RATE = -2 };

static const struct placed_word placed_words[] = {
	{ "first", TOKEN_FIRST, TOKEN_FRAGMENTS },
	{ "later", TOKEN_LATER, TOKEN_FRAGMENTS },
	{ "network", TOKEN_NETWORK, IN_BYTES },
	{ "transport", TOKEN_TRANSPORT, IN_BYTES },
	{ "offset", TOKEN_OFFSET, IN_BYTES },
	{ "mask", TOKEN_MASK, IN_BYTES },
	{ "value", TOKEN_VALUE, IN_BYTES },
	{ "burst", TOKEN_BURST, BEHIND_RATE },
	{ "per", TOKEN_PER, BEHIND_RATE },
	{ "source", TOKEN_SOURCE, TOKEN_PER },
	{ "over", TOKEN_OVER, BEHIND_RATE },
	{ "continue", TOKEN_CONTINUE, TOKEN_OVER },
	{ "allow-default", TOKEN_ALLOW_DEFAULT, TOKEN_VALIDATION },
};

static const char *const rate_units[] = {
#define RATE_UNIT(symbol, name, counted, factor) name,
#include "units.def"
};

static const char *const burst_units[] = {
#define BURST_UNIT(symbol, name, counted, factor) name,
#include "units.def"
};

static const char *const validations[] = {
#define VALIDATION(symbol, name, text) name,
#include "validations.def"
#undef VALIDATION
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_place(const struct lexer *lexer, int place)
{
	if (place == IN_BYTES)
		return lexer->bytes;
	if (place == BEHIND_RATE)
		return lexer->rate;
	return lexer->token.kind == place;
}

static int placed_word(const struct lexer *lexer, const char *text)
{
	size_t i;

	for (i = 0; i < COUNT(placed_words); i++)
		if (is_place(lexer, placed_words[i].place) &&
		    !strcmp(placed_words[i].text, text))
			return placed_words[i].token;
	return 0;
}

/* What the entries of one kind of block begin with. */
static int entry_word(const struct lexer *lexer, const char *text)
{
	if (lexer->token.kind != TOKEN_OPEN &&
	    lexer->token.kind != TOKEN_SEMICOLON)
		return 0;
	if (lexer->statement == TOKEN_CUSTOMER && !strcmp(text, "lan"))
		return TOKEN_LAN;
	if (lexer->statement == TOKEN_INFRASTRUCTURE &&
	    !strcmp(text, "multicast"))
		return TOKEN_MULTICAST;
	return 0;
}

static int listed_word(const char *const *words, size_t count, int token,
		       const char *text, uint64_t *number)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*number = i;
		return token;
	}
	return 0;
}

bool is_unit(const char *text)
{
	uint64_t number;

	return listed_word(rate_units, COUNT(rate_units), 1, text, &number) ||
	       listed_word(burst_units, COUNT(burst_units), 1, text, &number);
}

static int unit(const struct lexer *lexer, const char *text, uint64_t *number)
{
	if (!lexer->limit || lexer->token.kind != TOKEN_NUMBER)
		return 0;
	if (lexer->rate)
		return listed_word(burst_units, COUNT(burst_units),
				   TOKEN_BURST_UNIT, text, number);
	return listed_word(rate_units, COUNT(rate_units), TOKEN_RATE_UNIT, text,
			   number);
}

static int word_here(const struct lexer *lexer, const char *text,
		     uint64_t *number)
{
	int kind = unit(lexer, text, number);

	if (!kind && lexer->token.kind == TOKEN_SOURCE_VALIDATION)
		kind = listed_word(validations, COUNT(validations),
				   TOKEN_VALIDATION, text, number);
	if (!kind)
		kind = placed_word(lexer, text);
	return kind ? kind : entry_word(lexer, text);
}

void scan_word(struct parser *parser, struct token *token, const char *text)
{
	token->kind = word_here(parser->lexer, text, &token->value.number);
	if (!token->kind)
		token->kind =
			policy_word(text, token->length, &token->value.number);
	if (token->kind)
		return;
	token->kind = TOKEN_NAME;
	token->value.name = arena_strndup(parser->arena, text, token->length);
}

static void end_entry(struct lexer *lexer)
{
	lexer->limit = false;
	lexer->rate = false;
	lexer->bytes = false;
}

static void begin_entry(struct lexer *lexer)
{
	const struct span *span = &lexer->token.span;

	lexer->indent =
		span->line != lexer->previous.span.end_line ? span->column : 0;
}

void follow_words(struct lexer *lexer)
{
	if (lexer->previous.kind == TOKEN_SEMICOLON ||
	    lexer->previous.kind == TOKEN_OPEN)
		begin_entry(lexer);
	switch (lexer->token.kind) {
	case TOKEN_SEMICOLON:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
		end_entry(lexer);
		break;
	case TOKEN_LIMIT:
		lexer->limit = true;
		lexer->rate = false;
		break;
	case TOKEN_RATE_UNIT:
		lexer->rate = true;
		break;
	case TOKEN_BYTES:
		lexer->bytes = !lexer->rate;
		break;
	case TOKEN_VALUE:
		lexer->bytes = false;
		break;
	default:
		break;
	}
	if (!lexer->depth && (lexer->previous.kind == TOKEN_END ||
			      lexer->previous.kind == TOKEN_SEMICOLON ||
			      lexer->previous.kind == TOKEN_CLOSE))
		lexer->statement = lexer->token.kind;
}
