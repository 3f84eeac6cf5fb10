// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rule is a conjunction of its matches; a service puts an alternative for
 * each of its entries in the place of its name. Each alternative becomes legs.
 *
 * Services are tried by themselves first: what is wrong within one is reported
 * once, at the service, and not again for each rule that names it.
 */
#include "resolve/rules.h"

#include "resolve/address_lists.h"
#include "resolve/legs.h"
#include "resolve/names.h"
#include "resolve/services.h"
#include "resolve/values.h"

static const struct leg any_address = { .families = FAMILY_BITS };

/* The service that the rule names; a name of neither kind is an error. */
static struct object *service_of(struct resolver *resolver,
				 const struct conjunction *conjunction)
{
	const struct match *name = conjunction->by_kind[MATCH_NAME];
	struct object *service;
	const char *hint;

	if (!name)
		return NULL;
	service = names_find(resolver, STATEMENT_SERVICE, name->name);
	if (service || protocol_number(name->name) >= 0)
		return service;
	hint = names_hint(resolver, STATEMENT_SERVICE, name->name);
	if (!hint)
		hint = values_hint(resolver, &protocol_values, name->name);
	diag_error(resolver->diags, name->span, hint,
		   "there is no service or protocol %s", name->name);
	return NULL;
}

static void check_nested(struct resolver *resolver,
			 const struct conjunction *conjunction)
{
	const struct match *name = conjunction->by_kind[MATCH_NAME];

	if (name && names_find(resolver, STATEMENT_SERVICE, name->name))
		diag_error(resolver->diags, name->span,
			   "write its protocol and ports here",
			   "a service cannot contain the service %s",
			   name->name);
}

/* Marks the service OBJECT_DONE when nothing in it is wrong. */
static void check_service(struct resolver *resolver, struct object *service)
{
	const struct service_entry *entry = service->statement->entries;
	size_t errors = diag_errors(resolver->diags);
	struct leg_list unused = { 0 };

	if (!entry)
		diag_error(resolver->diags, service->statement->name_span,
			   "write what it matches: tcp destination-port 22;",
			   "service %s is empty", service->statement->name);
	for (; entry; entry = entry->next) {
		struct conjunction conjunction = { 0 };
		size_t before = diag_errors(resolver->diags);

		conjunction_add(resolver, &conjunction, entry->matches);
		check_nested(resolver, &conjunction);
		if (diag_errors(resolver->diags) == before)
			legs_add(resolver, &conjunction, &any_address, &unused);
	}
	if (diag_errors(resolver->diags) == errors)
		service->state = OBJECT_DONE;
}

/* What stands between "from" and "to" of one rule. */
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

static bool add_service_legs(struct resolver *resolver,
			     const struct conjunction *rule,
			     const struct object *service,
			     const struct leg *addresses, struct leg_list *legs)
{
	const struct service_entry *entry = service->statement->entries;

	if (service->state != OBJECT_DONE)
		return false;
	for (; entry; entry = entry->next) {
		struct conjunction both = { 0 };

		conjunction_add(resolver, &both, entry->matches);
		if (!conjunction_join(resolver, &both, rule) ||
		    !legs_add(resolver, &both, addresses, legs))
			return false;
	}
	return true;
}

static bool add_rule_legs(struct resolver *resolver,
			  const struct conjunction *conjunction,
			  const struct leg *addresses, struct leg_list *legs)
{
	size_t errors = diag_errors(resolver->diags);
	const struct object *service = service_of(resolver, conjunction);

	if (diag_errors(resolver->diags) > errors)
		return false;
	if (service)
		return add_service_legs(resolver, conjunction, service,
					addresses, legs);
	return legs_add(resolver, conjunction, addresses, legs);
}

static const char *only_family(uint8_t families)
{
	if (families == FAMILY_BIT_IPV4)
		return "this has only IPv4 addresses";
	return families == FAMILY_BIT_IPV6 ? "this has only IPv6 addresses"
					   : NULL;
}

static void note_family(struct resolver *resolver,
			const struct operand *operand)
{
	const char *note = only_family(operand->families);

	if (operand->match && note)
		diag_note(resolver->diags, operand->match->span, "%s", note);
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
			   const struct addresses *addresses,
			   const struct leg_list *legs)
{
	const struct operand *source = &addresses->source;
	const struct operand *destination = &addresses->destination;

	if (legs->count || source->has_local || destination->has_local)
		return;
	if (warn_empty(resolver, source) | warn_empty(resolver, destination))
		return;
	diag_error(resolver->diags, rule->span,
		   source->families & destination->families
			   ? "compare its protocols, ports and addresses"
			   : "IPv4 and IPv6 addresses need rules of their own",
		   "this rule can never match");
	note_family(resolver, source);
	note_family(resolver, destination);
}

static void resolve_rule(struct resolver *resolver,
			 const struct statement *filter,
			 const struct rule *rule, struct resolved_rule *out)
{
	size_t errors = diag_errors(resolver->diags);
	struct conjunction conjunction = { 0 };
	struct leg_list legs = { 0 };
	struct addresses addresses;
	struct leg leg;

	*out = (struct resolved_rule){
		.span = rule->span,
		.verdict = rule->action == ACTION_DROP ? VERDICT_DROP
						       : VERDICT_PASS,
		.filter = filter->name,
		.text = policy_rule_text(resolver->arena, rule),
	};
	conjunction_add(resolver, &conjunction, rule->matches);
	addresses = read_addresses(resolver, &conjunction);
	leg = leg_addresses(&addresses);
	if (!add_rule_legs(resolver, &conjunction, &leg, &legs) ||
	    diag_errors(resolver->diags) > errors)
		return;
	check_possible(resolver, rule, &addresses, &legs);
	out->legs = legs.legs;
	out->leg_count = legs.count;
}

static void resolve_filter(struct resolver *resolver, struct object *filter)
{
	const struct rule *rule;
	struct resolved_rule *rules;
	size_t count = 0;

	for (rule = filter->statement->rules; rule; rule = rule->next)
		count++;
	rules = arena_array(resolver->arena, count, sizeof(*rules));
	filter->rules = rules;
	filter->rule_count = count;
	for (rule = filter->statement->rules; rule; rule = rule->next)
		resolve_rule(resolver, filter->statement, rule, rules++);
}

void rules_resolve(struct resolver *resolver)
{
	struct object *object = resolver->objects;
	struct object *end = object + resolver->object_count;

	for (; object < end; object++)
		if (object->statement->kind == STATEMENT_SERVICE)
			check_service(resolver, object);
	for (object = resolver->objects; object < end; object++)
		if (object->statement->kind == STATEMENT_FILTER)
			resolve_filter(resolver, object);
}
