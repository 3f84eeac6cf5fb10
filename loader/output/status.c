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

/* Limits of the policy that have a state, and the states of single sources. */
static void count_states(const struct kernel_state *state, uint64_t *limits,
			 uint64_t *sources)
{
	*limits = *sources = 0;
	for (size_t i = 0; i < state->limiter_count; i++) {
		*limits += state->limiters[i].slot != SLOT_ANSWERS;
		*sources += state->limiters[i].sources;
	}
}

static bool has_index(const struct kernel_state *state)
{
	return state->header.index_roots[0] || state->header.index_roots[1];
}

static void print_head(const struct kernel_state *state, uint64_t now,
		       FILE *stream)
{
	const struct image_header *header = &state->header;
	const char *user = user_name(header->applied_by);
	struct arena *arena = state->arena;
	uint64_t limits, sources;

	count_states(state, &limits, &sources);
	fprintf(stream, "generation  %" PRIu64 "\n",
		(uint64_t)header->generation);
	fprintf(stream, "applied     %s, %s ago\n",
		utc_time(arena, header->applied_at, "%Y-%m-%d %H:%M:%S UTC"),
		age_text(arena, age_seconds(state, now)));
	fprintf(stream, "by          %s (uid %" PRIu32 ")\n",
		user ? user : "a user without a name",
		(uint32_t)header->applied_by);
	fprintf(stream, "image       %zu bytes, index %s\n",
		state->page_count * PAGE_BYTES,
		has_index(state) ? "on" : "off");
	if (limits)
		fprintf(stream,
			"limits      %" PRIu64 ", %" PRIu64 " sources\n",
			limits, sources);
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

/* What the image says of each interface, in the order of the record. */
static const struct interface_entry *
entries_of(const struct kernel_state *state)
{
	return (const void *)(state->pages +
			      (size_t)state->header.interfaces * PAGE_BYTES);
}

static bool in_monitor(const struct interface_entry *entry)
{
	return entry->flags & INTERFACE_MONITOR;
}

static bool allows_default(const struct interface_entry *entry)
{
	return entry->flags & INTERFACE_ALLOW_DEFAULT;
}

/* NULL: sources are not validated. */
static const char *validation_name(const struct interface_entry *entry)
{
	static const char *const names[] = {
#define VALIDATION(symbol, name, text) name,
#include "validations.def"
#undef VALIDATION
	};

	if (!(entry->checks & CHECK_BIT(SOURCE_VALIDATION)) ||
	    entry->validation >= VALIDATION_COUNT)
		return NULL;
	return names[entry->validation];
}

static const char *validation_text(struct arena *arena,
				   const struct interface_entry *entry)
{
	const char *name = validation_name(entry);

	if (!name)
		return "-";
	return allows_default(entry)
		       ? arena_printf(arena, "%s allow-default", name)
		       : name;
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
		{ "INTERFACE", false },	 { "ROLE", false },
		{ "VALIDATION", false }, { "MONITOR", false },
		{ "POLICY", false },
	};
	struct table *table = table_new(state->arena, columns, 5);
	const struct interface_entry *entries = entries_of(state);
	json_t *interface;
	size_t i;

	json_array_foreach(record_array(record, "interfaces"), i, interface) {
		if (i >= state->header.interface_count)
			break;
		const char *cells[] = {
			record_text(interface, "name"),
			record_text(interface, "role"),
			validation_text(state->arena, &entries[i]),
			in_monitor(&entries[i]) ? "yes" : "no",
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

static json_t *json_interfaces(const struct kernel_state *state, json_t *record)
{
	const struct interface_entry *entries = entries_of(state);
	json_t *list = record_array(record, "interfaces"), *interface;
	size_t i;

	json_array_foreach(list, i, interface) {
		if (i >= state->header.interface_count)
			break;
		json_object_del(interface, "rules");
		json_object_set_new(interface, "source_validation",
				    json_text(validation_name(&entries[i])));
		json_object_set_new(interface, "allow_default",
				    json_boolean(allows_default(&entries[i])));
		json_object_set_new(interface, "monitor",
				    json_boolean(in_monitor(&entries[i])));
	}
	return list;
}

json_t *status_to_json(const struct kernel_state *state, json_t *record,
		       const struct problem_table *problems, uint64_t now)
{
	const struct image_header *header = &state->header;
	uint64_t limits, sources;

	count_states(state, &limits, &sources);
	return json_pack(
		"{s:I, s:s, s:I, s:{s:I, s:o}, s:I, s:b, s:I, s:I, s:o, s:o, "
		"s:O}",
		"generation", (json_int_t)header->generation, "applied_at",
		utc_time(state->arena, header->applied_at,
			 "%Y-%m-%dT%H:%M:%SZ"),
		"age_seconds", (json_int_t)age_seconds(state, now),
		"applied_by", "uid", (json_int_t)header->applied_by, "name",
		json_text(user_name(header->applied_by)), "image_bytes",
		(json_int_t)(state->page_count * PAGE_BYTES), "index",
		has_index(state), "limits", (json_int_t)limits, "limit_sources",
		(json_int_t)sources, "devices", json_devices(state), "problems",
		json_problems(problems), "interfaces",
		json_interfaces(state, record));
}
