// SPDX-License-Identifier: GPL-2.0-only
/* See oracle.h. Slow on purpose: nothing is prepared, sorted or remembered. */
#include "oracle.h"

#include <string.h>

struct world {
	const struct policy *policy;
	const struct prefix *local;
	size_t local_count;
	const struct probe *probe;
};

/* ---- sets -------------------------------------------------------------- */

static const struct statement *find(const struct world *world,
				    enum statement_kind kind, const char *name)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == kind && (!name || !strcmp(s->name, name)))
			return s;
	return NULL;
}

static bool in_items(const struct world *world, const struct item *items,
		     const struct address *address);

static bool in_statement(const struct world *world, enum statement_kind kind,
			 const char *name, const struct address *address)
{
	const struct statement *statement = find(world, kind, name);

	return statement && in_items(world, statement->items, address);
}

static bool in_prefix(const struct prefix *prefix, uint8_t family,
		      const struct address *address)
{
	if (prefix->family != family)
		return false;
	for (unsigned int bit = 0; bit < prefix->length; bit++)
		if (address_bit(&prefix->address, bit) !=
		    address_bit(address, bit))
			return false;
	return true;
}

static bool is_local(const struct world *world, const struct address *address)
{
	for (size_t i = 0; i < world->local_count; i++)
		if (in_prefix(&world->local[i], world->probe->family, address))
			return true;
	return false;
}

static bool in_any_customer(const struct world *world,
			    const struct address *address)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == STATEMENT_CUSTOMER &&
		    in_items(world, s->items, address))
			return true;
	return false;
}

static bool in_item(const struct world *world, const struct item *item,
		    const struct address *address)
{
	switch (item->kind) {
	case ITEM_PREFIX:
		return in_prefix(&item->prefix, world->probe->family, address);
	case ITEM_RANGE:
		return item->prefix.family == world->probe->family &&
		       memcmp(&item->prefix.address, address, 16) <= 0 &&
		       memcmp(address, &item->last, 16) <= 0;
	case ITEM_SET:
		return in_statement(world, STATEMENT_SET, item->name, address);
	case ITEM_CUSTOMER:
		return in_statement(world, STATEMENT_CUSTOMER, item->name,
				    address);
	case ITEM_CUSTOMERS:
		return in_any_customer(world, address);
	case ITEM_INFRASTRUCTURE:
		return in_statement(world, STATEMENT_INFRASTRUCTURE, NULL,
				    address);
	case ITEM_LOCAL:
		return is_local(world, address);
	case ITEM_ANY:
		return true;
	default:
		return false;
	}
}

/* In some item, and in none that is excepted. */
static bool in_items(const struct world *world, const struct item *items,
		     const struct address *address)
{
	bool in = false;

	for (const struct item *item = items; item; item = item->next) {
		if (!in_item(world, item, address))
			continue;
		if (item->except)
			return false;
		in = true;
	}
	return in;
}

/* ---- interfaces -------------------------------------------------------- */

static const struct statement *interface_at(const struct world *world,
					    uint16_t outer, uint16_t inner)
{
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		if (s->kind == STATEMENT_INTERFACE &&
		    !strcmp(s->name, world->probe->device) &&
		    s->outer == outer && s->inner == inner)
			return s;
	return NULL;
}

static const struct statement *find_interface(const struct world *world)
{
	const struct probe *probe = world->probe;
	const struct statement *on = NULL;

	if (probe->inner != NO_TAG)
		on = interface_at(world, probe->outer, probe->inner);
	if (!on && probe->outer != NO_TAG)
		on = interface_at(world, probe->outer, NO_TAG);
	return on ? on : interface_at(world, NO_TAG, NO_TAG);
}

static const struct interface_option *
option_of(const struct statement *interface, enum option_kind kind)
{
	const struct interface_option *option = interface->options;

	while (option && option->kind != kind)
		option = option->next;
	return option;
}

static bool on_by_role(enum role role, enum check check)
{
	bool edge = role == ROLE_CUSTOMER || role == ROLE_PEER ||
		    role == ROLE_TRANSIT || role == ROLE_IXP;

	switch (check) {
	case CHECK_BOGON_SOURCE:
	case CHECK_OWN_SOURCE:
	case CHECK_MARTIAN_DESTINATION:
	case CHECK_INFRASTRUCTURE:
		return edge;
	case CHECK_SOURCE_VALIDATION:
	case CHECK_CUSTOMER_SOURCE:
		return role == ROLE_CUSTOMER;
	default:
		return edge && role != ROLE_CUSTOMER;
	}
}

