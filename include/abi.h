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
 * Two tables are hash tables of 16-byte cells in buckets of four (64 bytes); a
 * look-up reads one bucket, or two where the first was full.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/types.h>

#define WEIR_ABI_VERSION 2u
#define WEIR_IMAGE_MAGIC 0x72696577u /* "weir" */

enum {
	PAGE_BYTES = 1024,
	NO_TAG = 0xffff, /* a tag position that is not there */
	MAX_TAGS = 2,
	MAX_EXTENSION_HEADERS = 8,
	REASON_SLOTS = 48,    /* counter slots of an interface and direction */
	RULE_SLOTS = 4,	      /* counter slots of a rule: enum rule_count */
	CHUNK_SLOTS = 65536,  /* counter slots of one per-CPU array */
	GROUP_SLOTS = 64,     /* of an element of the chunks after the first */
	COUNTER_CHUNKS = 256, /* the first is `counters` */
	COUNTER_SLOTS = CHUNK_SLOTS * COUNTER_CHUNKS,
	BUCKET_CELLS = 4,
	MAX_GOING_ON =
		64, /* rules of one rule set that do not end the search */
	MAX_LOGICAL_INTERFACES = 1 << 20, /* keys, VLAN ranges taken apart */
};

/* Slots 0 and 1: packets of devices that no statement governs, in and out. */
enum { SLOT_UNGOVERNED_IN = 0, SLOT_UNGOVERNED_OUT = 1, SLOT_FIRST_FREE = 64 };

enum direction { DIRECTION_IN, DIRECTION_OUT, DIRECTION_COUNT };
enum verdict { VERDICT_PASS, VERDICT_DROP, VERDICT_REJECT };

enum reason {
#define REASON(symbol, name, verdict, text) REASON_##symbol,
#include "reasons.def"
#undef REASON
	REASON_COUNT
};

/*
 * Things that happened to packets beside their verdict; they are counted in
 * the block of the reasons, from slot REASON_COUNT on, and in no sum.
 */
