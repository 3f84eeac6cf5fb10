// SPDX-License-Identifier: GPL-2.0-only
/* Names, interfaces, roles, checks and devices. */
#include "resolve_helpers.h"

static void interfaces_are_as_the_policy_says(void **state)
{
	struct world world =
		resolve_well("customer acme { 192.0.2.0/24; }"
			     "interface eth1 { role customer acme; }"
			     "interface eth1 vlan 100 { role peer; }"
			     "interface eth2 vlan 100.200 { role core; }"
			     "interface eth3 { role management; }");
	const struct resolved *resolved = world.resolved;

	(void)state;
	assert_int_equal(resolved->interface_count, 4);
	assert_string_equal(resolved->interfaces[0].text, "eth1");
	assert_string_equal(resolved->interfaces[1].text, "eth1 vlan 100");
	assert_string_equal(resolved->interfaces[2].text, "eth2 vlan 100.200");
	assert_int_equal(resolved->interfaces[0].owner, 1);
	assert_int_equal(resolved->interfaces[0].outer[0], NO_TAG);
	assert_int_equal(resolved->interfaces[1].outer[0], 100);
	assert_int_equal(resolved->interfaces[1].inner[0], NO_TAG);
	assert_int_equal(resolved->interfaces[2].inner[0], 200);
	assert_int_equal(resolved->interfaces[1].device, 0);
	assert_int_equal(resolved->interfaces[2].device, 1);
	assert_int_equal(resolved->device_count, 3);
	assert_string_equal(resolved->devices[2].name, "eth3");
	world_end(&world);
}

static void a_device_of_management_alone_is_not_governed(void **state)
{
	struct world world =
		resolve_well("interface a { role management; }"
			     "interface a vlan 5 { role management; }"
			     "interface b { role management; }"
			     "interface b vlan 5 { role core; }"
			     "interface c { role core; }");
	const struct resolved_device *devices = world.resolved->devices;

	(void)state;
	assert_false(devices[0].governed);
	assert_true(devices[0].tagged);
	assert_true(devices[1].governed);
	assert_true(devices[1].tagged);
	assert_true(devices[2].governed);
	assert_false(devices[2].tagged);
	world_end(&world);
}

static void roles_bring_their_checks(void **state)
{
	const uint32_t edge =
		CHECK_BIT(BOGON_SOURCE) | CHECK_BIT(OWN_SOURCE) |
		CHECK_BIT(MARTIAN_DESTINATION) | CHECK_BIT(INFRASTRUCTURE) |
		CHECK_BIT(INVALID_SOURCE) | CHECK_BIT(LAND) |
		CHECK_BIT(DIRECTED_BROADCAST) | CHECK_BIT(MULTICAST_SCOPE) |
		CHECK_BIT(REMARK_DSCP);
	const uint32_t expected[] = {
		edge | CHECK_BIT(SOURCE_VALIDATION) |
			CHECK_BIT(CUSTOMER_SOURCE),
		edge | CHECK_BIT(FOREIGN_SOURCE),
		edge | CHECK_BIT(FOREIGN_SOURCE),
		edge | CHECK_BIT(FOREIGN_SOURCE),
		0,
		0,
	};
	struct world world = resolve_well("customer x { 192.0.2.0/24; }"
					  "interface a { role customer x; }"
					  "interface b { role peer; }"
					  "interface c { role transit; }"
					  "interface d { role ixp; }"
					  "interface e { role core; }"
					  "interface f { role management; }");
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		assert_int_equal(world.resolved->interfaces[i].role, i);
		assert_int_equal(world.resolved->interfaces[i].checks,
				 expected[i]);
	}
	world_end(&world);
}

static void each_check_can_be_switched(void **state)
{
	struct world world = resolve_well(
		"customer x { 192.0.2.0/24; }"
		"interface a { role customer x; source-validation off;"
		"  own-source off; foreign-source on; invalid-source off;"
		"  land off; directed-broadcast off; multicast-scope off;"
		"  remark-dscp off; }"
		"interface b { role core; bogon-source on;"
		"  source-validation prefixes; link 192.0.2.0/30; }");

	(void)state;
	assert_int_equal(
		world.resolved->interfaces[0].checks,
		CHECK_BIT(BOGON_SOURCE) | CHECK_BIT(MARTIAN_DESTINATION) |
			CHECK_BIT(INFRASTRUCTURE) | CHECK_BIT(CUSTOMER_SOURCE) |
			CHECK_BIT(FOREIGN_SOURCE));
	assert_int_equal(world.resolved->interfaces[1].checks,
			 CHECK_BIT(BOGON_SOURCE) |
				 CHECK_BIT(SOURCE_VALIDATION));
	world_end(&world);
}

