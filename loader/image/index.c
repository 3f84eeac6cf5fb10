// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments -> the index: for each family a tree of 8-bit nodes under a root of
 * 16 bits (a multibit trie; the formats are in abi.h).
 *
 * Most blocks of addresses are cut into a few segments only, and a node of 256
 * entries for each of them would be a kilobyte for a prefix. So a block of few
 * segments is a line: the segments' first addresses, sorted, in the 64 bytes
 * that the processor fetches at once. IPv4 has eight entries in a line, IPv6
 * four, and there lines may lead to lines, so that they serve up to sixteen
 * segments.
 *
 * In IPv6 all that differs within a block often lies in one small block deep
 * inside. Instead of a chain of nodes that decide nothing, a line then leads
 * to the node of the small block, over as many bytes as there are between.
 *
 * Nodes are not shared, although equal ones could be: where blocks are alike
 * they mostly have few segments, and so are lines already. It lets one entry
 * be marked CONSULT without a word about any other address.
 *
 * Work is in proportion to the segments and nodes. Pages are made in chunks
 * that stay where they are, and are copied into the image at the end.
 */
#include <string.h>

#include "base/cleanup.h"
#include "segments.h"

enum {
	ROOT_BITS = 16,
	ROOT_PAGES = INDEX_ROOT_ENTRIES * 4 / PAGE_BYTES,
	CHUNK_PAGES = 1024,
	LINES_IN_PAGE = PAGE_BYTES / INDEX_LINE_BYTES,
	LINE6_SEGMENTS = INDEX_LINE6_ENTRIES * INDEX_LINE6_ENTRIES,
	LEAST_SKIP = 16, /* bits; a line for less would save no node */
};

struct index_builder {
	struct arena *arena; /* scratch */
	uint8_t **chunks;
	size_t chunk_count;
	size_t chunk_capacity;
	uint32_t first_page; /* number in the image of page 0 here */
	uint32_t page_count;
	uint32_t line_page; /* the page being filled with lines */
	uint32_t lines;	    /* used in it */
};

/* The segments of one family. */
struct family {
	struct index_builder *index;
	const struct segment *segments;
	unsigned int bits; /* 32 or 128 */
};

/*
 * The segments of a block: [low, high). The first of them may begin before the
 * block, and the last one end behind it.
 */
struct block {
	address_number base;
	unsigned int bits;
	size_t low;
	size_t high;
};

/* ---- pages ------------------------------------------------------------- */

static void *page_at(const struct index_builder *index, uint32_t page)
{
	return index->chunks[page / CHUNK_PAGES] +
	       (size_t)(page % CHUNK_PAGES) * PAGE_BYTES;
}

/* The first of count new pages; they are adjacent when they fit a chunk. */
static uint32_t add_pages(struct index_builder *index, uint32_t count)
{
	uint32_t first = index->page_count;

	index->page_count += count;
	while (index->chunk_count * CHUNK_PAGES < index->page_count) {
		index->chunks = arena_grow(
			index->arena, index->chunks, index->chunk_count,
			&index->chunk_capacity, sizeof(*index->chunks));
		index->chunks[index->chunk_count++] =
			arena_array(index->arena, CHUNK_PAGES, PAGE_BYTES);
	}
	return first;
}

/* A new line; reference gets the entry that leads to it. */
static void *add_line(struct index_builder *index, uint32_t *reference)
{
	uint32_t line = index->lines++ % LINES_IN_PAGE;

	if (!line)
		index->line_page = add_pages(index, 1);
	*reference =
		INDEX_LINE | (index->first_page + index->line_page) << 4 | line;
	return (uint8_t *)page_at(index, index->line_page) +
	       line * INDEX_LINE_BYTES;
}

/* ---- lines ------------------------------------------------------------- */

static uint32_t line4(const struct family *family, const struct block *block)
{
	size_t count = block->high - block->low;
	uint32_t reference;
	struct index_line4 *line = add_line(family->index, &reference);

	for (size_t i = 0; i < INDEX_LINE4_ENTRIES; i++) {
		const struct segment *segment =
			&family->segments[block->low +
					  (i < count ? i : count - 1)];

		line->entries[i] = segment->facts;
		if (i)
			line->starts[i - 1] = (uint32_t)(segment->start >> 96);
	}
	return reference;
}

/* A line of count entries, two at least; starts[0] is not asked. */
static uint32_t line6(const struct family *family, const address_number *starts,
		      const uint32_t *entries, size_t count)
{
	uint32_t reference;
	struct index_line6 *line = add_line(family->index, &reference);

	for (size_t i = 0; i < INDEX_LINE6_ENTRIES; i++) {
		size_t from = i < count ? i : count - 1;

		line->entries[i] = entries[from];
		if (!i)
			continue;
		line->starts[i - 1][0] = (uint64_t)(starts[from] >> 64);
		line->starts[i - 1][1] = (uint64_t)starts[from];
	}
	return reference;
}

/* Up to sixteen segments: a line, or a line of lines. */
static uint32_t lines6(const struct family *family, size_t low, size_t high)
{
	address_number starts[INDEX_LINE6_ENTRIES];
	uint32_t entries[INDEX_LINE6_ENTRIES];
	size_t group =
		high - low > INDEX_LINE6_ENTRIES ? INDEX_LINE6_ENTRIES : 1;
	size_t count = 0;

	if (high - low == 1)
		return family->segments[low].facts;
	for (; low < high; low += group, count++) {
		size_t end = low + group < high ? low + group : high;

		starts[count] = family->segments[low].start;
		entries[count] = lines6(family, low, end);
	}
	return line6(family, starts, entries, count);
}