enum note {
#define NOTE(symbol, name, text) NOTE_##symbol,
#include "notes.def"
#undef NOTE
	NOTE_COUNT
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

/* What source-validation asks (RFC 2827, RFC 3704 2). */
enum validation {
#define VALIDATION(symbol, name, text) VALIDATION_##symbol,
#include "validations.def"
#undef VALIDATION
	VALIDATION_COUNT
};

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

/* Each 1 where an address under the prefix is that. */
struct infrastructure_value {
	__u16 infrastructure;
	__u16 local;	 /* an address of this router */
	__u16 broadcast; /* the broadcast address of a network known here */
	__u16 multicast; /* a group of the network's own infrastructure */
};

/* address_class: which address lists of the rules contain it; 0: none. */
struct set_value {
	__u32 address_class;
	__u32 reserved;
};

/* What an address is, in address_facts.flags. */
enum address_flag {
	ADDRESS_BOGON_SOURCE = 1,
	ADDRESS_BOGON_DESTINATION = 2,
	ADDRESS_OWN = 4,
	ADDRESS_CUSTOMER = 8,
	ADDRESS_INFRASTRUCTURE = 16,
	ADDRESS_LOCAL = 32,
	ADDRESS_BROADCAST = 64,
	ADDRESS_MULTICAST = 128,
};

/*
 * Everything that checks and rules want to know of an address: what the four
 * tries of its family say together. owners as in struct owner_value.
 */
struct address_facts {
	__u32 flags; /* enum address_flag */
	__u32 owners;
	__u32 address_class;
	__u32 reserved;
};

/* ---- counters ---------------------------------------------------------- */

struct counter {
	__u64 packets;
	__u64 bytes;
};

/* The kernel allocates elements one by one: few large ones are made sooner. */
struct counter_group {
	struct counter counters[GROUP_SLOTS];
};

/*
 * What the slots of a rule count; a packet that the rule matches is in one.
 * A packet that a terminating rule decides on is counted nowhere else.
 */
enum rule_count {
	RULE_MATCHED,	 /* the rule did what it says */
	RULE_OVER,	 /* over the rule's limit: what `over` says was done */
	RULE_WOULD_DROP, /* in monitor: would have been dropped */
};

/* Block names: an interface and direction has one of each, as far as needed. */
enum block_kind {
	BLOCK_REASONS,	  /* packets judged, by reason */
	BLOCK_WOULD_DROP, /* packets let through by monitor, by reason */
	BLOCK_RULE,
	BLOCK_LIMIT, /* no counters: the state of the interface's limit */
};

/* What a counter slot counts: the value of the map `slots`, keyed by slot. */
struct slot_name {
	char interface[32]; /* as in the policy: "eth1 vlan 100.200" */
	__u16 direction;    /* enum direction */
	__u16 kind;	    /* enum block_kind */
	__u32 width;	    /* slots in this block */
	char filter[32];    /* empty for a block of reasons */
	char rule[128];	    /* the rule's text; long text ends in its hash */
};

/* ---- limiters ---------------------------------------------------------- */

/*
 * State of a limit, in the map `limiters` under the first slot of its rule's
 * block or its own: the theoretical arrival time of the generic cell rate
 * algorithm (ITU-T I.371) in sixteenths of a nanosecond since boot.
 */
struct limiter {
	__u64 arrival;
	__u64 created; /* per source: states made in `sources`, ever */
};

/* Key of the map `sources`: one source of a limit per source. */
struct source_key {
	__u32 slot;
	__u8 family; /* 4 or 6 */
	__u8 reserved[3];
	__u8 prefix[16]; /* the source, masked to the limit's length */
};

struct source_state {
	__u64 arrival;
};

/* The slot whose limiter bounds the answers of `reject` as a whole. */
enum { SLOT_ANSWERS = 2 };

/* ---- the image --------------------------------------------------------- */

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
	__u32 interface_buckets; /* page: struct hash_cell, by bucket */
	__u32 interface_mask;	 /* buckets - 1 */
	__u32 owner_count;
	__u32 owner_buckets; /* page: struct hash_cell, by bucket */
	__u32 owner_mask;
	__u32 rulesets;	  /* page: struct ruleset */
	__u32 rule_slots; /* page: __u32 counter slot */
	__u32 record;	  /* page: JSON text about interfaces and rules */
	__u32 record_bytes;
	__u32 interface_seed; /* added to the ifindex before hashing */
	__u32 limits;	      /* page: struct limit_entry */
	__u32 limit_count;
	__u32 answers;	      /* limit of all answers of `reject`: number */
	__u32 tries;	      /* bit of enum trie: it has entries */
	__u32 index_roots[2]; /* page: entries of IPv4, of IPv6; 0: no index */
	__u32 index_facts;    /* page: struct address_facts, by leaf number */
	__u32 index_fact_count;
};

/*
 * The index: for each family a tree that says for every address the number of
 * its facts. Its root has INDEX_ROOT_ENTRIES entries, one for each value of
 * the first 16 bits. An entry is
 *
 *	a leaf: the number of the facts, or INDEX_CONSULT: ask the tries;
 *	INDEX_NODE | byte << 26 | page: 256 entries, by that byte of the
 *		address (0 to 15);
 *	INDEX_LINE | page << 4 | line: struct index_line4 or index_line6, that
 *		line of 64 bytes of the page. entries[i + 1] begins at the
 *		address starts[i], in host order, the first word the high one.
 *		Unused elements repeat the last used one.
 */
#define INDEX_KIND	0xc0000000u
#define INDEX_NODE	0x40000000u
#define INDEX_NODE_PAGE 0x03ffffffu
#define INDEX_LINE	0x80000000u
#define INDEX_CONSULT	0x3fffffffu

enum {
	INDEX_ROOT_ENTRIES = 65536,
	INDEX_NODE_ENTRIES = 256,
	INDEX_LINE_BYTES = 64,
	INDEX_LINE4_ENTRIES = 8,
	INDEX_LINE6_ENTRIES = 4,
};

struct index_line4 {
	__u32 starts[INDEX_LINE4_ENTRIES - 1];
	__u32 entries[INDEX_LINE4_ENTRIES];
	__u32 reserved;
};

struct index_line6 {
	__u64 starts[INDEX_LINE6_ENTRIES - 1][2];
	__u32 entries[INDEX_LINE6_ENTRIES];
};

