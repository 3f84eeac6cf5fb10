/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the index share: tries made by hand or at random, the
 * datapath's own walk (bpf/index.h) over the pages of the image made of them,
 * and an oracle that looks at every entry of every trie.
 */
#ifndef TESTS_UNIT_INDEX_HELPERS_H
#define TESTS_UNIT_INDEX_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "image.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

static inline const void *image_page(const void *image, __u32 page)
{
	const struct image *in = image;

	return page < in->page_count ? in->pages + (size_t)page * PAGE_BYTES
				     : NULL;
}

#include "index.h"

/* ---- tries ------------------------------------------------------------- */

enum { MOST_ENTRIES = 20000, OWNERS = 1000 };

/* Tries under construction, and the image made of them. */
struct world {
	struct arena *arena;
	struct resolved resolved;
	size_t counts[TRIE_COUNT];
	struct trie_entry *entries[TRIE_COUNT];
	struct image *image;
};

static inline struct world world_new(void)
{
	struct world world = { .arena = arena_new(), .resolved.index = true };

	for (int i = 0; i < TRIE_COUNT; i++)
		world.entries[i] = arena_array(world.arena, MOST_ENTRIES,
					       sizeof(**world.entries));
	return world;
}

static inline void world_end(struct world *world)
{
	arena_free(world->arena);
}

static inline struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(text, strlen(text), &prefix), PREFIX_OK);
	return prefix;
}

static inline void add_prefix(struct world *world, enum trie trie,
			      const struct prefix *prefix, uint32_t first,
			      uint32_t second)
{
	struct trie_entry *entry = &world->entries[trie][world->counts[trie]++];

	assert_true(world->counts[trie] <= MOST_ENTRIES);
	entry->prefix = *prefix;
	entry->value[0] = first;
	entry->value[1] = second;
}

static inline void add(struct world *world, enum trie trie, const char *text,
		       uint32_t first, uint32_t second)
{
	struct prefix prefix = prefix_of(text);

	add_prefix(world, trie, &prefix, first, second);
}

static inline int compare(const void *a, const void *b)
{
	const struct trie_entry *x = a, *y = b;

	return prefix_compare(&x->prefix, &y->prefix);
}

/* As the tries of a policy are: sorted, each prefix once. */
static inline void finish(struct trie_table *table, struct trie_entry *entries,
			  size_t count)
{
	size_t kept = 0;

	qsort(entries, count, sizeof(*entries), compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare(&entries[kept - 1], &entries[i]) != 0)
			entries[kept++] = entries[i];
	table->entries = entries;
	table->count = kept;
}

static inline void build(struct world *world)
{
	static const char *const names[OWNERS];
	struct diag_list *diags = diag_new(world->arena);
	struct resolved *resolved = &world->resolved;

	resolved->owners = names;
	resolved->owner_count = OWNERS;
	resolved->customer_count = OWNERS - 1;
	for (int i = 0; i < TRIE_COUNT; i++)
		finish(&resolved->tries[i], world->entries[i],
		       world->counts[i]);
	world->image =
		image_build(world->arena, diags, resolved,
			    classify_rules(world->arena, diags, resolved));
}

/* ---- the two answers --------------------------------------------------- */

static inline const struct image_header *header_of(const struct world *world)
{
	return (const void *)world->image->pages;
}

static inline uint32_t number_of(const struct world *world,
				 const struct prefix *address)
{
	__u32 words[4];

	memcpy(words, address->address.bytes, sizeof(words));
	return index_find(world->image,
			  header_of(world)->index_roots[address->family == 6],
			  address->family, words);
}

static inline struct address_facts indexed(const struct world *world,
					   const struct prefix *address)
{
	const struct image_header *header = header_of(world);
	const struct address_facts *facts =
		(const void *)(world->image->pages +
			       (size_t)header->index_facts * PAGE_BYTES);
	uint32_t number = number_of(world, address);

	assert_true(number < header->index_fact_count);
	return facts[number];
}

/* The words of the longest match, zero without one. */
static inline const uint32_t *words_in(const struct world *world,
				       enum trie trie,
				       const struct prefix *address)
{
	static const uint32_t nothing[2];
	const struct trie_table *table = &world->resolved.tries[trie];
	const struct trie_entry *longest = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const struct trie_entry *entry = &table->entries[i];

		if (prefix_covers(&entry->prefix, address) &&
		    (!longest || longest->prefix.length < entry->prefix.length))
			longest = entry;
	}
	return longest ? longest->value : nothing;
}

