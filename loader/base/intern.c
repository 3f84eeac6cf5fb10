// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open addressing with linear probing, at most half full. Slots hold the
 * number + 1 of an entry; entries are kept in order of appearance, so numbers
 * depend on the input alone and never on the hash.
 */
#include "base/intern.h"

#include <string.h>

#include "base/arena.h"

struct entry {
	struct interned content;
	uint64_t hash;
};

struct intern {
	struct arena *arena;
	struct entry *entries;
	size_t count;
	size_t capacity;
	uint32_t *slots;
	size_t slot_count; /* a power of two */
};

enum { FIRST_SLOTS = 64 };

struct intern *intern_new(struct arena *arena)
{
	struct intern *table = arena_new_of(arena, struct intern);

	table->arena = arena;
	table->slot_count = FIRST_SLOTS;
	table->slots = arena_array(arena, FIRST_SLOTS, sizeof(*table->slots));
	return table;
}

/* FNV-1a over words, with a final mix so that the low bits depend on all. */
static uint64_t hash_bytes(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint64_t hash = 0xcbf29ce484222325ull ^ size;
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3ull;
		hash ^= hash >> 29;
		at += sizeof(word);
	}
	while (size-- > 0)
		hash = (hash ^ *at++) * 0x100000001b3ull;
	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static bool is_entry(const struct entry *entry, uint64_t hash,
		     const void *bytes, size_t size)
{
	return entry->hash == hash && entry->content.size == size &&
	       (size == 0 || memcmp(entry->content.bytes, bytes, size) == 0);
}

/* The slot that holds these bytes, or the free one where they belong. */
static uint32_t *find_slot(const struct intern *table, uint64_t hash,
			   const void *bytes, size_t size)
{
	size_t mask = table->slot_count - 1;
	size_t i = hash & mask;

	while (table->slots[i] &&
	       !is_entry(&table->entries[table->slots[i] - 1], hash, bytes,
			 size))
		i = (i + 1) & mask;
	return &table->slots[i];
}

static void grow_slots(struct intern *table)
{
	size_t mask = table->slot_count * 2 - 1;
	size_t i, slot;

	table->slot_count = mask + 1;
	table->slots = arena_array(table->arena, table->slot_count,
				   sizeof(*table->slots));
	for (i = 0; i < table->count; i++) {
		slot = table->entries[i].hash & mask;
		while (table->slots[slot])
			slot = (slot + 1) & mask;
		table->slots[slot] = (uint32_t)i + 1;
	}
}

static uint32_t append(struct intern *table, uint64_t hash, const void *bytes,
		       size_t size)
{
	struct entry *entry;
	void *copy = arena_alloc(table->arena, size ? size : 1);

	if (size)
		memcpy(copy, bytes, size);
	table->entries = arena_grow(table->arena, table->entries, table->count,
				    &table->capacity, sizeof(*entry));
	entry = &table->entries[table->count];
	entry->content.bytes = copy;
	entry->content.size = size;
	entry->hash = hash;
	return (uint32_t)table->count++;
}

uint32_t intern_add(struct intern *table, const void *bytes, size_t size,
		    bool *added)
{
	uint64_t hash = hash_bytes(bytes, size);
	uint32_t *slot = find_slot(table, hash, bytes, size);
	uint32_t number;

	if (added)
		*added = *slot == 0;
	if (*slot)
		return *slot - 1;
	number = append(table, hash, bytes, size);
	*slot = number + 1;
	if (table->count * 2 > table->slot_count)
		grow_slots(table);
	return number;
}

bool intern_find(const struct intern *table, const void *bytes, size_t size,
		 uint32_t *number)
{
	uint32_t slot = *find_slot(table, hash_bytes(bytes, size), bytes, size);

	*number = slot - 1;
	return slot != 0;
}

uint32_t intern_count(const struct intern *table)
{
	return (uint32_t)table->count;
}

struct interned intern_at(const struct intern *table, uint32_t number)
{
	return table->entries[number].content;
}
