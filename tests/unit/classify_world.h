/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rule sets made by hand or at random, their image, and packets that meet
 * them: the classifier alone, from legs to matches.
 *
 * The oracle reads the rules one after the other and every leg member by
 * member, as include/resolve.h says what a leg is.
 */
#ifndef WEIR_TEST_CLASSIFY_WORLD_H
#define WEIR_TEST_CLASSIFY_WORLD_H

#include <stdlib.h>

#include "base/arena.h"
#include "diag.h"
#include "image.h"
#include "maps.h"

#include "../../bpf/classify.h"

enum { MAX_MATCHES = MAX_GOING_ON + 1 };

/* A rule set under construction: arrays that the policy will point to. */
struct rules_world {
	struct arena *arena;
	struct diag_list *diags;
	struct resolved resolved;
	struct resolved_ruleset ruleset;
	struct resolved_rule *rules;
	size_t rule_count;
	size_t rule_capacity;
	const struct classifier *classifier;
	struct image *image;
	struct native *native;
};

/* A packet with what the index says of its addresses, and its bytes. */
struct test_packet {
	struct packet packet;
	uint32_t source;
	uint32_t destination;
	uint8_t frame[256];
};

/* Positions of the rules that match, in order. */
struct matches {
	int position[MAX_MATCHES];
	int count;
};

/* ---- the oracle -------------------------------------------------------- */

static bool in_range_list(const struct range_list *list, bool present,
			  uint32_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (present && list->ranges[i].low <= value &&
		    value <= list->ranges[i].high)
			return true;
	return !list->count;
}

static bool ranges_match(const struct leg *leg, const struct packet *packet)
{
	const struct range_list *lists = leg->ranges;

	return in_range_list(&lists[RANGE_SOURCE_PORT], packet->has_ports,
			     packet->ports[0]) &&
	       in_range_list(&lists[RANGE_DESTINATION_PORT], packet->has_ports,
			     packet->ports[1]) &&
	       in_range_list(&lists[RANGE_ICMP], packet->has_icmp,
			     packet->icmp) &&
	       in_range_list(&lists[RANGE_HOP_LIMIT], true,
			     packet->hop_limit) &&
	       in_range_list(&lists[RANGE_DSCP], true, packet->dscp) &&
	       in_range_list(&lists[RANGE_LENGTH], true, packet->ip_length) &&
	       in_range_list(&lists[RANGE_OUTER_VLAN], packet->outer != NO_TAG,
			     packet->outer) &&
	       in_range_list(&lists[RANGE_INNER_VLAN], packet->inner != NO_TAG,
			     packet->inner);
}

static bool protocol_bit(const struct leg *leg, unsigned int protocol)
{
	return leg->protocols[protocol / 64] >> protocol % 64 & 1;
}

static bool spi_matches(const struct leg *leg, const struct packet *packet)
{
	int which = protocol_bit(leg, 51) && !protocol_bit(leg, 50);

	for (size_t i = 0; i < leg->spi_count; i++)
		if (packet->has_spi[which] &&
		    leg->spis[i].low <= packet->spi[which] &&
		    packet->spi[which] <= leg->spis[i].high)
			return true;
	return !leg->spi_count;
}

static bool mac_matches(const struct leg *leg, const struct packet *packet)
{
	for (size_t i = 0; i < leg->mac_count; i++)
		if (!memcmp(leg->macs[i], packet->source_mac, 6))
			return true;
	return !leg->mac_count;
}

static bool bytes_match(const struct byte_test *test,
			const struct test_packet *from)
{
	const struct packet *packet = &from->packet;
	uint32_t at = test->offset, value = 0;

	if (test->base == BASE_TRANSPORT &&
	    (!packet->transport || packet->fragment == FRAGMENT_LATER))
		return false;
	if (test->base == BASE_TRANSPORT)
		at += packet->transport;
	if (test->base == BASE_NETWORK)
		at += packet->network;
	if (at + test->length > packet->limit)
		return false;
	for (int i = 0; i < test->length; i++)
		value = value << 8 | from->frame[at + (uint32_t)i];
	return (value & test->mask) == test->value;
}

static bool in_list(const struct resolved *resolved, int family, uint32_t class,
		    uint32_t list)
{
	const struct class_lists *in = &resolved->classes[family][class];

	for (size_t i = 0; i < in->count; i++)
		if (in->lists[i] + 1 == list)
			return true;
	return !list;
}

static bool flags_match(const struct leg *leg, const struct packet *packet)
{
	return !leg->tcp_flags_mask ||
	       (packet->has_tcp_flags &&
		(packet->tcp_flags & leg->tcp_flags_mask) ==
			leg->tcp_flags_value);
}

