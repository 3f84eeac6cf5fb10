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

static struct numbers one(uint64_t number, struct span span)
{
	return (struct numbers){ number, number, span };
}

static struct numbers two(uint64_t low, uint64_t high, struct span span)
{
	return (struct numbers){ low, high, span };
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
	uint64_t number;
	struct numbers numbers;
	struct prefix prefix;
	struct vlan_pair vlan;
	uint8_t mac[6];
	enum feed_format format;
	enum item_purpose purpose;
	enum fragments_kind fragments;
	enum byte_base base;
	enum action action;
	struct rate rate;
	struct burst burst;
	struct per_source per_source;
	struct over over;
	struct limit *limit;
	enum match_kind match_kind;
	enum option_kind option_kind;
	bool on;
	struct item *item;
	struct item_chain items;
	struct value *value;
	struct value_chain values;
	struct mac_chain macs;
	struct match *match;
	struct match_chain matches;
	struct rule *rule;
	struct rule_chain rules;
	struct service_entry_chain entries;
	struct name_list_chain names;
	struct interface_option *option;
	struct interface_option_chain options;
	struct direction_body direction_body;
	struct statement *statement;
}

%token END 0		"the end of the file"
%token OPEN		"{"
%token CLOSE		"}"
%token SEMICOLON	";"
%token COMMA		","
%token DASH		"-"
%token DOT		"."
%token SLASH		"/"
%token <name> NAME	"a name"
%token <name> STRING	"a quoted string"
%token <number> NUMBER	"a number"
%token <number> HEX	"a hexadecimal number"
%token <prefix> ADDRESS	"an address"
%token <prefix> PREFIX	"a prefix"
%token <vlan> VLAN_PAIR	"two VLAN ids"
%token <mac> MAC	"a MAC address"
%token <number> ROLE_NAME "a role"
%token <number> CHECK	"a check"
%token <number> VALIDATION "a validation mode"
%token <number> RATE_UNIT "a rate's unit"
%token <number> BURST_UNIT "an amount's unit"

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
%token REJECT		"reject"
%token COUNT		"count"
%token LIMIT		"limit"
%token REMARK		"remark"
%token PRIORITY		"priority"
%token TRUST		"trust"
%token MONITOR		"monitor"
%token INDEX		"index"
%token PROTOCOL		"protocol"
%token FROM		"from"
%token TO		"to"
%token SOURCE_PORT	"source-port"
%token DESTINATION_PORT	"destination-port"
%token PORT		"port"
%token TYPE		"type"
%token CODE		"code"
%token FRAGMENTS	"fragments"
%token FLAGS		"flags"
%token TTL		"ttl"
%token HOP_LIMIT	"hop-limit"
%token DSCP		"dscp"
%token PRECEDENCE	"precedence"
%token LENGTH		"length"
%token IP_OPTION	"ip-option"
%token EXTENSION_HEADER	"extension-header"
%token SPI		"spi"
%token SOURCE_MAC	"source-mac"
%token VLAN		"vlan"
%token INNER_VLAN	"inner-vlan"
%token BYTES		"bytes"
%token ROLE		"role"
%token SOURCE_VALIDATION "source-validation"
%token ON		"on"
%token OFF		"off"
%token LINK		"link"
%token IN		"in"
%token OUT		"out"
%token APPLY		"apply"

/* Words only where words.c says so; names elsewhere. */
%token FIRST		"first"
%token LATER		"later"
%token NETWORK		"network"
%token TRANSPORT	"transport"
%token OFFSET		"offset"
%token MASK		"mask"
%token VALUE		"value"
%token BURST		"burst"
%token PER		"per"
%token SOURCE		"source"
%token OVER		"over"
%token CONTINUE		"continue"
%token ALLOW_DEFAULT	"allow-default"
%token LAN		"lan"
%token MULTICAST	"multicast"

%type <statement> statement interface interface_head
%type <items> set_body bogons_body infrastructure_body customer_body
%type <items> members addresses prefixes
%type <item> address feed
%type <prefix> prefix
%type <purpose> purpose
%type <format> format
%type <entries> service_body
%type <rules> filter_body
%type <rule> rule
%type <action> action
%type <matches> matches
%type <match> match
%type <match_kind> address_field value_field number_field presence_field
%type <values> values precedences ranges spis presences
%type <value> value precedence spi dscp priority
%type <numbers> range integer mask
%type <fragments> fragments
%type <macs> macs
%type <base> base
%type <limit> limit limit_terms
%type <rate> rate
%type <burst> burst
%type <per_source> per_source
%type <over> over
%type <name> device
%type <options> interface_body
%type <option> option
%type <option_kind> direction
%type <direction_body> direction_body
%type <on> switch allow_default
%type <names> names

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
|	"monitor" ";"
	{
		$$ = new_statement(parser, @1, STATEMENT_MONITOR, NULL, @1);
	}
