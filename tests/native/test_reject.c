// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf/reject.h: which packets are answered, and every byte of the answers;
 * their checksums are computed anew here, byte after byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "frame.h"
#include "memory.h"

#include "reject.h"

enum { SOURCE4 = 12, DESTINATION4 = 16, SOURCE6 = 8, DESTINATION6 = 24 };

static struct frame frame;
static const uint8_t *const answer =
	memory.scratch + offsetof(struct answer, ip);
static const uint8_t router4[] = { 192, 0, 2, 254 };
static const uint8_t router6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0xfe };

/* Answers cost a tenth of a second; a hundred at once. */
static const struct limit_entry answers = {
	.scale = 100000000ull * TICKS_PER_NANOSECOND,
	.tolerance = 99 * 100000000ull * TICKS_PER_NANOSECOND,
};

static int set_up(void **state)
{
	struct image_header *header = (struct image_header *)memory.pages[0];

	(void)state;
	memset(&memory, 0, sizeof(memory));
	memset(memory.scratch, 0xa5, sizeof(memory.scratch));
	header->limits = LIMITS_PAGE;
	memcpy(memory.pages[LIMITS_PAGE], &answers, sizeof(answers));
	memory.time = 1000000000;
	return 0;
}

static struct packet parse(const char *text, enum direction direction)
{
	struct packet packet = { .packets = 1,
				 .direction = direction,
				 .outer = NO_TAG,
				 .inner = NO_TAG };
	struct memory_frame context;
	char error[256];

	if (frame_parse(text, &frame, error, sizeof(error)))
		fail_msg("%s: %s", text, error);
	context = (struct memory_frame){ frame.bytes,
					 frame.bytes + frame.length };
	packet.length = packet.limit = (uint32_t)frame.length;
	parse_packet(&context, &packet, 0, 0);
	memcpy(&packet.decision.answer4, router4, sizeof(router4));
	memcpy(packet.decision.answer6, router6, sizeof(router6));
	return packet;
}

static int answer_to(const struct packet *packet, uint32_t own)
{
	struct memory_frame context = { frame.bytes,
					frame.bytes + frame.length };

	return build_answer(&context, packet, own);
}

/* Bytes of the answer to a frame that comes in; 0: none. */
static int answer_in(const char *text)
{
	struct packet packet = parse(text, DIRECTION_IN);

	return answer_to(&packet, 0);
}

/* ---- an independent reading -------------------------------------------- */

