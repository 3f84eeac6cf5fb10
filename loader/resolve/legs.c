// SPDX-License-Identifier: GPL-2.0-only
/*
 * A conjunction becomes several legs where one leg cannot say it:
 *
 * - `port` means the source or the destination port: a leg for each;
 * - `protocol icmp, icmpv6, tcp`: icmp by name is IPv4's and icmpv6 is IPv6's,
 *   so each of them has a leg of its own; protocols by number have no family.
 *
 * Types and codes are ICMP's or ICMPv6's and need one of them, alone.
 */
#include "resolve/legs.h"

#include "resolve/values.h"

enum { ICMP = 1, ICMPV6 = 58 };
enum { PART_ANY_FAMILY, PART_ICMP, PART_ICMPV6, PARTS };

/* The protocols of a conjunction, those of one family by themselves. */
struct protocols {
	const struct match *match; /* NULL: not given */
	uint64_t parts[PARTS][4];
	bool used[PARTS];
};

struct port_choice {
	struct range_list source;
	struct range_list destination;
};

static const uint8_t port_protocols[] = { 6, 17, 33, 132, 136 };

static void set_protocol(uint64_t words[4], unsigned int protocol)
{
	words[protocol / 64] |= 1ull << protocol % 64;
}

static void add_protocols(struct protocols *protocols, bool by_name,
			  struct range16 range)
{
	unsigned int part = PART_ANY_FAMILY, protocol;

	if (by_name && range.low == ICMP)
		part = PART_ICMP;
	if (by_name && range.low == ICMPV6)
		part = PART_ICMPV6;
	protocols->used[part] = true;
	for (protocol = range.low; protocol <= range.high; protocol++)
		set_protocol(protocols->parts[part], protocol);
}

/* A bare name: rules have put services in its place, what is left is this. */
static bool read_name(struct resolver *resolver, struct protocols *protocols)
{
	const struct value value = {
		.span = protocols->match->span,
		.name = protocols->match->name,
	};
	struct range16 range;

	if (!value_range(resolver, &protocol_values, &value, &range))
		return false;
	add_protocols(protocols, true, range);
	return true;
}

static bool read_protocols(struct resolver *resolver,
			   const struct conjunction *conjunction,
			   struct protocols *protocols)
{
	const struct match *list = conjunction->by_kind[MATCH_PROTOCOL];
	const struct match *name = conjunction->by_kind[MATCH_NAME];
	const struct value *value;
	struct range16 range;
	bool fine = true;

	protocols->match = name ? name : list;
	if (name)
		return read_name(resolver, protocols);
	for (value = list ? list->values : NULL; value; value = value->next) {
		if (value_range(resolver, &protocol_values, value, &range))
			add_protocols(protocols, value->name != NULL, range);
		else
			fine = false;
	}
	return fine;
}

static const struct match *
first_port_match(const struct conjunction *conjunction)
{
	static const enum match_kind kinds[] = { MATCH_PORT, MATCH_SOURCE_PORT,
						 MATCH_DESTINATION_PORT };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (conjunction->by_kind[kinds[i]])
			return conjunction->by_kind[kinds[i]];
	return NULL;
}

static void all_port_protocols(uint64_t words[4])
{
	size_t i;

	for (i = 0; i < sizeof(port_protocols); i++)
		set_protocol(words, port_protocols[i]);
}

static bool all_have_ports(const struct protocols *protocols)
{
	uint64_t having[4] = { 0 };
	size_t i, without = 0;

	all_port_protocols(having);
	for (i = 0; i < 4; i++)
		without += (protocols->parts[PART_ANY_FAMILY][i] &
			    ~having[i]) != 0;
	return !without && !protocols->used[PART_ICMP] &&
	       !protocols->used[PART_ICMPV6];
}

/* Ports without a protocol mean any that has them. */
static bool check_ports(struct resolver *resolver,
			const struct conjunction *conjunction,
			struct protocols *protocols)
{
	const struct match *ports = first_port_match(conjunction);

	if (!ports)
		return true;
	if (!protocols->match) {
		all_port_protocols(protocols->parts[PART_ANY_FAMILY]);
		protocols->used[PART_ANY_FAMILY] = true;
		return true;
	}
	if (all_have_ports(protocols))
		return true;
	diag_error(resolver->diags, ports->span,
		   "only tcp, udp, udplite, sctp and dccp have ports",
		   "%s with a protocol that has no ports",
		   match_keyword(ports->kind));
	diag_note(resolver->diags, protocols->match->span,
		  "the protocol is given here");
	return false;
}

/* FAMILY_IPV4 for ICMP alone, FAMILY_IPV6 for ICMPv6 alone, otherwise 0. */
static uint8_t icmp_family(const struct protocols *protocols)
{
	uint64_t all[4] = { 0 };
	size_t part, i;

	for (part = 0; part < PARTS; part++)
		for (i = 0; i < 4; i++)
			all[i] |= protocols->parts[part][i];
	if (all[1] | all[2] | all[3])
		return 0;
	if (all[0] == 1ull << ICMP)
		return FAMILY_IPV4;
	return all[0] == 1ull << ICMPV6 ? FAMILY_IPV6 : 0;
}

static bool check_icmp(struct resolver *resolver, const struct match *match,
		       const struct protocols *protocols)
{
	if (icmp_family(protocols))
		return true;
	diag_error(resolver->diags, match->span,
		   "icmp for IPv4, icmpv6 for IPv6, one rule for each",
		   "%s needs the protocol icmp or icmpv6",
		   match_keyword(match->kind));
	if (protocols->match)
		diag_note(resolver->diags, protocols->match->span,
			  "the protocol is given here");
	return false;
}

