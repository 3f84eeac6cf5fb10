/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Diagnostics: a queue of errors, warnings and notes, each with its place.
 *
 * Every stage that reads foreign text adds to the queue and goes on as long as
 * that makes sense, so one run shows several errors. The caller decides by
 * diag_errors() whether to go on to the next stage, and prints the queue:
 *
 *	edge.weir:12:14: error: prefix 192.0.2.1/24 has host bits set
 *	    set noc { 192.0.2.1/24; }
 *	              ^~~~~~~~~~~~
 *	    hint: write 192.0.2.0/24, or 192.0.2.1 for the one address
 */
#ifndef WEIR_DIAG_H
#define WEIR_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;
struct diag_list;

/*
 * A stretch of text. Lines and columns count from 1, columns in bytes;
 * end_column is the column after the last byte. file 0: no place.
 */
struct span {
	uint32_t file;
	uint32_t line;
	uint32_t column;
	uint32_t end_line;
	uint32_t end_column;
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

struct diagnostic {
	enum severity severity;
	struct span span;
	const char *message;
	const char *hint; /* NULL: none */
};

struct diag_list *diag_new(struct arena *arena);

/*
 * Registers a text that spans can point into; text stays the caller's and
 * must outlive the list. Returns its number, from 1. name is what the user
 * called the file and is copied.
 */
uint32_t diag_add_file(struct diag_list *list, const char *name,
		       const char *text, size_t size);
const char *diag_file_name(const struct diag_list *list, uint32_t file);

/* hint may be NULL. A note belongs to the diagnostic added before it. */
void diag_error(struct diag_list *list, struct span span, const char *hint,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_warning(struct diag_list *list, struct span span, const char *hint,
		  const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diag_list *list, struct span span, const char *format,
	       ...) __attribute__((format(printf, 3, 4)));

/* A string for a hint, in the list's own memory. */
const char *diag_hint(struct diag_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The candidate nearest to word by edit distance, or NULL when none is near:
 * for "did you mean".
 */
const char *diag_nearest(const char *word, const char *const *candidates,
			 size_t count);

size_t diag_errors(const struct diag_list *list);
size_t diag_count(const struct diag_list *list);
const struct diagnostic *diag_at(const struct diag_list *list, size_t index);

/*
 * True once so many errors are queued (20) that further ones only bury the
 * first; later errors are counted, not kept.
 */
bool diag_full(const struct diag_list *list);

/*
 * Prints all, in the order they were added, source line and caret below each;
 * lines longer than 80 columns are cut around the caret, tabs become spaces,
 * bytes that are not printable become '?'.
 */
void diag_print(const struct diag_list *list, FILE *stream);

#endif
