/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image in the kernel: maps, pins, programs, attachment, the swap.
 *
 * All state is under one pin directory (default /sys/fs/bpf/weir):
 *
 *	images                 array of maps, one slot: the image in force
 *	counters more_counters per-CPU counters: the first slots, all others
 *	more-counters/N        the chunk N of those others
 *	slots resets           names of slots; reset points
 *	limiters sources       states of limits, of all and per source
 *	tries/bogons4 ...      array of maps: the tries of each generation
 *	generations/N/image    one directory for each kept generation
 *	generations/N/bogons4 ...
 *	bogons4 ...            links to the tries of the generation in force
 *	links/IFINDEX-egress   tcx link of a device
 *	links/IFINDEX-clsact   directory: weir made the device's clsact qdisc
 *	namespace-INODE        directory: the network namespace it belongs to
 *
 * What is in force is what slot 0 of `images` holds, nothing else; names and
 * links follow it and are repaired by the next apply. What is attached is what
 * the kernel says is attached: programs that use our `images` map.
 *
 * Functions return 0 or a negative errno and leave a sentence for the user in
 * struct kernel_error.
 */
#ifndef WEIR_KERNEL_H
#define WEIR_KERNEL_H

#include "image.h"

#define WEIR_PIN_DIRECTORY "/sys/fs/bpf/weir"

enum attach_mode { ATTACH_NATIVE, ATTACH_GENERIC };

struct kernel_error {
	char text[512];
	char hint[256];
};

struct kernel_options {
	const char *pin_directory;
	enum attach_mode mode;
	bool verbose; /* libbpf's and libxdp's own messages to standard error */
};

/*
 * Addresses of this host and its IPv4 networks, for struct system_view:
 * loopback left out. The rest of *view stays as it is.
 */
int kernel_local_addresses(struct arena *arena, struct system_view *view,
			   struct kernel_error *error);

struct kernel_apply_result {
	uint64_t generation;
	uint32_t attached; /* devices newly attached */
	uint32_t detached; /* devices no longer governed */
};

/*
 * Puts the image in force: lock, build beside, attach new devices, one store,
 * detach what is no longer governed. All or nothing: on error the policy in
 * force before is in force still and nothing stays behind. In success *error
 * says what could not be detached, or deserves a warning; empty: nothing.
 */
int kernel_apply(struct image *image, const struct kernel_options *options,
		 struct kernel_apply_result *result,
		 struct kernel_error *error);

/*
 * Removes programs, links, maps, pins: exactly what weir made. -ENOENT: nothing
 * is in force. -EEXIST: something is not weir's, or out of its reach.
 */
int kernel_detach(const struct kernel_options *options, uint32_t *devices,
		  struct kernel_error *error);

/* ---- reading ----------------------------------------------------------- */

struct kernel_attachment {
	char device[16];
	uint32_t ifindex;
	const char *ingress;  /* "native", "generic", "none" */
	bool dispatcher;      /* through libxdp's dispatcher */
	uint32_t xdp_program; /* kernel program id, 0 none */
	const char *egress;   /* "tcx", "clsact", "none" */
	uint32_t tc_program;
};

/* A named block of counters; counts has name.width elements. */
struct kernel_block {
	uint32_t slot;
	struct slot_name name;
	const struct counter *counts;	 /* since the last reset */
	bool in_force;			 /* the image in force counts in it */
	const struct rule_entry *rule;	 /* in the image; NULL: none there */
	const struct limit_entry *limit; /* the same */
};

/* The state of a limit, by the first slot of its block or SLOT_ANSWERS. */
struct kernel_limiter {
	uint32_t slot;
	uint64_t sources; /* per source: states that exist, and were made */
	uint64_t created;
};

/* A view of what is in force; free with kernel_state_close(). */
struct kernel_state {
	struct arena *arena;
	struct image_header header;
	const uint8_t *pages;
	size_t page_count;
	const struct kernel_attachment *attachments;
	size_t attachment_count;
	const struct kernel_block *blocks; /* sorted by slot */
	size_t block_count;
	const struct kernel_limiter *limiters; /* sorted by slot */
	size_t limiter_count;
	struct counter *counts; /* of all slots */
};

/*
 * -ENOENT when weir is not in force here; -ENOLINK when it is not, and yet a
 * device has a program of weir's.
 */
int kernel_state_open(const struct kernel_options *options,
		      struct kernel_state *state, struct kernel_error *error);
void kernel_state_close(struct kernel_state *state);

/*
 * What a trie of the generation in force holds now, edits by others included;
 * in no order, in the state's memory.
 */
int kernel_read_trie(const struct kernel_options *options,
		     struct kernel_state *state, enum trie number,
		     struct image_trie *trie, struct kernel_error *error);

/* Whose counters to reset; NULL and -1 stand for all. */
struct kernel_reset {
	const char *interface;
	int direction;	  /* enum direction */
	const char *rule; /* filter name, or a part of the rule's text */
};

/*
 * From now on those counters are shown relative to this moment; loses no
 * packet. -ENOENT: there are none.
 */
int kernel_reset_counters(const struct kernel_options *options,
			  const struct kernel_reset *which,
			  struct kernel_error *error);

#endif
