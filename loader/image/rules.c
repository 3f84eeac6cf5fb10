// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classifier tables -> pages.
 *
 * Many rule sets of a policy are alike in part: a page that is there already,
 * from whatever rule set, is not added again.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/intern.h"
#include "private.h"

/* Pages by content. */
struct shared_pages {
	struct builder *builder;
	struct arena *scratch;
	struct intern *contents;
	uint32_t *numbers;
	size_t capacity;
};

static uint32_t share_page(struct shared_pages *shared, const void *page)
{
	size_t count = intern_count(shared->contents);
	bool added;
	uint32_t at = intern_add(shared->contents, page, PAGE_BYTES, &added);

	if (added) {
		shared->numbers =
			arena_grow(shared->scratch, shared->numbers, count,
				   &shared->capacity, sizeof(*shared->numbers));
		shared->numbers[at] =
			table_add(shared->builder, page, PAGE_BYTES, 1);
	}
	return shared->numbers[at];
}

/* A table; one of a single page is shared. */
static uint32_t add_table(struct shared_pages *shared, const void *elements,
			  size_t count, size_t size)
{
	uint8_t page[PAGE_BYTES] = { 0 };

	if (count * size > PAGE_BYTES)
		return table_add(shared->builder, elements, count, size);
	if (count)
		memcpy(page, elements, count * size);
	return share_page(shared, page);
}

/* ---- fields ------------------------------------------------------------ */

static uint32_t placed_step(const uint32_t *pages, uint32_t step)
{
	return step & CLASS_FOUND ? step : pages[step];
}

/* The walk's pages come before their users, so their places are known. */
static uint32_t add_walk(struct shared_pages *shared,
			 const struct class_walk *walk)
{
	uint32_t *pages =
		arena_array(shared->scratch, walk->page_count, sizeof(*pages));
	uint32_t page[PAGE_BYTES / sizeof(uint32_t)];

	for (size_t i = 0; i < walk->page_count; i++) {
		for (size_t j = 0; j < PAGE_BYTES / sizeof(uint32_t); j++)
			page[j] = placed_step(pages, walk->pages[i][j]);
		pages[i] = share_page(shared, page);
	}
	return placed_step(pages, walk->first);
}

static void add_fields(struct shared_pages *shared, struct ruleset *to,
		       const struct ruleset_tables *from)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct class_walk *walk = &from->fields[i];
		struct field_entry *entry = &to->fields[i];

		if (!(from->needs >> i & 1))
			continue;
		entry->classes = add_walk(shared, walk);
		entry->absent = walk->absent;
		entry->width = walk->count;
		to->part[i] = walk->part;
		to->field_end = (uint32_t)i + 1;
		if (walk->fold_count)
			entry->fold =
				add_table(shared, walk->fold, walk->fold_count,
					  sizeof(*walk->fold));
	}
	to->byte_fields = add_table(shared, from->byte_fields, MAX_BYTE_FIELDS,
				    sizeof(*from->byte_fields));
}

enum { PAGE_WORDS = PAGE_BYTES / sizeof(uint64_t) };

/* Sets the bits of one class among the words first .. first + count - 1. */
static void set_bits(const struct held_predicates *held, uint64_t *words,
		     size_t first, size_t count)
{
	for (size_t i = 0; i < held->count; i++) {
		size_t word = held->predicates[i] / 64;

		if (word >= first && word < first + count)
			words[word - first] |= 1ull << held->predicates[i] % 64;
	}
}

static uint32_t add_small_rows(struct shared_pages *shared,
			       const struct part_rows *rows)
{
	size_t width = (size_t)1 << rows->shift;
	uint64_t *words = arena_array(shared->scratch, rows->count * width,
				      sizeof(*words));

	for (size_t i = 0; i < rows->count; i++)
		set_bits(&rows->classes[i], words + i * width, 0, width);
	return add_table(shared, words, rows->count * width, sizeof(*words));
}

/* Rows that fill pages are shared page by page: most words of most are 0. */
static uint32_t add_large_rows(struct shared_pages *shared,
			       const struct part_rows *rows)
{
	size_t pages = (size_t)1 << (rows->shift - ROW_PAGE_SHIFT);
	uint32_t *numbers = arena_array(shared->scratch, rows->count * pages,
					sizeof(*numbers));

	for (size_t i = 0; i < rows->count * pages; i++) {
		uint64_t words[PAGE_WORDS] = { 0 };

		set_bits(&rows->classes[i / pages], words,
			 i % pages * PAGE_WORDS, PAGE_WORDS);
		numbers[i] = share_page(shared, words);
	}
	return add_table(shared, numbers, rows->count * pages,
			 sizeof(*numbers));
}

/* ---- places ------------------------------------------------------------ */

enum { PLACES = PAGE_BYTES / sizeof(struct address_place) };

