// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of table.h. A row is printed line by line: each cell keeps a cursor
 * to what is left of its text, and each line takes from every cell as many
 * words as its column holds, until nothing is left in any.
 *
 * Width is counted in characters of UTF-8. A byte below space, which could
 * tell a terminal to do something, becomes '?'.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "output/table.h"

enum { GAP = 2, WIDEST_WORD = 24, NARROWEST = 8 };

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t column_count;
	const char *(*rows)[MAX_COLUMNS];
	size_t row_count;
	size_t row_capacity;
};

struct table *table_new(struct arena *arena, const struct table_column *columns,
			size_t count)
{
	struct table *table = arena_new_of(arena, struct table);

	table->arena = arena;
	table->columns = columns;
	table->column_count = count < MAX_COLUMNS ? count : MAX_COLUMNS;
	return table;
}

void table_row(struct table *table, const char *const *cells)
{
	table->rows = arena_grow(table->arena, table->rows, table->row_count,
				 &table->row_capacity, sizeof(*table->rows));
	for (size_t c = 0; c < table->column_count; c++)
		table->rows[table->row_count][c] = cells[c] ? cells[c] : "";
	table->row_count++;
}

static bool continues_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static int text_width(const char *text, size_t length)
{
	int width = 0;

	for (size_t i = 0; i < length; i++)
		width += !continues_character(text[i]);
	return width;
}

/* Bytes of text that make up its first `width` characters. */
static size_t bytes_within(const char *text, int width)
{
	size_t i = 0;

	for (; text[i]; i++)
		if (!continues_character(text[i]) && width-- == 0)
			break;
	return i;
}

/*
 * Takes the words that fit `width` from *cursor, or a part of a word that
 * alone is too long. Returns their length in bytes from *start.
 */
static size_t take_line(const char **cursor, int width, const char **start)
{
	size_t fits = bytes_within(*cursor, width);
	size_t length = fits;

	*start = *cursor;
	if ((*cursor)[fits] && (*cursor)[fits] != ' ')
		while (length > 0 && (*cursor)[length - 1] != ' ')
			length--;
	if (length == 0)
		length = fits;
	*cursor += length;
	*cursor += strspn(*cursor, " ");
	while (length > 0 && (*start)[length - 1] == ' ')
		length--;
	return length;
}

static void put_text(FILE *stream, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		fputc(byte < ' ' || byte == 0x7f ? '?' : byte, stream);
	}
}

void print_wrapped(FILE *stream, const char *text, int column, int indent)
{
	const char *start;
	size_t length;

	do {
		length = take_line(&text, LINE_COLUMNS - column, &start);
		put_text(stream, start, length);
		fputc('\n', stream);
		column = indent;
		if (*text)
			fprintf(stream, "%*s", indent, "");
	} while (*text);
}

static int natural_width(const struct table *table, size_t column)
{
	const char *title = table->columns[column].title;
	int widest = text_width(title, strlen(title));

	for (size_t r = 0; r < table->row_count; r++) {
		const char *cell = table->rows[r][column];
		int width = text_width(cell, strlen(cell));

		widest = width > widest ? width : widest;
	}
	return widest;
}

/* The longest word of a column, as far as words are kept whole. */
static int word_width(const struct table *table, size_t column)
{
	int widest = NARROWEST;

	for (size_t r = 0; r < table->row_count; r++)
		for (const char *word = table->rows[r][column]; *word;) {
			size_t length = strcspn(word, " ");
			int width = text_width(word, length);

			widest = width > widest ? width : widest;
			word += length + strspn(word + length, " ");
		}
	return widest < WIDEST_WORD ? widest : WIDEST_WORD;
}

/* Takes one character from the widest column that wraps and is not at least. */
static bool narrow_widest(const struct table *table, int *widths,
			  const int *least)
{
	int *widest = NULL;

	for (size_t c = 0; c < table->column_count; c++)
		if (!table->columns[c].number && widths[c] > least[c] &&
		    (!widest || widths[c] > *widest))
			widest = &widths[c];
	if (widest)
		*widest -= 1;
	return widest != NULL;
}

/* Words stay whole while there is room; then they do not. */
static void fit_widths(const struct table *table, int *widths)
{
	int least[2][MAX_COLUMNS];
	int total = -GAP;

	for (size_t c = 0; c < table->column_count; c++) {
		widths[c] = natural_width(table, c);
		least[0][c] = word_width(table, c);
		least[1][c] = NARROWEST;
		total += widths[c] + GAP;
	}
	for (int pass = 0; pass < 2; pass++)
		while (total > LINE_COLUMNS &&
		       narrow_widest(table, widths, least[pass]))
			total--;
}

/* Blanks are held back until something follows them. */
static void put_cell(FILE *stream, int *blanks, int width, bool number,
		     const char *text, size_t length)
{
	int padding = width - text_width(text, length);

	if (length == 0) {
		*blanks += width;
		return;
	}
	fprintf(stream, "%*s", *blanks + (number ? padding : 0), "");
	put_text(stream, text, length);
	*blanks = number ? 0 : padding;
}

static void print_row(const struct table *table, const int *widths,
		      const char *const *cells, FILE *stream)
{
	const char *cursors[MAX_COLUMNS];
	bool more = true;

	memcpy(cursors, cells, table->column_count * sizeof(cells[0]));
	while (more) {
		int blanks = 0;

		more = false;
		for (size_t c = 0; c < table->column_count; c++) {
			const char *start;
			size_t length =
				take_line(&cursors[c], widths[c], &start);

			put_cell(stream, &blanks, widths[c],
				 table->columns[c].number, start, length);
			blanks += GAP;
			more |= *cursors[c] != 0;
		}
		fputc('\n', stream);
	}
}

void table_print(const struct table *table, FILE *stream)
{
	const char *titles[MAX_COLUMNS] = { NULL };
	int widths[MAX_COLUMNS];

	for (size_t c = 0; c < table->column_count; c++)
		titles[c] = table->columns[c].title;
	fit_widths(table, widths);
	print_row(table, widths, titles, stream);
	for (size_t r = 0; r < table->row_count; r++)
		print_row(table, widths, table->rows[r], stream);
}

const char *number_text(struct arena *arena, uint64_t number)
{
	return arena_printf(arena, "%" PRIu64, number);
}
