/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame builder against a dissector that knows nothing of it: frames are
 * written to a capture, and tcpdump has to read out of them what the text put
 * in and to find every checksum correct.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pcap/pcap.h>
#include <string.h>

#include "base/cleanup.h"
#include "frame.h"

static struct frame frame;
static char error[256];

static void build(const char *text)
{
	if (frame_parse(text, &frame, error, sizeof(error)))
		fail_msg("%s: %s", text, error);
}

static void write_capture(const char *path)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
	pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
	struct pcap_pkthdr header = { .caplen = frame.length,
				      .len = frame.length };

	assert_non_null(dumper);
	pcap_dump((u_char *)dumper, &header, frame.bytes);
	pcap_dump_close(dumper);
	pcap_close(pcap);
}

/* What tcpdump prints about the frame, on one line. */
static const char *dissect(const char *text)
{
	static char output[8192];
	char path[] = "/tmp/weir-frame-XXXXXX", command[128];
	FILE *pipe;
	size_t size;

	build(text);
	close(mkstemp(path));
	write_capture(path);
	snprintf(command, sizeof(command), "tcpdump -netvvr %s 2>&1", path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	size = fread(output, 1, sizeof(output) - 1, pipe);
	output[size] = '\0';
	assert_int_equal(pclose(pipe), 0);
	unlink(path);
	return output;
}

static void expect(const char *text, const char *const *parts, size_t count)
{
	static const char *const wrong[] = { "bad ", "incorrect", "wrong",
					     "malformed", "invalid" };
	const char *output = dissect(text);

	for (size_t i = 0; i < count; i++)
		if (!strstr(output, parts[i]))
			fail_msg("%s: no '%s' in:\n%s", text, parts[i], output);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (strstr(output, wrong[i]))
			fail_msg("%s: '%s' in:\n%s", text, wrong[i], output);
}

#define EXPECT(text, ...)                                                      \
	do {                                                                   \
		static const char *const parts[] = { __VA_ARGS__ };            \
		expect(text, parts, sizeof(parts) / sizeof(parts[0]));         \
	} while (0)

#define V4 "ipv4 10.0.0.1 > 192.0.2.1"
#define V6 "ipv6 2001:db8::1 > 2001:db8::2"

static void tcp_over_ipv4_has_both_checksums_right(void **state)
{
	(void)state;
	EXPECT(V4 " ttl 3 tos 184 id 77 df / tcp 1024 > 80 flags SA /"
		  " payload 21",
	       "ttl 3", "tos 0xb8", "id 77", "flags [DF]", "length 61",
	       "10.0.0.1.1024 > 192.0.2.1.80: Flags [S.]", "(correct)",
	       "length 21");
}

static void tcp_over_ipv6_has_its_checksum_right(void **state)
{
	(void)state;
	EXPECT(V6 " hop 9 class 8 flow 5 / tcp 1024 > 179 / payload 3",
	       "hlim 9", "class 0x08", "flowlabel 0x00005", "(correct)",
	       "payload length: 23", ".1024 > 2001:db8::2.179");
}

static void udp_has_its_length_and_checksum_right(void **state)
{
	(void)state;
	EXPECT(V4 " / udp 5000 > 6000 / payload 9", "[udp sum ok]",
	       "UDP, length 9");
	EXPECT(V6 " / udp 5000 > 6000 / payload 10", "[udp sum ok]",
	       "UDP, length 10");
}

static void a_udp_checksum_of_zero_is_sent_as_all_ones(void **state)
{
	(void)state;
	build("ipv4 0.0.0.0 > 0.0.0.0 / udp 0 > 0 / hex ffda");
	assert_int_equal(frame.bytes[14 + 20 + 6], 0xff);
	assert_int_equal(frame.bytes[14 + 20 + 7], 0xff);
}

static void icmp_has_its_checksum_right(void **state)
{
	(void)state;
	EXPECT(V4 " / icmp 8 / payload 11", "ICMP echo request", "length 19");
	EXPECT(V4 " / icmp 11 code 1 / " V4 " / udp 1 > 2",
	       "ip reassembly time exceeded");
}

static void icmpv6_has_its_checksum_right(void **state)
{
	(void)state;
	EXPECT("ipv6 fe80::1 > ff02::1:ff00:2 hop 255 / icmpv6 135 /"
	       " hex fe800000000000000000000000000002",
	       "[icmp6 sum ok]", "neighbor solicitation", "who has fe80::2");
}

/* tcpdump does not check it: 32 bytes of zeros, RFC 3720 appendix B.4. */
static void sctp_has_its_crc_right(void **state)
{
	static const uint8_t crc[] = { 0xaa, 0x36, 0x91, 0x8a };

	(void)state;
	EXPECT(V4 " / sctp 5001 > 5002 / hex 0500000800010004", "sctp",
	       "5001 > 192.0.2.1.5002", "[HB ACK]");
	build(V4 " / sctp 0 > 0 /"
		 " hex 0000000000000000000000000000000000000000");
	assert_memory_equal(frame.bytes + 14 + 20 + 8, crc, sizeof(crc));
}

static void dccp_has_its_checksum_right(void **state)
{
	(void)state;
	EXPECT(V4 " / dccp 5001 > 5002 / payload 4", "DCCP",
	       "5001 > 192.0.2.1.5002", "(correct)", "DCCP-Data");
}

static void igmp_has_its_checksum_right(void **state)
{
	(void)state;
	EXPECT("ipv4 10.0.0.1 > 224.0.0.1 ttl 1 / igmp", "igmp query");
}

static void vlan_tags_say_their_type_and_what_follows(void **state)
{
	(void)state;
	EXPECT("eth 02:00:00:00:00:0a > 02:00:00:00:00:0b /"
	       " vlan 100 pcp 5 type 0x88a8 / vlan 200 / " V4 " / udp 1 > 2",
	       "02:00:00:00:00:0a > 02:00:00:00:00:0b", "ethertype 802.1Q-QinQ",
	       "vlan 100, p 5", "ethertype 802.1Q (0x8100)", "vlan 200, p 0",
	       "ethertype IPv4");
}

static void arp_is_a_request(void **state)
{
	(void)state;
	EXPECT("arp", "ethertype ARP (0x0806)",
	       "Ethernet (len 6), IPv4 (len 4), Request who-has");
}

static void extension_headers_name_what_follows_them(void **state)
{
	(void)state;
	EXPECT(V6 " / hop-by-hop / routing 2 size 24 left 1 /"
		  " destination-options size 16 / fragment id 9 / udp 1 > 2",
	       "HBH", "RT6 (len=2, type=2, segleft=1", "DSTOPT",
	       "frag (0x00000009:0|8)");
	EXPECT(V6 " / ah spi 7 / esp spi 8 / payload 16",
	       "AH(length=4(24-bytes),spi=0x00000007,", "ESP(spi=0x00000008");
	EXPECT(V6 " / mobility / payload 2", "mobility");
	EXPECT(V6 " / no-next", "no next header");
	EXPECT(V4 " / ah / tcp 1 > 2", "AH(length=4(24-bytes),spi=0x00000100,",
	       "1 > ");
}

static void fragments_say_where_they_belong(void **state)
{
	(void)state;
	EXPECT(V4 " id 5 mf offset 3 proto 17 / payload 16", "id 5",
	       "offset 24", "flags [+]", "proto UDP (17)");
	EXPECT(V6 " / fragment offset 3 mf id 5 next 17 / payload 16",
	       "frag (0x00000005:24|16)");
}

static void tunnels_name_what_is_inside(void **state)
{
	(void)state;
	EXPECT(V4 " / gre / " V4 " / udp 1 > 2", "GREv0", "proto IPv4");
	EXPECT(V4 " / " V6 " / udp 1 > 2", "proto IPv6 (41)",
	       "2001:db8::1.1 > 2001:db8::2.2");
	EXPECT(V4 " / protocol 89 / payload 1", "proto OSPF (89)");
}

static void options_lengthen_the_ipv4_header(void **state)
{
	(void)state;
	EXPECT(V4 " options 94040000 / udp 1 > 2", "options (RA)",
	       "[udp sum ok]");
}

static void a_wrong_checksum_that_was_asked_for_is_seen_as_wrong(void **state)
{
	(void)state;
	assert_non_null(
		strstr(dissect(V4 " checksum 1 / udp 1 > 2"), "bad cksum 1"));
	assert_non_null(
		strstr(dissect(V4 " / tcp 1 > 2 checksum 1"), "(incorrect"));
}

static void what_the_text_says_stands_even_when_it_is_wrong(void **state)
{
	(void)state;
	build("ipv4 10.0.0.1 > 192.0.2.1 version 5 header-length 4"
	      " total-length 3 / payload 1");
	assert_int_equal(frame.bytes[14], 0x54);
	assert_int_equal(frame.bytes[16] << 8 | frame.bytes[17], 3);
	build(V6 " version 4 payload-length 700 next 200 / payload 1");
	assert_int_equal(frame.bytes[14] >> 4, 4);
	assert_int_equal(frame.bytes[18] << 8 | frame.bytes[19], 700);
	assert_int_equal(frame.bytes[20], 200);
	build(V6 " / destination-options size 16 length 9 next 3");
	assert_int_equal(frame.bytes[54], 3);
	assert_int_equal(frame.bytes[55], 9);
	assert_int_equal(frame.length, 14 + 40 + 16);
}

static void cut_and_pad_change_only_the_frame(void **state)
{
	(void)state;
	build(V4 " / payload 10 / pad 16");
	assert_int_equal(frame.length, 14 + 20 + 10 + 16);
	assert_int_equal(frame.bytes[16] << 8 | frame.bytes[17], 30);
	assert_int_equal(frame.bytes[14 + 20 + 9], 9);
	assert_int_equal(frame.bytes[14 + 20 + 10], 0);
	build(V4 " / payload 10 / cut 20");
	assert_int_equal(frame.length, 20);
	build(V4 " / payload 10 / cut -3");
	assert_int_equal(frame.length, 14 + 20 + 7);
	build(V4 " / payload 10 / cut -10 / pad 2");
	assert_int_equal(frame.length, 14 + 20 + 2);
	assert_int_equal(frame.bytes[14 + 20 + 1], 0);
}

static void refused(const char *text, const char *message)
{
	struct frame before = frame;

	assert_int_equal(frame_parse(text, &frame, error, sizeof(error)), -1);
	assert_string_equal(error, message);
	assert_memory_equal(&before, &frame, sizeof(frame));
}

static void a_wrong_text_is_refused_with_its_column(void **state)
{
	(void)state;
	refused("", "column 1: '' is no layer");
	refused("ipv5", "column 1: 'ipv5' is no layer");
	refused("arp / ", "column 7: '' is no layer");
	refused("ipv4 10.0.0.1 192.0.2.1",
		"column 15: expected '>' and a destination");
	refused("ipv4 10.0.0.256 > 192.0.2.1",
		"column 6: '10.0.0.256' is no IPv4 address");
	refused("ipv6 10.0.0.1 > ::1",
		"column 6: '10.0.0.1' is no IPv6 address");
	refused(V4 " ttl 256", "column 31: '256' is no number from 0 to 255");
	refused(V4 " ttl", "column 30: '' is no number from 0 to 255");
	refused(V4 " hop 3", "column 27: 'ipv4' takes no 'hop'");
	refused(V4 " / tcp 1 > 2 flags X",
		"column 45: 'X' is none of the flags FSRPAUECN");
	refused(V4 " options 123",
		"column 35: expected up to 40 bytes in hexadecimal");
	refused("vlan 4096 / arp",
		"column 6: '4096' is no number from 0 to 4095");
	refused("arp / vlan 1", "column 7: 'vlan' cannot stand here");
	refused("arp / eth", "column 7: 'eth' cannot stand here");
	refused("arp / pad 1 / payload 1",
		"column 15: 'payload' cannot stand here");
	refused("arp / cut 100",
		"column 7: the frame has 42 bytes, of at most 9216");
	refused("arp / payload 9216",
		"column 7: a frame has at most 9216 bytes");
	refused(V6 " / hop-by-hop size 7",
		"column 34: 'hop-by-hop' has at least 8 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_over_ipv4_has_both_checksums_right),
		cmocka_unit_test(tcp_over_ipv6_has_its_checksum_right),
		cmocka_unit_test(udp_has_its_length_and_checksum_right),
		cmocka_unit_test(a_udp_checksum_of_zero_is_sent_as_all_ones),
		cmocka_unit_test(icmp_has_its_checksum_right),
		cmocka_unit_test(icmpv6_has_its_checksum_right),
		cmocka_unit_test(sctp_has_its_crc_right),
		cmocka_unit_test(dccp_has_its_checksum_right),
		cmocka_unit_test(igmp_has_its_checksum_right),
		cmocka_unit_test(vlan_tags_say_their_type_and_what_follows),
		cmocka_unit_test(arp_is_a_request),
		cmocka_unit_test(extension_headers_name_what_follows_them),
		cmocka_unit_test(fragments_say_where_they_belong),
		cmocka_unit_test(tunnels_name_what_is_inside),
		cmocka_unit_test(options_lengthen_the_ipv4_header),
		cmocka_unit_test(
			a_wrong_checksum_that_was_asked_for_is_seen_as_wrong),
		cmocka_unit_test(
			what_the_text_says_stands_even_when_it_is_wrong),
		cmocka_unit_test(cut_and_pad_change_only_the_frame),
		cmocka_unit_test(a_wrong_text_is_refused_with_its_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
