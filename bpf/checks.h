/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checks that a role brings: of the source and the destination on ingress,
 * of the source on egress; and the protocols that a network cannot do without,
 * which are exempt from them (docs/ARCHITECTURE.md, "Protocol exceptions").
 *
 * A check that is off costs the test of a bit; what is known of an address is
 * asked for once, and only when some check or rule wants to know it. The
 * checks are global functions of what was found: the verifier, which follows
 * every case of a constant that it has seen, forgets there which case it was.
 */
#ifndef WEIR_BPF_CHECKS_H
#define WEIR_BPF_CHECKS_H

#include "fib.h"
#include "parse.h"

enum exemption {
	EXEMPT_SOURCE = 1,
	EXEMPT_DESTINATION = 2,
	EXEMPT_BOTH = 3,
	EXEMPT_IF_OURS = 4, /* both, if the destination is infrastructure */
};

/* ---- kinds of addresses ------------------------------------------------ */

static __always_inline __u8 address_byte(const __u32 *address, int index)
{
	return ((const __u8 *)address)[index];
}

static __always_inline int is_link_local(const __u32 *address)
{
	return address_byte(address, 0) == 0xfe &&
	       (address_byte(address, 1) & 0xc0) == 0x80;
}

/* Scope 2 with any flags: multicast that no router forwards (RFC 4291 2.7). */
static __always_inline int is_link_multicast(const __u32 *address)
{
	return address_byte(address, 0) == 0xff &&
	       (address_byte(address, 1) & 15) == 2;
}

static __always_inline int same_address(const __u32 *a, const __u32 *b)
{
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]));
}

static __always_inline int is_unspecified(const __u32 *address)
{
	return !(address[0] | address[1] | address[2] | address[3]);
}

/*
 * Multicast, loopback and this network (RFC 1122 3.2.1.3); multicast, loopback
 * and unspecified (RFC 4291 2.5, 2.7): no packet on a wire comes from these.
 */
static __always_inline int is_never_source(const struct packet *packet)
{
	const __u32 *source = packet->source;
	__u8 first = address_byte(source, 0);

	if (packet->family == 4)
		return first == 0 || first == 127 || first >> 4 == 14 ||
		       source[0] == 0xffffffff;
	return first == 0xff || (!source[0] && !source[1] && !source[2] &&
				 !(source[3] & ~bpf_htonl(1)));
}

/* Below global scope, but for that of the link (RFC 2365, RFC 7346). */
static __always_inline int is_scoped_multicast(const struct packet *packet)
{
	__u8 first = address_byte(packet->destination, 0);
	__u8 scope = address_byte(packet->destination, 1) & 15;

	if (packet->family == 4)
		return first == 239;
	return first == 0xff && scope < 14 && scope != 2;
}

/* ---- protocol exceptions ----------------------------------------------- */

/*
 * 133 to 137: solicitations, advertisements, redirect (RFC 4861), not cut
 * into fragments (RFC 6980).
 */
static __always_inline int is_neighbour_discovery(const struct packet *packet)
{
	return packet->family == 6 && packet->has_icmp &&
	       packet->hop_limit == 255 && packet->fragment == FRAGMENT_NONE &&
	       packet->icmp >= 133 << 8 && packet->icmp <= 137 << 8 &&
	       !(packet->icmp & 255);
}

/* Query, report, done, version 2 report (RFC 2710, 3810). */
static __always_inline int is_listener_discovery(const struct packet *packet)
{
	__u8 type = packet->icmp >> 8;

	return packet->has_icmp && packet->hop_limit == 1 &&
	       packet->fragment == FRAGMENT_NONE &&
	       ((type >= 130 && type <= 132) || type == 143);
}

static __always_inline __u32 exemption6(const struct packet *packet)
{
	int from_link = is_link_local(packet->source);
	int to_link = is_link_local(packet->destination) ||
		      is_link_multicast(packet->destination);

	if (from_link && to_link)
		return EXEMPT_BOTH;
	from_link |= is_unspecified(packet->source);
	if (packet->protocol != PROTOCOL_ICMPV6)
		return 0;
	if (is_listener_discovery(packet))
		return from_link ? EXEMPT_BOTH : 0;
	if (!is_neighbour_discovery(packet))
		return 0;
	return from_link || to_link ? EXEMPT_BOTH : EXEMPT_IF_OURS;
}

