// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names may be used before they are defined, so all are collected first. Sets,
 * customers, services and filters have a name space each, because the grammar
 * always tells which of them is meant. Interfaces are no names: their key is
 * device and tags.
 */
#include "resolve/names.h"

#include <string.h>

#include "resolve/services.h"

const char *names_kind(enum statement_kind kind)
{
	static const char *const nouns[] = {
#define STATEMENT(symbol, words) words,
#include "statements.def"
#undef STATEMENT
	};

	return nouns[kind];
}

/* A block without a name, of which there is one. */
static bool is_only_block(const struct statement *statement)
{
	return statement->kind == STATEMENT_BOGONS ||
	       statement->kind == STATEMENT_INFRASTRUCTURE;
}

/* The same, without a block. */
static bool is_setting(const struct statement *statement)
{
	return statement->kind == STATEMENT_MONITOR ||
	       statement->kind == STATEMENT_INDEX ||
	       statement->kind == STATEMENT_ANSWERS;
}

static const char *name_of(const struct statement *statement)
{
	return is_only_block(statement) || is_setting(statement)
		       ? ""
		       : statement->name;
}

static struct span name_span(const struct statement *statement)
{
	return statement->name_span.file ? statement->name_span
					 : statement->span;
}

static size_t count_statements(const struct statement *statement)
{
	size_t count = 0;

	for (; statement; statement = statement->next)
		count += statement->kind == STATEMENT_INCLUDE
				 ? count_statements(statement->included)
				 : 1;
	return count;
}

static void list_statements(struct resolver *resolver,
			    const struct statement *statement)
{
	struct object *object;

	for (; statement; statement = statement->next) {
		if (statement->kind == STATEMENT_INCLUDE) {
			list_statements(resolver, statement->included);
			continue;
		}
		object = &resolver->objects[resolver->object_count++];
		object->statement = statement;
	}
}

static void report_duplicate(struct resolver *resolver,
			     const struct statement *first,
			     const struct statement *second)
{
	const char *name = name_of(second);

	diag_error(resolver->diags, name_span(second),
		   is_only_block(second) ? "put all of it into one block"
					 : NULL,
		   "%s%s%s is %s twice", names_kind(second->kind),
		   *name ? " " : "", name,
		   is_setting(second) ? "given" : "defined");
	diag_note(resolver->diags, name_span(first), "the first one is here");
}

static void check_service_name(struct resolver *resolver,
			       const struct statement *statement)
{
	if (statement->kind == STATEMENT_SERVICE &&
	    protocol_number(statement->name) >= 0)
		diag_error(resolver->diags, name_span(statement),
			   "rules that say so mean the protocol; choose "
			   "another name",
			   "%s is the name of a protocol", statement->name);
}

static void enter_name(struct resolver *resolver, uint32_t index)
{
	const struct statement *statement = resolver->objects[index].statement;
	const char *name = name_of(statement);
	uint32_t *named = resolver->named[statement->kind];
	uint32_t number;
	bool added;

	number = intern_add(resolver->names[statement->kind], name,
			    strlen(name), &added);
	if (added)
		named[number] = index;
	else
		report_duplicate(resolver,
				 resolver->objects[named[number]].statement,
				 statement);
	check_service_name(resolver, statement);
}

static void make_tables(struct resolver *resolver)
{
	size_t of_kind[STATEMENT_KINDS] = { 0 };
	size_t i;

	for (i = 0; i < resolver->object_count; i++)
		of_kind[resolver->objects[i].statement->kind]++;
	for (i = 0; i < STATEMENT_KINDS; i++) {
		resolver->names[i] = intern_new(resolver->arena);
		resolver->named[i] = arena_array(resolver->arena, of_kind[i],
						 sizeof(uint32_t));
	}
}

void names_collect(struct resolver *resolver, const struct policy *policy)
{
	size_t i;

	resolver->objects = arena_array(resolver->arena,
					count_statements(policy->statements),
					sizeof(*resolver->objects));
	list_statements(resolver, policy->statements);
	make_tables(resolver);
	for (i = 0; i < resolver->object_count; i++)
		if (resolver->objects[i].statement->kind != STATEMENT_INTERFACE)
			enter_name(resolver, (uint32_t)i);
}

struct object *names_find(const struct resolver *resolver,
			  enum statement_kind kind, const char *name)
{
	uint32_t number;

	if (!intern_find(resolver->names[kind], name, strlen(name), &number))
		return NULL;
	return &resolver->objects[resolver->named[kind][number]];
}

static const char *nearest_name(struct resolver *resolver,
				enum statement_kind kind, const char *name)
{
	uint32_t count = intern_count(resolver->names[kind]), i;
	const char **names =
		arena_array(resolver->arena, count, sizeof(*names));

	for (i = 0; i < count; i++)
		names[i] = name_of(
			resolver->objects[resolver->named[kind][i]].statement);
	return diag_nearest(name, names, count);
}

const char *names_hint(struct resolver *resolver, enum statement_kind kind,
		       const char *name)
{
	const char *nearest;

	if (diag_full(resolver->diags)) /* nobody will read it */
		return NULL;
	nearest = nearest_name(resolver, kind, name);
	if (nearest)
		return diag_hint(resolver->diags, "did you mean %s?", nearest);
	if (kind == STATEMENT_SET &&
	    names_find(resolver, STATEMENT_CUSTOMER, name))
		return diag_hint(resolver->diags,
				 "a customer has that name: write customer %s",
				 name);
	return NULL;
}

struct object *names_require(struct resolver *resolver,
			     enum statement_kind kind, const char *name,
			     struct span span)
{
	struct object *object = names_find(resolver, kind, name);

	if (!object)
		diag_error(resolver->diags, span,
			   names_hint(resolver, kind, name),
			   "there is no %s%s%s", names_kind(kind),
			   *name ? " " : "", name);
	return object;
}
