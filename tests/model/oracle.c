// SPDX-License-Identifier: GPL-2.0-only
/* See oracle.h. Slow on purpose: nothing is prepared, sorted or remembered. */
#include <string.h>

#include "world.h"

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
	if (p->family == FAMILY_IPV4 && (dhcp(p, 67, 68) || dhcp(p, 68, 67)))
		*destination = true;
}

/* ---- routes ------------------------------------------------------------ */

static const struct native_route *route_to(const struct world *world,
					   const struct address *address)
{
	const struct native_route *best = NULL;

	for (size_t i = 0; i < world->system->route_count; i++) {
		const struct native_route *route = &world->system->routes[i];

		if (in_prefix(&route->prefix, world->probe->family, address) &&
		    (!best || route->prefix.length > best->prefix.length))
			best = route;
	}
	return best;
}

static bool leads_to(const struct native_route *route, uint32_t ifindex)
{
	for (size_t i = 0; i < route->paths; i++)
		if (route->ifindex[i] == ifindex)
			return true;
	return false;
}

/* Addresses of a link, of groups, of the host: none is forwarded to. */
static bool is_forwarded(const struct world *world,
			 const struct address *address)
{
	static const struct address loopback = { { [15] = 1 } };

	return world->probe->family == FAMILY_IPV4 ||
	       !(link_local(address) || address->bytes[0] == 0xff ||
		 !memcmp(address, &loopback, sizeof(loopback)));
}

/* The option that switches validation on, or NULL where the role did. */
static const struct interface_option *
validation_of(const struct statement *interface)
{
	for (const struct interface_option *o = interface->options; o;
	     o = o->next)
		if (o->kind == OPTION_CHECK &&
		    o->check == CHECK_SOURCE_VALIDATION)
			return o;
	return NULL;
}

static enum reason judge_route(const struct world *world,
			       const struct statement *on,
			       const struct interface_option *validation)
{
	const struct address *source = &world->probe->source;
	const struct native_route *route = route_to(world, source);

	if (!route || route->none || !is_forwarded(world, source))
		return REASON_NO_ROUTE_SOURCE;
	if (!route->prefix.length && !validation->allow_default)
		return REASON_NO_ROUTE_SOURCE;
	if (validation->validation == VALIDATION_LOOSE)
		return 0;
	return leads_to(route, world->system->ifindex(on->name))
		       ? 0
		       : REASON_SPOOFED_SOURCE;
}

static enum reason validate(const struct world *world,
			    const struct statement *on)
{
	const struct interface_option *validation = validation_of(on);
	bool customers = in_customer_of(world, on, &world->probe->source);

	if (!validation || validation->validation == VALIDATION_PREFIXES)
		return customers ? 0 : REASON_SPOOFED_SOURCE;
	if (validation->validation == VALIDATION_FEASIBLE && customers)
		return 0;
	return judge_route(world, on, validation);
}

/* ---- the contract ------------------------------------------------------ */

/* The last address of a network of at least four. */
static bool ends_network(const struct prefix *network,
			 const struct address *address)
{
	if (network->family != FAMILY_IPV4 || network->length > 30)
		return false;
	for (unsigned int bit = 0; bit < 32; bit++)
		if (address_bit(address, bit) !=
		    (bit < network->length ? address_bit(&network->address, bit)
					   : 1))
			return false;
	return true;
}

static bool directed_broadcast(const struct world *world,
			       const struct address *address)
{
	if (world->probe->family != FAMILY_IPV4)
		return false;
	for (size_t i = 0; i < world->system->connected_count; i++)
		if (ends_network(&world->system->connected[i], address))
			return true;
	for (const struct statement *s = world->policy->statements; s;
	     s = s->next)
		for (const struct item *item = s->items; item;
		     item = item->next)
			if (item->purpose == PURPOSE_LAN &&
			    ends_network(&item->prefix, address))
				return true;
	return false;
}

static bool infrastructure_group(const struct world *world,
				 const struct address *address)
{
	const struct statement *s = find(world, STATEMENT_INFRASTRUCTURE, NULL);

	for (const struct item *item = s ? s->items : NULL; item;
	     item = item->next)
		if (item->purpose == PURPOSE_MULTICAST &&
		    in_prefix(&item->prefix, world->probe->family, address))
			return true;
	return false;
}

/* RFC 2365; RFC 7346: every scope below global, link-local excepted. */
static bool scoped(const struct world *world, const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (infrastructure_group(world, address))
		return true;
	if (world->probe->family == FAMILY_IPV4)
		return bytes[0] == 239;
	return bytes[0] == 0xff && (bytes[1] & 15) < 14 && (bytes[1] & 15) != 2;
}

static bool invalid(const struct world *world, const struct address *address)
{
	static const struct address loopback = { { [15] = 1 } };
	const uint8_t *bytes = address->bytes;

	if (world->probe->family == FAMILY_IPV6)
		return bytes[0] == 0xff || unspecified(address) ||
		       !memcmp(address, &loopback, 16);
	return bytes[0] == 0 || bytes[0] == 127 ||
	       (bytes[0] >= 224 && bytes[0] <= 239) || broadcast(address) ||
	       directed_broadcast(world, address);
}