static __always_inline __u32 exemption_of_dhcp(const struct packet *packet)
{
	if (!packet->has_ports || packet->destination[0] != 0xffffffff)
		return 0;
	if (packet->ports[0] == 68 && packet->ports[1] == 67)
		return packet->source[0] ? EXEMPT_DESTINATION : EXEMPT_BOTH;
	if (packet->ports[0] == 67 && packet->ports[1] == 68)
		return EXEMPT_DESTINATION;
	return 0;
}

static __always_inline __u32 exemption4(const struct packet *packet)
{
	if (packet->protocol == PROTOCOL_UDP)
		return exemption_of_dhcp(packet);
	if (packet->protocol == PROTOCOL_IGMP && packet->hop_limit == 1 &&
	    address_byte(packet->destination, 0) >> 4 == 14 &&
	    packet->fragment == FRAGMENT_NONE)
		return EXEMPT_BOTH;
	return 0;
}

/* Bits of enum exemption. */
GLOBAL_FUNCTION int find_exemption(const struct packet *packet)
{
	if (!packet)
		return 0;
	return (int)(packet->family == 4 ? exemption4(packet)
					 : exemption6(packet));
}

/* ---- what is asked of the addresses ------------------------------------ */

/* Checks that have to know it. */
#define CHECKS_OF_SOURCE                                                       \
	(CHECK_BIT(INVALID_SOURCE) | CHECK_BIT(BOGON_SOURCE) |                 \
	 CHECK_BIT(OWN_SOURCE) | CHECK_BIT(SOURCE_VALIDATION))
#define CHECKS_OF_DESTINATION                                                  \
	(CHECK_BIT(MARTIAN_DESTINATION) | CHECK_BIT(DIRECTED_BROADCAST) |      \
	 CHECK_BIT(MULTICAST_SCOPE) | CHECK_BIT(INFRASTRUCTURE))
#define CHECKS_OF_EGRESS                                                       \
	(CHECK_BIT(CUSTOMER_SOURCE) | CHECK_BIT(FOREIGN_SOURCE))

FUNCTION_APART void find_facts(const struct view *view, const __u32 *address,
			       struct address_facts *facts)
{
	*facts = find_address(view, address);
}

/* What the source belongs to, of what is the interface's. */
enum ownership { OF_CUSTOMER = 1, OF_LINK = 2 };

FUNCTION_APART __u32 find_ownership(const struct view *view,
				    const struct interface_entry *on)
{
	__u32 owners = view->source.owners;
	__u32 ownership = 0;

	if (!owners)
		return 0;
	if (on->owner && owned_by(view, owners, on->owner))
		ownership |= OF_CUSTOMER;
	if (on->link && owned_by(view, owners, on->link))
		ownership |= OF_LINK;
	return ownership;
}

/* ---- checks: the reason to drop, or 0 ---------------------------------- */

#define ROUTES_DECIDE (-1)

static __always_inline int validate_source(const struct interface_entry *on,
					   __u32 ownership)
{
	if (on->validation == VALIDATION_PREFIXES)
		return ownership & OF_CUSTOMER ? 0 : REASON_SPOOFED_SOURCE;
	if (on->validation == VALIDATION_FEASIBLE && ownership & OF_CUSTOMER)
		return 0;
	return ROUTES_DECIDE;
}

/* flags: what the source is (enum address_flag). */
GLOBAL_FUNCTION int check_source(const struct packet *packet,
				 const struct interface_entry *on, __u32 flags,
				 __u32 ownership)
{
	if (!packet || !on)
		return 0;
	if (on->checks & CHECK_BIT(INVALID_SOURCE) &&
	    (is_never_source(packet) || flags & ADDRESS_BROADCAST))
		return REASON_INVALID_SOURCE;
	if (on->checks & CHECK_BIT(LAND) &&
	    same_address(packet->source, packet->destination))
		return REASON_LAND;
	if (ownership & OF_LINK)
		return 0;
	if (on->checks & CHECK_BIT(BOGON_SOURCE) &&
	    flags & ADDRESS_BOGON_SOURCE)
		return REASON_BOGON_SOURCE;
	if (on->checks & CHECK_BIT(OWN_SOURCE) && flags & ADDRESS_OWN &&
	    !(ownership & OF_CUSTOMER))
		return REASON_OWN_SOURCE;
	if (on->checks & CHECK_BIT(SOURCE_VALIDATION))
		return validate_source(on, ownership);
	return 0;
}