static void sets_are_named_in_the_order_of_the_policy(void **state)
{
	static const char *const names[] = { "noc", "customer acme", "bogons",
					     "infrastructure", "own" };
	struct world world = resolve_well(
		"set noc { 192.0.2.1; } customer acme { 192.0.2.0/24; }"
		"bogons { 10.0.0.0/8; } infrastructure { noc; }"
		"set own { noc; }");
	size_t i;

	(void)state;
	assert_int_equal(world.resolved->set_count, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(world.resolved->sets[i].name, names[i]);
	world_end(&world);
}

static void an_empty_policy_is_empty(void **state)
{
	struct world world = world_new();
	const struct policy *policy =
		policy_parse_text(world.arena, world.diags, "test.weir", "", 0);
	int trie;

	(void)state;
	world.resolved =
		resolve_policy(world.arena, world.diags, policy, &world.system);
	assert_int_equal(diag_count(world.diags), 0);
	for (trie = 0; trie < TRIE_COUNT; trie++)
		assert_int_equal(world.resolved->tries[trie].count, 0);
	assert_int_equal(world.resolved->owner_count, 1);
	assert_int_equal(world.resolved->interface_count, 0);
	assert_int_equal(world.resolved->class_count[0], 1);
	world_end(&world);
}

static void the_same_policy_gives_the_same_tables(void **state)
{
	static const char text[] =
		"set own { 10.0.0.0/8; 2001:db8::/32; }"
		"bogons { special-purpose; }"
		"customer b { 10.1.0.0/16; } customer a { 10.1.0.0/17; }";
	struct world one = resolve_well(text), two = resolve_well(text);
	int trie;

	(void)state;
	for (trie = 0; trie < TRIE_COUNT; trie++) {
		const struct trie_table *a = &one.resolved->tries[trie];
		const struct trie_table *b = &two.resolved->tries[trie];
		size_t i;

		assert_int_equal(a->count, b->count);
		for (i = 0; i < a->count; i++) {
			assert_int_equal(prefix_compare(&a->entries[i].prefix,
							&b->entries[i].prefix),
					 0);
			assert_memory_equal(a->entries[i].value,
					    b->entries[i].value, 8);
		}
	}
	world_end(&one);
	world_end(&two);
}

static void the_shipped_policies_are_valid(void **state)
{
	static const char *const paths[] = { "policies/minimal.weir",
					     "policies/edge.weir" };
	const struct policy *policy;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct world world = world_new();

		policy = policy_parse_file(world.arena, world.diags, paths[i]);
		assert_int_equal(diag_count(world.diags), 0);
		resolve_policy(world.arena, world.diags, policy, &world.system);
		assert_int_equal(diag_count(world.diags), 0);
		world_end(&world);
	}
}

/* ---- errors ------------------------------------------------------------ */

static void unknown_names_come_with_the_nearest_known_one(void **state)
{
	struct world world =
		resolve("set bgp-peers { 192.0.2.1; } set a { bgp-peer; }");

	(void)state;
	assert_int_equal(diag_errors(world.diags), 1);
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "there is no set bgp-peer");
	assert_string_equal(diag_at(world.diags, 0)->hint,
			    "did you mean bgp-peers?");
	world_end(&world);
	expect_error("interface e { role customer acme; }", 1, 29,
		     "there is no customer acme");
	expect_error("interface e { role core; in { apply f; } }", 1, 37,
		     "there is no filter f");
	expect_error("filter f { permit to own; }", 1, 22,
		     "there is no set own");
	expect_error("filter f { permit to infrastructure; }", 1, 22,
		     "there is no infrastructure");
}

