// SPDX-License-Identifier: GPL-2.0-only
/* The native build of the datapath: see native.h and maps.h. */
#include "native.h"

#include <stdlib.h>

#include "maps.h"

#include "judge.h"

_Thread_local struct native *native_in_force;

struct native *native_open(const struct image *image)
{
	struct native *native = calloc(1, sizeof(*native));

	if (!native)
		return NULL;
	native->image = image;
	for (int trie = 0; trie < TRIE_COUNT; trie++) {
		const struct image_trie *from = &image->tries[trie];

		for (uint32_t i = 0; i < from->count; i++) {
			uint32_t length;

			memcpy(&length,
			       (const uint8_t *)from->keys + i * from->key_size,
			       sizeof(length));
			native->lengths[trie][length] = 1;
		}
	}
	return native;
}

void native_close(struct native *native)
{
	free(native);
}

/* Order of keys: address first, then length, as the image sorts them. */
static int compare_key(const uint8_t *key, const uint8_t *address,
		       uint32_t length, size_t bytes)
{
	uint32_t key_length;
	int order = memcmp(key + 4, address, bytes);

	if (order)
		return order;
	memcpy(&key_length, key, sizeof(key_length));
	return key_length < length ? -1 : key_length > length;
}

static const void *find_exact(const struct image_trie *trie,
			      const uint8_t *address, uint32_t length)
{
	size_t low = 0, high = trie->count, bytes = trie->key_size - 4;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const uint8_t *key =
			(const uint8_t *)trie->keys + middle * trie->key_size;
		int order = compare_key(key, address, length, bytes);

		if (!order)
			return (const uint8_t *)trie->values + middle * 8;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const void *native_find(const struct native *native, enum trie trie,
			const void *address, unsigned int bits)
{
	uint8_t masked[16];

	memcpy(masked, address, bits / 8);
	for (int length = (int)bits; length >= 0; length--) {
		const void *value;

		if (length < (int)bits)
			masked[length / 8] &= (uint8_t) ~(0x80 >> length % 8);
		if (!native->lengths[trie][length])
			continue;
		value = find_exact(&native->image->tries[trie], masked,
				   (uint32_t)length);
		if (value)
			return value;
	}
	return NULL;
}

void native_run(struct native *native, enum direction direction,
		uint32_t ifindex, const uint8_t *frame, size_t length,
		struct native_result *result)
{
	struct native_frame context = { frame, frame + length };
	struct packet packet = {
		.ifindex = ifindex,
		.direction = direction,
		.packets = 1,
		.length = (uint32_t)length,
		.limit = (uint32_t)length,
		.outer = NO_TAG,
		.inner = NO_TAG,
	};

	native_in_force = native;
	native->counted = 0;
	parse_packet(&context, &packet, 0, 0);
	result->verdict = (enum verdict)judge_packet(&packet);
	result->counted = native->counted;
	result->slot = native->slot;
	result->packets = native->packets;
	result->bytes = native->bytes;
}