|	"index" switch ";"
	{
		$$ = new_statement(parser, join(@1, @2), STATEMENT_INDEX, NULL,
				   @1);
		$$->on = $2;
	}
|	"reject" "limit" rate burst ";"
	{
		$$ = new_statement(parser, join(@1, @4), STATEMENT_ANSWERS,
				   NULL, join(@1, @2));
		$$->limit = new_limit(parser, join(@2, @4), $3, $4);
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
|	infrastructure_body purpose prefixes ";"
	{
		$$ = $1;
		set_purpose($3.first, $2);
		chain_join(&$$, $3);
	}
|	infrastructure_body error ";"	{ $$ = $1; yyerrok; }
;

customer_body:
	%empty			{ $$ = (struct item_chain){ 0 }; }
|	customer_body members ";"	{ $$ = $1; chain_join(&$$, $2); }
|	customer_body feed ";"	{ $$ = $1; chain_append(&$$, $2); }
|	customer_body purpose prefixes ";"
	{
		$$ = $1;
		set_purpose($3.first, $2);
		chain_join(&$$, $3);
	}
|	customer_body error ";"	{ $$ = $1; yyerrok; }
;

/* words.c tells where each of them can stand. */
purpose:
	"lan"		{ $$ = PURPOSE_LAN; }
|	"multicast"	{ $$ = PURPOSE_MULTICAST; }
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
|	"limit" matches limit_terms
	{
		$$ = new_rule(parser, @$, ACTION_LIMIT, $2.first);
		$$->limit = $3;
	}
|	"remark" "dscp" dscp matches
	{
		$$ = new_rule(parser, @$, ACTION_REMARK, $4.first);
		$$->remark = $3;
	}
|	"priority" priority matches
	{
		$$ = new_rule(parser, @$, ACTION_PRIORITY, $3.first);
		$$->priority = $2;
	}
|	rule limit
	{
		$$ = add_limit(parser, $1, @2, $2);
	}
|	rule "remark" "dscp" dscp
	{
		$$ = add_remark(parser, $1, join(@2, @4), $4);
	}
|	rule "trust" "dscp"
	{
		$$ = add_trust(parser, $1, join(@2, @3));
	}
|	rule "priority" priority
	{
		$$ = add_priority(parser, $1, join(@2, @3), $3);
	}
|	rule "monitor"
	{
		$$ = add_monitor(parser, $1, @2);
	}
;

action:
	"permit"	{ $$ = ACTION_PERMIT; }
|	"drop"		{ $$ = ACTION_DROP; }
|	"reject"	{ $$ = ACTION_REJECT; }
|	"count"		{ $$ = ACTION_COUNT; }
;

dscp:
	NAME		{ $$ = new_name_value(parser, @$, $1); }
|	NUMBER
	{
		$$ = new_value(parser, one($1, @$));
		check_dscp(parser, $$);
	}
;

priority:
	NAME		{ $$ = new_name_value(parser, @$, $1); }
|	NUMBER
	{
		$$ = new_value(parser, one($1, @$));
		check_priority(parser, $$);
	}
;

/* ---- limits ---- */

limit:
	"limit" limit_terms	{ $$ = $2; $$->span = @$; }
;

limit_terms:
	rate burst per_source over
	{
		$$ = new_limit(parser, @$, $1, $2);
		set_per_source($$, $3);
		$$->over = $4.what;
		$$->over_dscp = $4.dscp;
	}
;

rate:
	NUMBER RATE_UNIT
	{
		$$ = (struct rate){ $1, (enum rate_unit)$2, @$ };
	}
;

burst:
	%empty		{ $$ = (struct burst){ 0 }; }
|	"burst" NUMBER
	{
		$$ = (struct burst){ $2, BURST_PACKETS, false, @$ };
	}
|	"burst" NUMBER BURST_UNIT
	{
		$$ = (struct burst){ $2, (enum burst_unit)$3, true, @$ };
	}
|	"burst" NUMBER "bytes"
	{
		$$ = (struct burst){ $2, BURST_BYTES, true, @$ };
	}
;

per_source:
	%empty		{ $$ = (struct per_source){ 0 }; }
|	"per" "source"	{ $$ = every_source(); }
|	"per" "source" "/" NUMBER
	{
		$$ = sources_of_length(parser,
				       one($4, @4));
	}
|	"per" "source" "/" NUMBER "/" NUMBER
	{
		$$ = sources_of_lengths(parser,
					one($4, @4),
					one($6, @6));
	}
;

over:
	%empty			{ $$ = (struct over){ OVER_DROP, NULL }; }
|	"over" "drop"		{ $$ = (struct over){ OVER_DROP, NULL }; }
|	"over" "remark" "dscp" dscp
	{
		$$ = (struct over){ OVER_REMARK, $4 };
	}
|	"over" "continue"	{ $$ = (struct over){ OVER_CONTINUE, NULL }; }
;

/* ---- matches ---- */

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
|	"precedence" precedences
	{
		$$ = new_value_match(parser, @$, MATCH_PRECEDENCE, $2.first);
	}
|	number_field ranges
	{
		$$ = new_value_match(parser, @$, $1, $2.first);
	}
|	"spi" spis
	{
		$$ = new_value_match(parser, @$, MATCH_SPI, $2.first);
	}
|	presence_field "any"	{ $$ = new_match(parser, @$, $1); }
|	presence_field presences
	{
		$$ = new_value_match(parser, @$, $1, $2.first);
	}
|	"fragments" fragments
	{
		$$ = new_match(parser, @$, MATCH_FRAGMENTS);
		$$->fragments = $2;
	}
|	"flags" names
	{
		$$ = new_flags_match(parser, @$, $2.first, NULL);
	}
|	"flags" names "/" names
	{
		$$ = new_flags_match(parser, @$, $2.first, $4.first);
	}
|	"source-mac" macs
	{
		$$ = new_match(parser, @$, MATCH_SOURCE_MAC);
		$$->macs = $2.first;
	}
|	"bytes" base "offset" integer "length" integer mask "value" integer
	{
		$$ = new_match(parser, @$, MATCH_BYTES);
		$$->bytes = byte_match(parser, $2, (struct byte_numbers){
							   $4, $6, $7, $9 });
	}
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
|	"dscp"		{ $$ = MATCH_DSCP; }
;

number_field:
	"ttl"		{ $$ = MATCH_TTL; }
|	"hop-limit"	{ $$ = MATCH_HOP_LIMIT; }
|	"length"	{ $$ = MATCH_LENGTH; }
|	"vlan"		{ $$ = MATCH_VLAN; }
|	"inner-vlan"	{ $$ = MATCH_INNER_VLAN; }
;

presence_field:
	"ip-option"	{ $$ = MATCH_IP_OPTION; }
|	"extension-header"	{ $$ = MATCH_EXTENSION_HEADER; }
;

values:
	value			{ $$ = (struct value_chain){ $1, $1 }; }
|	values "," value	{ $$ = $1; chain_append(&$$, $3); }
;

value:
	NAME			{ $$ = new_name_value(parser, @$, $1); }
|	range			{ $$ = new_value(parser, $1); }
;

/* One of the precedences is called as an action is. */
precedences:
	precedence		{ $$ = (struct value_chain){ $1, $1 }; }
|	precedences "," precedence	{ $$ = $1; chain_append(&$$, $3); }
;

precedence:
	value
|	"priority"	{ $$ = new_name_value(parser, @$, "priority"); }
;

ranges:
	range
	{
		struct value *value = new_value(parser, $1);

		$$ = (struct value_chain){ value, value };
	}
|	ranges "," range
	{
		$$ = $1;
		chain_append(&$$, new_value(parser, $3));
	}
;

range:
	NUMBER			{ $$ = one($1, @$); }
|	NUMBER "-" NUMBER	{ $$ = two($1, $3, @$); }
;

spis:
	spi			{ $$ = (struct value_chain){ $1, $1 }; }
|	spis "," spi		{ $$ = $1; chain_append(&$$, $3); }
;

spi:
	integer			{ $$ = new_value(parser, $1); }
|	integer "-" integer
	{
		$$ = new_value(parser,
			       two($1.low, $3.low, @$));
	}
;

integer:
	NUMBER			{ $$ = one($1, @$); }
|	HEX			{ $$ = one($1, @$); }
;

presences:
	NAME
	{
		struct value *value = new_name_value(parser, @$, $1);

		$$ = (struct value_chain){ value, value };
	}
|	presences "," NAME
	{
		$$ = $1;
		chain_append(&$$, new_name_value(parser, @3, $3));
	}
;

fragments:
	%empty		{ $$ = FRAGMENTS_ANY; }
|	"any"		{ $$ = FRAGMENTS_ANY; }
|	"first"		{ $$ = FRAGMENTS_FIRST; }
|	"later"		{ $$ = FRAGMENTS_LATER; }
;

macs:
	MAC
	{
		struct mac *mac = new_mac(parser, @$, $1);

		$$ = (struct mac_chain){ mac, mac };
	}
|	macs "," MAC	{ $$ = $1; chain_append(&$$, new_mac(parser, @3, $3)); }
;

base:
	"link"		{ $$ = BASE_LINK; }
|	"network"	{ $$ = BASE_NETWORK; }
|	"transport"	{ $$ = BASE_TRANSPORT; }
;

mask:
	%empty		{ $$ = (struct numbers){ 0 }; }
|	"mask" integer	{ $$ = $2; }
;

/* ---- interfaces ---- */

interface:
	interface_head
|	interface_head "vlan" range
	{
		$$ = $1;
		set_vlan(parser, $$->outer, $3);
	}
|	interface_head "vlan" range "." range
	{
		$$ = $1;
		set_vlan(parser, $$->outer, $3);
		set_vlan(parser, $$->inner, $5);
	}
|	interface_head "vlan" VLAN_PAIR
	{
		$$ = $1;
		set_vlan(parser, $$->outer, one($3.outer, @3));
		set_vlan(parser, $$->inner, one($3.inner, @3));
	}
|	interface_head "vlan" VLAN_PAIR "-" NUMBER
	{
		$$ = $1;
		set_vlan(parser, $$->outer, one($3.outer, @3));
		set_vlan(parser, $$->inner, two($3.inner, $5, join(@3, @5)));
	}
|	interface_head "vlan" NUMBER "-" VLAN_PAIR
	{
		$$ = $1;
		set_vlan(parser, $$->outer, two($3, $5.outer, join(@3, @5)));
		set_vlan(parser, $$->inner, one($5.inner, @5));
	}
|	interface_head "vlan" NUMBER "-" VLAN_PAIR "-" NUMBER
	{
		$$ = $1;
		set_vlan(parser, $$->outer, two($3, $5.outer, join(@3, @5)));
		set_vlan(parser, $$->inner, two($5.inner, $7, join(@5, @7)));
	}
;

interface_head:
	"interface" device
	{
		$$ = new_statement(parser, @$, STATEMENT_INTERFACE, $2, @2);
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
		$$->role = (unsigned int)$2;
	}
|	"source-validation" "off" ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_CHECK);
		$$->check = CHECK_SOURCE_VALIDATION;
	}
