// SPDX-License-Identifier: GPL-2.0-only
/* The record of the image in force, read back from the kernel's pages. */
#include <string.h>

#include "diag.h"
#include "output/record.h"

json_t *record_load(const struct kernel_state *state)
{
	size_t length = 0;
	const char *text =
		image_record(state->pages, state->page_count, &length);
	json_t *record = text ? json_loadb(text, length, 0, NULL) : NULL;

	return record ? record : json_object();
}

json_t *record_array(json_t *record, const char *name)
{
	json_t *array = json_object_get(record, name);

	if (!json_is_array(array)) {
		array = json_array();
		json_object_set_new(record, name, array);
	}
	return array;
}

const char *record_text(json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

const char *record_nearest_interface(struct arena *arena, json_t *record,
				     const char *name)
{
	json_t *interfaces = record_array(record, "interfaces");
	size_t count = json_array_size(interfaces);
	const char **names = arena_array(arena, count + 1, sizeof(*names));
	const char *nearest;
	json_t *interface;
	size_t i;

	json_array_foreach(interfaces, i, interface)
		names[i] = record_text(interface, "name");
	nearest = diag_nearest(name, names, count);
	return nearest ? arena_strdup(arena, nearest) : NULL;
}

bool record_has_interface(json_t *record, const char *name)
{
	json_t *interface;
	size_t i;

	json_array_foreach(record_array(record, "interfaces"), i, interface)
		if (!strcmp(record_text(interface, "name"), name))
			return true;
	return false;
}
