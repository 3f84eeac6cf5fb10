// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries -> sets of prefixes.
 *
 * In a trie the longest match decides alone, so an entry tells of each set
 * whether the addresses under it belong, whatever covers it. A set's prefixes
 * are got back in two steps. First, each entry leaves a mark for every set
 * that it is in, and a negative mark for every set that only the entry around
 * it is in. Then a walk down from the whole address space, over the marks of
 * one set, splits a prefix in halves as long as marks below it disagree.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

enum set_number {
	SET_OWN,
	SET_BOGONS,
	SET_INFRASTRUCTURE,
	SET_LOCAL,
	SET_OWNERS, /* SET_OWNERS + number of the owner */
};

static const char *const fixed_names[] = { "own", "bogons", "infrastructure",
					   "local" };

struct entry {
	struct prefix prefix;
	uint32_t value[2];
};

struct mark {
	uint32_t set;
	struct prefix prefix;
	bool member;
};

struct reading {
	struct arena *arena;
	const json_t *owners;
	const json_t *groups;
	struct mark *marks;
	size_t mark_count, mark_capacity;
	struct set_row *rows;
	size_t row_count, row_capacity;
};

/* ---- which sets an entry is in ----------------------------------------- */

struct labels {
	uint32_t *sets;
	size_t count;
};

static void add_owners(struct reading *reading, uint32_t owners,
		       struct labels *labels)
{
	size_t single = json_array_size(reading->owners), i;
	const json_t *group, *member;

	if (owners && owners < single)
		labels->sets[labels->count++] = SET_OWNERS + owners;
	if (owners < single)
		return;
	group = json_array_get(reading->groups, owners - single);
	json_array_foreach(group, i, member)
		labels->sets[labels->count++] =
			SET_OWNERS + json_integer_value(member);
}

static size_t most_labels(const struct reading *reading)
{
	const json_t *group;
	size_t most = 4, i;

	json_array_foreach(reading->groups, i, group) {
		if (json_array_size(group) + 4 > most)
			most = json_array_size(group) + 4;
	}
	return most;
}

static void label(struct reading *reading, enum trie trie,
		  const uint32_t value[2], struct labels *labels)
{
	struct infrastructure_value infrastructure;
	struct bogon_value bogon;
	struct owner_value owner;

	labels->count = 0;
	memcpy(&bogon, value, sizeof(bogon));
	memcpy(&owner, value, sizeof(owner));
	memcpy(&infrastructure, value, sizeof(infrastructure));
	if (trie == TRIE_BOGONS4 || trie == TRIE_BOGONS6) {
		if (bogon.source)
			labels->sets[labels->count++] = SET_BOGONS;
	} else if (trie == TRIE_CUSTOMERS4 || trie == TRIE_CUSTOMERS6) {
		if (owner.own)
			labels->sets[labels->count++] = SET_OWN;
		add_owners(reading, owner.owners, labels);
	} else {
		if (infrastructure.infrastructure)
			labels->sets[labels->count++] = SET_INFRASTRUCTURE;
		if (infrastructure.local)
			labels->sets[labels->count++] = SET_LOCAL;
	}
}

/* ---- entries -> marks -------------------------------------------------- */

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return prefix_compare(&left->prefix, &right->prefix);
}

static struct entry *read_entries(struct arena *arena,
				  const struct image_trie *trie)
{
	struct entry *entries =
		arena_array(arena, trie->count + 1, sizeof(*entries));
	size_t bytes = trie->key_size - sizeof(uint32_t);
	const uint8_t *key = trie->keys;
	const uint32_t *value = trie->values;
	uint32_t length, i;

	for (i = 0; i < trie->count; i++, key += trie->key_size, value += 2) {
		memcpy(&length, key, sizeof(length));
		memcpy(entries[i].prefix.address.bytes, key + sizeof(length),
		       bytes);
		entries[i].prefix.length = length;
		entries[i].prefix.family =
			bytes == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
		prefix_mask(&entries[i].prefix);
		memcpy(entries[i].value, value, sizeof(entries[i].value));
	}
	qsort(entries, trie->count, sizeof(*entries), compare_entries);
	return entries;
}

static void mark(struct reading *reading, uint32_t set,
		 const struct prefix *prefix, bool member)
{
	reading->marks =
		arena_grow(reading->arena, reading->marks, reading->mark_count,
			   &reading->mark_capacity, sizeof(*reading->marks));
	reading->marks[reading->mark_count++] =
		(struct mark){ set, *prefix, member };
}

static bool has(const struct labels *labels, uint32_t set)
{
	size_t i;

	for (i = 0; i < labels->count; i++)
		if (labels->sets[i] == set)
			return true;
	return false;
}

static void mark_entry(struct reading *reading, const struct prefix *prefix,
		       const struct labels *here, const struct labels *around)
{
	size_t i;

	for (i = 0; i < here->count; i++)
		mark(reading, here->sets[i], prefix, true);
	for (i = 0; i < around->count; i++)
		if (!has(here, around->sets[i]))
			mark(reading, around->sets[i], prefix, false);
}

