/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Equal byte strings get one number, counted from 0 in order of appearance.
 * The bytes of each number are kept, so a number can be turned back.
 */
#ifndef WEIR_INTERN_H
#define WEIR_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct intern;

struct interned {
	const void *bytes; /* aligned for any type */
	size_t size;
};

struct intern *intern_new(struct arena *arena);

/* The number of these bytes; *added tells whether it is new (may be NULL). */
uint32_t intern_add(struct intern *table, const void *bytes, size_t size,
		    bool *added);

/* False when the bytes have no number. */
bool intern_find(const struct intern *table, const void *bytes, size_t size,
		 uint32_t *number);

uint32_t intern_count(const struct intern *table);
struct interned intern_at(const struct intern *table, uint32_t number);

#endif
