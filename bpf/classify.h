/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules that a packet meets, of an interface and direction, in order.
 *
 * abi.h has the tables and the idea. Fields that no rule of the set asks for
 * are not looked at. first_match() does all the work; next_match() only reads
 * off what it found: the rules that go on, then the one that ends the search.
 */
#ifndef WEIR_BPF_CLASSIFY_H
#define WEIR_BPF_CLASSIFY_H

#include "lookup.h"
#include "parse.h"

#define NO_RULE 0xffffffffu

/* Rules that match and have not been handed out yet. */
struct matching {
	__u64 going;	   /* bit i: rule i of those that go on */
	__u32 going_rules; /* page: their positions */
	__u32 end;	   /* the rule that ends the search, or NO_RULE */
};

static __always_inline __u32 number_at(const void *image, __u32 page,
				       __u32 index)
{
	const __u32 *number = table_at(image, page, index, sizeof(*number));

	return number ? *number : 0;
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

/* How far a search has come. */
struct progress {
	__u32 classes[PART_NUMBERS]; /* as far as fields are folded in */
	__u32 list;		     /* where in branches or leaves it is */
	__u32 rank;		     /* rules that go on before found->end */
	__u32 failed; /* 1: the leg being read asks what does not hold */
};

/* A packet on its way through the tables of a rule set. */
struct search {
	const struct view *view;
	const struct ruleset *rules;
	const struct address_place *rows;
	const struct address_place *columns;
	struct matching *found;
	struct progress at;
};

/* ---- fields ------------------------------------------------------------ */

/* A value of one field; one that the packet lacks has present 0. */
struct field_value {
	__u64 value;
	__u32 bytes;
	__u32 present;
};

static __always_inline __u64 mac_value(const __u8 *mac)
{
	return (__u64)read16(mac) << 32 | (__u32)read16(mac + 2) << 16 |
	       read16(mac + 4);
}

static __always_inline __u32 field_bytes(__u32 field)
{
	switch (field) {
#define PACKET_FIELD(symbol, bytes)                                            \
	case FIELD_##symbol:                                                   \
		return bytes;
#include "packet_fields.def"
#undef PACKET_FIELD
	default:
		return sizeof(((struct byte_field *)0)->mask);
	}
}

static __always_inline void packet_field(const struct packet *packet,
					 __u32 field, struct field_value *is)
{
	is->present = 1;
	is->bytes = field_bytes(field);
	switch (field) {
	case FIELD_PROTOCOL:
		is->value = packet->protocol | packet->authenticated << 8;
		break;
	case FIELD_FRAGMENT:
		is->value = packet->fragment;
		break;
	case FIELD_SOURCE_PORT:
		is->value = packet->ports[0];
		is->present = packet->has_ports;
		break;
	case FIELD_DESTINATION_PORT:
		is->value = packet->ports[1];
		is->present = packet->has_ports;
		break;
	case FIELD_ICMP:
		is->value = packet->icmp;
		is->present = packet->has_icmp;
		break;
	case FIELD_TCP_FLAGS:
		is->value = packet->tcp_flags;
		is->present = packet->has_tcp_flags;
		break;
	case FIELD_HOP_LIMIT:
		is->value = packet->hop_limit;
		break;
	case FIELD_DSCP:
		is->value = packet->dscp;
		break;
	case FIELD_LENGTH:
		is->value = packet->ip_length;
		break;
	case FIELD_IP_OPTIONS:
		is->value = packet->ip_options;
		break;
	case FIELD_EXTENSION_HEADERS:
		is->value = packet->extension_headers;
		break;
	case FIELD_OUTER_VLAN:
		is->value = packet->outer;
		is->present = packet->outer != NO_TAG;
		break;
	case FIELD_INNER_VLAN:
		is->value = packet->inner;
		is->present = packet->inner != NO_TAG;
		break;
	case FIELD_ESP_SPI:
		is->value = packet->spi[0];
		is->present = packet->has_spi[0];
		break;
	case FIELD_AH_SPI:
		is->value = packet->spi[1];
		is->present = packet->has_spi[1];
		break;
	case FIELD_SOURCE_MAC:
		is->value = mac_value(packet->source_mac);
		break;
	default:
		break;
	}
}

/*
 * The same for fields that few rules ask for. Global, so that the verifier
 * does not follow every field through the tables, but any value once.
 */
GLOBAL_FUNCTION int rare_field(const struct packet *packet, __u32 field,
			       struct field_value *is)
{
	if (packet && is)
		packet_field(packet, field, is);
	return 0;
}

#define NO_OFFSET (1u << 30) /* past the end of any packet */

/* Where the bytes are counted from; NO_OFFSET: there is no such header. */
static __always_inline __u32 base_offset(const struct packet *packet, __u8 base)
{
	if (base == BASE_LINK)
		return 0;
	if (base == BASE_NETWORK)
		return packet->network;
	return packet->transport ? packet->transport : NO_OFFSET;
}

static __always_inline void packet_bytes(const struct search *search,
					 __u32 number, struct field_value *is)
{
	const struct view *view = search->view;
	const struct packet *packet = view->packet;
	const struct byte_field *field =
		table_at(view->image, search->rules->byte_fields, number,
			 sizeof(*field));
	__u32 offset;

	is->bytes = sizeof(field->mask);
	if (!field)
		return;
	offset = base_offset(packet, field->base) + field->offset;
	if (offset + field->length > packet->limit)
		return;
	for (__u32 i = 0; i < 4 && i < field->length; i++) {
		__u8 byte;

		if (frame_read(view->context, offset + i, &byte, 1))
			return;
		is->value = is->value << 8 | byte;
	}
	is->value &= field->mask;
	is->present = 1;
}

static __always_inline __u32 class_of(const void *image, __u32 step,
				      const struct field_value *is)
{
	__u32 shift = 8 * is->bytes;

	for (__u32 i = 0; i < 6 && shift && !(step & CLASS_FOUND); i++) {
		shift -= 8;
		step = number_at(image, step, is->value >> shift & 255);
	}
	return step & ~CLASS_FOUND;
}

/* Folds the value of one field into its part. */
static __always_inline void fold_value(struct search *search, __u32 field,
				       const struct field_value *is)
{
	const struct ruleset *rules = search->rules;
	const void *image = search->view->image;
	const struct field_entry *entry = &rules->fields[field];
	__u32 *part =
		&search->at.classes[rules->part[field] & (PART_NUMBERS - 1)];
	__u32 class = is->present ? class_of(image, entry->classes, is)
				  : entry->absent;

	if (entry->fold)
		class = number_at(image, entry->fold,
				  *part * entry->width + class);
	*part = class;
}

/* A field that many rules ask for; its number is a constant. */
static __always_inline void fold_common(struct search *search, __u32 field)
{
	struct field_value is = {};

	if (!(search->rules->needs >> field & 1))
		return;
	packet_field(search->view->packet, field, &is);
	fold_value(search, field, &is);
}

/* A step of repeat() over the fields from FIELD_IP_OPTIONS on. */
static long fold_rare(__u32 index, void *state)
{
	struct search *search = state;
	__u32 field = FIELD_IP_OPTIONS + index;
	struct field_value is = {};

	if (field >= FIELD_COUNT || !(search->rules->needs >> field & 1))
		return 0;
	if (field < FIELD_BYTES)
		rare_field(search->view->packet, field, &is);
	else
		packet_bytes(search, field - FIELD_BYTES, &is);
	fold_value(search, field, &is);
	return 0;
}

/* In the order of the fields, which is that of the tables. */
static __always_inline void fold_fields(struct search *search)
{
	__u32 end = search->rules->field_end;

	fold_common(search, FIELD_PROTOCOL);
	fold_common(search, FIELD_FRAGMENT);
	fold_common(search, FIELD_SOURCE_PORT);
	fold_common(search, FIELD_DESTINATION_PORT);
	fold_common(search, FIELD_ICMP);
	fold_common(search, FIELD_TCP_FLAGS);
	fold_common(search, FIELD_HOP_LIMIT);
	fold_common(search, FIELD_DSCP);
	fold_common(search, FIELD_LENGTH);
	if (end > FIELD_IP_OPTIONS)
		repeat(end - FIELD_IP_OPTIONS, fold_rare, search);
}

/* ---- lists ------------------------------------------------------------- */

static __always_inline int holds(const struct search *search, __u32 part,
				 __u32 predicate)
{
	const void *image = search->view->image;
	__u32 page = search->rules->predicates[part];
	__u32 shift = search->rules->row_shift[part] & 31;
	__u32 index = (search->at.classes[part] << shift) + (predicate >> 6);

	if (shift >= ROW_PAGE_SHIFT) {
		page = number_at(image, page, index >> ROW_PAGE_SHIFT);
		index &= (1u << ROW_PAGE_SHIFT) - 1;
	}
	return word_at(image, page, index) >> (predicate & 63) & 1;
}

/* One entry of a leaf; 1: no other one can matter. */
static __always_inline long read_entry(struct search *search,
				       const struct leaf_entry *entry)
{
	struct matching *found = search->found;

	if (entry->rule >= found->end)
		return 1;
	if (!search->at.failed && entry->predicate)
		search->at.failed =
			!holds(search, entry->part & (PART_NUMBERS - 1),
			       entry->predicate);
	if (entry->flags & LEAF_MORE)
		return 0;
	if (!search->at.failed && entry->flags & LEAF_GOES_ON) {
		found->going |= 1ull << (entry->rank & 63);
	} else if (!search->at.failed) {
		found->end = entry->rule;
		search->at.rank = entry->rank;
		return 1;
	}
	search->at.failed = 0;
	return entry->flags & LEAF_LAST;
}

/* One step down a branch, or one entry further in a leaf. */
static long read_list(__u32 index, void *state)
{
	struct search *search = state;
	const void *image = search->view->image;
	const struct leaf_entry *entry;
	__u32 list = search->at.list;

	(void)index;
	if (list & LIST_BRANCH) {
		list = (list & LIST_INDEX_MASK) +
		       search->at.classes[list >> LIST_PART_SHIFT &
					  (PART_NUMBERS - 1)];
		search->at.list =
			number_at(image, search->rules->branches, list);
		return 0;
	}
	search->at.list++;
	entry = table_at(image, search->rules->leaves, list, sizeof(*entry));
	return entry ? read_entry(search, entry) : 1;
}

/* One group: its cell for the packet's addresses, and the legs there. */
static long read_group(__u32 index, void *state)
{
	struct search *search = state;
	__u32 group = index & (MATCH_GROUPS - 1);
	__u32 row = search->rows->group[group];
	const struct pair_cell *cell;

	if (!row)
		return 0;
	cell = table_at(search->view->image, search->rules->cells,
			row + search->columns->group[group], sizeof(*cell));
	if (!cell || cell->row != row)
		return 0;
	search->at.list = cell->list;
	search->at.failed = 0;
	repeat(MATCH_PARTS + LONGEST_LEAF, read_list, search);
	return 0;
}

/* ---- addresses --------------------------------------------------------- */

static __always_inline const struct address_place *
address_place(const struct view *view, const struct address_places *places,
	      __u32 class)
{
	const __u32 in_page = PAGE_BYTES / sizeof(struct address_place);
	__u32 page;

	if (class >= places->count)
		class = 0;
	page = places->page + class / in_page;
	if (places->top)
		page = number_at(view->image, places->top, class / in_page);
	return table_at(view->image, page, class % in_page,
			sizeof(struct address_place));
}

/* ---- the rules of a set ------------------------------------------------ */

static __always_inline const struct rule_entry *
rule_at(const struct view *view, __u32 ruleset, __u32 position)
{
	const struct ruleset *rules =
		table_at(view->image, view->header->rulesets, 2 * ruleset,
			 sizeof(*rules));

	if (!rules)
		return NULL;
	return table_at(view->image, rules->rules, position,
			sizeof(struct rule_entry));
}

/* Position of the next rule that matches, or -1. */
static __always_inline int next_match(const struct view *view,
				      struct matching *found)
{
	__u32 position = found->end;

	if (found->going) {
		position = number_at(view->image, found->going_rules,
				     lowest_bit(found->going));
		found->going &= found->going - 1;
		return (int)position;
	}
	found->end = NO_RULE;
	return (int)position;
}

/*
 * Global, so that the verifier does not know what a search begins with: then
 * no step changes anything that it knows, and it follows each step once.
 */
GLOBAL_FUNCTION int begin_search(struct progress *at, struct matching *found)
{
	if (!at || !found)
		return 0;
	at->rank = MAX_GOING_ON;
	found->going = 0;
	found->end = NO_RULE;
	return 0;
}

/*
 * Position of the first rule of rule set `ruleset` that matches, or -1.
 * view->source and view->destination have been asked for. *found is set, for
 * next_match(): at most MAX_GOING_ON more rules, the last of them the only one
 * that need not go on.
 */
static __always_inline int first_match(const struct view *view,
				       struct matching *found, __u32 ruleset)
{
	const struct ruleset *rules = table_at(
		view->image, view->header->rulesets,
		2 * ruleset + (view->packet->family == 6), sizeof(*rules));
	struct search search = {
		.view = view,
		.rules = rules,
		.found = found,
	};

	begin_search(&search.at, found);
	if (!rules || !rules->groups)
		return -1;
	found->going_rules = rules->going;
	search.rows =
		address_place(view, &rules->source, view->source.address_class);
	search.columns = address_place(view, &rules->destination,
				       view->destination.address_class);
	if (!search.rows || !search.columns)
		return -1;
	fold_fields(&search);
	repeat(MATCH_GROUPS, read_group, &search);
	if (search.at.rank < MAX_GOING_ON)
		found->going &= (1ull << search.at.rank) - 1;
	return next_match(view, found);
}

#endif