/*
 * Cell of a hash table of buckets of BUCKET_CELLS. A key is in its first
 * bucket or, where that is full, in its second one: the first cell of the
 * first bucket then says `spilled`.
 *
 * interface_buckets: (ifindex, outer tag << 16 | inner tag) -> interface
 * number + 1. owner_buckets: (owners, owner) -> 1.
 */
struct hash_cell {
	__u32 key[2];
	__u32 value; /* 0: free */
	__u32 spilled;
};

enum interface_flag {
	INTERFACE_MONITOR = 1,	     /* nothing is dropped */
	INTERFACE_ALLOW_DEFAULT = 2, /* a default route is a route */
};

struct interface_entry {
	__u32 role;   /* enum role */
	__u32 checks; /* bits of enum check */
	__u32 owner;  /* the customer's owner number; 0: none */
	__u32 link;   /* owner number of its link prefixes; 0: none */
	__u32 counters[DIRECTION_COUNT];   /* first slot of the reasons */
	__u32 would_drop[DIRECTION_COUNT]; /* the same for monitor; 0: none */
	__u32 ruleset[DIRECTION_COUNT];	   /* number + 1; 0: no rules */
	__u32 rule_slots[DIRECTION_COUNT]; /* first element in rule_slots */
	__u32 limit[DIRECTION_COUNT];	   /* number + 1; 0: none */
	__u32 limiter[DIRECTION_COUNT];	   /* slot of its state */
	__u32 flags;			   /* enum interface_flag */
	__u32 validation;		   /* enum validation */
	__u32 remark;	   /* DSCP that 48 to 63 are rewritten to */
	__u32 device;	   /* number in the image's device list */
	__u32 fib_ifindex; /* where its routes point to; set when loaded */
	__u32 address4;	   /* source of answers, network order; 0: none */
	__u32 address6[4]; /* both set when loaded */
	__u32 reserved[6];
};

/*
 * One limit. A packet is within it when the arrival time of its state lies at
 * most `tolerance` ahead of now; it then moves that time on by its cost, which
 * is (units * scale) >> shift sixteenths of a nanosecond, the units being
 * packets or bytes.
 */
enum limit_over { OVER_DROP, OVER_REMARK, OVER_CONTINUE };

struct limit_entry {
	__u64 scale;
	__u64 tolerance; /* sixteenths of a nanosecond */
	__u8 shift;
	__u8 bytes;	 /* 1: units are bytes */
	__u8 over;	 /* enum limit_over */
	__u8 over_dscp;	 /* for OVER_REMARK */
	__u8 per_source; /* 1: one state for each source prefix */
	__u8 length4;	 /* of that prefix */
	__u8 length6;
	__u8 reserved[9];
};

enum rule_action { RULE_PERMIT, RULE_DROP, RULE_REJECT, RULE_CONTINUE };

enum rule_flag {
	RULE_MONITOR = 1,    /* drop and reject only count, and go on */
	RULE_TRUST_DSCP = 2, /* no rewriting by the edge's default */
	RULE_REMARK = 4,     /* rewrite to dscp */
	RULE_PRIORITY = 8,   /* on egress: set the packet's priority */
};

struct rule_entry {
	__u8 action; /* enum rule_action */
	__u8 flags;  /* enum rule_flag */
	__u8 dscp;
	__u8 reserved;
	__u32 priority;
	__u32 limit; /* number + 1 in limits; 0: none */
	__u32 reserved2;
};

/* Bits of struct packet.ip_options and .extension_headers. */
enum ip_option_bit {
#define IP_OPTION(symbol, name, type) IP_OPTION_##symbol,
#include "ip_options.def"
#undef IP_OPTION
	IP_OPTION_OTHER,
	IP_OPTION_BITS
};

enum extension_header_bit {
#define EXTENSION_HEADER(symbol, name, protocol) EXTENSION_HEADER_##symbol,
#include "extension_headers.def"
#undef EXTENSION_HEADER
	EXTENSION_HEADER_BITS
};

/* From where the bytes of a `bytes` match are counted. */
enum byte_base { BASE_LINK, BASE_NETWORK, BASE_TRANSPORT, BASE_COUNT };

enum fragment {
	FRAGMENT_NONE,
	FRAGMENT_FIRST,
	FRAGMENT_LATER,
	FRAGMENT_STATES
};

