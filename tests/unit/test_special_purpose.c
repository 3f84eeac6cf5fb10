// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IANA registries: the CSV as published, what each row means, and what the
 * rest of a bogons block adds to it.
 */
#include "resolve_helpers.h"

#include "resolve/special_registry.h"

#define HEADER                                                                 \
	"Address Block,Name,RFC,Allocation Date,Termination Date,Source,"      \
	"Destination,Forwardable,Globally Reachable,Reserved-by-Protocol\n"

struct expected {
	const char *address;
	int source;
	int destination;
};

static void expect_bogons(const char *policy, const struct expected *expected,
			  size_t count)
{
	struct world world = resolve_well(policy);
	uint32_t source, destination;
	size_t i;

	for (i = 0; i < count; i++) {
		source = word_of(&world, TRIE_BOGONS4, expected[i].address, 0);
		destination =
			word_of(&world, TRIE_BOGONS4, expected[i].address, 1);
		if ((int)source != expected[i].source ||
		    (int)destination != expected[i].destination)
			fail_msg("%s is %u, %u", expected[i].address, source,
				 destination);
	}
	world_end(&world);
}

#define EXPECT_BOGONS(policy, ...)                                             \
	do {                                                                   \
		const struct expected rows[] = { __VA_ARGS__ };                \
		expect_bogons(policy, rows, sizeof(rows) / sizeof(*rows));     \
	} while (0)

static void private_and_reserved_addresses_are_refused_both_ways(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "10.1.2.3", 1, 1 },
		      { "172.31.255.255", 1, 1 }, { "192.168.0.1", 1, 1 },
		      { "100.64.0.1", 1, 1 }, { "127.0.0.1", 1, 1 },
		      { "169.254.1.1", 1, 1 }, { "0.0.0.0", 1, 1 },
		      { "0.1.2.3", 1, 1 }, { "198.19.0.1", 1, 1 },
		      { "203.0.113.9", 1, 1 }, { "240.0.0.1", 1, 1 },
		      { "255.255.255.255", 1, 1 }, { "::", 1, 1 },
		      { "::1", 1, 1 }, { "::ffff:192.0.2.1", 1, 1 },
		      { "64:ff9b:1::1", 1, 1 }, { "100::1", 1, 1 },
		      { "2001:db8::1", 1, 1 }, { "3fff:fff::1", 1, 1 },
		      { "5f00::1", 1, 1 }, { "fc00::1", 1, 1 },
		      { "fdff::1", 1, 1 }, { "fe80::1", 1, 1 });
}

static void ordinary_addresses_are_not_refused(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "8.8.8.8", 0, 0 },
		      { "9.255.255.255", 0, 0 }, { "11.0.0.0", 0, 0 },
		      { "172.32.0.0", 0, 0 }, { "100.128.0.0", 0, 0 },
		      { "2001:4860::1", 0, 0 }, { "2001:200::1", 0, 0 },
		      { "2001:db9::1", 0, 0 }, { "fec0::1", 0, 0 });
}

static void reachable_rows_are_not_refused(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "192.31.196.1", 0, 0 },
		      { "192.52.193.1", 0, 0 }, { "192.175.48.1", 0, 0 },
		      { "64:ff9b::1", 0, 0 }, { "2620:4f:8000::1", 0, 0 });
}

static void narrower_rows_override_wider_ones_both_ways(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "192.0.0.1", 1, 1 },
		      { "192.0.0.8", 1, 1 }, { "192.0.0.9", 0, 0 },
		      { "192.0.0.10", 0, 0 }, { "192.0.0.11", 1, 1 },
		      { "192.0.0.170", 1, 1 }, { "192.0.0.171", 1, 1 },
		      { "2001:1::", 1, 1 }, { "2001:1::1", 0, 0 },
		      { "2001:1::3", 0, 0 }, { "2001:1::4", 1, 1 },
		      { "2001:2::1", 1, 1 }, { "2001:3::1", 0, 0 },
		      { "2001:4:112::1", 0, 0 }, { "2001:4:113::1", 1, 1 },
		      { "2001:20::1", 0, 0 }, { "2001:30::1", 0, 0 },
		      { "2001:40::1", 1, 1 });
}

static void rows_that_say_nothing_refuse_nothing(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "192.88.99.1", 0, 0 },
		      { "192.88.99.2", 1, 1 }, { "2001::1", 0, 0 },
		      { "2001:10::1", 0, 0 }, { "2002::1", 0, 0 });
}

static void multicast_is_no_source_but_may_be_a_destination(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; }", { "224.0.0.5", 1, 0 },
		      { "239.255.255.255", 1, 0 }, { "ff02::1", 1, 0 },
		      { "ff0e::1", 1, 0 });
}

static void without_special_purpose_nothing_of_it_is_refused(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { 192.0.2.0/24; }", { "10.0.0.1", 0, 0 },
		      { "224.0.0.1", 0, 0 }, { "192.0.2.1", 1, 1 });
}

