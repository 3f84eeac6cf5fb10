// SPDX-License-Identifier: GPL-2.0-only
/* The report of `weir status`, as text and as JSON. */
#include <inttypes.h>
#include <pwd.h>
#include <time.h>

#include "output/status.h"
#include "output/table.h"

#define NANOSECONDS 1000000000ull

enum { PROBLEM_INDENT = 4 };

static const char *utc_time(struct arena *arena, uint64_t at,
			    const char *format)
{
	time_t seconds = (time_t)(at / NANOSECONDS);
	char text[64] = "?";
	struct tm broken;

	if (gmtime_r(&seconds, &broken))
		strftime(text, sizeof(text), format, &broken);
	return arena_strdup(arena, text);
}

/* The two largest units: "3 days 4 hours". */
static const char *age_text(struct arena *arena, uint64_t age)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} units[] = { { 86400, "days" },
		      { 3600, "hours" },
		      { 60, "minutes" },
		      { 1, "seconds" } };
	int i = 0;

	while (i < 3 && age < units[i].seconds)
		i++;
	if (i == 3)
		return arena_printf(arena, "%" PRIu64 " seconds", age);
	return arena_printf(arena, "%" PRIu64 " %s %" PRIu64 " %s",
			    age / units[i].seconds, units[i].name,
			    age % units[i].seconds / units[i + 1].seconds,
			    units[i + 1].name);
}

static uint64_t age_seconds(const struct kernel_state *state, uint64_t now)
{
	uint64_t at = state->header.applied_at;

	return now > at ? (now - at) / NANOSECONDS : 0;
}

/* The name of a user that still exists, or NULL. */
static const char *user_name(uint32_t user)
{
	const struct passwd *entry = getpwuid(user);

	return entry ? entry->pw_name : NULL;
}

static void print_head(const struct kernel_state *state, uint64_t now,
		       FILE *stream)
{
	const struct image_header *header = &state->header;
	const char *user = user_name(header->applied_by);
	struct arena *arena = state->arena;

	fprintf(stream, "generation  %" PRIu64 "\n",
		(uint64_t)header->generation);
	fprintf(stream, "applied     %s, %s ago\n",
		utc_time(arena, header->applied_at, "%Y-%m-%d %H:%M:%S UTC"),
		age_text(arena, age_seconds(state, now)));
	fprintf(stream, "by          %s (uid %" PRIu32 ")\n",
		user ? user : "a user without a name",
		(uint32_t)header->applied_by);
	fprintf(stream, "image       %zu bytes\n",
		state->page_count * PAGE_BYTES);
}

static const char *program_text(struct arena *arena, uint32_t program)
{
	return program ? number_text(arena, program) : "-";
}

static void print_devices(const struct kernel_state *state, FILE *stream)
{
	static const struct table_column columns[] = {
		{ "DEVICE", false },	 { "INGRESS", false },
		{ "DISPATCHER", false }, { "XDP PROGRAM", true },
		{ "EGRESS", false },	 { "TC PROGRAM", true },
	};
	struct arena *arena = state->arena;
	struct table *table = table_new(arena, columns, 6);

	for (size_t i = 0; i < state->attachment_count; i++) {
		const struct kernel_attachment *at = &state->attachments[i];
		const char *cells[] = {
			at->device,
			at->ingress,
			at->dispatcher ? "yes" : "no",
			program_text(arena, at->xdp_program),
			at->egress,
			program_text(arena, at->tc_program),
		};

		table_row(table, cells);
	}
	table_print(table, stream);
}

static const char *place_text(struct arena *arena, json_t *object)
{
	return arena_printf(
		arena, "%s:%" JSON_INTEGER_FORMAT, record_text(object, "file"),
		json_integer_value(json_object_get(object, "line")));
}

static void print_interfaces(const struct kernel_state *state, json_t *record,
			     FILE *stream)
{
	static const struct table_column columns[] = {
		{ "INTERFACE", false },
		{ "ROLE", false },
		{ "POLICY", false },
	};
	struct table *table = table_new(state->arena, columns, 3);
	json_t *interface;
	size_t i;

	json_array_foreach(record_array(record, "interfaces"), i, interface) {
		const char *cells[] = {
			record_text(interface, "name"),
			record_text(interface, "role"),
			place_text(state->arena, interface),
		};

		table_row(table, cells);
	}
	table_print(table, stream);
}

/* A paragraph of its own, which is not there when all is well. */
static void print_problems(const struct problem_table *problems, FILE *stream)
{
	if (problems->count)
		fputc('\n', stream);
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem_row *row = &problems->rows[i];
		int column = fprintf(stream, "%s is ", row->device);

		print_wrapped(stream, row->problem, column, PROBLEM_INDENT);
	}
}

void status_print(const struct kernel_state *state, json_t *record,
		  const struct problem_table *problems, uint64_t now,
		  FILE *stream)
{
	print_head(state, now, stream);
	fputc('\n', stream);
	print_devices(state, stream);
	fputc('\n', stream);
	print_interfaces(state, record, stream);
	print_problems(problems, stream);
}

static json_t *json_program(uint32_t program)
{
	return program ? json_integer(program) : json_null();
}

static json_t *json_devices(const struct kernel_state *state)
{
	json_t *devices = json_array();

	for (size_t i = 0; i < state->attachment_count; i++) {
		const struct kernel_attachment *at = &state->attachments[i];

		json_array_append_new(
			devices,
			json_pack("{s:o, s:I, s:s, s:b, s:o, s:s, s:o}",
				  "device", json_text(at->device), "ifindex",
				  (json_int_t)at->ifindex, "ingress",
				  at->ingress, "dispatcher", at->dispatcher,
				  "xdp_program", json_program(at->xdp_program),
				  "egress", at->egress, "tc_program",
				  json_program(at->tc_program)));
	}
	return devices;
}

static json_t *json_problems(const struct problem_table *problems)
{
	json_t *list = json_array();

	for (size_t i = 0; i < problems->count; i++)
		json_array_append_new(
			list, json_pack("{s:o, s:o}", "device",
					json_text(problems->rows[i].device),
					"problem",
					json_text(problems->rows[i].problem)));
	return list;
}

json_t *status_to_json(const struct kernel_state *state, json_t *record,
		       const struct problem_table *problems, uint64_t now)
{
	const struct image_header *header = &state->header;

	return json_pack(
		"{s:I, s:s, s:I, s:{s:I, s:o}, s:I, s:o, s:o, s:O}",
		"generation", (json_int_t)header->generation, "applied_at",
		utc_time(state->arena, header->applied_at,
			 "%Y-%m-%dT%H:%M:%SZ"),
		"age_seconds", (json_int_t)age_seconds(state, now),
		"applied_by", "uid", (json_int_t)header->applied_by, "name",
		json_text(user_name(header->applied_by)), "image_bytes",
		(json_int_t)(state->page_count * PAGE_BYTES), "devices",
		json_devices(state), "problems", json_problems(problems),
		"interfaces", record_array(record, "interfaces"));
}
