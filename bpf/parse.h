/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frame bytes -> struct packet.
 *
 * Ethernet, up to two tags, IPv4 or IPv6, extension headers, the first bytes
 * of the transport header; each header is read once, in order, and nothing is
 * read past the end that the packet's own length fields give. What does not
 * parse gets the reason that says where (docs/ARCHITECTURE.md, "The packet
 * contract"; RFC 791, 8200, 1858, 3128, 7112, 5095).
 *
 * Both families share the walk over headers between IP and transport: IPv4
 * knows only the authentication header there, and ESP ends it. Of several
 * authentication headers, the last gives the SPI. Steps that are repeated are
 * global functions: the verifier proves one step once, not every sequence.
 */
#ifndef WEIR_BPF_PARSE_H
#define WEIR_BPF_PARSE_H

#include "packet.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_8021Q = 0x8100,
	ETHERTYPE_8021AD = 0x88a8,
	ETHERTYPE_QINQ = 0x9100,
};

enum protocol {
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_IGMP = 2,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_DCCP = 33,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_ESP = 50,
	PROTOCOL_AH = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_SCTP = 132,
	PROTOCOL_UDPLITE = 136,
};

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_LSRR = 131, OPTION_SSRR = 137 };

static __always_inline const __u8 *
next_bytes(CONTEXT *context, const struct packet *packet, __u32 size)
{
	return header_at(context, packet->offset, packet->limit, size);
}

static __always_inline int is_tag(__u16 ethertype)
{
	return ethertype == ETHERTYPE_8021Q || ethertype == ETHERTYPE_8021AD ||
	       ethertype == ETHERTYPE_QINQ;
}

/* Tags are positions: the first VLAN id met is the outer one; id 0 is none. */
static __always_inline void add_tag(struct packet *packet, __u16 control)
{
	__u16 id = control & 0xfff;

	if (!id)
		return;
	if (packet->outer == NO_TAG)
		packet->outer = id;
	else
		packet->inner = id;
}

/*
 * Returns the EtherType behind the tags, or 0 with packet->malformed set.
 * tags: how many the kernel has already taken out of the frame.
 */
static __always_inline __u16 parse_ethernet(CONTEXT *context,
					    struct packet *packet, __u32 tags)
{
	const __u8 *header = next_bytes(context, packet, 14);
	__u16 ethertype;

	packet->malformed = REASON_TRUNCATED;
	if (!header)
		return 0;
	__builtin_memcpy(packet->source_mac, header + 6, 6);
	ethertype = read16(header + 12);
	packet->offset += 14;
	for (int i = 0; i <= MAX_TAGS; i++) {
		if (!is_tag(ethertype))
			break;
		if (tags++ == MAX_TAGS) {
			packet->malformed = REASON_TOO_MANY_TAGS;
			return 0;
		}
		header = next_bytes(context, packet, 4);
		if (!header)
			return 0;
		add_tag(packet, read16(header));
		ethertype = read16(header + 2);
		packet->offset += 4;
	}
	packet->malformed = 0;
	return ethertype;
}

static __always_inline __u16 option_bit(__u8 kind)
{
	switch (kind) {
#define IP_OPTION(symbol, name, type)                                          \
	case type:                                                             \
		return 1u << IP_OPTION_##symbol;
#include "ip_options.def"
#undef IP_OPTION
	default:
		return 1u << IP_OPTION_OTHER;
	}
}

/*
 * One option at packet->offset, in a header that ends at end (RFC 791 3.1):
 * moves behind it, behind the last one to the end. Returns the reason it is
 * bad for, or 0.
 */
GLOBAL_FUNCTION int parse_option(CONTEXT *context, struct packet *packet,
				 __u32 end)
{
	const __u8 *bytes;
	__u8 kind;

	if (!packet)
		return REASON_BAD_OPTIONS;
	bytes = header_at(context, packet->offset, end, 1);
	if (!bytes)
		return REASON_BAD_OPTIONS;
	kind = bytes[0];
	if (kind == OPTION_END || kind == OPTION_NOP) {
		packet->offset = kind == OPTION_END ? end : packet->offset + 1;
		return 0;
	}
	packet->ip_options |= option_bit(kind);
	if (kind == OPTION_LSRR || kind == OPTION_SSRR)
		return REASON_SOURCE_ROUTE;
	bytes = header_at(context, packet->offset, end, 2);
	if (!bytes || bytes[1] < 2 || packet->offset + bytes[1] > end)
		return REASON_BAD_OPTIONS;
	packet->offset += bytes[1];
	return 0;
}

