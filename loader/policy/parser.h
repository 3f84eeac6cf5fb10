/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the policy room: the state of one file's parse, and the functions
 * that the grammar's actions call to build the tree.
 *
 *	parse.c     files and includes: calls, for each file,
 *	policy.y    the grammar; its actions call tree.c, check.c,
 *	matches.c   matches with a form of their own
 *	limits.c    limits, and what a rule does beside its action
 *	lexer.c     the tokens between grammar and scanner; error recovery
 *	policy.l    the scanner; calls for what needs a closer look
 *	words.c     words of the language, everywhere or in their place
 *	literals.c  numbers, addresses, strings
 *	errors.c    turns "unexpected token" into a sentence
 */
#ifndef WEIR_POLICY_PARSER_H
#define WEIR_POLICY_PARSER_H

#include <stddef.h>

#include "abi.h"
#include "policy.h"

struct lexer;

/* Lists as they grow: what the tree keeps is `first`. */
#define CHAIN_OF(type)                                                         \
	struct type##_chain {                                                  \
		struct type *first;                                            \
		struct type *last;                                             \
	}

CHAIN_OF(item);
CHAIN_OF(value);
CHAIN_OF(mac);
CHAIN_OF(match);
CHAIN_OF(rule);
CHAIN_OF(service_entry);
CHAIN_OF(name_list);
CHAIN_OF(interface_option);
CHAIN_OF(statement);

/* Appends the other chain, which may be empty. */
#define chain_join(chain, other)                                               \
	do {                                                                   \
		__typeof__(other) joined = (other);                            \
                                                                               \
		if (!(chain)->first)                                           \
			*(chain) = joined;                                     \
		else if (joined.first) {                                       \
			(chain)->last->next = joined.first;                    \
			(chain)->last = joined.last;                           \
		}                                                              \
	} while (0)

#define chain_append(chain, node)                                              \
	do {                                                                   \
		__typeof__(node) appended = (node);                            \
                                                                               \
		if (!(chain)->first)                                           \
			(chain)->first = appended;                             \
		else                                                           \
			(chain)->last->next = appended;                        \
		(chain)->last = appended;                                      \
	} while (0)

/* One number, or a range of numbers, with its place. */
struct numbers {
	uint64_t low;
	uint64_t high;
	struct span span;
};

struct vlan_pair {
	uint64_t outer;
	uint64_t inner;
};

/* As written: 20 kpps, 64 kbytes. Burst 0: not written. */
struct rate {
	uint64_t number;
	enum rate_unit unit;
	struct span span;
};

struct burst {
	uint64_t number;
	enum burst_unit unit;
	bool has_unit;
	struct span span;
};

struct per_source {
	bool yes;
	uint8_t length4;
	uint8_t length6;
};

struct over {
	enum limit_over what;
	const struct value *dscp;
};

/* The numbers of a match of bytes; the mask has no place when not written. */
struct byte_numbers {
	struct numbers offset;
	struct numbers length;
	struct numbers mask;
	struct numbers value;
};

/* What the block of a direction holds. */
struct direction_body {
	struct name_list_chain filters;
	const struct limit *limit;
};

struct parser {
	struct arena *arena;
	struct diag_list *diags;
	const char *text;
	size_t size;
	uint32_t file;
	struct lexer *lexer;
	struct statement_chain statements;
	struct comment *comments;
	size_t comment_count;
	size_t comment_capacity;
};

/* policy.y: false when the parse could not reach the end of the text. */
bool policy_grammar(struct parser *parser);

/* tree.c */
struct item *new_item(struct parser *parser, struct span span,
		      enum item_kind kind, const char *name);
struct item *new_prefix_item(struct parser *parser, struct span span,
			     struct prefix prefix);
struct item *new_range_item(struct parser *parser, struct span span,
			    struct prefix first, struct prefix last);
struct item *new_feed(struct parser *parser, struct span span, const char *path,
		      enum feed_format format);
void set_except(struct item *items);
void set_purpose(struct item *items, enum item_purpose purpose);
struct value *new_name_value(struct parser *parser, struct span span,
			     const char *name);
struct value *new_value(struct parser *parser, struct numbers numbers);
struct match *new_match(struct parser *parser, struct span span,
			enum match_kind kind);
struct match *new_value_match(struct parser *parser, struct span span,
			      enum match_kind kind, struct value *values);
struct rule *new_rule(struct parser *parser, struct span span,
		      enum action action, struct match *matches);
struct service_entry *new_service_entry(struct parser *parser, struct span span,
					struct match *matches);
struct name_list *new_name(struct parser *parser, struct span span,
			   const char *name);
struct interface_option *new_option(struct parser *parser, struct span span,
				    enum option_kind kind);
struct statement *new_statement(struct parser *parser, struct span span,
				enum statement_kind kind, const char *name,
				struct span name_span);
void set_vlan(struct parser *parser, uint16_t ids[2], struct numbers numbers);

/* matches.c: matches of a form of their own. */
struct match *new_flags_match(struct parser *parser, struct span span,
			      const struct name_list *set,
			      const struct name_list *among);
struct mac *new_mac(struct parser *parser, struct span span,
		    const uint8_t address[6]);
struct byte_match byte_match(struct parser *parser, enum byte_base base,
			     struct byte_numbers numbers);

/* limits.c: limits, and what a rule does beside its action. */
struct limit *new_limit(struct parser *parser, struct span span,
			struct rate rate, struct burst burst);
struct per_source every_source(void);
struct per_source sources_of_length(struct parser *parser,
				    struct numbers length);
struct per_source sources_of_lengths(struct parser *parser,
				     struct numbers length4,
				     struct numbers length6);
void set_per_source(struct limit *limit, struct per_source source);
struct rule *add_limit(struct parser *parser, struct rule *rule,
		       struct span span, const struct limit *limit);
struct rule *add_remark(struct parser *parser, struct rule *rule,
			struct span span, const struct value *dscp);
struct rule *add_trust(struct parser *parser, struct rule *rule,
		       struct span span);
struct rule *add_priority(struct parser *parser, struct rule *rule,
			  struct span span, const struct value *priority);
struct rule *add_monitor(struct parser *parser, struct rule *rule,
			 struct span span);
void limit_direction(struct parser *parser, struct direction_body *body,
		     const struct limit *limit);

/* check.c: what a node shows to be wrong without a look at any other. */
void check_item_range(struct parser *parser, const struct item *item,
		      uint8_t last_family);
void check_values(struct parser *parser, enum match_kind kind,
		  const struct value *values);
void check_width(struct parser *parser, struct numbers *numbers);
void check_vlan(struct parser *parser, const struct numbers *numbers);
void check_dscp(struct parser *parser, const struct value *value);
void check_priority(struct parser *parser, const struct value *value);
void check_device(struct parser *parser, struct span span, const char *name);

#endif
