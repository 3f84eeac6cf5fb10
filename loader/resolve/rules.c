// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rule is a conjunction of its matches; a service puts its alternatives in
 * the place of its name. Each alternative becomes legs.
 */
#include "resolve/rules.h"

#include <string.h>

#include "resolve/actions.h"
#include "resolve/address_lists.h"
#include "resolve/alternatives.h"
#include "resolve/doubts.h"
#include "resolve/fields.h"
#include "resolve/legs.h"
#include "resolve/names.h"

/* One filter's rules, one after the other; legs are of the current one. */
struct reader {
	struct resolver *resolver;
	const struct statement *filter;
	struct leg_list legs;
};

/* What stands after "from" and "to" of one rule. */
struct addresses {
	struct operand source;
	struct operand destination;
};

static struct addresses read_addresses(struct resolver *resolver,
				       const struct conjunction *conjunction)
{
	return (struct addresses){
		address_list_of(resolver, conjunction->by_kind[MATCH_FROM]),
		address_list_of(resolver, conjunction->by_kind[MATCH_TO]),
	};
}

static struct leg leg_addresses(const struct addresses *addresses)
{
	return (struct leg){
		.families = addresses->source.families &
			    addresses->destination.families,
		.source = addresses->source.list,
		.destination = addresses->destination.list,
	};
}

static bool add_service_legs(struct reader *reader,
			     const struct conjunction *rule,
			     const struct object *service,
			     const struct leg *addresses)
{
	size_t i;

	if (service->state != OBJECT_DONE)
		return false;
	for (i = 0; i < service->alternative_count; i++) {
		struct conjunction both = service->alternatives[i];

		if (!conjunction_join(reader->resolver, &both, rule) ||
		    !legs_add(reader->resolver, &both, addresses,
			      &reader->legs))
			return false;
		if (service->alternative_count == 1)
			doubts_report(reader->resolver, &both, rule);
	}
	return true;
}

static bool add_rule_legs(struct reader *reader,
			  const struct conjunction *conjunction,
			  const struct leg *addresses)
{
	size_t errors = diag_errors(reader->resolver->diags);
	const struct object *service =
		alternatives_of(reader->resolver, conjunction);

	if (diag_errors(reader->resolver->diags) > errors)
		return false;
	if (service)
		return add_service_legs(reader, conjunction, service,
					addresses);
	if (!legs_add(reader->resolver, conjunction, addresses, &reader->legs))
		return false;
	doubts_report(reader->resolver, conjunction, conjunction);
	return true;
}

/* ---- rules that never match -------------------------------------------- */

static void note_addresses(struct resolver *resolver,
			   const struct operand *operand)
{
	if (!operand->match)
		return;
	if (operand->families == FAMILY_BIT_IPV4)
		diag_note(resolver->diags, operand->match->span,
			  "this has only IPv4 addresses");
	if (operand->families == FAMILY_BIT_IPV6)
		diag_note(resolver->diags, operand->match->span,
			  "this has only IPv6 addresses");
}

static bool is_named(const struct match *match, const char *name)
{
	return match && match->name && strcmp(match->name, name) == 0;
}

static void note_protocol(struct resolver *resolver, const struct match *match)
{
	if (is_named(match, "icmp"))
		diag_note(resolver->diags, match->span, "icmp is IPv4's");
	if (is_named(match, "icmpv6"))
		diag_note(resolver->diags, match->span, "icmpv6 is IPv6's");
}

/* Why a field narrows the families; there is one reason for each. */
static void note_field(struct resolver *resolver,
		       const struct conjunction *conjunction,
		       enum match_kind kind, const char *why)
{
	struct conjunction alone = { 0 };
	struct leg leg = { 0 };

	alone.by_kind[kind] = conjunction->by_kind[kind];
	if (!alone.by_kind[kind] || !fields_read(resolver, &alone, &leg) ||
	    fields_families(&leg) == FAMILY_BITS)
		return;
	diag_note(resolver->diags, alone.by_kind[kind]->span, "%s", why);
}

