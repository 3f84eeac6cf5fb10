/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the loader and the BPF programs share: the bytes of every map.
 *
 * Fixed-width types only, explicit padding, sizes asserted. Integers are in
 * host byte order; addresses are bytes in network order.
 *
 * The image
 * ---------
 * One inner array map of 1 KiB pages holds everything a packet meets besides
 * the prefix tries. Page 0 is struct image_header. A table is a run of pages;
 * `page` members below are page numbers. Element i of a table of n-byte
 * elements (n a power of two) is in page base + i / (1024 / n).
 *
 * Two tables are hash tables of 16-byte cells in buckets of four (64 bytes);
 * the builder doubles the table until no bucket overflows, so a look-up
 * reads one bucket and nothing else.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/types.h>

#define WEIR_ABI_VERSION 1u
#define WEIR_IMAGE_MAGIC 0x72696577u /* "weir" */

enum {
	PAGE_BYTES = 1024,
	NO_TAG = 0xffff, /* a tag position that is not there */
	MAX_TAGS = 2,
	MAX_EXTENSION_HEADERS = 8,
	MAX_LEGS = 64,	   /* alternatives of one rule set: one word */
	REASON_SLOTS = 64, /* counter slots of an interface and direction */
	COUNTER_SLOTS = 65536,
	BUCKET_CELLS = 4,
};

/* Slots 0 and 1: packets of devices that no statement governs, in and out. */
enum { SLOT_UNGOVERNED_IN = 0, SLOT_UNGOVERNED_OUT = 1, SLOT_FIRST_FREE = 64 };

enum direction { DIRECTION_IN, DIRECTION_OUT, DIRECTION_COUNT };
enum verdict { VERDICT_PASS, VERDICT_DROP };

enum reason {
#define REASON(symbol, name, verdict, text) REASON_##symbol,
#include "reasons.def"
#undef REASON
	REASON_COUNT
};

enum role {
#define ROLE(symbol, name) ROLE_##symbol,
#include "roles.def"
#undef ROLE
	ROLE_COUNT
};

enum check {
#define CHECK(symbol, name, direction, roles) CHECK_##symbol,
#include "checks.def"
#undef CHECK
	CHECK_COUNT
};
#define CHECK_BIT(symbol) (1u << CHECK_##symbol)

enum trie {
#define TRIE(symbol, name, family, value) TRIE_##symbol,
#include "tries.def"
#undef TRIE
	TRIE_COUNT
};

/* ---- prefix tries ------------------------------------------------------ */

struct trie_key4 {
	__u32 prefix_length;
	__u8 address[4];
};

struct trie_key6 {
	__u32 prefix_length;
	__u8 address[16];
};

/* 1 where an address under the prefix is refused in that place. */
struct bogon_value {
	__u32 source;
	__u32 destination;
};

/*
 * Who owns the prefix. owners: 0 nobody, an owner's number (below
 * image_header.owner_count) when one alone, otherwise a number at or above it
 * that the image's owner table resolves (pairs of number and owner).
 * Owners are customers and the link prefixes of interfaces.
 * own: 1 when the network itself owns it; customer: 1 when a customer does.
 */
struct owner_value {
	__u32 owners;
	__u16 own;
	__u16 customer;
};

struct infrastructure_value {
	__u32 infrastructure;
	__u32 local; /* 1: an address of this router */
};

/* address_class: which address lists of the rules contain it; 0: none. */
struct set_value {
	__u32 address_class;
	__u32 reserved;
};

/* ---- counters ---------------------------------------------------------- */

struct counter {
	__u64 packets;
	__u64 bytes;
};

/* What a counter slot counts: the value of the map `slots`, keyed by slot. */
struct slot_name {
	char interface[32]; /* as in the policy: "eth1 vlan 100.200" */
	__u32 direction;    /* enum direction */
	__u32 width; /* slots in this block: REASON_SLOTS, or 1 for a rule */
	char filter[32]; /* empty for a block of reasons */
	char rule[128];	 /* the rule's text; long text ends in its hash */
};

/* ---- the image --------------------------------------------------------- */

/*
 * Page numbers of the two-level tables that turn a 16-bit field into a class:
 * entry [value >> 8] of the named page is the number of a page whose entry
 * [value & 255] is the class. Entries are __u32.
 */
enum class_table {
	CLASSES_SOURCE_PORT,
	CLASSES_DESTINATION_PORT,
	CLASSES_ICMP4, /* type << 8 | code */
	CLASSES_ICMP6,
	CLASSES_COUNT
};