static bool leg_matches(const struct resolved *resolved, const struct leg *leg,
			const struct test_packet *from)
{
	const struct packet *packet = &from->packet;
	int family = packet->family == 6;

	for (size_t i = 0; i < leg->byte_count; i++)
		if (!bytes_match(&leg->bytes[i], from))
			return false;
	return leg->families >> family & 1 &&
	       leg->fragments >> packet->fragment & 1 &&
	       in_list(resolved, family, from->source, leg->source) &&
	       in_list(resolved, family, from->destination, leg->destination) &&
	       (protocol_bit(leg, packet->protocol) ||
		(packet->authenticated && protocol_bit(leg, 51))) &&
	       ranges_match(leg, packet) && flags_match(leg, packet) &&
	       (!leg->ip_options || leg->ip_options & packet->ip_options) &&
	       (!leg->extension_headers ||
		leg->extension_headers & packet->extension_headers) &&
	       spi_matches(leg, packet) && mac_matches(leg, packet);
}

static bool rule_matches(const struct resolved *resolved,
			 const struct resolved_rule *rule,
			 const struct test_packet *from)
{
	for (size_t i = 0; i < rule->leg_count; i++)
		if (leg_matches(resolved, &rule->legs[i], from))
			return true;
	return false;
}

static void expected_matches(const struct rules_world *world,
			     const struct test_packet *from,
			     struct matches *expected)
{
	expected->count = 0;
	for (size_t i = 0; i < world->rule_count; i++) {
		const struct resolved_rule *rule = &world->rules[i];

		if (!rule_matches(&world->resolved, rule, from))
			continue;
		expected->position[expected->count++] = (int)i;
		if (rule->entry.action != RULE_CONTINUE)
			return;
	}
}

/* ---- the classifier ---------------------------------------------------- */

static void found_matches(const struct rules_world *world,
			  struct test_packet *from, struct matches *found)
{
	struct native_frame frame = { from->frame,
				      from->frame + sizeof(from->frame) };
	struct view view = {
		.image = world->native,
		.header = (const void *)world->image->pages,
		.context = &frame,
		.packet = &from->packet,
		.source = { .address_class = from->source },
		.destination = { .address_class = from->destination },
	};
	struct matching state;
	int position = first_match(&view, &state, 0);

	found->count = 0;
	while (position >= 0 && found->count < MAX_MATCHES) {
		found->position[found->count++] = position;
		position = next_match(&view, &state);
	}
}

static void rules_world_start(struct rules_world *world)
{
	memset(world, 0, sizeof(*world));
	world->arena = arena_new();
	world->diags = diag_new(world->arena);
}

static struct resolved_rule *add_rule(struct rules_world *world,
				      enum rule_action action,
				      const struct leg *legs, size_t leg_count)
{
	struct resolved_rule *rule;
	struct leg *copy = arena_array(world->arena, leg_count, sizeof(*copy));

	world->rules = arena_grow(world->arena, world->rules, world->rule_count,
				  &world->rule_capacity, sizeof(*rule));
	rule = &world->rules[world->rule_count++];
	memset(rule, 0, sizeof(*rule));
	if (leg_count)
		memcpy(copy, legs, leg_count * sizeof(*copy));
	rule->entry.action = (uint8_t)action;
	rule->goes_on = action == RULE_CONTINUE;
	rule->filter = "f";
	rule->text = arena_printf(world->arena, "%zu", world->rule_count);
	rule->span.line = (uint32_t)world->rule_count;
	rule->legs = copy;
	rule->leg_count = leg_count;
	return rule;
}

/* A leg that every packet matches. */
static struct leg any_leg(void)
{
	struct leg leg = { .families = 3, .fragments = 7 };

	memset(leg.protocols, 0xff, sizeof(leg.protocols));
	return leg;
}

/* image stays NULL where the classifier reports errors. */
static void rules_world_build(struct rules_world *world)
{
	static const struct class_lists in_none;

	for (int family = 0; family < 2; family++)
		if (!world->resolved.class_count[family]) {
			world->resolved.class_count[family] = 1;
			world->resolved.classes[family] = &in_none;
		}
	world->ruleset.rules = world->rules;
	world->ruleset.rule_count = world->rule_count;
	world->resolved.rulesets = &world->ruleset;
	world->resolved.ruleset_count = 1;
	world->classifier =
		classify_rules(world->arena, world->diags, &world->resolved);
	if (diag_errors(world->diags))
		return;
	world->image = image_build(world->arena, world->diags, &world->resolved,
				   world->classifier);
	world->native = native_open(world->image);
}

static void rules_world_end(struct rules_world *world)
{
	if (world->native)
		native_close(world->native);
	arena_free(world->arena);
}

#endif
