// SPDX-License-Identifier: GPL-2.0-only
/* Rule sets -> tables: what the datapath finds in them is what the rules say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify_world.h"

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state =
		random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(random_state >> 33) % limit;
}

static bool one_in(uint32_t chances)
{
	return !random_below(chances);
}

/* ---- rules at random --------------------------------------------------- */

/* Which fields legs ask for, and how many values they choose from. */
struct shape {
	uint32_t rules;
	uint32_t lists;
	uint32_t classes;
	uint32_t values; /* ports and the like are below */
	uint32_t rare;	 /* one leg in so many asks for a rare field */
	uint32_t going;	 /* one rule in so many goes on; 0: none */
	uint32_t packets;
};

static void random_lists(struct rules_world *world, const struct shape *shape)
{
	world->resolved.address_list_count = shape->lists;
	for (int family = 0; family < 2; family++) {
		struct class_lists *classes = arena_array(
			world->arena, shape->classes, sizeof(*classes));

		for (uint32_t i = 1; i < shape->classes; i++) {
			uint32_t *lists = arena_array(
				world->arena, shape->lists, sizeof(*lists));

			classes[i].lists = lists;
			for (uint32_t list = 0; list < shape->lists; list++)
				if (one_in(shape->lists / 3 + 1) ||
				    (list < 4 && one_in(2)))
					lists[classes[i].count++] = list;
		}
		world->resolved.classes[family] = classes;
		world->resolved.class_count[family] = shape->classes;
	}
}

static struct range_list random_ranges(struct rules_world *world,
				       uint32_t values)
{
	struct range16 *ranges = arena_array(world->arena, 2, sizeof(*ranges));
	struct range_list list = { ranges, 1 + random_below(2) };
	uint32_t low = random_below(values);

	ranges[0].low = (uint16_t)low;
	ranges[0].high = (uint16_t)(low + random_below(1 + values / 8));
	ranges[1].low = (uint16_t)(ranges[0].high + 2u);
	ranges[1].high = (uint16_t)(ranges[1].low + random_below(3));
	return list;
}

static void random_rare(struct rules_world *world, struct leg *leg)
{
	struct range32 *spis = arena_array(world->arena, 1, sizeof(*spis));
	uint8_t(*macs)[6] = arena_array(world->arena, 1, sizeof(*macs));
	struct byte_test *bytes = arena_array(world->arena, 2, sizeof(*bytes));

	switch (random_below(9)) {
	case 0:
		leg->tcp_flags_mask = (uint16_t)(1 + random_below(511));
		leg->tcp_flags_value =
			leg->tcp_flags_mask & (uint16_t)random_below(512);
		break;
	case 1:
		leg->ip_options = 1u + random_below((1u << IP_OPTION_BITS) - 1);
		break;
	case 2:
		leg->extension_headers =
			1u + random_below((1u << EXTENSION_HEADER_BITS) - 1);
		break;
	case 3:
		spis->low = random_below(3) << 30;
		spis->high = spis->low + random_below(1 << 20);
		leg->spis = spis;
		leg->spi_count = 1;
		break;
	case 4:
		macs[0][0] = (uint8_t)random_below(2);
		macs[0][5] = (uint8_t)random_below(3);
		leg->macs = (const uint8_t(*)[6])macs;
		leg->mac_count = 1;
		break;
	case 5:
		leg->byte_count = 1 + random_below(2);
		for (size_t i = 0; i < leg->byte_count; i++) {
			bytes[i].base =
				(enum byte_base)random_below(BASE_COUNT);
			bytes[i].offset = (uint16_t)(random_below(2) * 3);
			bytes[i].length = 2;
			bytes[i].mask = 0x0301;
			bytes[i].value = random_below(4) << 8 | random_below(2);
		}
		leg->bytes = bytes;
		break;
	case 6:
		leg->fragments = (uint8_t)(1 + random_below(7));
		break;
	default:
		leg->ranges[RANGE_HOP_LIMIT + random_below(5)] =
			random_ranges(world, 60);
	}
}

