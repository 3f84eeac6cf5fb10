/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages under construction. */
#ifndef WEIR_IMAGE_PRIVATE_H
#define WEIR_IMAGE_PRIVATE_H

#include "image.h"

struct builder {
	struct arena *arena;
	struct image *image;
	size_t capacity; /* pages */
	size_t counter_capacity;
};

/* Appends count zeroed pages and returns the number of the first. */
uint32_t pages_add(struct builder *builder, size_t count);

/* Appends a table of count elements of size bytes (a power of two). */
uint32_t table_add(struct builder *builder, const void *elements, size_t count,
		   size_t size);

/* Byte offset in pages of element index of the table at page. */
size_t table_offset(uint32_t page, size_t index, size_t size);

struct image_header *image_header_of(const struct image *image);

/* Tables of the classifier: class maps, words, legs. */
void build_classes(struct builder *builder,
		   const struct classifier *classifier);
void build_rulesets(struct builder *builder, const struct resolved *resolved,
		    const struct classifier *classifier);

/* Interfaces, their counters and rule slots, owner groups. */
void build_interfaces(struct builder *builder, const struct resolved *resolved);
void build_owners(struct builder *builder, const struct resolved *resolved);

/* Keys and values of the prefix tries. */
void build_tries(struct builder *builder, const struct resolved *resolved);

/* The JSON text at the end. */
void build_record(struct builder *builder, const struct diag_list *diags,
		  const struct resolved *resolved);

#endif
