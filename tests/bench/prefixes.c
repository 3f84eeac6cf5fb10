/* SPDX-License-Identifier: GPL-2.0-only */
/* Random prefixes: see prefixes.h. */
#include <stdlib.h>

#include "prefixes.h"
#include "traffic.h"

/* About six of ten IPv4 routes are /24, four of ten IPv6 ones /48. */
static const uint8_t lengths[2][10] = {
	{ 24, 24, 24, 24, 24, 24, 22, 20, 16, 28 },
	{ 48, 48, 48, 48, 32, 32, 32, 40, 36, 64 },
};

static struct prefix draw(uint8_t family)
{
	struct prefix prefix = {
		.family = family,
		.length = lengths[family == FAMILY_IPV6][any_below(10)],
	};

	for (unsigned int i = 0; i < family_bits(family) / 8; i++)
		prefix.address.bytes[i] = (uint8_t)any_below(256);
	if (family == FAMILY_IPV6) {
		prefix.address.bytes[0] = 0x20;
		prefix.address.bytes[1] &= 15;
	}
	prefix_mask(&prefix);
	return prefix;
}

static int compare(const void *a, const void *b)
{
	return prefix_compare(a, b);
}

size_t sort_prefixes(struct prefix *prefixes, size_t count)
{
	size_t kept = 0;

	qsort(prefixes, count, sizeof(*prefixes), compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare(&prefixes[kept - 1], &prefixes[i]) != 0)
			prefixes[kept++] = prefixes[i];
	return kept;
}

struct prefix *random_prefixes(struct arena *arena, uint8_t family,
			       size_t count)
{
	struct prefix *prefixes = arena_array(arena, count, sizeof(*prefixes));
	size_t kept = 0;

	while (kept < count) {
		while (kept < count)
			prefixes[kept++] = draw(family);
		kept = sort_prefixes(prefixes, count);
	}
	return prefixes;
}
