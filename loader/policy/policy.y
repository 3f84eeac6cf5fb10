/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The grammar of docs/LANGUAGE.md, rule by rule. Actions only build the tree.
 *
 * Every list has its own recovery: an entry in error is dropped up to its
 * ";", and a block up to its "}". lexer.c sees to it that the tokens which
 * arrive after an error are the ones that these rules wait for.
 *
 * Names of tokens that are not words of the language contain a space or a
 * sign, so that policy_word() can find the words among them.
 */
%code requires {
#include "parser.h"
}

%code {
#include <string.h>

#include "lexer.h"

/* A place that spans from the first to the last part of a rule. */
#define YYLLOC_DEFAULT(current, parts, count)                           \
	do {                                                            \
		if (count) {                                            \
			(current) = YYRHSLOC(parts, 1);                 \
			extend(&(current), YYRHSLOC(parts, count));     \
		} else {                                                \
			(current) = YYRHSLOC(parts, 0);                 \
			(current).line = (current).end_line;            \
			(current).column = (current).end_column;        \
		}                                                       \
	} while (0)

static void extend(struct span *span, struct span end)
{
	span->end_line = end.end_line;
	span->end_column = end.end_column;
}

static struct span join(struct span first, struct span last)
{
	extend(&first, last);
	return first;
}

static void policy_error(const struct span *span, struct parser *parser,
			 const char *message);
}

%define api.prefix {policy_}
%define api.pure full
%define api.token.prefix {TOKEN_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%param { struct parser *parser }

%union {
	const char *name;
	uint32_t number;
	struct prefix prefix;
	struct vlan vlan;
	enum feed_format format;
	enum action action;
	enum match_kind match_kind;
	enum option_kind option_kind;
	bool on;
	struct item *item;
	struct item_chain items;
	struct value *value;
	struct value_chain values;
	struct match *match;
	struct match_chain matches;
	struct rule *rule;
	struct rule_chain rules;
	struct service_entry_chain entries;
	struct name_list_chain names;
	struct interface_option *option;
	struct interface_option_chain options;
	struct statement *statement;
}

%token END 0		"the end of the file"
%token OPEN		"{"
%token CLOSE		"}"
%token SEMICOLON	";"
%token COMMA		","
%token DASH		"-"
%token DOT		"."
%token <name> NAME	"a name"
%token <name> STRING	"a quoted string"
%token <number> NUMBER	"a number"
%token <prefix> ADDRESS	"an address"
%token <prefix> PREFIX	"a prefix"
%token <vlan> VLAN_PAIR	"two VLAN ids"
%token <number> ROLE_NAME "a role"
%token <number> CHECK	"a check"

%token INCLUDE		"include"
%token SET		"set"
%token BOGONS		"bogons"
%token INFRASTRUCTURE	"infrastructure"
%token CUSTOMER		"customer"
%token SERVICE		"service"
%token FILTER		"filter"
%token INTERFACE	"interface"
%token SPECIAL_PURPOSE	"special-purpose"
%token LOCAL_ADDRESSES	"local-addresses"
%token EXCEPT		"except"
%token CUSTOMERS	"customers"
%token LOCAL		"local"
%token ANY		"any"
%token FEED		"feed"
%token FORMAT		"format"
%token PLAIN		"plain"
%token CYMRU		"cymru"
%token PERMIT		"permit"
%token DROP		"drop"
%token PROTOCOL		"protocol"
%token FROM		"from"
%token TO		"to"
%token SOURCE_PORT	"source-port"
%token DESTINATION_PORT	"destination-port"
%token PORT		"port"
%token TYPE		"type"
%token CODE		"code"
%token FRAGMENTS	"fragments"
%token VLAN		"vlan"
%token ROLE		"role"
%token SOURCE_VALIDATION "source-validation"
%token PREFIXES		"prefixes"
%token ON		"on"
%token OFF		"off"
%token LINK		"link"
%token IN		"in"
%token OUT		"out"
%token APPLY		"apply"

%type <statement> statement interface
%type <items> set_body bogons_body infrastructure_body customer_body
%type <items> members addresses link_prefixes
%type <item> address feed
%type <prefix> link_prefix
%type <format> format
%type <entries> service_body
%type <rules> filter_body
%type <rule> rule
%type <action> action
%type <matches> matches
%type <match> match
%type <match_kind> address_field value_field
%type <values> values
%type <value> value
%type <name> device
%type <options> interface_body
%type <option> option
%type <option_kind> direction
%type <on> validation switch
%type <names> applies names

%%

policy:
	%empty
|	policy statement	{ chain_append(&parser->statements, $2); }
|	policy error ";"	{ yyerrok; }
|	policy error "}"	{ yyerrok; }
;

statement:
	"include" STRING ";"
	{
		$$ = new_statement(parser, join(@1, @2), STATEMENT_INCLUDE,
				   $2, @2);
	}
|	"set" NAME "{" set_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_SET, $2, @2);
		$$->items = $4.first;
	}
