/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The addresses of a family cut into segments: stretches of addresses of which
 * the four tries of the family say the same.
 */
#ifndef WEIR_IMAGE_SEGMENTS_H
#define WEIR_IMAGE_SEGMENTS_H

#include "base/intern.h"
#include "private.h"

/* An address as a number; an IPv4 address is the upper 32 bits of it. */
typedef unsigned __int128 address_number;

address_number address_number_of(const uint8_t *bytes, size_t count);

/* The last address of the block of this many leading bits at base. */
static inline address_number block_last(address_number base, unsigned int bits)
{
	return bits < 128 ? base | ~(address_number)0 >> bits : base;
}

/* Up to where the next one starts; the first one starts at 0. */
struct segment {
	address_number start;
	uint32_t facts; /* number */
};

struct segment_list {
	struct segment *segments;
	size_t count;
};

/*
 * tries: of an image; family: 0 for IPv4, 1 for IPv6. facts: numbers of all
 * different struct address_facts, as they are met. Neighbours differ in their
 * facts, the first segment starts at 0.
 */
struct segment_list segments_build(struct arena *arena,
				   const struct image_trie *tries,
				   unsigned int family, struct intern *facts);

#endif
