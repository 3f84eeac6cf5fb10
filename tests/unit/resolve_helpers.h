/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of loader/resolve share: policies from text, look-ups. */
#ifndef TESTS_UNIT_RESOLVE_HELPERS_H
#define TESTS_UNIT_RESOLVE_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "resolve.h"

/* One compile: everything is freed by world_end(). */
struct world {
	struct arena *arena;
	struct diag_list *diags;
	struct system_view system;
	const struct resolved *resolved;
};

static inline struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(text, strlen(text), &prefix), PREFIX_OK);
	return prefix;
}

static inline struct world world_new(void)
{
	struct world world = { .arena = arena_new() };

	world.diags = diag_new(world.arena);
	return world;
}

static inline void world_end(struct world *world)
{
	arena_free(world->arena);
}

/* The router of the tests has 198.51.100.1 and 2001:db8:ff::1. */
static inline struct world resolve_named(const char *name, const char *text)
{
	struct world world = world_new();
	struct prefix *local = arena_array(world.arena, 2, sizeof(*local));
	const struct policy *policy;

	local[0] = prefix_of("198.51.100.1");
	local[1] = prefix_of("2001:db8:ff::1");
	world.system = (struct system_view){ .local = local, .local_count = 2 };
	policy = policy_parse_text(world.arena, world.diags, name, text,
				   strlen(text));
	if (!diag_errors(world.diags))
		world.resolved = resolve_policy(world.arena, world.diags,
						policy, &world.system);
	return world;
}

static inline struct world resolve(const char *text)
{
	return resolve_named("test.weir", text);
}

/* A policy in which nothing is to be wrong. */
static inline struct world resolve_well(const char *text)
{
	struct world world = resolve(text);

	if (diag_count(world.diags))
		diag_print(world.diags, stderr);
	assert_int_equal(diag_count(world.diags), 0);
	assert_non_null(world.resolved);
	return world;
}

/* A policy with exactly one error, which is this one, at this place. */
static inline void expect_error(const char *text, uint32_t line,
				uint32_t column, const char *message)
{
	struct world world = resolve(text);
	const struct diagnostic *first;

	if (diag_errors(world.diags) != 1)
		diag_print(world.diags, stderr);
	assert_int_equal(diag_errors(world.diags), 1);
	first = diag_at(world.diags, 0);
	assert_string_equal(first->message, message);
	assert_int_equal(first->span.line, line);
	assert_int_equal(first->span.column, column);
	world_end(&world);
}

/* The longest match, linearly; NULL when there is none. */
static inline const struct trie_entry *longest(const struct trie_table *table,
					       const struct prefix *address)
{
	const struct trie_entry *best = NULL;
	size_t i;

	for (i = 0; i < table->count; i++)
		if (prefix_covers(&table->entries[i].prefix, address) &&
		    (!best ||
		     best->prefix.length < table->entries[i].prefix.length))
			best = &table->entries[i];
	return best;
}

/* One word of the value of an address in one of the pairs of tries. */
static inline uint32_t word_of(const struct world *world, enum trie trie4,
			       const char *address, unsigned int word)
{
	struct prefix prefix = prefix_of(address);
	unsigned int trie = trie4 + (prefix.family == FAMILY_IPV6);
	const struct trie_entry *entry =
		longest(&world->resolved->tries[trie], &prefix);

	return entry ? entry->value[word] : 0;
}

static inline const struct named_set *set_of(const struct world *world,
					     const char *name)
{
	size_t i;

	for (i = 0; i < world->resolved->set_count; i++)
		if (strcmp(world->resolved->sets[i].name, name) == 0)
			return &world->resolved->sets[i];
	return NULL;
}

/* A set's prefixes in one line: "192.0.2.0/24 2001:db8::/32". */
static inline const char *set_text(const struct world *world, const char *name)
{
	const struct named_set *set = set_of(world, name);
	const char *text = "";
	char buffer[PREFIX_TEXT];
	size_t i;

	assert_non_null(set);
	for (i = 0; i < set->count; i++)
		text = arena_printf(world->arena, "%s%s%s", text,
				    *text ? " " : "",
				    prefix_format(&set->prefixes[i], buffer));
	return text;
}

#endif