|	"bogons" "{" bogons_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_BOGONS, NULL, @1);
		$$->items = $3.first;
	}
|	"infrastructure" "{" infrastructure_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_INFRASTRUCTURE, NULL,
				   @1);
		$$->items = $3.first;
	}
|	"customer" NAME "{" customer_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_CUSTOMER, $2, @2);
		$$->items = $4.first;
	}
|	"service" NAME "{" service_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_SERVICE, $2, @2);
		$$->entries = $4.first;
	}
|	"filter" NAME "{" filter_body close
	{
		$$ = new_statement(parser, @$, STATEMENT_FILTER, $2, @2);
		$$->rules = $4.first;
	}
|	interface "{" interface_body close
	{
		$$ = $1;
		$$->span = @$;
		$$->options = $3.first;
	}
;

/* A block that ends in the middle of an entry is closed all the same. */
close:
	"}"
|	error "}"	{ yyerrok; }
;

/* ---- addresses ---- */

set_body:
	%empty			{ $$ = (struct item_chain){ 0 }; }
|	set_body members ";"	{ $$ = $1; chain_join(&$$, $2); }
|	set_body error ";"	{ $$ = $1; yyerrok; }
;

bogons_body:
	%empty			{ $$ = (struct item_chain){ 0 }; }
|	bogons_body members ";"	{ $$ = $1; chain_join(&$$, $2); }
|	bogons_body feed ";"	{ $$ = $1; chain_append(&$$, $2); }
|	bogons_body "special-purpose" ";"
	{
		$$ = $1;
		chain_append(&$$, new_item(parser, @2, ITEM_SPECIAL_PURPOSE,
					   NULL));
	}
|	bogons_body error ";"	{ $$ = $1; yyerrok; }
;

infrastructure_body:
	%empty			{ $$ = (struct item_chain){ 0 }; }
|	infrastructure_body members ";"	{ $$ = $1; chain_join(&$$, $2); }
|	infrastructure_body "local-addresses" ";"
	{
		$$ = $1;
		chain_append(&$$, new_item(parser, @2, ITEM_LOCAL, NULL));
	}
|	infrastructure_body error ";"	{ $$ = $1; yyerrok; }
;

customer_body:
	%empty			{ $$ = (struct item_chain){ 0 }; }
|	customer_body members ";"	{ $$ = $1; chain_join(&$$, $2); }
|	customer_body feed ";"	{ $$ = $1; chain_append(&$$, $2); }
|	customer_body error ";"	{ $$ = $1; yyerrok; }
;

members:
	addresses
|	"except" addresses	{ $$ = $2; set_except($$.first); }
;

addresses:
	address			{ $$ = (struct item_chain){ $1, $1 }; }
|	addresses "," address
	{
		$$ = $1;
		$3->continues = true;
		chain_append(&$$, $3);
	}
;

address:
	PREFIX		{ $$ = new_prefix_item(parser, @$, $1); }
|	ADDRESS		{ $$ = new_prefix_item(parser, @$, $1); }
|	ADDRESS "-" ADDRESS	{ $$ = new_range_item(parser, @$, $1, $3); }
|	NAME		{ $$ = new_item(parser, @$, ITEM_SET, $1); }
|	"customer" NAME	{ $$ = new_item(parser, @$, ITEM_CUSTOMER, $2); }
|	"customers"	{ $$ = new_item(parser, @$, ITEM_CUSTOMERS, NULL); }
|	"infrastructure"
	{
		$$ = new_item(parser, @$, ITEM_INFRASTRUCTURE, NULL);
	}
