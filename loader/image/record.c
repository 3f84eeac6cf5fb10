// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record: JSON in the image's last pages that says where interfaces and
 * rules were written, so that what is in force explains itself even when the
 * policy file has changed or gone.
 *
 *	{"interfaces": [{"name", "role", "file", "line"}],
 *	 "rules": [{"interface", "direction", "filter", "rule", "verdict",
 *	            "file", "line"}],
 *	 "owners": [null, "acme", ..., "link eth1"],
 *	 "owner_groups": [[1, 2]],       number owner_count + position
 *	 "sets": [{"name", "prefixes": [...]}]}   named sets but `own`
 *
 * "filter" and "rule" are shortened as in the counters' names and join with
 * them; "text" is there when the rule's full text is longer.
 */
#include <jansson.h>
#include <string.h>

#include "private.h"

static const char *const role_names[] = {
#define ROLE(symbol, name) name,
#include "roles.def"
#undef ROLE
};

static void add_place(json_t *object, const struct diag_list *diags,
		      struct span span)
{
	json_object_set_new(object, "file",
			    json_string(diag_file_name(diags, span.file)));
	json_object_set_new(object, "line", json_integer(span.line));
}

static json_t *record_interfaces(const struct diag_list *diags,
				 const struct resolved *resolved)
{
	json_t *list = json_array();

	for (size_t i = 0; i < resolved->interface_count; i++) {
		const struct resolved_interface *from =
			&resolved->interfaces[i];
		json_t *object = json_pack("{s:s, s:s}", "name", from->text,
					   "role", role_names[from->role]);

		add_place(object, diags, from->span);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *record_rule(const struct diag_list *diags,
			   const struct image_counter *counter,
			   const struct resolved_rule *rule)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s}", "interface",
		counter->name.interface, "direction",
		counter->name.direction == DIRECTION_IN ? "in" : "out",
		"filter", counter->name.filter, "rule", counter->name.rule,
		"verdict", rule->verdict == VERDICT_DROP ? "drop" : "permit");

	if (strcmp(rule->text, counter->name.rule) != 0)
		json_object_set_new(object, "text", json_string(rule->text));
	add_place(object, diags, rule->span);
	return object;
}

/* Counters list interfaces, directions and rules in the order they are here. */
static json_t *record_rules(const struct image *image,
			    const struct diag_list *diags,
			    const struct resolved *resolved)
{
	const struct image_counter *counter = image->counters;
	json_t *list = json_array();

	for (size_t i = 0; i < resolved->interface_count; i++) {
		for (int d = 0; d < DIRECTION_COUNT; d++) {
			uint32_t number = resolved->interfaces[i].ruleset[d];
			const struct resolved_ruleset *rules =
				number ? &resolved->rulesets[number - 1] : NULL;

			counter++; /* the block of reasons */
			for (size_t j = 0; rules && j < rules->rule_count; j++)
				json_array_append_new(
					list, record_rule(diags, counter++,
							  &rules->rules[j]));
		}
	}
	return list;
}

static json_t *record_owners(const struct resolved *resolved)
{
	json_t *list = json_array();

	json_array_append_new(list, json_null());
	for (uint32_t i = 1; i < resolved->owner_count; i++)
		json_array_append_new(list, json_string(resolved->owners[i]));
	return list;
}

static json_t *record_groups(const struct resolved *resolved)
{
	json_t *list = json_array();

	for (size_t i = 0; i < resolved->owner_group_count; i++) {
		json_t *group = json_array();

		for (size_t j = 0; j < resolved->owner_groups[i].count; j++)
			json_array_append_new(
				group,
				json_integer(
					resolved->owner_groups[i].owners[j]));
		json_array_append_new(list, group);
	}
	return list;
}

/* Those that have no trie of their own to be read from. */
static bool is_named_set(const struct named_set *set)
{
	return strcmp(set->name, "own") != 0 &&
	       strcmp(set->name, "bogons") != 0 &&
	       strcmp(set->name, "infrastructure") != 0 &&
	       strncmp(set->name, "customer ", 9) != 0;
}

static json_t *record_sets(const struct resolved *resolved)
{
	json_t *list = json_array();
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < resolved->set_count; i++) {
		const struct named_set *set = &resolved->sets[i];
		json_t *prefixes;

		if (!is_named_set(set))
			continue;
		prefixes = json_array();
		for (size_t j = 0; j < set->count; j++)
			json_array_append_new(
				prefixes, json_string(prefix_format(
						  &set->prefixes[j], text)));
		json_array_append_new(list,
				      json_pack("{s:s, s:o}", "name", set->name,
						"prefixes", prefixes));
	}
	return list;
}

void build_record(struct builder *builder, const struct diag_list *diags,
		  const struct resolved *resolved)
{
	json_t *record = json_pack(
		"{s:o, s:o, s:o, s:o, s:o}", "interfaces",
		record_interfaces(diags, resolved), "rules",
		record_rules(builder->image, diags, resolved), "owners",
		record_owners(resolved), "owner_groups",
		record_groups(resolved), "sets", record_sets(resolved));
	char *text = json_dumps(record, JSON_COMPACT);
	size_t length = text ? strlen(text) : 0;
	uint32_t page = table_add(builder, text, length, 1);
	struct image_header *header = image_header_of(builder->image);

	header->record = page;
	header->record_bytes = (uint32_t)length;
	free(text);
	json_decref(record);
}

const char *image_record(const uint8_t *pages, size_t page_count,
			 size_t *length)
{
	const struct image_header *header = (const void *)pages;

	if (!page_count || header->magic != WEIR_IMAGE_MAGIC ||
	    header->record >= page_count ||
	    header->record_bytes > (page_count - header->record) * PAGE_BYTES)
		return NULL;
	*length = header->record_bytes;
	return (const char *)pages + (size_t)header->record * PAGE_BYTES;
}
