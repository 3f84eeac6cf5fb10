// SPDX-License-Identifier: GPL-2.0-only
/* Options of interfaces, ranges of VLANs, statements about the whole policy. */
#include "rule_helpers.h"

static const struct resolved_interface *interface_of(const struct world *world,
						     size_t index)
{
	assert_true(index < world->resolved->interface_count);
	return &world->resolved->interfaces[index];
}

/* ---- source validation ------------------------------------------------- */

static void validation_is_by_prefixes_unless_said(void **state)
{
	struct world world = resolve_well(
		"customer x { 192.0.2.0/24; }"
		"interface a { role customer x; }"
		"interface b { role customer x; source-validation strict; }"
		"interface c { role customer x; source-validation feasible"
		"  allow-default; }"
		"interface d { role peer; source-validation loose; }"
		"interface e { role core; source-validation strict; }");
	static const enum validation expected[] = {
		VALIDATION_PREFIXES, VALIDATION_STRICT, VALIDATION_FEASIBLE,
		VALIDATION_LOOSE, VALIDATION_STRICT
	};
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		assert_int_equal(interface_of(&world, i)->validation,
				 expected[i]);
		assert_true(interface_of(&world, i)->checks &
			    CHECK_BIT(SOURCE_VALIDATION));
		assert_int_equal(interface_of(&world, i)->flags,
				 i == 2 ? INTERFACE_ALLOW_DEFAULT : 0);
	}
	world_end(&world);
}

static void feasible_without_a_customer_is_strict(void **state)
{
	static const char text[] =
		"interface a { role core; source-validation feasible; }";
	struct world world = resolve(text);

	(void)state;
	assert_int_equal(interface_of(&world, 0)->validation,
			 VALIDATION_STRICT);
	world_end(&world);
	expect_warning(text, 26,
		       "feasible without the prefixes of a customer is strict");
}

static void strict_is_not_for_those_who_route_elsewhere(void **state)
{
	static const char message[] =
		"this drops what is legitimate where traffic comes in by "
		"another way than the best route back";

	(void)state;
	expect_warning("interface a { role peer; source-validation strict; }",
		       26, message);
	expect_warning("interface a { role ixp; source-validation feasible; }",
		       25, message);
	expect_warning("interface a { role transit; source-validation strict"
		       "  allow-default; }",
		       29, message);
}

static void a_customer_without_prefixes_sends_nothing(void **state)
{
	static const char message[] =
		"customer x has no prefixes: source-validation drops what it "
		"sends";
	struct world world =
		resolve_well("customer x { } customer y { 192.0.2.1; }"
			     "interface a { role customer x;"
			     "  source-validation strict; }"
			     "interface b { role customer x;"
			     "  source-validation off; }"
			     "interface c { role customer y; }");

	(void)state;
	world_end(&world);
	expect_warning("customer x { } interface a { role customer x; }", 44,
		       message);
	expect_warning("customer x { } interface a { role customer x;"
		       "  source-validation prefixes; }",
		       44, message);
	expect_warning("customer x { } interface a { role customer x;"
		       "  source-validation feasible; }",
		       44, "customer x has no prefixes: feasible is strict");
}

static void prefixes_ask_for_no_route(void **state)
{
	(void)state;
	expect_error("customer x { 192.0.2.0/24; }\n"
		     "interface a { role customer x;"
		     " source-validation prefixes allow-default; }",
		     2, 32, "\"allow-default\" has no meaning with prefixes");
}

/* ---- marking ----------------------------------------------------------- */

static void trust_and_remark_switch_one_check(void **state)
{
	struct world world = resolve_well(
		"interface a { role peer; }"
		"interface b { role peer; trust dscp; }"
		"interface c { role peer; remark dscp af13; }"
		"interface d { role core; remark dscp 8; }"
		"interface e { role core; }"
		"interface f { role peer; remark-dscp off; trust dscp; }");
	static const bool on[] = { true, false, true, true, false, false };
	static const uint32_t values[] = { 0, 0, 14, 8, 0, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		assert_int_equal((interface_of(&world, i)->checks &
				  CHECK_BIT(REMARK_DSCP)) != 0,
				 on[i]);
		assert_int_equal(interface_of(&world, i)->remark, values[i]);
	}
	world_end(&world);
}