static struct leg random_leg(struct rules_world *world,
			     const struct shape *shape)
{
	struct leg leg = any_leg();

	leg.families = (uint8_t)(1 + random_below(3));
	if (shape->lists && !one_in(3))
		leg.source = 1 + random_below(shape->lists);
	if (shape->lists && !one_in(3))
		leg.destination = 1 + random_below(shape->lists);
	if (!one_in(3)) {
		memset(leg.protocols, 0, sizeof(leg.protocols));
		leg.protocols[0] = one_in(4)
					   ? 1ull << 50 | 1ull << 51
					   : 1ull << 6 << 11 * random_below(2);
		leg.protocols[0] |= one_in(5) ? 1ull << 51 : 0;
	}
	for (int i = RANGE_SOURCE_PORT; i <= RANGE_ICMP; i++)
		if (one_in(3))
			leg.ranges[i] = random_ranges(world, shape->values);
	if (shape->rare && one_in(shape->rare))
		random_rare(world, &leg);
	return leg;
}

static void random_rules(struct rules_world *world, const struct shape *shape)
{
	uint32_t going = 0;

	random_lists(world, shape);
	for (uint32_t i = 0; i < shape->rules; i++) {
		struct leg legs[3];
		uint32_t count = random_below(3) + 1;
		bool goes_on = shape->going && going < MAX_GOING_ON &&
			       one_in(shape->going);

		for (uint32_t j = 0; j < count; j++)
			legs[j] = random_leg(world, shape);
		going += goes_on;
		add_rule(world, goes_on ? RULE_CONTINUE : RULE_DROP, legs,
			 count);
	}
}

static void random_packet(const struct shape *shape, struct test_packet *to)
{
	struct packet *packet = &to->packet;

	memset(to, 0, sizeof(*to));
	for (size_t i = 0; i < sizeof(to->frame); i++)
		to->frame[i] = (uint8_t)random_below(4);
	to->source = random_below(shape->classes);
	to->destination = random_below(shape->classes);
	packet->family = one_in(2) ? 4 : 6;
	packet->fragment = (uint8_t)(one_in(4) ? random_below(3) : 0);
	packet->protocol = (uint8_t[]){ 6, 17, 50, 51, 1 }[random_below(5)];
	packet->authenticated = one_in(6);
	packet->has_ports = !one_in(3);
	packet->has_icmp = !packet->has_ports && one_in(2);
	packet->has_tcp_flags = packet->protocol == 6;
	packet->ports[0] = (uint16_t)random_below(shape->values + 3);
	packet->ports[1] = (uint16_t)random_below(shape->values + 3);
	packet->icmp = (uint16_t)random_below(shape->values + 3);
	packet->tcp_flags = (uint16_t)random_below(512);
	packet->hop_limit = (uint8_t)random_below(64);
	packet->dscp = (uint8_t)random_below(64);
	packet->ip_length = (uint16_t)random_below(64);
	packet->outer = one_in(3) ? NO_TAG : (uint16_t)random_below(64);
	packet->inner = one_in(2) ? NO_TAG : (uint16_t)random_below(64);
	packet->ip_options = (uint16_t)random_below(1 << IP_OPTION_BITS);
	packet->extension_headers =
		(uint16_t)random_below(1 << EXTENSION_HEADER_BITS);
	for (int i = 0; i < 2; i++) {
		packet->has_spi[i] = one_in(2);
		packet->spi[i] =
			(random_below(3) << 30) + random_below(1 << 20);
	}
	packet->source_mac[0] = (uint8_t)random_below(2);
	packet->source_mac[5] = (uint8_t)random_below(3);
	packet->network = 14;
	packet->transport =
		packet->fragment == FRAGMENT_LATER || one_in(4) ? 0 : 34;
	packet->limit = one_in(4) ? 20 + random_below(20) : 200;
}

/* ---- against the oracle ------------------------------------------------ */

static void compare_packet(const struct rules_world *world,
			   struct test_packet *from)
{
	struct matches expected, found;

