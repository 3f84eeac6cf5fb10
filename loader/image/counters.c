// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of counter slots: which ones an interface needs, what they are called
 * and where in the pages their first slots go.
 *
 * Each direction of an interface has, in this order: the block of its reasons;
 * where it is in monitor, that of what would have been dropped; where it has a
 * limit, the slot of the limit's state; and a block for each rule.
 */
#include <stdio.h>
#include <string.h>

#include "private.h"

/* The blocks under construction, and the next free element of rule_slots. */
struct blocks {
	const struct resolved *resolved;
	struct image *image;
	struct image_counter *next;
	uint32_t rule_slots;
	size_t next_rule_slot;
};

/* ---- names ------------------------------------------------------------- */

static uint32_t fnv1a(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

void shorten(char *to, size_t size, const char *text)
{
	if (strlen(text) < size)
		memcpy(to, text, strlen(text) + 1);
	else
		snprintf(to, size, "%.*s~%08x", (int)size - 10, text,
			 fnv1a(text));
}

static uint32_t block_width(enum block_kind kind)
{
	if (kind == BLOCK_RULE)
		return RULE_SLOTS;
	return kind == BLOCK_LIMIT ? 1 : REASON_SLOTS;
}

static struct image_counter *
add_block(struct blocks *blocks, const struct resolved_interface *interface,
	  int direction, enum block_kind kind, size_t reference)
{
	struct image_counter *counter = blocks->next++;

	shorten(counter->name.interface, sizeof(counter->name.interface),
		interface->text);
	counter->name.direction = (uint16_t)direction;
	counter->name.kind = (uint16_t)kind;
	counter->name.width = block_width(kind);
	counter->reference = reference;
	counter->limited = kind == BLOCK_LIMIT;
	return counter;
}

/* ---- blocks ------------------------------------------------------------ */

const struct resolved_ruleset *
ruleset_on(const struct resolved *resolved,
	   const struct resolved_interface *interface, int direction)
{
	uint32_t number = interface->ruleset[direction];

	return number ? &resolved->rulesets[number - 1] : NULL;
}

static size_t rules_on(const struct resolved *resolved,
		       const struct resolved_interface *interface,
		       int direction)
{
	const struct resolved_ruleset *rules =
		ruleset_on(resolved, interface, direction);

	return rules ? rules->rule_count : 0;
}

static void add_rules(struct blocks *blocks,
		      const struct resolved_interface *interface, int direction)
{
	const struct resolved_ruleset *rules =
		ruleset_on(blocks->resolved, interface, direction);

	for (size_t i = 0; rules && i < rules->rule_count; i++) {
		const struct resolved_rule *rule = &rules->rules[i];
		size_t reference =
			table_offset(blocks->rule_slots,
				     blocks->next_rule_slot++, sizeof(__u32));
		struct image_counter *counter = add_block(
			blocks, interface, direction, BLOCK_RULE, reference);

		shorten(counter->name.filter, sizeof(counter->name.filter),
			rule->filter);
		shorten(counter->name.rule, sizeof(counter->name.rule),
			rule->text);
		counter->limited = rule->entry.limit != 0;
	}
}

/* entry: byte offset of the interface's struct interface_entry. */
/*
 * The state of an interface's limit. The limit is part of its name, so that
 * another limit does not begin with what the former one has let through.
 */
static void add_limit(struct blocks *blocks,
		      const struct resolved_interface *interface, int direction,
		      size_t reference)
{
	const struct limit_entry *limit =
		&blocks->resolved->limits[interface->limit[direction] - 1]
			 .entry;
	struct image_counter *counter =
		add_block(blocks, interface, direction, BLOCK_LIMIT, reference);

	snprintf(counter->name.rule, sizeof(counter->name.rule),
		 "%s scale %llu shift %u tolerance %llu",
		 limit->bytes ? "bytes" : "packets",
		 (unsigned long long)limit->scale, limit->shift,
		 (unsigned long long)limit->tolerance);
}

static void add_direction(struct blocks *blocks,
			  const struct resolved_interface *interface,
			  int direction, size_t entry)
{
	size_t element = (size_t)direction * sizeof(__u32);

	add_block(blocks, interface, direction, BLOCK_REASONS,
		  entry + offsetof(struct interface_entry, counters) + element);
	if (interface->flags & INTERFACE_MONITOR)
		add_block(blocks, interface, direction, BLOCK_WOULD_DROP,
			  entry + offsetof(struct interface_entry, would_drop) +
				  element);
	if (interface->limit[direction])
		add_limit(blocks, interface, direction,
			  entry + offsetof(struct interface_entry, limiter) +
				  element);
	add_rules(blocks, interface, direction);
}

static void add_interface(struct blocks *blocks, size_t number)
{
	const struct resolved_interface *interface =
		&blocks->resolved->interfaces[number];
	size_t offset = table_offset(image_header_of(blocks->image)->interfaces,
				     number, sizeof(struct interface_entry));
	struct interface_entry *entry = (void *)(blocks->image->pages + offset);

	for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
		entry->rule_slots[direction] = (uint32_t)blocks->next_rule_slot;
		add_direction(blocks, interface, direction, offset);
	}
}

/* How many blocks there will be, and how many of them are of rules. */
static size_t count_blocks(const struct resolved *resolved, size_t *rules)
{
	size_t count = 0;

	for (size_t i = 0; i < resolved->interface_count; i++) {
		const struct resolved_interface *interface =
			&resolved->interfaces[i];

		for (int d = 0; d < DIRECTION_COUNT; d++) {
			count += 1 + !!(interface->flags & INTERFACE_MONITOR) +
				 !!interface->limit[d];
			*rules += rules_on(resolved, interface, d);
		}
	}
	return count + *rules;
}

void build_counters(struct builder *builder, const struct resolved *resolved)
{
	struct image *image = builder->image;
	struct blocks blocks = { .resolved = resolved, .image = image };
	struct image_counter *counters;
	size_t rules = 0;

	image->counter_count = count_blocks(resolved, &rules);
	counters = arena_array(builder->arena, image->counter_count,
			       sizeof(*counters));
	image->counters = counters;
	blocks.next = counters;
	blocks.rule_slots =
		pages_add(builder, rules / (PAGE_BYTES / sizeof(__u32)) + 1);
	image_header_of(image)->rule_slots = blocks.rule_slots;
	for (size_t i = 0; i < resolved->interface_count; i++)
		add_interface(&blocks, i);
}