/* Options fill the bytes from packet->offset to end, at most 40. */
static __always_inline void parse_options(CONTEXT *context,
					  struct packet *packet, __u32 end)
{
	for (int i = 0; i < 40; i++) {
		if (packet->malformed || packet->offset >= end)
			break;
		packet->malformed = (__u8)parse_option(context, packet, end);
	}
	packet->offset = end;
}

/* As in the packet; of GSO packets past 64 KiB, whose field is 0, the most. */
static __always_inline __u16 ip_length(__u32 length)
{
	return length < 65535 ? (__u16)length : 65535;
}

/*
 * A fragment of `length` payload bytes at `offset` (in bytes), `before` bytes
 * of the reassembled packet in front of its payload.
 */
static __always_inline void note_fragment(struct packet *packet, __u32 offset,
					  __u32 more, __u32 length,
					  __u32 before)
{
	if (!offset && !more)
		return;
	packet->fragment = offset ? FRAGMENT_LATER : FRAGMENT_FIRST;
	if ((more && length % 8) || offset + length + before > 65535)
		packet->malformed = REASON_BAD_FRAGMENT;
	else if (offset == 8 && packet->protocol == PROTOCOL_TCP)
		packet->malformed = REASON_TINY_FRAGMENT;
}

/*
 * Reads the IPv4 header and its options and moves behind them. large: the
 * kernel has left the total length out (GSO past 64 KiB).
 */
static __always_inline void parse_ipv4(CONTEXT *context, struct packet *packet,
				       int large)
{
	const __u8 *header = next_bytes(context, packet, 20);
	__u32 header_length, total, bits;

	packet->malformed = REASON_TRUNCATED;
	if (!header)
		return;
	header_length = (header[0] & 15) * 4;
	total = read16(header + 2);
	if (large && !total)
		total = packet->limit - packet->offset;
	packet->malformed = REASON_BAD_VERSION;
	if (header[0] >> 4 != 4)
		return;
	packet->family = 4;
	packet->protocol = header[9];
	packet->hop_limit = header[8];
	packet->dscp = header[1] >> 2;
	packet->ip_length = ip_length(total);
	copy_address(packet->source, header + 12, 4);
	copy_address(packet->destination, header + 16, 4);
	packet->malformed = REASON_BAD_HEADER_LENGTH;
	if (header_length < 20 || (total >= 20 && header_length > total))
		return;
	packet->malformed = REASON_BAD_LENGTH;
	if (total < 20 || total > packet->limit - packet->offset)
		return;
	packet->limit = packet->offset + total;
	bits = read16(header + 6);
	packet->offset += 20;
	packet->malformed = 0;
	if (header_length > 20)
		parse_options(context, packet,
			      packet->offset + header_length - 20);
	if (!packet->malformed)
		note_fragment(packet, (bits & 0x1fff) * 8, bits & 0x2000,
			      total - header_length, header_length);
}

/* The same for the fixed IPv6 header. */
static __always_inline void parse_ipv6(CONTEXT *context, struct packet *packet,
				       int large)
{
	const __u8 *header = next_bytes(context, packet, 40);
	__u32 payload;

	packet->malformed = REASON_TRUNCATED;
	if (!header)
		return;
	packet->malformed = REASON_BAD_VERSION;
	if (header[0] >> 4 != 6)
		return;
	packet->family = 6;
	packet->protocol = header[6];
	packet->hop_limit = header[7];
	copy_address(packet->source, header + 8, 16);
	copy_address(packet->destination, header + 24, 16);
	packet->dscp = (__u8)(read16(header) >> 6 & 63);
	payload = read16(header + 4);
	packet->offset += 40;
	packet->malformed = REASON_BAD_LENGTH;
	if (payload > packet->limit - packet->offset)
		return;
	if (payload || !large)
		packet->limit = packet->offset + payload;
	packet->ip_length = ip_length(packet->limit - packet->network);
	packet->malformed = 0;
}

