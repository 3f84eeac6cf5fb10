// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of zeroed memory, each twice as large as the one before up to a
 * limit; an allocation is a bump of an offset. What does not fit a quarter
 * of a block gets a block of its own, behind the current one, so that large
 * arrays waste nothing.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ALIGNMENT = _Alignof(max_align_t),
	FIRST_BLOCK = 16 << 10,
	LARGEST_BLOCK = 1 << 20,
	FIRST_ELEMENTS = 8,
	EXIT_NO_MEMORY = 3,
};

struct block {
	struct block *next;
	size_t used;
	size_t size;
	max_align_t bytes[];
};

struct arena {
	struct block *blocks; /* the first is the one being filled */
	size_t next_size;
};

static _Noreturn void out_of_memory(void)
{
	fputs("weir: out of memory\n", stderr);
	exit(EXIT_NO_MEMORY);
}

static struct block *block_new(size_t size)
{
	struct block *block = NULL;

	if (size <= SIZE_MAX - sizeof(*block))
		block = calloc(1, sizeof(*block) + size);
	if (!block)
		out_of_memory();
	block->size = size;
	return block;
}

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		out_of_memory();
	arena->next_size = FIRST_BLOCK;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->blocks) {
		struct block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	free(arena);
}

static void *own_block(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);

	block->used = size;
	if (arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		arena->blocks = block;
	}
	return block->bytes;
}

static void new_block(struct arena *arena)
{
	struct block *block = block_new(arena->next_size);

	block->next = arena->blocks;
	arena->blocks = block;
	if (arena->next_size < LARGEST_BLOCK)
		arena->next_size *= 2;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX - ALIGNMENT)
		out_of_memory();
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!block || block->size - block->used < size) {
		if (size > arena->next_size / 4)
			return own_block(arena, size);
		new_block(arena);
		block = arena->blocks;
	}
	memory = (char *)block->bytes + block->used;
	block->used += size;
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	return arena_alloc(arena, bytes);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		out_of_memory();
	copy = arena_alloc(arena, length + 1);
	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		out_of_memory();

	text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void *arena_grow(struct arena *arena, void *array, size_t count,
		 size_t *capacity, size_t size)
{
	void *larger;

	if (count < *capacity)
		return array;
	if (count > SIZE_MAX / 2)
		out_of_memory();
	*capacity = count ? 2 * count : FIRST_ELEMENTS;
	larger = arena_array(arena, *capacity, size);
	if (count)
		memcpy(larger, array, count * size);
	return larger;
}
