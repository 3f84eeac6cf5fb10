/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of loader/kernel share; nobody else includes this.
 *
 * Functions return 0 or a negative errno with a sentence in struct
 * kernel_error, as the public ones do, unless they say otherwise.
 */
#ifndef WEIR_KERNEL_PRIVATE_H
#define WEIR_KERNEL_PRIVATE_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "kernel.h"

enum { PIN_PATH = 256 };

/* ---- error.c ----------------------------------------------------------- */

/* Both return -code. system_error() adds the errno's text and a hint. */
int kernel_fail(struct kernel_error *error, int code, const char *hint,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
int system_error(struct kernel_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Takes over what libbpf and libxdp print: shown when verbose, otherwise the
 * first warning since the last call is kept for an error message.
 */
void messages_capture(bool verbose);
void messages_clear(void);
const char *messages_first(void); /* "" when there was none */

/* ---- pins.c ------------------------------------------------------------ */

struct pins {
	char directory[PIN_PATH - 96];
	int lock;     /* the open and locked directory; -1 for readers */
	bool created; /* held no pins when this process locked it */
};

bool pins_have_images(const struct pins *pins);
/* For readers: the name alone, no lock. */
int pins_name(struct pins *pins, const struct kernel_options *options,
	      struct kernel_error *error);
/*
 * Locked for the caller alone until pins_close(). Makes it when create.
 * -EEXIST: somebody else made it.
 */
int pins_open(struct pins *pins, const struct kernel_options *options,
	      bool create, struct kernel_error *error);
void pins_close(struct pins *pins);

/* DIRECTORY/format... */
void pins_path(const struct pins *pins, char path[PIN_PATH], const char *format,
	       ...) __attribute__((format(printf, 3, 4)));
int pins_mkdir(const struct pins *pins, const char *name,
	       struct kernel_error *error);

/* Removes a pin, an empty directory, or a generation with its pins. */
void pins_remove_tree(const char *path);
/* Removes what weir made; an error names what somebody else put there. */
int pins_remove_all(const struct pins *pins, struct kernel_error *error);

/* ---- maps.c ------------------------------------------------------------ */

/* Those of plain_maps.def, in its order. */
enum plain_map {
#define PLAIN_MAP(name) PLAIN_##name,
#include "plain_maps.def"
#undef PLAIN_MAP
	PLAIN_MAPS
};
extern const char *const plain_names[PLAIN_MAPS];

struct maps {
	struct bpf_object *types; /* what the maps have to look like */
	int btf;
	union {
		int plain[PLAIN_MAPS];
		struct {
#define PLAIN_MAP(name) int name;
#include "plain_maps.def"
#undef PLAIN_MAP
		};
	};
	int tries[TRIE_COUNT];
	int chunks[COUNTER_CHUNKS]; /* those of more_counters; [0] is -1 */
	uint32_t images_id;
	uint32_t trie_slots; /* of each outer trie */
};
#define MAPS_CLOSED                                                            \
	{                                                                      \
		.btf = -1, .plain = { [0 ... PLAIN_MAPS - 1] = -1 },           \
		.tries = { [0 ... TRIE_COUNT - 1] = -1 }, .chunks = {          \
			[0 ... COUNTER_CHUNKS - 1] = -1                        \
		}                                                              \
	}

extern const char *const trie_names[TRIE_COUNT];
extern const uint8_t trie_families[TRIE_COUNT];

/* Opens what is pinned; with create makes and pins what is missing. */
int maps_open(struct maps *maps, const struct pins *pins, bool create,
	      struct kernel_error *error);
/* `images` alone: enough to know what is attached. -ENOENT: not pinned. */
int maps_open_images(struct maps *maps, const struct pins *pins,
		     struct kernel_error *error);
void maps_close(struct maps *maps);

/* Makes a map as maps->types describes it, max_entries instead if not 0. */
int maps_create(const struct maps *maps, const char *name, uint32_t max_entries,
		struct kernel_error *error);

/* A map made to be put into an outer map: a trie, or the pages of an image. */
int maps_create_trie(const struct maps *maps, enum trie trie,
		     uint32_t max_entries, struct kernel_error *error);
int maps_create_image(const struct maps *maps, uint32_t page_count,
		      struct kernel_error *error);
int maps_create_chunk(const struct maps *maps, struct kernel_error *error);

uint32_t map_id(int fd); /* 0 on error */

/* Descriptor of the inner map in a slot; -ENOENT when the slot is empty. */
int map_inner(int outer, uint32_t slot);

/* All keys and values, malloc()ed by the callee. Returns 0 or -errno. */
struct map_contents {
	void *keys;
	void *values;
	uint32_t count;
};
int map_read(int fd, struct map_contents *contents);
void map_contents_free(struct map_contents *contents);
/* Many at once; keys to be removed have to be there. */
int map_write(int fd, const void *keys, const void *values, uint32_t count);
int map_remove(int fd, const void *keys, uint32_t count);

/* ---- chunks.c ---------------------------------------------------------- */

/*
 * Opens the pinned chunks of counters. repair: those that a killed process
 * left, or whose pin or place in `more_counters` was lost, are put right.
 */
int chunks_open(struct maps *maps, const struct pins *pins, bool repair,
		struct kernel_error *error);
/* Makes, pins and puts in place the chunk of a number, empty. */
int chunk_create(struct maps *maps, const struct pins *pins, uint32_t number,
		 struct kernel_error *error);
/* Undoes chunk_create(). */
void chunk_remove(struct maps *maps, const struct pins *pins, uint32_t number);

/* ---- generation.c ------------------------------------------------------ */

/* The policy in force: what images[0] holds. */
struct in_force {
	uint32_t id; /* of the image map; 0: no policy is in force */
	struct image_header header;
};
int in_force_read(const struct maps *maps, struct in_force *now,
		  struct kernel_error *error);

struct generation {
	int image;
	int tries[TRIE_COUNT];
	uint64_t number;
	uint32_t trie_slot;
};
#define GENERATION_CLOSED                                                      \
	{                                                                      \
		.image = -1, .tries = { [0 ... TRIE_COUNT - 1] = -1 }          \
	}

/* Puts names right after a process that was killed; drops what is too old. */
void generation_repair(const struct pins *pins, const struct maps *maps,
		       const struct in_force *now);
/* Chooses number and trie slot of the generation that comes next. */
int generation_choose(struct generation *next, const struct pins *pins,
		      const struct maps *maps, const struct in_force *now,
		      struct kernel_error *error);
/* Makes, fills and pins its maps as generations/next; image is bound. */
int generation_build(struct generation *next, const struct pins *pins,
		     const struct maps *maps, const struct image *image,
		     struct kernel_error *error);
int generation_put_in_force(const struct generation *next,
			    const struct maps *maps,
			    struct kernel_error *error);
/* After the store: the final name, the links, the pins that are too old. */
void generation_publish(const struct generation *next, const struct pins *pins,
			const struct maps *maps, uint64_t previous);
/* Undoes generation_build(). */
void generation_drop(const struct generation *next, const struct pins *pins,
		     const struct maps *maps);
void generation_close(struct generation *generation);

/* ---- references.c ------------------------------------------------------ */

/* A counter block that an image counts in, and what in the image does. */
struct reference {
	uint32_t slot;
	const struct rule_entry *rule;	 /* NULL unless a rule's */
	const struct limit_entry *limit; /* of the rule or the direction */
};
typedef void reference_visitor(void *context, const struct reference *it);
/* Calls visit for each block of a whole, bound image of this layout. */
void references_visit(const uint8_t *pages, reference_visitor *visit,
		      void *context);
/* The same for the image in force, if there is one. Returns 0 or -errno. */
int references_in_force(const struct maps *maps, reference_visitor *visit,
			void *context);

/* ---- slots.c ----------------------------------------------------------- */

struct slot_range {
	uint32_t slot;
	uint32_t width;
};

/* What was written, to be taken back. */
struct slot_plan {
	uint32_t *slots;	  /* for each counter of the image */
	bool *is_fresh;		  /* the same: its block was placed anew */
	struct slot_range *fresh; /* the blocks placed anew */
	size_t fresh_count;
	uint32_t *dropped; /* names of former policies that gave way */
	struct slot_name *dropped_names;
	uint32_t dropped_count;
	struct bases *bases; /* overwritten ones, as they were */
	bool makes_chunks;
	bool chunks[COUNTER_CHUNKS]; /* made for it */
	bool shared; /* the image in force counts in slots of new blocks */
};

/* Writes the names of new blocks; slots_undo() takes them back. */
int slots_assign(struct arena *arena, struct maps *maps,
		 const struct pins *pins, const struct image *image,
		 struct slot_plan *plan, struct kernel_error *error);
void slots_undo(struct maps *maps, const struct pins *pins,
		const struct slot_plan *plan);
/* After the store: new blocks forget what the former image counted in them. */
void slots_settle(struct arena *arena, const struct maps *maps,
		  const struct slot_plan *plan);

/* ---- limiters.c -------------------------------------------------------- */

struct limiter_plan {
	uint32_t *made; /* slots of limiters that only the new image needs */
	uint32_t made_count;
};

/*
 * Makes the limiters that are not there yet and that the image needs or, when
 * the map was lost, the one in force.
 */
int limiters_make(struct arena *arena, const struct maps *maps,
		  const struct image *image, const struct slot_plan *slots,
		  struct limiter_plan *plan, struct kernel_error *error);
void limiters_undo(const struct maps *maps, const struct limiter_plan *plan);
/* After the store: removes those that the image has no use for. */
void limiters_sweep(struct arena *arena, const struct maps *maps,
		    const struct image *image, const struct slot_plan *slots);
int limiters_read(const struct maps *maps, struct kernel_state *state,
		  struct kernel_error *error);

/* ---- counters.c -------------------------------------------------------- */

/*
 * Sums over all CPUs of slots first .. first + count - 1, of any chunks; slots
 * of chunks that are not there are left as they are.
 */
int counters_sum(const struct maps *maps, uint32_t first, uint32_t count,
		 struct counter *sums);
int counters_read(const struct maps *maps, struct kernel_state *state,
		  struct kernel_error *error);

/* ---- bases.c ----------------------------------------------------------- */

/* What `resets` says of some slots; where has is false, nothing. */
struct base {
	uint32_t slot;
	bool has;
	struct counter value;
};
struct bases {
	struct base *list;
	size_t count;
};

/*
 * These slots count from zero from now on, all or, on error, none; *former is
 * what was overwritten.
 */
int bases_renew(struct arena *arena, const struct maps *maps,
		const struct slot_range *ranges, size_t count,
		struct bases *former);
void bases_restore(const struct maps *maps, const struct bases *former);
/* Chunks that were made anew count from zero, not from below it. */
int bases_drop(const struct maps *maps, const bool chunks[COUNTER_CHUNKS]);

/* ---- programs.c -------------------------------------------------------- */

enum program { PROGRAM_INGRESS, PROGRAM_EGRESS, PROGRAM_COUNT };

/* The kernel's hash over a program's instructions. */
struct program_tag {
	uint8_t bytes[BPF_TAG_SIZE];
};
int program_read_tag(int program_fd, struct program_tag *tag);

/* Opened, not loaded; maps are the pinned ones. NULL on error. */
struct bpf_object *program_open(enum program program, const struct maps *maps,
				struct kernel_error *error);
/* The descriptor of its program, owned by object; object is loaded by this. */
int program_load(struct bpf_object *object, struct kernel_error *error);
/* The devices of an image, in its order; 0: not in this namespace. */
struct device_indexes {
	const uint32_t *ifindexes;
	size_t count;
};

/*
 * Loads both programs with the image alone and lets them judge an ARP frame on
 * each device; their tags are what attached programs have to have.
 */
int programs_verify(const struct maps *maps, int image,
		    const struct device_indexes *devices,
		    struct program_tag tags[PROGRAM_COUNT],
		    struct kernel_error *error);
/* Whether a loaded program uses a map. */
bool program_uses_map(uint32_t program_id, uint32_t map_id);

/* ---- devices.c --------------------------------------------------------- */

/* Indexes of the image's devices, 0 where not governed and not there. */
int devices_find(struct arena *arena, const struct image *image,
		 uint32_t **ifindexes, struct kernel_error *error);
/* What apply cannot see of the devices goes into the error as a warning. */
void devices_warn(const struct image *image, struct kernel_error *error);

/* ---- netlink.c --------------------------------------------------------- */

struct nlmsghdr;
struct rtattr;

/* Stops the dump by returning something else than 0. */
typedef int netlink_visitor(void *context, const struct nlmsghdr *message);
/*
 * Sends a request of rtnetlink (body: what follows its header) and calls visit
 * for each message of the answer. Returns what visit did, or -errno.
 */
int netlink_ask(int type, int flags, const void *body, size_t size,
		netlink_visitor *visit, void *context);
/* The attributes behind a body of that size, by type; the last of each. */
void netlink_attributes(const struct nlmsghdr *message, size_t body,
			const struct rtattr **list, size_t types);

/* ---- links.c ----------------------------------------------------------- */

/* A network device as far as routes are concerned. */
struct link {
	uint32_t ifindex;
	uint32_t below;	 /* VLAN device: the one it is on; 0: another device */
	uint16_t vlan;	 /* and its id */
	uint32_t master; /* the bridge or bond that it is a port of; 0: none */
	bool takes_ports;
	char name[16];
};
struct links {
	struct link *list; /* sorted by ifindex */
	size_t count;
	const struct link **vlans; /* sorted by below and vlan */
	size_t vlan_count;
};
int links_read(struct arena *arena, struct links *links,
	       struct kernel_error *error);
const struct link *links_find(const struct links *links, uint32_t ifindex);
/* The device that routes to a logical interface name; NULL: there is none. */
const struct link *links_routed(const struct links *links, uint32_t ifindex,
				const struct image_interface *interface);

/* ---- bind.c ------------------------------------------------------------ */

/*
 * What image_bind() wants to know of each interface. An interface that asks
 * the routes for sources and cannot is an error.
 */
int interfaces_bind(struct arena *arena, const struct image *image,
		    const uint32_t *ifindexes,
		    struct binding_interface **bindings,
		    struct kernel_error *error);

/* ---- addresses.c ------------------------------------------------------- */

/* Addresses that this host may send from, the first of each device. */
struct own_address {
	uint32_t ifindex;
	uint32_t rank; /* the lower the better */
	struct address address;
};
struct own_addresses {
	struct own_address *list[2]; /* IPv4, IPv6; sorted by ifindex */
	size_t count[2];
	uint32_t loopback;
};
int addresses_read(struct arena *arena, struct own_addresses *addresses,
		   struct kernel_error *error);
/* The device's own, or loopback's, or any; NULL: none. six: IPv6. */
const struct address *addresses_choose(const struct own_addresses *addresses,
				       bool six, uint32_t ifindex);

/* ---- routes.c ---------------------------------------------------------- */

/*
 * Warns of routes that the datapath cannot tell from the default route, where
 * some interface does not count that one as a route.
 */
void routes_warn(const struct image *image, struct kernel_error *error);

/* ---- attach.c, egress.c, clsact.c -------------------------------------- */

/* What of ours is on a device, by asking the kernel. */
void ingress_find(struct kernel_attachment *device, uint32_t images_id);
void egress_find(struct kernel_attachment *device, uint32_t images_id);
void attachment_find(struct kernel_attachment *device, const char *name,
		     uint32_t ifindex, uint32_t images_id);
bool is_attached(const struct kernel_attachment *device);

/* All devices of this network namespace that have something of ours. */
int attachments_list(struct arena *arena, uint32_t images_id,
		     struct kernel_attachment **list, size_t *count,
		     struct kernel_error *error);

int ingress_attach(const struct kernel_attachment *device,
		   const struct maps *maps, enum attach_mode mode,
		   struct kernel_error *error);
int ingress_detach(const struct kernel_attachment *device,
		   struct kernel_error *error);
int egress_attach(const struct kernel_attachment *device,
		  const struct pins *pins, int program_fd,
		  struct kernel_error *error);
int egress_detach(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error);
int egress_replace(const struct kernel_attachment *device, int program_fd,
		   struct kernel_error *error);
/* Removes links/ entries of devices that are gone. */
void egress_sweep(const struct pins *pins);

/* ---- replace.c --------------------------------------------------------- */

struct device_list {
	const struct kernel_attachment **devices;
	size_t count;
};

/* An image in force that these programs do not understand is an error. */
int refuse_other_layout(const struct in_force *now, struct kernel_error *error);
/* Puts the programs of this binary in the place of others of ours. */
int programs_replace(const struct device_list *list, const struct maps *maps,
		     const struct program_tag tags[PROGRAM_COUNT],
		     struct kernel_error *error);

/* ---- detach.c ---------------------------------------------------------- */

/* Everything of ours off one device. */
int detach_device(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error);
/* Adds the sentence of another failure to those in *all. */
void error_add(struct kernel_error *all, const struct kernel_error *one);
/* Everything of ours off all devices; *devices counts them. */
int detach_devices(struct arena *arena, const struct pins *pins,
		   uint32_t images_id, uint32_t *devices,
		   struct kernel_error *error);

/* ---- orphans.c --------------------------------------------------------- */

/*
 * -EEXIST when the device, or any of this network namespace, has a program of
 * weir's that does not use our `images` (0: we have none).
 */
int orphans_refuse(const struct pins *pins,
		   const struct kernel_attachment *device, uint32_t images_id,
		   struct kernel_error *error);
int orphans_refuse_all(const struct pins *pins, struct kernel_error *error);

/* Weak: tests replace it to exercise clsact on a kernel that has tcx. */
bool egress_may_use_tcx(void);

uint32_t clsact_find(uint32_t ifindex); /* program id of our filter; 0: none */
int clsact_attach(const struct kernel_attachment *device,
		  const struct pins *pins, int program_fd,
		  struct kernel_error *error);
int clsact_replace(const struct kernel_attachment *device, int program_fd,
		   struct kernel_error *error);
int clsact_detach(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error);

static inline void cleanup_object(struct bpf_object **object)
{
	bpf_object__close(*object);
}
#define _cleanup_object_   __attribute__((cleanup(cleanup_object)))
#define _cleanup_pins_	   __attribute__((cleanup(pins_close)))
#define _cleanup_maps_	   __attribute__((cleanup(maps_close)))
#define _cleanup_contents_ __attribute__((cleanup(map_contents_free)))

#endif
