// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report of `weir counters`. A reason stands as its name; a rule as
 * "filter: text (file:line)", without its place when the policy in force has
 * it no more.
 */
#include <inttypes.h>

#include "output/counters.h"
#include "output/table.h"

static const char *direction_name(enum direction direction)
{
	return direction == DIRECTION_IN ? "in" : "out";
}

static const char *label(struct arena *arena, const struct counter_row *row)
{
	if (!row->filter)
		return row->reason;
	if (!row->file)
		return arena_printf(arena, "%s: %s (no longer in force)",
				    row->filter, row->rule);
	return arena_printf(arena, "%s: %s (%s:%" PRIu32 ")", row->filter,
			    row->rule, row->file, row->line);
}

static void add_row(struct arena *arena, struct table *text,
		    const struct counter_row *row)
{
	const char *cells[] = {
		row->interface,
		direction_name(row->direction),
		label(arena, row),
		number_text(arena, row->packets),
		number_text(arena, row->bytes),
	};

	table_row(text, cells);
}

void counters_print(struct arena *arena, const struct counter_table *table,
		    FILE *stream)
{
	static const struct table_column columns[] = {
		{ "INTERFACE", false },	     { "DIR", false },
		{ "REASON OR RULE", false }, { "PACKETS", true },
		{ "BYTES", true },
	};
	struct table *text = table_new(arena, columns, 5);
	const char *total[] = {
		"total",
		"",
		"",
		number_text(arena, table->packets),
		number_text(arena, table->bytes),
	};

	for (size_t i = 0; i < table->count; i++)
		add_row(arena, text, &table->rows[i]);
	table_row(text, total);
	table_print(text, stream);
}

static json_t *json_row(const struct counter_row *row)
{
	json_t *line = row->file ? json_integer(row->line) : json_null();

	return json_pack(
		"{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I}",
		"interface", json_text(row->interface), "direction",
		direction_name(row->direction), "reason", row->reason,
		"verdict", row->verdict == VERDICT_DROP ? "drop" : "pass",
		"filter", json_text(row->filter), "rule", json_text(row->rule),
		"file", json_text(row->file), "line", line, "packets",
		(json_int_t)row->packets, "bytes", (json_int_t)row->bytes);
}

json_t *counters_to_json(const struct counter_table *table)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < table->count; i++)
		json_array_append_new(rows, json_row(&table->rows[i]));
	return json_pack("{s:o, s:{s:I, s:I}}", "counters", rows, "total",
			 "packets", (json_int_t)table->packets, "bytes",
			 (json_int_t)table->bytes);
}
