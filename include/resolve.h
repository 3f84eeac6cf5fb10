/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy with every name looked up: syntax tree -> prefix tries, rule sets
 * and interfaces, in numbers. This is what the oracle of the tests reads too.
 *
 * Reads feed files; what it needs to know of the system comes in
 * struct system_view, so the result depends on nothing else.
 */
#ifndef WEIR_RESOLVE_H
#define WEIR_RESOLVE_H

#include "abi.h"
#include "policy.h"

/*
 * What the system says; addresses of this router as host prefixes, and the
 * networks they are in (IPv4, for their broadcast addresses).
 */
struct system_view {
	const struct prefix *local;
	size_t local_count;
	const struct prefix *connected;
	size_t connected_count;
	bool monitor; /* as if the policy said `monitor;` */
};

/*
 * value: bogons: source, destination; customers: owners, own;
 * infrastructure: infrastructure | local << 16, broadcast | multicast << 16;
 * sets: address class, 0.
 */
struct trie_entry {
	struct prefix prefix;
	uint32_t value[2];
};

/*
 * Sorted by prefix_compare(), no duplicates. The value of an entry says
 * everything that covers it: the longest match is the whole answer, and no
 * match means the value 0, 0.
 */
struct trie_table {
	const struct trie_entry *entries;
	size_t count;
};

struct range16 {
	uint16_t low;
	uint16_t high; /* inclusive */
};

/* Ranges sorted, not touching. count 0 stands for "any". */
struct range_list {
	const struct range16 *ranges;
	size_t count;
};

/* Fields of a packet whose values a leg lists as ranges. */
enum range_field {
	RANGE_SOURCE_PORT,
	RANGE_DESTINATION_PORT,
	RANGE_ICMP,	  /* type << 8 | code */
	RANGE_HOP_LIMIT,  /* TTL or hop limit */
	RANGE_DSCP,	  /* 0 to 63 */
	RANGE_LENGTH,	  /* of the IP packet, its header included */
	RANGE_OUTER_VLAN, /* 1 to 4094; packets without one match no list */
	RANGE_INNER_VLAN,
	RANGE_FIELDS
};

struct range32 {
	uint32_t low;
	uint32_t high; /* inclusive */
};

struct byte_test {
	enum byte_base base;
	uint16_t offset;
	uint8_t length; /* 1 to 4 */
	uint32_t mask;
	uint32_t value; /* bits outside the mask are 0 */
};

/*
 * One plain conjunction: every member must hold.
 *
 * families: bit 0 IPv4, bit 1 IPv6.
 * source, destination: number + 1 of an address list, 0 any. The address is
 * in the list when the number is among those of its address class.
 * protocols: 256 bits, bit p of word p / 64; all set: any. It is the
 * upper-layer protocol after all extension headers; a packet that carries an
 * authentication header also has protocol 51.
 * fragments: bits of enum fragment that match; 7: any.
 * ranges: empty lists stand for "any". Ports: only packets of TCP, UDP,
 * UDP-Lite, SCTP and DCCP that are not later fragments have them. icmp: of
 * ICMP or ICMPv6 as families says; the same for fragments. A leg with a list
 * does not match a packet that lacks the field.
 * tcp_flags: (control bits & mask) == value; mask 0: any. Only TCP packets
 * that are not later fragments have them.
 * ip_options, extension_headers: the packet has one of these bits; 0: any.
 * spis: of the ESP header, or of an AH header where protocols has 51 and not
 * 50; sorted; count 0: any. Later fragments have none.
 * macs: the source MAC address is one of these; sorted; count 0: any.
 * bytes: all of these hold; bytes past the end of the packet never match, and
 * later fragments have no transport header.
 */
struct leg {
	uint8_t families;
	uint8_t fragments;
	uint32_t source;
	uint32_t destination;
	uint64_t protocols[4];
	struct range_list ranges[RANGE_FIELDS];
	uint16_t tcp_flags_value;
	uint16_t tcp_flags_mask;
	uint32_t ip_options;
	uint32_t extension_headers;
	const struct range32 *spis;
	size_t spi_count;
	const uint8_t (*macs)[6];
	size_t mac_count;
	const struct byte_test *bytes;
	size_t byte_count;
};

