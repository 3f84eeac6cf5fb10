// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf/remark.h: the new DSCP, the old ECN bits, a checksum that holds, and not
 * another bit of the frame.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "frame.h"
#include "memory.h"

#include "parse.h"
#include "remark.h"

enum { NOTES = 100 };

static struct frame frame;

static struct packet parse(const char *text)
{
	struct packet packet = { .packets = 1, .outer = NO_TAG };
	struct memory_frame context;
	char error[256];

	if (frame_parse(text, &frame, error, sizeof(error)))
		fail_msg("%s: %s", text, error);
	context = (struct memory_frame){ frame.bytes,
					 frame.bytes + frame.length };
	packet.inner = NO_TAG;
	packet.length = packet.limit = (uint32_t)frame.length;
	packet.decision.notes = NOTES;
	parse_packet(&context, &packet, 0, 0);
	assert_int_equal(packet.malformed, 0);
	return packet;
}

static void remark(struct packet *packet, uint8_t dscp)
{
	struct memory_frame context = { frame.bytes,
					frame.bytes + frame.length };

	memory.counted_packets = 0;
	packet->decision.remark = 1;
	packet->decision.dscp = dscp;
	remark_packet(&context, packet);
}

/* The one's complement sum of a header whose checksum holds is all ones. */
static uint32_t sum_header(const uint8_t *header)
{
	uint32_t sum = 0;

	for (int i = 0; i < (header[0] & 15) * 4; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void every_tos_becomes_every_dscp(void **state)
{
	char text[128];

	(void)state;
	for (unsigned int tos = 0; tos < 256; tos++)
		for (uint8_t dscp = 0; dscp < 64; dscp++) {
			struct frame before;
			struct packet packet;
			uint8_t *header;

			snprintf(text, sizeof(text),
				 "ipv4 192.0.2.1 > 198.51.100.9 tos %u id %u /"
				 " udp 1 > 2",
				 tos, tos * 251 + dscp * 17);
			packet = parse(text);
			before = frame;
			remark(&packet, dscp);
			header = frame.bytes + 14;
			assert_int_equal(header[1], dscp << 2 | (tos & 3));
			assert_int_equal(sum_header(header), 0xffff);
			header[1] = before.bytes[15];
			memcpy(header + 10, before.bytes + 24, 2);
			assert_memory_equal(frame.bytes, before.bytes,
					    frame.length);
		}
}

static void every_class_becomes_every_dscp(void **state)
{
	char text[128];

	(void)state;
	for (unsigned int class = 0; class < 256; class ++)
		for (uint8_t dscp = 0; dscp < 64; dscp++) {
			struct frame before, expected;
			struct packet packet;
			char error[256];

			snprintf(text, sizeof(text),
				 "ipv6 2001:db8::1 > 2001:db8::2 class %u flow"
				 " 0xabcde / udp 1 > 2",
				 class);
			packet = parse(text);
			before = frame;
			remark(&packet, dscp);
			snprintf(text, sizeof(text),
				 "ipv6 2001:db8::1 > 2001:db8::2 class %u flow"
				 " 0xabcde / udp 1 > 2",
				 dscp << 2 | (class & 3));
			frame_parse(text, &expected, error, sizeof(error));
			assert_memory_equal(frame.bytes, expected.bytes,
					    before.length);
		}
}

static void tags_and_options_are_stepped_over(void **state)
{
	struct packet packet = parse("vlan 100 / vlan 200 / ipv4 192.0.2.1 > "
				     "192.0.2.2 tos 0xc1 options 94040000 / "
				     "udp 1 > 2");

	(void)state;
	remark(&packet, 10);
	assert_int_equal(frame.bytes[14 + 8 + 1], 10 << 2 | 1);
	assert_int_equal(sum_header(frame.bytes + 14 + 8), 0xffff);
	packet = parse("vlan 100 / ipv6 2001:db8::1 > 2001:db8::2 class 0xc2 "
		       "/ hop-by-hop / udp 1 > 2");
	remark(&packet, 46);
	assert_int_equal(read16(frame.bytes + 14 + 4), 0x6000 | 0xba << 4);
}

/* RFC 1624 2: the difference is corrected, not the mistake. */
static void a_wrong_checksum_stays_as_wrong(void **state)
{
	struct packet packet = parse("ipv4 192.0.2.1 > 192.0.2.2 tos 0xc0 "
				     "checksum 0x1234 / udp 1 > 2");
	uint32_t before = sum_header(frame.bytes + 14);

	(void)state;
	assert_int_not_equal(before, 0xffff);
	remark(&packet, 0);
	assert_int_equal(sum_header(frame.bytes + 14), before);
}

static void only_a_change_is_noted(void **state)
{
	struct packet packet =
		parse("ipv4 192.0.2.1 > 192.0.2.2 tos 0xc0 / udp 1 > 2");
	struct frame before = frame;

	(void)state;
	remark(&packet, 48);
	assert_int_equal(memory.counted_packets, 0);
	assert_memory_equal(frame.bytes, before.bytes, frame.length);
	remark(&packet, 0);
	assert_int_equal(memory.counted_slot, NOTES + NOTE_REMARKED);
	assert_int_equal(memory.counted_packets, 1);
	assert_int_equal(memory.counted_bytes, frame.length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tos_becomes_every_dscp),
		cmocka_unit_test(every_class_becomes_every_dscp),
		cmocka_unit_test(tags_and_options_are_stepped_over),
		cmocka_unit_test(a_wrong_checksum_stays_as_wrong),
		cmocka_unit_test(only_a_change_is_noted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
