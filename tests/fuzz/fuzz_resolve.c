// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a policy, resolved when they parse. Feeds are named relative to
 * a directory that does not exist. The tables of a policy without errors keep
 * what resolve.h promises of them.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct prefix local[] = {
	{ { { 198, 51, 100, 1 } }, 32, FAMILY_IPV4 },
};

static void check_order(const struct trie_table *table)
{
	size_t i;

	for (i = 1; i < table->count; i++)
		if (prefix_compare(&table->entries[i - 1].prefix,
				   &table->entries[i].prefix) >= 0)
			abort();
}

static void check_owners(const struct resolved *resolved,
			 const struct trie_table *table)
{
	size_t limit = resolved->owner_count + resolved->owner_group_count, i;

	for (i = 0; i < table->count; i++)
		if (table->entries[i].value[0] >= limit)
			abort();
}

static void check_classes(const struct trie_table *table, uint32_t count)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->entries[i].value[0] >= count)
			abort();
}

static void check_rule(const struct resolved *resolved,
		       const struct resolved_rule *rule)
{
	const struct leg *leg;

	if (rule->entry.limit > resolved->limit_count || rule->entry.dscp > 63)
		abort();
	for (leg = rule->legs; leg < rule->legs + rule->leg_count; leg++)
		if (!leg->families || !leg->fragments ||
		    leg->source > resolved->address_list_count ||
		    leg->destination > resolved->address_list_count)
			abort();
}

static void check_interface(const struct resolved *resolved,
			    const struct resolved_interface *interface)
{
	size_t i;

	for (i = 0; i < DIRECTION_COUNT; i++)
		if (interface->limit[i] > resolved->limit_count ||
		    interface->ruleset[i] > resolved->ruleset_count)
			abort();
}

static void check(const struct resolved *resolved)
{
	size_t i, j;

	for (i = 0; i < TRIE_COUNT; i++)
		check_order(&resolved->tries[i]);
	for (i = 0; i < 2; i++) {
		check_owners(resolved, &resolved->tries[TRIE_CUSTOMERS4 + i]);
		check_classes(&resolved->tries[TRIE_SETS4 + i],
			      resolved->class_count[i]);
	}
	for (i = 0; i < resolved->interface_count; i++)
		check_interface(resolved, &resolved->interfaces[i]);
	for (i = 0; i < resolved->ruleset_count; i++)
		for (j = 0; j < resolved->rulesets[i].rule_count; j++)
			check_rule(resolved, &resolved->rulesets[i].rules[j]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	const struct system_view system = {
		.local = local,
		.local_count = 1,
		.connected = local,
		.connected_count = 1,
	};
	const struct policy *policy = policy_parse_text(
		arena, diags, "/nowhere/fuzz", (const char *)data, size);
	const struct resolved *resolved;

	if (diag_errors(diags))
		return 0;
	resolved = resolve_policy(arena, diags, policy, &system);
	if (!diag_errors(diags))
		check(resolved);
	return 0;
}
