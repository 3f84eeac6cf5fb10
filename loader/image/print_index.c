// SPDX-License-Identifier: GPL-2.0-only
/*
 * The index of an image in text, for image_print(): one line for each stretch
 * of addresses that lead to the same leaf, found by following every entry.
 */
#include <string.h>

#include "segments.h"

/* The stretch that is being gathered. */
struct gathering {
	const struct image *image;
	FILE *stream;
	bool four;
	bool begun;
	address_number first;
	uint32_t leaf;
};

static void print_address(const struct gathering *gathering,
			  address_number number)
{
	struct address address = { 0 };
	char text[PREFIX_TEXT];

	for (int i = 0; i < 16; i++)
		address.bytes[i] = (uint8_t)(number >> (120 - 8 * i));
	if (gathering->four)
		memset(address.bytes + 4, 0, 12);
	fputs(address_format(&address,
			     gathering->four ? FAMILY_IPV4 : FAMILY_IPV6, text),
	      gathering->stream);
}

static void print_stretch(const struct gathering *gathering,
			  address_number last)
{
	const struct address_facts *facts =
		table_element(gathering->image,
			      image_header_of(gathering->image)->index_facts,
			      gathering->leaf, sizeof(*facts));

	if (!facts->flags && !facts->owners && !facts->address_class)
		return;
	fputc('\t', gathering->stream);
	print_address(gathering, gathering->first);
	fputs(" - ", gathering->stream);
	print_address(gathering, last);
	fprintf(gathering->stream, ": flags %x owners %u class %u\n",
		facts->flags, facts->owners, facts->address_class);
}

static void add_leaf(struct gathering *gathering, uint32_t leaf,
		     address_number first)
{
	if (gathering->begun && leaf == gathering->leaf)
		return;
	if (gathering->begun)
		print_stretch(gathering, first - 1);
	gathering->begun = true;
	gathering->leaf = leaf;
	gathering->first = first;
}

static void follow(struct gathering *gathering, uint32_t entry,
		   address_number first, address_number last);

static void follow_entries(struct gathering *gathering, const uint32_t *entries,
			   unsigned int bits, address_number base,
			   unsigned int block_bits)
{
	unsigned int part_bits = block_bits + bits;

	for (uint32_t i = 0; i < 1u << bits; i++) {
		address_number first = base | (address_number)i
						      << (128 - part_bits);

		follow(gathering, entries[i], first,
		       block_last(first, part_bits));
	}
}

static address_number line_start(const struct gathering *gathering,
				 const void *line, size_t position)
{
	const struct index_line4 *line4 = line;
	const struct index_line6 *line6 = line;

	if (gathering->four)
		return (address_number)line4->starts[position] << 96;
	return (address_number)line6->starts[position][0] << 64 |
	       line6->starts[position][1];
}

static void follow_line(struct gathering *gathering, uint32_t reference,
			address_number first, address_number last)
{
	const void *line =
		table_element(gathering->image, (reference & ~INDEX_KIND) >> 4,
			      reference & 15, INDEX_LINE_BYTES);
	const uint32_t *entries =
		gathering->four ? ((const struct index_line4 *)line)->entries
				: ((const struct index_line6 *)line)->entries;
	size_t count =
		gathering->four ? INDEX_LINE4_ENTRIES : INDEX_LINE6_ENTRIES;

	for (size_t i = 0; i < count; i++) {
		address_number next =
			i + 1 < count ? line_start(gathering, line, i) : 0;

		if (i + 1 < count && next <= first)
			continue;
		follow(gathering, entries[i], first,
		       i + 1 < count ? next - 1 : last);
		first = next;
	}
}

static void follow(struct gathering *gathering, uint32_t entry,
		   address_number first, address_number last)
{
	uint32_t kind = entry & INDEX_KIND;

	if (!kind)
		add_leaf(gathering, entry, first);
	else if (kind == INDEX_NODE)
		follow_entries(gathering,
			       table_element(gathering->image,
					     entry & INDEX_NODE_PAGE, 0,
					     sizeof(uint32_t)),
			       8, first, (entry >> 26 & 15) * 8);
	else
		follow_line(gathering, entry, first, last);
}

void print_index(const struct image *image, FILE *stream)
{
	const struct image_header *header = image_header_of(image);

	for (int i = 0; i < 2; i++) {
		struct gathering gathering = { .image = image,
					       .stream = stream,
					       .four = !i };

		if (!header->index_roots[i])
			continue;
		fprintf(stream, "index of IPv%d\n", i ? 6 : 4);
		follow_entries(&gathering,
			       table_element(image, header->index_roots[i], 0,
					     sizeof(uint32_t)),
			       16, 0, 0);
		print_stretch(&gathering, ~(address_number)0);
	}
}
