// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lays the image out: page 0, then one table after the other, each starting on
 * a page of its own. Only orders of the policy and sorted orders are used, so
 * the same policy gives the same bytes on every machine.
 */
#include <string.h>

#include "private.h"

/* Grows to what is asked for, or twice as large: the index comes as one. */
static void reserve(struct builder *builder, size_t pages)
{
	struct image *image = builder->image;
	uint8_t *grown;

	if (pages <= builder->capacity)
		return;
	if (pages < builder->capacity * 2)
		pages = builder->capacity * 2;
	grown = arena_array(builder->arena, pages, PAGE_BYTES);
	if (image->page_count)
		memcpy(grown, image->pages,
		       (size_t)image->page_count * PAGE_BYTES);
	image->pages = grown;
	builder->capacity = pages;
}

uint32_t pages_add(struct builder *builder, size_t count)
{
	uint32_t first = builder->image->page_count;

	reserve(builder, first + count);
	builder->image->page_count += (uint32_t)count;
	return first;
}

size_t table_offset(uint32_t page, size_t index, size_t size)
{
	size_t in_page = PAGE_BYTES / size;

	return ((size_t)page + index / in_page) * PAGE_BYTES +
	       index % in_page * size;
}

void *table_element(const struct image *image, uint32_t page, size_t index,
		    size_t size)
{
	return image->pages + table_offset(page, index, size);
}

uint32_t table_add(struct builder *builder, const void *elements, size_t count,
		   size_t size)
{
	size_t pages = (count * size + PAGE_BYTES - 1) / PAGE_BYTES;
	uint32_t first = pages_add(builder, pages ? pages : 1);

	if (count && elements)
		memcpy(builder->image->pages + (size_t)first * PAGE_BYTES,
		       elements, count * size);
	return first;
}

struct image_header *image_header_of(const struct image *image)
{
	return (struct image_header *)(void *)image->pages;
}

/* ---- prefix tries ------------------------------------------------------ */

/* The words of a trie's value as its struct has them. */
static void write_value(enum trie trie, const struct resolved *resolved,
			const uint32_t value[2], void *to)
{
	struct owner_value owner = {
		.owners = value[0],
		.own = value[1] != 0,
	};

	if (trie != TRIE_CUSTOMERS4 && trie != TRIE_CUSTOMERS6) {
		memcpy(to, value, 2 * sizeof(*value));
		return;
	}
	if (owner.owners >= resolved->owner_count) {
		const struct owner_group *group =
			&resolved->owner_groups[owner.owners -
						resolved->owner_count];

		owner.customer = group->owners[0] <= resolved->customer_count;
	} else {
		owner.customer = owner.owners &&
				 owner.owners <= resolved->customer_count;
	}
	memcpy(to, &owner, sizeof(owner));
}

static void write_key(const struct prefix *prefix, uint8_t *to, size_t bytes)
{
	uint32_t length = prefix->length;

	memcpy(to, &length, sizeof(length));
	memcpy(to + sizeof(length), prefix->address.bytes, bytes);
}

void build_tries(struct builder *builder, const struct resolved *resolved)
{
	static const uint8_t families[] = {
#define TRIE(symbol, name, family, value) family,
#include "tries.def"
#undef TRIE
	};

	for (int i = 0; i < TRIE_COUNT; i++) {
		const struct trie_table *table = &resolved->tries[i];
		struct image_trie *trie = &builder->image->tries[i];
		size_t bytes = family_bits(families[i]) / 8;
		uint8_t *keys, *values;

		trie->count = (uint32_t)table->count;
		if (trie->count)
			image_header_of(builder->image)->tries |= 1u << i;
		trie->key_size = (uint32_t)(bytes + 4);
		keys = arena_array(builder->arena, table->count, bytes + 4);
		values = arena_array(builder->arena, table->count, 8);
		for (size_t j = 0; j < table->count; j++) {
			write_key(&table->entries[j].prefix,
				  keys + j * (bytes + 4), bytes);
			write_value((enum trie)i, resolved,
				    table->entries[j].value, values + j * 8);
		}
		trie->keys = keys;
		trie->values = values;
	}
}

struct image *image_build(struct arena *arena, const struct diag_list *diags,
			  const struct resolved *resolved,
			  const struct classifier *classifier)
{
	struct image *image = arena_new_of(arena, struct image);
	struct builder builder = { .arena = arena, .image = image };
	struct image_header *header;

	pages_add(&builder, 1);
	build_rulesets(&builder, resolved, classifier);
	build_limits(&builder, resolved);
	build_owners(&builder, resolved);
	build_interfaces(&builder, resolved);
	build_counters(&builder, resolved);
	build_tries(&builder, resolved);
	if (resolved->index)
		build_index(&builder);
	build_record(&builder, diags, resolved);
	header = image_header_of(image);
	header->magic = WEIR_IMAGE_MAGIC;
	header->abi_version = WEIR_ABI_VERSION;
	header->page_count = image->page_count;
	return image;
}