static void note_fields(struct resolver *resolver,
			const struct conjunction *conjunction)
{
	note_protocol(resolver, conjunction->by_kind[MATCH_NAME]);
	note_field(resolver, conjunction, MATCH_IP_OPTION,
		   "only IPv4 has options");
	note_field(resolver, conjunction, MATCH_EXTENSION_HEADER,
		   "only IPv6 has these headers");
	note_field(resolver, conjunction, MATCH_LENGTH,
		   "IPv4 packets have at least 20 bytes, IPv6 packets 40");
}

/* Only the three together leave no packet. */
static void note_ports(struct resolver *resolver,
		       const struct conjunction *conjunction)
{
	static const enum match_kind kinds[] = { MATCH_PORT, MATCH_SOURCE_PORT,
						 MATCH_DESTINATION_PORT };
	size_t i;

	for (i = 0; i < 3; i++)
		if (!conjunction->by_kind[kinds[i]])
			return;
	for (i = 0; i < 3; i++)
		diag_note(resolver->diags, conjunction->by_kind[kinds[i]]->span,
			  "%s is one of these", match_keyword(kinds[i]));
}

static void note_bytes(struct resolver *resolver,
		       const struct conjunction *conjunction)
{
	const struct match *both[2];

	if (!fields_bytes_exclude(conjunction, both))
		return;
	diag_note(resolver->diags, both[0]->span,
		  "these bytes have this value");
	diag_note(resolver->diags, both[1]->span, "and here another one");
}

/* What a service asks for stands where it is defined. */
static void note_service(struct resolver *resolver, const struct match *name)
{
	const struct object *service =
		name ? names_find(resolver, STATEMENT_SERVICE, name->name)
		     : NULL;

	if (service)
		diag_note(resolver->diags, service->statement->name_span,
			  "the service %s is defined here", name->name);
}

static bool warn_empty(struct resolver *resolver, const struct operand *operand)
{
	if (operand->families)
		return false;
	if (diag_errors(resolver->diags)) /* which may be why it is empty */
		return true;
	diag_warning(resolver->diags, operand->match->span,
		     "the rule never matches until it is filled",
		     "%s lists no addresses",
		     match_keyword(operand->match->kind));
	return true;
}

/*
 * A rule without legs cannot match. Where that hangs on the addresses that the
 * router has today it is nothing to complain about.
 */
static void check_possible(struct resolver *resolver, const struct rule *rule,
			   const struct conjunction *conjunction,
			   const struct addresses *addresses)
{
	const struct operand *source = &addresses->source;
	const struct operand *destination = &addresses->destination;

	if (source->has_local || destination->has_local)
		return;
	if (warn_empty(resolver, source) | warn_empty(resolver, destination))
		return;
	diag_error(resolver->diags, rule->span,
		   source->families & destination->families
			   ? "compare its matches with one another"
			   : "IPv4 and IPv6 addresses need rules of their own",
		   "this rule can never match");
	note_addresses(resolver, source);
	note_addresses(resolver, destination);
	note_fields(resolver, conjunction);
	note_ports(resolver, conjunction);
	note_bytes(resolver, conjunction);
	note_service(resolver, conjunction->by_kind[MATCH_NAME]);
}

/* ---- one rule ---------------------------------------------------------- */

static void keep_legs(struct reader *reader, struct resolved_rule *out)
{
	size_t count = reader->legs.count;
	struct leg *legs =
		arena_array(reader->resolver->arena, count, sizeof(*legs));

	if (count)
		memcpy(legs, reader->legs.legs, count * sizeof(*legs));
	out->legs = legs;
	out->leg_count = count;
}

static void read_matches(struct reader *reader, const struct rule *rule,
			 struct resolved_rule *out)
{
	struct resolver *resolver = reader->resolver;
	size_t errors = diag_errors(resolver->diags);
	struct conjunction conjunction = { 0 };
	struct addresses addresses;
	struct leg leg;