/*
 * The same for the destination. Every packet that passes comes by here, and
 * what was found is handed over to be changed, though it is not: that is how
 * the verifier forgets it, and walks through all that follows only once.
 */
GLOBAL_FUNCTION int check_destination(const struct packet *packet,
				      const struct interface_entry *on,
				      struct address_facts *source,
				      struct address_facts *destination,
				      __u32 *exempt)
{
	__u32 flags;

	if (!packet || !on || !source || !destination || !exempt ||
	    packet->direction == DIRECTION_OUT || *exempt & EXEMPT_DESTINATION)
		return 0;
	flags = destination->flags;
	if (on->checks & CHECK_BIT(MARTIAN_DESTINATION) &&
	    flags & ADDRESS_BOGON_DESTINATION)
		return REASON_MARTIAN_DESTINATION;
	if (on->checks & CHECK_BIT(DIRECTED_BROADCAST) &&
	    flags & ADDRESS_BROADCAST)
		return REASON_DIRECTED_BROADCAST;
	if (on->checks & CHECK_BIT(MULTICAST_SCOPE) &&
	    (flags & ADDRESS_MULTICAST || is_scoped_multicast(packet)))
		return REASON_MULTICAST_SCOPE;
	return 0;
}

/* And for the source of what leaves. */
GLOBAL_FUNCTION int check_egress(const struct interface_entry *on, __u32 flags,
				 __u32 ownership)
{
	const __u32 ours = ADDRESS_OWN | ADDRESS_CUSTOMER |
			   ADDRESS_INFRASTRUCTURE | ADDRESS_LOCAL;

	if (!on)
		return 0;
	if (on->checks & CHECK_BIT(CUSTOMER_SOURCE) && ownership & OF_CUSTOMER)
		return REASON_CUSTOMER_SOURCE;
	if (on->checks & CHECK_BIT(FOREIGN_SOURCE) && !(flags & ours) &&
	    !(ownership & OF_LINK))
		return REASON_FOREIGN_SOURCE;
	return 0;
}

/* ---- all of them, in order --------------------------------------------- */

static __always_inline int check_from(const struct view *view,
				      const struct interface_entry *on)
{
	const struct packet *packet = view->packet;
	__u32 ownership = find_ownership(view, on);
	int reason;

	if (packet->direction == DIRECTION_OUT)
		return check_egress(on, view->source.flags, ownership);
	reason = check_source(packet, on, view->source.flags, ownership);
	if (reason != ROUTES_DECIDE)
		return reason;
	return check_routes(view->context, packet, on->fib_ifindex,
			    on->validation,
			    on->flags & INTERFACE_ALLOW_DEFAULT);
}

static __always_inline int wants_source(const struct packet *packet,
					const struct interface_entry *on,
					__u32 needs)
{
	__u32 checks = packet->direction == DIRECTION_OUT ? CHECKS_OF_EGRESS
							  : CHECKS_OF_SOURCE;

	return needs & NEEDS_SOURCE || on->checks & checks;
}

static __always_inline int wants_destination(const struct packet *packet,
					     const struct interface_entry *on,
					     __u32 needs, __u32 exempt)
{
	return needs & NEEDS_DESTINATION || exempt & EXEMPT_IF_OURS ||
	       (packet->direction == DIRECTION_IN &&
		on->checks & CHECKS_OF_DESTINATION);
}

/*
 * Source and destination, before the rules: the reason to drop, or 0. Sets
 * what the checks and, as `needs` says, the rules want to know of them.
 */
FUNCTION_APART int check_addresses(struct view *view,
				   const struct interface_entry *on,
				   __u32 needs, __u32 *exempt)
{
	const struct packet *packet = view->packet;
	int reason = 0;

	*exempt = (__u32)find_exemption(packet);
	if (wants_source(packet, on, needs))
		find_facts(view, packet->source, &view->source);
	if (!(*exempt & (EXEMPT_SOURCE | EXEMPT_IF_OURS)))
		reason = check_from(view, on);
	if (reason)
		return reason;
	if (wants_destination(packet, on, needs, *exempt))
		find_facts(view, packet->destination, &view->destination);
	if (*exempt & EXEMPT_IF_OURS) {
		*exempt = 0;
		if (view->destination.flags & ADDRESS_INFRASTRUCTURE)
			*exempt = EXEMPT_BOTH;
		else
			reason = check_from(view, on);
	}
	if (reason)
		return reason;
	return check_destination(packet, on, &view->source, &view->destination,
				 exempt);
}

#endif
