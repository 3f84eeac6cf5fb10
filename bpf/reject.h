/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers to rejected packets: whether there is one, and its bytes.
 *
 * A whole TCP segment gets a reset (RFC 9293 3.10.7.1) that seems to come from
 * its destination; everything else gets "communication administratively
 * prohibited", ICMP type 3 code 13 (RFC 1812 5.2.7.1) or ICMPv6 type 1 code 1
 * (RFC 4443 3.1), from an address of the interface. An ICMP answer quotes as
 * much of the packet as 576 bytes hold (RFC 1812 4.3.2.3), 1280 in IPv6
 * (RFC 4443 2.4 c).
 *
 * There is no answer that RFC 1812 4.3.2.7 and RFC 4443 2.4 e forbid, nor one
 * to another answer, so answers to answers cannot be: of ICMP only requests
 * are answered, of TCP everything but resets. All answers of all interfaces
 * together are one limit.
 *
 * The answer is built in memory, the IP packet alone; each program puts it in
 * place of the rejected frame in its own way. frame_read(context, offset, to,
 * size) copies bytes of the frame, 0 when they are there.
 */
#ifndef WEIR_BPF_REJECT_H
#define WEIR_BPF_REJECT_H

#include "lookup.h"
#include "parse.h"
#include "police.h"

enum {
	LINK_BYTES = 14,
	LINK_MOST = LINK_BYTES + 4 * MAX_TAGS,
	FRAME_LEAST = 60, /* without its checksum (IEEE 802.3 4.4.2) */
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	ICMP_BYTES = 8,
	TCP_BYTES = 20,
	ANSWER4_MOST = 576,
	ANSWER6_MOST = 1280,
	ANSWER_HOPS = 64,
	ICMP_UNREACHABLE = 3 << 8 | 13,
	ICMPV6_UNREACHABLE = 1 << 8 | 1,
};

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

/* What each type of ICMP that asks for something is. */
enum {
	ICMP_ECHO = 8,
	ICMP_TIMESTAMP = 13,
	ICMP_EXTENDED_ECHO = 42, /* RFC 8335 */
	ICMPV6_ECHO = 128,
	ICMPV6_EXTENDED_ECHO = 160,
};

/* What precedes the IP packet in its frame, and the packet. */
struct answer {
	__u8 link[24];
	__u8 ip[ANSWER6_MOST];
};
_Static_assert(sizeof(struct answer) <= SCRATCH_BYTES, "an answer has room");

/* ---- who is answered --------------------------------------------------- */

/* RFC 1812 5.3.7: an address that one host can have, as far as it shows. */
static __always_inline int is_host4(const struct view *view,
				    const __u32 *address)
{
	const struct infrastructure_value *value;
	__u8 first = *(const __u8 *)address;

	if (!first || first == 127 || first >= 224)
		return 0;
	value = trie_find_infra4(view->image, view->header->trie_slot, address);
	return !value || !value->broadcast;
}

/* Not multicast, and not of ::/64: unspecified, loopback, IPv4 addresses. */
static __always_inline int is_host6(const __u32 *address)
{
	return *(const __u8 *)address != 0xff && (address[0] | address[1]);
}

static __always_inline int between_hosts(const struct view *view)
{
	const struct packet *packet = view->packet;

	if (packet->family == 4)
		return is_host4(view, packet->source) &&
		       is_host4(view, packet->destination);
	return is_host6(packet->source) && is_host6(packet->destination);
}

/* To one station and from one. */
static __always_inline int is_link_unicast(CONTEXT *context,
					   const struct packet *packet)
{
	const __u8 *link = header_at(context, 0, packet->limit, LINK_BYTES);

	return link && !(link[0] & 1) && !(packet->source_mac[0] & 1);
}

