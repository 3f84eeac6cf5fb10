// SPDX-License-Identifier: GPL-2.0-only
/*
 * "Did you mean": the candidate with the least edit distance.
 *
 * The distance is Damerau's restricted one (optimal string alignment):
 * inserting, deleting or replacing a letter, or exchanging two neighbours,
 * costs 1; case costs nothing. A candidate is near when it differs in at most
 * a third of the letters of the longer word.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

enum { WORD_BYTES = 64 }; /* longer words are like no other */

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Three rows of the matrix are enough: the one before last serves exchanges. */
static unsigned int edit_distance(const char *a, size_t a_length, const char *b,
				  size_t b_length)
{
	unsigned int rows[3][WORD_BYTES + 1];
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned int)j;
	for (i = 1; i <= a_length; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3];
		const unsigned int *before = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (j = 1; j <= b_length; j++) {
			row[j] =
				least(least(above[j], row[j - 1]) + 1,
				      above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

static unsigned int allowed_distance(size_t a, size_t b)
{
	size_t longer = a > b ? a : b;

	return (unsigned int)(longer / 3);
}

const char *diag_nearest(const char *word, const char *const *candidates,
			 size_t count)
{
	size_t length = strlen(word);
	unsigned int best = WORD_BYTES;
	const char *nearest = NULL;
	size_t i;

	if (length > WORD_BYTES)
		return NULL;
	for (i = 0; i < count; i++) {
		size_t other = strlen(candidates[i]);
		unsigned int allowed = allowed_distance(length, other);
		unsigned int distance;

		if (other > WORD_BYTES || length + allowed < other ||
		    other + allowed < length)
			continue;
		distance = edit_distance(word, length, candidates[i], other);
		if (distance <= allowed && distance < best) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