|	"local"		{ $$ = new_item(parser, @$, ITEM_LOCAL, NULL); }
|	"any"		{ $$ = new_item(parser, @$, ITEM_ANY, NULL); }
;

feed:
	"feed" STRING "format" format	{ $$ = new_feed(parser, @$, $2, $4); }
;

format:
	"plain"		{ $$ = FEED_PLAIN; }
|	"cymru"		{ $$ = FEED_CYMRU; }
;

/* ---- services and rules ---- */

service_body:
	%empty			{ $$ = (struct service_entry_chain){ 0 }; }
|	service_body match matches ";"
	{
		struct match_chain all = { $2, $2 };

		chain_join(&all, $3);
		$$ = $1;
		chain_append(&$$, new_service_entry(parser, join(@2, @3),
						    all.first));
	}
|	service_body error ";"	{ $$ = $1; yyerrok; }
;

filter_body:
	%empty			{ $$ = (struct rule_chain){ 0 }; }
|	filter_body rule ";"	{ $$ = $1; chain_append(&$$, $2); }
|	filter_body error ";"	{ $$ = $1; yyerrok; }
;

rule:
	action matches	{ $$ = new_rule(parser, @$, $1, $2.first); }
;

action:
	"permit"	{ $$ = ACTION_PERMIT; }
|	"drop"		{ $$ = ACTION_DROP; }
;

matches:
	%empty		{ $$ = (struct match_chain){ 0 }; }
|	matches match	{ $$ = $1; chain_append(&$$, $2); }
;

match:
	NAME
	{
		$$ = new_match(parser, @$, MATCH_NAME);
		$$->name = $1;
	}
|	address_field addresses
	{
		$$ = new_match(parser, @$, $1);
		$$->addresses = $2.first;
	}
|	value_field values
	{
		$$ = new_value_match(parser, @$, $1, $2.first);
	}
|	"fragments"	{ $$ = new_match(parser, @$, MATCH_FRAGMENTS); }
;

address_field:
	"from"		{ $$ = MATCH_FROM; }
|	"to"		{ $$ = MATCH_TO; }
;

value_field:
	"protocol"	{ $$ = MATCH_PROTOCOL; }
|	"source-port"	{ $$ = MATCH_SOURCE_PORT; }
|	"destination-port"	{ $$ = MATCH_DESTINATION_PORT; }
|	"port"		{ $$ = MATCH_PORT; }
|	"type"		{ $$ = MATCH_TYPE; }
|	"code"		{ $$ = MATCH_CODE; }
;

values:
	value			{ $$ = (struct value_chain){ $1, $1 }; }
|	values "," value	{ $$ = $1; chain_append(&$$, $3); }
;

value:
	NAME			{ $$ = new_value(parser, @$, $1, 0, 0); }
|	NUMBER			{ $$ = new_value(parser, @$, NULL, $1, $1); }
|	NUMBER "-" NUMBER	{ $$ = new_value(parser, @$, NULL, $1, $3); }
;

/* ---- interfaces ---- */

interface:
	"interface" device
	{
		$$ = new_statement(parser, @$, STATEMENT_INTERFACE, $2, @2);
	}
|	"interface" device "vlan" NUMBER
	{
		$$ = new_statement(parser, @$, STATEMENT_INTERFACE, $2, @2);
		set_vlan(parser, $$, (struct vlan){ $4, NO_TAG }, @4, @4);
	}
|	"interface" device "vlan" NUMBER "." NUMBER
	{
		$$ = new_statement(parser, @$, STATEMENT_INTERFACE, $2, @2);
		set_vlan(parser, $$, (struct vlan){ $4, $6 }, @4, @6);
	}
|	"interface" device "vlan" VLAN_PAIR
	{
		$$ = new_statement(parser, @$, STATEMENT_INTERFACE, $2, @2);
		set_vlan(parser, $$, $4, @4, @4);
	}
;

device:
	NAME	{ check_device(parser, @$, $1); }
|	STRING	{ check_device(parser, @$, $1); }
;

interface_body:
	%empty				{ $$ = (struct interface_option_chain){ 0 }; }
|	interface_body option		{ $$ = $1; chain_append(&$$, $2); }
|	interface_body error ";"	{ $$ = $1; yyerrok; }
;

