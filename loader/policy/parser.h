/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the policy room: the state of one file's parse, and the functions
 * that the grammar's actions call to build the tree.
 *
 *	parse.c     files and includes: calls, for each file,
 *	policy.y    the grammar; its actions call tree.c and check.c
 *	lexer.c     the tokens between grammar and scanner; error recovery
 *	policy.l    the scanner; calls literals.c for what needs a closer look
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

struct vlan {
	uint32_t outer;
	uint32_t inner;
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
struct value *new_value(struct parser *parser, struct span span,
			const char *name, uint32_t low, uint32_t high);
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
void set_vlan(struct parser *parser, struct statement *interface,
	      struct vlan vlan, struct span outer, struct span inner);

/* check.c: what a node shows to be wrong without a look at any other. */
void check_item_range(struct parser *parser, const struct item *item,
		      uint8_t last_family);
void check_values(struct parser *parser, enum match_kind kind,
		  const struct value *values);
void check_vlan(struct parser *parser, struct span span, uint32_t id);
void check_device(struct parser *parser, struct span span, const char *name);

#endif
