// SPDX-License-Identifier: GPL-2.0-only
/* Names of types belong to one of the two ICMPs, names of codes to one type. */
#include "resolve/icmp.h"

#include "resolve/values.h"

static bool check_icmp(struct resolver *resolver, const struct match *match,
		       const struct protocols *protocols)
{
	if (protocols_icmp_family(protocols))
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

bool icmp_read(struct resolver *resolver, const struct conjunction *conjunction,
	       const struct protocols *protocols, struct range_list *icmp)
{
	const struct match *type = conjunction->by_kind[MATCH_TYPE];
	const struct match *code = conjunction->by_kind[MATCH_CODE];
	size_t errors = diag_errors(resolver->diags);
	uint8_t family = protocols_icmp_family(protocols);
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