/*
 * In the units of the datapath's arithmetic: see struct limit_entry. After
 * idling, packets pass at once as long as less than the burst has gone before.
 * span: where the policy says so; file 0: the default.
 */
struct resolved_limit {
	struct limit_entry entry;
	struct span span;
};

struct resolved_rule {
	struct span span;
	struct rule_entry entry; /* limit: number + 1 in limits */
	const char *filter;	 /* name of its filter */
	const char *text; /* policy_rule_text(); unique within its rule set */
	const struct leg *legs;
	size_t leg_count; /* 0: can never match in any family */
	bool goes_on;	  /* a packet that matches may go on to the next rule */
};

/* An ordered list of filters as one list of rules, shared by interfaces. */
struct resolved_ruleset {
	const struct resolved_rule *rules;
	size_t rule_count;
	struct span span; /* of the first `apply` that made it */
};

struct resolved_interface {
	struct span span;
	const char *text;  /* "eth1 vlan 100.200" */
	uint32_t device;   /* number in devices */
	uint16_t outer[2]; /* first and last VLAN id; NO_TAG where not given */
	uint16_t inner[2];
	enum role role;
	uint32_t checks; /* bits of enum check */
	uint32_t flags;	 /* bits of enum interface_flag */
	enum validation validation;
	uint32_t remark;		 /* DSCP that 48 to 63 become */
	uint32_t limit[DIRECTION_COUNT]; /* number + 1 in limits; 0 none */
	uint32_t owner; /* owner number of its customer; 0 none */
	uint32_t link;	/* owner number of its link prefixes; 0 none */
	uint32_t ruleset[DIRECTION_COUNT]; /* number + 1; 0 none */
};

struct resolved_device {
	const char *name;
	struct span span; /* of the first statement that names it */
	bool governed;	  /* some logical interface is not management */
	bool tagged;	  /* some logical interface has a VLAN */
};

/* Numbers at or above owner_count stand for several owners at once. */
struct owner_group {
	const uint32_t *owners; /* sorted */
	size_t count;
};

/* The numbers of the address lists that contain a class of addresses. */
struct class_lists {
	const uint32_t *lists; /* sorted */
	size_t count;
};

struct named_set {
	const char
		*name; /* "bogons", "infrastructure", "customer acme", "noc" */
	const struct prefix *prefixes; /* sorted, excepts taken away */
	size_t count;
};

struct resolved {
	struct trie_table tries[TRIE_COUNT];
	const char *const *owners; /* name of owner i; [0] is NULL */
	uint32_t owner_count;	   /* including number 0 */
	uint32_t customer_count;   /* owners 1 .. this are customers */
	const struct owner_group *owner_groups; /* number owner_count + i */
	size_t owner_group_count;

	/* Address lists of the rules: which of them each class is in. */
	uint32_t address_list_count;
	const struct class_lists *classes[2]; /* by family; class 0: in none */
	uint32_t class_count[2];

	const struct resolved_limit *limits; /* [0]: of all answers of reject */
	size_t limit_count;
	bool index; /* false: the policy says `index off` */

	const struct resolved_ruleset *rulesets;
	size_t ruleset_count;
	const struct resolved_interface *interfaces;
	size_t interface_count;
	const struct resolved_device *devices;
	size_t device_count;
	const struct named_set *sets; /* in the order of the policy */
	size_t set_count;
};

/*
 * Never NULL; to be used only when diag_errors() is 0 afterwards. Memory from
 * arena. Errors: names that do not exist or exist twice, sets that contain
 * themselves, feeds that do not parse (file:line of the feed), two statements
 * for one logical interface, roles without their customer, rules whose matches
 * or modifiers exclude each other, more than MAX_GOING_ON rules of a rule set
 * that go on, more than MAX_LOGICAL_INTERFACES keys, and the like. Warnings:
 * what is valid and cannot be meant, such as rules that are never reached.
 */
const struct resolved *resolve_policy(struct arena *arena,
				      struct diag_list *diags,
				      const struct policy *policy,
				      const struct system_view *system);

#endif