	expected_matches(world, from, &expected);
	found_matches(world, from, &found);
	assert_int_equal(found.count, expected.count);
	for (int i = 0; i < found.count; i++)
		assert_int_equal(found.position[i], expected.position[i]);
}

static void compare_shape(const struct shape *shape, uint64_t seed)
{
	struct rules_world world;
	struct test_packet packet;

	random_state = seed;
	rules_world_start(&world);
	random_rules(&world, shape);
	rules_world_build(&world);
	if (!world.image)
		diag_print(world.diags, stderr);
	assert_non_null(world.image);
	for (uint32_t i = 0; i < shape->packets; i++) {
		random_packet(shape, &packet);
		compare_packet(&world, &packet);
	}
	rules_world_end(&world);
}

static void a_few_rules_match_as_they_are_read(void **state)
{
	struct shape shape = {
		.rules = 8,
		.lists = 6,
		.classes = 12,
		.values = 30,
		.rare = 3,
		.going = 3,
		.packets = 300,
	};

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++)
		compare_shape(&shape, seed);
}

static void hundreds_of_rules_match_as_they_are_read(void **state)
{
	struct shape shape = {
		.rules = 150,
		.lists = 60,
		.classes = 100,
		.values = 200,
		.rare = 10,
		.going = 6,
		.packets = 1000,
	};

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++)
		compare_shape(&shape, seed);
}

static void rules_without_addresses_match_as_they_are_read(void **state)
{
	struct shape shape = {
		.rules = 400,
		.classes = 1,
		.values = 1000,
		.going = 20,
		.packets = 1000,
	};

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++)
		compare_shape(&shape, seed);
}

/* ---- many rules -------------------------------------------------------- */

/*
 * Networks in networks, as address plans have them: list i is inside list
 * i / 8, so class i + 1 is in i, i / 8, i / 64 ...
 */
static void nested_lists(struct rules_world *world, uint32_t count)
{
	struct class_lists *classes =
		arena_array(world->arena, count + 1, sizeof(*classes));

	for (uint32_t i = 0; i < count; i++) {
		uint32_t *lists = arena_array(world->arena, 8, sizeof(*lists));
		size_t at = 8;

		for (uint32_t list = i;; list /= 8) {
			lists[--at] = list;
			if (!list)
				break;
		}
		classes[i + 1].lists = lists + at;
		classes[i + 1].count = 8 - at;
	}
	world->resolved.address_list_count = count;
	world->resolved.classes[0] = classes;
	world->resolved.class_count[0] = count + 1;
}

static void add_nested_rules(struct rules_world *world, uint32_t lists,
			     uint32_t count)
{
	static const struct shape shape = { .values = 400 };

	nested_lists(world, lists);
	for (uint32_t i = 0; i < count; i++) {
		struct leg leg = random_leg(world, &shape);

		leg.source = one_in(5) ? 0 : 1 + random_below(lists);
		leg.destination = one_in(5) ? 0 : 1 + random_below(lists);
		if (!leg.source && !leg.destination && i < count - 20)
			leg.source = 1 + i % lists;
		add_rule(world, RULE_PERMIT, &leg, 1);
	}
}

static void ten_thousand_rules_match_as_they_are_read(void **state)
{
	enum { LISTS = 4000, RULES = 10000 };
	struct shape shape = { .classes = LISTS + 1, .values = 400 };
	struct rules_world world;
	struct test_packet packet;

	(void)state;
	random_state = 1;
	rules_world_start(&world);
	add_nested_rules(&world, LISTS, RULES);
	rules_world_build(&world);
	assert_non_null(world.image);
	for (int i = 0; i < 2000; i++) {
		random_packet(&shape, &packet);
		packet.packet.family = 4;
		compare_packet(&world, &packet);
	}
	rules_world_end(&world);
}

