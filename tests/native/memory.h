/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps of the datapath that a test of one of its headers fills by hand: an
 * image of two pages, a trie of one broadcast address, limits, sources, a
 * clock, and the last slot that was counted in. maps.h has those of a policy.
 */
#ifndef WEIR_TEST_MEMORY_H
#define WEIR_TEST_MEMORY_H

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>

#include "abi.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define GLOBAL_FUNCTION static inline
#define FUNCTION_APART	static inline
#define SCRATCH_BYTES	1536

struct memory_frame {
	uint8_t *data;
	uint8_t *end;
};

#define CONTEXT		    const struct memory_frame
#define frame_data(context) ((context)->data)
#define frame_end(context)  ((context)->end)

enum { MEMORY_SLOTS = 4, MEMORY_SOURCES = 64, LIMITS_PAGE = 1 };

static struct {
	_Alignas(8) uint8_t pages[2][PAGE_BYTES];
	uint32_t broadcast; /* network order */
	struct limiter limiters[MEMORY_SLOTS];
	struct source_key keys[MEMORY_SOURCES];
	struct source_state sources[MEMORY_SOURCES];
	size_t source_count;
	size_t source_room;
	uint64_t time; /* nanoseconds */
	uint32_t counted_slot;
	uint64_t counted_packets;
	uint64_t counted_bytes;
	_Alignas(8) uint8_t scratch[SCRATCH_BYTES];
} memory;

static inline int frame_read(const struct memory_frame *frame, uint32_t offset,
			     void *to, uint32_t size)
{
	if (offset + size > (size_t)(frame->end - frame->data))
		return -EFAULT;
	memcpy(to, frame->data + offset, size);
	return 0;
}

static inline void frame_write(const struct memory_frame *frame,
			       uint32_t offset, const uint8_t *bytes,
			       uint32_t size)
{
	memcpy(frame->data + offset, bytes, size);
}

static inline const void *image_in_force(void)
{
	return &memory;
}

static inline const void *image_page(const void *image, __u32 page)
{
	(void)image;
	return page < 2 ? memory.pages[page] : NULL;
}

static inline const void *memory_find(enum trie trie, const __u32 *address)
{
	static const struct infrastructure_value broadcast = { .broadcast = 1 };

	return trie == TRIE_INFRA4 && *address == memory.broadcast ? &broadcast
								   : NULL;
}

#define TRIE(symbol, name, family, value_type)                                 \
	static inline const struct value_type *trie_find_##name(               \
		const void *image, __u32 generation, const __u32 *address)     \
	{                                                                      \
		(void)image;                                                   \
		(void)generation;                                              \
		return memory_find(TRIE_##symbol, address);                    \
	}
#include "tries.def"
#undef TRIE

static inline void count(__u32 slot, __u64 packets, __u64 bytes)
{
	memory.counted_slot = slot;
	memory.counted_packets = packets;
	memory.counted_bytes = bytes;
}

static inline struct limiter *limiter_find(__u32 slot)
{
	return slot < MEMORY_SLOTS ? &memory.limiters[slot] : NULL;
}

static inline struct source_state *source_find(const struct source_key *key)
{
	for (size_t i = 0; i < memory.source_count; i++)
		if (!memcmp(&memory.keys[i], key, sizeof(*key)))
			return &memory.sources[i];
	return NULL;
}

static inline int source_insert(const struct source_key *key,
				const struct source_state *state)
{
	if (memory.source_count == memory.source_room)
		return -ENOMEM;
	memory.keys[memory.source_count] = *key;
	memory.sources[memory.source_count++] = *state;
	return 0;
}

static inline void *scratch_memory(void)
{
	return memory.scratch;
}

static inline __u64 now(void)
{
	return memory.time;
}

#endif
