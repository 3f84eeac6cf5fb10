// SPDX-License-Identifier: GPL-2.0-only
/*
 * Large inputs: the results are right and the memory is bounded. The address
 * space of the process is limited, so that what grows out of proportion ends
 * it. A quadratic step anywhere would be noticed by the patience of whoever
 * runs this; nothing here measures time.
 */
#include "resolve_helpers.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "resolve/feed.h"

enum { MEMORY_LIMIT = 1 << 30 };

/* 10.0.0.0, 10.0.0.2, ...: no two of them can be joined. */
static struct prefix spaced_address(uint32_t number)
{
	struct prefix prefix = { .family = FAMILY_IPV4, .length = 32 };
	uint32_t address = (10u << 24) + 2 * number;
	int i;

	for (i = 0; i < 4; i++)
		prefix.address.bytes[i] = (uint8_t)(address >> (24 - 8 * i));
	return prefix;
}

/* Numbers 0 to count - 1 in an order that is not sorted. */
static uint32_t shuffled(uint32_t i, uint32_t count)
{
	return (uint32_t)((uint64_t)i * 1000003 % count);
}

static char *address_lines(uint32_t count, const char *end, size_t *size)
{
	char *text = malloc((size_t)count * 24), *at = text;
	char buffer[PREFIX_TEXT];
	struct prefix prefix;
	uint32_t i;

	assert_non_null(text);
	for (i = 0; i < count; i++) {
		prefix = spaced_address(shuffled(i, count));
		at += sprintf(at, "%s%s", prefix_format(&prefix, buffer), end);
	}
	*size = (size_t)(at - text);
	return text;
}

static void a_set_of_a_hundred_thousand_prefixes(void **state)
{
	enum { COUNT = 100000 };
	struct world world;
	size_t size;
	char *lines = address_lines(COUNT, "; ", &size);
	char *text = malloc(size + 64);
	const struct named_set *set;
	uint32_t i;

	(void)state;
	sprintf(text, "set s { %s except 10.0.0.0/31, 10.0.0.4; }", lines);
	world = resolve_well(text);
	set = set_of(&world, "s");
	assert_int_equal(set->count, COUNT - 2);
	for (i = 0; i < set->count; i++) {
		struct prefix expected = spaced_address(i ? i + 2 : 1);

		assert_int_equal(prefix_compare(&set->prefixes[i], &expected),
				 0);
	}
	world_end(&world);
	free(text);
	free(lines);
}

static void a_feed_of_a_million_lines(void **state)
{
	enum { COUNT = 1000000 };
	struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct prefix_list list = { 0 };
	size_t size;
	char *text = address_lines(COUNT, "\r\n", &size);
	uint32_t i;

	(void)state;
	feed_parse(arena, diags, diag_add_file(diags, "feed", text, size), text,
		   size, FEED_PLAIN, &list);
	assert_int_equal(diag_count(diags), 0);
	prefix_list_sort(&list);
	assert_int_equal(list.count, COUNT);
	for (i = 0; i < COUNT; i++) {
		struct prefix expected = spaced_address(i);

		assert_int_equal(prefix_compare(&list.prefixes[i], &expected),
				 0);
	}
	arena_free(arena);
	free(text);
}

static void an_error_in_the_last_of_a_million_lines(void **state)
{
	enum { COUNT = 1000000 };
	struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct prefix_list list = { 0 };
	size_t size;
	char *text = address_lines(COUNT, "\n", &size);

	(void)state;
	text[size - 2] = 'x';
	feed_parse(arena, diags, diag_add_file(diags, "feed", text, size), text,
		   size, FEED_PLAIN, &list);
	assert_int_equal(diag_errors(diags), 1);
	assert_int_equal(diag_at(diags, 0)->span.line, COUNT);
	arena_free(arena);
	free(text);
}

/* ---- customers --------------------------------------------------------- */

enum { CUSTOMERS = 20000 };

/*
 * Customer i owns 10.(i / 256).(i % 256).0/24; every customer owns
 * 192.0.2.0/24, and its interface has a link prefix in its /24.
 */
static char *many_customers(void)
{
	char *text = malloc((size_t)CUSTOMERS * 200), *at = text;
	int i;

	for (i = 0; i < CUSTOMERS; i++)
		at += sprintf(at,
			      "customer c%d { 10.%d.%d.0/24; 192.0.2.0/24; }\n"
			      "interface e%d vlan %d { role customer c%d;"
			      " link 10.%d.%d.0/30; }\n",
			      i, i / 256, i % 256, i / 4000, i % 4000 + 1, i,
			      i / 256, i % 256);
	return text;
}

static void twenty_thousand_customers_own_one_prefix(void **state)
{
	char *text = many_customers();
	struct world world = resolve_well(text);
	const struct resolved *resolved = world.resolved;
	const struct trie_table *table = &resolved->tries[TRIE_CUSTOMERS4];
	uint32_t shared = table->entries[table->count - 1].value[0];
	const struct owner_group *group;
	uint32_t i;

	(void)state;
	assert_int_equal(resolved->owner_count, 2 * CUSTOMERS + 1);
	assert_int_equal(table->count, 2 * CUSTOMERS + 1);
	assert_int_equal(resolved->owner_group_count, CUSTOMERS + 1);
	group = &resolved->owner_groups[shared - resolved->owner_count];
	assert_int_equal(group->count, CUSTOMERS);
	for (i = 0; i < CUSTOMERS; i++) {
		const struct owner_group *pair;

		assert_int_equal(group->owners[i], i + 1);
		assert_int_equal(table->entries[2 * i].value[0], i + 1);
		pair = &resolved->owner_groups[table->entries[2 * i + 1]
						       .value[0] -
					       resolved->owner_count];
		assert_int_equal(pair->count, 2);
		assert_int_equal(pair->owners[0], i + 1);
		assert_int_equal(pair->owners[1], resolved->interfaces[i].link);
	}
	world_end(&world);
	free(text);
}

static int limit_memory(void **state)
{
	/* Sanitizers reserve more address space than there is. */
#if !defined(__SANITIZE_ADDRESS__)
	const struct rlimit limit = { MEMORY_LIMIT, MEMORY_LIMIT };

	(void)state;
	return setrlimit(RLIMIT_AS, &limit);
#else
	(void)state;
	return 0;
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_of_a_hundred_thousand_prefixes),
		cmocka_unit_test(a_feed_of_a_million_lines),
		cmocka_unit_test(an_error_in_the_last_of_a_million_lines),
		cmocka_unit_test(twenty_thousand_customers_own_one_prefix),
	};

	return cmocka_run_group_tests(tests, limit_memory, NULL);
}