static __always_inline __u64 fold(__u64 sum)
{
	for (int i = 0; i < 4; i++)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* On egress the kernel has made the header itself, or seen to it. */
static __always_inline int is_header_whole(CONTEXT *context,
					   const struct packet *packet)
{
	__u32 offset = packet->network, words = 0;
	const __u8 *header = header_at(context, offset, packet->limit, 20);
	__u64 sum = 0;

	if (packet->family != 4 || packet->direction == DIRECTION_OUT)
		return 1;
	if (header)
		words = header[0] & 15;
	for (__u32 i = 0; i < 15; i++) {
		header = header_at(context, offset + 4 * i, packet->limit, 4);
		if (i >= words || !header)
			break;
		sum += read16(header) + read16(header + 2);
	}
	return fold(sum) == 0xffff;
}

static __always_inline int is_request(const struct packet *packet)
{
	__u8 type = packet->icmp >> 8;

	if (packet->family == 4)
		return type == ICMP_ECHO || type == ICMP_TIMESTAMP ||
		       type == ICMP_EXTENDED_ECHO;
	return type == ICMPV6_ECHO || type == ICMPV6_EXTENDED_ECHO;
}

/* What the fragments that follow add to a segment is not known. */
static __always_inline int is_segment(const struct packet *packet)
{
	return packet->has_tcp_flags && packet->fragment == FRAGMENT_NONE &&
	       !packet->authenticated;
}

/* Whose address an ICMP answer comes from: see build_answer(). */
static __always_inline const __u32 *answer_source(const struct packet *packet,
						  __u32 own)
{
	if (own)
		return packet->destination;
	return packet->family == 4 ? &packet->decision.answer4
				   : packet->decision.answer6;
}

static __always_inline int has_source(const struct packet *packet, __u32 own)
{
	const __u32 *source = answer_source(packet, own);

	if (packet->family == 4 || is_segment(packet))
		return is_segment(packet) || source[0];
	return (source[0] | source[1] | source[2] | source[3]) != 0;
}

static __always_inline int is_answerable(CONTEXT *context,
					 const struct view *view, __u32 own)
{
	const struct packet *packet = view->packet;

	if (packet->fragment == FRAGMENT_LATER || !packet->transport)
		return 0;
	if (packet->protocol == PROTOCOL_ICMP ||
	    packet->protocol == PROTOCOL_ICMPV6) {
		if (!packet->has_icmp || !is_request(packet))
			return 0;
	} else if (packet->tcp_flags & TCP_RST) {
		return 0;
	}
	return has_source(packet, own) && between_hosts(view) &&
	       is_link_unicast(context, packet) &&
	       is_header_whole(context, packet);
}

/* Bytes of the IP packet that answers. */
static __always_inline __u32 answer_length(const struct packet *packet)
{
	__u32 headers = packet->family == 4 ? IPV4_BYTES : IPV6_BYTES;
	__u32 most = packet->family == 4 ? ANSWER4_MOST : ANSWER6_MOST;
	__u32 length = headers + ICMP_BYTES + packet->limit - packet->network;

	if (is_segment(packet))
		return headers + TCP_BYTES;
	return length < most ? length : most;
}

/* Charges one answer to the limit of all of them. */
static __always_inline int within_answers(const struct view *view, __u32 length)
{
	const struct limit_entry *limit =
		table_at(view->image, view->header->limits,
			 view->header->answers, sizeof(*limit));
	struct limiter *limiter = limiter_find(SLOT_ANSWERS);

	if (!limit || !limiter)
		return 0;
	return charge_now(&limiter->arrival, limit, limit->bytes ? length : 1);
}

/* ---- its bytes --------------------------------------------------------- */

/* volatile: the loop stays one, for there is no memset() to call. */
GLOBAL_FUNCTION int clear_answer(struct answer *answer)
{
	volatile __u64 *words = (__u64 *)answer;

	if (!answer)
		return 0;
	for (__u32 i = 0; i < sizeof(*answer) / sizeof(*words); i++)
		words[i] = 0;
	return 0;
}

/* Sums may be of words of any width and byte order: RFC 1071 2. */
static __always_inline __u64 sum_words(const __u8 *bytes, __u32 size)
{
	const __u32 *words = (const __u32 *)bytes;
	__u64 sum = 0;

	for (__u32 i = 0; i < size / 4; i++)
		sum += words[i];
	return sum;
}

/* The pseudo-header besides the addresses (RFC 9293 3.1, RFC 8200 8.1). */
static __always_inline __u64 sum_pseudo(__u8 protocol, __u32 length)
{
	__u8 words[4];
	__u32 sum;

	write16(words, protocol);
	write16(words + 2, (__u16)length);
	__builtin_memcpy(&sum, words, sizeof(sum));
	return sum;
}

static __always_inline void write_checksum(__u8 *at, __u64 sum)
{
	__u16 checksum = (__u16)~fold(sum);

	__builtin_memcpy(at, &checksum, sizeof(checksum));
}

/*
 * Headers of an answer of `length` bytes. It is never cut (DF), so that its
 * identification may be 0 (RFC 6864 4.1).
 */
static __always_inline void write_ipv4(__u8 *ip, const struct packet *packet,
				       const __u32 *from, __u8 tos,
				       __u8 protocol, __u32 length)
{
	ip[0] = 0x45;
	ip[1] = tos;
	write16(ip + 2, (__u16)length);
	ip[6] = 0x40;
	ip[8] = ANSWER_HOPS;
	ip[9] = protocol;
	__builtin_memcpy(ip + 12, from, 4);
	__builtin_memcpy(ip + 16, packet->source, 4);
	write_checksum(ip + 10, sum_words(ip, IPV4_BYTES));
}

static __always_inline void write_ipv6(__u8 *ip, const struct packet *packet,
				       const __u32 *from, __u8 protocol,
				       __u32 length)
{
	ip[0] = 0x60;
	write16(ip + 4, (__u16)(length - IPV6_BYTES));
	ip[6] = protocol;
	ip[7] = ANSWER_HOPS;
	__builtin_memcpy(ip + 8, from, 16);
	__builtin_memcpy(ip + 24, packet->source, 16);
}

/*
 * RFC 9293 3.10.7.1: with its acknowledgment number where it has one, else
 * acknowledging all of it. GSO packets are one segment here.
 */
static __always_inline void write_reset(__u8 *tcp, const struct packet *packet,
					const __u8 *segment)
{
	__u32 length = packet->limit - packet->offset;

	length += !!(packet->tcp_flags & TCP_SYN);
	length += !!(packet->tcp_flags & TCP_FIN);
	write16(tcp, packet->ports[1]);
	write16(tcp + 2, packet->ports[0]);
	tcp[12] = TCP_BYTES / 4 << 4;
	tcp[13] = TCP_RST;
	if (packet->tcp_flags & TCP_ACK) {
		__builtin_memcpy(tcp + 4, segment + 8, 4);
		return;
	}
	tcp[13] |= TCP_ACK;
	write32(tcp + 8, read32(segment + 4) + length);
}

/* 0, or -1 when the segment cannot be read. */
static __always_inline int build_reset(CONTEXT *context,
				       const struct packet *packet, __u8 *ip)
{
	const __u8 *segment =
		header_at(context, packet->transport, packet->limit, TCP_BYTES);
	__u64 sum = sum_pseudo(PROTOCOL_TCP, TCP_BYTES);

	if (!segment)
		return -1;
	if (packet->family == 4) {
		write_ipv4(ip, packet, packet->destination, 0, PROTOCOL_TCP,
			   IPV4_BYTES + TCP_BYTES);
		write_reset(ip + IPV4_BYTES, packet, segment);
		sum += sum_words(ip + 12, 8 + TCP_BYTES);
		write_checksum(ip + IPV4_BYTES + 16, sum);
		return 0;
	}
	write_ipv6(ip, packet, packet->destination, PROTOCOL_TCP,
		   IPV6_BYTES + TCP_BYTES);
	write_reset(ip + IPV6_BYTES, packet, segment);
	sum += sum_words(ip + 8, 32 + TCP_BYTES);
	write_checksum(ip + IPV6_BYTES + 16, sum);
	return 0;
}

/*
 * Whether so many bytes are an IP packet and at most `most`. The barriers keep
 * the compiler from making one comparison, which no verifier understands.
 */
static __always_inline int is_size(__u32 *size, __u32 most)
{
	asm volatile("" : "+r"(*size));
	if (*size > most)
		return 0;
	asm volatile("" : "+r"(*size));
	return *size >= IPV4_BYTES;
}

/* Copies the first `size` bytes of the IP packet; 0, or negative. */
static __always_inline int quote(CONTEXT *context, const struct packet *packet,
				 __u8 *to, __u32 size, __u32 most)
{
	if (!is_size(&size, most))
		return -1;
	return frame_read(context, packet->network, to, size);
}

/*
 * RFC 1812 4.3.2.5: precedence 6 and the type of service of the packet, whose
 * two lowest bits are ECN now, which answers do not do (RFC 3168 6.1.5).
 */
static __always_inline int build_unreachable4(CONTEXT *context,
					      const struct packet *packet,
					      const __u32 *from, __u8 *ip,
					      __u32 length)
{
	const __u32 headers = IPV4_BYTES + ICMP_BYTES;
	__u8 *icmp = ip + IPV4_BYTES;
	__u8 tos = 0xc0 | (packet->dscp & 7) << 2;

	if (quote(context, packet, ip + headers, length - headers,
		  ANSWER4_MOST - headers))
		return -1;
	write_ipv4(ip, packet, from, tos, PROTOCOL_ICMP, length);
	write16(icmp, ICMP_UNREACHABLE);
	write_checksum(icmp + 2, sum_words(icmp, ANSWER4_MOST - IPV4_BYTES));
	return 0;
}

static __always_inline int build_unreachable6(CONTEXT *context,
					      const struct packet *packet,
					      const __u32 *from, __u8 *ip,
					      __u32 length)
{
	const __u32 headers = IPV6_BYTES + ICMP_BYTES;
	__u8 *icmp = ip + IPV6_BYTES;
	__u64 sum;

	if (quote(context, packet, ip + headers, length - headers,
		  ANSWER6_MOST - headers))
		return -1;
	write_ipv6(ip, packet, from, PROTOCOL_ICMPV6, length);
	write16(icmp, ICMPV6_UNREACHABLE);
	sum = sum_pseudo(PROTOCOL_ICMPV6, length - IPV6_BYTES);
	sum += sum_words(ip + 8, ANSWER6_MOST - 8);
	write_checksum(icmp + 2, sum);
	return 0;
}

static __always_inline int build(CONTEXT *context, const struct packet *packet,
				 __u32 own, __u8 *ip, __u32 length)
{
	const __u32 *from = answer_source(packet, own);

	if (is_segment(packet))
		return build_reset(context, packet, ip);
	if (packet->family == 4)
		return build_unreachable4(context, packet, from, ip, length);
	return build_unreachable6(context, packet, from, ip, length);
}

/* ---- all together ------------------------------------------------------ */

/*
 * Builds the answer to a packet into the scratch memory and returns the bytes
 * of its IP packet, 0 when there is none. own: the packet is the router's own
 * (egress); the answer then comes from where the packet would have gone, since
 * no host takes a packet from the wire that claims to come from itself.
 */
GLOBAL_FUNCTION int build_answer(CONTEXT *context, const struct packet *packet,
				 __u32 own)
{
	struct view view = { .image = image_in_force(), .packet = packet };
	struct answer *answer = scratch_memory();
	__u32 length;

	if (!packet || !answer || !view.image)
		return 0;
	view.header = image_page(view.image, 0);
	if (!view.header || !is_answerable(context, &view, own))
		return 0;
	length = answer_length(packet);
	if (!within_answers(&view, length))
		return 0;
	clear_answer(answer);
	return build(context, packet, own, answer->ip, length) ? 0
							       : (int)length;
}

/* The frame's addresses the other way round. */
static __always_inline void turn_link(__u8 *link)
{
	__u8 address[6];

	__builtin_memcpy(address, link, 6);
	__builtin_memcpy(link, link + 6, 6);
	__builtin_memcpy(link + 6, address, 6);
}

/* Bytes of the IP packet and what fills its frame up; zeros follow it. */
static __always_inline __u32 padded(__u32 length, __u32 link)
{
	return length + link < FRAME_LEAST ? FRAME_LEAST - link : length;
}

static __always_inline void count_answer(const struct packet *packet, int sent)
{
	count(packet->decision.notes + (sent ? NOTE_ANSWERED : NOTE_UNANSWERED),
	      packet->packets, packet->length);
}

#endif