option:
	"role" "customer" NAME ";"
	{
		$$ = new_option(parser, join(@1, @3), OPTION_ROLE);
		$$->role = ROLE_CUSTOMER;
		$$->customer = $3;
		$$->customer_span = @3;
	}
|	"role" ROLE_NAME ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_ROLE);
		$$->role = $2;
	}
|	"source-validation" validation ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_CHECK);
		$$->check = CHECK_SOURCE_VALIDATION;
		$$->on = $2;
	}
|	CHECK switch ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_CHECK);
		$$->check = $1;
		$$->on = $2;
	}
|	"link" link_prefixes ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_LINK);
		$$->link = $2.first;
	}
|	direction "{" applies close
	{
		$$ = new_option(parser, @$, $1);
		$$->filters = $3.first;
	}
;

validation:
	"prefixes"	{ $$ = true; }
|	"off"		{ $$ = false; }
;

switch:
	"on"		{ $$ = true; }
|	"off"		{ $$ = false; }
;

link_prefixes:
	link_prefix
	{
		struct item *item = new_prefix_item(parser, @1, $1);

		$$ = (struct item_chain){ item, item };
	}
|	link_prefixes "," link_prefix
	{
		struct item *item = new_prefix_item(parser, @3, $3);

		$$ = $1;
		item->continues = true;
		chain_append(&$$, item);
	}
;

link_prefix:
	PREFIX		{ $$ = $1; }
|	ADDRESS		{ $$ = $1; }
;

direction:
	"in"		{ $$ = OPTION_IN; }
|	"out"		{ $$ = OPTION_OUT; }
;

applies:
	%empty				{ $$ = (struct name_list_chain){ 0 }; }
|	applies "apply" names ";"	{ $$ = $1; chain_join(&$$, $3); }
|	applies error ";"		{ $$ = $1; yyerrok; }
;

names:
	NAME
	{
		struct name_list *name = new_name(parser, @1, $1);

		$$ = (struct name_list_chain){ name, name };
	}
|	names "," NAME
	{
		$$ = $1;
		chain_append(&$$, new_name(parser, @3, $3));
	}
;

%%

static bool is_text(const char *word, const char *text, size_t length)
{
	return *word == *text && !strncmp(word, text, length) && !word[length];
}

static int defined_word(const char *text, size_t length, uint32_t *value)
{
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

	for (*value = 0; *value < ROLE_COUNT; ++*value)
		if (is_text(roles[*value], text, length))
			return TOKEN_ROLE_NAME;
	for (*value = 0; *value < CHECK_COUNT; ++*value)
		if (is_text(checks[*value], text, length))
			return TOKEN_CHECK;
	return 0;
}

int policy_word(const char *text, size_t length, uint32_t *value)
{
	int token;

	for (token = TOKEN_INCLUDE; token <= TOKEN_APPLY; token++)
		if (is_text(yysymbol_name(YYTRANSLATE(token)), text, length))
			return token;
	return defined_word(text, length, value);
}

const char *const *policy_words(struct arena *arena, size_t *count)
{
	const char **words = arena_array(arena, YYNTOKENS, sizeof(*words));
	int token;

	*count = 0;
	for (token = TOKEN_INCLUDE; token <= TOKEN_APPLY; token++)
		words[(*count)++] = yysymbol_name(YYTRANSLATE(token));
	return words;
}

static int yyreport_syntax_error(const yypcontext_t *context,
				 struct parser *parser)
{
	yysymbol_kind_t symbols[YYNTOKENS];
	const char *names[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, symbols, YYNTOKENS);
	struct syntax_error error = {
		.found = yysymbol_name(yypcontext_token(context)),
		.expected = names,
	};

	if (count < 0)
		return count;
	for (; error.expected_count < (size_t)count; error.expected_count++)
		names[error.expected_count] =
			yysymbol_name(symbols[error.expected_count]);
	report_syntax_error(parser, &error);
	return 0;
}

/* Only called when the parser's stack cannot grow. */
static void policy_error(const struct span *span, struct parser *parser,
			 const char *message)
{
	diag_error(parser->diags, *span, NULL, "%s", message);
}

bool policy_grammar(struct parser *parser)
{
	return policy_parse(parser) == 0;
}
