// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rule sets of an image in text, for image_print(): what each rule does, and
 * what the tables of either family ask of a packet.
 */
#include "private.h"

static const char *const action_names[] = {
	[RULE_PERMIT] = "permit",
	[RULE_DROP] = "drop",
	[RULE_REJECT] = "reject",
	[RULE_CONTINUE] = "continue",
};

static void print_rule(const struct image *image, FILE *stream, uint32_t page,
		       uint32_t position)
{
	const struct rule_entry *rule =
		table_element(image, page, position, sizeof(*rule));

	fprintf(stream, "\trule %u: %s", position, action_names[rule->action]);
	if (rule->limit)
		fprintf(stream, " limit %u", rule->limit - 1);
	if (rule->flags & RULE_REMARK)
		fprintf(stream, " remark %u", rule->dscp);
	if (rule->flags & RULE_PRIORITY)
		fprintf(stream, " priority %u", rule->priority);
	if (rule->flags & RULE_TRUST_DSCP)
		fputs(" trust", stream);
	fputs(rule->flags & RULE_MONITOR ? " monitor\n" : "\n", stream);
}

static void print_tables(FILE *stream, const struct ruleset *rules,
			 const char *family)
{
	fprintf(stream, "\t%s: groups %u needs %x", family, rules->groups,
		rules->needs);
	for (uint32_t i = 0; i < rules->field_end; i++)
		if (rules->needs >> i & 1)
			fprintf(stream, " field %u of %u classes", i,
				rules->fields[i].width);
	fprintf(stream, " addresses %u to %u\n", rules->source.count,
		rules->destination.count);
}

void print_rulesets(const struct image *image, FILE *stream, uint32_t count)
{
	uint32_t page = image_header_of(image)->rulesets;

	for (uint32_t i = 0; i < count; i++) {
		const struct ruleset *four =
			table_element(image, page, 2 * i, sizeof(*four));
		const struct ruleset *six =
			table_element(image, page, 2 * i + 1, sizeof(*six));

		fprintf(stream, "ruleset %u\n", i + 1);
		print_tables(stream, four, "IPv4");
		print_tables(stream, six, "IPv6");
		for (uint32_t j = 0; j < four->rule_count; j++)
			print_rule(image, stream, four->rules, j);
	}
}
