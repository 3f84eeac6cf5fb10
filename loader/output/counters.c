// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report of `weir counters`. A reason stands as its name; a rule as
 * "filter: text (file:line)", without its place when the policy in force has
 * it no more, and with a row of its own for packets over its limit. Below the
 * total stand what is in no sum: notes, and the states of limits per source.
 */
#include <inttypes.h>

#include "output/counters.h"
#include "output/table.h"

static const char *direction_name(enum direction direction)
{
	return direction == DIRECTION_IN ? "in" : "out";
}

static const char *label(struct arena *arena, const struct counter_row *row,
			 const char *remark)
{
	if (!row->filter)
		return row->reason;
	if (!row->file)
		return arena_printf(arena, "%s: %s (no longer in force)%s",
				    row->filter, row->rule, remark);
	return arena_printf(arena, "%s: %s (%s:%" PRIu32 ")%s", row->filter,
			    row->rule, row->file, row->line, remark);
}

/* The last cell is shown where something is in monitor. */
static void add_line(struct arena *arena, struct table *text,
		     const struct counter_row *row, const char *name,
		     const struct counter *count, uint64_t would_drop)
{
	const char *cells[] = {
		row->interface,
		direction_name(row->direction),
		name,
		number_text(arena, count->packets),
		number_text(arena, count->bytes),
		number_text(arena, would_drop),
	};

	table_row(text, cells);
}

static void add_row(struct arena *arena, struct table *text,
		    const struct counter_row *row)
{
	add_line(arena, text, row,
		 label(arena, row, row->goes_on ? ", goes on" : ""), &row->done,
		 row->would_drop.packets);
	if (row->limited)
		add_line(arena, text, row,
			 label(arena, row, ", over the limit"), &row->over, 0);
}

/* Packets and bytes that monitor let through have a column of their own. */
static void print_rows(struct arena *arena, const struct counter_table *table,
		       FILE *stream)
{
	static const struct table_column columns[] = {
		{ "INTERFACE", false },	     { "DIR", false },
		{ "REASON OR RULE", false }, { "PACKETS", true },
		{ "BYTES", true },	     { "WOULD DROP", true },
	};
	struct table *text = table_new(arena, columns, table->monitor ? 6 : 5);
	const char *total[] = {
		"total",
		"",
		"",
		number_text(arena,
			    table->judged.packets - table->would_drop.packets),
		number_text(arena,
			    table->judged.bytes - table->would_drop.bytes),
		number_text(arena, table->would_drop.packets),
	};

	for (size_t i = 0; i < table->count; i++)
		add_row(arena, text, &table->rows[i]);
	table_row(text, total);
	table_print(text, stream);
}

static void print_notes(struct arena *arena, const struct counter_table *table,
			FILE *stream)
{
	static const struct table_column columns[] = {
		{ "INTERFACE", false }, { "DIR", false },  { "NOTE", false },
		{ "PACKETS", true },	{ "BYTES", true },
	};
	struct table *text = table_new(arena, columns, 5);

	for (size_t i = 0; i < table->note_count; i++) {
		const struct note_row *row = &table->notes[i];
		const char *cells[] = {
			row->interface,
			direction_name(row->direction),
			row->note,
			number_text(arena, row->count.packets),
			number_text(arena, row->count.bytes),
		};

		table_row(text, cells);
	}
	fputc('\n', stream);
	table_print(text, stream);
}

static void print_limits(struct arena *arena, const struct counter_table *table,
			 FILE *stream)
{
	static const struct table_column columns[] = {
		{ "INTERFACE", false },	       { "DIR", false },
		{ "LIMIT PER SOURCE", false }, { "SOURCES", true },
		{ "EVICTED", true },
	};
	struct table *text = table_new(arena, columns, 5);

	for (size_t i = 0; i < table->limit_count; i++) {
		const struct limit_row *row = &table->limits[i];
		const char *cells[] = {
			row->interface,
			direction_name(row->direction),
			row->filter ? arena_printf(arena, "%s: %s", row->filter,
						   row->rule)
				    : "of the interface",
			number_text(arena, row->sources),
			number_text(arena, row->evicted),
		};

		table_row(text, cells);
	}
	fputc('\n', stream);
	table_print(text, stream);
}

void counters_print(struct arena *arena, const struct counter_table *table,
		    FILE *stream)
{
	print_rows(arena, table, stream);
	if (table->note_count)
		print_notes(arena, table, stream);
	if (table->limit_count)
		print_limits(arena, table, stream);
}

/* ---- JSON -------------------------------------------------------------- */

static void set_count(json_t *object, const char *packets, const char *bytes,
		      const struct counter *count)
{
	json_object_set_new(object, packets,
			    json_integer((json_int_t)count->packets));
	json_object_set_new(object, bytes,
			    json_integer((json_int_t)count->bytes));
}

static json_t *json_place(const char *interface, enum direction direction)
{
	return json_pack("{s:o, s:s}", "interface", json_text(interface),
			 "direction", direction_name(direction));
}

static const char *verdict_name(const struct counter_row *row)
{
	if (row->goes_on)
		return NULL;
	return row->verdict == VERDICT_DROP ? "drop" : "pass";
}

static json_t *json_row(const struct counter_row *row)
{
	json_t *line = row->file ? json_integer(row->line) : json_null();
	json_t *object = json_place(row->interface, row->direction);
	json_t *rest = json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "reason",
		json_text(row->reason), "verdict", json_text(verdict_name(row)),
		"filter", json_text(row->filter), "rule", json_text(row->rule),
		"file", json_text(row->file), "line", line, "goes_on",
		row->goes_on);

	json_object_update(object, rest);
	json_decref(rest);
	set_count(object, "packets", "bytes", &row->done);
	set_count(object, "over_packets", "over_bytes", &row->over);
	set_count(object, "would_drop_packets", "would_drop_bytes",
		  &row->would_drop);
	set_count(object, "judged_packets", "judged_bytes", &row->judged);
	return object;
}

static json_t *json_notes(const struct counter_table *table)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < table->note_count; i++) {
		const struct note_row *row = &table->notes[i];

		object = json_place(row->interface, row->direction);
		json_object_set_new(object, "note", json_text(row->note));
		set_count(object, "packets", "bytes", &row->count);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_limits(const struct counter_table *table)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < table->limit_count; i++) {
		const struct limit_row *row = &table->limits[i];

		object = json_place(row->interface, row->direction);
		json_object_set_new(object, "filter", json_text(row->filter));
		json_object_set_new(object, "rule", json_text(row->rule));
		json_object_set_new(object, "sources",
				    json_integer((json_int_t)row->sources));
		json_object_set_new(object, "evicted",
				    json_integer((json_int_t)row->evicted));
		json_array_append_new(list, object);
	}
	return list;
}

json_t *counters_to_json(const struct counter_table *table)
{
	json_t *rows = json_array(), *total = json_object();

	for (size_t i = 0; i < table->count; i++)
		json_array_append_new(rows, json_row(&table->rows[i]));
	set_count(total, "packets", "bytes", &table->judged);
	set_count(total, "would_drop_packets", "would_drop_bytes",
		  &table->would_drop);
	return json_pack("{s:o, s:o, s:o, s:o}", "counters", rows, "notes",
			 json_notes(table), "limits", json_limits(table),
			 "total", total);
}
