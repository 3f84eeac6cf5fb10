/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tokens on their way from the scanner to the grammar.
 *
 * The grammar gets its tokens from policy_lex(), which remembers the last few
 * and how many braces are open: what the messages of errors.c and the
 * recovery from errors need.
 */
#ifndef WEIR_POLICY_LEXER_H
#define WEIR_POLICY_LEXER_H

#include "parser.h"
#include "policy_parse.h"

enum { OPEN_BRACES = 4 }; /* the grammar nests two deep */

struct token {
	int kind; /* TOKEN_... of policy_parse.h */
	struct span span;
	size_t offset; /* in the text */
	size_t length;
	POLICY_STYPE value;
	bool bad; /* an error about it has been reported */
};

struct lexer {
	void *scanner;
	uint32_t line; /* where the scanner is */
	uint32_t column;
	size_t offset;
	bool stray; /* a character without meaning was before the token */
	struct token token; /* the last one given to the grammar */
	struct token previous;
	struct token before_previous;
	struct span open[OPEN_BRACES];
	unsigned int depth; /* braces open in the grammar's eyes */

	/* Where the grammar is, for words.c. */
	int statement; /* the word that began the statement */
	bool limit;    /* behind "limit" in this entry */
	bool rate;     /* behind the rate of a limit */
	bool bytes;    /* in a match of bytes */

	/* Column of the entry's first word; 0: something is in front of it. */
	uint32_t indent;

	/* Recovery: see lexer.c. */
	bool skipping;
	bool block_expected;
	unsigned int nested;
	unsigned int closings; /* tokens to be made up: so many "}", */
	bool semicolon;	       /* one ";", */
	bool again;	       /* then `held` */
	struct token held;
};

/* policy.l */
void scanner_open(struct parser *parser);
void scanner_close(struct parser *parser);
int policy_scan(struct token *token, void *scanner);

/* policy.y: the token of a word of the language, or 0. */
int policy_word(const char *text, size_t length, uint64_t *value);
/* All words of the language: an array from the arena. */
const char *const *policy_words(struct arena *arena, size_t *count);

/* lexer.c */
int policy_lex(POLICY_STYPE *value, POLICY_LTYPE *span, struct parser *parser);
void recover(struct parser *parser, bool block_expected);
void recover_with_semicolon(struct parser *parser);
void recover_with_closings(struct parser *parser);

/* words.c */
void scan_word(struct parser *parser, struct token *token, const char *text);
/* Of a rate or an amount. */
bool is_unit(const char *text);
/* Keeps `statement` to `indent` of the lexer after each token. */
void follow_words(struct lexer *lexer);

/* literals.c: fill in kind and value of a token, report what is wrong. */
void scan_number_or_address(struct parser *parser, struct token *token,
			    const char *text);
void scan_mac_with_dashes(struct parser *parser, struct token *token,
			  const char *text);
void scan_string(struct parser *parser, struct token *token, const char *text);
void report_open_string(struct parser *parser, struct token *token);
void report_stray(struct parser *parser, const struct token *token,
		  const char *text);
void add_comment(struct parser *parser, const struct token *token,
		 const char *text);

/* errors.c: a syntax error at the lexer's last token. */
struct syntax_error {
	const char *found; /* name of its kind, as in policy.y */
	const char *const *expected;
	size_t expected_count;
};
void report_syntax_error(struct parser *parser,
			 const struct syntax_error *error);

#endif