static uint32_t add(uint32_t sum, const uint8_t *bytes, int count)
{
	for (int i = 0; i < count; i++)
		sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void check_ipv4(int length, uint8_t protocol, uint8_t tos)
{
	assert_int_equal(answer[0], 0x45);
	assert_int_equal(answer[1], tos);
	assert_int_equal(read16(answer + 2), length);
	assert_int_equal(read32(answer + 4), 0x4000);
	assert_int_equal(answer[8], 64);
	assert_int_equal(answer[9], protocol);
	assert_int_equal(add(0, answer, 20), 0xffff);
}

static void check_ipv6(int length, uint8_t protocol)
{
	assert_int_equal(read32(answer), 0x60000000);
	assert_int_equal(read16(answer + 4), length - 40);
	assert_int_equal(answer[6], protocol);
	assert_int_equal(answer[7], 64);
}

/* The checksum of what follows the IP header, with its pseudo-header. */
static void check_transport(int length, uint8_t protocol)
{
	int header = answer[0] >> 4 == 4 ? 20 : 40;
	int addresses = header == 20 ? 8 : 32;
	uint32_t sum = (uint32_t)(length - header) + protocol;

	sum = add(sum, answer + header - addresses, addresses);
	assert_int_equal(add(sum, answer + header, length - header), 0xffff);
}

static void check_unreachable4(int length, uint8_t tos, uint32_t network)
{
	check_ipv4(length, 1, tos);
	assert_int_equal(read16(answer + 20), 3 << 8 | 13);
	assert_int_equal(read32(answer + 24), 0);
	assert_int_equal(add(0, answer + 20, length - 20), 0xffff);
	assert_memory_equal(answer + 28, frame.bytes + network, length - 28);
}

static void check_unreachable6(int length, uint32_t network)
{
	check_ipv6(length, 58);
	assert_int_equal(read16(answer + 40), 1 << 8 | 1);
	assert_int_equal(read32(answer + 44), 0);
	check_transport(length, 58);
	assert_memory_equal(answer + 48, frame.bytes + network, length - 48);
}

/* ---- ICMP -------------------------------------------------------------- */

static void udp_is_prohibited(void **state)
{
	(void)state;
	assert_int_equal(answer_in("ipv4 192.0.2.1 > 198.51.100.9 tos 0x2a / "
				   "udp 1 > 2 / payload 33 / pad 7"),
			 28 + 61);
	check_unreachable4(28 + 61, 0xc8, 14);
	assert_memory_equal(answer + SOURCE4, router4, 4);
	assert_memory_equal(answer + DESTINATION4, "\xc0\0\2\1", 4);
	assert_int_equal(answer_in("ipv6 2001:db8::1 > 2001:db8:9::9 / "
				   "udp 1 > 2 / payload 33 / pad 7"),
			 48 + 81);
	check_unreachable6(48 + 81, 14);
	assert_memory_equal(answer + SOURCE6, router6, 16);
	assert_memory_equal(answer + DESTINATION6, frame.bytes + 14 + 8, 16);
}

static void any_length_has_a_checksum_that_holds(void **state)
{
	char text[128];

	(void)state;
	for (int size = 0; size < 2000; size += size < 64 ? 1 : 37) {
		int expected = 28 + 20 + 8 + size;

		memory.time += 1000000000;
		snprintf(text, sizeof(text),
			 "ipv4 192.0.2.1 > 198.51.100.9 / udp 1 > 2 / payload "
			 "%d",
			 size);
		expected = expected < 576 ? expected : 576;
		assert_int_equal(answer_in(text), expected);
		check_unreachable4(expected, 0xc0, 14);
		snprintf(text, sizeof(text),
			 "ipv6 2001:db8::1 > 2001:db8:9::9 / udp 1 > 2 / "
			 "payload %d",
			 size);
		expected = 48 + 40 + 8 + size;
		expected = expected < 1280 ? expected : 1280;
		assert_int_equal(answer_in(text), expected);
		check_unreachable6(expected, 14);
	}
}

static void tags_are_not_quoted(void **state)
{
	(void)state;
	assert_int_equal(answer_in("vlan 5 / vlan 6 / ipv4 192.0.2.1 > "
				   "198.51.100.9 / udp 1 > 2"),
			 28 + 28);
	check_unreachable4(28 + 28, 0xc0, 22);
}

static void every_protocol_is_prohibited(void **state)
{
	static const char *const texts[] = {
		"ipv4 192.0.2.1 > 198.51.100.9 / gre / payload 20",
		"ipv4 192.0.2.1 > 198.51.100.9 / esp / payload 20",
		"ipv4 192.0.2.1 > 198.51.100.9 / protocol 89 / payload 20",
		"ipv4 192.0.2.1 > 198.51.100.9 / sctp 1 > 2 / payload 20",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 8",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 13",
		"ipv4 192.0.2.1 > 198.51.100.9 mf / udp 1 > 2 length 60 / "
		"payload 32",
		"ipv4 192.0.2.1 > 198.51.100.9 mf / tcp 1 > 2 / payload 4",
		"ipv4 192.0.2.1 > 198.51.100.9 / ah / tcp 1 > 2",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / icmpv6 128",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / icmpv6 160",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / no-next",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / destination-options / "
		"udp 1 > 2",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int length = answer_in(texts[i]);

		if (length <= 0)
			fail_msg("not answered: %s", texts[i]);
		if (answer[0] >> 4 == 4)
			check_unreachable4(length, 0xc0, 14);
		else
			check_unreachable6(length, 14);
	}
}

/* ---- resets ------------------------------------------------------------ */

static void write_numbers(uint32_t sequence, uint32_t acknowledgment,
			  const struct packet *packet)
{
	write32(frame.bytes + packet->transport + 4, sequence);
	write32(frame.bytes + packet->transport + 8, acknowledgment);
}

static void check_reset(int header, uint32_t sequence, uint32_t acknowledgment,
			uint8_t flags)
{
	const uint8_t *tcp = answer + header;

	assert_int_equal(read16(tcp), 80);
	assert_int_equal(read16(tcp + 2), 1024);
	assert_int_equal(read32(tcp + 4), sequence);
	assert_int_equal(read32(tcp + 8), acknowledgment);
	assert_int_equal(tcp[12], 0x50);
	assert_int_equal(tcp[13], flags);
	assert_int_equal(read32(tcp + 16) & 0xffff, 0);
	assert_int_equal(read16(tcp + 14), 0);
	check_transport(header + 20, 6);
}

/* RFC 9293 3.10.7.1 */
static void segments_are_reset(void **state)
{
	static const struct {
		const char *flags;
		uint32_t length, sequence, acknowledgment;
		uint8_t answer;
	} segments[] = {
		{ "S", 0, 0, 0xfffffffe + 1, 0x14 },
		{ "SF", 0, 0, 0, 0x14 },
		{ "F", 100, 0, 99, 0x14 },
		{ "S", 5, 0, 4, 0x14 },
		{ "-", 7, 0, 5, 0x14 },
		{ "A", 7, 0x01020304, 0, 0x04 },
		{ "SA", 0, 0x01020304, 0, 0x04 },
		{ "PAF", 9, 0x01020304, 0, 0x04 },
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(segments) / sizeof(segments[0]);
	     i++) {
		int header = i % 2 ? 40 : 20;
		struct packet packet;

		snprintf(text, sizeof(text),
			 "vlan 7 / %s / tcp 1024 > 80 flags %s / payload %u / "
			 "pad 9",
			 i % 2 ? "ipv6 2001:db8::1 > 2001:db8:9::9 / hop-by-hop"
			       : "ipv4 192.0.2.1 > 198.51.100.9 tos 0xff",
			 segments[i / 2].flags, segments[i / 2].length);
		packet = parse(text, DIRECTION_IN);
		write_numbers(0xfffffffe, 0x01020304, &packet);
		assert_int_equal(answer_to(&packet, 0), header + 20);
		if (header == 20)
			check_ipv4(header + 20, 6, 0);
		else
			check_ipv6(header + 20, 6);
		check_reset(header, segments[i / 2].sequence,
			    segments[i / 2].acknowledgment,
			    segments[i / 2].answer);
	}
}

static void a_reset_comes_from_the_destination(void **state)
{
	(void)state;
	answer_in("ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > 2 flags S");
	assert_memory_equal(answer + SOURCE4, "\xc6\x33\x64\x09", 4);
	assert_memory_equal(answer + DESTINATION4, "\xc0\0\2\1", 4);
	answer_in("ipv6 2001:db8::1 > 2001:db8:9::9 / tcp 1 > 2 flags S");
	assert_memory_equal(answer + SOURCE6, frame.bytes + 14 + 24, 16);
	assert_memory_equal(answer + DESTINATION6, frame.bytes + 14 + 8, 16);
}

/* ---- who is not answered ----------------------------------------------- */

static void what_must_not_be_answered_is_not(void **state)
{
	static const char *const texts[] = {
		"ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > 2 flags R",
		"ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > 2 flags RA",
		"ipv4 192.0.2.1 > 198.51.100.9 mf / tcp 1 > 2 flags R / "
		"payload 4",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 3 / payload 40",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 11 / payload 40",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 0",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmp 200",
		"ipv4 192.0.2.1 > 198.51.100.9 / icmpv6 128",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / icmpv6 1 / payload 40",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / icmpv6 129",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / icmpv6 137 / payload 40",
		"ipv4 192.0.2.1 > 198.51.100.9 offset 5 / protocol 17 / "
		"payload 64",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / fragment offset 9 / "
		"protocol 17 / payload 64",
		"ipv4 192.0.2.1 > 224.0.1.9 / udp 1 > 2",
		"ipv4 192.0.2.1 > 255.255.255.255 / udp 1 > 2",
		"ipv4 192.0.2.1 > 198.51.100.255 / udp 1 > 2",
		"ipv4 198.51.100.255 > 192.0.2.1 / udp 1 > 2",
		"ipv6 2001:db8::1 > ff0e::9 / udp 1 > 2",
		"ipv4 0.0.0.0 > 198.51.100.9 / udp 1 > 2",
		"ipv4 127.0.0.1 > 198.51.100.9 / tcp 1 > 2 flags S",
		"ipv4 224.0.0.1 > 198.51.100.9 / udp 1 > 2",
		"ipv4 240.0.0.1 > 198.51.100.9 / tcp 1 > 2 flags S",
		"ipv6 :: > 2001:db8:9::9 / udp 1 > 2",
		"ipv6 ::1 > 2001:db8:9::9 / udp 1 > 2",
		"ipv6 ff02::1 > 2001:db8:9::9 / tcp 1 > 2 flags S",
		"ipv6 ::ffff:192.0.2.1 > 2001:db8:9::9 / udp 1 > 2",
		"eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff / "
		"ipv4 192.0.2.1 > 198.51.100.9 / udp 1 > 2",
		"eth 02:00:00:00:00:01 > 01:00:5e:00:00:01 / "
		"ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > 2 flags S",
		"eth 03:00:00:00:00:01 > 02:00:00:00:00:02 / "
		"ipv4 192.0.2.1 > 198.51.100.9 / udp 1 > 2",
		"ipv4 192.0.2.1 > 198.51.100.9 checksum 0x1234 / udp 1 > 2",
	};

	(void)state;
	memcpy(&memory.broadcast, "\xc6\x33\x64\xff", 4);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (answer_in(texts[i]))
			fail_msg("answered: %s", texts[i]);
	assert_int_equal(memory.limiters[SLOT_ANSWERS].arrival, 0);
}

static void no_answer_is_answered(void **state)
{
	static const char *const texts[] = {
		"ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > 2 flags S",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / tcp 1 > 2 flags A",
		"ipv4 192.0.2.1 > 198.51.100.9 / udp 1 > 2",
		"ipv6 2001:db8::1 > 2001:db8:9::9 / udp 1 > 2",
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct memory_frame context = { frame.bytes, NULL };
		struct packet packet = { .packets = 1 };
		int length = answer_in(texts[i]);

		assert_true(length > 0);
		memcpy(frame.bytes + 14, answer, (size_t)length);
		frame.length = 14 + (size_t)length;
		context.end = frame.bytes + frame.length;
		packet.length = packet.limit = (uint32_t)frame.length;
		parse_packet(&context, &packet, 0, 0);
		assert_int_equal(packet.malformed, 0);
		packet.decision =
			(struct decision){ .answer4 = 1, .answer6 = { 1 } };
		assert_int_equal(answer_to(&packet, 0), 0);
	}
}

static void without_an_address_there_are_only_resets(void **state)
{
	struct packet packet = parse(
		"ipv4 192.0.2.1 > 198.51.100.9 / udp 1 > 2", DIRECTION_IN);

	(void)state;
	packet.decision.answer4 = 0;
	assert_int_equal(answer_to(&packet, 0), 0);
	packet = parse("ipv6 2001:db8::1 > 2001:db8:9::9 / udp 1 > 2",
		       DIRECTION_IN);
	memset(packet.decision.answer6, 0, 16);
	assert_int_equal(answer_to(&packet, 0), 0);
	packet = parse("ipv6 2001:db8::1 > 2001:db8:9::9 / tcp 1 > 2",
		       DIRECTION_IN);
	memset(packet.decision.answer6, 0, 16);
	assert_int_equal(answer_to(&packet, 0), 60);
}

/* The kernel fills the checksum in later, and the router hears of itself. */
static void own_packets_are_answered_by_their_destination(void **state)
{
	struct packet packet = parse("ipv4 192.0.2.1 > 198.51.100.9 checksum "
				     "1 / udp 1 > 2",
				     DIRECTION_OUT);

	(void)state;
	packet.decision.answer4 = 0;
	assert_int_equal(answer_to(&packet, 1), 28 + 28);
	check_unreachable4(28 + 28, 0xc0, 14);
	assert_memory_equal(answer + SOURCE4, "\xc6\x33\x64\x09", 4);
}

/* ---- all together ------------------------------------------------------ */

static void all_answers_are_one_limit(void **state)
{
	int sent = 0;

	(void)state;
	for (int i = 0; i < 80; i++) {
		sent += answer_in("ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > "
				  "2") > 0;
		sent += answer_in("ipv6 2001:db8::1 > 2001:db8:9::9 / udp 1 "
				  "> 2") > 0;
	}
	assert_int_equal(sent, 100);
	memory.time += 300000000;
	for (int i = 0; i < 10; i++)
		sent += answer_in("ipv4 192.0.2.1 > 198.51.100.9 / icmp 8") > 0;
	assert_int_equal(sent, 103);
}

static void a_limit_in_bytes_counts_the_answers(void **state)
{
	struct limit_entry limit = { .scale = TICKS_PER_NANOSECOND,
				     .tolerance = 399 * TICKS_PER_NANOSECOND,
				     .bytes = 1 };
	int sent = 0;

	(void)state;
	memcpy(memory.pages[LIMITS_PAGE], &limit, sizeof(limit));
	for (int i = 0; i < 100; i++)
		sent += answer_in("ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > "
				  "2") > 0;
	assert_int_equal(sent, 10);
}

static void short_answers_are_padded(void **state)
{
	(void)state;
	assert_int_equal(answer_in("ipv4 192.0.2.1 > 198.51.100.9 / tcp 1 > "
				   "2"),
			 40);
	assert_int_equal(padded(40, 14), 46);
	assert_int_equal(padded(40, 18), 42);
	assert_int_equal(padded(60, 14), 60);
	assert_memory_equal(answer + 40, "\0\0\0\0\0\0", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(udp_is_prohibited, set_up),
		cmocka_unit_test_setup(any_length_has_a_checksum_that_holds,
				       set_up),
		cmocka_unit_test_setup(tags_are_not_quoted, set_up),
		cmocka_unit_test_setup(every_protocol_is_prohibited, set_up),
		cmocka_unit_test_setup(segments_are_reset, set_up),
		cmocka_unit_test_setup(a_reset_comes_from_the_destination,
				       set_up),
		cmocka_unit_test_setup(what_must_not_be_answered_is_not,
				       set_up),
		cmocka_unit_test_setup(no_answer_is_answered, set_up),
		cmocka_unit_test_setup(without_an_address_there_are_only_resets,
				       set_up),
		cmocka_unit_test_setup(
			own_packets_are_answered_by_their_destination, set_up),
		cmocka_unit_test_setup(all_answers_are_one_limit, set_up),
		cmocka_unit_test_setup(a_limit_in_bytes_counts_the_answers,
				       set_up),
		cmocka_unit_test_setup(short_answers_are_padded, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
