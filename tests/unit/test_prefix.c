// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prefix.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	if (prefix_parse(text, strlen(text), &prefix) != PREFIX_OK)
		fail_msg("%s does not parse", text);
	return prefix;
}

static void assert_parses_to(const char *text, const char *expected)
{
	struct prefix prefix = prefix_of(text);
	char printed[PREFIX_TEXT];

	assert_string_equal(prefix_format(&prefix, printed), expected);
}

static void assert_refused(const char *text, enum prefix_error error)
{
	struct prefix prefix;

	if (prefix_parse(text, strlen(text), &prefix) != error)
		fail_msg("%s: not error %d", text, error);
}

static void prefixes_of_both_families_parse_and_print(void **state)
{
	(void)state;
	assert_parses_to("192.0.2.0/24", "192.0.2.0/24");
	assert_parses_to("0.0.0.0/0", "0.0.0.0/0");
	assert_parses_to("2001:db8::/32", "2001:db8::/32");
	assert_parses_to("::/0", "::/0");
	assert_parses_to("fe80::/10", "fe80::/10");
}

static void an_address_is_a_prefix_of_full_length(void **state)
{
	struct prefix prefix = prefix_of("192.0.2.1");

	(void)state;
	assert_int_equal(prefix.length, 32);
	assert_int_equal(prefix.family, FAMILY_IPV4);
	prefix = prefix_of("2001:db8::1");
	assert_int_equal(prefix.length, 128);
	assert_int_equal(prefix.family, FAMILY_IPV6);
	assert_parses_to("192.0.2.1/32", "192.0.2.1");
	assert_parses_to("2001:db8::1/128", "2001:db8::1");
}