static enum reason judge_source(const struct world *world,
				const struct statement *on)
{
	const struct address *source = &world->probe->source;

	if (is_on(on, CHECK_INVALID_SOURCE) && invalid(world, source))
		return REASON_INVALID_SOURCE;
	if (is_on(on, CHECK_LAND) &&
	    !memcmp(source, &world->probe->destination, sizeof(*source)))
		return REASON_LAND;
	if (in_link_of(world, on, source))
		return 0;
	if (is_on(on, CHECK_BOGON_SOURCE) &&
	    in_statement(world, STATEMENT_BOGONS, NULL, source))
		return REASON_BOGON_SOURCE;
	if (is_on(on, CHECK_OWN_SOURCE) && !in_customer_of(world, on, source) &&
	    in_statement(world, STATEMENT_SET, "own", source))
		return REASON_OWN_SOURCE;
	return is_on(on, CHECK_SOURCE_VALIDATION) ? validate(world, on) : 0;
}

static enum reason judge_destination(const struct world *world,
				     const struct statement *on)
{
	const struct address *destination = &world->probe->destination;

	if (is_on(on, CHECK_MARTIAN_DESTINATION) &&
	    in_statement(world, STATEMENT_BOGONS, NULL, destination))
		return REASON_MARTIAN_DESTINATION;
	if (is_on(on, CHECK_DIRECTED_BROADCAST) &&
	    directed_broadcast(world, destination))
		return REASON_DIRECTED_BROADCAST;
	if (is_on(on, CHECK_MULTICAST_SCOPE) && scoped(world, destination))
		return REASON_MULTICAST_SCOPE;
	return 0;
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
	return reason || destination_exempt ? reason
					    : judge_destination(world, on);
}

/* What no rule decided on. */
static enum reason judge_rest(const struct world *world,
			      const struct statement *on, bool source,
			      bool destination)
{
	if (world->probe->direction == DIRECTION_IN && !destination &&
	    is_on(on, CHECK_INFRASTRUCTURE) &&
	    in_statement(world, STATEMENT_INFRASTRUCTURE, NULL,
			 &world->probe->destination))
		return REASON_INFRASTRUCTURE;
	return source || destination ? REASON_LINK_PROTOCOL : REASON_DEFAULT;
}

static void limit_interface(const struct world *world,
			    const struct statement *on,
			    struct judgement *judgement)
{
	const struct interface_option *option = filters_of(world, on);

	if (judgement->verdict != VERDICT_PASS || !option ||
	    !is_over(option->limit))
		return;
	if (judgement->by_rule)
		judgement->rule_count--;
	judgement->by_rule = false;
	judgement->reason = REASON_RATE_LIMITED;
	judgement->verdict = VERDICT_DROP;
}

static bool monitored(const struct world *world, const struct statement *on)
{
	return find(world, STATEMENT_MONITOR, NULL) ||
	       option_of(on, OPTION_MONITOR);
}

/* In monitor nothing is dropped; what would have been is counted as that. */
static bool let_through(const struct world *world, const struct statement *on,
			struct judgement *judgement)
{
	if (judgement->verdict == VERDICT_PASS || !monitored(world, on))
		return false;
	judgement->verdict = VERDICT_PASS;
	judgement->would_drop = true;
	if (judgement->by_rule)
		judgement->rules[judgement->rule_count - 1].count =
			RULE_WOULD_DROP;
	return true;
}

static void remark(const struct world *world, const struct statement *on,
		   const struct passage *passage)
{
	const struct probe *p = world->probe;
	const struct interface_option *to = option_of(on, OPTION_REMARK);
	struct judgement *judgement = passage->judgement;
	int dscp = passage->dscp;

	if (judgement->verdict != VERDICT_PASS)
		return;
	if (dscp < 0 && !passage->trusted && p->direction == DIRECTION_IN &&
	    is_on(on, CHECK_REMARK_DSCP) && p->dscp >= 48 &&
	    judgement->reason != REASON_LINK_PROTOCOL)
		dscp = to ? (int)to->remark->low : 0;
	if (dscp >= 0 && dscp != p->dscp)
		judgement->dscp = dscp;
}

static void judge_whole(const struct world *world, const struct statement *on,
			struct judgement *judgement)
{
	struct passage passage = { .judgement = judgement, .dscp = -1 };
	bool source = false, destination = false;

	exceptions(world, &source, &destination);
	judgement->reason = judge_addresses(world, on, source, destination);
	judgement->verdict = judgement->reason ? VERDICT_DROP : VERDICT_PASS;
	if (!judgement->reason) {
		pass_rules(world, on, &passage);
		if (!passage.decided) {
			judgement->reason =
				judge_rest(world, on, source, destination);
			if (judgement->reason == REASON_INFRASTRUCTURE)
				judgement->verdict = VERDICT_DROP;
		}
		limit_interface(world, on, judgement);
	}
	if (!let_through(world, on, judgement))
		remark(world, on, &passage);
}

struct judgement oracle_judge(const struct policy *policy,
			      const struct system *system,
			      const struct probe *probe)
{
	const struct world world = { policy, system, probe };
	struct judgement judgement = { .reason = REASON_NOT_GOVERNED,
				       .dscp = -1,
				       .priority = -1 };
	const struct statement *on = find_interface(&world);

	judgement.interface = on;
	if (!on)
		return judgement;
	judgement.reason = REASON_MANAGEMENT;
	if (option_of(on, OPTION_ROLE)->role != ROLE_MANAGEMENT)
		judge_whole(&world, on, &judgement);
	return judgement;
}