	conjunction_add(resolver, &conjunction, rule->matches);
	addresses = read_addresses(resolver, &conjunction);
	leg = leg_addresses(&addresses);
	reader->legs.count = 0;
	if (!add_rule_legs(reader, &conjunction, &leg) ||
	    diag_errors(resolver->diags) > errors)
		return;
	if (!reader->legs.count)
		check_possible(resolver, rule, &conjunction, &addresses);
	keep_legs(reader, out);
}

static void read_rule(struct reader *reader, const struct rule *rule,
		      struct resolved_rule *out)
{
	struct resolver *resolver = reader->resolver;
	const struct rule_entry entry = actions_read(resolver, rule);

	*out = (struct resolved_rule){
		.span = rule->span,
		.entry = entry,
		.goes_on = actions_go_on(resolver, &entry),
		.filter = reader->filter->name,
		.text = policy_rule_text(resolver->arena, rule),
	};
	read_matches(reader, rule, out);
}

/* ---- filters ----------------------------------------------------------- */

/* The same leg as that of a rule without any match. */
static bool matches_all(const struct leg *leg)
{
	static const struct leg all = {
		.families = FAMILY_BITS,
		.fragments = (1u << FRAGMENT_STATES) - 1,
		.protocols = { ~0ull, ~0ull, ~0ull, ~0ull },
	};
	size_t i, lists = leg->spi_count + leg->mac_count + leg->byte_count;

	for (i = 0; i < RANGE_FIELDS; i++)
		lists += leg->ranges[i].count;
	return !lists && leg->families == all.families &&
	       leg->fragments == all.fragments && !leg->source &&
	       !leg->destination && !leg->tcp_flags_mask && !leg->ip_options &&
	       !leg->extension_headers &&
	       memcmp(leg->protocols, all.protocols, sizeof(all.protocols)) ==
		       0;
}

static bool ends_all(const struct resolved_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->leg_count; i++)
		if (matches_all(&rule->legs[i]))
			return !rule->goes_on;
	return false;
}

/* What rule sets need to know of the filter. */
static void summarize(struct resolver *resolver, struct object *filter)
{
	const struct resolved_rule *rule = filter->rules;
	const struct resolved_rule *end = rule + filter->rule_count;

	for (; rule < end; rule++) {
		if (!filter->prioritizes && rule->entry.flags & RULE_PRIORITY)
			filter->prioritizes = rule;
		if (!filter->ends_all && ends_all(rule))
			filter->ends_all = rule;
	}
	if (!filter->ends_all || filter->ends_all + 1 == end)
		return;
	diag_warning(resolver->diags, filter->ends_all[1].span, NULL,
		     "this rule is never reached");
	diag_note(resolver->diags, filter->ends_all->span,
		  "this one decides on every packet");
}

static void resolve_filter(struct resolver *resolver, struct object *filter)
{
	struct reader reader = { resolver, filter->statement, { 0 } };
	const struct rule *rule;
	struct resolved_rule *rules;
	size_t count = 0;

	for (rule = filter->statement->rules; rule; rule = rule->next)
		count++;
	rules = arena_array(resolver->arena, count, sizeof(*rules));
	filter->rules = rules;
	filter->rule_count = count;
	for (rule = filter->statement->rules; rule; rule = rule->next)
		read_rule(&reader, rule, rules++);
	summarize(resolver, filter);
}

void rules_resolve(struct resolver *resolver)
{
	struct object *object = resolver->objects;
	struct object *end = object + resolver->object_count;

	for (; object < end; object++)
		if (object->statement->kind == STATEMENT_SERVICE)
			alternatives_resolve(resolver, object);
	for (object = resolver->objects; object < end; object++)
		if (object->statement->kind == STATEMENT_FILTER)
			resolve_filter(resolver, object);
}
