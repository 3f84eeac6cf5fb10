/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rewriting the DSCP (RFC 2474) and leaving the two ECN bits beside it alone
 * (RFC 3168). The checksum of an IPv4 header is corrected, not computed anew
 * (RFC 1624, equation 3), so a wrong one stays wrong; no transport checksum
 * covers these bits.
 *
 * frame_write(context, offset, bytes, size) is the program's way to change the
 * frame: on egress a packet may be shared with a socket's queue and must be
 * copied first, which only the packets that are rewritten pay for.
 */
#ifndef WEIR_BPF_REMARK_H
#define WEIR_BPF_REMARK_H

#include "packet.h"

/* The checksum after a 16-bit word that it covers went from old to new. */
static __always_inline __u16 correct_checksum(__u16 checksum, __u16 old,
					      __u16 new)
{
	__u32 sum = (__u16)~checksum + (__u16)~old + (__u32) new;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

static __always_inline int remark_ipv4(CONTEXT *context,
				       const struct packet *packet)
{
	const __u8 *header =
		header_at(context, packet->network, packet->limit, 20);
	__u8 bytes[2], checksum[2];

	if (!header)
		return 0;
	bytes[0] = header[0];
	bytes[1] = packet->decision.dscp << 2 | (header[1] & 3);
	write16(checksum, correct_checksum(read16(header + 10), read16(header),
					   read16(bytes)));
	frame_write(context, packet->network, bytes, 2);
	frame_write(context, packet->network + 10, checksum, 2);
	return 1;
}

/* The traffic class is bits 4 to 11 of the header. */
static __always_inline int remark_ipv6(CONTEXT *context,
				       const struct packet *packet)
{
	const __u8 *header =
		header_at(context, packet->network, packet->limit, 40);
	__u8 bytes[2];

	if (!header)
		return 0;
	write16(bytes, (read16(header) & 0xf03f) | packet->decision.dscp << 6);
	frame_write(context, packet->network, bytes, 2);
	return 1;
}

/*
 * Gives a packet with decision.remark its new DSCP, and counts it when that
 * is another one.
 */
GLOBAL_FUNCTION int remark_packet(CONTEXT *context, const struct packet *packet)
{
	int written;

	if (!packet || packet->decision.dscp == packet->dscp)
		return 0;
	written = packet->family == 4 ? remark_ipv4(context, packet)
				      : remark_ipv6(context, packet);
	if (written)
		count(packet->decision.notes + NOTE_REMARKED, packet->packets,
		      packet->length);
	return 0;
}

#endif
