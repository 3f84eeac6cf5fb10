// SPDX-License-Identifier: GPL-2.0-only
/* Rules as legs, and the rules that make no sense. */
#include "rule_helpers.h"

static const uint64_t tcp[4] = { 1ull << 6 };
static const uint64_t udp[4] = { 1ull << 17 };
static const uint64_t all_protocols[4] = { ~0ull, ~0ull, ~0ull, ~0ull };

static void a_rule_that_asks_nothing_matches_everything(void **state)
{
	struct world world = resolve_well(IN_FILTER("drop;"));
	const struct leg *leg = leg_of(&world, 0, 0);

	(void)state;
	expect_legs(&world, 0, 1);
	assert_int_equal(rule_of(&world, 0)->entry.action, RULE_DROP);
	assert_string_equal(rule_of(&world, 0)->filter, "f");
	assert_int_equal(leg->families, 3);
	assert_int_equal(leg->source, 0);
	assert_int_equal(leg->destination, 0);
	assert_int_equal(leg->fragments, 7);
	assert_memory_equal(leg->protocols, all_protocols, 32);
	assert_int_equal(leg->ranges[RANGE_SOURCE_PORT].count, 0);
	assert_int_equal(leg->ranges[RANGE_DESTINATION_PORT].count, 0);
	assert_int_equal(leg->ranges[RANGE_ICMP].count, 0);
	world_end(&world);
}

static void ports_are_sorted_and_joined(void **state)
{
	struct world world = resolve_well(IN_FILTER(
		"permit tcp destination-port 90, 80-85, 22, 86, 84-89;"));
	const struct leg *leg = leg_of(&world, 0, 0);

	(void)state;
	assert_memory_equal(leg->protocols, tcp, 32);
	assert_int_equal(leg->ranges[RANGE_SOURCE_PORT].count, 0);
	EXPECT_RANGES(leg->ranges[RANGE_DESTINATION_PORT], { 22, 22 },
		      { 80, 90 });
	world_end(&world);
}

static void the_whole_range_of_ports_is_not_any(void **state)
{
	struct world world =
		resolve_well(IN_FILTER("permit tcp source-port 0-65535;"));

	(void)state;
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_SOURCE_PORT],
		      { 0, 65535 });
	world_end(&world);
}

static void port_means_the_source_or_the_destination_port(void **state)
{
	struct world world =
		resolve_well(IN_FILTER("permit udp port domain, ntp;"));

	(void)state;
	expect_legs(&world, 0, 2);
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_SOURCE_PORT],
		      { 53, 53 }, { 123, 123 });
	assert_int_equal(
		leg_of(&world, 0, 0)->ranges[RANGE_DESTINATION_PORT].count, 0);
	assert_int_equal(leg_of(&world, 0, 1)->ranges[RANGE_SOURCE_PORT].count,
			 0);
	EXPECT_RANGES(leg_of(&world, 0, 1)->ranges[RANGE_DESTINATION_PORT],
		      { 53, 53 }, { 123, 123 });
	assert_memory_equal(leg_of(&world, 0, 1)->protocols, udp, 32);
	world_end(&world);
}

static void port_with_source_port_means_both(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("permit udp port 50-60 source-port 55-70, 80;"
			  "permit udp port 53 source-port 1024-65535;"));

	(void)state;
	expect_legs(&world, 0, 2);
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_SOURCE_PORT],
		      { 55, 60 });
	assert_int_equal(
		leg_of(&world, 0, 0)->ranges[RANGE_DESTINATION_PORT].count, 0);
	EXPECT_RANGES(leg_of(&world, 0, 1)->ranges[RANGE_SOURCE_PORT],
		      { 55, 70 }, { 80, 80 });
	EXPECT_RANGES(leg_of(&world, 0, 1)->ranges[RANGE_DESTINATION_PORT],
		      { 50, 60 });
	expect_legs(&world, 1, 1);
	EXPECT_RANGES(leg_of(&world, 1, 0)->ranges[RANGE_SOURCE_PORT],
		      { 1024, 65535 });
	EXPECT_RANGES(leg_of(&world, 1, 0)->ranges[RANGE_DESTINATION_PORT],
		      { 53, 53 });
	world_end(&world);
}

