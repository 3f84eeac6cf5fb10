// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash tables of the image: two buckets of four cells for each key (cuckoo
 * hashing, Pagh and Rodler, 2004). A key goes where there is room, its first
 * bucket before its second one; when both are full it takes the cell of
 * another key, and that one goes to its other bucket, and so on.
 *
 * With a bucket for each key, about one key in fifty is not in its first
 * bucket, so that one access to memory mostly is the whole look-up.
 */
#include <string.h>

#include "private.h"

enum { MOST_MOVES = 500 };

size_t cells_buckets(size_t keys)
{
	size_t buckets = 1;

	while (buckets < keys)
		buckets *= 2;
	return buckets;
}

static struct hash_cell *bucket_of(const struct cells *cells,
				   const struct hash_cell *cell, bool second)
{
	uint32_t b = second ? ~cell->key[1] : cell->key[1];
	size_t bucket = weir_hash(cell->key[0] + cells->seed, b) & cells->mask;

	return cells->cells + bucket * BUCKET_CELLS;
}

/* `spilled` belongs to the bucket: keys come and go without it. */
static void set_cell(struct hash_cell *to, const struct hash_cell *from)
{
	memcpy(to->key, from->key, sizeof(to->key));
	to->value = from->value;
}

static bool put(struct hash_cell *bucket, const struct hash_cell *cell)
{
	for (int i = 0; i < BUCKET_CELLS; i++) {
		if (bucket[i].value)
			continue;
		set_cell(&bucket[i], cell);
		return true;
	}
	return false;
}

bool cells_put(const struct cells *cells, uint32_t a, uint32_t b,
	       uint32_t value)
{
	struct hash_cell cell = { .key = { a, b }, .value = value }, moved;
	struct hash_cell *first, *second, *victim;

	for (int move = 0; move < MOST_MOVES; move++) {
		first = bucket_of(cells, &cell, false);
		if (put(first, &cell))
			return true;
		second = bucket_of(cells, &cell, true);
		first->spilled = 1;
		if (put(second, &cell))
			return true;
		victim = &second[move % BUCKET_CELLS];
		moved = *victim;
		set_cell(victim, &cell);
		cell = moved;
	}
	return false;
}