/* The end of the packet came too early: worse where more would follow. */
static __always_inline void ends_early(struct packet *packet, __u8 reason)
{
	packet->malformed = packet->fragment == FRAGMENT_FIRST
				    ? REASON_TINY_FRAGMENT
				    : reason;
}

/* The bit of a header between IP and transport, ESP's too; 0: another. */
static __always_inline __u16 extension_bit(const struct packet *packet)
{
	__u16 bit = 0;

	switch (packet->protocol) {
#define EXTENSION_HEADER(symbol, name, protocol)                               \
	case protocol:                                                         \
		bit = 1u << EXTENSION_HEADER_##symbol;                         \
		break;
#include "extension_headers.def"
#undef EXTENSION_HEADER
	default:
		break;
	}
	if (packet->family == 4)
		bit &= 1u << EXTENSION_HEADER_AH | 1u << EXTENSION_HEADER_ESP;
	return bit;
}

static __always_inline void parse_fragment_header(struct packet *packet,
						  const __u8 *header)
{
	__u32 bits = read16(header + 2);

	if (packet->fragment_header) {
		packet->malformed = REASON_BAD_EXTENSION_HEADER;
		return;
	}
	packet->fragment_header = 1;
	note_fragment(packet, bits & 0xfff8, bits & 1,
		      packet->limit - packet->offset - 8, 0);
}

/* At least 12 bytes (RFC 4302 2). */
static __always_inline void parse_authentication(struct packet *packet,
						 const __u8 *header)
{
	packet->authenticated = 1;
	packet->spi[1] = read32(header + 4);
	packet->has_spi[1] = 1;
	if (!header[1])
		packet->malformed = REASON_BAD_EXTENSION_HEADER;
}

/* Bytes of an extension header (RFC 8200 4, RFC 4302 2.2 for AH). */
static __always_inline __u32 extension_size(__u8 kind, __u8 length)
{
	if (kind == PROTOCOL_AH)
		return (length + 2) * 4;
	return kind == PROTOCOL_FRAGMENT ? 8 : (length + 1) * 8;
}

/*
 * The extension header that packet->protocol names: moves behind it and sets
 * the next one. Returns 1 to go on, 0 at the transport header or an error.
 */
GLOBAL_FUNCTION int parse_extension(CONTEXT *context, struct packet *packet)
{
	const __u8 *header;
	__u16 bit;
	__u8 kind;

	if (!packet || packet->fragment == FRAGMENT_LATER)
		return 0;
	bit = extension_bit(packet);
	kind = packet->protocol;
	if (!bit || kind == PROTOCOL_ESP)
		return 0;
	header = next_bytes(context, packet, 8);
	if (packet->extensions == MAX_EXTENSION_HEADERS) {
		packet->malformed = REASON_TOO_MANY_HEADERS;
		return 0;
	}
	if (!header) {
		ends_early(packet, REASON_BAD_EXTENSION_HEADER);
		return 0;
	}
	packet->protocol = header[0];
	if (kind == PROTOCOL_AH)
		parse_authentication(packet, header);
	else if (kind == PROTOCOL_FRAGMENT)
		parse_fragment_header(packet, header);
	else if (kind == PROTOCOL_HOP_BY_HOP && packet->extensions)
		packet->malformed = REASON_BAD_EXTENSION_HEADER;
	else if (kind == PROTOCOL_ROUTING && !header[2])
		packet->malformed = REASON_ROUTING_HEADER_0;
	packet->extensions++;
	packet->extension_headers |= bit;
	packet->offset += extension_size(kind, header[1]);
	if (packet->offset > packet->limit && !packet->malformed)
		ends_early(packet, REASON_BAD_EXTENSION_HEADER);
	return !packet->malformed;
}

