/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text tables that fit a terminal of 80 columns.
 *
 * Columns are as wide as their contents; when that is too wide, the widest
 * column that may wrap gives way, and its cells go on below themselves.
 */
#ifndef WEIR_TABLE_H
#define WEIR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;
struct table;

enum { LINE_COLUMNS = 80, MAX_COLUMNS = 8 };

struct table_column {
	const char *title;
	bool number; /* aligned right, never wrapped */
};

struct table *table_new(struct arena *arena, const struct table_column *columns,
			size_t count);

/* One cell for each column; the strings stay the caller's. NULL is empty. */
void table_row(struct table *table, const char *const *cells);
void table_print(const struct table *table, FILE *stream);

/*
 * Text wrapped at white space: it starts where the stream stands, at column,
 * and goes on at indent. Bytes that are no text are shown as '?'.
 */
void print_wrapped(FILE *stream, const char *text, int column, int indent);

const char *number_text(struct arena *arena, uint64_t number);

#endif