static void trust_and_remark_exclude_each_other(void **state)
{
	struct world world = resolve(
		"interface a { role peer; remark dscp 0; trust dscp; }");

	(void)state;
	assert_int_equal(diag_count(world.diags), 2);
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "\"trust dscp\" contradicts \"remark dscp\"");
	assert_int_equal(diag_at(world.diags, 0)->span.column, 41);
	assert_int_equal(diag_at(world.diags, 1)->severity, SEVERITY_NOTE);
	assert_int_equal(diag_at(world.diags, 1)->span.column, 26);
	world_end(&world);
	expect_error("interface a { role peer; trust dscp; remark-dscp on; }",
		     1, 38, "\"remark-dscp on\" contradicts \"trust dscp\"");
	expect_error("interface a { role peer; remark-dscp off;"
		     " remark dscp 0; }",
		     1, 43, "\"remark dscp\" contradicts \"remark-dscp off\"");
}

/* ---- monitor ----------------------------------------------------------- */

static const char two_interfaces[] = "interface a { role peer; }"
				     "interface b { role peer; monitor; }"
				     "interface c { role management; }";

static void expect_monitors(const struct world *world, bool a, bool b)
{
	assert_int_equal(interface_of(world, 0)->flags,
			 a ? INTERFACE_MONITOR : 0);
	assert_int_equal(interface_of(world, 1)->flags,
			 b ? INTERFACE_MONITOR : 0);
	assert_int_equal(interface_of(world, 2)->flags, 0);
}

static void monitor_is_of_an_interface_or_of_all(void **state)
{
	struct world world = resolve_well(two_interfaces);

	(void)state;
	expect_monitors(&world, false, true);
	world_end(&world);
	world = resolve_well("interface a { role peer; } monitor;"
			     "interface b { role peer; monitor; }"
			     "interface c { role management; }");
	expect_monitors(&world, true, true);
	world_end(&world);
}

static void the_caller_can_ask_for_monitor(void **state)
{
	struct world world = world_new();
	const struct policy *policy =
		policy_parse_text(world.arena, world.diags, "test.weir",
				  two_interfaces, strlen(two_interfaces));

	(void)state;
	world.system.monitor = true;
	world.resolved =
		resolve_policy(world.arena, world.diags, policy, &world.system);
	assert_int_equal(diag_count(world.diags), 0);
	expect_monitors(&world, true, true);
	world_end(&world);
}

static void the_index_is_on_unless_said(void **state)
{
	struct world world = resolve_well("set a { }");

	(void)state;
	assert_true(world.resolved->index);
	world_end(&world);
	world = resolve_well("index on;");
	assert_true(world.resolved->index);
	world_end(&world);
	world = resolve_well("index off;");
	assert_false(world.resolved->index);
	world_end(&world);
	expect_error("index off;\nindex off;", 2, 1, "index is given twice");
	expect_error("monitor;\nmonitor;", 2, 1, "monitor is given twice");
}

/* ---- limits and directions --------------------------------------------- */

static void each_direction_has_its_limit(void **state)
{
	struct world world =
		resolve_well("filter f { count; }"
			     "interface a { role core; in { limit 1 mbps; }"
			     "  out { apply f; limit 10 pps; } }"
			     "interface b { role core; }");

	(void)state;
	assert_int_equal(interface_of(&world, 0)->limit[DIRECTION_IN], 2);
	assert_int_equal(interface_of(&world, 0)->limit[DIRECTION_OUT], 3);
	assert_int_equal(interface_of(&world, 0)->ruleset[DIRECTION_IN], 0);
	assert_int_equal(interface_of(&world, 0)->ruleset[DIRECTION_OUT], 1);
	assert_int_equal(interface_of(&world, 1)->limit[DIRECTION_IN], 0);
	assert_int_equal(world.resolved->limits[1].entry.bytes, 1);
	assert_int_equal(world.resolved->limits[2].entry.bytes, 0);
	world_end(&world);
}

/* ---- ranges of VLANs --------------------------------------------------- */

static void a_range_is_one_interface(void **state)
{
	struct world world =
		resolve_well("interface a vlan 100-199 { role core; }"
			     "interface a vlan 200-299.7 { role core; }"
			     "interface a vlan 5.1-4094 { role core; }"
			     "interface a { role core; }");
	static const uint16_t outer[][2] = {
		{ 100, 199 }, { 200, 299 }, { 5, 5 }, { NO_TAG, NO_TAG }
	};
	static const uint16_t inner[][2] = {
		{ NO_TAG, NO_TAG }, { 7, 7 }, { 1, 4094 }, { NO_TAG, NO_TAG }
	};
	static const char *const texts[] = { "a vlan 100-199",
					     "a vlan 200-299.7",
					     "a vlan 5.1-4094", "a" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_string_equal(interface_of(&world, i)->text, texts[i]);
		assert_memory_equal(interface_of(&world, i)->outer, outer[i],
				    4);
		assert_memory_equal(interface_of(&world, i)->inner, inner[i],
				    4);
	}
	world_end(&world);
}

