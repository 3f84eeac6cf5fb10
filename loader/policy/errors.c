// SPDX-License-Identifier: GPL-2.0-only
/*
 * Syntax errors in sentences.
 *
 * The parser knows which tokens could have stood where the wrong one stands
 * (look-ahead correction, so the list is exact). From that list and the last
 * tokens the mistakes that people make are told apart: a missing ";" or "}",
 * a comma too many, a word of the language as a name. What remains is
 * "expected this or that, found the other".
 */
#include "errors.h"

static bool first_on_its_line(const struct lexer *lexer)
{
	return lexer->token.span.line != lexer->previous.span.end_line;
}

static bool report_comma(struct parser *parser,
			 const struct syntax_error *error)
{
	const struct lexer *lexer = parser->lexer;
	static const char *const ends[] = { ";", "}", ",", NULL };

	if (lexer->previous.kind != TOKEN_COMMA || !found_one_of(error, ends))
		return false;
	if (found(error, ","))
		diag_error(parser->diags, lexer->token.span, "remove one",
			   "two commas in a row");
	else
		diag_error(parser->diags, lexer->previous.span,
			   found(error, ";") ? "remove it"
					     : "write \";\" in its place",
			   "nothing follows the comma");
	recover(parser, false);
	return true;
}

static bool report_missing_semicolon(struct parser *parser,
				     const struct syntax_error *error)
{
	static const char *const next[] = { "}",      "permit", "drop",
					    "reject", "count",	NULL };
	const struct lexer *lexer = parser->lexer;
	struct span span = lexer->previous.span;

	if (!expects(error, ";") || found(error, "the end of the file") ||
	    (!first_on_its_line(lexer) && !found_one_of(error, next)))
		return false;
	span.line = span.end_line;
	span.column = span.end_column;
	diag_error(parser->diags, span, misspelled_start(parser),
		   lexer->previous.kind == TOKEN_STRING
			   ? "\";\" is missing after %s"
			   : "\";\" is missing after \"%s\"",
		   text_of(parser, &lexer->previous));
	recover_with_semicolon(parser);
	return true;
}

static bool report_missing_brace(struct parser *parser,
				 const struct syntax_error *error)
{
	static const char *const statements[] = { "include", "set",
						  "bogons",  "service",
						  "filter",  "interface",
						  NULL };
	struct lexer *lexer = parser->lexer;

	if (!lexer->depth || !first_on_its_line(lexer) ||
	    !found_one_of(error, statements))
		return false;
	diag_error(parser->diags, lexer->token.span, NULL,
		   "\"}\" is missing before \"%s\"",
		   text_of(parser, &lexer->token));
	diag_note(parser->diags, lexer->open[lexer->depth - 1],
		  "the block that is open begins here");
	recover_with_closings(parser);
	return true;
}

static bool report_end(struct parser *parser, const struct syntax_error *error)
{
	struct lexer *lexer = parser->lexer;

	if (!found(error, "the end of the file") || !lexer->depth ||
	    lexer->depth > OPEN_BRACES)
		return false;
	diag_error(parser->diags, lexer->token.span, NULL,
		   "the file ends inside a block: \"}\" is missing");
	diag_note(parser->diags, lexer->open[lexer->depth - 1],
		  "the block begins here");
	return true;
}

static bool report_word_as_name(struct parser *parser,
				const struct syntax_error *error)
{
	const char *text = text_of(parser, &parser->lexer->token);
	const char *hint = "choose another name";

	if (!found_word(error) || !expects(error, "a name") ||
	    error->expected_count > 2)
		return false;
	if (expects(error, "a quoted string"))
		hint = diag_hint(parser->diags,
				 "a device of that name goes in quotes: \"%s\"",
				 text);
	diag_error(parser->diags, parser->lexer->token.span, hint,
		   "\"%s\" is a word of the language and cannot be a name",
		   text);
	recover(parser, false);
	return true;
}

/* In the head of a statement: the block to come is part of what is skipped. */
static bool awaits_block(const struct parser *parser,
			 const struct syntax_error *error)
{
	return !parser->lexer->depth && expects(error, "{");
}

static void report_unexpected(struct parser *parser,
			      const struct syntax_error *error)
{
	diag_error(parser->diags, parser->lexer->token.span,
		   choose_hint(parser, error), "expected %s, found %s",
		   describe_expected(parser, error),
		   describe_found(parser, error));
	recover(parser, awaits_block(parser, error));
}

void report_syntax_error(struct parser *parser,
			 const struct syntax_error *error)
{
	const struct lexer *lexer = parser->lexer;

	if (diag_full(parser->diags))
		return;
	if (lexer->token.bad || lexer->previous.bad) {
		recover(parser, awaits_block(parser, error));
		return;
	}
	if (!report_comma(parser, error) && !report_end(parser, error) &&
	    !report_missing_brace(parser, error) &&
	    !report_missing_semicolon(parser, error) &&
	    !report_word_as_name(parser, error))
		report_unexpected(parser, error);
}
