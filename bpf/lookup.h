/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the policy knows of a packet's interface and addresses.
 *
 * Interfaces and owner groups are hash tables in the image: one bucket of
 * four cells holds the key or nobody does. Addresses are looked up in the
 * prefix tries; the functions here are the only place that knows it.
 */
#ifndef WEIR_BPF_LOOKUP_H
#define WEIR_BPF_LOOKUP_H

#include "packet.h"

/* Everything a look-up needs: the image, its header, and whose packet it is. */
struct view {
	const void *image;
	const struct image_header *header;
	const struct packet *packet;
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

/* The number + 1 of the logical interface, 0 for none. */
static __always_inline __u32 find_cell(const struct view *view, __u16 outer,
				       __u16 inner)
{
	__u32 ifindex = view->packet->ifindex;
	__u32 bucket = weir_hash(ifindex + view->header->interface_seed,
				 (__u32)outer << 16 | inner) &
		       view->header->interface_mask;
	const struct interface_cell *cells =
		table_at(view->image, view->header->interface_buckets, bucket,
			 sizeof(*cells) * BUCKET_CELLS);

	if (!cells)
		return 0;
	for (int i = 0; i < BUCKET_CELLS; i++)
		if (cells[i].ifindex == ifindex && cells[i].outer == outer &&
		    cells[i].inner == inner)
			return cells[i].interface;
	return 0;
}

/* The pair of tags, the outer tag alone, the device alone: the first wins. */
static __always_inline const struct interface_entry *
find_interface(const struct view *view)
{
	const struct packet *packet = view->packet;
	__u32 number = 0;

	if (packet->inner != NO_TAG)
		number = find_cell(view, packet->outer, packet->inner);
	if (!number && packet->outer != NO_TAG)
		number = find_cell(view, packet->outer, NO_TAG);
	if (!number)
		number = find_cell(view, NO_TAG, NO_TAG);
	if (!number)
		return NULL;
	return table_at(view->image, view->header->interfaces, number - 1,
			sizeof(struct interface_entry));
}

/* True when the owner is the one, or one of those, that `owners` stands for. */
static __always_inline int owned_by(const struct view *view, __u32 owners,
				    __u32 owner)
{
	const struct owner_cell *cells;
	__u32 bucket;

	if (!owner || owners == owner)
		return owner != 0;
	if (owners < view->header->owner_count)
		return 0;
	bucket = weir_hash(owners, owner) & view->header->owner_mask;
	cells = table_at(view->image, view->header->owner_buckets, bucket,
			 sizeof(*cells) * BUCKET_CELLS);
	if (!cells)
		return 0;
	for (int i = 0; i < BUCKET_CELLS; i++)
		if (cells[i].used && cells[i].owners == owners &&
		    cells[i].owner == owner)
			return 1;
	return 0;
}

#define FIND(view, name, address)                                              \
	((view)->packet->family == 4                                           \
		 ? trie_find_##name##4((view)->image,                          \
				       (view)->header->trie_slot, address)     \
		 : trie_find_##name##6((view)->image,                          \
				       (view)->header->trie_slot, address))

static __always_inline int is_bogon_source(const struct view *view)
{
	const struct bogon_value *value =
		FIND(view, bogons, view->packet->source);

	return value && value->source;
}

static __always_inline int is_martian_destination(const struct view *view)
{
	const struct bogon_value *value =
		FIND(view, bogons, view->packet->destination);

	return value && value->destination;
}

/* Who owns the source; all zero when nobody does. */
static __always_inline struct owner_value source_owner(const struct view *view)
{
	const struct owner_value *value =
		FIND(view, customers, view->packet->source);
	struct owner_value nobody = {};

	return value ? *value : nobody;
}

static __always_inline int is_infrastructure(const struct view *view,
					     const __u32 *address)
{
	const struct infrastructure_value *value = FIND(view, infra, address);

	return value && value->infrastructure;
}

static __always_inline int is_ours(const struct view *view,
				   const __u32 *address)
{
	const struct infrastructure_value *value = FIND(view, infra, address);

	return value && (value->infrastructure || value->local);
}

static __always_inline __u32 address_class(const struct view *view,
					   const __u32 *address)
{
	const struct set_value *value = FIND(view, sets, address);

	return value ? value->address_class : 0;
}

#endif
