// SPDX-License-Identifier: GPL-2.0-only
/* What rules match and do, as the oracle reads them: see world.h. */
#include <string.h>

#include "world.h"

/* ---- what a rule matches ----------------------------------------------- */

static bool in_values(const struct value *values, uint32_t number)
{
	for (; values; values = values->next)
		if (values->low <= number && number <= values->high)
			return true;
	return false;
}

static bool name_matches(const struct probe *p, const char *name)
{
	if (!strcmp(name, "icmp"))
		return p->family == FAMILY_IPV4 && p->protocol == 1;
	if (!strcmp(name, "icmpv6"))
		return p->family == FAMILY_IPV6 && p->protocol == 58;
	if (!strcmp(name, "tcp"))
		return p->protocol == 6;
	if (!strcmp(name, "udp"))
		return p->protocol == 17;
	if (!strcmp(name, "esp"))
		return p->protocol == 50;
	return !strcmp(name, "ah") && (p->authenticated || p->protocol == 51);
}

static bool protocol_matches(const struct probe *p, const struct match *match)
{
	return in_values(match->values, p->protocol) ||
	       (p->authenticated && in_values(match->values, 51));
}

static bool flags_match(const struct probe *p, const struct tcp_flags *flags)
{
	enum { RST = 4, ACK = 16 };

	if (!p->has_tcp_flags)
		return false;
	if (flags->established)
		return p->tcp_flags & (RST | ACK);
	return (p->tcp_flags & flags->mask) == flags->value;
}

static bool fragments_match(const struct probe *p, enum fragments_kind kind)
{
	if (kind == FRAGMENTS_FIRST)
		return p->fragment == FRAGMENT_FIRST;
	if (kind == FRAGMENTS_LATER)
		return p->fragment == FRAGMENT_LATER;
	return p->fragment != FRAGMENT_NONE;
}

/* No values: any of them. */
static bool option_matches(const struct probe *p, const struct value *values)
{
	if (!values || !p->ip_option)
		return p->ip_option != NULL;
	for (; values; values = values->next)
		if (!strcmp(values->name, p->ip_option))
			return true;
	return false;
}

static bool has_extension(const struct probe *p, const char *name)
{
	for (size_t i = 0; i < 4 && p->extensions[i]; i++)
		if (!strcmp(name, p->extensions[i]))
			return true;
	return false;
}

static bool extension_matches(const struct probe *p, const struct value *values)
{
	if (!values)
		return p->extensions[0] != NULL;
	for (; values; values = values->next)
		if (has_extension(p, values->name))
			return true;
	return false;
}

/* A rule that names one of ESP and AH asks for the SPI of that one. */
static bool names(const struct rule *rule, const char *name)
{
	for (const struct match *m = rule->matches; m; m = m->next)
		if (m->kind == MATCH_NAME && !strcmp(m->name, name))
			return true;
	return false;
}

static bool spi_matches(const struct probe *p, const struct rule *rule,
			const struct value *values)
{
	if (!names(rule, "ah") && p->has_spi[0] && in_values(values, p->spi[0]))
		return true;
	return !names(rule, "esp") && p->has_spi[1] &&
	       in_values(values, p->spi[1]);
}

static bool mac_matches(const struct probe *p, const struct mac *macs)
{
	for (; macs; macs = macs->next)
		if (!memcmp(macs->address, p->source_mac, 6))
			return true;
	return false;
}

static bool bytes_match(const struct probe *p, const struct byte_match *bytes)
{
	size_t base = bytes->base == BASE_LINK	    ? 0
		      : bytes->base == BASE_NETWORK ? p->network
						    : p->transport;
	size_t end = p->network + p->ip_length;
	uint32_t number = 0;

	if (bytes->base == BASE_TRANSPORT && !p->transport)
		return false;
	if (base + bytes->offset + bytes->length > end)
		return false;
	for (uint32_t i = 0; i < bytes->length; i++)
		number = number << 8 | p->frame[base + bytes->offset + i];
	return (number & bytes->mask) == bytes->value;
}

