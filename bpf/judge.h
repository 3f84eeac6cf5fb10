/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict: interface, checks and rules in the order of the packet contract
 * (docs/ARCHITECTURE.md), the same for XDP, tc and the native build.
 *
 * judge() counts the packet in exactly one slot: its rule's, or the one
 * that its interface and direction keep for the reason.
 */
#ifndef WEIR_BPF_JUDGE_H
#define WEIR_BPF_JUDGE_H

#include "classify.h"
#include "lookup.h"
#include "parse.h"

enum exemption { EXEMPT_SOURCE = 1, EXEMPT_DESTINATION = 2, EXEMPT_BOTH = 3 };

static const enum verdict verdict_of_reason[] = {
#define REASON(symbol, name, verdict, text) VERDICT_##verdict,
#include "reasons.def"
#undef REASON
};

/* ---- protocol exceptions ----------------------------------------------- */

static __always_inline int is_link_local(const __u32 *address)
{
	const __u8 *bytes = (const __u8 *)address;

	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/* Scope 2 with any flags: multicast that no router forwards (RFC 4291 2.7). */
static __always_inline int is_link_multicast(const __u32 *address)
{
	const __u8 *bytes = (const __u8 *)address;

	return bytes[0] == 0xff && (bytes[1] & 15) == 2;
}

static __always_inline int is_unspecified(const __u32 *address)
{
	return !(address[0] | address[1] | address[2] | address[3]);
}

/*
 * 133 to 137: solicitations, advertisements, redirect (RFC 4861), not cut
 * into fragments (RFC 6980).
 */
static __always_inline int is_neighbour_discovery(const struct packet *packet)
{
	return packet->has_icmp && packet->hop_limit == 255 &&
	       packet->fragment == FRAGMENT_NONE && packet->icmp >= 133 << 8 &&
	       packet->icmp <= 137 << 8 && !(packet->icmp & 255);
}

/* Query, report, done, version 2 report (RFC 2710, 3810). */
static __always_inline int is_listener_discovery(const struct packet *packet)
{
	__u8 type = packet->icmp >> 8;

	return packet->has_icmp && packet->hop_limit == 1 &&
	       packet->fragment == FRAGMENT_NONE &&
	       ((type >= 130 && type <= 132) || type == 143);
}

static __always_inline __u32 exemption6(const struct view *view)
{
	const struct packet *packet = view->packet;
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
	if (from_link || to_link ||
	    is_infrastructure(view, packet->destination))
		return EXEMPT_BOTH;
	return 0;
}

static __always_inline __u32 exemption4(const struct packet *packet)
{
	const __u8 *destination = (const __u8 *)packet->destination;

	if (packet->protocol == PROTOCOL_IGMP)
		return packet->hop_limit == 1 && destination[0] >> 4 == 14 &&
				       packet->fragment == FRAGMENT_NONE
			       ? EXEMPT_BOTH
			       : 0;
	if (packet->protocol != PROTOCOL_UDP || !packet->has_ports ||
	    packet->destination[0] != 0xffffffff)
		return 0;
	if (packet->ports[0] == 68 && packet->ports[1] == 67)
		return packet->source[0] ? 0 : EXEMPT_BOTH;
	if (packet->ports[0] == 67 && packet->ports[1] == 68)
		return EXEMPT_DESTINATION;
	return 0;
}

/* ---- checks: the reason to drop, or 0 ---------------------------------- */

static __always_inline __u32 check_source(const struct view *view,
					  const struct interface_entry *on)
{
	struct owner_value owner;
	int customers = 0;

	if (!(on->checks & (CHECK_BIT(BOGON_SOURCE) | CHECK_BIT(OWN_SOURCE) |
			    CHECK_BIT(SOURCE_VALIDATION))))
		return 0;
	owner = source_owner(view);
	if (on->link && owned_by(view, owner.owners, on->link))
		return 0;
	if (on->checks & CHECK_BIT(BOGON_SOURCE) && is_bogon_source(view))
		return REASON_BOGON_SOURCE;
	if (on->owner)
		customers = owned_by(view, owner.owners, on->owner);
	if (on->checks & CHECK_BIT(OWN_SOURCE) && owner.own && !customers)
		return REASON_OWN_SOURCE;
	if (on->checks & CHECK_BIT(SOURCE_VALIDATION) && !customers)
		return REASON_SPOOFED_SOURCE;
	return 0;
}

static __always_inline __u32 check_egress(const struct view *view,
					  const struct interface_entry *on)
{
	struct owner_value owner;

	if (!(on->checks &
	      (CHECK_BIT(CUSTOMER_SOURCE) | CHECK_BIT(FOREIGN_SOURCE))))
		return 0;
	owner = source_owner(view);
	if (on->checks & CHECK_BIT(CUSTOMER_SOURCE) &&
	    owned_by(view, owner.owners, on->owner))
		return REASON_CUSTOMER_SOURCE;
	if (!(on->checks & CHECK_BIT(FOREIGN_SOURCE)) || owner.own ||
	    owner.customer || owned_by(view, owner.owners, on->link) ||
	    is_ours(view, view->packet->source))
		return 0;
	return REASON_FOREIGN_SOURCE;
}

/* Source and destination, before the rules. */
static __always_inline __u32 check_addresses(const struct view *view,
					     const struct interface_entry *on,
					     __u32 exempt)
{
	__u32 reason = 0;

	if (view->packet->direction == DIRECTION_OUT)
		return exempt & EXEMPT_SOURCE ? 0 : check_egress(view, on);
	if (!(exempt & EXEMPT_SOURCE))
		reason = check_source(view, on);
	if (reason || exempt & EXEMPT_DESTINATION ||
	    !(on->checks & CHECK_BIT(MARTIAN_DESTINATION)))
		return reason;
	return is_martian_destination(view) ? REASON_MARTIAN_DESTINATION : 0;
}

/* ---- the order --------------------------------------------------------- */

/* What the packet met: the reason, and its counter slot. */
struct finding {
	__u32 reason;
	__u32 slot;
};

static __always_inline struct finding found(const struct interface_entry *on,
					    __u32 direction, __u32 reason)
{
	struct finding finding = {
		.reason = reason,
		.slot = on->counters[direction & 1] + reason,
	};

	return finding;
}

/* Rules; reason 0 when none matched. */
static __always_inline struct finding
check_rules(const struct view *view, const struct interface_entry *on)
{
	__u32 direction = view->packet->direction & 1;
	struct finding finding = {};
	const struct leg_entry *leg;
	const __u32 *slot;

	if (!on->ruleset[direction])
		return finding;
	leg = first_match(view, on->ruleset[direction] - 1);
	if (!leg)
		return finding;
	slot = table_at(view->image, view->header->rule_slots,
			on->rule_slots[direction] + leg->rule, sizeof(*slot));
	if (!slot)
		return finding;
	finding.reason = leg->verdict == VERDICT_DROP ? REASON_RULE_DROP
						      : REASON_RULE_PERMIT;
	finding.slot = *slot;
	return finding;
}

static __always_inline struct finding judge_ip(const struct view *view,
					       const struct interface_entry *on)
{
	const struct packet *packet = view->packet;
	__u32 exempt =
		packet->family == 4 ? exemption4(packet) : exemption6(view);
	__u32 reason = check_addresses(view, on, exempt);
	struct finding finding;

	if (reason)
		return found(on, packet->direction, reason);
	finding = check_rules(view, on);
	if (finding.reason)
		return finding;
	reason = exempt ? REASON_LINK_PROTOCOL : REASON_DEFAULT;
	if (packet->direction == DIRECTION_IN &&
	    on->checks & CHECK_BIT(INFRASTRUCTURE) &&
	    !(exempt & EXEMPT_DESTINATION) &&
	    is_infrastructure(view, packet->destination))
		reason = REASON_INFRASTRUCTURE;
	return found(on, packet->direction, reason);
}

static __always_inline struct finding judge_on(const struct view *view,
					       const struct interface_entry *on)
{
	const struct packet *packet = view->packet;

	if (on->role == ROLE_MANAGEMENT)
		return found(on, packet->direction, REASON_MANAGEMENT);
	if (packet->malformed)
		return found(on, packet->direction, packet->malformed);
	if (!packet->family)
		return found(on, packet->direction, REASON_NON_IP);
	return judge_ip(view, on);
}

/* Judges and counts; returns enum verdict. */
static __always_inline __u32 judge_packet(const struct packet *packet)
{
	struct view view = { .packet = packet };
	struct finding finding = {
		.reason = REASON_NOT_GOVERNED,
		.slot = packet->direction == DIRECTION_IN ? SLOT_UNGOVERNED_IN
							  : SLOT_UNGOVERNED_OUT,
	};
	const struct interface_entry *on;

	view.image = image_in_force();
	if (view.image)
		view.header = image_page(view.image, 0);
	if (view.header) {
		on = find_interface(&view);
		if (on)
			finding = judge_on(&view, on);
	}
	count(finding.slot, packet->packets, packet->length);
	if (finding.reason >= REASON_COUNT)
		return VERDICT_DROP;
	return verdict_of_reason[finding.reason];
}

#endif
