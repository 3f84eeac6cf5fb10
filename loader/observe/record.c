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
	int order = strcmp(left->interface, right->interface);

	if (!order)
		order = (int)left->direction - (int)right->direction;
	if (!order)
		order = strcmp(left->filter, right->filter);
	return order ? order : strcmp(left->rule, right->rule);
}

const struct place *places_find(const struct places *places,
				const struct place *name)
{
	if (!places->count)
		return NULL;
	return bsearch(name, places->list, places->count, sizeof(*places->list),
		       compare);
}

static const char *copy(struct arena *arena, const json_t *object,
			const char *member)
{
	return arena_strdup(arena, record_string(object, member));
}

static struct place read_place(struct arena *arena, const json_t *object)
{
	struct place place = {
		.interface = copy(arena, object, "interface"),
		.filter = copy(arena, object, "filter"),
		.rule = copy(arena, object, "rule"),
		.text = copy(arena, object, "text"),
		.file = copy(arena, object, "file"),
		.line = json_integer_value(json_object_get(object, "line")),
	};

	if (!strcmp(record_string(object, "direction"), "out"))
		place.direction = DIRECTION_OUT;
	if (!strcmp(record_string(object, "verdict"), "drop"))
		place.verdict = VERDICT_DROP;
	if (!*place.text)
		place.text = place.rule;
	return place;
}

static void read_list(struct arena *arena, const json_t *list,
		      struct places *places)
{
	const json_t *object;
	size_t i;

	places->count = json_array_size(list);
	places->list =
		arena_array(arena, places->count + 1, sizeof(*places->list));
	json_array_foreach(list, i, object) {
		places->list[i] = read_place(arena, object);
		places->list[i].order = i;
		if (!*places->list[i].interface)
			places->list[i].interface = copy(arena, object, "name");
	}
	qsort(places->list, places->count, sizeof(*places->list), compare);
}

void places_read(struct arena *arena, const json_t *record,
		 struct places *interfaces, struct places *rules)
{
	read_list(arena, json_object_get(record, "interfaces"), interfaces);
	read_list(arena, json_object_get(record, "rules"), rules);
}
