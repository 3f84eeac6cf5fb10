/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parser learns of a packet: all that checks and rules ask for. */
#ifndef WEIR_BPF_PACKET_H
#define WEIR_BPF_PACKET_H

#include "abi.h"

/* What is to be done with the packet: judge.h says, the programs do it. */
struct decision {
	__u32 verdict;	  /* enum verdict */
	__u32 notes;	  /* counter slot of note 0 of its interface */
	__u32 priority;	  /* where has_priority */
	__u32 answer4;	  /* VERDICT_REJECT: source of the answer */
	__u32 answer6[4]; /* all zero: the interface has none */
	__u8 has_priority;
	__u8 remark; /* 1: rewrite the DSCP */
	__u8 dscp;   /* to this */
	__u8 reserved;
};

struct packet {
	__u32 ifindex;
	__u32 direction; /* enum direction */
	__u32 packets;	 /* what it counts as: segments of a GSO packet */
	__u32 length;	 /* bytes on the wire, Ethernet header included */
	__u32 source[4]; /* network order; IPv4 in the first element */
	__u32 destination[4];
	__u32 offset;	 /* of the header to be parsed next */
	__u32 limit;	 /* where the packet ends */
	__u32 network;	 /* offset of the IP header */
	__u32 transport; /* of what follows the IP headers; 0: nothing known */
	__u32 spi[2];	 /* of ESP, of AH */
	__u16 outer;	 /* VLAN ids, NO_TAG where there is none */
	__u16 inner;
	__u16 ports[2];		 /* source, destination, host order */
	__u16 icmp;		 /* type << 8 | code */
	__u16 ip_length;	 /* of the IP packet; GSO: at most 65535 */
	__u16 tcp_flags;	 /* nine bits */
	__u16 ip_options;	 /* bits of enum ip_option_bit */
	__u16 extension_headers; /* bits of enum extension_header_bit */
	__u8 source_mac[6];
	__u8 family;   /* 4, 6; 0: not IP */
	__u8 protocol; /* after the extension headers */
	__u8 hop_limit;
	__u8 dscp;
	__u8 fragment;	    /* enum fragment */
	__u8 has_ports;	    /* 1: ports is set */
	__u8 has_icmp;	    /* 1: icmp is set */
	__u8 has_tcp_flags; /* 1: tcp_flags is set */
	__u8 has_spi[2];    /* 1: spi is set */
	__u8 authenticated; /* 1: carries an authentication header */
	__u8 malformed;	    /* enum reason of a broken packet; 0: well formed */
	__u8 extensions;    /* extension headers met */
	__u8 fragment_header; /* 1: one of them was a fragment header */
	struct decision decision;
};

/*
 * The frame is read through CONTEXT, the argument of the program: each program
 * (and the native build) defines CONTEXT, frame_data() and frame_end() before
 * it includes this. `size` bytes at `offset`, or NULL when they would reach
 * past `limit`, where the packet ends by its own length fields, or past what
 * can be read.
 */
#define MAX_OFFSET 4095u

static __always_inline const __u8 *header_at(CONTEXT *context, __u32 offset,
					     __u32 limit, __u32 size)
{
	const __u8 *header = frame_data(context);

	if (offset > MAX_OFFSET || offset + size > limit)
		return NULL;
	header += offset;
	if (header + size > (const __u8 *)frame_end(context))
		return NULL;
	return header;
}

static __always_inline __u16 read16(const __u8 *bytes)
{
	return (__u16)(bytes[0] << 8 | bytes[1]);
}

static __always_inline __u32 read32(const __u8 *bytes)
{
	return (__u32)read16(bytes) << 16 | read16(bytes + 2);
}

static __always_inline void write16(__u8 *bytes, __u16 value)
{
	bytes[0] = (__u8)(value >> 8);
	bytes[1] = (__u8)value;
}

static __always_inline void write32(__u8 *bytes, __u32 value)
{
	write16(bytes, (__u16)(value >> 16));
	write16(bytes + 2, (__u16)value);
}

static __always_inline void copy_address(__u32 *to, const __u8 *from,
					 __u32 size)
{
	__builtin_memcpy(to, from, size);
}

#endif
