// SPDX-License-Identifier: GPL-2.0-only
/*
 * Some protocols fix their own TTL, so that a rule that asks for another one,
 * as those of RFC 5082 do, matches nothing. Packets with a source route are
 * dropped as they are parsed, whatever the rules say.
 */
#include "resolve/doubts.h"

#include <string.h>

#include "resolve/protocols.h"
#include "resolve/values.h"

static const struct {
	uint8_t protocol;
	uint8_t ttl;
	const char *why;
} fixed[] = {
	{ 2, 1, "igmp is always sent with a TTL of 1 (RFC 3376)" },
	{ 112, 255, "vrrp is always sent with a TTL of 255 (RFC 9568)" },
};

static bool includes(struct range_list list, uint16_t number)
{
	size_t i;

	for (i = 0; i < list.count; i++)
		if (list.ranges[i].low <= number &&
		    number <= list.ranges[i].high)
			return true;
	return false;
}

static const struct match *hop_limit_of(const struct conjunction *conjunction)
{
	return conjunction->by_kind[MATCH_TTL]
		       ? conjunction->by_kind[MATCH_TTL]
		       : conjunction->by_kind[MATCH_HOP_LIMIT];
}

static void check_hop_limit(struct resolver *resolver,
			    const struct conjunction *conjunction,
			    const struct match *match)
{
	struct range_list asked =
		value_ranges(resolver, &number_values, match->values);
	struct protocols protocols = { 0 };
	size_t i;

	if (!protocols_read(resolver, conjunction, &protocols))
		return;
	for (i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		if (protocols_only(&protocols) != fixed[i].protocol ||
		    includes(asked, fixed[i].ttl))
			continue;
		diag_warning(resolver->diags, match->span, fixed[i].why,
			     "this never matches");
		diag_note(resolver->diags, protocols.match->span,
			  "the protocol is given here");
	}
}

static bool is_source_route(const struct value *value)
{
	return value->name && (strcmp(value->name, "loose-source-route") == 0 ||
			       strcmp(value->name, "strict-source-route") == 0);
}

/* A list with other options besides matches those. */
static void check_source_route(struct resolver *resolver,
			       const struct match *match)
{
	const struct value *value = match->values;

	while (value && is_source_route(value))
		value = value->next;
	if (match->values && !value)
		diag_warning(resolver->diags, match->span,
			     "look for them under source-route among the "
			     "counters of the interface",
			     "this never matches: packets with a source route "
			     "are dropped before the rules");
}

void doubts_report(struct resolver *resolver,
		   const struct conjunction *conjunction,
		   const struct conjunction *own)
{
	const struct match *hop_limit = hop_limit_of(conjunction);

	if (hop_limit && (hop_limit_of(own) || own->by_kind[MATCH_PROTOCOL]))
		check_hop_limit(resolver, conjunction, hop_limit);
	if (own->by_kind[MATCH_IP_OPTION])
		check_source_route(resolver, own->by_kind[MATCH_IP_OPTION]);
}