static bool is_on(const struct statement *interface, enum check check)
{
	enum role role = option_of(interface, OPTION_ROLE)->role;

	for (const struct interface_option *o = interface->options; o;
	     o = o->next)
		if (o->kind == OPTION_CHECK && o->check == check)
			return o->on;
	return on_by_role(role, check);
}

static bool in_customer_of(const struct world *world,
			   const struct statement *interface,
			   const struct address *address)
{
	const char *customer = option_of(interface, OPTION_ROLE)->customer;

	return customer &&
	       in_statement(world, STATEMENT_CUSTOMER, customer, address);
}

static bool in_link_of(const struct world *world,
		       const struct statement *interface,
		       const struct address *address)
{
	const struct interface_option *link = option_of(interface, OPTION_LINK);

	return link && in_items(world, link->link, address);
}

/* ---- protocol exceptions ----------------------------------------------- */

static bool starts(const struct address *address, uint8_t first, uint8_t second,
		   uint8_t mask)
{
	return address->bytes[0] == first &&
	       (address->bytes[1] & mask) == second;
}

static bool link_local(const struct address *address)
{
	return starts(address, 0xfe, 0x80, 0xc0);
}

static bool unspecified(const struct address *address)
{
	static const struct address zero;

	return !memcmp(address, &zero, sizeof(zero));
}

static bool link_scope(const struct address *address)
{
	return starts(address, 0xff, 0x02, 0x0f);
}

static bool neighbour_discovery(const struct world *world)
{
	const struct probe *p = world->probe;

	if (!p->has_icmp || p->type < 133 || p->type > 137 || p->code ||
	    p->hop_limit != 255 || p->fragment != FRAGMENT_NONE)
		return false;
	return link_local(&p->source) || unspecified(&p->source) ||
	       link_local(&p->destination) || link_scope(&p->destination) ||
	       in_statement(world, STATEMENT_INFRASTRUCTURE, NULL,
			    &p->destination);
}

static bool listener_discovery(const struct probe *p)
{
	return p->has_icmp && p->hop_limit == 1 &&
	       p->fragment == FRAGMENT_NONE &&
	       (p->type == 130 || p->type == 131 || p->type == 132 ||
		p->type == 143) &&
	       (link_local(&p->source) || unspecified(&p->source));
}

static bool broadcast(const struct address *address)
{
	return !memcmp(address->bytes, "\xff\xff\xff\xff", 4);
}

static bool dhcp(const struct probe *p, uint16_t from, uint16_t to)
{
	return p->protocol == 17 && p->has_ports && p->source_port == from &&
	       p->destination_port == to && broadcast(&p->destination);
}

static void exceptions(const struct world *world, bool *source,
		       bool *destination)
{
	const struct probe *p = world->probe;

	if (p->family == FAMILY_IPV6)
		*source = *destination =
			(p->protocol == 58 && (neighbour_discovery(world) ||
					       listener_discovery(p))) ||
			(link_local(&p->source) &&
			 (link_local(&p->destination) ||
			  link_scope(&p->destination)));
	else
		*source = *destination =
			(p->protocol == 2 && p->hop_limit == 1 &&
			 p->fragment == FRAGMENT_NONE &&
			 p->destination.bytes[0] >= 224 &&
			 p->destination.bytes[0] <= 239) ||
			(dhcp(p, 68, 67) && unspecified(&p->source));
	if (p->family == FAMILY_IPV4 && dhcp(p, 67, 68))
		*destination = true;
}

/* ---- rules ------------------------------------------------------------- */

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
	return !strcmp(name, "ah") && (p->authenticated || p->protocol == 51);
}

static bool protocol_matches(const struct probe *p, const struct match *match)
{
	return in_values(match->values, p->protocol) ||
	       (p->authenticated && in_values(match->values, 51));
}

static bool match_holds(const struct world *world, const struct match *match)
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
		return p->fragment != FRAGMENT_NONE;
	}
	return false;
}

