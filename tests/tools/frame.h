/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One Ethernet frame from one line of text: layers separated by " / ".
 *
 *	eth / vlan 100 / ipv4 10.0.0.1 > 192.0.2.1 ttl 3 / tcp 1024 > 80 flags S
 *
 * What a layer does not say is filled in: lengths, EtherTypes, protocol and
 * next-header numbers, checksums (IPv4 header, TCP, UDP, UDP-Lite, ICMP,
 * ICMPv6, IGMP, SCTP; DCCP). What it does say stands, right or wrong: tests
 * need wrong packets. Numbers are decimal or 0x hexadecimal.
 *
 * Link:
 *	eth [SRC > DST] [type N]	first, may be left out
 *	vlan ID [pcp N] [type N]	type is the tag's own: 0x8100 (default),
 *					0x88a8, 0x9100
 *	arp				a who-has request
 * Network:
 *	ipv4 SRC > DST [ttl N] [tos N] [id N] [proto N] [df] [mf] [reserved]
 *		[offset N] [version N] [header-length N] [total-length N]
 *		[options HEX] [checksum N]
 *	ipv6 SRC > DST [hop N] [class N] [flow N] [version N]
 *		[payload-length N] [next N]
 * IPv6 extension headers (ah and esp: IPv4 too), each with [next N], most with
 * [size N], its true size in bytes, and [length N], what its length field says:
 *	hop-by-hop, destination-options, routing TYPE [left N],
 *	fragment [offset N] [mf] [id N], ah [spi N], mobility, hip, shim6,
 *	esp [spi N], no-next
 * Transport:
 *	tcp SPORT > DPORT [flags SAFRPUECN, - for none] [data-offset N]
 *		[checksum N]
 *	udp SPORT > DPORT [length N] [checksum N]
 *	udplite, sctp, dccp SPORT > DPORT
 *	icmp TYPE [code N], icmpv6 TYPE [code N], igmp [TYPE], gre
 *	protocol N			no header, only the number
 * Data:
 *	payload N			N bytes 0, 1, 2, ...
 *	hex AABB..
 * At the end, on the whole frame as built so far:
 *	cut N		keep the first N bytes;  cut -N  drop the last N
 *	pad N		append N zero bytes after the packet
 *
 * Offsets of fragments are in units of eight bytes, header-length and
 * data-offset in units of four, total-length and payload-length in bytes.
 * Checksums are computed as if every packet were whole, fragments too.
 */
#ifndef WEIR_TEST_FRAME_H
#define WEIR_TEST_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_MAX = 9216 };

struct frame {
	uint8_t bytes[FRAME_MAX];
	size_t length;
};

/*
 * 0, or -1 with a sentence in error that starts with the column at fault.
 * The frame is only changed on success.
 */
int frame_parse(const char *text, struct frame *frame, char *error,
		size_t error_size);

#endif
