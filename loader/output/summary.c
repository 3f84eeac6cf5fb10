// SPDX-License-Identifier: GPL-2.0-only
/* The summary that `weir check` gives: text and JSON. */
#include "output/summary.h"
#include "output/table.h"

static const char *const trie_names[] = {
#define TRIE(symbol, name, family, value) #name,
#include "tries.def"
#undef TRIE
};

const char *trie_name(enum trie trie)
{
	return trie_names[trie];
}

void summarise_policy(const struct resolved *resolved,
		      const struct image *image, struct policy_summary *summary)
{
	summary->interfaces = resolved->interface_count;
	for (size_t i = 0; i < resolved->device_count; i++)
		summary->devices += resolved->devices[i].governed;
	summary->rulesets = resolved->ruleset_count;
	for (size_t i = 0; i < resolved->ruleset_count; i++)
		summary->rules += resolved->rulesets[i].rule_count;
	for (int trie = 0; trie < TRIE_COUNT; trie++)
		summary->prefixes[trie] = resolved->tries[trie].count;
	summary->image_bytes = (size_t)image->page_count * PAGE_BYTES;
}

void summary_print(struct arena *arena, const struct policy_summary *summary,
		   FILE *stream)
{
	static const struct table_column columns[] = {
		{ "TRIE", false },
		{ "PREFIXES", true },
	};
	struct table *table = table_new(arena, columns, 2);

	for (int trie = 0; trie < TRIE_COUNT; trie++) {
		const char *cells[] = {
			trie_name(trie),
			number_text(arena, summary->prefixes[trie]),
		};

		table_row(table, cells);
	}
	fprintf(stream, "interfaces  %zu (devices to attach to: %zu)\n",
		summary->interfaces, summary->devices);
	fprintf(stream, "rules       %zu (rule sets: %zu)\n", summary->rules,
		summary->rulesets);
	fprintf(stream, "image       %zu bytes\n\n", summary->image_bytes);
	table_print(table, stream);
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

void summary_to_json(const struct policy_summary *summary, json_t *object)
{
	json_t *prefixes = json_object();

	set_number(object, "interfaces", summary->interfaces);
	set_number(object, "devices", summary->devices);
	set_number(object, "rules", summary->rules);
	set_number(object, "rule_sets", summary->rulesets);
	set_number(object, "image_bytes", summary->image_bytes);
	for (int trie = 0; trie < TRIE_COUNT; trie++)
		set_number(prefixes, trie_name(trie), summary->prefixes[trie]);
	json_object_set_new(object, "prefixes", prefixes);
}