static void ipv6_prints_as_rfc_5952_says(void **state)
{
	(void)state;
	assert_parses_to("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
	assert_parses_to("2001:0db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
	assert_parses_to("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
	assert_parses_to("::ffff:192.0.2.1", "::ffff:192.0.2.1");
}

static void the_rest_of_an_ipv4_address_is_zero(void **state)
{
	static const uint8_t zero[12];
	struct prefix prefix = prefix_of("255.255.255.255");

	(void)state;
	assert_memory_equal(prefix.address.bytes + 4, zero, sizeof(zero));
	assert_memory_equal(prefix_last(&prefix).bytes + 4, zero, sizeof(zero));
	prefix = prefix_of("0.0.0.0/0");
	assert_memory_equal(prefix_last(&prefix).bytes + 4, zero, sizeof(zero));
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"/",
		"/24",
		"192.0.2",
		"192.0.2.256",
		"192.0.2.01",
		"192.0.2.1.1",
		"0xc0.0.2.1",
		" 192.0.2.1",
		"192.0.2.1 ",
		"-1.0.0.0",
		"2001:db8",
		"2001:db8::1::",
		"fe80::1%1",
		"12345::",
		":::",
		"::192.0.2",
		"localhost",
		"1.2.3.4x",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_refused(texts[i], PREFIX_BAD_ADDRESS);
}

static void a_nul_byte_does_not_end_an_address(void **state)
{
	struct prefix prefix;

	(void)state;
	assert_int_equal(prefix_parse("192.0.2.1\0x", 11, &prefix),
			 PREFIX_BAD_ADDRESS);
}

static void only_so_many_bytes_are_read(void **state)
{
	struct prefix prefix;

	(void)state;
	assert_int_equal(prefix_parse("192.0.2.199", 9, &prefix), PREFIX_OK);
	assert_int_equal(prefix.address.bytes[3], 1);
	assert_int_equal(prefix_parse("10.0.0.0/88", 10, &prefix), PREFIX_OK);
	assert_int_equal(prefix.length, 8);
}

static void what_is_no_length_is_refused(void **state)
{
	static const char *const texts[] = {
		"192.0.2.0/",	 "192.0.2.0/33",
		"192.0.2.0/024", "192.0.2.0/+4",
		"192.0.2.0/2 4", "192.0.2.0/24/24",
		"::/129",	 "::/1000",
		"::/4294967296", "192.0.2.0/255.255.255.0",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_refused(texts[i], PREFIX_BAD_LENGTH);
}

static void host_bits_are_refused_and_can_be_masked(void **state)
{
	struct prefix prefix;
	char text[PREFIX_TEXT];

	(void)state;
	assert_int_equal(prefix_parse("192.0.2.129/25", 14, &prefix),
			 PREFIX_HOST_BITS);
	assert_string_equal(prefix_format(&prefix, text), "192.0.2.129/25");
	prefix_mask(&prefix);
	assert_string_equal(prefix_format(&prefix, text), "192.0.2.128/25");
	assert_refused("2001:db8::1/127", PREFIX_HOST_BITS);
	assert_refused("128.0.0.0/0", PREFIX_HOST_BITS);
}

static void mask_and_last_agree_with_bits_at_every_length(void **state)
{
	unsigned int length, bit;

	(void)state;
	for (length = 0; length <= 128; length++) {
		struct prefix prefix = {
			.length = (uint8_t)length,
			.family = FAMILY_IPV6,
		};
		struct address last;

		memset(prefix.address.bytes, 0xff, 16);
		prefix_mask(&prefix);
		for (bit = 0; bit < 128; bit++)
			assert_int_equal(address_bit(&prefix.address, bit),
					 bit < length);
		memset(prefix.address.bytes, 0, 16);
		last = prefix_last(&prefix);
		for (bit = 0; bit < 128; bit++)
			assert_int_equal(address_bit(&last, bit),
					 bit >= length);
	}
}

static void a_prefix_covers_what_is_inside_and_no_more(void **state)
{
	static const struct {
		const char *outer;
		const char *inner;
		bool covers;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.0/24", true },
		{ "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "192.0.3.0", false },
		{ "192.0.2.0/25", "192.0.2.128/25", false },
		{ "192.0.2.128/25", "192.0.2.0/24", false },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::", false },
		{ "::/0", "2001:db8::/32", true },
		{ "2001:db8::/33", "2001:db8:8000::/33", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct prefix outer = prefix_of(cases[i].outer);
		struct prefix inner = prefix_of(cases[i].inner);

		assert_int_equal(prefix_covers(&outer, &inner),
				 cases[i].covers);
	}
}

static void a_covering_prefix_sorts_before_what_it_covers(void **state)
{
	static const char *const sorted[] = {
		"0.0.0.0/0",	 "10.0.0.0/8",	"10.0.0.0/16",	"10.0.0.0",
		"10.0.0.1",	 "10.1.0.0/16", "192.0.2.0/24", "::/0",
		"2001:db8::/32", "2001:db8::",
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(sorted) / sizeof(*sorted); i++) {
		for (j = 0; j < sizeof(sorted) / sizeof(*sorted); j++) {
			struct prefix a = prefix_of(sorted[i]);
			struct prefix b = prefix_of(sorted[j]);
			int order = prefix_compare(&a, &b);

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
	}
}

static void bits_count_from_the_most_significant(void **state)
{
	struct address address = { { 0 } };

	(void)state;
	address_set_bit(&address, 0);
	assert_int_equal(address.bytes[0], 0x80);
	address_set_bit(&address, 15);
	assert_int_equal(address.bytes[1], 0x01);
	address_set_bit(&address, 127);
	assert_int_equal(address.bytes[15], 0x01);
	assert_true(address_bit(&address, 127));
	assert_false(address_bit(&address, 126));
}

static void what_is_printed_parses_to_the_same_prefix(void **state)
{
	unsigned int seed = 1;
	int i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct prefix prefix = { .family = i & 1 ? 4 : 6 };
		struct prefix again;
		char text[PREFIX_TEXT];

		for (j = 0; j < (i & 1 ? 4 : 16); j++)
			if (rand_r(&seed) & 4)
				prefix.address.bytes[j] =
					(uint8_t)rand_r(&seed);
		prefix.length = (uint8_t)((unsigned int)rand_r(&seed) %
					  (family_bits(prefix.family) + 1));
		prefix_mask(&prefix);
		prefix_format(&prefix, text);
		again = prefix_of(text);
		assert_int_equal(prefix_compare(&prefix, &again), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_of_both_families_parse_and_print),
		cmocka_unit_test(an_address_is_a_prefix_of_full_length),
		cmocka_unit_test(ipv6_prints_as_rfc_5952_says),
		cmocka_unit_test(the_rest_of_an_ipv4_address_is_zero),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(a_nul_byte_does_not_end_an_address),
		cmocka_unit_test(only_so_many_bytes_are_read),
		cmocka_unit_test(what_is_no_length_is_refused),
		cmocka_unit_test(host_bits_are_refused_and_can_be_masked),
		cmocka_unit_test(mask_and_last_agree_with_bits_at_every_length),
		cmocka_unit_test(a_prefix_covers_what_is_inside_and_no_more),
		cmocka_unit_test(a_covering_prefix_sorts_before_what_it_covers),
		cmocka_unit_test(bits_count_from_the_most_significant),
		cmocka_unit_test(what_is_printed_parses_to_the_same_prefix),
	};

	return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}