/* ---- nodes ------------------------------------------------------------- */

static uint32_t reference_to(const struct family *family,
			     const struct block *block);

/* Entries of a node or the root: the block in 2^bits parts. */
static void fill_entries(const struct family *family, const struct block *block,
			 unsigned int bits, uint32_t *entries)
{
	const struct segment *segments = family->segments;
	struct block part = { .bits = block->bits + bits, .low = block->low };

	for (uint32_t i = 0; i < 1u << bits; i++) {
		address_number last;

		part.base = block->base | (address_number)i
						  << (128 - part.bits);
		last = block_last(part.base, part.bits);
		if (part.low + 1 < block->high &&
		    segments[part.low + 1].start == part.base)
			part.low++;
		part.high = part.low + 1;
		while (part.high < block->high &&
		       segments[part.high].start <= last)
			part.high++;
		entries[i] = reference_to(family, &part);
		part.low = part.high - 1;
	}
}

static uint32_t node(const struct family *family, const struct block *block)
{
	struct index_builder *index = family->index;
	uint32_t page = add_pages(index, 1);

	fill_entries(family, block, 8, page_at(index, page));
	return INDEX_NODE | block->bits / 8 << 26 | (index->first_page + page);
}

/* The smallest block of whole bytes that all boundaries of a block are in. */
static struct block inner_block(const struct family *family,
				const struct block *block)
{
	address_number first = family->segments[block->low + 1].start;
	address_number last = family->segments[block->high - 1].start;
	struct block inner = *block;

	while (inner.bits + 8 < family->bits &&
	       !((first ^ last) >> (128 - inner.bits - 8)))
		inner.bits += 8;
	inner.base = first & ~(block_last(0, inner.bits));
	return inner;
}

/* A line around a node: what is before, the node, what is behind it. */
static uint32_t skip(const struct family *family, const struct block *block,
		     const struct block *inner)
{
	address_number last = block_last(inner->base, inner->bits);
	address_number starts[] = { block->base, inner->base, last + 1 };
	uint32_t entries[] = {
		family->segments[block->low].facts,
		node(family, inner),
		family->segments[block->high - 1].facts,
	};
	size_t count = last == block_last(block->base, block->bits) ? 2 : 3;

	return line6(family, starts, entries, count);
}

static uint32_t reference_to(const struct family *family,
			     const struct block *block)
{
	size_t count = block->high - block->low;
	struct block inner;

	if (count == 1)
		return family->segments[block->low].facts;
	if (family->bits == 32)
		return count <= INDEX_LINE4_ENTRIES ? line4(family, block)
						    : node(family, block);
	if (count <= LINE6_SEGMENTS)
		return lines6(family, block->low, block->high);
	inner = inner_block(family, block);
	if (inner.bits >= block->bits + LEAST_SKIP)
		return skip(family, block, &inner);
	return node(family, block);
}

/* ---- the whole --------------------------------------------------------- */

static void build_family(struct index_builder *index,
			 const struct image_trie *tries, unsigned int number,
			 struct intern *facts, uint32_t root)
{
	struct segment_list list =
		segments_build(index->arena, tries, number, facts);
	struct family family = { .index = index,
				 .segments = list.segments,
				 .bits = number ? 128 : 32 };
	struct block all = { .high = list.count };

	fill_entries(&family, &all, ROOT_BITS, page_at(index, root));
}

static void copy_pages(struct builder *builder,
		       const struct index_builder *index)
{
	uint32_t first = pages_add(builder, index->page_count);

	for (uint32_t page = 0; page < index->page_count; page++)
		memcpy(builder->image->pages +
			       ((size_t)first + page) * PAGE_BYTES,
		       page_at(index, page), PAGE_BYTES);
}

static void add_facts(struct builder *builder, const struct intern *facts)
{
	uint32_t count = intern_count(facts);
	struct address_facts *table =
		arena_array(builder->arena, count, sizeof(*table));
	uint32_t page;

	for (uint32_t i = 0; i < count; i++)
		memcpy(&table[i], intern_at(facts, i).bytes, sizeof(*table));
	page = table_add(builder, table, count, sizeof(*table));
	image_header_of(builder->image)->index_facts = page;
	image_header_of(builder->image)->index_fact_count = count;
}

void build_index(struct builder *builder)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	struct intern *facts = intern_new(scratch);
	struct index_builder index = {
		.arena = scratch,
		.first_page = builder->image->page_count,
	};
	struct image_header *header;
	uint32_t roots[2];

	for (unsigned int i = 0; i < 2; i++)
		roots[i] = add_pages(&index, ROOT_PAGES);
	for (unsigned int i = 0; i < 2; i++)
		build_family(&index, builder->image->tries, i, facts, roots[i]);
	copy_pages(builder, &index);
	add_facts(builder, facts);
	header = image_header_of(builder->image);
	header->index_roots[0] = index.first_page + roots[0];
	header->index_roots[1] = index.first_page + roots[1];
}
