/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The narrow waist: tables -> bytes for each map, deterministic.
 *
 * image_build() lays the pages of abi.h out without knowing the machine: the
 * same policy gives the same bytes everywhere. image_bind() then fills in what
 * only the machine knows (interface indexes, counter slots), as a linker
 * relocates. kernel/ needs nothing but this header.
 */
#ifndef WEIR_IMAGE_H
#define WEIR_IMAGE_H

#include "classify.h"

/*
 * A block of counter slots that the image refers to. Its name is what makes
 * a slot survive an apply: the same name gets the same slots again.
 */
struct image_counter {
	struct slot_name name;
	size_t reference; /* byte offset in pages where the slot goes, __u32 */
	bool limited;	  /* a limiter belongs to its first slot */
};

struct image_interface {
	const char *text; /* "eth1 vlan 100.200" */
	uint32_t device;
	uint16_t outer[2]; /* first and last VLAN id; NO_TAG: none */
	uint16_t inner[2];
	bool asks_fib; /* source-validation by the routes of the system */
	bool answers;  /* some rule of it rejects */
};

struct image_device {
	const char *name;
	bool governed; /* to be attached to */
	bool tagged;   /* has logical interfaces with VLAN ids */
};

/* Keys and values of one trie, ready for a batch update. */
struct image_trie {
	const void *keys;   /* struct trie_key4 or trie_key6 */
	const void *values; /* two __u32 each */
	uint32_t count;
	uint32_t key_size;
};

struct image {
	uint8_t *pages;
	uint32_t page_count;
	struct image_trie tries[TRIE_COUNT];
	const struct image_counter *counters;
	size_t counter_count;
	const struct image_interface *interfaces;
	size_t interface_count;
	const struct image_device *devices;
	size_t device_count;
};

/*
 * record: {"interfaces": [...], "rulesets": [...], "sets": [...]}, JSON, names
 * each interface and rule with file and line; it travels in the image's last
 * pages so that counters can be explained from the kernel alone.
 * Sources are named through diags.
 */
struct image *image_build(struct arena *arena, const struct diag_list *diags,
			  const struct resolved *resolved,
			  const struct classifier *classifier);

/*
 * What the machine says of one logical interface: the network device whose
 * routes lead to it (the VLAN device, bridge or bond, or the device itself;
 * 0: none), and the addresses that answers are sent from (all zero: none).
 */
struct binding_interface {
	uint32_t fib_ifindex;
	uint32_t address4; /* network order */
	uint32_t address6[4];
};

/*
 * Fills in ifindex[device] (0: device not present, gets no cells) and
 * slots[counter], then the generation, when and by whom it is applied. Devices
 * that are present have different ifindexes: two keys alike cannot be placed.
 */
struct binding {
	const uint32_t *ifindex;		    /* one for each device */
	const uint32_t *slots;			    /* one for each counter */
	const struct binding_interface *interfaces; /* one for each, or NULL */
	uint32_t trie_slot;
	uint32_t applied_by;
	uint64_t generation;
	uint64_t applied_at;
};
void image_bind(struct image *image, const struct binding *binding);

/*
 * For an edit of a trie of an image in force, whose pages are mapped: from now
 * on packets ask the tries about all addresses under the prefix. To be called
 * after a prefix was inserted or its value changed, and before one is removed.
 */
void image_consult(uint8_t *pages, enum trie trie, const struct prefix *prefix);

/* The record of an image as read back from its pages; NULL when damaged. */
const char *image_record(const uint8_t *pages, size_t page_count,
			 size_t *length);

/* A dump of every table in text, for golden files and for `weir check -v`. */
void image_print(const struct image *image, FILE *stream);

#endif
