/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datapath's maps over plain memory: what bpf/maps.h is to the programs,
 * this is to the native build. The tries are searched by masking and binary
 * search, one prefix length after the other: slow and obviously right.
 */
#ifndef WEIR_NATIVE_MAPS_H
#define WEIR_NATIVE_MAPS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "abi.h"
#include "image.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define GLOBAL_FUNCTION static

struct native_frame {
	const uint8_t *data;
	const uint8_t *end;
};

#define CONTEXT		    const struct native_frame
#define frame_data(context) ((context)->data)
#define frame_end(context)  ((context)->end)

struct native {
	const struct image *image;
	uint8_t lengths[TRIE_COUNT][129]; /* 1: some prefix is that long */
	uint32_t counted;		  /* calls of count() */
	uint32_t slot;
	uint64_t packets;
	uint64_t bytes;
};

/* The image that the running packet sees. */
extern _Thread_local struct native *native_in_force;

const void *native_find(const struct native *native, enum trie trie,
			const void *address, unsigned int bits);

static inline const void *image_in_force(void)
{
	return native_in_force;
}

static inline const void *image_page(const void *image, __u32 page)
{
	const struct native *native = image;

	if (page >= native->image->page_count)
		return NULL;
	return native->image->pages + (size_t)page * PAGE_BYTES;
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
	native_in_force->counted++;
	native_in_force->slot = slot;
	native_in_force->packets = packets;
	native_in_force->bytes = bytes;
}

#endif