struct image_header {
	__u32 magic;
	__u32 abi_version;
	__u32 page_count;
	__u32 trie_slot;  /* inner tries of this generation; set when loaded */
	__u64 generation; /* set when loaded */
	__u64 applied_at; /* ns since 1970, UTC; set when loaded */
	__u32 applied_by; /* user id; set when loaded */
	__u32 interface_count;
	__u32 interfaces;	 /* page: struct interface_entry */
	__u32 interface_buckets; /* page: struct interface_cell, by bucket */
	__u32 interface_mask;	 /* buckets - 1 */
	__u32 owner_count;
	__u32 owner_buckets; /* page: struct owner_cell, by bucket */
	__u32 owner_mask;
	__u32 rulesets;	  /* page: struct ruleset */
	__u32 rule_slots; /* page: __u32 counter slot */
	__u32 classes[CLASSES_COUNT];
	__u32 record; /* page: JSON text about interfaces and rules */
	__u32 record_bytes;
	__u32 interface_seed; /* added to the ifindex before hashing */
	__u32 reserved;
};

/* Key (ifindex, outer, inner) -> interface number + 1; 0: free cell. */
struct interface_cell {
	__u32 ifindex;
	__u16 outer;
	__u16 inner;
	__u32 interface;
	__u32 reserved;
};

/* Key (owners, owner); used 1. */
struct owner_cell {
	__u32 owners;
	__u32 owner;
	__u32 used;
	__u32 reserved;
};

struct interface_entry {
	__u32 role;   /* enum role */
	__u32 checks; /* bits of enum check */
	__u32 owner;  /* the customer's owner number; 0: none */
	__u32 link;   /* owner number of its link prefixes; 0: none */
	__u32 counters[DIRECTION_COUNT];   /* first slot of the reasons */
	__u32 ruleset[DIRECTION_COUNT];	   /* number + 1; 0: no rules */
	__u32 rule_slots[DIRECTION_COUNT]; /* first element in rule_slots */
	__u32 device; /* number in the image's device list */
	__u32 reserved[5];
};

enum ruleset_needs {
	NEEDS_SOURCE = 1, /* some rule asks for the source address */
	NEEDS_DESTINATION = 2,
	NEEDS_PORTS = 4,
	NEEDS_ICMP = 8,
};

enum fragment {
	FRAGMENT_NONE,
	FRAGMENT_FIRST,
	FRAGMENT_LATER,
	FRAGMENT_STATES
};

/*
 * The tables of one ordered list of rules. A rule is split into legs, each a
 * plain conjunction; leg i owns bit i of every word, in rule order, so the
 * lowest bit of the AND over all fields is the first match.
 * Pages: words (__u64) indexed by the class of the field.
 */
struct ruleset {
	__u32 needs; /* enum ruleset_needs */
	__u32 legs;  /* page: struct leg_entry[MAX_LEGS] */
	__u32 source4;
	__u32 source6;
	__u32 destination4;
	__u32 destination6;
	__u32 protocol; /* page: words indexed by protocol number */
	__u32 ports[2]; /* source, destination */
	__u32 icmp[2];	/* ICMP, ICMPv6 */
	__u32 reserved;
	__u64 fragment[FRAGMENT_STATES];
	__u64 portless;	 /* legs that ask nothing of ports, type or code */
	__u64 family[2]; /* legs that an IPv4, an IPv6 packet can meet */
	__u64 reserved2[4];
};

struct leg_entry {
	__u32 rule;    /* position of its rule in the rule set */
	__u32 verdict; /* enum verdict */
};

#define WEIR_ASSERT_SIZE(type, size)                                           \
	_Static_assert(sizeof(type) == (size), #type " changed its size")

WEIR_ASSERT_SIZE(struct trie_key4, 8);
WEIR_ASSERT_SIZE(struct trie_key6, 20);
WEIR_ASSERT_SIZE(struct bogon_value, 8);
WEIR_ASSERT_SIZE(struct owner_value, 8);
WEIR_ASSERT_SIZE(struct infrastructure_value, 8);
WEIR_ASSERT_SIZE(struct set_value, 8);
WEIR_ASSERT_SIZE(struct counter, 16);
WEIR_ASSERT_SIZE(struct slot_name, 200);
WEIR_ASSERT_SIZE(struct interface_cell, 16);
WEIR_ASSERT_SIZE(struct owner_cell, 16);
WEIR_ASSERT_SIZE(struct interface_entry, 64);
WEIR_ASSERT_SIZE(struct ruleset, 128);
WEIR_ASSERT_SIZE(struct leg_entry, 8);
_Static_assert(sizeof(struct image_header) <= PAGE_BYTES, "page 0");
_Static_assert((int)REASON_COUNT <= (int)REASON_SLOTS,
	       "reasons fit their block");

/*
 * One hash for both tables, in the builder and in the datapath: multiply and
 * fold twice, so that a seed added to a scatters keys that collide anew.
 */
static inline __u32 weir_hash(__u32 a, __u32 b)
{
	__u64 mixed = ((__u64)a << 32 | b) * 0x9e3779b97f4a7c15ull;

	mixed = (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93ull;
	return (__u32)(mixed >> 32);
}

#endif
