// SPDX-License-Identifier: GPL-2.0-only
/* Arrays of numbers. */
#include <stdlib.h>

#include "classify/private.h"

void numbers_add(struct arena *arena, struct numbers *numbers, uint32_t number)
{
	if (numbers->count == numbers->capacity)
		numbers->of =
			arena_grow(arena, numbers->of, numbers->count,
				   &numbers->capacity, sizeof(*numbers->of));
	numbers->of[numbers->count++] = number;
}

static int compare_numbers(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

void numbers_sort(struct numbers *numbers)
{
	for (size_t i = 1; i < numbers->count; i++)
		if (numbers->of[i - 1] > numbers->of[i]) {
			qsort(numbers->of, numbers->count, sizeof(*numbers->of),
			      compare_numbers);
			return;
		}
}

uint32_t numbers_intern(struct intern *table, const struct numbers *numbers)
{
	return intern_add(table, numbers->of,
			  numbers->count * sizeof(*numbers->of), NULL);
}

struct numbers numbers_at(const struct intern *table, uint32_t number)
{
	struct interned bytes = intern_at(table, number);
	struct numbers numbers = {
		.of = (uint32_t *)(uintptr_t)bytes.bytes,
		.count = bytes.size / sizeof(uint32_t),
	};

	return numbers;
}