/* Every rule from its own source to its own destination, or one port. */
static void a_hundred_thousand_rules_each_match_their_own(void **state)
{
	enum { LISTS = 50000, RULES = 100000 };
	static const struct range16 ports[2] = { { 80, 80 }, { 443, 443 } };
	struct rules_world world;
	struct test_packet packet = { 0 };
	struct matches found;

	(void)state;
	rules_world_start(&world);
	nested_lists(&world, LISTS);
	for (uint32_t i = 0; i < RULES; i++) {
		struct leg leg = any_leg();

		leg.source = 1 + LISTS / 8 + i % (LISTS - LISTS / 8);
		leg.destination = 1 + LISTS / 8 + i * 7 % (LISTS - LISTS / 8);
		leg.ranges[RANGE_DESTINATION_PORT].ranges = &ports[i % 2];
		leg.ranges[RANGE_DESTINATION_PORT].count = 1;
		add_rule(&world, RULE_PERMIT, &leg, 1);
	}
	rules_world_build(&world);
	assert_non_null(world.image);
	packet.packet.family = 4;
	packet.packet.has_ports = 1;
	for (uint32_t i = 0; i < RULES; i += 7) {
		const struct leg *leg = world.rules[i].legs;

		packet.source = leg->source;
		packet.destination = leg->destination;
		packet.packet.ports[1] = ports[i % 2].low;
		found_matches(&world, &packet, &found);
		assert_int_equal(found.count, 1);
		assert_true(leg_matches(&world.resolved,
					world.rules[found.position[0]].legs,
					&packet));
		assert_true(found.position[0] <= (int)i);
	}
	rules_world_end(&world);
}

/* More predicates than a page has bits, and each source has its own. */
static void twenty_thousand_ports_match_one_rule_each(void **state)
{
	enum { RULES = 20000 };
	struct rules_world world;
	struct test_packet packet = { .packet.family = 4 };
	struct matches found;

	(void)state;
	rules_world_start(&world);
	nested_lists(&world, RULES);
	for (uint32_t i = 0; i < RULES; i++) {
		struct range16 *port =
			arena_array(world.arena, 1, sizeof(*port));
		struct leg leg = any_leg();

		port->low = port->high = (uint16_t)(3 * i);
		leg.ranges[RANGE_SOURCE_PORT].ranges = port;
		leg.ranges[RANGE_SOURCE_PORT].count = 1;
		leg.source = 1 + i;
		add_rule(&world, RULE_DROP, &leg, 1);
	}
	rules_world_build(&world);
	assert_non_null(world.image);
	packet.packet.has_ports = 1;
	for (uint32_t port = 0; port < 3 * RULES; port++) {
		packet.source = 1 + port / 3;
		packet.packet.ports[0] = (uint16_t)port;
		found_matches(&world, &packet, &found);
		assert_int_equal(found.count, !(port % 3));
		if (found.count)
			assert_int_equal(found.position[0], port / 3);
	}
	rules_world_end(&world);
}

/* ---- what goes on ------------------------------------------------------ */

