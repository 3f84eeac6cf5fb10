// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each entry becomes a conjunction; those without a protocol are joined to each
 * of the others, or to one another where there are no others. The result is
 * tried once as legs from anywhere to anywhere, which shows what contradicts
 * itself whoever uses the service.
 */
#include "resolve/alternatives.h"

#include <string.h>

#include "resolve/doubts.h"
#include "resolve/legs.h"
#include "resolve/names.h"
#include "resolve/services.h"
#include "resolve/values.h"

static bool has_protocol(const struct service_entry *entry)
{
	const struct match *match;

	for (match = entry->matches; match; match = match->next)
		if (match->kind == MATCH_NAME || match->kind == MATCH_PROTOCOL)
			return true;
	return false;
}

static bool check_match(struct resolver *resolver, const struct match *match)
{
	if (match->kind == MATCH_FROM || match->kind == MATCH_TO) {
		diag_error(resolver->diags, match->span,
			   "write it in the rules that name the service",
			   "a service cannot contain %s",
			   match_keyword(match->kind));
		return false;
	}
	if (match->kind != MATCH_NAME ||
	    !names_find(resolver, STATEMENT_SERVICE, match->name))
		return true;
	diag_error(resolver->diags, match->span,
		   "write its protocol and ports here",
		   "a service cannot contain the service %s", match->name);
	return false;
}

/* Legs have the addresses of their rule: those of a service would be lost. */
static bool check_entries(struct resolver *resolver,
			  const struct service_entry *entry)
{
	const struct match *match;
	bool fine = true;

	for (; entry; entry = entry->next)
		for (match = entry->matches; match; match = match->next)
			fine &= check_match(resolver, match);
	return fine;
}

/* What the entries without a protocol ask, all together. */
static bool read_conditions(struct resolver *resolver,
			    const struct service_entry *entry,
			    struct conjunction *conditions)
{
	for (; entry; entry = entry->next) {
		if (has_protocol(entry) ||
		    conjunction_add(resolver, conditions, entry->matches))
			continue;
		diag_note(resolver->diags, entry->span,
			  "this names no protocol, so it holds for all "
			  "entries of the service");
		return false;
	}
	return true;
}

static bool add_alternative(struct resolver *resolver,
			    const struct conjunction *alternative,
			    struct object *service, struct conjunction *list)
{
	const struct leg anywhere = { .families = FAMILY_BITS };
	struct leg_list legs = { 0 };

	if (!legs_add(resolver, alternative, &anywhere, &legs))
		return false;
	doubts_report(resolver, alternative, alternative);
	list[service->alternative_count++] = *alternative;
	return true;
}

static size_t count_entries(const struct service_entry *entry)
{
	size_t count = 0;

	for (; entry; entry = entry->next)
		count++;
	return count;
}

/* Every alternative, even after an error in another one. */
static void add_alternatives(struct resolver *resolver,
			     const struct conjunction *conditions,
			     struct object *service, struct conjunction *list)
{
	const struct service_entry *entry = service->statement->entries;

	for (; entry; entry = entry->next) {
		struct conjunction alternative = { 0 };

		if (has_protocol(entry) &&
		    conjunction_add(resolver, &alternative, entry->matches) &&
		    conjunction_join(resolver, &alternative, conditions))
			add_alternative(resolver, &alternative, service, list);
	}
}

void alternatives_resolve(struct resolver *resolver, struct object *service)
{
	const struct service_entry *entries = service->statement->entries;
	size_t errors = diag_errors(resolver->diags);
	struct conjunction conditions = { 0 }, *list;
	size_t count = count_entries(entries);

	if (!entries)
		diag_error(resolver->diags, service->statement->name_span,
			   "write what it matches: tcp destination-port 22;",
			   "service %s is empty", service->statement->name);
	list = arena_array(resolver->arena, count + 1, sizeof(*list));
	service->alternatives = list;
	if (!check_entries(resolver, entries) ||
	    !read_conditions(resolver, entries, &conditions))
		return;
	add_alternatives(resolver, &conditions, service, list);
	if (diag_errors(resolver->diags) > errors)
		return;
	if (!service->alternative_count &&
	    !add_alternative(resolver, &conditions, service, list))
		return;
	service->state = OBJECT_DONE;
}

/* "permit tcp established", as other languages have it. */
static bool is_flag(const char *name)
{
	static const char *const flags[] = {
		"established",
#define TCP_FLAG(symbol, name, bit) name,
#include "tcp_flags.def"
#undef TCP_FLAG
	};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strcmp(flags[i], name) == 0)
			return true;
	return false;
}

/* The nearest name of a service, a protocol or a field: "fragment". */
static const char *hint_for(struct resolver *resolver, const char *name)
{
	static const char *const keywords[] = {
#define FIELD(symbol, keyword, argument) keyword,
#include "fields.def"
#undef FIELD
	};
	const char *hint = names_hint(resolver, STATEMENT_SERVICE, name);
	const char *keyword;

	if (is_flag(name))
		return diag_hint(resolver->diags, "did you mean flags %s?",
				 name);
	if (!hint)
		hint = values_hint(resolver, &protocol_values, name);
	if (hint)
		return hint;
	keyword = diag_nearest(name, keywords,
			       sizeof(keywords) / sizeof(*keywords));
	return keyword ? diag_hint(resolver->diags, "did you mean %s?", keyword)
		       : NULL;
}

bool alternatives_unknown(struct resolver *resolver, const struct match *name)
{
	if (names_find(resolver, STATEMENT_SERVICE, name->name) ||
	    protocol_number(name->name) >= 0)
		return false;
	diag_error(resolver->diags, name->span, hint_for(resolver, name->name),
		   "there is no service or protocol %s", name->name);
	return true;
}

const struct object *alternatives_of(struct resolver *resolver,
				     const struct conjunction *rule)
{
	const struct match *name = rule->by_kind[MATCH_NAME];

	if (!name || alternatives_unknown(resolver, name))
		return NULL;
	return names_find(resolver, STATEMENT_SERVICE, name->name);
}