/* ---- rule sets --------------------------------------------------------- */

/*
 * The tables of one ordered list of rules, for packets of one family: rule set
 * i has elements 2 * i (IPv4) and 2 * i + 1 (IPv6). A rule is split into
 * legs, each a plain conjunction. How a packet finds the legs that match it,
 * at a cost that does not grow with their number:
 *
 * 1. The value of every field that some leg asks for becomes a class: values
 *    that no leg tells apart share one. Classes of several fields are folded
 *    into one class of a part: fold[class of the part so far, class of the
 *    field]. There are few parts, mostly one.
 * 2. Legs are in up to four groups, by how many address classes their source
 *    and destination lists contain: few or many. Within a group, the class of
 *    the source names a row, that of the destination a column; the cell at
 *    row + column, if it belongs to the row, names the list of the legs that
 *    ask for these addresses. Rows are laid over each other where their cells
 *    leave room.
 * 3. A list is a leaf, of legs in their order, each to be asked which of the
 *    parts' predicates it needs: bit `predicate` in the row of the part's
 *    class; or a branch: the class of a part chooses the list to go on with.
 *
 * The first leg that ends the search, in any group, ends it; rules that go on
 * are numbered within the rule set, and collected in one word.
 */
enum packet_field {
#define PACKET_FIELD(symbol, bytes) FIELD_##symbol,
#include "packet_fields.def"
#undef PACKET_FIELD
	FIELD_BYTES, /* the first of the fields that are raw bytes */
	MAX_BYTE_FIELDS = 8,
	FIELD_COUNT = FIELD_BYTES + MAX_BYTE_FIELDS,
};

enum {
	MATCH_PARTS = 6,
	PART_NUMBERS = 8, /* room for them: a power of two */
	MATCH_GROUPS = 4,
	SHORT_LEAF = 8, /* legs; longer lists branch as long as they can */
	LONGEST_LEAF = MAX_GOING_ON + 1, /* entries */
	ROW_PAGE_SHIFT = 7, /* predicate rows of so many words fill a page */
};

/*
 * Step of the walk from a value to its class, a byte of the value at a time,
 * the highest first: the class, or the page of the next 256 steps (__u32).
 */
#define CLASS_FOUND 0x80000000u

struct field_entry {
	__u32 classes; /* first step */
	__u32 absent;  /* class of packets that lack the field */
	__u32 fold;    /* page: __u32; 0: the first field of its part */
	__u32 width;   /* classes of the field: row length of fold */
};

/* `length` bytes at `offset` from base, as a number, under mask. */
struct byte_field {
	__u32 mask;
	__u16 offset;
	__u8 length;
	__u8 base; /* enum byte_base */
};

/* Row or column of an address class in each group; row 0: no cell. */
struct address_place {
	__u32 group[MATCH_GROUPS];
};

/*
 * Places by address class: in consecutive pages, or, with `top`, in the pages
 * that the table at `top` names. Classes past the end stand for class 0.
 */
struct address_places {
	__u32 page;
	__u32 top;
	__u32 count;
};

struct pair_cell {
	__u32 row; /* 0: free */
	__u32 list;
};

/*
 * A list: the number of its first leaf entry, or LIST_BRANCH, the part, and
 * the first element of the branch in the table of branches.
 */
#define LIST_BRANCH	0x80000000u
#define LIST_PART_SHIFT 28
#define LIST_INDEX_MASK 0x0fffffffu

enum leaf_flag {
	LEAF_LAST = 1,	  /* no leg comes after this one */
	LEAF_MORE = 2,	  /* the leg asks more: the next entry is its, too */
	LEAF_GOES_ON = 4, /* its rule does not end the search */
};

/* What a leg of a leaf asks of one part. */
struct leaf_entry {
	__u32 rule;	 /* position of its rule in the rule set */
	__u32 predicate; /* 0: holds for every packet */
	__u8 part;
	__u8 flags; /* enum leaf_flag */
	__u8 rank;  /* rules of the set before it that go on */
	__u8 reserved[5];
};