static void rules_that_go_on_come_in_order_before_the_end(void **state)
{
	const int expected[] = { 0, 2, 3 };
	struct rules_world world;
	struct test_packet packet = { .packet.family = 4 };
	struct matches found;
	struct leg legs[2] = { any_leg(), any_leg() };

	(void)state;
	rules_world_start(&world);
	add_rule(&world, RULE_CONTINUE, legs, 2);
	legs[0].families = 2;
	add_rule(&world, RULE_CONTINUE, legs, 1);
	add_rule(&world, RULE_DROP, legs + 1, 1)->goes_on = true;
	add_rule(&world, RULE_PERMIT, legs + 1, 1);
	add_rule(&world, RULE_CONTINUE, legs + 1, 1);
	rules_world_build(&world);
	found_matches(&world, &packet, &found);
	assert_int_equal(found.count, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(found.position[i], expected[i]);
	rules_world_end(&world);
}

static void sixty_four_rules_can_go_on(void **state)
{
	struct rules_world world;
	struct test_packet packet = { .packet.family = 6 };
	struct matches found;
	struct leg leg = any_leg();

	(void)state;
	rules_world_start(&world);
	for (int i = 0; i < MAX_GOING_ON; i++)
		add_rule(&world, RULE_CONTINUE, &leg, 1);
	add_rule(&world, RULE_DROP, &leg, 1);
	rules_world_build(&world);
	assert_non_null(world.image);
	found_matches(&world, &packet, &found);
	assert_int_equal(found.count, MAX_GOING_ON + 1);
	assert_int_equal(found.position[MAX_GOING_ON], MAX_GOING_ON);
	rules_world_end(&world);
}

/* ---- what is refused --------------------------------------------------- */

static void expect_error_at(const struct rules_world *world, uint32_t line)
{
	assert_int_equal(diag_errors(world->diags), 1);
	assert_int_equal(diag_at(world->diags, 0)->span.line, line);
	assert_null(world->image);
}

static void the_ninth_place_of_bytes_is_an_error_at_its_place(void **state)
{
	struct rules_world world;

	(void)state;
	rules_world_start(&world);
	for (uint16_t i = 0; i < MAX_BYTE_FIELDS + 2; i++) {
		struct byte_test *test =
			arena_array(world.arena, 1, sizeof(*test));
		struct leg leg = any_leg();

		test->offset = i;
		test->length = 1;
		test->mask = 255;
		leg.bytes = test;
		leg.byte_count = 1;
		add_rule(&world, RULE_DROP, &leg, 1);
	}
	rules_world_build(&world);
	expect_error_at(&world, MAX_BYTE_FIELDS + 1);
	rules_world_end(&world);
}

/* Addresses of which every one is in half of all lists, in no order. */
static void tables_that_would_be_too_large_are_an_error(void **state)
{
	struct shape shape = { .lists = 64, .classes = 20000, .values = 400 };
	struct rules_world world;

	(void)state;
	random_state = 1;
	rules_world_start(&world);
	random_lists(&world, &shape);
	for (int i = 0; i < 3000; i++) {
		struct leg leg = random_leg(&world, &shape);

		leg.families = 1;
		leg.source = 1 + random_below(4) + 4 * random_below(16);
		leg.destination = 1 + random_below(shape.lists);
		add_rule(&world, RULE_DROP, &leg, 1);
	}
	rules_world_build(&world);
	assert_int_equal(diag_errors(world.diags), 1);
	assert_true(diag_at(world.diags, 0)->span.line > 0);
	assert_null(world.image);
	rules_world_end(&world);
}

/* ---- bytes ------------------------------------------------------------- */

static void the_same_rules_give_the_same_bytes(void **state)
{
	struct rules_world worlds[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		random_state = 7;
		rules_world_start(&worlds[i]);
		add_nested_rules(&worlds[i], 300, 800);
		rules_world_build(&worlds[i]);
		assert_non_null(worlds[i].image);
	}
	assert_int_equal(worlds[0].image->page_count,
			 worlds[1].image->page_count);
	assert_memory_equal(worlds[0].image->pages, worlds[1].image->pages,
			    (size_t)worlds[0].image->page_count * PAGE_BYTES);
	for (int i = 0; i < 2; i++)
		rules_world_end(&worlds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_few_rules_match_as_they_are_read),
		cmocka_unit_test(hundreds_of_rules_match_as_they_are_read),
		cmocka_unit_test(
			rules_without_addresses_match_as_they_are_read),
		cmocka_unit_test(ten_thousand_rules_match_as_they_are_read),
		cmocka_unit_test(a_hundred_thousand_rules_each_match_their_own),
		cmocka_unit_test(twenty_thousand_ports_match_one_rule_each),
		cmocka_unit_test(rules_that_go_on_come_in_order_before_the_end),
		cmocka_unit_test(sixty_four_rules_can_go_on),
		cmocka_unit_test(
			the_ninth_place_of_bytes_is_an_error_at_its_place),
		cmocka_unit_test(tables_that_would_be_too_large_are_an_error),
		cmocka_unit_test(the_same_rules_give_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
