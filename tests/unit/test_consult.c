// SPDX-License-Identifier: GPL-2.0-only
/* Live edits: what is marked asks the tries, what is not keeps its answer. */
#include "index_helpers.h"

static void check_marked(const struct world *world, const struct prefix *marked,
			 const struct prefix *address)
{
	char text[PREFIX_TEXT];

	if (number_of(world, address) == INDEX_CONSULT)
		return;
	if (prefix_covers(marked, address))
		fail_msg("%s: not marked", prefix_format(address, text));
	check(world, address);
}

/* The address with the leading bits of the prefix. */
static void move_under(const struct prefix *prefix, struct prefix *address)
{
	for (int i = 0; i < 16; i++) {
		int bits = prefix->length - 8 * i;
		uint8_t mask = bits >= 8 ? 0xff : bits > 0 ? 0xff00 >> bits : 0;

		address->address.bytes[i] &= (uint8_t)~mask;
		address->address.bytes[i] |= prefix->address.bytes[i];
	}
}

static void every_address_under_a_marked_prefix_asks_the_tries(void **state)
{
	(void)state;
	for (unsigned int round = 1; round <= 300; round++) {
		struct world world = world_new();
		struct prefix marked, probe;

		seed = round;
		add_random(&world, 1 + any(200));
		build(&world);
		marked = likely_prefix(any(2) ? FAMILY_IPV6 : FAMILY_IPV4);
		image_consult(world.image->pages, TRIE_SETS4, &marked);
		for (int i = 0; i < 200; i++) {
			probe = likely_prefix(marked.family);
			probe.length = (uint8_t)family_bits(marked.family);
			check_marked(&world, &marked, &probe);
			move_under(&marked, &probe);
			check_marked(&world, &marked, &probe);
		}
		probe.address = marked.address;
		check_marked(&world, &marked, &probe);
		probe.address = prefix_last(&marked);
		check_marked(&world, &marked, &probe);
		world_end(&world);
	}
}

/* What is known of one host does not cost its neighbours the index. */
static void a_marked_host_leaves_its_neighbours_alone(void **state)
{
	struct world world = world_new();
	struct prefix four = prefix_of("192.0.2.5");
	struct prefix six = prefix_of("2001:db8::5");

	(void)state;
	add(&world, TRIE_SETS4, "192.0.2.5", 1, 0);
	add(&world, TRIE_SETS6, "2001:db8::5", 1, 0);
	build(&world);
	image_consult(world.image->pages, TRIE_SETS4, &four);
	image_consult(world.image->pages, TRIE_SETS6, &six);
	assert_int_equal(number_of(&world, &four), INDEX_CONSULT);
	assert_int_equal(number_of(&world, &six), INDEX_CONSULT);
	check_text(&world, "192.0.2.4");
	check_text(&world, "192.0.2.6");
	check_text(&world, "2001:db8::4");
	check_text(&world, "2001:db8::6");
	world_end(&world);
}

static void a_trie_that_was_empty_is_asked_from_then_on(void **state)
{
	struct world world = world_new();
	struct prefix prefix = prefix_of("192.0.2.0/24");

	(void)state;
	build(&world);
	assert_int_equal(header_of(&world)->tries, 0);
	image_consult(world.image->pages, TRIE_INFRA4, &prefix);
	assert_int_equal(header_of(&world)->tries, 1 << TRIE_INFRA4);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_address_under_a_marked_prefix_asks_the_tries),
		cmocka_unit_test(a_marked_host_leaves_its_neighbours_alone),
		cmocka_unit_test(a_trie_that_was_empty_is_asked_from_then_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
