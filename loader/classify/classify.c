// SPDX-License-Identifier: GPL-2.0-only
/*
 * Word tables of the rule sets (see classify.h).
 *
 * Leg i of a rule set owns bit i. For every field and every class of its
 * values there is a word with the bits of the legs that accept the class;
 * a leg that does not ask for the field accepts every class. A packet's words
 * ANDed leave exactly the legs that match it.
 */
#include "private.h"

static bool leg_asks_transport(const struct leg *leg)
{
	return leg->source_ports.count || leg->destination_ports.count ||
	       leg->icmp.count;
}

/* Visits the legs of a rule set in order; number is the leg's bit. */
struct leg_cursor {
	const struct resolved_ruleset *rules;
	size_t rule;
	size_t leg;
	uint32_t number;
};

static const struct leg *next_leg(struct leg_cursor *cursor)
{
	while (cursor->rule < cursor->rules->rule_count) {
		const struct resolved_rule *rule =
			&cursor->rules->rules[cursor->rule];

		if (cursor->leg < rule->leg_count) {
			cursor->number++;
			return &rule->legs[cursor->leg++];
		}
		cursor->rule++;
		cursor->leg = 0;
	}
	return NULL;
}

#define for_each_leg(cursor, leg, of)                                          \
	for (struct leg_cursor cursor = { .rules = (of),                       \
					  .number = UINT32_MAX };              \
	     ((leg) = next_leg(&(cursor)));)

/* ---- bounds ------------------------------------------------------------ */

static void check_size(struct diag_list *diags,
		       const struct resolved_ruleset *rules)
{
	size_t legs = 0;

	for (size_t i = 0; i < rules->rule_count; i++) {
		legs += rules->rules[i].leg_count;
		if (legs <= MAX_LEGS)
			continue;
		diag_error(diags, rules->rules[i].span,
			   "a rule counts once for every entry of its service, "
			   "and twice with \"port\"; apply fewer rules here",
			   "too many rules: this one is alternative %zu of the "
			   "%d that an interface and direction can have",
			   legs, MAX_LEGS);
		diag_note(diags, rules->span, "they are applied here");
		return;
	}
}

/* ---- fields ------------------------------------------------------------ */

static void collect_fields(struct arena *arena, const struct resolved *resolved,
			   struct field fields[CLASSES_COUNT])
{
	const struct leg *leg;

	for (size_t i = 0; i < resolved->ruleset_count; i++) {
		for_each_leg(cursor, leg, &resolved->rulesets[i])
		{
			field_add(arena, &fields[CLASSES_SOURCE_PORT],
				  &leg->source_ports);
			field_add(arena, &fields[CLASSES_DESTINATION_PORT],
				  &leg->destination_ports);
			field_add(arena,
				  &fields[leg->families & 1 ? CLASSES_ICMP4
							    : CLASSES_ICMP6],
				  &leg->icmp);
		}
	}
}

/* One table of words by class; asked() gives the list a leg asks for. */
static const uint64_t *
field_words(struct arena *arena, const struct field *field,
	    const struct resolved_ruleset *rules,
	    const struct range_list *(*asked)(const struct leg *))
{
	uint64_t *words = arena_array(arena, field->map.count, sizeof(*words));
	const struct leg *leg;

	for_each_leg(cursor, leg, rules)
	{
		const struct range_list *list = asked(leg);
		size_t number = list ? field_find(field, list) : 0;

		for (uint32_t class = 0; list && class < field->map.count;
		     class += 1)
			if (!list->count || field_accepts(field, class, number))
				words[class] |= 1ull << cursor.number;
	}
	return words;
}

/* The list a leg asks for, empty for any, NULL where it cannot match. */
static const struct range_list *asked_source_port(const struct leg *leg)
{
	return leg->icmp.count ? NULL : &leg->source_ports;
}

static const struct range_list *asked_destination_port(const struct leg *leg)
{
	return leg->icmp.count ? NULL : &leg->destination_ports;
}

static const struct range_list *asked_icmp4(const struct leg *leg)
{
	if (leg->source_ports.count || leg->destination_ports.count ||
	    !(leg->families & 1))
		return NULL;
	return &leg->icmp;
}

static const struct range_list *asked_icmp6(const struct leg *leg)
{
	if (leg->source_ports.count || leg->destination_ports.count ||
	    !(leg->families & 2))
		return NULL;
	return &leg->icmp;
}

/* ---- addresses --------------------------------------------------------- */

