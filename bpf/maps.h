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
#define GLOBAL_FUNCTION	 __noinline

#define TRIE_GENERATIONS 4

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
	__uint(max_entries, COUNTER_SLOTS);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, COUNTER_SLOTS);
	__type(key, __u32);
	__type(value, struct slot_name);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, COUNTER_SLOTS);
	__type(key, __u32);
	__type(value, struct counter);
} resets SEC(".maps");

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

static __always_inline void count(__u32 slot, __u64 packets, __u64 bytes)
{
	struct counter *counter = bpf_map_lookup_elem(&counters, &slot);

	if (!counter)
		return;
	counter->packets += packets;
	counter->bytes += bytes;
}

#endif
