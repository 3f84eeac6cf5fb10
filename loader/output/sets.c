// SPDX-License-Identifier: GPL-2.0-only
/* The reports of `weir set list`. */
#include <string.h>

#include "diag.h"
#include "output/sets.h"
#include "output/table.h"

struct set_size {
	const char *name;
	uint64_t ipv4;
	uint64_t ipv6;
	size_t next; /* the first row behind the set's */
};

/* The size of the set whose rows start at first. */
static struct set_size measure(const struct set_table *table, size_t first)
{
	const struct set_row *rows = table->rows;
	struct set_size size = { rows[first].set, 0, 0, first };

	for (; size.next < table->count; size.next++) {
		if (strcmp(rows[size.next].set, size.name) != 0)
			break;
		if (rows[size.next].prefix.family == FAMILY_IPV4)
			size.ipv4++;
		else
			size.ipv6++;
	}
	return size;
}

void set_sizes_print(struct arena *arena, const struct set_table *table,
		     FILE *stream)
{
	static const struct table_column columns[] = {
		{ "SET", false },
		{ "IPV4 PREFIXES", true },
		{ "IPV6 PREFIXES", true },
	};
	struct table *text = table_new(arena, columns, 3);

	for (size_t i = 0; i < table->count;) {
		struct set_size size = measure(table, i);
		const char *cells[] = {
			size.name,
			number_text(arena, size.ipv4),
			number_text(arena, size.ipv6),
		};

		table_row(text, cells);
		i = size.next;
	}
	table_print(text, stream);
}

json_t *set_sizes_to_json(const struct set_table *table)
{
	json_t *sets = json_array();

	for (size_t i = 0; i < table->count;) {
		struct set_size size = measure(table, i);

		json_array_append_new(sets,
				      json_pack("{s:o, s:I, s:I}", "name",
						json_text(size.name), "ipv4",
						(json_int_t)size.ipv4, "ipv6",
						(json_int_t)size.ipv6));
		i = size.next;
	}
	return json_pack("{s:o}", "sets", sets);
}

bool set_exists(const struct set_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].set, name))
			return true;
	return false;
}

/* "customer acme" is looked for as "acme" too. */
const char *set_nearest(struct arena *arena, const struct set_table *table,
			const char *name)
{
	size_t most = 2 * table->count + 1, count = 0;
	const char **names = arena_array(arena, most, sizeof(*names));
	const char **sets = arena_array(arena, most, sizeof(*sets));
	const char *nearest, *space;

	for (size_t i = 0; i < table->count; i = measure(table, i).next) {
		sets[count] = names[count] = table->rows[i].set;
		space = strchr(names[count++], ' ');
		if (!space)
			continue;
		sets[count] = table->rows[i].set;
		names[count++] = space + 1;
	}
	nearest = diag_nearest(name, names, count);
	for (size_t i = 0; nearest && i < count; i++)
		if (names[i] == nearest)
			return sets[i];
	return NULL;
}

void set_prefixes_print(const struct set_table *table, const char *name,
			FILE *stream)
{
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].set, name))
			fprintf(stream, "%s\n",
				prefix_format(&table->rows[i].prefix, text));
}

json_t *set_prefixes_to_json(const struct set_table *table, const char *name)
{
	json_t *prefixes = json_array();
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].set, name))
			json_array_append_new(
				prefixes,
				json_string(prefix_format(
					&table->rows[i].prefix, text)));
	return json_pack("{s:o, s:o}", "name", json_text(name), "prefixes",
			 prefixes);
}