static const uint64_t *address_words(struct arena *arena,
				     const struct resolved *resolved,
				     const struct resolved_ruleset *rules,
				     int family, bool source)
{
	uint32_t classes = resolved->class_count[family];
	const uint64_t *lists = resolved->class_lists[family];
	uint64_t *words =
		arena_array(arena, classes ? classes : 1, sizeof(*words));
	const struct leg *leg;

	for_each_leg(cursor, leg, rules)
	{
		uint32_t list = source ? leg->source : leg->destination;
		uint64_t bit = 1ull << cursor.number;

		for (uint32_t class = 0; class < (classes ? classes : 1);
		     class += 1) {
			const uint64_t *members =
				lists + (size_t) class * resolved->class_words;

			if (!list ||
			    (classes &&
			     members[(list - 1) / 64] >> (list - 1) % 64 & 1))
				words[class] |= bit;
		}
	}
	return words;
}

/* ---- one rule set ------------------------------------------------------ */

static void add_leg(struct ruleset_tables *tables, uint64_t *protocol,
		    const struct leg *leg, uint64_t bit)
{
	if (leg->source)
		tables->needs |= NEEDS_SOURCE;
	if (leg->destination)
		tables->needs |= NEEDS_DESTINATION;
	if (leg->source_ports.count || leg->destination_ports.count)
		tables->needs |= NEEDS_PORTS;
	if (leg->icmp.count)
		tables->needs |= NEEDS_ICMP;
	for (int p = 0; p < 256; p++)
		if (leg->protocols[p / 64] >> p % 64 & 1)
			protocol[p] |= bit;
	if (leg->fragments == FRAGMENTS_ANY)
		tables->fragment[FRAGMENT_NONE] |= bit;
	tables->fragment[FRAGMENT_FIRST] |= bit;
	tables->fragment[FRAGMENT_LATER] |= bit;
	if (!leg_asks_transport(leg))
		tables->portless |= bit;
	for (int family = 0; family < 2; family++)
		if (leg->families >> family & 1)
			tables->family[family] |= bit;
}

static void fill_legs(struct arena *arena, struct ruleset_tables *tables,
		      const struct resolved_ruleset *rules)
{
	uint64_t *protocol = arena_array(arena, 256, sizeof(*protocol));
	const struct leg *leg;

	for_each_leg(cursor, leg, rules)
	{
		struct leg_entry *entry = &tables->legs[cursor.number];

		entry->rule = (uint32_t)cursor.rule;
		entry->verdict = rules->rules[cursor.rule].verdict;
		add_leg(tables, protocol, leg, 1ull << cursor.number);
		tables->leg_count = cursor.number + 1;
	}
	tables->protocol = protocol;
}

static void build_tables(struct arena *arena, struct ruleset_tables *tables,
			 const struct resolved *resolved,
			 const struct resolved_ruleset *rules,
			 const struct field fields[CLASSES_COUNT])
{
	fill_legs(arena, tables, rules);
	for (int family = 0; family < 2; family++) {
		tables->source[family] =
			address_words(arena, resolved, rules, family, true);
		tables->destination[family] =
			address_words(arena, resolved, rules, family, false);
	}
	tables->ports[0] = field_words(arena, &fields[CLASSES_SOURCE_PORT],
				       rules, asked_source_port);
	tables->ports[1] = field_words(arena, &fields[CLASSES_DESTINATION_PORT],
				       rules, asked_destination_port);
	tables->icmp[0] =
		field_words(arena, &fields[CLASSES_ICMP4], rules, asked_icmp4);
	tables->icmp[1] =
		field_words(arena, &fields[CLASSES_ICMP6], rules, asked_icmp6);
}

const struct classifier *classify_rules(struct arena *arena,
					struct diag_list *diags,
					const struct resolved *resolved)
{
	struct classifier *result = arena_new_of(arena, struct classifier);
	struct field fields[CLASSES_COUNT] = { 0 };
	size_t before = diag_errors(diags);
	struct ruleset_tables *tables;

	for (size_t i = 0; i < resolved->ruleset_count; i++)
		check_size(diags, &resolved->rulesets[i]);
	if (diag_errors(diags) > before)
		return result;
	collect_fields(arena, resolved, fields);
	for (int i = 0; i < CLASSES_COUNT; i++) {
		field_finish(arena, &fields[i]);
		result->classes[i] = fields[i].map;
	}
	tables = arena_array(arena, resolved->ruleset_count, sizeof(*tables));
	for (size_t i = 0; i < resolved->ruleset_count; i++)
		build_tables(arena, &tables[i], resolved,
			     &resolved->rulesets[i], fields);
	result->rulesets = tables;
	result->ruleset_count = resolved->ruleset_count;
	return result;
}