static bool rule_matches(const struct world *world, const struct rule *rule)
{
	for (const struct match *m = rule->matches; m; m = m->next)
		if (!match_holds(world, m))
			return false;
	return true;
}

static bool rules_decide(const struct world *world,
			 const struct statement *interface,
			 struct judgement *judgement)
{
	const struct interface_option *option =
		option_of(interface, world->probe->direction == DIRECTION_IN
					     ? OPTION_IN
					     : OPTION_OUT);
	size_t position = 0;

	for (const struct name_list *name = option ? option->filters : NULL;
	     name; name = name->next) {
		const struct statement *filter =
			find(world, STATEMENT_FILTER, name->name);

		for (const struct rule *rule = filter->rules; rule;
		     rule = rule->next, position++) {
			if (!rule_matches(world, rule))
				continue;
			judgement->reason = rule->action == ACTION_DROP
						    ? REASON_RULE_DROP
						    : REASON_RULE_PERMIT;
			judgement->rule = position;
			return true;
		}
	}
	return false;
}

/* ---- the contract ------------------------------------------------------ */

static enum reason judge_source(const struct world *world,
				const struct statement *on)
{
	const struct address *source = &world->probe->source;

	if (in_link_of(world, on, source))
		return 0;
	if (is_on(on, CHECK_BOGON_SOURCE) &&
	    in_statement(world, STATEMENT_BOGONS, NULL, source))
		return REASON_BOGON_SOURCE;
	if (in_customer_of(world, on, source))
		return 0;
	if (is_on(on, CHECK_OWN_SOURCE) &&
	    in_statement(world, STATEMENT_SET, "own", source))
		return REASON_OWN_SOURCE;
	return is_on(on, CHECK_SOURCE_VALIDATION) ? REASON_SPOOFED_SOURCE : 0;
}

static enum reason judge_departure(const struct world *world,
				   const struct statement *on)
{
	const struct address *source = &world->probe->source;

	if (is_on(on, CHECK_CUSTOMER_SOURCE) &&
	    in_customer_of(world, on, source))
		return REASON_CUSTOMER_SOURCE;
	if (!is_on(on, CHECK_FOREIGN_SOURCE) ||
	    in_statement(world, STATEMENT_SET, "own", source) ||
	    in_any_customer(world, source) ||
	    in_statement(world, STATEMENT_INFRASTRUCTURE, NULL, source) ||
	    is_local(world, source) || in_link_of(world, on, source))
		return 0;
	return REASON_FOREIGN_SOURCE;
}

static enum reason judge_addresses(const struct world *world,
				   const struct statement *on,
				   bool source_exempt, bool destination_exempt)
{
	enum reason reason = 0;

	if (world->probe->direction == DIRECTION_OUT)
		return source_exempt ? 0 : judge_departure(world, on);
	if (!source_exempt)
		reason = judge_source(world, on);
	if (reason || destination_exempt ||
	    !is_on(on, CHECK_MARTIAN_DESTINATION))
		return reason;
	return in_statement(world, STATEMENT_BOGONS, NULL,
			    &world->probe->destination)
		       ? REASON_MARTIAN_DESTINATION
		       : 0;
}

struct judgement oracle_judge(const struct policy *policy,
			      const struct prefix *local, size_t local_count,
			      const struct probe *probe)
{
	const struct world world = { policy, local, local_count, probe };
	struct judgement judgement = { .reason = REASON_NOT_GOVERNED };
	bool source = false, destination = false;
	const struct statement *on = find_interface(&world);

	judgement.interface = on;
	if (!on)
		return judgement;
	judgement.reason = REASON_MANAGEMENT;
	if (option_of(on, OPTION_ROLE)->role == ROLE_MANAGEMENT)
		return judgement;
	exceptions(&world, &source, &destination);
	judgement.reason = judge_addresses(&world, on, source, destination);
	if (judgement.reason || rules_decide(&world, on, &judgement))
		return judgement;
	judgement.reason =
		source || destination ? REASON_LINK_PROTOCOL : REASON_DEFAULT;
	if (probe->direction == DIRECTION_IN && !destination &&
	    is_on(on, CHECK_INFRASTRUCTURE) &&
	    in_statement(&world, STATEMENT_INFRASTRUCTURE, NULL,
			 &probe->destination))
		judgement.reason = REASON_INFRASTRUCTURE;
	return judgement;
}
