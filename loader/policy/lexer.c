// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between scanner and grammar: memory of the last tokens, and panic mode.
 *
 * Bison recovers from an error by dropping the entry that it was in and then
 * waiting for one of the tokens that its error rules name: ";" or "}". That
 * goes wrong when the text that is skipped has blocks of its own. So the
 * skipping is done here, by counting braces: the grammar gets nothing until
 *
 *  - a ";" of the entry in error, which is passed on;
 *  - the "}" of a block that the entry in error had opened: the grammar gets
 *    ";" for it, as it knows nothing of that block;
 *  - the "}" of the block around the entry, which is passed on;
 *  - a word at the start of a line that begins a statement: then the grammar
 *    gets as many "}" as it has blocks open (or one ";"), and then the word.
 *
 * Tokens are made up in two more places where it is plain what is missing:
 * ";" at the end of a line, and "}" before the next statement.
 */
#include "lexer.h"

static struct token made_up(const struct lexer *lexer, int kind)
{
	return (struct token){
		.kind = kind,
		.span = lexer->token.span,
		.offset = lexer->token.offset,
	};
}

/* Right behind the last token: what follows it may be many empty lines. */
static struct token end_of_text(const struct lexer *lexer)
{
	struct token token = made_up(lexer, TOKEN_END);

	token.span.line = token.span.end_line;
	token.span.column = token.span.end_column;
	return token;
}

/* A token that was made up or held back, if there is one. */
static bool take_prepared(struct lexer *lexer, struct token *token)
{
	if (lexer->semicolon) {
		lexer->semicolon = false;
		*token = made_up(lexer, TOKEN_SEMICOLON);
	} else if (lexer->closings) {
		lexer->closings--;
		*token = made_up(lexer, TOKEN_CLOSE);
	} else if (lexer->again) {
		lexer->again = false;
		*token = lexer->held;
	} else {
		return false;
	}
	return true;
}

static bool begins_statement(const struct token *token)
{
	switch (token->kind) {
	case TOKEN_INCLUDE:
	case TOKEN_SET:
	case TOKEN_BOGONS:
	case TOKEN_INFRASTRUCTURE:
	case TOKEN_CUSTOMER:
	case TOKEN_SERVICE:
	case TOKEN_FILTER:
	case TOKEN_INTERFACE:
	case TOKEN_INDEX:
		return token->span.column == 1;
	default:
		return false;
	}
}

static void prepare_statement(struct lexer *lexer, struct token *token)
{
	lexer->held = *token;
	lexer->again = true;
	lexer->closings = lexer->depth;
	lexer->semicolon = !lexer->depth;
	take_prepared(lexer, token);
}

/* True when the skipping ends with this token. */
static bool skip(struct lexer *lexer, struct token *token)
{
	switch (token->kind) {
	case TOKEN_END:
		return true;
	case TOKEN_SEMICOLON:
		return !lexer->nested;
	case TOKEN_OPEN:
		lexer->nested += !lexer->block_expected;
		lexer->block_expected = false;
		return false;
	case TOKEN_CLOSE:
		if (!lexer->nested)
			return true;
		if (--lexer->nested)
			return false;
		token->kind = TOKEN_SEMICOLON;
		return true;
	default:
		if (!begins_statement(token))
			return false;
		prepare_statement(lexer, token);
		return true;
	}
}

static void next_token(struct parser *parser, struct token *token)
{
	struct lexer *lexer = parser->lexer;

	if (take_prepared(lexer, token))
		return;
	do {
		policy_scan(token, lexer->scanner);
		token->bad |= lexer->stray;
		lexer->stray = false;
		if (token->kind == TOKEN_END || diag_full(parser->diags))
			*token = end_of_text(lexer);
	} while (lexer->skipping && !skip(lexer, token));
	lexer->skipping = false;
}

static void count_braces(struct lexer *lexer)
{
	if (lexer->token.kind == TOKEN_OPEN) {
		if (lexer->depth < OPEN_BRACES)
			lexer->open[lexer->depth] = lexer->token.span;
		lexer->depth++;
	} else if (lexer->token.kind == TOKEN_CLOSE && lexer->depth) {
		lexer->depth--;
	}
}

int policy_lex(POLICY_STYPE *value, POLICY_LTYPE *span, struct parser *parser)
{
	struct lexer *lexer = parser->lexer;
	struct token token;

	next_token(parser, &token);
	lexer->before_previous = lexer->previous;
	lexer->previous = lexer->token;
	lexer->token = token;
	count_braces(lexer);
	follow_words(lexer);
	*value = lexer->token.value;
	*span = lexer->token.span;
	return lexer->token.kind;
}

/*
 * Skips the rest of the entry that the last token is in. block_expected: the
 * grammar waited for a "{", so that the next one belongs to what is skipped.
 */
void recover(struct parser *parser, bool block_expected)
{
	struct lexer *lexer = parser->lexer;

	if (lexer->token.kind == TOKEN_SEMICOLON ||
	    lexer->token.kind == TOKEN_CLOSE)
		return;
	lexer->skipping = true;
	lexer->block_expected = block_expected;
	lexer->nested = block_expected;
	if (lexer->token.kind == TOKEN_OPEN) {
		lexer->depth--;
		lexer->nested = 1;
		lexer->block_expected = false;
	}
}

static void hold_token(struct lexer *lexer)
{
	lexer->held = lexer->token;
	lexer->again = true;
	if (lexer->token.kind == TOKEN_OPEN)
		lexer->depth--;
	lexer->token = lexer->previous;
}

/* Ends the entry before the last token, which is then read again. */
void recover_with_semicolon(struct parser *parser)
{
	struct lexer *lexer = parser->lexer;

	if (lexer->token.kind == TOKEN_CLOSE)
		return;
	hold_token(lexer);
	lexer->semicolon = true;
}

/* Closes all blocks before the last token, which is then read again. */
void recover_with_closings(struct parser *parser)
{
	struct lexer *lexer = parser->lexer;

	hold_token(lexer);
	lexer->closings = lexer->depth;
}
