/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the policy knows of a packet's interface and addresses.
 *
 * Interfaces and owner groups are hash tables in the image. What is known of
 * an address comes from the index where there is one (index.h), and from the
 * prefix tries where there is none or it says CONSULT: they are the truth, and
 * the functions here are the only place that knows which of the two was asked.
 */
#ifndef WEIR_BPF_LOOKUP_H
#define WEIR_BPF_LOOKUP_H

#include "index.h"
#include "packet.h"

/* Everything a look-up needs: the image, its header, and whose packet it is. */
struct view {
	const void *image;
	const struct image_header *header;
	CONTEXT *context;
	const struct packet *packet;
	struct address_facts source; /* once they have been asked for */
	struct address_facts destination;
};

/* Element `index` of a table of elements of `size` bytes, or NULL. */
static __always_inline const void *table_at(const void *image, __u32 page,
					    __u32 index, __u32 size)
{
	__u32 in_page = PAGE_BYTES / size;
	const __u8 *bytes = image_page(image, page + index / in_page);

	return bytes ? bytes + index % in_page * size : NULL;
}

static __always_inline __u64 word_at(const void *image, __u32 page, __u32 index)
{
	const __u64 *word = table_at(image, page, index, sizeof(*word));

	return word ? *word : 0;
}

/* ---- interfaces and owners --------------------------------------------- */

static __always_inline __u32 value_in(const struct hash_cell *cells, __u32 a,
				      __u32 b)
{
	for (int i = 0; i < BUCKET_CELLS; i++)
		if (cells[i].key[0] == a && cells[i].key[1] == b)
			return cells[i].value;
	return 0;
}

/* A free cell has the value 0, so that its key may be anything. */
static __always_inline __u32 hash_find(const void *image, __u32 page,
				       __u32 mask, __u32 seed, __u32 a, __u32 b)
{
	const __u32 size = sizeof(struct hash_cell) * BUCKET_CELLS;
	const struct hash_cell *cells =
		table_at(image, page, weir_hash(a + seed, b) & mask, size);
	__u32 value;

	if (!cells)
		return 0;
	value = value_in(cells, a, b);
	if (value || !cells[0].spilled)
		return value;
	cells = table_at(image, page, weir_hash(a + seed, ~b) & mask, size);
	return cells ? value_in(cells, a, b) : 0;
}

/* The number + 1 of the logical interface, 0 for none. */
static __always_inline __u32 find_tags(const struct view *view, __u16 outer,
				       __u16 inner)
{
	const struct image_header *header = view->header;

	return hash_find(view->image, header->interface_buckets,
			 header->interface_mask, header->interface_seed,
			 view->packet->ifindex, (__u32)outer << 16 | inner);
}

/* The pair of tags, the outer tag alone, the device alone: the first wins. */
static __always_inline const struct interface_entry *
find_interface(const struct view *view)
{
	const struct packet *packet = view->packet;
	__u32 number = 0;

	if (packet->inner != NO_TAG)
		number = find_tags(view, packet->outer, packet->inner);
	if (!number && packet->outer != NO_TAG)
		number = find_tags(view, packet->outer, NO_TAG);
	if (!number)
		number = find_tags(view, NO_TAG, NO_TAG);
	if (!number)
		return NULL;
	return table_at(view->image, view->header->interfaces, number - 1,
			sizeof(struct interface_entry));
}

/* True when the owner is the one, or one of those, that `owners` stands for. */
static __always_inline int owned_by(const struct view *view, __u32 owners,
				    __u32 owner)
{
	const struct image_header *header = view->header;

	if (!owner || owners == owner)
		return owner != 0;
	if (owners < header->owner_count)
		return 0;
	return hash_find(view->image, header->owner_buckets, header->owner_mask,
			 0, owners, owner) != 0;
}

/* ---- addresses --------------------------------------------------------- */

/* A trie without entries is not asked. */
#define ASK_TRIE(symbol, name, add)                                            \
	if (view->header->tries & 1u << TRIE_##symbol) {                       \
		const void *value = trie_find_##name(                          \
			view->image, view->header->trie_slot, address);        \
                                                                               \
		if (value)                                                     \
			facts_add_##add(&facts, value);                        \
	}

static __always_inline struct address_facts
facts_in_tries4(const struct view *view, const __u32 *address)
{
	struct address_facts facts = {};

	ASK_TRIE(BOGONS4, bogons4, bogon)
	ASK_TRIE(CUSTOMERS4, customers4, owner)
	ASK_TRIE(INFRA4, infra4, infrastructure)
	ASK_TRIE(SETS4, sets4, set)
	return facts;
}

static __always_inline struct address_facts
facts_in_tries6(const struct view *view, const __u32 *address)
{
	struct address_facts facts = {};

	ASK_TRIE(BOGONS6, bogons6, bogon)
	ASK_TRIE(CUSTOMERS6, customers6, owner)
	ASK_TRIE(INFRA6, infra6, infrastructure)
	ASK_TRIE(SETS6, sets6, set)
	return facts;
}
#undef ASK_TRIE

static __always_inline struct address_facts
facts_in_tries(const struct view *view, const __u32 *address)
{
	return view->packet->family == 4 ? facts_in_tries4(view, address)
					 : facts_in_tries6(view, address);
}

/* Everything that the policy says of an address of the packet's family. */
static __always_inline struct address_facts
find_address(const struct view *view, const __u32 *address)
{
	const struct image_header *header = view->header;
	__u32 family = view->packet->family;
	__u32 root = header->index_roots[family == 4 ? 0 : 1];
	__u32 number = INDEX_CONSULT;
	const struct address_facts *facts = NULL;

	if (root)
		number = index_find(view->image, root, family, address);
	if (number != INDEX_CONSULT)
		facts = table_at(view->image, header->index_facts, number,
				 sizeof(*facts));
	return facts ? *facts : facts_in_tries(view, address);
}

#endif
