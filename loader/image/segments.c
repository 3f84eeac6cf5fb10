// SPDX-License-Identifier: GPL-2.0-only
/*
 * One sweep over the addresses, from 0 up, through the four tries at once.
 * In each trie a prefix stands right before all that it covers: a stack of the
 * prefixes that are open at the present address has the longest match on top.
 * The next address at which anything changes is where the next prefix of some
 * trie begins, or the one behind the last address of an open one.
 */
#include "segments.h"

#include <string.h>

enum { MAX_DEPTH = 129 };

/* ---- one trie ---------------------------------------------------------- */

struct open_prefix {
	address_number last;
	const void *value;
};

struct sweep {
	const struct image_trie *trie;
	size_t next; /* the first prefix that has not begun */
	size_t depth;
	struct open_prefix open[MAX_DEPTH];
};

address_number address_number_of(const uint8_t *bytes, size_t count)
{
	address_number number = 0;

	for (size_t i = 0; i < sizeof(number); i++)
		number = number << 8 | (i < count ? bytes[i] : 0);
	return number;
}

static address_number next_start(const struct sweep *sweep)
{
	const uint8_t *key = (const uint8_t *)sweep->trie->keys +
			     sweep->next * sweep->trie->key_size;

	return address_number_of(key + 4, sweep->trie->key_size - 4);
}

static void open_next(struct sweep *sweep)
{
	const struct image_trie *trie = sweep->trie;
	struct open_prefix *open = &sweep->open[sweep->depth++];
	uint32_t length;

	memcpy(&length,
	       (const uint8_t *)trie->keys + sweep->next * trie->key_size,
	       sizeof(length));
	open->last = block_last(next_start(sweep), length);
	open->value = (const uint8_t *)trie->values + sweep->next * 8;
	sweep->next++;
}

/* Closes what ended before the address, opens what begins there. */
static void sweep_to(struct sweep *sweep, address_number address)
{
	while (sweep->depth && sweep->open[sweep->depth - 1].last < address)
		sweep->depth--;
	while (sweep->next < sweep->trie->count && next_start(sweep) == address)
		open_next(sweep);
}

/*
 * Where it changes next. Wraps to 0 behind the last address, which is below
 * every address that was swept.
 */
static void earliest_change(const struct sweep *sweep, address_number *earliest)
{
	address_number change;

	if (sweep->next < sweep->trie->count) {
		change = next_start(sweep);
		if (!*earliest || change < *earliest)
			*earliest = change;
	}
	if (sweep->depth) {
		change = sweep->open[sweep->depth - 1].last + 1;
		if (change && (!*earliest || change < *earliest))
			*earliest = change;
	}
}

/* ---- all four ---------------------------------------------------------- */

struct sweeps {
	struct sweep bogons;
	struct sweep customers;
	struct sweep infrastructure;
	struct sweep sets;
};

static const void *value_on_top(const struct sweep *sweep)
{
	return sweep->depth ? sweep->open[sweep->depth - 1].value : NULL;
}

static struct address_facts present_facts(const struct sweeps *sweeps)
{
	const void *bogon = value_on_top(&sweeps->bogons);
	const void *owner = value_on_top(&sweeps->customers);
	const void *infrastructure = value_on_top(&sweeps->infrastructure);
	const void *set = value_on_top(&sweeps->sets);
	struct address_facts facts = { 0 };

	if (bogon)
		facts_add_bogon(&facts, bogon);
	if (owner)
		facts_add_owner(&facts, owner);
	if (infrastructure)
		facts_add_infrastructure(&facts, infrastructure);
	if (set)
		facts_add_set(&facts, set);
	return facts;
}

static void sweep_all_to(struct sweeps *sweeps, address_number address)
{
	sweep_to(&sweeps->bogons, address);
	sweep_to(&sweeps->customers, address);
	sweep_to(&sweeps->infrastructure, address);
	sweep_to(&sweeps->sets, address);
}

/* 0: nothing changes any more. */
static address_number next_change(const struct sweeps *sweeps)
{
	address_number earliest = 0;

	earliest_change(&sweeps->bogons, &earliest);
	earliest_change(&sweeps->customers, &earliest);
	earliest_change(&sweeps->infrastructure, &earliest);
	earliest_change(&sweeps->sets, &earliest);
	return earliest;
}

/* Every prefix begins and ends once. */
static size_t most_segments(const struct sweeps *sweeps)
{
	return 1 + 2 * ((size_t)sweeps->bogons.trie->count +
			sweeps->customers.trie->count +
			sweeps->infrastructure.trie->count +
			sweeps->sets.trie->count);
}

struct segment_list segments_build(struct arena *arena,
				   const struct image_trie *tries,
				   unsigned int family, struct intern *facts)
{
	struct sweeps sweeps = {
		.bogons.trie = &tries[TRIE_BOGONS4 + family],
		.customers.trie = &tries[TRIE_CUSTOMERS4 + family],
		.infrastructure.trie = &tries[TRIE_INFRA4 + family],
		.sets.trie = &tries[TRIE_SETS4 + family],
	};
	struct segment_list list = { 0 };
	address_number address = 0;

	list.segments = arena_array(arena, most_segments(&sweeps),
				    sizeof(*list.segments));
	do {
		struct address_facts present;
		uint32_t number;

		sweep_all_to(&sweeps, address);
		present = present_facts(&sweeps);
		number = intern_add(facts, &present, sizeof(present), NULL);
		if (!list.count ||
		    list.segments[list.count - 1].facts != number)
			list.segments[list.count++] =
				(struct segment){ address, number };
		address = next_change(&sweeps);
	} while (address);
	return list;
}
