// SPDX-License-Identifier: GPL-2.0-only
/* Each field that a rule can match, as a member of its legs. */
#include "rule_helpers.h"

static const uint64_t tcp[4] = { 1ull << 6 };
static const uint64_t esp[4] = { 1ull << 50 };
static const uint64_t ah[4] = { 1ull << 51 };

static void flags_are_a_value_under_a_mask(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("drop tcp flags syn/syn,ack; drop flags fin,psh;"
			  "drop tcp flags none/syn,ack,rst,ae;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->tcp_flags_value, 0x002);
	assert_int_equal(leg_of(&world, 0, 0)->tcp_flags_mask, 0x012);
	assert_int_equal(leg_of(&world, 1, 0)->tcp_flags_value, 0x009);
	assert_int_equal(leg_of(&world, 1, 0)->tcp_flags_mask, 0x009);
	assert_memory_equal(leg_of(&world, 1, 0)->protocols, tcp, 32);
	assert_int_equal(leg_of(&world, 2, 0)->tcp_flags_value, 0);
	assert_int_equal(leg_of(&world, 2, 0)->tcp_flags_mask, 0x116);
	world_end(&world);
}

static void established_is_ack_or_rst(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("permit tcp flags established source-port 80;"));
	const struct leg *leg;
	size_t i;

	(void)state;
	expect_legs(&world, 0, 2);
	for (i = 0; i < 2; i++) {
		leg = leg_of(&world, 0, i);
		assert_int_equal(leg->tcp_flags_mask, i ? 0x004 : 0x010);
		assert_int_equal(leg->tcp_flags_value, leg->tcp_flags_mask);
		EXPECT_RANGES(leg->ranges[RANGE_SOURCE_PORT], { 80, 80 });
	}
	world_end(&world);
}

static void ttl_and_hop_limit_are_one_field(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("permit tcp ttl 255; permit hop-limit 1-5, 0;"));

	(void)state;
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_HOP_LIMIT],
		      { 255, 255 });
	EXPECT_RANGES(leg_of(&world, 1, 0)->ranges[RANGE_HOP_LIMIT], { 0, 5 });
	assert_int_equal(leg_of(&world, 0, 0)->families, 3);
	assert_int_equal(leg_of(&world, 1, 0)->families, 3);
	world_end(&world);
}

static void a_precedence_is_eight_code_points(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("drop dscp ef, 48-63, 0;"
			  "drop precedence critical, routine, 6-7;"));

	(void)state;
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_DSCP], { 0, 0 },
		      { 46, 46 }, { 48, 63 });
	EXPECT_RANGES(leg_of(&world, 1, 0)->ranges[RANGE_DSCP], { 0, 7 },
		      { 40, 63 });
	world_end(&world);
}

static void lengths_and_vlans_are_ranges(void **state)
{
	struct world world = resolve_well(IN_FILTER(
		"drop udp length 0-60, 1400-65535 vlan 100-199 inner-vlan 7;"));
	const struct leg *leg = leg_of(&world, 0, 0);

	(void)state;
	EXPECT_RANGES(leg->ranges[RANGE_LENGTH], { 0, 60 }, { 1400, 65535 });
	EXPECT_RANGES(leg->ranges[RANGE_OUTER_VLAN], { 100, 199 });
	EXPECT_RANGES(leg->ranges[RANGE_INNER_VLAN], { 7, 7 });
	world_end(&world);
}

