/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datapath's maps over plain memory: what bpf/maps.h is to the programs,
 * this is to the native build. The tries are searched by masking and binary
 * search, one prefix length after the other: slow and obviously right. Limits
 * have a state where the image says so, and nowhere else.
 */
#ifndef WEIR_NATIVE_MAPS_H
#define WEIR_NATIVE_MAPS_H

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <bpf/bpf_endian.h>

#include "abi.h"
#include "image.h"
#include "native.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define GLOBAL_FUNCTION static
#define FUNCTION_APART	static

struct native_frame {
	uint8_t *data;
	uint8_t *end;
};

#define CONTEXT		    const struct native_frame
#define frame_data(context) ((context)->data)
#define frame_end(context)  ((context)->end)

static inline int frame_read(const struct native_frame *frame, uint32_t offset,
			     void *to, uint32_t size)
{
	if (offset + size > (size_t)(frame->end - frame->data))
		return -EFAULT;
	memcpy(to, frame->data + offset, size);
	return 0;
}

static inline void frame_write(const struct native_frame *frame,
			       uint32_t offset, const uint8_t *bytes,
			       uint32_t size)
{
	memcpy(frame->data + offset, bytes, size);
}

/* What the running packet sees and does. */
extern _Thread_local struct native *native_in_force;
extern _Thread_local struct native_result *native_counting;

const void *native_page(const struct native *native, uint32_t page);
const void *native_find(const struct native *native, enum trie trie,
			const void *address, unsigned int bits);
struct limiter *native_limiter(struct native *native, uint32_t slot);
struct source_state *native_source(struct native *native,
				   const struct source_key *key);
int native_add_source(struct native *native, const struct source_key *key,
		      const struct source_state *state);
uint64_t native_time(const struct native *native);
int native_route(const struct native *native, struct bpf_fib_lookup *parameters,
		 uint32_t flags);

static inline const void *image_in_force(void)
{
	return native_in_force;
}

static inline const void *image_page(const void *image, __u32 page)
{
	return native_page(image, page);
}

#define TRIE(symbol, name, family, value_type)                                 \
	static inline const struct value_type *trie_find_##name(               \
		const void *image, __u32 generation, const __u32 *address)     \
	{                                                                      \
		(void)generation;                                              \
		return native_find(image, TRIE_##symbol, address,              \
				   family == 4 ? 32 : 128);                    \
	}
#include "tries.def"
#undef TRIE

static inline void count(__u32 slot, __u64 packets, __u64 bytes)
{
	struct native_result *result = native_counting;

	if (result->count < NATIVE_COUNTS)
		result->counts[result->count] =
			(struct native_count){ slot, packets, bytes };
	result->count++;
}

static inline struct limiter *limiter_find(__u32 slot)
{
	return native_limiter(native_in_force, slot);
}

static inline struct source_state *source_find(const struct source_key *key)
{
	return native_source(native_in_force, key);
}

static inline int source_insert(const struct source_key *key,
				const struct source_state *state)
{
	return native_add_source(native_in_force, key, state);
}

static inline void repeat(__u32 times, long (*step)(__u32 index, void *state),
			  void *state)
{
	for (__u32 i = 0; i < times; i++)
		if (step(i, state))
			break;
}

static inline __u64 now(void)
{
	return native_time(native_in_force);
}

static inline int fib_lookup(const void *context,
			     struct bpf_fib_lookup *parameters, __u32 flags)
{
	(void)context;
	return native_route(native_in_force, parameters, flags);
}

#endif
