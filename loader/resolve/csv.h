/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Comma-separated values, RFC 4180: a cell in double quotes may hold commas,
 * line ends, and quotes written twice.
 */
#ifndef WEIR_RESOLVE_CSV_H
#define WEIR_RESOLVE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { CSV_CELLS = 16 };

struct csv_reader {
	struct arena *arena;
	const char *at;
	const char *end;
	uint32_t line; /* where the next record starts */
};

struct csv_record {
	const char *cells[CSV_CELLS]; /* unquoted; further ones are dropped */
	size_t count;
	uint32_t line;
};

/* False at the end of the text. */
bool csv_read(struct csv_reader *reader, struct csv_record *record);

#endif
