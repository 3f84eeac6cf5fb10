// SPDX-License-Identifier: GPL-2.0-only
/*
 * One pass over the text: a cell ends at a comma or at a line end, except
 * between quotes. LF and CR LF end a line.
 */
#include "resolve/csv.h"

#include "base/arena.h"

/* Bytes up to the closing quote, which is skipped; "" stands for one. */
static size_t read_quoted(struct csv_reader *reader, char *cell)
{
	size_t length = 0;

	for (reader->at++; reader->at < reader->end; reader->at++) {
		if (*reader->at == '"') {
			reader->at++;
			if (reader->at == reader->end || *reader->at != '"')
				break;
		}
		reader->line += *reader->at == '\n';
		cell[length++] = *reader->at;
	}
	return length;
}

static bool ends_cell(const struct csv_reader *reader)
{
	return reader->at == reader->end || *reader->at == ',' ||
	       *reader->at == '\n';
}

static size_t cell_room(const struct csv_reader *reader)
{
	const char *at = reader->at;
	bool quoted = false;

	while (at < reader->end && (quoted || (*at != ',' && *at != '\n')))
		quoted ^= *at++ == '"';
	return (size_t)(at - reader->at);
}

static const char *read_cell(struct csv_reader *reader)
{
	char *cell = arena_alloc(reader->arena, cell_room(reader) + 1);
	size_t length = 0;

	if (reader->at < reader->end && *reader->at == '"')
		length = read_quoted(reader, cell);
	while (!ends_cell(reader))
		cell[length++] = *reader->at++;
	if (length && cell[length - 1] == '\r')
		length--;
	cell[length] = 0;
	return cell;
}

bool csv_read(struct csv_reader *reader, struct csv_record *record)
{
	const char *cell;

	record->count = 0;
	record->line = reader->line;
	if (reader->at == reader->end)
		return false;
	for (;;) {
		cell = read_cell(reader);
		if (record->count < CSV_CELLS)
			record->cells[record->count++] = cell;
		if (reader->at == reader->end)
			return true;
		if (*reader->at++ == '\n')
			break;
	}
	reader->line++;
	return true;
}
