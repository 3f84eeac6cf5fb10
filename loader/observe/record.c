// SPDX-License-Identifier: GPL-2.0-only
/* The image's record: where the interfaces and rules in force were written. */
#include "private.h"

#include <errno.h>
#include <string.h>

json_t *record_parse(const struct kernel_state *state,
		     struct kernel_error *error)
{
	size_t length = 0;
	const char *text =
		image_record(state->pages, state->page_count, &length);
	json_t *record = text ? json_loadb(text, length, 0, NULL) : NULL;

	if (!json_is_object(record)) {
		json_decref(record);
		record = NULL;
		snprintf(error->text, sizeof(error->text),
			 "the record in the image in force is damaged");
		snprintf(error->hint, sizeof(error->hint),
			 "apply the policy again");
	}
	return record;
}

const char *record_string(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

static int compare(const void *a, const void *b)
{
	const struct place *left = a, *right = b;
	int order = strcmp(left->filter, right->filter);

	return order ? order : strcmp(left->name, right->name);
}

static const struct place *find(const struct places *places, const char *filter,
				const char *name)
{
	const struct place key = { .filter = filter, .name = name };

	if (!places->count)
		return NULL;
	return bsearch(&key, places->list, places->count, sizeof(key), compare);
}

const struct place *places_interface(const struct record_places *places,
				     const char *name)
{
	return find(&places->interfaces, "", name);
}

const struct place *places_rule(const struct record_places *places,
				const struct place *interface,
				enum direction direction, const char *filter,
				const char *rule)
{
	uint32_t number = interface ? interface->rulesets[direction] : 0;

	if (!number || number > places->ruleset_count)
		return NULL;
	return find(&places->rulesets[number - 1], filter, rule);
}

static const char *copy(struct arena *arena, const json_t *object,
			const char *member)
{
	return arena_strdup(arena, record_string(object, member));
}

static struct place read_place(struct arena *arena, const json_t *object,
			       const char *name)
{
	const json_t *rules = json_object_get(object, "rules");
	struct place place = {
		.filter = copy(arena, object, "filter"),
		.name = copy(arena, object, name),
		.text = copy(arena, object, "text"),
		.file = copy(arena, object, "file"),
		.line = json_integer_value(json_object_get(object, "line")),
	};
	int i;

	for (i = 0; i < DIRECTION_COUNT; i++)
		place.rulesets[i] =
			json_integer_value(json_array_get(rules, i));
	if (!*place.text)
		place.text = place.name;
	return place;
}

/* name: the member that has the name. */
static void read_list(struct arena *arena, const json_t *list, const char *name,
		      struct places *places)
{
	const json_t *object;
	size_t i;

	places->count = json_array_size(list);
	places->list =
		arena_array(arena, places->count + 1, sizeof(*places->list));
	json_array_foreach(list, i, object) {
		places->list[i] = read_place(arena, object, name);
		places->list[i].order = i;
	}
	qsort(places->list, places->count, sizeof(*places->list), compare);
}

void places_read(struct arena *arena, const json_t *record,
		 struct record_places *places)
{
	const json_t *rulesets = json_object_get(record, "rulesets"), *list;
	size_t i;

	read_list(arena, json_object_get(record, "interfaces"), "name",
		  &places->interfaces);
	places->ruleset_count = json_array_size(rulesets);
	places->rulesets = arena_array(arena, places->ruleset_count + 1,
				       sizeof(*places->rulesets));
	json_array_foreach(rulesets, i, list)
		read_list(arena, list, "rule", &places->rulesets[i]);
}