/* Bytes that a transport header has at least; 0: not one we look into. */
static __always_inline __u32 transport_size(const struct packet *packet)
{
	switch (packet->protocol) {
	case PROTOCOL_TCP:
		return 20;
	case PROTOCOL_UDP:
	case PROTOCOL_UDPLITE:
	case PROTOCOL_ESP:
		return 8;
	case PROTOCOL_SCTP:
	case PROTOCOL_DCCP:
		return 12;
	case PROTOCOL_ICMP:
		return packet->family == 4 ? 8 : 0;
	case PROTOCOL_ICMPV6:
		return packet->family == 6 ? 8 : 0;
	default:
		return 0;
	}
}

/* The length of a whole datagram is within the packet (RFC 768). */
static __always_inline void parse_udp(struct packet *packet, const __u8 *header,
				      int large)
{
	__u32 length = read16(header + 4);

	if (packet->fragment == FRAGMENT_NONE && !large &&
	    (length < 8 || packet->offset + length > packet->limit))
		packet->malformed = REASON_BAD_TRANSPORT;
	packet->offset += 8;
}

/* At least 20 bytes, and what its data offset says (RFC 9293 3.1). */
static __always_inline void parse_tcp(CONTEXT *context, struct packet *packet)
{
	const __u8 *header = next_bytes(context, packet, 20);
	__u32 size = header ? (header[12] >> 4) * 4 : 0;

	if (!header || size < 20) {
		packet->malformed = REASON_BAD_TRANSPORT;
		return;
	}
	packet->tcp_flags = read16(header + 12) & 0x1ff;
	packet->has_tcp_flags = 1;
	if (packet->offset + size > packet->limit)
		ends_early(packet, REASON_BAD_TRANSPORT);
	packet->offset += size;
}

/* Security parameters index and sequence number (RFC 4303 2). */
static __always_inline void parse_esp(struct packet *packet, const __u8 *header)
{
	packet->spi[0] = read32(header);
	packet->has_spi[0] = 1;
	packet->extension_headers |= 1u << EXTENSION_HEADER_ESP;
}

/* The first bytes that all of these protocols have. */
static __always_inline void parse_header(CONTEXT *context,
					 struct packet *packet,
					 const __u8 *header, int large)
{
	if (packet->protocol == PROTOCOL_ESP) {
		parse_esp(packet, header);
		return;
	}
	if (packet->protocol == PROTOCOL_ICMP ||
	    packet->protocol == PROTOCOL_ICMPV6) {
		packet->icmp = read16(header);
		packet->has_icmp = 1;
		return;
	}
	packet->ports[0] = read16(header);
	packet->ports[1] = read16(header + 2);
	packet->has_ports = 1;
	if (packet->protocol == PROTOCOL_UDP)
		parse_udp(packet, header, large);
	else if (packet->protocol == PROTOCOL_TCP)
		parse_tcp(context, packet);
}

/* Moves behind the header of TCP and UDP, whose data GSO cuts. */
static __always_inline void parse_transport(CONTEXT *context,
					    struct packet *packet, int large)
{
	__u32 size = transport_size(packet);
	const __u8 *header;

	packet->transport = packet->offset;
	if (!size)
		return;
	header = next_bytes(context, packet, 8);
	if (!header || packet->offset + size > packet->limit)
		ends_early(packet, REASON_BAD_TRANSPORT);
	else
		parse_header(context, packet, header, large);
}

/*
 * Fills packet from its frame. The caller has set ifindex, direction, packets,
 * length, limit, and the tags that are beside the frame; tags: how many.
 * large: a GSO packet, whose IP length may be 0.
 */
static __always_inline void
parse_packet(CONTEXT *context, struct packet *packet, __u32 tags, int large)
{
	__u16 ethertype = parse_ethernet(context, packet, tags);

	if (packet->malformed)
		return;
	packet->network = packet->offset;
	if (ethertype == ETHERTYPE_IPV4)
		parse_ipv4(context, packet, large);
	else if (ethertype == ETHERTYPE_IPV6)
		parse_ipv6(context, packet, large);
	else
		return;
	for (int i = 0; i <= MAX_EXTENSION_HEADERS; i++)
		if (packet->malformed || !parse_extension(context, packet))
			break;
	if (!packet->malformed && packet->fragment != FRAGMENT_LATER)
		parse_transport(context, packet, large);
}

#endif
