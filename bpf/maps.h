/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps, and the only functions that touch them.
 *
 * images holds one inner array of pages, the image in force; a packet loads it
 * once. Each trie map has one inner trie for each kept generation; the image
 * names the one that belongs to it, so image and tries change together.
 *
 * The templates give the inner tries their BTF types: the loader takes key
 * and value types from them when it creates the tries of a generation. They
 * are never created themselves.
 *
 * Counters are per CPU and in chunks of CHUNK_SLOTS slots: the first chunk is
 * the map counters, the others are inner maps of more_counters that the
 * loader makes when their first slot is given out. Limits are one state for
 * all CPUs: the loader makes an element of limiters for each limit, the
 * programs make those of sources, whose oldest give way when it is full.
 *
 * The native build (tests/native) has a maps.h of its own with the same
 * functions over plain memory.
 */
#ifndef WEIR_BPF_MAPS_H
#define WEIR_BPF_MAPS_H

#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* Proved by the verifier once, for any argument. */
#define GLOBAL_FUNCTION __noinline

/*
 * With a stack frame that is there only while it runs: those of all functions
 * that are running at a time have to fit into 512 bytes.
 */
#define FUNCTION_APART	 static __noinline

#define TRIE_GENERATIONS 4

/* Named slots at most; and sources that limits per source remember. */
#define SLOT_NAMES (1 << 20)
#define SOURCES	   131072

/* Memory of a program for what does not fit its stack. */
#define SCRATCH_BYTES 1536

struct image_pages {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, PAGE_BYTES);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(values, struct image_pages);
} images SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CHUNK_SLOTS);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CHUNK_SLOTS / GROUP_SLOTS);
	__type(key, __u32);
	__type(value, struct counter_group);
} more_counters_template SEC(".maps");

struct counter_chunk {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CHUNK_SLOTS / GROUP_SLOTS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct counter_group));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, COUNTER_CHUNKS);
	__uint(key_size, sizeof(__u32));
	__array(values, struct counter_chunk);
} more_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SLOT_NAMES);
	__type(key, __u32);
	__type(value, struct slot_name);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SLOT_NAMES);
	__type(key, __u32);
	__type(value, struct counter);
} resets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SLOT_NAMES);
	__type(key, __u32);
	__type(value, struct limiter);
} limiters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SOURCES);
	__type(key, struct source_key);
	__type(value, struct source_state);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, SCRATCH_BYTES);
} scratch SEC(".maps");

#define TRIE(symbol, name, family, value_type)                                 \
	struct {                                                               \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);                           \
		__uint(map_flags, BPF_F_NO_PREALLOC);                          \
		__uint(max_entries, 1);                                        \
		__type(key, struct trie_key##family);                          \
		__type(value, struct value_type);                              \
	} name##_template SEC(".maps");                                        \
	struct name##_trie {                                                   \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);                           \
		__uint(map_flags, BPF_F_NO_PREALLOC);                          \
		__uint(max_entries, 1);                                        \
		__uint(key_size, sizeof(struct trie_key##family));             \
		__uint(value_size, sizeof(struct value_type));                 \
	};                                                                     \
	struct {                                                               \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                      \
		__uint(max_entries, TRIE_GENERATIONS);                         \
		__uint(key_size, sizeof(__u32));                               \
		__array(values, struct name##_trie);                           \
	} name SEC(".maps");
#include "tries.def"
#undef TRIE

/* The image in force; NULL before the first apply. */
static __always_inline const void *image_in_force(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&images, &zero);
}

/* A page of the image, PAGE_BYTES long; NULL past its end. */
static __always_inline const void *image_page(const void *image, __u32 page)
{
	return bpf_map_lookup_elem((void *)image, &page);
}

/*
 * trie_find_NAME(): the value of the longest match in the trie NAME of a
 * generation, NULL for none. address: 4 or 16 bytes in network order.
 */
#define TRIE(symbol, name, family, value_type)                                 \
	static __always_inline const struct value_type *trie_find_##name(      \
		const void *image, __u32 generation, const __u32 *address)     \
	{                                                                      \
		void *trie = bpf_map_lookup_elem(&name, &generation);          \
		struct trie_key##family key;                                   \
                                                                               \
		if (!trie)                                                     \
			return NULL;                                           \
		key.prefix_length = 8 * sizeof(key.address);                   \
		__builtin_memcpy(key.address, address, sizeof(key.address));   \
		return bpf_map_lookup_elem(trie, &key);                        \
	}
#include "tries.def"
#undef TRIE

static __always_inline void add_to(struct counter *counter, __u64 packets,
				   __u64 bytes)
{
	if (!counter)
		return;
	counter->packets += packets;
	counter->bytes += bytes;
}

/* In the chunks behind the first. */
GLOBAL_FUNCTION int count_further(__u32 slot, __u64 packets, __u64 bytes)
{
	__u32 chunk = slot / CHUNK_SLOTS;
	__u32 element = slot % CHUNK_SLOTS / GROUP_SLOTS;
	void *map = bpf_map_lookup_elem(&more_counters, &chunk);
	struct counter_group *group =
		map ? bpf_map_lookup_elem(map, &element) : NULL;

	if (group)
		add_to(&group->counters[slot % GROUP_SLOTS], packets, bytes);
	return 0;
}

static __always_inline void count(__u32 slot, __u64 packets, __u64 bytes)
{
	if (slot < CHUNK_SLOTS)
		add_to(bpf_map_lookup_elem(&counters, &slot), packets, bytes);
	else
		count_further(slot, packets, bytes);
}

/* The state of the limit whose slot it is; NULL: the loader made none. */
static __always_inline struct limiter *limiter_find(__u32 slot)
{
	return bpf_map_lookup_elem(&limiters, &slot);
}

/* NULL: not yet met, or forgotten since. */
static __always_inline struct source_state *
source_find(const struct source_key *key)
{
	return bpf_map_lookup_elem(&sources, key);
}

/* 0, or a negative errno: -EEXIST when another CPU was quicker. */
static __always_inline int source_insert(const struct source_key *key,
					 const struct source_state *state)
{
	return (int)bpf_map_update_elem(&sources, key, state, BPF_NOEXIST);
}

/* SCRATCH_BYTES of memory, with what the last packet left there. */
static __always_inline void *scratch_memory(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratch, &zero);
}

/*
 * Calls step(i, state) for i from 0 to times - 1, or until it returns 1: a loop
 * whose body the verifier walks through once.
 */
static __always_inline void
repeat(__u32 times, long (*step)(__u32 index, void *state), void *state)
{
	bpf_loop(times, step, state, 0);
}

/* Nanoseconds since boot. */
static __always_inline __u64 now(void)
{
	return bpf_ktime_get_ns();
}

/* Asks the kernel's routes: a BPF_FIB_LKUP_RET_ code or a negative errno. */
static __always_inline int
fib_lookup(void *context, struct bpf_fib_lookup *parameters, __u32 flags)
{
	return (int)bpf_fib_lookup(context, parameters, sizeof(*parameters),
				   flags);
}

#endif