static void a_length_below_forty_is_ipv4s(void **state)
{
	struct world world =
		resolve_well(IN_FILTER("drop length 20-39; drop length 40;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->families, 1);
	assert_int_equal(leg_of(&world, 1, 0)->families, 3);
	world_end(&world);
}

static void fragments_are_all_the_first_or_the_later_ones(void **state)
{
	struct world world = resolve_well(IN_FILTER(
		"drop fragments; drop fragments any; drop fragments first;"
		"drop fragments later; permit;"));
	static const uint8_t expected[] = { 6, 6, 2, 4, 7 };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_int_equal(leg_of(&world, i, 0)->fragments, expected[i]);
	world_end(&world);
}

static void options_are_bits_and_ipv4s(void **state)
{
	struct world world =
		resolve_well(IN_FILTER("drop ip-option router-alert, timestamp;"
				       "drop ip-option any;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->ip_options,
			 1u << IP_OPTION_ROUTER_ALERT |
				 1u << IP_OPTION_TIMESTAMP);
	assert_int_equal(leg_of(&world, 0, 0)->families, 1);
	assert_int_equal(leg_of(&world, 1, 0)->ip_options,
			 (1u << IP_OPTION_BITS) - 1);
	assert_true(leg_of(&world, 1, 0)->ip_options & 1u << IP_OPTION_OTHER);
	world_end(&world);
}

static void extension_headers_are_ipv6s_but_for_ipsec(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("drop extension-header routing, hop-by-hop;"
			  "drop extension-header routing, ah;"
			  "drop extension-header any;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->extension_headers,
			 1u << EXTENSION_HEADER_ROUTING |
				 1u << EXTENSION_HEADER_HOP_BY_HOP);
	assert_int_equal(leg_of(&world, 0, 0)->families, 2);
	assert_int_equal(leg_of(&world, 1, 0)->families, 3);
	assert_int_equal(leg_of(&world, 2, 0)->extension_headers,
			 (1u << EXTENSION_HEADER_BITS) - 1);
	assert_int_equal(leg_of(&world, 2, 0)->families, 3);
	world_end(&world);
}

static void an_spi_belongs_to_esp_or_ah(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("permit spi 512, 256-257, 258;"
			  "permit esp spi 0xffffffff; permit ah spi 1;"
			  "permit protocol ah, esp spi 4;"));
	const struct leg *leg = leg_of(&world, 0, 0);

	(void)state;
	expect_legs(&world, 0, 2);
	assert_int_equal(leg->spi_count, 2);
	assert_int_equal(leg->spis[0].low, 256);
	assert_int_equal(leg->spis[0].high, 258);
	assert_int_equal(leg->spis[1].low, 512);
	assert_memory_equal(leg->protocols, esp, 32);
	assert_memory_equal(leg_of(&world, 0, 1)->protocols, ah, 32);
	expect_legs(&world, 1, 1);
	assert_int_equal(leg_of(&world, 1, 0)->spis[0].high, UINT32_MAX);
	assert_memory_equal(leg_of(&world, 1, 0)->protocols, esp, 32);
	expect_legs(&world, 2, 1);
	assert_memory_equal(leg_of(&world, 2, 0)->protocols, ah, 32);
	expect_legs(&world, 3, 2);
	world_end(&world);
}

static void hardware_addresses_are_sorted_and_different(void **state)
{
	static const uint8_t expected[2][6] = {
		{ 0x00, 0x00, 0x5e, 0x00, 0x53, 0x01 },
		{ 0x00, 0x00, 0x5e, 0x00, 0x53, 0x02 },
	};
	struct world world = resolve_well(IN_FILTER(
		"permit source-mac 00:00:5e:00:53:02, 00:00:5e:00:53:01,"
		"  00:00:5e:00:53:02;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->mac_count, 2);
	assert_memory_equal(leg_of(&world, 0, 0)->macs, expected, 12);
	world_end(&world);
}

static void bytes_may_stand_several_times(void **state)
{
	struct world world = resolve_well(
		"service s { udp bytes transport offset 8 length 1 value 7; "
		"}" IN_FILTER(
			"drop s bytes network offset 4 length 2 mask 0xff00"
			"  value 0x1200 bytes link offset 0 length 4 value "
			"1;"));
	const struct leg *leg = leg_of(&world, 0, 0);

	(void)state;
	assert_int_equal(leg->byte_count, 3);
	assert_int_equal(leg->bytes[0].base, BASE_TRANSPORT);
	assert_int_equal(leg->bytes[0].offset, 8);
	assert_int_equal(leg->bytes[0].mask, 0xff);
	assert_int_equal(leg->bytes[0].value, 7);
	assert_int_equal(leg->bytes[1].base, BASE_NETWORK);
	assert_int_equal(leg->bytes[1].mask, 0xff00);
	assert_int_equal(leg->bytes[1].value, 0x1200);
	assert_int_equal(leg->bytes[2].base, BASE_LINK);
	assert_int_equal(leg->bytes[2].length, 4);
	assert_int_equal(leg->bytes[2].mask, UINT32_MAX);
	world_end(&world);
}

/* ---- services ---------------------------------------------------------- */

static void an_entry_without_a_protocol_holds_for_all(void **state)
{
	struct world world = resolve_well(
		"service bgp { length 40-1500; tcp destination-port bgp;"
		"              tcp source-port bgp; ttl 255; }" IN_FILTER(
			"permit bgp dscp cs6;"));
	const struct leg *leg;
	size_t i;

	(void)state;
	expect_legs(&world, 0, 2);
	for (i = 0; i < 2; i++) {
		leg = leg_of(&world, 0, i);
		assert_memory_equal(leg->protocols, tcp, 32);
		EXPECT_RANGES(leg->ranges[RANGE_HOP_LIMIT], { 255, 255 });
		EXPECT_RANGES(leg->ranges[RANGE_LENGTH], { 40, 1500 });
		EXPECT_RANGES(leg->ranges[RANGE_DSCP], { 48, 48 });
		EXPECT_RANGES(leg->ranges[i ? RANGE_SOURCE_PORT
					    : RANGE_DESTINATION_PORT],
			      { 179, 179 });
	}
	world_end(&world);
}

static void entries_without_a_protocol_alone_hold_together(void **state)
{
	struct world world = resolve_well(
		"service near { ttl 255; length 0-1500; }" IN_FILTER(
			"permit near; permit near protocol ospf;"));

	(void)state;
	expect_legs(&world, 0, 1);
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_HOP_LIMIT],
		      { 255, 255 });
	EXPECT_RANGES(leg_of(&world, 0, 0)->ranges[RANGE_LENGTH], { 0, 1500 });
	assert_int_equal(leg_of(&world, 1, 0)->protocols[1], 1ull << (89 - 64));
	world_end(&world);
}

static void rules_do_not_change_their_service(void **state)
{
	struct world world = resolve_well(
		"service s { udp; bytes network offset 0 length 1 value 69; "
		"}" IN_FILTER("drop s bytes network offset 1 length 1 value 1;"
			      "drop s bytes network offset 1 length 1 value 2;"
			      "drop s;"));

	(void)state;
	assert_int_equal(leg_of(&world, 0, 0)->byte_count, 2);
	assert_int_equal(leg_of(&world, 0, 0)->bytes[1].value, 1);
	assert_int_equal(leg_of(&world, 1, 0)->byte_count, 2);
	assert_int_equal(leg_of(&world, 1, 0)->bytes[1].value, 2);
	assert_int_equal(leg_of(&world, 2, 0)->byte_count, 1);
	world_end(&world);
}

/* ---- errors ------------------------------------------------------------ */

static void one_field_under_two_names_is_an_error(void **state)
{
	(void)state;
	expect_error("filter f { permit ttl 1 hop-limit 1; }", 1, 25,
		     "\"ttl\" and \"hop-limit\" in one rule");
	expect_error("filter f { permit precedence 1 dscp 8; }", 1, 32,
		     "\"precedence\" and \"dscp\" in one rule");
}

static void fields_need_their_protocol(void **state)
{
	(void)state;
	expect_error("filter f { permit udp flags syn; }", 1, 23,
		     "\"flags\" with a protocol that has no flags");
	expect_error("filter f { permit udp spi 1; }", 1, 23,
		     "\"spi\" with a protocol that has no SPI");
	expect_error("filter f { permit flags syn spi 1; }", 1, 29,
		     "\"spi\" with a protocol that has no SPI");
}

static void later_fragments_have_no_transport_header(void **state)
{
	(void)state;
	expect_error("filter f { drop tcp port 1 fragments later; }", 1, 21,
		     "\"port\" never matches a later fragment");
	expect_error("filter f { drop fragments later"
		     " bytes transport offset 0 length 1 value 0; }",
		     1, 33, "\"bytes\" never matches a later fragment");
}

static void fields_of_different_families_never_match(void **state)
{
	(void)state;
	expect_error("filter f { drop ip-option any to 2001:db8::1; }", 1, 12,
		     "this rule can never match");
	expect_error("filter f { drop extension-header routing icmp; }", 1, 12,
		     "this rule can never match");
	expect_error("filter f { drop length 0-19; }", 1, 12,
		     "this rule can never match");
	expect_error("filter f { drop icmpv6 length 20-39; }", 1, 12,
		     "this rule can never match");
}

static void unknown_names_of_values_come_with_a_hint(void **state)
{
	struct world world = resolve("filter f { drop dscp eff; }");

	(void)state;
	assert_string_equal(diag_at(world.diags, 0)->message,
			    "there is no DSCP eff");
	assert_string_equal(diag_at(world.diags, 0)->hint, "did you mean ef?");
	world_end(&world);
	expect_error("filter f { drop precedence flush; }", 1, 28,
		     "there is no precedence flush");
	expect_error("filter f { drop ip-option alert; }", 1, 27,
		     "there is no IP option alert");
	expect_error("filter f { drop extension-header route; }", 1, 34,
		     "there is no extension header route");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_a_value_under_a_mask),
		cmocka_unit_test(established_is_ack_or_rst),
		cmocka_unit_test(ttl_and_hop_limit_are_one_field),
		cmocka_unit_test(a_precedence_is_eight_code_points),
		cmocka_unit_test(lengths_and_vlans_are_ranges),
		cmocka_unit_test(a_length_below_forty_is_ipv4s),
		cmocka_unit_test(fragments_are_all_the_first_or_the_later_ones),
		cmocka_unit_test(options_are_bits_and_ipv4s),
		cmocka_unit_test(extension_headers_are_ipv6s_but_for_ipsec),
		cmocka_unit_test(an_spi_belongs_to_esp_or_ah),
		cmocka_unit_test(hardware_addresses_are_sorted_and_different),
		cmocka_unit_test(bytes_may_stand_several_times),
		cmocka_unit_test(an_entry_without_a_protocol_holds_for_all),
		cmocka_unit_test(
			entries_without_a_protocol_alone_hold_together),
		cmocka_unit_test(rules_do_not_change_their_service),
		cmocka_unit_test(one_field_under_two_names_is_an_error),
		cmocka_unit_test(fields_need_their_protocol),
		cmocka_unit_test(later_fragments_have_no_transport_header),
		cmocka_unit_test(fields_of_different_families_never_match),
		cmocka_unit_test(unknown_names_of_values_come_with_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
