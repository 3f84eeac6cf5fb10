/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The index: from an address to the number of its facts, in the pages of the
 * image (formats in abi.h, construction in loader/image/index.c).
 *
 * IPv4 is the root, at most two nodes and at most one line: three accesses to
 * memory for a prefix longer than /24, two for most. IPv6 follows entries until
 * one is a leaf; each node is for a byte further on than the one before, and
 * lines, which lead over bytes that decide nothing, are two at most in a row.
 */
#ifndef WEIR_BPF_INDEX_H
#define WEIR_BPF_INDEX_H

#include "abi.h"

/* Nodes for the bytes 2 to 14, then a last one or two lines. */
#define INDEX_STEPS6 15

/* Four bytes in network order as a number. */
static __always_inline __u32 index_word(__u32 bytes)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap32(bytes);
#else
	return bytes;
#endif
}

/* A page that the image does not have: the tries know. */
static __always_inline __u32 index_entry(const void *image, __u32 page,
					 __u32 element)
{
	const __u32 *entries = image_page(image, page + element / 256);

	return entries ? entries[element % 256] : INDEX_CONSULT;
}

static __always_inline const void *index_line(const void *image,
					      __u32 reference)
{
	__u32 line = reference & ~INDEX_KIND;
	const __u8 *page = image_page(image, line >> 4);

	return page ? page + (line & 15) * INDEX_LINE_BYTES : NULL;
}

static __always_inline __u32 index_in_line4(const void *image, __u32 reference,
					    __u32 address)
{
	const struct index_line4 *line = index_line(image, reference);
	__u32 behind = 0;

	if (!line)
		return INDEX_CONSULT;
	while (behind < INDEX_LINE4_ENTRIES - 1 &&
	       address >= line->starts[behind])
		behind++;
	return line->entries[behind];
}

static __always_inline int is_from(__u64 high, __u64 low, const __u64 *start)
{
	return high > start[0] || (high == start[0] && low >= start[1]);
}

static __always_inline __u32 index_in_line6(const void *image, __u32 reference,
					    __u64 high, __u64 low)
{
	const struct index_line6 *line = index_line(image, reference);

	if (!line)
		return INDEX_CONSULT;
	if (!is_from(high, low, line->starts[1]))
		return line->entries[is_from(high, low, line->starts[0])];
	return line->entries[2 + is_from(high, low, line->starts[2])];
}

static __always_inline __u32 index_find4(const void *image, __u32 root,
					 const __u32 *address)
{
	__u32 number = index_word(address[0]);
	__u32 entry = index_entry(image, root, number >> 16);

	if ((entry & INDEX_KIND) == INDEX_NODE)
		entry = index_entry(image, entry & INDEX_NODE_PAGE,
				    number >> 8 & 255);
	if ((entry & INDEX_KIND) == INDEX_NODE)
		entry = index_entry(image, entry & INDEX_NODE_PAGE,
				    number & 255);
	if ((entry & INDEX_KIND) == INDEX_LINE)
		entry = index_in_line4(image, entry, number);
	return entry;
}

static __always_inline __u32 index_step6(const void *image, __u32 entry,
					 __u64 high, __u64 low)
{
	__u32 byte = entry >> 26 & 15;
	__u64 word = byte < 8 ? high : low;

	if ((entry & INDEX_KIND) == INDEX_LINE)
		return index_in_line6(image, entry, high, low);
	return index_entry(image, entry & INDEX_NODE_PAGE,
			   word >> (56 - byte % 8 * 8) & 255);
}

static __always_inline __u32 index_find6(const void *image, __u32 root,
					 const __u32 *address)
{
	__u64 high =
		(__u64)index_word(address[0]) << 32 | index_word(address[1]);
	__u64 low =
		(__u64)index_word(address[2]) << 32 | index_word(address[3]);
	__u32 entry = index_entry(image, root, high >> 48);

	for (int i = 0; i < INDEX_STEPS6 && entry & INDEX_KIND; i++)
		entry = index_step6(image, entry, high, low);
	return entry;
}

/*
 * The number of an address's facts, INDEX_CONSULT when the tries are to be
 * asked. root: page of the root of the family.
 */
static __always_inline __u32 index_find(const void *image, __u32 root,
					__u32 family, const __u32 *address)
{
	__u32 entry = family == 4 ? index_find4(image, root, address)
				  : index_find6(image, root, address);

	return entry & INDEX_KIND ? INDEX_CONSULT : entry;
}

#endif