/* Fills one page; *next: the first class that is not before the page. */
static void fill_places(const struct class_places *from, size_t page,
			size_t *next, struct address_place *places)
{
	for (size_t i = 0; i < PLACES; i++)
		places[i] = from->other;
	for (; *next < from->count; ++*next) {
		const struct placed_class *class = &from->classes[*next];

		if (class->class / PLACES != page)
			break;
		places[class->class % PLACES] = class->place;
	}
}

static size_t pages_in_use(const struct class_places *from)
{
	size_t pages = 0;

	for (size_t i = 0; i < from->count; i++)
		pages += !i || from->classes[i].class / PLACES !=
				       from->classes[i - 1].class / PLACES;
	return pages;
}

static uint32_t add_sparse_places(struct shared_pages *shared,
				  const struct class_places *from, size_t pages)
{
	uint32_t *top = arena_array(shared->scratch, pages, sizeof(*top));
	struct address_place places[PLACES];
	size_t next = 0;
	uint32_t others;

	fill_places(from, SIZE_MAX, &next, places);
	others = share_page(shared, places);
	for (size_t i = 0; i < pages; i++)
		top[i] = others;
	while (next < from->count) {
		size_t page = from->classes[next].class / PLACES;

		fill_places(from, page, &next, places);
		top[page] = share_page(shared, places);
	}
	return add_table(shared, top, pages, sizeof(*top));
}

static void add_places(struct shared_pages *shared, struct address_places *to,
		       const struct class_places *from, uint32_t classes)
{
	size_t pages, next = 0;
	struct address_place *places;

	to->count = from->count && classes ? classes : 1;
	pages = (to->count + PLACES - 1) / PLACES;
	if (pages > 1 && pages_in_use(from) * 2 < pages) {
		to->top = add_sparse_places(shared, from, pages);
		return;
	}
	places = arena_array(shared->scratch, pages * PLACES, sizeof(*places));
	for (size_t i = 0; i < pages; i++)
		fill_places(from, i, &next, places + i * PLACES);
	to->page = add_table(shared, places, pages * PLACES, sizeof(*places));
}

/* ---- rule sets --------------------------------------------------------- */

static void add_family(struct shared_pages *shared, struct ruleset *to,
		       const struct ruleset_tables *from, uint32_t classes)
{
	to->needs = from->needs;
	to->groups = from->groups;
	if (!from->groups)
		return;
	add_fields(shared, to, from);
	add_places(shared, &to->source, &from->source, classes);
	add_places(shared, &to->destination, &from->destination, classes);
	to->cells = add_table(shared, from->cells, from->cell_count,
			      sizeof(*from->cells));
	to->leaves = add_table(shared, from->leaves, from->leaf_count,
			       sizeof(*from->leaves));
	to->branches = add_table(shared, from->branches, from->branch_count,
				 sizeof(*from->branches));
	for (int i = 0; i < MATCH_PARTS; i++) {
		const struct part_rows *rows = &from->parts[i];

		to->predicates[i] = rows->shift < ROW_PAGE_SHIFT
					    ? add_small_rows(shared, rows)
					    : add_large_rows(shared, rows);
		to->row_shift[i] = from->parts[i].shift;
	}
}

static uint32_t add_rules(struct shared_pages *shared,
			  const struct resolved_ruleset *rules)
{
	struct rule_entry *entries = arena_array(
		shared->scratch, rules->rule_count, sizeof(*entries));

	for (size_t i = 0; i < rules->rule_count; i++)
		entries[i] = rules->rules[i].entry;
	return add_table(shared, entries, rules->rule_count, sizeof(*entries));
}

static void add_ruleset(struct shared_pages *shared, struct ruleset to[2],
			const struct resolved *resolved,
			const struct resolved_ruleset *rules,
			const struct classified_ruleset *from)
{
	uint32_t page = add_rules(shared, rules);
	uint32_t going = add_table(shared, from->going, MAX_GOING_ON,
				   sizeof(*from->going));

	for (int family = 0; family < 2; family++) {
		to[family].rules = page;
		to[family].rule_count = (uint32_t)rules->rule_count;
		to[family].going = going;
		add_family(shared, &to[family], &from->families[family],
			   resolved->class_count[family]);
	}
}

void build_rulesets(struct builder *builder, const struct resolved *resolved,
		    const struct classifier *classifier)
{
	_cleanup_arena_ struct arena *scratch = arena_new();
	struct shared_pages shared = {
		.builder = builder,
		.scratch = scratch,
		.contents = intern_new(scratch),
	};
	size_t count = classifier->ruleset_count;
	struct ruleset *rulesets =
		arena_array(scratch, 2 * count, sizeof(*rulesets));
	uint32_t page;

	for (size_t i = 0; i < count; i++)
		add_ruleset(&shared, &rulesets[2 * i], resolved,
			    &resolved->rulesets[i], &classifier->rulesets[i]);
	page = table_add(builder, rulesets, 2 * count, sizeof(*rulesets));
	image_header_of(builder->image)->rulesets = page;
}
