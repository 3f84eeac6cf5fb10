// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets as prefix lists: ranges, nesting, excepts. The algebra is compared with
 * a table of single addresses on random lists.
 */
#include "resolve_helpers.h"

#include "resolve/prefix_list.h"

static void expect_set(const char *policy, const char *prefixes)
{
	struct world world = resolve_well(policy);

	assert_string_equal(set_text(&world, "s"), prefixes);
	world_end(&world);
}

static void a_range_becomes_the_fewest_prefixes(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.1-192.0.2.6; }",
		   "192.0.2.1 192.0.2.2/31 192.0.2.4/31 192.0.2.6");
	expect_set("set s { 192.0.2.0-192.0.2.255; }", "192.0.2.0/24");
	expect_set("set s { 2001:db8::-2001:db8::2; }",
		   "2001:db8::/127 2001:db8::2");
}

static void a_range_of_one_address_is_that_address(void **state)
{
	(void)state;
	expect_set("set s { 255.255.255.255-255.255.255.255; }",
		   "255.255.255.255");
}

static void a_range_of_all_addresses_is_one_prefix(void **state)
{
	(void)state;
	expect_set("set s { 0.0.0.0-255.255.255.255; }", "0.0.0.0/0");
	expect_set("set s { ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff; }",
		   "::/0");
}

static void prefixes_are_sorted_and_duplicates_removed(void **state)
{
	(void)state;
	expect_set("set s { 2001:db8::/32; 192.0.2.7; 10.0.0.0/8; 192.0.2.7; }",
		   "10.0.0.0/8 192.0.2.7 2001:db8::/32");
}

static void overlapping_prefixes_stay_as_written(void **state)
{
	(void)state;
	expect_set("set s { 10.1.0.0/16; 10.0.0.0/8; 10.0.0.0/9; }",
		   "10.0.0.0/8 10.0.0.0/9 10.1.0.0/16");
}

static void a_set_has_what_its_sets_have(void **state)
{
	(void)state;
	expect_set("set s { a; 10.3.0.0/16; } set a { b; 10.2.0.0/16; }"
		   "set b { 10.1.0.0/16; }",
		   "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16");
}

static void an_except_splits_only_what_it_touches(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.0/30; except 192.0.2.1; 10.0.0.0/8; }",
		   "10.0.0.0/8 192.0.2.0 192.0.2.2/31");
}

static void an_except_removes_what_it_covers(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.0/24; 192.0.2.64/26; 198.51.100.0/24;"
		   "except 192.0.2.0/24; }",
		   "198.51.100.0/24");
}

static void an_except_splits_each_of_several_nested_prefixes(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.0/29; 192.0.2.0/30; except 192.0.2.0/31; }",
		   "192.0.2.2/31 192.0.2.4/30");
}

static void an_except_in_a_member_does_not_reach_outside_it(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.0/31; a; }"
		   "set a { 192.0.2.0/30; except 192.0.2.0/31; }",
		   "192.0.2.0/31 192.0.2.2/31");
}

static void an_except_of_a_set_takes_what_that_set_holds(void **state)
{
	(void)state;
	expect_set("set s { 192.0.2.0/30; except a; }"
		   "set a { 192.0.2.0/31; except 192.0.2.1; }",
		   "192.0.2.1 192.0.2.2/31");
}

static void an_except_of_the_other_family_takes_nothing(void **state)
{
	(void)state;
	expect_set("set s { 0.0.0.0/0; except ::/0; }", "0.0.0.0/0");
}

static void sets_can_hold_the_other_kinds_of_object(void **state)
{
	(void)state;
	expect_set("set s { infrastructure; customer a; }"
		   "infrastructure { 10.0.0.0/8; local-addresses; }"
		   "customer a { 192.0.2.0/24; } customer b { 192.0.2.9; }",
		   "10.0.0.0/8 192.0.2.0/24 198.51.100.1 2001:db8:ff::1");
	expect_set("set s { customers; } customer a { 192.0.2.0/24; }"
		   "customer b { 192.0.2.9; }",
		   "192.0.2.0/24 192.0.2.9");
	expect_set("set s { any; except local; except 128.0.0.0/1; "
		   "except 8000::/1; except 0::/2; except 4000::/2; }",
		   "0.0.0.0/1");
}

static void a_set_in_itself_is_an_error_that_shows_the_way(void **state)
{
	struct world world =
		resolve("set a { b; }\nset b { c; }\nset c { a; }\n");

	(void)state;
	assert_int_equal(diag_errors(world.diags), 1);
	assert_int_equal(diag_count(world.diags), 3);
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "set a contains itself");
	assert_int_equal(diag_at(world.diags, 0)->span.line, 3);
	assert_string_equal(diag_at(world.diags, 1)->message,
			    "by way of set c, which is named here");
	assert_int_equal(diag_at(world.diags, 2)->span.line, 1);
	world_end(&world);
}

