// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the CSV form of the IPv4 and IPv6 special-purpose address registries
 * (RFC 6890, RFC 8190) as IANA publishes them.
 *
 * A prefix is bad as a source when its row says False under Source,
 * Forwardable or Globally Reachable; bad as a destination when it says False
 * under Destination, Forwardable or Globally Reachable. "N/A" and the empty
 * cells of deprecated rows say nothing, so they refuse nothing; the row still
 * counts, because a narrower row overrides a wider one in both directions:
 * Teredo is no bogon inside the IETF's own 2001::/23.
 *
 * Multicast is not in the registries: it is never a source (RFC 1122 section
 * 3.2.1.3, RFC 4291 section 2.7), but may well be a destination.
 *
 * Columns are found by their headings. A cell may hold several blocks and
 * footnote marks: "192.0.0.170/32, 192.0.0.171/32", "2002::/16 [3]",
 * "False [1]".
 */
#include "resolve/special_registry.h"

#include <string.h>

#include "resolve/csv.h"

extern const char special_purpose_ipv4[], special_purpose_ipv6[];
extern const uint64_t special_purpose_ipv4_size, special_purpose_ipv6_size;

enum column { BLOCK, SOURCE, DESTINATION, FORWARDABLE, REACHABLE, COLUMNS };

static const char *const headings[COLUMNS] = {
	[BLOCK] = "Address Block",	    [SOURCE] = "Source",
	[DESTINATION] = "Destination",	    [FORWARDABLE] = "Forwardable",
	[REACHABLE] = "Globally Reachable",
};

struct registry {
	struct arena *arena;
	struct diag_list *diags;
	uint32_t file;
	struct csv_record record;
	size_t columns[COLUMNS];
	struct special_rows *rows;
};

static struct span record_span(const struct registry *registry)
{
	uint32_t line = registry->record.line;

	return (struct span){ registry->file, line, 1, line, 2 };
}

static const char *cell_of(const struct registry *registry, enum column column)
{
	return registry->record.cells[registry->columns[column]];
}

static bool find_columns(struct registry *registry)
{
	size_t column, cell;

	for (column = 0; column < COLUMNS; column++) {
		for (cell = 0; cell < registry->record.count; cell++)
			if (strcmp(registry->record.cells[cell],
				   headings[column]) == 0)
				break;
		if (cell == registry->record.count) {
			diag_error(registry->diags, record_span(registry), NULL,
				   "the registry has no column '%s'",
				   headings[column]);
			return false;
		}
		registry->columns[column] = cell;
	}
	return true;
}

/* Length of the text before a footnote mark and the blanks around it. */
static size_t plain_length(const char *text, size_t length)
{
	const char *mark = memchr(text, '[', length);

	if (mark)
		length = (size_t)(mark - text);
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\n'))
		length--;
	return length;
}

static bool says(const char *cell, const char *word)
{
	size_t length = plain_length(cell, strlen(cell));

	return length == strlen(word) && memcmp(cell, word, length) == 0;
}

static bool is_false(const struct registry *registry, enum column column)
{
	const char *cell = cell_of(registry, column);

	if (says(cell, "False"))
		return true;
	if (!says(cell, "True") && !says(cell, "N/A") && !says(cell, ""))
		diag_error(registry->diags, record_span(registry),
			   "True, False, N/A or empty",
			   "'%s' under '%s' is not known", cell,
			   headings[column]);
	return false;
}

static void add_row(struct arena *arena, struct special_rows *rows,
		    const struct special_row *row)
{
	rows->rows = arena_grow(arena, rows->rows, rows->count, &rows->capacity,
				sizeof(*row));
	rows->rows[rows->count++] = *row;
}

static void add_block(struct registry *registry, const char *text,
		      size_t length, struct special_row row)
{
	length = plain_length(text, length);
	if (prefix_parse(text, length, &row.prefix) == PREFIX_OK)
		add_row(registry->arena, registry->rows, &row);
	else
		diag_error(registry->diags, record_span(registry), NULL,
			   "'%.*s' is no address block", (int)length, text);
}

static void add_blocks(struct registry *registry)
{
	bool unreachable =
		is_false(registry, FORWARDABLE) | is_false(registry, REACHABLE);
	struct special_row row = {
		.bad_source = is_false(registry, SOURCE) | unreachable,
		.bad_destination =
			is_false(registry, DESTINATION) | unreachable,
	};
	const char *text = cell_of(registry, BLOCK);
	size_t length;

	for (;;) {
		text += strspn(text, " \n");
		length = strcspn(text, ",");
		add_block(registry, text, length, row);
		if (!text[length])
			return;
		text += length + 1;
	}
}

static bool is_complete(const struct registry *registry)
{
	size_t column;

	for (column = 0; column < COLUMNS; column++)
		if (registry->columns[column] >= registry->record.count) {
			diag_error(registry->diags, record_span(registry), NULL,
				   "the row ends before '%s'",
				   headings[column]);
			return false;
		}
	return true;
}

void special_registry_parse(struct arena *arena, struct diag_list *diags,
			    uint32_t file, const char *text, size_t size,
			    struct special_rows *rows)
{
	struct csv_reader reader = { arena, text, text + size, 1 };
	struct registry registry = {
		.arena = arena, .diags = diags, .file = file, .rows = rows
	};

	csv_read(&reader, &registry.record);
	if (!find_columns(&registry))
		return;
	while (csv_read(&reader, &registry.record) && !diag_full(diags))
		if (is_complete(&registry))
			add_blocks(&registry);
}

static void parse_shipped(struct arena *arena, struct diag_list *diags,
			  const char *name, const char *text, uint64_t size,
			  struct special_rows *rows)
{
	uint32_t file = diag_add_file(diags, name, text, size);

	special_registry_parse(arena, diags, file, text, size, rows);
}

static void add_multicast(struct arena *arena, struct special_rows *rows)
{
	static const struct special_row multicast[] = {
		{ .prefix = { { { 224 } }, 4, FAMILY_IPV4 },
		  .bad_source = true },
		{ .prefix = { { { 0xff } }, 8, FAMILY_IPV6 },
		  .bad_source = true },
	};

	add_row(arena, rows, &multicast[0]);
	add_row(arena, rows, &multicast[1]);
}

struct special_rows special_registry_shipped(struct arena *arena,
					     struct diag_list *diags)
{
	struct special_rows rows = { 0 };

	parse_shipped(arena, diags, "iana-ipv4-special-registry-1.csv",
		      special_purpose_ipv4, special_purpose_ipv4_size, &rows);
	parse_shipped(arena, diags, "iana-ipv6-special-registry-1.csv",
		      special_purpose_ipv6, special_purpose_ipv6_size, &rows);
	add_multicast(arena, &rows);
	return rows;
}
