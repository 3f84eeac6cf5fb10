// SPDX-License-Identifier: GPL-2.0-only
/*
 * "Expected this or that, found the other". The parser's list of the tokens
 * that could stand here is exact and long; tokens that make one thing of the
 * language together are named as that thing.
 */
#include "errors.h"

enum { SHOWN_BYTES = 40, GROUP_TOKENS = 32 };

struct group {
	const char *phrase;
	const char *explanation;
	const char *tokens[GROUP_TOKENS]; /* all have to be expected */
};

/* The first that fits takes its tokens from those below. */
static const struct group groups[] = {
	{ "a statement",
	  "a statement is include, set, bogons, infrastructure, customer, "
	  "service, filter, interface, monitor, index or reject limit",
	  { "include", "set", "bogons", "infrastructure", "customer", "service",
	    "filter", "interface", "monitor", "index", "reject" } },
	{ "a rule",
	  "a rule begins with permit, drop, reject, count, limit, remark or "
	  "priority",
	  { "permit", "drop", "reject", "count", "limit", "remark",
	    "priority" } },
	{ "a match",
#define FIELD(symbol, keyword, argument) ", " keyword
	  "matches are a service or protocol by name"
#include "fields.def"
#undef FIELD
	  ,
	  {
		  "a name",
#define FIELD(symbol, keyword, argument) keyword,
#include "fields.def"
#undef FIELD
	  } },
	{ "a modifier",
	  "modifiers are limit, remark dscp, trust dscp, priority, monitor",
	  { "limit", "remark", "trust", "priority", "monitor" } },
	{ "an address",
	  "addresses are a prefix, an address, a range, the name of a set, "
	  "customer NAME, customers, infrastructure, local, any",
	  { "a prefix", "an address", "a name", "customer", "customers",
	    "infrastructure", "local", "any" } },
	{ "an option",
	  "options are role, source-validation, link, trust dscp, remark dscp, "
	  "monitor, in, out, and the checks with on or off",
	  { "role", "source-validation", "a check", "link", "trust", "remark",
	    "monitor", "in", "out" } },
	{ "a role",
	  "roles are customer NAME, peer, transit, ixp, core, management",
	  { "customer", "a role" } },
	{ "a name or number", NULL, { "a name", "a number" } },
	{ "a name or quoted string", NULL, { "a name", "a quoted string" } },
	{ "a prefix", NULL, { "a prefix", "an address" } },
	{ "a MAC address",
	  "a MAC address is written as 00:00:5e:00:53:01",
	  { "a MAC address" } },
	{ "a validation mode or \"off\"",
#define VALIDATION(symbol, name, text) name ", "
	  "what can be asked of sources: "
#include "validations.def"
#undef VALIDATION
	  "off",
	  { "a validation mode", "off" } },
	{ "a unit",
#define RATE_UNIT(symbol, name, counted, factor) ", " name
	  "a rate ends in a unit"
#include "units.def"
	  ,
	  { "a rate's unit" } },
	{ "a unit",
#define BURST_UNIT(symbol, name, counted, factor) ", " name
	  "an amount may end in a unit"
#include "units.def"
	  ,
	  { "an amount's unit", "bytes" } },
	{ "a number", NULL, { "a number", "a hexadecimal number" } },
	{ "a VLAN id",
	  "VLAN ids go from 1 to 4094",
	  { "a number", "two VLAN ids" } },
};

enum { GROUPS = sizeof(groups) / sizeof(*groups) };

const char *text_of(struct parser *parser, const struct token *token)
{
	bool cut = token->length > SHOWN_BYTES;

	return arena_printf(parser->arena, "%.*s%s",
			    cut ? SHOWN_BYTES : (int)token->length,
			    parser->text + token->offset, cut ? "..." : "");
}

const char *describe_found(struct parser *parser,
			   const struct syntax_error *error)
{
	const char *text = text_of(parser, &parser->lexer->token);

	if (found(error, "a name"))
		return arena_printf(parser->arena, "the name \"%s\"", text);
	if (found(error, "a number") || found(error, "two VLAN ids") ||
	    found(error, "a hexadecimal number"))
		return arena_printf(parser->arena, "the number %s", text);
	if (found(error, "an address"))
		return arena_printf(parser->arena, "the address %s", text);
	if (found(error, "a prefix"))
		return arena_printf(parser->arena, "the prefix %s", text);
	if (found(error, "a MAC address"))
		return arena_printf(parser->arena, "the MAC address %s", text);
	if (found(error, "a quoted string"))
		return arena_printf(parser->arena, "the string %s", text);
	if (found(error, "the end of the file"))
		return error->found;
	return arena_printf(parser->arena, "\"%s\"", text);
}

static bool applies(const struct group *group, const struct syntax_error *error)
{
	size_t i;

	for (i = 0; i < GROUP_TOKENS && group->tokens[i]; i++)
		if (!expects(error, group->tokens[i]))
			return false;
	return true;
}

static bool has_token(const struct group *group, const char *token)
{
	size_t i;

	for (i = 0; i < GROUP_TOKENS && group->tokens[i]; i++)
		if (!strcmp(group->tokens[i], token))
			return true;
	return false;
}

static bool is_taken(const struct group *const *used, size_t count,
		     const char *token)
{
	while (count--)
		if (has_token(used[count], token))
			return true;
	return false;
}

static size_t choose_groups(const struct syntax_error *error,
			    const struct group **used)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < GROUPS; i++)
		if (applies(&groups[i], error) &&
		    !is_taken(used, count, groups[i].tokens[0]))
			used[count++] = &groups[i];
	return count;
}

/* Where a list may end goes without saying while it may go on. */
static bool is_end(const char *token)
{
	return !strcmp(token, "}") || !strcmp(token, "the end of the file");
}

static size_t collect_phrases(struct parser *parser,
			      const struct syntax_error *error,
			      const char **phrases)
{
	const struct group *used[GROUPS];
	size_t used_count = choose_groups(error, used);
	size_t count;
	size_t i;

	for (count = 0; count < used_count; count++)
		phrases[count] = used[count]->phrase;
	for (i = 0; i < error->expected_count; i++) {
		const char *token = error->expected[i];

		if (is_end(token) || is_taken(used, used_count, token))
			continue;
		if (!strchr(token, ' '))
			token = arena_printf(parser->arena, "\"%s\"", token);
		phrases[count++] = token;
	}
	return count;
}

const char *describe_expected(struct parser *parser,
			      const struct syntax_error *error)
{
	const char **phrases =
		arena_array(parser->arena, error->expected_count + GROUPS,
			    sizeof(*phrases));
	size_t count = collect_phrases(parser, error, phrases);
	const char *text = count ? phrases[0] : "nothing more";
	size_t i;

	for (i = 1; i < count; i++)
		text = arena_printf(parser->arena, "%s%s%s", text,
				    i + 1 < count ? ", " : " or ", phrases[i]);
	return text;
}

const char *explain_expected(const struct syntax_error *error)
{
	size_t i;

	for (i = 0; i < GROUPS; i++)
		if (groups[i].explanation && applies(&groups[i], error))
			return groups[i].explanation;
	return NULL;
}
