// SPDX-License-Identifier: GPL-2.0-only
/*
 * An edit of a trie of the image in force: all leaves of the index that say
 * something of an address under the prefix become CONSULT, and the tries are
 * asked for it. A leaf that says more than the prefix loses nothing but speed.
 *
 * The pages are those that packets read meanwhile. Every store is one aligned
 * word, so that a packet meets the old entry or the new one; what a replaced
 * entry led to stays as it is for packets that are on their way in it.
 */
#include "segments.h"

struct marking {
	uint8_t *pages;
	bool four;
	address_number first; /* of the prefix */
	address_number last;
};

static void mark_entry(const struct marking *marking, uint32_t *entry,
		       address_number first, address_number last);

/* ---- what an entry leads to -------------------------------------------- */

/* Those entries of 2^bits parts of a block that the prefix touches. */
static void mark_parts(const struct marking *marking, uint32_t *entries,
		       unsigned int bits, address_number base,
		       unsigned int block_bits)
{
	unsigned int part_bits = block_bits + bits, shift = 128 - part_bits;
	address_number last = block_last(base, block_bits);
	address_number from = marking->first > base ? marking->first : base;
	address_number to = marking->last < last ? marking->last : last;

	for (uint32_t i = (uint32_t)((from - base) >> shift);
	     i <= (uint32_t)((to - base) >> shift); i++) {
		address_number first = base | (address_number)i << shift;

		mark_entry(marking, &entries[i], first,
			   block_last(first, part_bits));
	}
}

static void mark_node(const struct marking *marking, uint32_t entry,
		      address_number base)
{
	uint8_t *page =
		marking->pages + (size_t)(entry & INDEX_NODE_PAGE) * PAGE_BYTES;

	mark_parts(marking, (uint32_t *)(void *)page, 8, base,
		   (entry >> 26 & 15) * 8);
}

static void mark_line4(const struct marking *marking, struct index_line4 *line,
		       address_number first, address_number last)
{
	for (int i = 0; i < INDEX_LINE4_ENTRIES; i++) {
		address_number end = last;

		if (i < INDEX_LINE4_ENTRIES - 1)
			end = ((address_number)line->starts[i] << 96) - 1;
		mark_entry(marking, &line->entries[i], first, end);
		first = end + 1;
	}
}

static void mark_line6(const struct marking *marking, struct index_line6 *line,
		       address_number first, address_number last)
{
	for (int i = 0; i < INDEX_LINE6_ENTRIES; i++) {
		address_number end = last;

		if (i < INDEX_LINE6_ENTRIES - 1)
			end = ((address_number)line->starts[i][0] << 64 |
			       line->starts[i][1]) -
			      1;
		mark_entry(marking, &line->entries[i], first, end);
		first = end + 1;
	}
}

static void mark_line(const struct marking *marking, uint32_t entry,
		      address_number first, address_number last)
{
	uint32_t line = entry & ~INDEX_KIND;
	void *bytes = marking->pages + (size_t)(line >> 4) * PAGE_BYTES +
		      (size_t)(line & 15) * INDEX_LINE_BYTES;

	if (marking->four)
		mark_line4(marking, bytes, first, last);
	else
		mark_line6(marking, bytes, first, last);
}

/* ---- entries ----------------------------------------------------------- */

/* An entry for the addresses from first to last. */
static void mark_entry(const struct marking *marking, uint32_t *entry,
		       address_number first, address_number last)
{
	uint32_t kind = *entry & INDEX_KIND;

	if (last < marking->first || first > marking->last)
		return;
	if (!kind || (first >= marking->first && last <= marking->last))
		__atomic_store_n(entry, INDEX_CONSULT, __ATOMIC_RELEASE);
	else if (kind == INDEX_NODE)
		mark_node(marking, *entry, first);
	else
		mark_line(marking, *entry, first, last);
}

void image_consult(uint8_t *pages, enum trie trie, const struct prefix *prefix)
{
	struct image_header *header = (void *)pages;
	bool four = prefix->family == FAMILY_IPV4;
	uint32_t root = header->index_roots[!four];
	struct marking marking = { .pages = pages, .four = four };

	__atomic_store_n(&header->tries, header->tries | 1u << trie,
			 __ATOMIC_RELEASE);
	if (!root)
		return;
	marking.first = address_number_of(prefix->address.bytes, four ? 4 : 16);
	marking.last = block_last(marking.first, prefix->length);
	mark_parts(&marking,
		   (uint32_t *)(void *)(pages + (size_t)root * PAGE_BYTES), 16,
		   0, 0);
}