|	"source-validation" VALIDATION allow_default ";"
	{
		$$ = new_option(parser, join(@1, @3), OPTION_CHECK);
		$$->check = CHECK_SOURCE_VALIDATION;
		$$->on = true;
		$$->validation = (unsigned int)$2;
		$$->allow_default = $3;
	}
|	CHECK switch ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_CHECK);
		$$->check = (unsigned int)$1;
		$$->on = $2;
	}
|	"link" prefixes ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_LINK);
		$$->link = $2.first;
	}
|	"trust" "dscp" ";"
	{
		$$ = new_option(parser, join(@1, @2), OPTION_TRUST);
	}
|	"remark" "dscp" dscp ";"
	{
		$$ = new_option(parser, join(@1, @3), OPTION_REMARK);
		$$->remark = $3;
	}
|	"monitor" ";"	{ $$ = new_option(parser, @1, OPTION_MONITOR); }
|	direction "{" direction_body close
	{
		$$ = new_option(parser, @$, $1);
		$$->filters = $3.filters.first;
		$$->limit = $3.limit;
	}
;

allow_default:
	%empty		{ $$ = false; }
|	"allow-default"	{ $$ = true; }
;

switch:
	"on"		{ $$ = true; }
|	"off"		{ $$ = false; }
;

prefixes:
	prefix
	{
		struct item *item = new_prefix_item(parser, @1, $1);

		$$ = (struct item_chain){ item, item };
	}
|	prefixes "," prefix
	{
		struct item *item = new_prefix_item(parser, @3, $3);

		$$ = $1;
		item->continues = true;
		chain_append(&$$, item);
	}
;

prefix:
	PREFIX		{ $$ = $1; }
|	ADDRESS		{ $$ = $1; }
;

direction:
	"in"		{ $$ = OPTION_IN; }
|	"out"		{ $$ = OPTION_OUT; }
;

direction_body:
	%empty		{ $$ = (struct direction_body){ 0 }; }
|	direction_body "apply" names ";"
	{
		$$ = $1;
		chain_join(&$$.filters, $3);
	}
|	direction_body limit ";"
	{
		$$ = $1;
		limit_direction(parser, &$$, $2);
	}
|	direction_body error ";"	{ $$ = $1; yyerrok; }
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

static int defined_word(const char *text, size_t length, uint64_t *value)
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

int policy_word(const char *text, size_t length, uint64_t *value)
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