static void ports_alone_mean_every_protocol_that_has_them(void **state)
{
	const uint64_t having[4] = { 1ull << 6 | 1ull << 17 | 1ull << 33, 0,
				     1ull << (132 - 128) |
					     1ull << (136 - 128) };
	struct world world =
		resolve_well(IN_FILTER("drop destination-port 53;"));

	(void)state;
	assert_memory_equal(leg_of(&world, 0, 0)->protocols, having, 32);
	world_end(&world);
}

static void icmp_by_name_is_of_one_family(void **state)
{
	const uint64_t icmp[4] = { 1ull << 1 }, icmpv6[4] = { 1ull << 58 };
	struct world world = resolve_well(
		IN_FILTER("permit icmp; permit protocol tcp, icmpv6, icmp;"));

	(void)state;
	expect_legs(&world, 0, 1);
	assert_int_equal(leg_of(&world, 0, 0)->families, 1);
	assert_memory_equal(leg_of(&world, 0, 0)->protocols, icmp, 32);
	expect_legs(&world, 1, 3);
	assert_memory_equal(leg_of(&world, 1, 0)->protocols, tcp, 32);
	assert_int_equal(leg_of(&world, 1, 0)->families, 3);
	assert_memory_equal(leg_of(&world, 1, 1)->protocols, icmp, 32);
	assert_int_equal(leg_of(&world, 1, 1)->families, 1);
	assert_memory_equal(leg_of(&world, 1, 2)->protocols, icmpv6, 32);
	assert_int_equal(leg_of(&world, 1, 2)->families, 2);
	world_end(&world);
}

static void protocols_by_number_are_of_both_families(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("permit protocol 1-58; permit protocol 0-255;"));

	(void)state;
	expect_legs(&world, 0, 1);
	assert_int_equal(leg_of(&world, 0, 0)->families, 3);
	assert_int_equal(leg_of(&world, 0, 0)->protocols[0], (1ull << 59) - 2);
	assert_memory_equal(leg_of(&world, 1, 0)->protocols, all_protocols, 32);
	world_end(&world);
}

static void types_and_codes_are_ranges_of_both_bytes(void **state)
{
	struct world world = resolve_well(IN_FILTER(
		"permit icmp type echo-request, time-exceeded, 12;"
		"permit icmp type unreachable code fragmentation-needed, 0-1;"
		"permit icmpv6 type unreachable;"
		"permit protocol 58 type packet-too-big code 0;"));

	(void)state;
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_ICMP],
		      { 0x800, 0x8ff }, { 0xb00, 0xcff });
	EXPECT_RANGES(leg_of(&world, 1, 0)->ranges[RANGE_ICMP],
		      { 0x300, 0x301 }, { 0x304, 0x304 });
	EXPECT_RANGES(leg_of(&world, 2, 0)->ranges[RANGE_ICMP],
		      { 0x100, 0x1ff });
	assert_int_equal(leg_of(&world, 2, 0)->families, 2);
	EXPECT_RANGES(leg_of(&world, 3, 0)->ranges[RANGE_ICMP],
		      { 0x200, 0x200 });
	assert_int_equal(leg_of(&world, 3, 0)->families, 2);
	world_end(&world);
}

static void fragments_are_first_and_later_ones(void **state)
{
	struct world world = resolve_well(IN_FILTER("drop fragments;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->fragments,
			 1 << FRAGMENT_FIRST | 1 << FRAGMENT_LATER);
	world_end(&world);
}

static void a_service_is_a_leg_for_each_entry(void **state)
{
	struct world world = resolve_well(
		"service web { tcp destination-port http, https;"
		"              udp destination-port https; }" IN_FILTER(
			"permit web to 192.0.2.1;"));

	(void)state;
	expect_legs(&world, 0, 2);
	assert_memory_equal(leg_of(&world, 0, 0)->protocols, tcp, 32);
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_DESTINATION_PORT],
		      { 80, 80 }, { 443, 443 });
	assert_memory_equal(leg_of(&world, 0, 1)->protocols, udp, 32);
	EXPECT_RANGES(leg_of(&world, 0, 1)->ranges[RANGE_DESTINATION_PORT],
		      { 443, 443 });
	assert_int_equal(leg_of(&world, 0, 1)->destination,
			 leg_of(&world, 0, 0)->destination);
	assert_int_not_equal(leg_of(&world, 0, 1)->destination, 0);
	world_end(&world);
}

