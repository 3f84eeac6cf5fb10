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

/* An interface for each of a hundred thousand customers, on one port. */
static char *many_interfaces(uint32_t count)
{
	char *text = malloc((size_t)count * 160), *at = text;
	uint32_t i;

	assert_non_null(text);
	for (i = 0; i < count; i++)
		at += sprintf(at,
			      "customer c%u { 10.%u.%u.%u/30; lan"
			      " 10.%u.%u.%u/30; }\n"
			      "interface e vlan %u.%u { role customer c%u;"
			      " in { apply f; limit 10 mbps; } }\n",
			      i, i >> 14, i >> 6 & 255, i << 2 & 255, i >> 14,
			      i >> 6 & 255, i << 2 & 255, i / 4000 + 1,
			      i % 4000 + 1, i);
	sprintf(at, "filter f { permit to customers; permit from customers; }");
	return text;
}

static void a_hundred_thousand_interfaces(void **state)
{
	enum { COUNT = 100000 };
	char *text = many_interfaces(COUNT);
	struct world world = resolve_well(text);
	const struct resolved *resolved = world.resolved;
	uint32_t i;

	(void)state;
	assert_int_equal(resolved->interface_count, COUNT);
	assert_int_equal(resolved->owner_count, COUNT + 1);
	assert_int_equal(resolved->ruleset_count, 1);
	assert_int_equal(resolved->limit_count, COUNT + 1);
	assert_int_equal(resolved->address_list_count, 1);
	assert_int_equal(resolved->tries[TRIE_INFRA4].count, COUNT + 1);
	for (i = 0; i < COUNT; i++) {
		assert_int_equal(resolved->interfaces[i].owner, i + 1);
		assert_int_equal(resolved->interfaces[i].limit[DIRECTION_IN],
				 i + 2);
		assert_int_equal(resolved->interfaces[i].ruleset[DIRECTION_IN],
				 1);
	}
	world_end(&world);
	free(text);
}

/* Each rule is about addresses, ports and a service of its own. */
static char *many_rules(uint32_t count)
{
	char *text = malloc((size_t)count * 160), *at = text;
	uint32_t i;

	assert_non_null(text);
	at += sprintf(at, "service s { tcp destination-port http; ttl 255; }\n"
			  "interface e { role core; in { apply f; } }\n"
			  "filter f {\n");
	for (i = 0; i < count; i++)
		at += sprintf(at,
			      "permit s from 10.%u.%u.%u to 192.0.2.%u"
			      " source-port %u limit 100 pps;\n",
			      i >> 16, i >> 8 & 255, i & 255, i % 256,
			      i % 65536);
	sprintf(at, "}\n");
	return text;
}

static void a_hundred_thousand_rules(void **state)
{
	enum { COUNT = 100000 };
	char *text = many_rules(COUNT);
	struct world world = resolve_well(text);
	const struct resolved *resolved = world.resolved;
	const struct resolved_ruleset *ruleset = resolved->rulesets;
	uint32_t i;

	(void)state;
	assert_int_equal(ruleset->rule_count, COUNT);
	assert_int_equal(resolved->address_list_count, COUNT + 256);
	assert_int_equal(resolved->limit_count, COUNT + 1);
	for (i = 0; i < COUNT; i++) {
		const struct leg *leg = ruleset->rules[i].legs;

		assert_int_equal(ruleset->rules[i].leg_count, 1);
		assert_int_equal(leg->ranges[RANGE_HOP_LIMIT].count, 1);
		assert_int_equal(leg->ranges[RANGE_SOURCE_PORT].ranges[0].low,
				 i % 65536);
	}
	world_end(&world);
	free(text);
}

/* Each error looks for the nearest of all names, until nobody reads on. */
static void a_hundred_thousand_unknown_customers(void **state)
{
	enum { COUNT = 100000 };
	char *text = malloc((size_t)COUNT * 96), *at = text;
	struct world world;
	uint32_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < COUNT; i++)
		at += sprintf(at,
			      "customer c%u { }\n"
			      "interface e vlan %u.%u { role customer d%u; }\n",
			      i, i / 4000 + 1, i % 4000 + 1, i);
	world = resolve(text);
	assert_int_equal(diag_errors(world.diags), COUNT);
	assert_true(diag_full(world.diags));
	world_end(&world);
	free(text);
}

static void a_million_keys_in_ranges(void **state)
{
	struct world world =
		resolve_well("interface e vlan 1-256.1-4094 { role core; }"
			     "interface e vlan 257 { role core; }");

	(void)state;
	assert_int_equal(world.resolved->interface_count, 2);
	world_end(&world);
	expect_error("interface e vlan 1-256.1-4094 { role core; }\n"
		     "interface e vlan 257.1-4094 { role core; }",
		     2, 11, "more than 1048576 logical interfaces");
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
		cmocka_unit_test(a_hundred_thousand_interfaces),
		cmocka_unit_test(a_hundred_thousand_rules),
		cmocka_unit_test(a_hundred_thousand_unknown_customers),
		cmocka_unit_test(a_million_keys_in_ranges),
	};

	return cmocka_run_group_tests(tests, limit_memory, NULL);
}
