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

/* What the system says; addresses of this router as host prefixes. */
struct system_view {
	const struct prefix *local;
	size_t local_count;
};

/*
 * value: bogons: source, destination; customers: owners, own;
 * infrastructure: infrastructure, local; sets: address class, 0.
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

enum leg_fragments { FRAGMENTS_ANY, FRAGMENTS_ONLY };

/*
 * One plain conjunction: every member must hold.
 *
 * families: bit 0 IPv4, bit 1 IPv6.
 * source, destination: number + 1 of an address list, 0 any. The address is
 * in the list when the list's bit is set in its address class.
 * protocols: 256 bits, bit p of word p / 64; all set: any. It is the
 * upper-layer protocol after all extension headers; a packet that carries an
 * authentication header also has protocol 51.
 * Ports: only packets of TCP, UDP, UDP-Lite, SCTP and DCCP that are not later
 * fragments have them. icmp: ranges of type << 8 | code, of ICMP or ICMPv6 as
 * families says; the same for fragments. A leg with a port or icmp list does
 * not match a packet that lacks the field.
 */
struct leg {
	uint8_t families;
	enum leg_fragments fragments; /* only: first and later fragments */
	uint32_t source;
	uint32_t destination;
	uint64_t protocols[4];
	struct range_list source_ports;
	struct range_list destination_ports;
	struct range_list icmp;
};

struct resolved_rule {
	struct span span;
	enum verdict verdict;
	const char *filter; /* name of its filter */
	const char *text;   /* policy_rule_text(); unique within its rule set */
	const struct leg *legs;
	size_t leg_count; /* 0: can never match in any family */
};

/* An ordered list of filters as one list of rules, shared by interfaces. */
struct resolved_ruleset {
	const struct resolved_rule *rules;
	size_t rule_count;
	struct span span; /* of the first `apply` that made it */
};

struct resolved_interface {
	struct span span;
	const char *text; /* "eth1 vlan 100.200" */
	uint32_t device;  /* number in devices */
	uint16_t outer;	  /* NO_TAG where not given */
	uint16_t inner;
	enum role role;
	uint32_t checks; /* bits of enum check */
	uint32_t owner;	 /* owner number of its customer; 0 none */
	uint32_t link;	 /* owner number of its link prefixes; 0 none */
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

	/* Address lists of the rules: bit sets by class, per family. */
	uint32_t address_list_count;
	const uint64_t *class_lists[2]; /* [class * class_words + list / 64] */
	uint32_t class_count[2];	/* class 0: in no list */
	uint32_t class_words;

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
 * for one logical interface, roles without their customer, and the like.
 */
const struct resolved *resolve_policy(struct arena *arena,
				      struct diag_list *diags,
				      const struct policy *policy,
				      const struct system_view *system);

#endif
