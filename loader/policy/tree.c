// SPDX-License-Identifier: GPL-2.0-only
/* The nodes of the syntax tree: one function makes each kind. */
#include "parser.h"

struct item *new_item(struct parser *parser, struct span span,
		      enum item_kind kind, const char *name)
{
	struct item *item = arena_new_of(parser->arena, struct item);

	item->span = span;
	item->kind = kind;
	item->name = name;
	return item;
}

struct item *new_prefix_item(struct parser *parser, struct span span,
			     struct prefix prefix)
{
	struct item *item = new_item(parser, span, ITEM_PREFIX, NULL);

	item->prefix = prefix;
	return item;
}

struct item *new_range_item(struct parser *parser, struct span span,
			    struct prefix first, struct prefix last)
{
	struct item *item = new_item(parser, span, ITEM_RANGE, NULL);

	item->prefix = first;
	item->last = last.address;
	check_item_range(parser, item, last.family);
	return item;
}

struct item *new_feed(struct parser *parser, struct span span, const char *path,
		      enum feed_format format)
{
	struct item *item = new_item(parser, span, ITEM_FEED, path);

	item->format = format;
	return item;
}

void set_except(struct item *items)
{
	for (; items; items = items->next)
		items->except = true;
}

void set_purpose(struct item *items, enum item_purpose purpose)
{
	for (; items; items = items->next)
		items->purpose = purpose;
}

struct value *new_name_value(struct parser *parser, struct span span,
			     const char *name)
{
	struct value *value = arena_new_of(parser->arena, struct value);

	value->span = span;
	value->name = name;
	return value;
}

struct value *new_value(struct parser *parser, struct numbers numbers)
{
	struct value *value = arena_new_of(parser->arena, struct value);

	check_width(parser, &numbers);
	value->span = numbers.span;
	value->low = (uint32_t)numbers.low;
	value->high = (uint32_t)numbers.high;
	return value;
}

struct match *new_match(struct parser *parser, struct span span,
			enum match_kind kind)
{
	struct match *match = arena_new_of(parser->arena, struct match);

	match->span = span;
	match->kind = kind;
	return match;
}

struct match *new_value_match(struct parser *parser, struct span span,
			      enum match_kind kind, struct value *values)
{
	struct match *match = new_match(parser, span, kind);

	match->values = values;
	check_values(parser, kind, values);
	return match;
}

struct rule *new_rule(struct parser *parser, struct span span,
		      enum action action, struct match *matches)
{
	struct rule *rule = arena_new_of(parser->arena, struct rule);

	rule->span = span;
	rule->action = action;
	rule->matches = matches;
	return rule;
}

struct service_entry *new_service_entry(struct parser *parser, struct span span,
					struct match *matches)
{
	struct service_entry *entry =
		arena_new_of(parser->arena, struct service_entry);

	entry->span = span;
	entry->matches = matches;
	return entry;
}

struct name_list *new_name(struct parser *parser, struct span span,
			   const char *name)
{
	struct name_list *entry = arena_new_of(parser->arena, struct name_list);

	entry->span = span;
	entry->name = name;
	return entry;
}

struct interface_option *new_option(struct parser *parser, struct span span,
				    enum option_kind kind)
{
	struct interface_option *option =
		arena_new_of(parser->arena, struct interface_option);

	option->span = span;
	option->kind = kind;
	return option;
}

struct statement *new_statement(struct parser *parser, struct span span,
				enum statement_kind kind, const char *name,
				struct span name_span)
{
	struct statement *statement =
		arena_new_of(parser->arena, struct statement);

	statement->span = span;
	statement->kind = kind;
	statement->name = name;
	statement->name_span = name_span;
	statement->outer[0] = statement->outer[1] = NO_TAG;
	statement->inner[0] = statement->inner[1] = NO_TAG;
	return statement;
}

void set_vlan(struct parser *parser, uint16_t ids[2], struct numbers numbers)
{
	check_vlan(parser, &numbers);
	ids[0] = (uint16_t)numbers.low;
	ids[1] = (uint16_t)numbers.high;
}
