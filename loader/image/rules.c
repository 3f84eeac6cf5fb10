// SPDX-License-Identifier: GPL-2.0-only
/* Classifier tables -> pages. */
#include <string.h>

#include "private.h"

/* The page with these entries, an equal one if the table has it already. */
static uint32_t add_class_page(struct builder *builder, const uint32_t *pages,
			       size_t page_count, const uint32_t *entries)
{
	for (size_t i = 0; i < page_count; i++) {
		const uint8_t *page =
			builder->image->pages + (size_t)pages[i] * PAGE_BYTES;

		if (!memcmp(page, entries, PAGE_BYTES))
			return pages[i];
	}
	return table_add(builder, entries, 256, sizeof(*entries));
}

void build_classes(struct builder *builder, const struct classifier *classifier)
{
	for (int table = 0; table < CLASSES_COUNT; table++) {
		const uint32_t *of = classifier->classes[table].of;
		uint32_t pages[256] = { 0 }, top;

		for (size_t i = 0; i < 256; i++)
			pages[i] =
				add_class_page(builder, pages, i, of + i * 256);
		top = table_add(builder, pages, 256, sizeof(*pages));
		image_header_of(builder->image)->classes[table] = top;
	}
}

static uint32_t add_words(struct builder *builder, const uint64_t *words,
			  size_t count)
{
	return table_add(builder, words, count ? count : 1, sizeof(*words));
}

static void add_ruleset(struct builder *builder, struct ruleset *to,
			const struct resolved *resolved,
			const struct classifier *classifier,
			const struct ruleset_tables *from)
{
	const struct class_map *classes = classifier->classes;
	const uint32_t *addresses = resolved->class_count;

	to->needs = from->needs;
	to->legs = table_add(builder, from->legs, from->leg_count,
			     sizeof(*from->legs));
	to->source4 = add_words(builder, from->source[0], addresses[0]);
	to->source6 = add_words(builder, from->source[1], addresses[1]);
	to->destination4 =
		add_words(builder, from->destination[0], addresses[0]);
	to->destination6 =
		add_words(builder, from->destination[1], addresses[1]);
	to->protocol = add_words(builder, from->protocol, 256);
	to->ports[0] = add_words(builder, from->ports[0],
				 classes[CLASSES_SOURCE_PORT].count);
	to->ports[1] = add_words(builder, from->ports[1],
				 classes[CLASSES_DESTINATION_PORT].count);
	to->icmp[0] =
		add_words(builder, from->icmp[0], classes[CLASSES_ICMP4].count);
	to->icmp[1] =
		add_words(builder, from->icmp[1], classes[CLASSES_ICMP6].count);
	memcpy(to->fragment, from->fragment, sizeof(to->fragment));
	memcpy(to->family, from->family, sizeof(to->family));
	to->portless = from->portless;
}

void build_rulesets(struct builder *builder, const struct resolved *resolved,
		    const struct classifier *classifier)
{
	size_t count = classifier->ruleset_count;
	struct ruleset *rulesets =
		arena_array(builder->arena, count, sizeof(*rulesets));
	uint32_t page;

	for (size_t i = 0; i < count; i++)
		add_ruleset(builder, &rulesets[i], resolved, classifier,
			    &classifier->rulesets[i]);
	page = table_add(builder, rulesets, count, sizeof(*rulesets));
	image_header_of(builder->image)->rulesets = page;
}