static void infrastructure_in_itself_is_an_error(void **state)
{
	(void)state;
	expect_error("infrastructure { a; }\nset a { infrastructure; }", 2, 9,
		     "infrastructure contains itself");
}

static void sets_nested_too_deep_are_an_error(void **state)
{
	char text[8192];
	int length = 0, i;

	(void)state;
	for (i = 0; i < 100; i++)
		length += snprintf(text + length, sizeof(text) - length,
				   "set s%d { s%d; }\n", i, i + 1);
	snprintf(text + length, sizeof(text) - length,
		 "set s100 { 192.0.2.1; }");
	expect_error(text, 64, 11, "sets are nested more than 64 deep");
}

/* ---- against single addresses ------------------------------------------ */

enum { ADDRESSES = 256, ROUNDS = 2000 };

/* A random prefix within 10.0.0.0/24. */
static struct prefix random_prefix(unsigned int *seed)
{
	struct prefix prefix = { .family = FAMILY_IPV4, .address = { { 10 } } };

	prefix.length = (uint8_t)(24 + rand_r(seed) % 9);
	prefix.address.bytes[3] = (uint8_t)rand_r(seed);
	prefix_mask(&prefix);
	return prefix;
}

static void mark(bool *addresses, const struct prefix_list *list, bool value)
{
	struct address last;
	unsigned int address;
	size_t i;

	for (i = 0; i < list->count; i++) {
		last = prefix_last(&list->prefixes[i]);
		for (address = list->prefixes[i].address.bytes[3];
		     address <= last.bytes[3]; address++)
			addresses[address] = value;
	}
}

static struct prefix_list random_list(struct arena *arena, unsigned int *seed)
{
	struct prefix_list list = { 0 };
	struct prefix prefix;
	int count = rand_r(seed) % 8;

	while (count-- > 0) {
		prefix = random_prefix(seed);
		prefix_list_add(arena, &list, &prefix);
	}
	prefix_list_sort(&list);
	return list;
}

static void a_difference_has_the_addresses_that_it_should(void **state)
{
	unsigned int seed = 1, round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct arena *arena = arena_new();
		struct prefix_list from = random_list(arena, &seed);
		struct prefix_list excepts = random_list(arena, &seed);
		struct prefix_list rest =
			prefix_list_subtract(arena, &from, &excepts);
		bool expected[ADDRESSES] = { 0 }, found[ADDRESSES] = { 0 };

		mark(expected, &from, true);
		mark(expected, &excepts, false);
		mark(found, &rest, true);
		assert_memory_equal(expected, found, sizeof(expected));
		arena_free(arena);
	}
}

static void a_random_range_has_the_addresses_that_it_should(void **state)
{
	unsigned int seed = 2, round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct arena *arena = arena_new();
		struct address first = { { 10 } }, last = { { 10 } };
		struct prefix_list list = { 0 };
		bool expected[ADDRESSES] = { 0 }, found[ADDRESSES] = { 0 };
		unsigned int address;

		first.bytes[3] = (uint8_t)rand_r(&seed);
		last.bytes[3] =
			(uint8_t)(first.bytes[3] +
				  rand_r(&seed) % (256 - first.bytes[3]));
		prefix_list_add_range(arena, &list, FAMILY_IPV4, &first, &last);
		for (address = first.bytes[3]; address <= last.bytes[3];
		     address++)
			expected[address] = true;
		mark(found, &list, true);
		assert_memory_equal(expected, found, sizeof(expected));
		assert_true(list.count <= 14);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_becomes_the_fewest_prefixes),
		cmocka_unit_test(a_range_of_one_address_is_that_address),
		cmocka_unit_test(a_range_of_all_addresses_is_one_prefix),
		cmocka_unit_test(prefixes_are_sorted_and_duplicates_removed),
		cmocka_unit_test(overlapping_prefixes_stay_as_written),
		cmocka_unit_test(a_set_has_what_its_sets_have),
		cmocka_unit_test(an_except_splits_only_what_it_touches),
		cmocka_unit_test(an_except_removes_what_it_covers),
		cmocka_unit_test(
			an_except_splits_each_of_several_nested_prefixes),
		cmocka_unit_test(
			an_except_in_a_member_does_not_reach_outside_it),
		cmocka_unit_test(an_except_of_a_set_takes_what_that_set_holds),
		cmocka_unit_test(an_except_of_the_other_family_takes_nothing),
		cmocka_unit_test(sets_can_hold_the_other_kinds_of_object),
		cmocka_unit_test(
			a_set_in_itself_is_an_error_that_shows_the_way),
		cmocka_unit_test(infrastructure_in_itself_is_an_error),
		cmocka_unit_test(sets_nested_too_deep_are_an_error),
		cmocka_unit_test(a_difference_has_the_addresses_that_it_should),
		cmocka_unit_test(
			a_random_range_has_the_addresses_that_it_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