static inline struct address_facts expected(const struct world *world,
					    const struct prefix *address)
{
	enum trie six = address->family == FAMILY_IPV6;
	const uint32_t *bogon = words_in(world, TRIE_BOGONS4 + six, address);
	const uint32_t *owner = words_in(world, TRIE_CUSTOMERS4 + six, address);
	const uint32_t *infra = words_in(world, TRIE_INFRA4 + six, address);
	const uint32_t *set = words_in(world, TRIE_SETS4 + six, address);
	struct address_facts facts = { .owners = owner[0],
				       .address_class = set[0] };

	facts.flags |= bogon[0] ? ADDRESS_BOGON_SOURCE : 0;
	facts.flags |= bogon[1] ? ADDRESS_BOGON_DESTINATION : 0;
	facts.flags |= owner[0] ? ADDRESS_CUSTOMER : 0;
	facts.flags |= owner[1] ? ADDRESS_OWN : 0;
	facts.flags |= infra[0] & 0xffff ? ADDRESS_INFRASTRUCTURE : 0;
	facts.flags |= infra[0] >> 16 ? ADDRESS_LOCAL : 0;
	facts.flags |= infra[1] & 0xffff ? ADDRESS_BROADCAST : 0;
	facts.flags |= infra[1] >> 16 ? ADDRESS_MULTICAST : 0;
	return facts;
}

static inline void check(const struct world *world,
			 const struct prefix *address)
{
	struct address_facts is = indexed(world, address);
	struct address_facts should = expected(world, address);
	char text[PREFIX_TEXT];

	if (memcmp(&is, &should, sizeof(is)) != 0)
		fail_msg("%s: flags %x owners %u class %u, not %x %u %u",
			 prefix_format(address, text), is.flags, is.owners,
			 is.address_class, should.flags, should.owners,
			 should.address_class);
}

static inline void check_text(const struct world *world, const char *text)
{
	struct prefix address = prefix_of(text);

	check(world, &address);
}

/* The address itself, and the ones before and behind it. */
static inline void check_around(const struct world *world,
				const struct address *address, uint8_t family)
{
	for (int step = -1; step <= 1; step++) {
		struct prefix probe = { *address, (uint8_t)family_bits(family),
					family };
		int carry = step;

		for (int i = (int)family_bits(family) / 8 - 1; i >= 0; i--) {
			carry += probe.address.bytes[i];
			probe.address.bytes[i] = (uint8_t)carry;
			carry >>= 8;
		}
		check(world, &probe);
	}
}

/* Every address at which a trie changes its mind. */
static inline void check_boundaries(const struct world *world)
{
	for (int i = 0; i < TRIE_COUNT; i++) {
		const struct trie_table *table = &world->resolved.tries[i];

		for (size_t j = 0; j < table->count; j++) {
			const struct prefix *prefix = &table->entries[j].prefix;
			struct address last = prefix_last(prefix);

			check_around(world, &prefix->address, prefix->family);
			check_around(world, &last, prefix->family);
		}
	}
}

/* ---- random prefixes --------------------------------------------------- */

static uint64_t seed;

static inline uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

static inline struct prefix any_address(uint8_t family)
{
	struct prefix address = { .family = family,
				  .length = (uint8_t)family_bits(family) };

	for (unsigned int i = 0; i < family_bits(family) / 8; i++)
		address.address.bytes[i] = (uint8_t)any(256);
	return address;
}

/*
 * As in the world: few leading bytes are in use, the same few values stand in
 * the next ones, lengths are what registries and networks give out.
 */
static inline struct prefix likely_prefix(uint8_t family)
{
	static const uint8_t lengths[2][8] = {
		{ 8, 16, 20, 22, 24, 24, 27, 32 },
		{ 20, 29, 32, 40, 48, 48, 64, 128 },
	};
	struct prefix prefix = any_address(family);

	prefix.address.bytes[0] = family == FAMILY_IPV4 ? 198 : 0x20;
	prefix.address.bytes[1] = (uint8_t)any(3);
	for (int i = 2; i < 16; i++)
		if (any(4))
			prefix.address.bytes[i] &= 3;
	prefix.length = lengths[family == FAMILY_IPV6][any(8)];
	if (!any(8))
		prefix.length = (uint8_t)any(family_bits(family) + 1);
	prefix_mask(&prefix);
	return prefix;
}

static inline void add_random(struct world *world, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned int trie = any(TRIE_COUNT);
		struct prefix prefix =
			likely_prefix(trie % 2 ? FAMILY_IPV6 : FAMILY_IPV4);
		uint32_t first = any(2), second = any(2);

		if (trie >= TRIE_INFRA4 && trie <= TRIE_INFRA6) {
			first |= any(2) << 16;
			second |= any(2) << 16;
		} else if (trie >= TRIE_CUSTOMERS4) {
			first = any(20);
		}
		add_prefix(world, (enum trie)trie, &prefix, first, second);
	}
}

static inline void check_random(const struct world *world, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct prefix address =
			any_address(any(2) ? FAMILY_IPV6 : FAMILY_IPV4);
		struct prefix near = likely_prefix(address.family);

		check(world, &address);
		near.length = address.length;
		check(world, &near);
	}
}

#endif
