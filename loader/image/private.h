/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages under construction. */
#ifndef WEIR_IMAGE_PRIVATE_H
#define WEIR_IMAGE_PRIVATE_H

#include "image.h"

struct builder {
	struct arena *arena;
	struct image *image;
	size_t capacity; /* pages */
};

/* Appends count zeroed pages and returns the number of the first. */
uint32_t pages_add(struct builder *builder, size_t count);

/*
 * Appends a table of count elements of size bytes (a power of two); NULL:
 * zeroed.
 */
uint32_t table_add(struct builder *builder, const void *elements, size_t count,
		   size_t size);

/* Byte offset in pages of element index of the table at page. */
size_t table_offset(uint32_t page, size_t index, size_t size);

/* The same element itself. */
void *table_element(const struct image *image, uint32_t page, size_t index,
		    size_t size);

struct image_header *image_header_of(const struct image *image);

/* Tables of the classifier: rule sets and what they refer to. */
void build_rulesets(struct builder *builder, const struct resolved *resolved,
		    const struct classifier *classifier);
void print_rulesets(const struct image *image, FILE *stream, uint32_t count);

/* Interfaces, their blocks of counters, rule slots, limits, owner groups. */
void build_interfaces(struct builder *builder, const struct resolved *resolved);
void build_counters(struct builder *builder, const struct resolved *resolved);
void build_limits(struct builder *builder, const struct resolved *resolved);
void build_owners(struct builder *builder, const struct resolved *resolved);

/* The rule set of an interface and direction; NULL: none. */
const struct resolved_ruleset *
ruleset_on(const struct resolved *resolved,
	   const struct resolved_interface *interface, int direction);

/*
 * Copies text into a member of a struct slot_name, zeroed before; what does
 * not fit ends in a hash, so that names stay different.
 */
void shorten(char *to, size_t size, const char *text);

/*
 * Hash tables of the image (struct hash_cell). cells_put() places a key that
 * is not there yet, with a value other than 0; false when that does not go,
 * and the table is to be made anew, with another seed or larger.
 */
struct cells {
	struct hash_cell *cells;
	uint32_t mask; /* buckets - 1 */
	uint32_t seed;
};
size_t cells_buckets(size_t keys);
bool cells_put(const struct cells *cells, uint32_t a, uint32_t b,
	       uint32_t value);

/* Keys and values of the prefix tries. */
void build_tries(struct builder *builder, const struct resolved *resolved);

/* What the tries say, compiled: to be called when they are built. */
void build_index(struct builder *builder);
void print_index(const struct image *image, FILE *stream);

/* The JSON text at the end. */
void build_record(struct builder *builder, const struct diag_list *diags,
		  const struct resolved *resolved);

#endif
