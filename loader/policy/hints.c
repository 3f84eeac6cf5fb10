// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to do about a syntax error: the first of several guesses that fits.
 * A guess that may be wrong is a question.
 */
#include "errors.h"

/* ---- did you mean ------------------------------------------------------ */

static const char *const roles[] = {
#define ROLE(symbol, name) name,
#include "roles.def"
#undef ROLE
};

static const char *const checks[] = {
#define CHECK(symbol, name, direction, roles) name,
#include "checks.def"
#undef CHECK
};

/* How other languages call it. */
static const char *synonym(const char *word)
{
	static const char *const pairs[][2] = {
		{ "accept", "permit" },
		{ "allow", "permit" },
		{ "pass", "permit" },
		{ "deny", "drop" },
		{ "block", "drop" },
		{ "reject", "drop" },
		{ "discard", "drop" },
		{ "src", "from" },
		{ "dst", "to" },
		{ "sport", "source-port" },
		{ "dport", "destination-port" },
		{ "proto", "protocol" },
		{ "not", "except" },
		{ "input", "in" },
		{ "output", "out" },
		{ "ingress", "in" },
		{ "egress", "out" },
		{ "yes", "on" },
		{ "no", "off" },
		{ "acl", "filter" },
		{ "group", "set" },
		{ "upstream", "transit" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (!strcmp(pairs[i][0], word))
			return pairs[i][1];
	return NULL;
}

/* The words that could stand here. */
static const char **collect_words(struct arena *arena,
				  const struct syntax_error *error,
				  size_t *count)
{
	size_t most = error->expected_count + ROLE_COUNT + CHECK_COUNT;
	const char **words = arena_array(arena, most, sizeof(*words));
	size_t i;

	*count = 0;
	for (i = 0; i < error->expected_count; i++)
		if (is_word(error->expected[i]))
			words[(*count)++] = error->expected[i];
	for (i = 0; i < ROLE_COUNT && expects(error, "a role"); i++)
		words[(*count)++] = roles[i];
	for (i = 0; i < CHECK_COUNT && expects(error, "a check"); i++)
		words[(*count)++] = checks[i];
	return words;
}

static const char *meant_word(struct parser *parser,
			      const struct syntax_error *error,
			      const char *text)
{
	const char *other = synonym(text);
	const char **words;
	size_t count;
	size_t i;

	if (!found(error, "a name") && !found_word(error))
		return NULL;
	words = collect_words(parser->arena, error, &count);
	for (i = 0; other && i < count; i++)
		if (!strcmp(words[i], other))
			return other;
	return diag_nearest(text, words, count);
}

/* The word that begins the entry may be the one that is wrong: "excpt x". */
const char *misspelled_start(struct parser *parser)
{
	const struct lexer *lexer = parser->lexer;
	int before = lexer->before_previous.kind;
	const char *const *words;
	const char *nearest;
	size_t count;

	if (lexer->previous.kind != TOKEN_NAME ||
	    (before != TOKEN_SEMICOLON && before != TOKEN_OPEN))
		return NULL;
	words = policy_words(parser->arena, &count);
	nearest = diag_nearest(lexer->previous.value.name, words, count);
	if (!nearest)
		return NULL;
	return diag_hint(parser->diags, "did you mean \"%s\" by \"%s\"?",
			 nearest, text_of(parser, &lexer->previous));
}

/* ---- where things belong ----------------------------------------------- */

static bool begins_entry(const struct lexer *lexer)
{
	switch (lexer->previous.kind) {
	case TOKEN_END: /* none yet */
	case TOKEN_SEMICOLON:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
		return true;
	default:
		return false;
	}
}

static const char *place_hint(const struct parser *parser,
			      const struct syntax_error *error)
{
	static const char *const rules[] = { "permit", "drop", NULL };
	static const char *const options[] = {
		"role",	   "source-validation",
		"a check", "link",
		"in",	   "out",
		"apply",   NULL,
	};

	if (found(error, "except"))
		return "\"except\" begins a member, after \";\" or \"{\"";
	if (!begins_entry(parser->lexer))
		return NULL;
	if (found_one_of(error, rules))
		return "rules stand in a filter";
	if (found(error, "apply") && expects(error, "in"))
		return "\"apply\" stands in a block: in { apply ...; }";
	if (found_one_of(error, options))
		return "this belongs to an interface";
	if (found(error, "feed"))
		return "feeds stand in bogons and customers";
	if (found(error, "special-purpose"))
		return "this stands in bogons";
	if (found(error, "local-addresses"))
		return "this stands in infrastructure; "
		       "elsewhere \"local\" means the router's addresses";
	return NULL;
}

/* A value where its keyword or a comma should be. */
static const char *value_hint(const struct syntax_error *error)
{
	static const char *const addresses[] = {
		"an address", "a prefix",	"any", "local", "customer",
		"customers",  "infrastructure", NULL,
	};
	bool address = found_one_of(error, addresses);

	if (expects(error, ",") && (address || found(error, "a number")))
		return "a comma separates the elements of a list";
	if (!expects(error, "from"))
		return NULL;
	if (address)
		return "addresses follow \"from\" or \"to\"";
	if (found(error, "a number"))
		return "numbers follow \"port\", \"protocol\", \"type\" "
		       "and the like";
	return NULL;
}

static const char *quote_hint(struct parser *parser,
			      const struct syntax_error *error,
			      const char *text)
{
	if (found(error, "a quoted string") && expects(error, "a name"))
		return "names stand without quotes";
	if (found(error, "a name") && expects(error, "a quoted string"))
		return diag_hint(parser->diags, "write it in quotes: \"%s\"",
				 text);
	return NULL;
}

static const char *mark_hint(const struct parser *parser,
			     const struct syntax_error *error)
{
	if (found(error, "-"))
		return "a range joins two addresses or two numbers";
	if (found(error, "{") && parser->lexer->depth > 1)
		return "is a \"}\" missing above?";
	if (found(error, "}") && !parser->lexer->depth)
		return "there is no block to close";
	return NULL;
}

const char *choose_hint(struct parser *parser, const struct syntax_error *error)
{
	const char *text = text_of(parser, &parser->lexer->token);
	const char *meant = meant_word(parser, error, text);
	const char *hint;

	if (meant)
		return diag_hint(parser->diags, "did you mean \"%s\"?", meant);
	hint = quote_hint(parser, error, text);
	if (!hint)
		hint = mark_hint(parser, error);
	if (!hint)
		hint = place_hint(parser, error);
	if (!hint)
		hint = misspelled_start(parser);
	if (!hint)
		hint = value_hint(error);
	if (!hint && found_word(error) && expects(error, "a name"))
		hint = diag_hint(parser->diags,
				 "\"%s\" is a word of the language "
				 "and cannot be a name",
				 text);
	return hint ? hint : explain_expected(error);
}