static bool match_holds(const struct world *world, const struct rule *rule,
			const struct match *match)
{
	const struct probe *p = world->probe;

	switch (match->kind) {
	case MATCH_NAME:
		return name_matches(p, match->name);
	case MATCH_PROTOCOL:
		return protocol_matches(p, match);
	case MATCH_FROM:
		return in_items(world, match->addresses, &p->source);
	case MATCH_TO:
		return in_items(world, match->addresses, &p->destination);
	case MATCH_SOURCE_PORT:
		return p->has_ports && in_values(match->values, p->source_port);
	case MATCH_DESTINATION_PORT:
		return p->has_ports &&
		       in_values(match->values, p->destination_port);
	case MATCH_PORT:
		return p->has_ports &&
		       (in_values(match->values, p->source_port) ||
			in_values(match->values, p->destination_port));
	case MATCH_TYPE:
		return p->has_icmp && in_values(match->values, p->type);
	case MATCH_CODE:
		return p->has_icmp && in_values(match->values, p->code);
	case MATCH_FRAGMENTS:
		return fragments_match(p, match->fragments);
	case MATCH_FLAGS:
		return flags_match(p, &match->flags);
	case MATCH_TTL:
	case MATCH_HOP_LIMIT:
		return in_values(match->values, p->hop_limit);
	case MATCH_DSCP:
		return in_values(match->values, p->dscp);
	case MATCH_PRECEDENCE:
		return in_values(match->values, p->dscp >> 3);
	case MATCH_LENGTH:
		return in_values(match->values, p->ip_length);
	case MATCH_IP_OPTION:
		return option_matches(p, match->values);
	case MATCH_EXTENSION_HEADER:
		return extension_matches(p, match->values);
	case MATCH_SPI:
		return spi_matches(p, rule, match->values);
	case MATCH_SOURCE_MAC:
		return mac_matches(p, match->macs);
	case MATCH_VLAN:
		return p->outer != NO_TAG && in_values(match->values, p->outer);
	case MATCH_INNER_VLAN:
		return p->inner != NO_TAG && in_values(match->values, p->inner);
	case MATCH_BYTES:
		return bytes_match(p, &match->bytes);
	}
	return false;
}

static bool rule_matches(const struct world *world, const struct rule *rule)
{
	for (const struct match *m = rule->matches; m; m = m->next)
		if (!match_holds(world, rule, m))
			return false;
	return true;
}

/* ---- what a rule does -------------------------------------------------- */

static void counts(struct passage *passage, size_t position,
		   enum rule_count count)
{
	struct judgement *judgement = passage->judgement;

	judgement->rules[judgement->rule_count++] =
		(struct counted_rule){ position, count };
}

static void decides(struct passage *passage, size_t position,
		    enum rule_count count, enum verdict verdict,
		    enum reason reason)
{
	counts(passage, position, count);
	passage->judgement->by_rule = true;
	passage->judgement->verdict = verdict;
	passage->judgement->reason = reason;
	passage->decided = true;
}

bool is_over(const struct limit *limit)
{
	return limit && limit->unit == RATE_BPS && limit->rate == 1;
}

static void over_limit(struct passage *passage, const struct rule *rule,
		       size_t position)
{
	if (rule->limit->over == OVER_CONTINUE) {
		counts(passage, position, RULE_OVER);
	} else if (rule->limit->over == OVER_REMARK) {
		passage->dscp = (int)rule->limit->over_dscp->low;
		if (rule->action == ACTION_PERMIT)
			decides(passage, position, RULE_OVER, VERDICT_PASS,
				REASON_RULE_PERMIT);
		else
			counts(passage, position, RULE_OVER);
	} else if (rule->monitor && rule->action == ACTION_PERMIT) {
		decides(passage, position, RULE_WOULD_DROP, VERDICT_PASS,
			REASON_RULE_PERMIT);
	} else if (rule->monitor) {
		counts(passage, position, RULE_WOULD_DROP);
	} else {
		decides(passage, position, RULE_OVER, VERDICT_DROP,
			REASON_RATE_LIMITED);
	}
}

static void marks(struct passage *passage, const struct rule *rule)
{
	if (rule->remark)
		passage->dscp = (int)rule->remark->low;
	if (rule->trust_dscp)
		passage->trusted = true;
	if (rule->priority)
		passage->judgement->priority = (int)rule->priority->low;
}

static void within_limit(struct passage *passage, const struct rule *rule,
			 size_t position)
{
	bool drops =
		rule->action == ACTION_DROP || rule->action == ACTION_REJECT;

	if (drops && rule->monitor) {
		counts(passage, position, RULE_WOULD_DROP);
		return;
	}
	marks(passage, rule);
	if (rule->action == ACTION_PERMIT)
		decides(passage, position, RULE_MATCHED, VERDICT_PASS,
			REASON_RULE_PERMIT);
	else if (rule->action == ACTION_DROP)
		decides(passage, position, RULE_MATCHED, VERDICT_DROP,
			REASON_RULE_DROP);
	else if (rule->action == ACTION_REJECT)
		decides(passage, position, RULE_MATCHED, VERDICT_REJECT,
			REASON_RULE_REJECT);
	else
		counts(passage, position, RULE_MATCHED);
}

const struct interface_option *filters_of(const struct world *world,
					  const struct statement *interface)
{
	return option_of(interface, world->probe->direction == DIRECTION_IN
					    ? OPTION_IN
					    : OPTION_OUT);
}

void pass_rules(const struct world *world, const struct statement *interface,
		struct passage *passage)
{
	const struct interface_option *option = filters_of(world, interface);
	size_t position = 0;

	for (const struct name_list *name = option ? option->filters : NULL;
	     name; name = name->next) {
		const struct statement *filter =
			find(world, STATEMENT_FILTER, name->name);

		for (const struct rule *rule = filter->rules; rule;
		     rule = rule->next, position++) {
			if (passage->decided || !rule_matches(world, rule))
				continue;
			if (is_over(rule->limit))
				over_limit(passage, rule, position);
			else
				within_limit(passage, rule, position);
		}
	}
}
