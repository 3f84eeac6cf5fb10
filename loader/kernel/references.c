// SPDX-License-Identifier: GPL-2.0-only
/* The blocks that a bound image counts in, by a walk over its tables. */
#include "private.h"

#include <errno.h>
#include <sys/mman.h>

struct walk {
	const uint8_t *pages;
	const struct image_header *header;
	reference_visitor *visit;
	void *context;
};

static const void *page_at(const struct walk *walk, uint32_t page)
{
	return walk->pages + (size_t)page * PAGE_BYTES;
}

/* number: as entries have it, plus 1; 0: none. */
static const struct limit_entry *limit_of(const struct walk *walk,
					  uint32_t number)
{
	const struct limit_entry *limits = page_at(walk, walk->header->limits);

	return number ? &limits[number - 1] : NULL;
}

/* A rule set has tables for each family; the rules are the same. */
static void visit_rules(const struct walk *walk,
			const struct interface_entry *on, int direction)
{
	const struct ruleset *rulesets = page_at(walk, walk->header->rulesets);
	const struct ruleset *rules =
		&rulesets[2 * (on->ruleset[direction] - 1)];
	const struct rule_entry *entries = page_at(walk, rules->rules);
	const uint32_t *slots = page_at(walk, walk->header->rule_slots);
	uint32_t i;

	for (i = 0; i < rules->rule_count; i++) {
		const struct reference it = {
			.slot = slots[on->rule_slots[direction] + i],
			.rule = &entries[i],
			.limit = limit_of(walk, entries[i].limit),
		};

		walk->visit(walk->context, &it);
	}
}

static void visit_direction(const struct walk *walk,
			    const struct interface_entry *on, int direction)
{
	const struct reference blocks[] = {
		{ .slot = on->counters[direction] },
		{ .slot = on->would_drop[direction] },
		{ .slot = on->limiter[direction],
		  .limit = limit_of(walk, on->limit[direction]) },
	};
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (blocks[i].slot)
			walk->visit(walk->context, &blocks[i]);
	if (on->ruleset[direction])
		visit_rules(walk, on, direction);
}

void references_visit(const uint8_t *pages, reference_visitor *visit,
		      void *context)
{
	const struct image_header *header = (const void *)pages;
	const struct walk walk = { pages, header, visit, context };
	const struct interface_entry *entries =
		page_at(&walk, header->interfaces);
	uint32_t i;
	int direction;

	for (i = 0; i < header->interface_count; i++)
		for (direction = 0; direction < DIRECTION_COUNT; direction++)
			visit_direction(&walk, &entries[i], direction);
}

int references_in_force(const struct maps *maps, reference_visitor *visit,
			void *context)
{
	_cleanup_fd_ int image = map_inner(maps->images, 0);
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	size_t size;
	void *pages;

	if (image < 0)
		return image == -ENOENT ? 0 : image;
	if (bpf_obj_get_info_by_fd(image, &info, &length))
		return -errno;
	size = (size_t)info.max_entries * PAGE_BYTES;
	pages = mmap(NULL, size, PROT_READ, MAP_SHARED, image, 0);
	if (pages == MAP_FAILED)
		return -errno;
	references_visit(pages, visit, context);
	munmap(pages, size);
	return 0;
}