static void a_customers_name_as_a_set_is_explained(void **state)
{
	struct world world = resolve("customer acme { 192.0.2.0/24; }"
				     "filter f { permit from acme; }");

	(void)state;
	assert_int_equal(diag_errors(world.diags), 1);
	assert_string_equal(diag_at(world.diags, 0)->hint,
			    "a customer has that name: write customer acme");
	world_end(&world);
}

static void definitions_given_twice_show_both_places(void **state)
{
	struct world world =
		resolve("set a { 192.0.2.1; }\nset a { 192.0.2.2; }");

	(void)state;
	assert_int_equal(diag_count(world.diags), 2);
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "set a is defined twice");
	assert_int_equal(diag_at(world.diags, 0)->span.line, 2);
	assert_int_equal(diag_at(world.diags, 1)->span.line, 1);
	world_end(&world);
	expect_error("bogons { }\nbogons { }", 2, 1, "bogons is defined twice");
	expect_error("infrastructure { } infrastructure { }", 1, 20,
		     "infrastructure is defined twice");
	expect_error("interface e { role core; }\ninterface e { role peer; }",
		     2, 11, "interface e is defined twice");
	expect_error("interface e vlan 1.2 { role core; }\n"
		     "interface e vlan 1.2 { role peer; }",
		     2, 11, "interface e vlan 1.2 is defined twice");
}

static void different_kinds_may_share_a_name(void **state)
{
	struct world world = resolve_well(
		"set a { 192.0.2.1; } customer a { 192.0.2.2; }"
		"service a { tcp port 1; } filter a { permit a from a; }");

	(void)state;
	world_end(&world);
}

static void roles_are_given_once(void **state)
{
	(void)state;
	expect_error("interface e { }", 1, 11, "interface e has no role");
	expect_error("interface e { role core; role peer; }", 1, 26,
		     "the role is given twice");
}

static void options_are_given_once(void **state)
{
	(void)state;
	expect_error("interface e { role core; own-source on;"
		     " own-source off; }",
		     1, 41, "own-source is given twice");
	expect_error("interface e { role core; in { } in { } }", 1, 33,
		     "\"in\" is given twice");
	expect_error("filter f { drop; }"
		     "interface e { role core; in { apply f; apply f; } }",
		     1, 64, "filter f is applied twice");
}

static void management_takes_no_other_options(void **state)
{
	(void)state;
	expect_error("interface e { role management; bogon-source on;"
		     " link 192.0.2.0/30; }",
		     1, 32, "this has no meaning on a management interface");
}

static void validation_needs_prefixes(void **state)
{
	(void)state;
	expect_error("interface e { role peer; source-validation prefixes; }",
		     1, 26, "there are no prefixes to validate sources with");
}

static void bogons_hold_no_customers(void **state)
{
	(void)state;
	expect_error("customer a { 192.0.2.0/24; } bogons { customer a; }", 1,
		     39, "this cannot be a member of bogons");
}

static void several_errors_are_shown_at_once(void **state)
{
	struct world world = resolve("set a { x; }\nset b { y; }\n"
				     "filter f { permit tpc; }\n"
				     "interface e { }\n");

	(void)state;
	assert_int_equal(diag_errors(world.diags), 4);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interfaces_are_as_the_policy_says),
		cmocka_unit_test(a_device_of_management_alone_is_not_governed),
		cmocka_unit_test(roles_bring_their_checks),
		cmocka_unit_test(each_check_can_be_switched),
		cmocka_unit_test(sets_are_named_in_the_order_of_the_policy),
		cmocka_unit_test(an_empty_policy_is_empty),
		cmocka_unit_test(the_same_policy_gives_the_same_tables),
		cmocka_unit_test(the_shipped_policies_are_valid),
		cmocka_unit_test(unknown_names_come_with_the_nearest_known_one),
		cmocka_unit_test(a_customers_name_as_a_set_is_explained),
		cmocka_unit_test(definitions_given_twice_show_both_places),
		cmocka_unit_test(different_kinds_may_share_a_name),
		cmocka_unit_test(roles_are_given_once),
		cmocka_unit_test(options_are_given_once),
		cmocka_unit_test(management_takes_no_other_options),
		cmocka_unit_test(validation_needs_prefixes),
		cmocka_unit_test(bogons_hold_no_customers),
		cmocka_unit_test(several_errors_are_shown_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
