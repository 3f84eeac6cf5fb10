// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to do about a syntax error: the first of several guesses that fits.
 * A guess that may be wrong is a question.
 */
#include "errors.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

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

static const char *const validations[] = {
#define VALIDATION(symbol, name, text) name,
#include "validations.def"
#undef VALIDATION
};

static const char *const rate_units[] = {
#define RATE_UNIT(symbol, name, counted, factor) name,
#include "units.def"
};

static const char *const burst_units[] = {
#define BURST_UNIT(symbol, name, counted, factor) name,
#include "units.def"
};

/* Tokens that stand for one of several words. */
static const struct word_class {
	const char *token;
	const char *const *words;
	size_t count;
} classes[] = {
	{ "a role", roles, COUNT(roles) },
	{ "a check", checks, COUNT(checks) },
	{ "a validation mode", validations, COUNT(validations) },
	{ "a rate's unit", rate_units, COUNT(rate_units) },
	{ "an amount's unit", burst_units, COUNT(burst_units) },
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
		{ "urpf", "source-validation" },
		{ "rpf", "source-validation" },
		{ "police", "limit" },
		{ "rate-limit", "limit" },
		{ "mark", "remark" },
		{ "set-dscp", "remark" },
		{ "tos", "dscp" },
		{ "log-only", "monitor" },
		{ "fragment", "fragments" },
		{ "tcp-flags", "flags" },
		{ "hoplimit", "hop-limit" },
		{ "qinq", "inner-vlan" },
		{ "mac", "source-mac" },
		{ "packet-length", "length" },
	};
	size_t i;

	for (i = 0; i < COUNT(pairs); i++)
		if (!strcmp(pairs[i][0], word))
			return pairs[i][1];
	return NULL;
}

static size_t count_words(const struct syntax_error *error)
{
	size_t count = error->expected_count;
	size_t i;

	for (i = 0; i < COUNT(classes); i++)
		count += classes[i].count;
	return count;
}

/* The words that could stand here. */
static const char **collect_words(struct arena *arena,
				  const struct syntax_error *error,
				  size_t *count)
{
	const char **words =
		arena_array(arena, count_words(error), sizeof(*words));
	size_t i, j;

	*count = 0;
	for (i = 0; i < error->expected_count; i++)
		if (is_word(error->expected[i]))
			words[(*count)++] = error->expected[i];
	for (i = 0; i < COUNT(classes); i++)
		for (j = 0;
		     j < classes[i].count && expects(error, classes[i].token);
		     j++)
			words[(*count)++] = classes[i].words[j];
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
	static const char *const rules[] = { "permit", "drop", "reject",
					     "count", NULL };
	static const char *const options[] = {
		"role",	   "source-validation",
		"a check", "link",
		"in",	   "out",
		"trust",   "apply",
		NULL,
	};

	if (found(error, "except"))
		return "\"except\" begins a member, after \";\" or \"{\"";
	if (!begins_entry(parser->lexer))
		return NULL;
	if (found_one_of(error, rules))
		return "rules stand in a filter";
	if (found(error, "limit"))
		return "limits stand in rules and in directions: "
		       "in { limit ...; }";
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

	if (found(error, "a MAC address"))
		return "MAC addresses follow \"source-mac\"";
	if (found(error, "a hexadecimal number"))
		return "numbers are decimal, but for \"spi\" and \"bytes\"";
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

static const struct ip_option {
	const char *name;
	unsigned int type;
} ip_options[] = {
#define IP_OPTION(symbol, name, type) { name, type },
#include "ip_options.def"
#undef IP_OPTION
};

static bool in_options(const struct lexer *lexer)
{
	const char *name;
	size_t i;

	if (lexer->previous.kind != TOKEN_COMMA ||
	    lexer->before_previous.kind != TOKEN_NAME)
		return lexer->previous.kind == TOKEN_IP_OPTION;
	name = lexer->before_previous.value.name;
	for (i = 0; i < COUNT(ip_options); i++)
		if (!strcmp(ip_options[i].name, name))
			return true;
	return false;
}

/* The program tells options apart that it has names for. */
static const char *option_hint(struct parser *parser,
			       const struct syntax_error *error)
{
	const struct lexer *lexer = parser->lexer;
	size_t i;

	if (!found(error, "a number") || !in_options(lexer))
		return NULL;
	for (i = 0; i < COUNT(ip_options); i++)
		if (ip_options[i].type == lexer->token.value.number)
			return diag_hint(parser->diags,
					 "options go by their names: %s",
					 ip_options[i].name);
	return "options go by their names, and \"any\" includes those that "
	       "have none here";
}

/* Words of one statement, at the start of an entry of another. */
static const char *purpose_hint(const struct parser *parser)
{
	const struct token *previous = &parser->lexer->previous;

	if (previous->kind != TOKEN_NAME)
		return NULL;
	if (!strcmp(previous->value.name, "lan"))
		return "\"lan\" stands in customers";
	if (!strcmp(previous->value.name, "multicast"))
		return "\"multicast\" stands in infrastructure";
	return NULL;
}

/* Behind a limit or another modifier there is no way back to the matches. */
static const char *order_hint(const struct syntax_error *error)
{
	static const char *const matches[] = {
		"a name",
#define FIELD(symbol, keyword, argument) keyword,
#include "fields.def"
#undef FIELD
		NULL,
	};

	if (expects(error, ";") && expects(error, "monitor") &&
	    !expects(error, "from") && !expects(error, "an amount's unit") &&
	    found_one_of(error, matches))
		return "matches stand in front of limits and modifiers";
	return NULL;
}

/*
 * "limit" begins a rule too: at the start of a line, behind a rule without its
 * ";", it was taken for a modifier of that one.
 */
static const char *line_hint(const struct parser *parser)
{
	const struct lexer *lexer = parser->lexer;

	if (lexer->previous.kind != TOKEN_LIMIT ||
	    lexer->before_previous.kind == TOKEN_SEMICOLON ||
	    lexer->before_previous.kind == TOKEN_OPEN ||
	    lexer->before_previous.span.end_line == lexer->previous.span.line)
		return NULL;
	return "is a \";\" missing before \"limit\"?";
}

static const char *flags_hint(const struct parser *parser,
			      const struct syntax_error *error)
{
	int before = parser->lexer->previous.kind;

	if (!expects(error, "a name") ||
	    (before != TOKEN_FLAGS && before != TOKEN_SLASH))
		return NULL;
	return "TCP flags are established, SET, SET/MASK or none/MASK";
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
	if (found(error, "two VLAN ids") &&
	    parser->lexer->previous.kind == TOKEN_VLAN)
		return "rules ask for the two tags apart: "
		       "vlan 100 inner-vlan 200";
	if (found(error, "-"))
		return "a range joins two addresses or two numbers";
	if (found(error, "/"))
		return parser->lexer->previous.kind == TOKEN_ADDRESS
			       ? "a prefix is written without spaces"
			       : "\"/\" stands between TCP flags and their "
				 "mask, "
				 "and before lengths";
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
	hint = line_hint(parser);
	if (!hint)
		hint = flags_hint(parser, error);
	if (!hint)
		hint = option_hint(parser, error);
	if (!hint)
		hint = quote_hint(parser, error, text);
	if (!hint)
		hint = mark_hint(parser, error);
	if (!hint)
		hint = place_hint(parser, error);
	if (!hint)
		hint = order_hint(error);
	if (!hint)
		hint = purpose_hint(parser);
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