static bool only_type(struct resolver *resolver, const struct match *code,
		      const struct match *type, struct range_list types)
{
	if (types.count == 1 && types.ranges[0].low == types.ranges[0].high)
		return true;
	diag_error(resolver->diags, code->span,
		   "codes mean something else for each type",
		   "\"code\" needs exactly one type");
	if (type)
		diag_note(resolver->diags, type->span, "the types are here");
	return false;
}

/* Ranges of type << 8 | code: each type with all its codes. */
static struct range_list with_all_codes(struct arena *arena,
					struct range_list types)
{
	struct range16 *ranges =
		arena_array(arena, types.count, sizeof(*ranges));
	size_t i;

	for (i = 0; i < types.count; i++) {
		ranges[i].low = (uint16_t)(types.ranges[i].low << 8);
		ranges[i].high = (uint16_t)(types.ranges[i].high << 8 | 0xff);
	}
	return (struct range_list){ ranges, types.count };
}

/* The same: one type with these codes. */
static struct range_list with_codes(struct arena *arena, unsigned int type,
				    struct range_list codes)
{
	struct range16 *ranges =
		arena_array(arena, codes.count, sizeof(*ranges));
	size_t i;

	for (i = 0; i < codes.count; i++) {
		ranges[i].low = (uint16_t)(type << 8 | codes.ranges[i].low);
		ranges[i].high = (uint16_t)(type << 8 | codes.ranges[i].high);
	}
	return (struct range_list){ ranges, codes.count };
}

static struct range_list read_types(struct resolver *resolver,
				    const struct match *type, uint8_t family)
{
	const struct value_kind kind = { family == FAMILY_IPV4 ? "ICMP type"
							       : "ICMPv6 type",
					 &icmp_type_names, family, 0 };

	return value_ranges(resolver, &kind, type ? type->values : NULL);
}

static struct range_list read_codes(struct resolver *resolver,
				    const struct match *code, uint8_t family,
				    unsigned int type)
{
	const struct value_kind kind = { "code", &icmp_code_names, family,
					 (uint8_t)type };

	return with_codes(resolver->arena, type,
			  value_ranges(resolver, &kind, code->values));
}

static bool read_icmp(struct resolver *resolver,
		      const struct conjunction *conjunction,
		      const struct protocols *protocols,
		      struct range_list *icmp)
{
	const struct match *type = conjunction->by_kind[MATCH_TYPE];
	const struct match *code = conjunction->by_kind[MATCH_CODE];
	size_t errors = diag_errors(resolver->diags);
	uint8_t family = icmp_family(protocols);
	struct range_list types;

	if (!type && !code)
		return true;
	if (!check_icmp(resolver, type ? type : code, protocols))
		return false;
	types = read_types(resolver, type, family);
	if (diag_errors(resolver->diags) > errors ||
	    (code && !only_type(resolver, code, type, types)))
		return false;
	*icmp = code ? read_codes(resolver, code, family, types.ranges[0].low)
		     : with_all_codes(resolver->arena, types);
	return diag_errors(resolver->diags) == errors;
}

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

/* The same leg for each part of the protocols. */
static void add_parts(struct resolver *resolver,
		      const struct protocols *protocols, struct leg leg,
		      struct leg_list *list)
{
	static const uint8_t families[PARTS] = { FAMILY_BITS, FAMILY_BIT_IPV4,
						 FAMILY_BIT_IPV6 };
	uint8_t allowed = leg.families;
	size_t part, i;

	for (part = 0; part < PARTS; part++) {
		leg.families = allowed & families[part];
		for (i = 0; i < 4; i++)
			leg.protocols[i] = protocols->parts[part][i];
		if (protocols->used[part] && leg.families)
			add_leg(resolver, list, &leg);
	}
}

static void any_protocol(struct protocols *protocols)
{
	const struct range16 all = { 0, 255 };

	if (!protocols->used[PART_ICMP] && !protocols->used[PART_ICMPV6] &&
	    !protocols->used[PART_ANY_FAMILY])
		add_protocols(protocols, false, all);
}

static uint8_t families_of_icmp(const struct protocols *protocols,
				const struct range_list *icmp)
{
	if (icmp->count == 0)
		return FAMILY_BITS;
	return icmp_family(protocols) == FAMILY_IPV4 ? FAMILY_BIT_IPV4
						     : FAMILY_BIT_IPV6;
}

bool legs_add(struct resolver *resolver, const struct conjunction *conjunction,
	      const struct leg *addresses, struct leg_list *list)
{
	size_t errors = diag_errors(resolver->diags), count, i;
	struct protocols protocols = { 0 };
	struct port_choice choices[2];
	struct leg leg = *addresses;

	if (!read_protocols(resolver, conjunction, &protocols) ||
	    !check_ports(resolver, conjunction, &protocols) ||
	    !read_icmp(resolver, conjunction, &protocols, &leg.icmp))
		return false;
	count = port_choices(resolver, conjunction, choices);
	if (diag_errors(resolver->diags) > errors)
		return false;
	any_protocol(&protocols);
	leg.families &= families_of_icmp(&protocols, &leg.icmp);
	leg.fragments = conjunction->by_kind[MATCH_FRAGMENTS] ? FRAGMENTS_ONLY
							      : FRAGMENTS_ANY;
	for (i = 0; i < count; i++) {
		leg.source_ports = choices[i].source;
		leg.destination_ports = choices[i].destination;
		add_parts(resolver, &protocols, leg, list);
	}
	return true;
}
