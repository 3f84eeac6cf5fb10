// SPDX-License-Identifier: GPL-2.0-only
/* Groups of owners -> a hash table of the pairs (group, owner). */
#include "private.h"

static bool put_groups(const struct cells *cells,
		       const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->owner_group_count; i++) {
		const struct owner_group *group = &resolved->owner_groups[i];
		uint32_t number = resolved->owner_count + (uint32_t)i;

		for (size_t j = 0; j < group->count; j++)
			if (!cells_put(cells, number, group->owners[j], 1))
				return false;
	}
	return true;
}

void build_owners(struct builder *builder, const struct resolved *resolved)
{
	struct image_header *header;
	struct cells cells = { 0 };
	size_t pairs = 0, buckets;
	uint32_t page;

	for (size_t i = 0; i < resolved->owner_group_count; i++)
		pairs += resolved->owner_groups[i].count;
	for (buckets = cells_buckets(pairs);; buckets *= 2) {
		cells.mask = (uint32_t)buckets - 1;
		cells.cells =
			arena_array(builder->arena, buckets * BUCKET_CELLS,
				    sizeof(*cells.cells));
		if (put_groups(&cells, resolved))
			break;
	}
	page = table_add(builder, cells.cells, buckets * BUCKET_CELLS,
			 sizeof(*cells.cells));
	header = image_header_of(builder->image);
	header->owner_count = resolved->owner_count;
	header->owner_buckets = page;
	header->owner_mask = cells.mask;
}