static void a_rule_can_narrow_a_service(void **state)
{
	struct world world = resolve_well(
		"service web { tcp destination-port http; }" IN_FILTER(
			"permit web source-port 1024-65535 fragments;"));

	(void)state;
	expect_legs(&world, 0, 1);
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_SOURCE_PORT],
		      { 1024, 65535 });
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_DESTINATION_PORT],
		      { 80, 80 });
	assert_int_equal(leg_of(&world, 0, 0)->fragments,
			 1 << FRAGMENT_FIRST | 1 << FRAGMENT_LATER);
	world_end(&world);
	world = resolve_well("service web { destination-port http; }" IN_FILTER(
		"permit web protocol tcp;"));
	expect_legs(&world, 0, 1);
	assert_memory_equal(leg_of(&world, 0, 0)->protocols, tcp, 32);
	world_end(&world);
}

static void addresses_narrow_the_families(void **state)
{
	struct world world = resolve_well(
		"set four { 192.0.2.1; } set both { 192.0.2.2; 2001:db8::1; }"
		"service ping { icmp; icmpv6; }" IN_FILTER(
			"permit from four to both; permit to 2001:db8::/32;"
			"permit to both; permit ping from four;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->families, 1);
	assert_int_equal(leg_of(&world, 1, 0)->families, 2);
	assert_int_equal(leg_of(&world, 2, 0)->families, 3);
	expect_legs(&world, 3, 1); /* the icmpv6 of ping has no source */
	assert_int_equal(leg_of(&world, 3, 0)->families, 1);
	world_end(&world);
}

static void equal_address_lists_share_a_number(void **state)
{
	struct world world = resolve_well(
		"set a { 192.0.2.1; 10.0.0.0/8; } set b { a; }" IN_FILTER(
			"permit from a to b;"
			"permit from 10.0.0.0/8, 192.0.2.1 to 10.0.0.0/8;"));

	(void)state;
	assert_int_equal(world.resolved->address_list_count, 2);
	assert_int_equal(leg_of(&world, 0, 0)->source,
			 leg_of(&world, 0, 0)->destination);
	assert_int_equal(leg_of(&world, 1, 0)->source,
			 leg_of(&world, 0, 0)->source);
	assert_int_not_equal(leg_of(&world, 1, 0)->destination,
			     leg_of(&world, 1, 0)->source);
	world_end(&world);
}

static void any_in_a_list_makes_it_any(void **state)
{
	struct world world =
		resolve_well(IN_FILTER("permit from any to 192.0.2.1, any;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->source, 0);
	assert_int_equal(leg_of(&world, 0, 0)->destination, 0);
	assert_int_equal(leg_of(&world, 0, 0)->families, 3);
	world_end(&world);
}

static void equal_texts_in_a_rule_set_are_numbered(void **state)
{
	struct world world = resolve_well(
		"filter f { drop igmp; drop igmp; count; drop igmp; }"
		"filter g { count; }"
		"interface e { role core; in { apply f, g; } }");

	(void)state;
	assert_string_equal(rule_of(&world, 0)->text, "drop igmp");
	assert_string_equal(rule_of(&world, 1)->text, "drop igmp #2");
	assert_string_equal(rule_of(&world, 2)->text, "count");
	assert_string_equal(rule_of(&world, 3)->text, "drop igmp #3");
	assert_string_equal(rule_of(&world, 4)->text, "count #2");
	assert_string_equal(rule_of(&world, 4)->filter, "g");
	world_end(&world);
}

static void equal_lists_of_filters_share_a_rule_set(void **state)
{
	struct world world = resolve_well(
		"filter f { drop igmp; } filter g { drop udp; }"
		"interface a { role core; in { apply f, g; } }"
		"interface b { role core; in { apply f; apply g; }"
		"              out { apply g, f; } }"
		"interface c { role core; out { apply f, g; } in { } }");
	const struct resolved *resolved = world.resolved;

	(void)state;
	assert_int_equal(resolved->ruleset_count, 2);
	assert_int_equal(resolved->interfaces[0].ruleset[DIRECTION_IN], 1);
	assert_int_equal(resolved->interfaces[0].ruleset[DIRECTION_OUT], 0);
	assert_int_equal(resolved->interfaces[1].ruleset[DIRECTION_IN], 1);
	assert_int_equal(resolved->interfaces[1].ruleset[DIRECTION_OUT], 2);
	assert_int_equal(resolved->interfaces[2].ruleset[DIRECTION_OUT], 1);
	assert_int_equal(resolved->interfaces[2].ruleset[DIRECTION_IN], 0);
	world_end(&world);
}

/* ---- what depends on the router ---------------------------------------- */

static void a_rule_on_local_is_fine_without_local_addresses(void **state)
{
	static const char text[] = IN_FILTER(
		"permit icmpv6 to local; permit from 192.0.2.1 to local;");
	struct world world = world_new();
	const struct policy *policy = policy_parse_text(
		world.arena, world.diags, "test.weir", text, strlen(text));

	(void)state;
	world.resolved =
		resolve_policy(world.arena, world.diags, policy, &world.system);
	assert_int_equal(diag_count(world.diags), 0);
	expect_legs(&world, 0, 0);
	expect_legs(&world, 1, 0);
	world_end(&world);
}

static void an_empty_set_in_a_rule_is_a_warning(void **state)
{
	struct world world = resolve("set s { }\n" IN_FILTER("permit from s;"));

	(void)state;
	assert_int_equal(diag_errors(world.diags), 0);
	assert_int_equal(diag_count(world.diags), 1);
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "\"from\" lists no addresses");
	expect_legs(&world, 0, 0);
	world_end(&world);
}

/* ---- errors ------------------------------------------------------------ */

static void a_name_that_is_no_protocol_is_an_error(void **state)
{
	(void)state;
	expect_error("filter f { permit tpc; }", 1, 19,
		     "there is no service or protocol tpc");
	expect_error("filter f { permit protocol tcp, upd; }", 1, 33,
		     "there is no protocol upd");
	expect_error("filter f { permit tcp port sssh; }", 1, 28,
		     "there is no port sssh");
}

static void a_name_of_the_other_icmp_is_an_error(void **state)
{
	(void)state;
	expect_error("filter f { permit icmp type packet-too-big; }", 1, 29,
		     "there is no ICMP type packet-too-big");
	expect_error("filter f { permit icmp type 5 code host-unknown; }", 1,
		     36, "there is no code host-unknown");
}

static void a_match_given_twice_shows_both_places(void **state)
{
	struct world world =
		resolve("service ssh { tcp destination-port 22; }\n"
			"filter f { permit ssh protocol tcp; }");

	(void)state;
	assert_int_equal(diag_count(world.diags), 2);
	assert_int_equal(diag_at(world.diags, 0)->severity, SEVERITY_ERROR);
	assert_int_equal(diag_at(world.diags, 0)->span.line, 2);
	assert_int_equal(diag_at(world.diags, 0)->span.column, 23);
	assert_int_equal(diag_at(world.diags, 1)->severity, SEVERITY_NOTE);
	assert_int_equal(diag_at(world.diags, 1)->span.line, 1);
	world_end(&world);
	expect_error("filter f { permit from 10.0.0.1 from 10.0.0.2; }", 1, 33,
		     "\"from\" is given twice");
	expect_error("filter f { permit tcp udp; }", 1, 23,
		     "the service or protocol is given twice");
}

static void ports_of_a_protocol_without_ports_are_an_error(void **state)
{
	(void)state;
	expect_error("filter f { permit esp port 22; }", 1, 23,
		     "\"port\" with a protocol that has no ports");
	expect_error("filter f { permit icmp destination-port 22; }", 1, 24,
		     "\"destination-port\" with a protocol that has no ports");
	expect_error("filter f { permit protocol tcp, 50 source-port 1; }", 1,
		     36, "\"source-port\" with a protocol that has no ports");
}

static void types_need_icmp_and_codes_need_one_type(void **state)
{
	(void)state;
	expect_error("filter f { permit type 8; }", 1, 19,
		     "\"type\" needs the protocol icmp or icmpv6");
	expect_error("filter f { permit protocol icmp, icmpv6 type 8; }", 1, 41,
		     "\"type\" needs the protocol icmp or icmpv6");
	expect_error("filter f { permit icmp code 8; }", 1, 24,
		     "\"code\" needs exactly one type");
	expect_error("filter f { permit icmp type 3, 11 code 0; }", 1, 35,
		     "\"code\" needs exactly one type");
	expect_error("filter f { permit icmp type 3-4 code 0; }", 1, 33,
		     "\"code\" needs exactly one type");
}

static void a_rule_that_can_never_match_is_an_error(void **state)
{
	(void)state;
	expect_error("filter f { permit from 10.0.0.1 to 2001:db8::1; }", 1, 12,
		     "this rule can never match");
	expect_error("filter f { permit icmpv6 to 10.0.0.1; }", 1, 12,
		     "this rule can never match");
	expect_error("filter f { permit udp port 1 source-port 2 "
		     "destination-port 3; }",
		     1, 12, "this rule can never match");
}

static void a_broken_service_is_reported_once(void **state)
{
	(void)state;
	expect_error("service s { esp port 22; }"
		     "filter f { permit s; drop s; }",
		     1, 17, "\"port\" with a protocol that has no ports");
}

static void services_cannot_contain_services(void **state)
{
	(void)state;
	expect_error("service a { b; } service b { tcp port 1; }", 1, 13,
		     "a service cannot contain the service b");
	expect_error("service a { a; }", 1, 13,
		     "a service cannot contain the service a");
	expect_error("service a { }", 1, 9, "service a is empty");
}

static void a_service_cannot_have_a_protocols_name(void **state)
{
	(void)state;
	expect_error("service ospf { protocol 89; }", 1, 9,
		     "ospf is the name of a protocol");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_that_asks_nothing_matches_everything),
		cmocka_unit_test(ports_are_sorted_and_joined),
		cmocka_unit_test(the_whole_range_of_ports_is_not_any),
		cmocka_unit_test(port_means_the_source_or_the_destination_port),
		cmocka_unit_test(port_with_source_port_means_both),
		cmocka_unit_test(ports_alone_mean_every_protocol_that_has_them),
		cmocka_unit_test(icmp_by_name_is_of_one_family),
		cmocka_unit_test(protocols_by_number_are_of_both_families),
		cmocka_unit_test(types_and_codes_are_ranges_of_both_bytes),
		cmocka_unit_test(fragments_are_first_and_later_ones),
		cmocka_unit_test(a_service_is_a_leg_for_each_entry),
		cmocka_unit_test(a_rule_can_narrow_a_service),
		cmocka_unit_test(addresses_narrow_the_families),
		cmocka_unit_test(equal_address_lists_share_a_number),
		cmocka_unit_test(any_in_a_list_makes_it_any),
		cmocka_unit_test(equal_texts_in_a_rule_set_are_numbered),
		cmocka_unit_test(equal_lists_of_filters_share_a_rule_set),
		cmocka_unit_test(
			a_rule_on_local_is_fine_without_local_addresses),
		cmocka_unit_test(an_empty_set_in_a_rule_is_a_warning),
		cmocka_unit_test(a_name_that_is_no_protocol_is_an_error),
		cmocka_unit_test(a_name_of_the_other_icmp_is_an_error),
		cmocka_unit_test(a_match_given_twice_shows_both_places),
		cmocka_unit_test(
			ports_of_a_protocol_without_ports_are_an_error),
		cmocka_unit_test(types_need_icmp_and_codes_need_one_type),
		cmocka_unit_test(a_rule_that_can_never_match_is_an_error),
		cmocka_unit_test(a_broken_service_is_reported_once),
		cmocka_unit_test(services_cannot_contain_services),
		cmocka_unit_test(a_service_cannot_have_a_protocols_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
