// SPDX-License-Identifier: GPL-2.0-only
/* The index says of every address what the tries say that it is made of. */
#include "index_helpers.h"

static void nothing_is_known_of_any_address_without_prefixes(void **state)
{
	struct world world = world_new();

	(void)state;
	build(&world);
	check_text(&world, "0.0.0.0");
	check_text(&world, "255.255.255.255");
	check_text(&world, "::");
	check_text(&world, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_int_equal(header_of(&world)->index_fact_count, 1);
	world_end(&world);
}

static void a_default_route_is_every_address(void **state)
{
	struct world world = world_new();

	(void)state;
	add(&world, TRIE_BOGONS4, "0.0.0.0/0", 1, 0);
	add(&world, TRIE_CUSTOMERS6, "::/0", 7, 0);
	build(&world);
	check_boundaries(&world);
	check_text(&world, "192.0.2.1");
	check_text(&world, "2001:db8::1");
	world_end(&world);
}

static void first_and_last_addresses_of_the_space_are_like_others(void **state)
{
	struct world world = world_new();

	(void)state;
	add(&world, TRIE_BOGONS4, "0.0.0.0", 1, 0);
	add(&world, TRIE_BOGONS4, "255.255.255.255", 0, 1);
	add(&world, TRIE_BOGONS6, "::", 1, 0);
	add(&world, TRIE_BOGONS6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0,
	    1);
	build(&world);
	check_boundaries(&world);
	world_end(&world);
}

static void each_length_of_a_prefix_ends_where_it_should(void **state)
{
	(void)state;
	for (unsigned int length = 0; length <= 128; length++) {
		struct world world = world_new();
		struct prefix prefix = prefix_of("2001:db8:5a5a:a5a5::5a5a");

		prefix.length = (uint8_t)length;
		prefix_mask(&prefix);
		add_prefix(&world, TRIE_SETS6, &prefix, 5, 0);
		if (length <= 32) {
			prefix = prefix_of("198.51.100.90");
			prefix.length = (uint8_t)length;
			prefix_mask(&prefix);
			add_prefix(&world, TRIE_SETS4, &prefix, 5, 0);
		}
		build(&world);
		check_boundaries(&world);
		world_end(&world);
	}
}

static void neighbours_that_say_the_same_are_one(void **state)
{
	struct world world = world_new();

	(void)state;
	add(&world, TRIE_SETS4, "198.51.100.0/25", 3, 0);
	add(&world, TRIE_SETS4, "198.51.100.128/25", 3, 0);
	add(&world, TRIE_SETS6, "2001:db8::/33", 3, 0);
	add(&world, TRIE_SETS6, "2001:db8:8000::/33", 3, 0);
	build(&world);
	check_boundaries(&world);
	world_end(&world);
}

static void the_longest_of_many_nested_prefixes_wins(void **state)
{
	struct world world = world_new();

	(void)state;
	for (unsigned int length = 0; length <= 128; length++) {
		struct prefix prefix = prefix_of("2001:db8::5a5a:ffff");

		prefix.length = (uint8_t)length;
		prefix_mask(&prefix);
		add_prefix(&world, TRIE_SETS6, &prefix, length + 1, 0);
	}
	for (unsigned int length = 0; length <= 32; length++) {
		struct prefix prefix = prefix_of("198.51.100.90");

		prefix.length = (uint8_t)length;
		prefix_mask(&prefix);
		add_prefix(&world, TRIE_SETS4, &prefix, length + 1, 0);
	}
	build(&world);
	check_boundaries(&world);
	world_end(&world);
}

/* From a line over a line of lines to a node, one host more at a time. */
static void hosts_side_by_side_are_told_apart(void **state)
{
	(void)state;
	for (unsigned int hosts = 1; hosts <= 24; hosts++) {
		struct world world = world_new();
		struct prefix four = prefix_of("192.0.2.0");
		struct prefix six = prefix_of("2001:db8:1:2:3:4:5:600");

		for (unsigned int i = 0; i < hosts; i++) {
			four.address.bytes[3] = (uint8_t)(2 * i + 1);
			six.address.bytes[15] = (uint8_t)(2 * i + 1);
			add_prefix(&world, TRIE_CUSTOMERS4, &four, i + 1, 0);
			add_prefix(&world, TRIE_CUSTOMERS6, &six, i + 1, 0);
		}
		build(&world);
		check_boundaries(&world);
		world_end(&world);
	}
}

/* Hosts in every corner: each byte of the address decides somewhere. */
static void hosts_that_share_any_number_of_bytes_are_told_apart(void **state)
{
	struct world world = world_new();
	struct prefix host = prefix_of("2001:db8:1:2:3:4:5:6");

	(void)state;
	for (unsigned int byte = 0; byte < 16; byte++)
		for (unsigned int value = 0; value < 40; value++) {
			struct prefix other = host;

			other.address.bytes[byte] = (uint8_t)(value * 5 + 2);
			add_prefix(&world, TRIE_SETS6, &other, byte + 1, 0);
		}
	build(&world);
	check_boundaries(&world);
	world_end(&world);
}

static void all_four_tries_speak_of_one_address(void **state)
{
	struct world world = world_new();

	(void)state;
	add(&world, TRIE_BOGONS4, "198.51.100.0/24", 1, 1);
	add(&world, TRIE_CUSTOMERS4, "198.51.100.0/25", 9, 1);
	add(&world, TRIE_INFRA4, "198.51.100.0/26", 0x10001, 0x10001);
	add(&world, TRIE_SETS4, "198.51.100.1", 4, 0);
	add(&world, TRIE_SETS4, "198.51.100.63", 5, 0);
	add(&world, TRIE_SETS4, "198.51.100.255", 6, 0);
	add(&world, TRIE_BOGONS6, "2001:db8::/64", 1, 1);
	add(&world, TRIE_SETS6, "2001:db8::ffff:ffff:ffff:ffff", 4, 0);
	build(&world);
	check_boundaries(&world);
	world_end(&world);
}

static void random_prefixes_agree_with_the_tries(void **state)
{
	(void)state;
	for (unsigned int round = 1; round <= 200; round++) {
		struct world world = world_new();

		seed = round;
		add_random(&world, 1 + any(200));
		build(&world);
		check_boundaries(&world);
		check_random(&world, 200);
		world_end(&world);
	}
}

static void many_prefixes_agree_with_the_tries(void **state)
{
	struct world world = world_new();

	(void)state;
	seed = 4711;
	add_random(&world, MOST_ENTRIES);
	build(&world);
	check_random(&world, 3000);
	world_end(&world);
}

static void the_same_prefixes_give_the_same_bytes(void **state)
{
	struct world worlds[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		worlds[i] = world_new();
		seed = 99;
		add_random(&worlds[i], 500);
		build(&worlds[i]);
	}
	assert_int_equal(worlds[0].image->page_count,
			 worlds[1].image->page_count);
	assert_memory_equal(worlds[0].image->pages, worlds[1].image->pages,
			    (size_t)worlds[0].image->page_count * PAGE_BYTES);
	world_end(&worlds[0]);
	world_end(&worlds[1]);
}

static void without_an_index_there_are_no_roots(void **state)
{
	struct world world = world_new();

	(void)state;
	world.resolved.index = false;
	add(&world, TRIE_BOGONS4, "192.0.2.0/24", 1, 1);
	build(&world);
	assert_int_equal(header_of(&world)->index_roots[0], 0);
	assert_int_equal(header_of(&world)->index_roots[1], 0);
	assert_int_equal(header_of(&world)->tries, 1 << TRIE_BOGONS4);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nothing_is_known_of_any_address_without_prefixes),
		cmocka_unit_test(a_default_route_is_every_address),
		cmocka_unit_test(
			first_and_last_addresses_of_the_space_are_like_others),
		cmocka_unit_test(each_length_of_a_prefix_ends_where_it_should),
		cmocka_unit_test(neighbours_that_say_the_same_are_one),
		cmocka_unit_test(the_longest_of_many_nested_prefixes_wins),
		cmocka_unit_test(hosts_side_by_side_are_told_apart),
		cmocka_unit_test(
			hosts_that_share_any_number_of_bytes_are_told_apart),
		cmocka_unit_test(all_four_tries_speak_of_one_address),
		cmocka_unit_test(random_prefixes_agree_with_the_tries),
		cmocka_unit_test(many_prefixes_agree_with_the_tries),
		cmocka_unit_test(the_same_prefixes_give_the_same_bytes),
		cmocka_unit_test(without_an_index_there_are_no_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
