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

/* What a prefix in the block of a customer or of infrastructure is for. */
enum item_purpose {
	PURPOSE_OWNED,
	PURPOSE_LAN,	   /* customer: lan PREFIX, its broadcast address */
	PURPOSE_MULTICAST, /* infrastructure: multicast PREFIX */
};

/* One element of a set or an address list. */
struct item {
	struct item *next;
	struct span span;
	enum item_kind kind;
	bool except;	/* taken away from the others */
	bool continues; /* after a comma: same statement as the one before */
	enum item_purpose purpose;
	struct prefix prefix;
	struct address last;
	const char *name; /* set, customer or feed path */
	enum feed_format format;
};

/* A port, protocol, type, DSCP ...: a name, or a range of numbers. */
struct value {
	struct value *next;
	struct span span;
	const char *name; /* NULL: numbers */
	uint32_t low;
	uint32_t high;
};

enum fragments_kind {
	FRAGMENTS_ANY, /* fragments: first and later ones */
	FRAGMENTS_FIRST,
	FRAGMENTS_LATER,
};

/*
 * TCP control bits (tcp_flags.def): `value` are set among `mask`; without a
 * mask in the text it is the value. established: ack or rst, the others 0.
 */
struct tcp_flags {
	uint16_t value;
	uint16_t mask;
	bool established;
};

struct mac {
	struct mac *next;
	struct span span;
	uint8_t address[6];
};

/*
 * `length` bytes (1 to 4) at `offset` from the start of a header, as a number
 * in network order, have the value `value` under `mask`, which is all ones
 * where the text has none. No bit of the value is outside the mask.
 */
struct byte_match {
	unsigned int base; /* enum byte_base (abi.h) */
	uint32_t offset;
	uint32_t length;
	uint32_t mask;
	uint32_t value;
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
	struct value *values;	/* lists of values; NULL: "any" of IP options
				 * or extension headers */
	enum fragments_kind fragments;
	struct tcp_flags flags;
	struct mac *macs;
	struct byte_match bytes;
};

/* Units as written; the numbers in struct limit are in packets or in bits. */
enum rate_unit {
#define RATE_UNIT(symbol, name, counted, factor) RATE_##symbol,
#include "units.def"
};

enum burst_unit {
#define BURST_UNIT(symbol, name, counted, factor) BURST_##symbol,
#include "units.def"
};

/*
 * limit RATE [burst AMOUNT] [per source [/L4] [/L6]] [over ...]
 * rate: packets (0 to 1.6 * 10^10) or bits (0 to 10^12) a second, the unit
 * applied; burst: packets (where the rate is of packets) or bytes, the unit
 * applied, 1 to 10^12, 0: not written (a tenth of a second of the rate, and at
 * least one packet or 9,216 bytes). k is 1,000, m 1,000,000, g 1,000,000,000.
 */
struct limit {
	struct span span;
	uint64_t rate;
	uint64_t burst;
	enum rate_unit unit;
	enum burst_unit burst_unit;
	bool per_source;
	uint8_t length4;	       /* 1 to 32; 32 where not written */
	uint8_t length6;	       /* 1 to 128; 64 */
	unsigned int over;	       /* enum limit_over (abi.h) */
	const struct value *over_dscp; /* OVER_REMARK: a DSCP; else NULL */
};

enum action {
	ACTION_PERMIT,
	ACTION_DROP,
	ACTION_REJECT,
	ACTION_COUNT,	 /* the others go on to the next rule */
	ACTION_LIMIT,	 /* limit MATCHES RATE ... */
	ACTION_REMARK,	 /* remark dscp V MATCHES */
	ACTION_PRIORITY, /* priority V MATCHES */
};

/* limit, remark, priority: of the modifier, or of the action itself. */
struct rule {
	struct rule *next;
	struct span span;
	enum action action;
	struct match *matches;
	const struct limit *limit;    /* NULL: none */
	const struct value *remark;   /* NULL: none; a DSCP */
	const struct value *priority; /* NULL: none; 0 to 15 */
	bool trust_dscp;
	bool monitor;
	struct span trust_span; /* of these two, where the rule has them */
	struct span monitor_span;
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
	OPTION_ROLE,	/* role, customer */
	OPTION_CHECK,	/* CHECK on | off; source-validation MODE | off */
	OPTION_LINK,	/* link PREFIX, ... */
	OPTION_TRUST,	/* trust dscp */
	OPTION_REMARK,	/* remark dscp V */
	OPTION_MONITOR, /* monitor */
	OPTION_IN,	/* in { apply ...; } */
	OPTION_OUT,
};

struct interface_option {
	struct interface_option *next;
	struct span span;
	enum option_kind kind;
	unsigned int role;  /* enum role (abi.h) */
	unsigned int check; /* enum check (abi.h) */
	bool on;
	unsigned int validation; /* enum validation (abi.h) */
	bool allow_default;
	const struct value *remark;
	const struct limit *limit; /* in, out: of the direction; NULL: none */
	const char *customer;	   /* role customer NAME */
	struct span customer_span;
	struct item *link;
	struct name_list *filters;
};

enum statement_kind {
#define STATEMENT(symbol, words) STATEMENT_##symbol,
#include "statements.def"
#undef STATEMENT
	STATEMENT_KINDS
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
	uint16_t outer[2]; /* interface: first and last VLAN id; NO_TAG: none */
	uint16_t inner[2];
	bool on;		    /* index */
	const struct limit *limit;  /* reject limit */
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
