/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy as written: text -> syntax tree, and back.
 *
 * The tree holds what the text says, in order, with the place of every node;
 * names are not looked up here. It is never changed after parsing. Parsing
 * opens files only for `include`; it asks nothing of the system.
 */
#ifndef WEIR_POLICY_H
#define WEIR_POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/prefix.h"
#include "diag.h"

enum item_kind {
	ITEM_PREFIX,	      /* prefix */
	ITEM_RANGE,	      /* prefix.address (a host prefix) to last */
	ITEM_SET,	      /* name */
	ITEM_CUSTOMER,	      /* customer NAME */
	ITEM_CUSTOMERS,	      /* customers: all of them */
	ITEM_INFRASTRUCTURE,  /* infrastructure */
	ITEM_LOCAL,	      /* local: the router's own addresses */
	ITEM_ANY,	      /* any */
	ITEM_SPECIAL_PURPOSE, /* special-purpose, in bogons only */
	ITEM_FEED,	      /* feed "name" format ... */
};

enum feed_format { FEED_PLAIN, FEED_CYMRU };

/* One element of a set or an address list. */
struct item {
	struct item *next;
	struct span span;
	enum item_kind kind;
	bool except;	/* taken away from the others */
	bool continues; /* after a comma: same statement as the one before */
	struct prefix prefix;
	struct address last;
	const char *name; /* set, customer or feed path */
	enum feed_format format;
};

/* A port, protocol, ICMP type or code: a name, or a range of numbers. */
struct value {
	struct value *next;
	struct span span;
	const char *name; /* NULL: numbers */
	uint32_t low;
	uint32_t high;
};

enum match_kind {
	MATCH_NAME, /* a service or a protocol by bare name */
#define FIELD(symbol, keyword, argument) MATCH_##symbol,
#include "fields.def"
#undef FIELD
};

struct match {
	struct match *next;
	struct span span;
	enum match_kind kind;
	const char *name;	/* MATCH_NAME */
	struct item *addresses; /* MATCH_FROM, MATCH_TO */
	struct value *values;	/* protocols, ports, types, codes */
};

enum action { ACTION_PERMIT, ACTION_DROP };

struct rule {
	struct rule *next;
	struct span span;
	enum action action;
	struct match *matches;
};

/* One alternative of a service: a list of matches without addresses. */
struct service_entry {
	struct service_entry *next;
	struct span span;
	struct match *matches;
};

struct name_list {
	struct name_list *next;
	struct span span;
	const char *name;
};

enum option_kind {
	OPTION_ROLE,  /* role, customer */
	OPTION_CHECK, /* check on | off; source-validation prefixes | off */
	OPTION_LINK,  /* link PREFIX, ... */
	OPTION_IN,    /* in { apply ...; } */
	OPTION_OUT,
};

struct interface_option {
	struct interface_option *next;
	struct span span;
	enum option_kind kind;
	unsigned int role;  /* enum role (abi.h) */
	unsigned int check; /* enum check (abi.h) */
	bool on;
	const char *customer; /* role customer NAME */
	struct span customer_span;
	struct item *link;
	struct name_list *filters;
};

enum statement_kind {
	STATEMENT_INCLUDE,
	STATEMENT_SET,
	STATEMENT_BOGONS,
	STATEMENT_INFRASTRUCTURE,
	STATEMENT_CUSTOMER,
	STATEMENT_SERVICE,
	STATEMENT_FILTER,
	STATEMENT_INTERFACE,
};

struct statement {
	struct statement *next;
	struct span span; /* the whole statement */
	enum statement_kind kind;
	const char *name; /* set, customer, service, filter, device, file */
	struct span name_span;
	struct item *items; /* set, bogons, infrastructure, customer */
	struct service_entry *entries;
	struct rule *rules;
	struct interface_option *options;
	uint16_t outer; /* interface: VLAN ids, NO_TAG where not given */
	uint16_t inner;
	struct statement *included; /* what an include brought in */
};

struct comment {
	struct span span;
	const char *text; /* from the # on, without the line end */
};

struct policy {
	struct statement *statements;
	const struct comment *comments; /* of the top file, in order */
	size_t comment_count;
	const char *text; /* of the top file */
	size_t size;
	uint32_t file; /* its number in the diagnostics */
};

/*
 * Parses the file at path ("-": standard input). Errors go to diags; the
 * result is never NULL but is to be used only when diag_errors() is 0.
 * Include paths are relative to the including file. A file that includes
 * itself, at any depth, is an error. Files past 256 MiB are refused.
 */
const struct policy *policy_parse_file(struct arena *arena,
				       struct diag_list *diags,
				       const char *path);

/* The same from memory; name stands for the file, includes start from it. */
const struct policy *policy_parse_text(struct arena *arena,
				       struct diag_list *diags,
				       const char *name, const char *text,
				       size_t size);

/*
 * Writes the policy in canonical form: one statement a line, tabs, comments
 * and single blank lines kept. Parsing the result gives the same tree, and
 * printing that gives the same text. Includes stay includes.
 */
void policy_print(const struct policy *policy, FILE *stream);

/* One rule in canonical form without the semicolon, as counters show it. */
const char *policy_rule_text(struct arena *arena, const struct rule *rule);

#endif
