/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arena: memory that is given back all at once.
 *
 * Every compile owns one; stages allocate from it and never free. Memory is
 * zeroed. Running out of memory ends the process with a message and exit
 * code 3: a filter that is already in the kernel is not affected.
 */
#ifndef WEIR_ARENA_H
#define WEIR_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is allowed */

/* size bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* count elements of size bytes; the product is checked for overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of the first length bytes of text, NUL-terminated. */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);

char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Growable array: a pointer, a count and a capacity kept by the caller.
 * arena_grow() returns an array with room for one more element, old elements
 * copied; use it as
 *	list = arena_grow(arena, list, count, &capacity, sizeof(*list));
 */
void *arena_grow(struct arena *arena, void *array, size_t count,
		 size_t *capacity, size_t size);

#define arena_new_of(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
