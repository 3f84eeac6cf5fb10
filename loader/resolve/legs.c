// SPDX-License-Identifier: GPL-2.0-only
/*
 * A conjunction becomes several legs where one leg cannot say it:
 *
 * - `port` means the source or the destination port: a leg for each;
 * - `flags established` means ACK or RST: a leg for each;
 * - `protocol icmp, icmpv6, tcp`: icmp by name is IPv4's and icmpv6 is IPv6's,
 *   so each of them has a leg of its own; protocols by number have no family;
 * - `spi` of ESP or AH: a leg for each.
 */
#include "resolve/legs.h"

#include <string.h>

#include "resolve/fields.h"
#include "resolve/icmp.h"
#include "resolve/values.h"

enum { TCP_RST = 0x004, TCP_ACK = 0x010 };

struct port_choice {
	struct range_list source;
	struct range_list destination;
};

static struct range_list read_ports(struct resolver *resolver,
				    const struct match *match)
{
	return value_ranges(resolver, &port_values,
			    match ? match->values : NULL);
}

/* ports where nothing else is asked for, else what is in both. */
static struct range_list also(struct resolver *resolver,
			      struct range_list asked, struct range_list ports)
{
	return asked.count ? ranges_common(resolver->arena, asked, ports)
			   : ports;
}

/* One or two choices; none where `port` contradicts the other two. */
static size_t port_choices(struct resolver *resolver,
			   const struct conjunction *conjunction,
			   struct port_choice choices[2])
{
	const struct match *port = conjunction->by_kind[MATCH_PORT];
	struct range_list either = read_ports(resolver, port);
	size_t count = 0;

	choices[0].source =
		read_ports(resolver, conjunction->by_kind[MATCH_SOURCE_PORT]);
	choices[0].destination = read_ports(
		resolver, conjunction->by_kind[MATCH_DESTINATION_PORT]);
	if (!port)
		return 1;
	choices[1] = choices[0];
	choices[0].source = also(resolver, choices[0].source, either);
	choices[1].destination = also(resolver, choices[1].destination, either);
	if (choices[0].source.count)
		count++;
	if (choices[1].destination.count)
		choices[count++] = choices[1];
	return count;
}

static void add_leg(struct resolver *resolver, struct leg_list *list,
		    const struct leg *leg)
{
	list->legs = arena_grow(resolver->arena, list->legs, list->count,
				&list->capacity, sizeof(*leg));
	list->legs[list->count++] = *leg;
}

/* An SPI is that of one header: a leg says which by its protocol. */
static void add_protocols_leg(struct resolver *resolver, struct leg leg,
			      struct leg_list *list)
{
	const uint64_t both = 1ull << PROTOCOL_ESP | 1ull << PROTOCOL_AH;

	if (!leg.spi_count || leg.protocols[0] != both) {
		add_leg(resolver, list, &leg);
		return;
	}
	leg.protocols[0] = 1ull << PROTOCOL_ESP;
	add_leg(resolver, list, &leg);
	leg.protocols[0] = 1ull << PROTOCOL_AH;
	add_leg(resolver, list, &leg);
}

/* The same leg for each part of the protocols. */
static void add_parts(struct resolver *resolver,
		      const struct protocols *protocols, struct leg leg,
		      struct leg_list *list)
{
	static const uint8_t families[PARTS] = { FAMILY_BITS, FAMILY_BIT_IPV4,
						 FAMILY_BIT_IPV6 };
	uint8_t allowed = leg.families;
	size_t part;

	for (part = 0; part < PARTS; part++) {
		leg.families = allowed & families[part];
		memcpy(leg.protocols, protocols->parts[part],
		       sizeof(leg.protocols));
		if (protocols->used[part] && leg.families)
			add_protocols_leg(resolver, leg, list);
	}
}

static void add_flags(struct resolver *resolver, const struct match *match,
		      const struct protocols *protocols, struct leg leg,
		      struct leg_list *list)
{
	const struct tcp_flags *flags = match ? &match->flags : NULL;

	if (flags && !flags->established) {
		leg.tcp_flags_value = flags->value;
		leg.tcp_flags_mask = flags->mask;
	}
	if (flags && flags->established) {
		leg.tcp_flags_value = leg.tcp_flags_mask = TCP_ACK;
		add_parts(resolver, protocols, leg, list);
		leg.tcp_flags_value = leg.tcp_flags_mask = TCP_RST;
	}
	add_parts(resolver, protocols, leg, list);
}

static void any_protocol(struct protocols *protocols)
{
	if (protocols->used[PART_ICMP] || protocols->used[PART_ICMPV6] ||
	    protocols->used[PART_ANY_FAMILY])
		return;
	protocols->used[PART_ANY_FAMILY] = true;
	memset(protocols->parts[PART_ANY_FAMILY], 0xff,
	       sizeof(protocols->parts[PART_ANY_FAMILY]));
}

static uint8_t families_of_icmp(const struct protocols *protocols,
				const struct range_list *icmp)
{
	if (icmp->count == 0)
		return FAMILY_BITS;
	return protocols_icmp_family(protocols) == FAMILY_IPV4
		       ? FAMILY_BIT_IPV4
		       : FAMILY_BIT_IPV6;
}

bool legs_add(struct resolver *resolver, const struct conjunction *conjunction,
	      const struct leg *addresses, struct leg_list *list)
{
	const struct match *flags = conjunction->by_kind[MATCH_FLAGS];
	size_t errors = diag_errors(resolver->diags), count, i;
	struct protocols protocols = { 0 };
	struct port_choice choices[2];
	struct leg leg = *addresses;
	const struct match *both[2];

	if (!protocols_read(resolver, conjunction, &protocols) ||
	    !icmp_read(resolver, conjunction, &protocols,
		       &leg.ranges[RANGE_ICMP]) ||
	    !fields_read(resolver, conjunction, &leg))
		return false;
	count = port_choices(resolver, conjunction, choices);
	if (diag_errors(resolver->diags) > errors)
		return false;
	if (fields_bytes_exclude(conjunction, both))
		return true;
	any_protocol(&protocols);
	leg.families &= fields_families(&leg) &
			families_of_icmp(&protocols, &leg.ranges[RANGE_ICMP]);
	for (i = 0; i < count; i++) {
		leg.ranges[RANGE_SOURCE_PORT] = choices[i].source;
		leg.ranges[RANGE_DESTINATION_PORT] = choices[i].destination;
		add_flags(resolver, flags, &protocols, leg, list);
	}
	return true;
}