static void the_same_vlan_at_another_depth_is_no_overlap(void **state)
{
	struct world world =
		resolve_well("interface a vlan 100-199 { role core; }"
			     "interface a vlan 150.1-4094 { role core; }"
			     "interface a vlan 151-152.4094 { role core; }"
			     "interface b vlan 150 { role core; }"
			     "interface a { role core; }");

	(void)state;
	world_end(&world);
}

static void vlans_that_two_statements_claim_show_both(void **state)
{
	struct world world = resolve("interface a vlan 100-199 { role core; }\n"
				     "interface a vlan 150 { role peer; }");

	(void)state;
	assert_int_equal(diag_count(world.diags), 2);
	assert_string_equal(
		diag_at(world.diags, 0)->message,
		"interface a vlan 150 overlaps interface a vlan 100-199");
	assert_string_equal(diag_at(world.diags, 0)->hint,
			    "a vlan 150 is in both: split the range around it");
	assert_int_equal(diag_at(world.diags, 0)->span.line, 2);
	assert_int_equal(diag_at(world.diags, 1)->span.line, 1);
	world_end(&world);
	expect_error("interface a vlan 7 { role core; }\n"
		     "interface a vlan 1-7 { role core; }",
		     2, 11, "interface a vlan 1-7 overlaps interface a vlan 7");
	expect_error("interface a vlan 1-9.5 { role core; }\n"
		     "interface a vlan 9.5-6 { role core; }",
		     2, 11,
		     "interface a vlan 9.5-6 overlaps interface a vlan 1-9.5");
	expect_error("interface a vlan 1-9 { role core; }\n"
		     "interface a vlan 1-9 { role core; }",
		     2, 11, "interface a vlan 1-9 is defined twice");
}

/* ---- LANs and groups --------------------------------------------------- */

static void a_lan_belongs_to_its_customer(void **state)
{
	struct world world = resolve_well(
		"customer x { 192.0.2.0/25; 192.0.2.0/26; 198.51.100.0/24;"
		"  lan 192.0.2.64/28, 192.0.2.0/25, 198.51.100.128/30; }");

	(void)state;
	world_end(&world);
	expect_warning("customer x { 192.0.2.0/25; 192.0.2.0/26;"
		       "  lan 192.0.2.0/24; }",
		       47, "this is in no prefix of customer x");
	expect_warning("customer x { 192.0.2.0/26; lan 192.0.2.64/26; }", 32,
		       "this is in no prefix of customer x");
}

static void lans_and_groups_that_cannot_be_are_errors(void **state)
{
	(void)state;
	expect_error("customer x { 192.0.2.0/24; lan 192.0.2.0/31; }", 1, 32,
		     "a /31 has no broadcast address");
	expect_error("customer x { 2001:db8::/32; lan 2001:db8::/64; }", 1, 33,
		     "an IPv6 network has no broadcast address");
	expect_error("infrastructure { multicast 192.0.2.0/24; }", 1, 28,
		     "this is no multicast prefix");
	expect_error("infrastructure { multicast 224.0.0.0/3; }", 1, 28,
		     "this is no multicast prefix");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validation_is_by_prefixes_unless_said),
		cmocka_unit_test(feasible_without_a_customer_is_strict),
		cmocka_unit_test(strict_is_not_for_those_who_route_elsewhere),
		cmocka_unit_test(a_customer_without_prefixes_sends_nothing),
		cmocka_unit_test(prefixes_ask_for_no_route),
		cmocka_unit_test(trust_and_remark_switch_one_check),
		cmocka_unit_test(trust_and_remark_exclude_each_other),
		cmocka_unit_test(monitor_is_of_an_interface_or_of_all),
		cmocka_unit_test(the_caller_can_ask_for_monitor),
		cmocka_unit_test(the_index_is_on_unless_said),
		cmocka_unit_test(each_direction_has_its_limit),
		cmocka_unit_test(a_range_is_one_interface),
		cmocka_unit_test(the_same_vlan_at_another_depth_is_no_overlap),
		cmocka_unit_test(vlans_that_two_statements_claim_show_both),
		cmocka_unit_test(a_lan_belongs_to_its_customer),
		cmocka_unit_test(lans_and_groups_that_cannot_be_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