/* around[]: the entries that cover the present one, outermost first. */
static void mark_trie(struct reading *reading, enum trie number,
		      const struct image_trie *trie)
{
	struct entry *entries = read_entries(reading->arena, trie);
	size_t most = most_labels(reading), depth = 0, i;
	struct labels here = { arena_array(reading->arena, most, 4), 0 };
	struct labels outer = { arena_array(reading->arena, most, 4), 0 };
	const struct entry *around[130];

	for (i = 0; i < trie->count; i++) {
		while (depth && !prefix_covers(&around[depth - 1]->prefix,
					       &entries[i].prefix))
			depth--;
		outer.count = 0;
		if (depth)
			label(reading, number, around[depth - 1]->value,
			      &outer);
		label(reading, number, entries[i].value, &here);
		mark_entry(reading, &entries[i].prefix, &here, &outer);
		around[depth++] = &entries[i];
	}
}

/* ---- marks -> prefixes ------------------------------------------------- */

static int compare_marks(const void *a, const void *b)
{
	const struct mark *left = a, *right = b;

	if (left->set != right->set)
		return left->set < right->set ? -1 : 1;
	return prefix_compare(&left->prefix, &right->prefix);
}

static void add_row(struct reading *reading, const char *set,
		    const struct prefix *prefix)
{
	reading->rows =
		arena_grow(reading->arena, reading->rows, reading->row_count,
			   &reading->row_capacity, sizeof(*reading->rows));
	reading->rows[reading->row_count++] = (struct set_row){ set, *prefix };
}

/* Marks of one set and family; members[i]: how many of the first i are in. */
struct walk {
	struct reading *reading;
	const char *set;
	const struct mark *marks;
	const size_t *members;
};

static size_t first_in(const struct walk *walk, const struct prefix *prefix,
		       size_t low, size_t high)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prefix_compare(&walk->marks[middle].prefix, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The marks first .. last - 1 are those at and below the prefix. */
static void cover(const struct walk *walk, struct prefix prefix, bool inside,
		  size_t first, size_t last)
{
	struct prefix upper;
	size_t in, middle;

	if (first < last && walk->marks[first].prefix.length == prefix.length)
		inside = walk->marks[first++].member;
	in = walk->members[last] - walk->members[first];
	if (in == (inside ? last - first : 0)) {
		if (inside)
			add_row(walk->reading, walk->set, &prefix);
		return;
	}
	prefix.length++;
	upper = prefix;
	address_set_bit(&upper.address, prefix.length - 1);
	middle = first_in(walk, &upper, first, last);
	cover(walk, prefix, inside, first, middle);
	cover(walk, upper, inside, middle, last);
}

static const char *set_name(const struct reading *reading, uint32_t set)
{
	const char *owner;

	if (set < SET_OWNERS)
		return fixed_names[set];
	owner = json_string_value(
		json_array_get(reading->owners, set - SET_OWNERS));
	if (!owner)
		return arena_printf(reading->arena, "owner %u",
				    set - SET_OWNERS);
	if (strchr(owner, ' '))
		return arena_strdup(reading->arena, owner);
	return arena_printf(reading->arena, "customer %s", owner);
}

static void cover_all(struct reading *reading)
{
	size_t count = reading->mark_count, first, last, i;
	size_t *members =
		arena_array(reading->arena, count + 1, sizeof(*members));
	struct walk walk = { reading, NULL, reading->marks, members };
	const struct mark *marks = reading->marks;

	if (count)
		qsort(reading->marks, count, sizeof(*marks), compare_marks);
	for (i = 0; i < count; i++)
		members[i + 1] = members[i] + marks[i].member;
	for (first = 0; first < count; first = last) {
		struct prefix whole = { .family = marks[first].prefix.family };

		for (last = first; last < count; last++)
			if (marks[last].set != marks[first].set ||
			    marks[last].prefix.family != whole.family)
				break;
		if (!first || marks[first - 1].set != marks[first].set)
			walk.set = set_name(reading, marks[first].set);
		cover(&walk, whole, false, first, last);
	}
}

/* ---- sets without a trie of their own ---------------------------------- */

static void add_named(struct reading *reading, const json_t *sets)
{
	const json_t *set, *prefixes, *text;
	struct prefix prefix;
	const char *name;
	size_t i, j;

	json_array_foreach(sets, i, set) {
		name = arena_strdup(reading->arena, record_string(set, "name"));
		prefixes = json_object_get(set, "prefixes");
		json_array_foreach(prefixes, j, text) {
			if (!prefix_parse(json_string_value(text),
					  json_string_length(text), &prefix))
				add_row(reading, name, &prefix);
		}
	}
}

int observe_sets(struct kernel_state *state,
		 const struct kernel_options *options, struct set_table *table,
		 struct kernel_error *error)
{
	_cleanup_record_ json_t *record = record_parse(state, error);
	struct reading reading = {
		.arena = state->arena,
		.owners = json_object_get(record, "owners"),
		.groups = json_object_get(record, "owner_groups"),
	};
	struct image_trie trie;
	enum trie number;
	int result;

	*table = (struct set_table){};
	if (!record)
		return -EBADMSG;
	for (number = TRIE_BOGONS4; number <= TRIE_INFRA6; number++) {
		result = kernel_read_trie(options, state, number, &trie, error);
		if (result)
			return result;
		mark_trie(&reading, number, &trie);
	}
	cover_all(&reading);
	add_named(&reading, json_object_get(record, "sets"));
	table->rows = reading.rows;
	table->count = reading.row_count;
	return 0;
}
