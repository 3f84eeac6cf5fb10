/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * First match among the rules of an interface and direction.
 *
 * Every field narrows a word of candidate legs; see struct ruleset in abi.h.
 * Fields that no rule of the set asks for are not looked at.
 */
#ifndef WEIR_BPF_CLASSIFY_H
#define WEIR_BPF_CLASSIFY_H

#include "lookup.h"
#include "parse.h"

static __always_inline __u32 class_of(const struct view *view,
				      enum class_table table, __u16 value)
{
	const __u32 *page = table_at(view->image, view->header->classes[table],
				     value >> 8, sizeof(*page));
	const __u32 *class;

	if (!page)
		return 0;
	class = table_at(view->image, *page, value & 255, sizeof(*class));
	return class ? *class : 0;
}

/* Ports, or type and code, or the legs that need neither. */
static __always_inline __u64 match_transport(const struct view *view,
					     const struct ruleset *rules)
{
	const struct packet *packet = view->packet;
	__u64 word = ~0ull;

	if (!(rules->needs & (NEEDS_PORTS | NEEDS_ICMP)))
		return word;
	if (packet->has_ports && rules->needs & NEEDS_PORTS) {
		word = word_at(
			view->image, rules->ports[0],
			class_of(view, CLASSES_SOURCE_PORT, packet->ports[0]));
		return word & word_at(view->image, rules->ports[1],
				      class_of(view, CLASSES_DESTINATION_PORT,
					       packet->ports[1]));
	}
	if (packet->has_icmp && rules->needs & NEEDS_ICMP) {
		if (packet->family == 4)
			return word_at(
				view->image, rules->icmp[0],
				class_of(view, CLASSES_ICMP4, packet->icmp));
		return word_at(view->image, rules->icmp[1],
			       class_of(view, CLASSES_ICMP6, packet->icmp));
	}
	return rules->portless;
}

static __always_inline __u64 match_addresses(const struct view *view,
					     const struct ruleset *rules)
{
	const struct packet *packet = view->packet;
	int ipv4 = packet->family == 4;
	__u64 word = ~0ull;

	if (rules->needs & NEEDS_SOURCE)
		word = word_at(view->image,
			       ipv4 ? rules->source4 : rules->source6,
			       address_class(view, packet->source));
	if (word && rules->needs & NEEDS_DESTINATION)
		word &= word_at(view->image,
				ipv4 ? rules->destination4
				     : rules->destination6,
				address_class(view, packet->destination));
	return word;
}

static __always_inline __u64 match_protocol(const struct view *view,
					    const struct ruleset *rules)
{
	const struct packet *packet = view->packet;
	__u64 word = word_at(view->image, rules->protocol, packet->protocol);

	if (packet->authenticated)
		word |= word_at(view->image, rules->protocol, PROTOCOL_AH);
	return word;
}

/*
 * Position of the lowest bit of a word that is not 0, as the number of ones
 * below it (clang 14 cannot select __builtin_ctzll for BPF).
 */
static __always_inline __u32 lowest_bit(__u64 word)
{
	word = (word & -word) - 1;
	word -= word >> 1 & 0x5555555555555555ull;
	word = (word & 0x3333333333333333ull) +
	       (word >> 2 & 0x3333333333333333ull);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (__u32)(word * 0x0101010101010101ull >> 56);
}

/* The first leg of rule set `number` that matches, or NULL. */
static __always_inline const struct leg_entry *
first_match(const struct view *view, __u32 number)
{
	const struct packet *packet = view->packet;
	const struct ruleset *rules = table_at(
		view->image, view->header->rulesets, number, sizeof(*rules));
	__u64 word;

	if (!rules)
		return NULL;
	word = rules->family[packet->family == 6];
	word &= packet->fragment == FRAGMENT_NONE    ? rules->fragment[0]
		: packet->fragment == FRAGMENT_FIRST ? rules->fragment[1]
						     : rules->fragment[2];
	word &= match_protocol(view, rules);
	if (word)
		word &= match_transport(view, rules);
	if (word)
		word &= match_addresses(view, rules);
	if (!word)
		return NULL;
	return table_at(view->image, rules->legs, lowest_bit(word),
			sizeof(struct leg_entry));
}

#endif