struct ruleset {
	__u32 needs;	   /* bits of enum packet_field, and below */
	__u32 groups;	   /* 0: no leg can match */
	__u32 rules;	   /* page: struct rule_entry */
	__u32 going;	   /* page: __u32, positions of the rules that go on */
	__u32 byte_fields; /* page: struct byte_field[MAX_BYTE_FIELDS] */
	__u32 cells;	   /* page: struct pair_cell */
	__u32 leaves;	   /* page: struct leaf_entry */
	__u32 branches;	   /* page: lists, __u32 */
	__u32 rule_count;  /* elements of rules */
	struct address_places source;
	struct address_places destination;
	/*
	 * Rows of 1 << row_shift words. page: the words, or, when rows fill
	 * pages, the numbers of the pages that hold them, __u32.
	 */
	__u32 predicates[PART_NUMBERS];
	__u8 row_shift[PART_NUMBERS];
	struct field_entry fields[FIELD_COUNT];
	__u8 part[FIELD_COUNT];
	__u32 field_end; /* the last field that is asked for, + 1 */
};

/* Bits of struct ruleset.needs after those of the fields. */
#define NEEDS_SOURCE	  (1u << 30)
#define NEEDS_DESTINATION (1u << 31)

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
WEIR_ASSERT_SIZE(struct hash_cell, 16);
WEIR_ASSERT_SIZE(struct index_line4, INDEX_LINE_BYTES);
WEIR_ASSERT_SIZE(struct index_line6, INDEX_LINE_BYTES);
WEIR_ASSERT_SIZE(struct interface_entry, 128);
WEIR_ASSERT_SIZE(struct limit_entry, 32);
WEIR_ASSERT_SIZE(struct rule_entry, 16);
WEIR_ASSERT_SIZE(struct address_facts, 16);
WEIR_ASSERT_SIZE(struct source_key, 24);
WEIR_ASSERT_SIZE(struct field_entry, 16);
WEIR_ASSERT_SIZE(struct byte_field, 8);
WEIR_ASSERT_SIZE(struct address_place, 16);
WEIR_ASSERT_SIZE(struct pair_cell, 8);
WEIR_ASSERT_SIZE(struct leaf_entry, 16);
WEIR_ASSERT_SIZE(struct ruleset, 512);
_Static_assert(sizeof(struct image_header) <= PAGE_BYTES, "page 0");
_Static_assert((int)REASON_COUNT + (int)NOTE_COUNT <= (int)REASON_SLOTS,
	       "reasons and notes fit their block");

/*
 * What the value of one trie adds to the facts of an address: for the index
 * when it is built, for the datapath when it asks the tries themselves. The
 * flags are computed, not branched on: the verifier would follow every case.
 */
static inline void facts_add_bogon(struct address_facts *facts,
				   const struct bogon_value *value)
{
	facts->flags |= (value->source & 1) * ADDRESS_BOGON_SOURCE |
			(value->destination & 1) * ADDRESS_BOGON_DESTINATION;
}

static inline void facts_add_owner(struct address_facts *facts,
				   const struct owner_value *value)
{
	facts->owners = value->owners;
	facts->flags |= (value->own & 1) * ADDRESS_OWN |
			(value->customer & 1) * ADDRESS_CUSTOMER;
}

static inline void
facts_add_infrastructure(struct address_facts *facts,
			 const struct infrastructure_value *value)
{
	facts->flags |= (value->infrastructure & 1) * ADDRESS_INFRASTRUCTURE |
			(value->local & 1) * ADDRESS_LOCAL |
			(value->broadcast & 1) * ADDRESS_BROADCAST |
			(value->multicast & 1) * ADDRESS_MULTICAST;
}

static inline void facts_add_set(struct address_facts *facts,
				 const struct set_value *value)
{
	facts->address_class = value->address_class;
}

/*
 * One hash for both tables, in the builder and in the datapath: multiply and
 * fold twice, so that a seed added to a scatters keys that collide anew. The
 * first bucket of a key is weir_hash(a + seed, b), the second one
 * weir_hash(a + seed, ~b), both modulo the number of buckets.
 */
static inline __u32 weir_hash(__u32 a, __u32 b)
{
	__u64 mixed = ((__u64)a << 32 | b) * 0x9e3779b97f4a7c15ull;

	mixed = (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93ull;
	return (__u32)(mixed >> 32);
}

#endif