static void other_members_are_refused_both_ways(void **state)
{
	(void)state;
	EXPECT_BOGONS("set s { 11.0.0.0/8; 2001:20::/28; }"
		      "bogons { special-purpose; s; 224.1.0.0/16; }",
		      { "11.0.0.1", 1, 1 }, { "2001:20::1", 1, 1 },
		      { "224.1.0.1", 1, 1 }, { "224.2.0.1", 1, 0 });
}

static void an_except_takes_both_directions_away(void **state)
{
	(void)state;
	EXPECT_BOGONS("bogons { special-purpose; 100.64.1.0/24;"
		      "except 100.64.0.0/16, 2001:db8::/32, 224.0.0.0/24; }",
		      { "100.64.0.1", 0, 0 }, { "100.64.1.1", 0, 0 },
		      { "100.65.0.1", 1, 1 }, { "2001:db8::1", 0, 0 },
		      { "224.0.0.1", 0, 0 }, { "224.0.1.1", 1, 0 });
}

static void the_set_of_bogons_has_no_holes_in_it(void **state)
{
	struct world world = resolve_well(
		"bogons { 10.0.0.0/30; 10.0.0.0/31; except 10.0.0.1; }");

	(void)state;
	assert_string_equal(set_text(&world, "bogons"), "10.0.0.0 10.0.0.2/31");
	world_end(&world);
}

/* ---- the CSV ----------------------------------------------------------- */

static struct special_rows parse(struct world *world, const char *text)
{
	struct special_rows rows = { 0 };
	uint32_t file =
		diag_add_file(world->diags, "registry.csv", text, strlen(text));

	special_registry_parse(world->arena, world->diags, file, text,
			       strlen(text), &rows);
	return rows;
}

static void quotes_footnotes_and_several_blocks_are_read(void **state)
{
	struct world world = world_new();
	struct special_rows rows = parse(
		&world, HEADER
		"\"192.0.0.170/32, 192.0.0.171/32\",\"a \"\"b\"\", c\",\"x\n"
		"  y\",1,N/A,True,False [1],True,True,True\r\n"
		"2002::/16 [3],6to4,r,1,N/A,True,True,True,N/A [3],False\n");

	(void)state;
	assert_int_equal(diag_count(world.diags), 0);
	assert_int_equal(rows.count, 3);
	assert_false(rows.rows[1].bad_source);
	assert_true(rows.rows[1].bad_destination);
	assert_int_equal(rows.rows[1].prefix.address.bytes[3], 171);
	assert_int_equal(rows.rows[2].prefix.length, 16);
	assert_false(rows.rows[2].bad_source || rows.rows[2].bad_destination);
	world_end(&world);
}

static void columns_are_found_by_their_headings(void **state)
{
	struct world world = world_new();
	struct special_rows rows = parse(
		&world, "Globally Reachable,Forwardable,Destination,Source,"
			"Address Block\nTrue,True,True,False,192.0.2.0/24\n");

	(void)state;
	assert_int_equal(diag_count(world.diags), 0);
	assert_int_equal(rows.count, 1);
	assert_true(rows.rows[0].bad_source);
	assert_false(rows.rows[0].bad_destination);
	world_end(&world);
}

static void expect_csv_error(const char *text, uint32_t line,
			     const char *message)
{
	struct world world = world_new();

	parse(&world, text);
	assert_int_equal(diag_errors(world.diags), 1);
	assert_int_equal(diag_at(world.diags, 0)->span.line, line);
	assert_string_equal(diag_at(world.diags, 0)->message, message);
	world_end(&world);
}

static void a_registry_that_changed_its_form_is_an_error(void **state)
{
	(void)state;
	expect_csv_error("", 1, "the registry has no column 'Address Block'");
	expect_csv_error("Address Block,Source,Destination,Forwardable\n", 1,
			 "the registry has no column 'Globally Reachable'");
	expect_csv_error(HEADER "10.0.0.0/8,n,\"\n\",1,,True,True,Maybe,True,x"
				"\n",
			 2, "'Maybe' under 'Forwardable' is not known");
	expect_csv_error(HEADER "10.0.0.0/8,n,r,1,,True,True,True,True,x\n"
				"10.0.0.1/8,n,r,1,,True,True,True,True,x\n",
			 3, "'10.0.0.1/8' is no address block");
	expect_csv_error(HEADER "10.0.0.0/8,n,r\n", 2,
			 "the row ends before 'Source'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			private_and_reserved_addresses_are_refused_both_ways),
		cmocka_unit_test(ordinary_addresses_are_not_refused),
		cmocka_unit_test(reachable_rows_are_not_refused),
		cmocka_unit_test(narrower_rows_override_wider_ones_both_ways),
		cmocka_unit_test(rows_that_say_nothing_refuse_nothing),
		cmocka_unit_test(
			multicast_is_no_source_but_may_be_a_destination),
		cmocka_unit_test(
			without_special_purpose_nothing_of_it_is_refused),
		cmocka_unit_test(other_members_are_refused_both_ways),
		cmocka_unit_test(an_except_takes_both_directions_away),
		cmocka_unit_test(the_set_of_bogons_has_no_holes_in_it),
		cmocka_unit_test(quotes_footnotes_and_several_blocks_are_read),
		cmocka_unit_test(columns_are_found_by_their_headings),
		cmocka_unit_test(a_registry_that_changed_its_form_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
