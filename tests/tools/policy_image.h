/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: policy text -> image, ready to run packets against.
 */
#ifndef WEIR_TEST_POLICY_IMAGE_H
#define WEIR_TEST_POLICY_IMAGE_H

#include "image.h"

/*
 * Runs every stage up to the image. text NULL: the policy is read from the
 * file `name`. local: addresses of the router, with the lengths of the
 * networks they are in (32 and 128: none). NULL after printing the diagnostics
 * to standard error.
 */
struct image *policy_image(struct arena *arena, const char *name,
			   const char *text, const struct prefix *local,
			   size_t local_count);

/*
 * Binds the image to ifindexes (one for each device) and to counter slots in
 * the order of its counters; tries in slot 0. Routes lead to the devices
 * themselves; answers come from 192.0.2.254 and 2001:db8::fe. Returns the
 * slots, one for each counter.
 */
const uint32_t *policy_image_bind(struct arena *arena, struct image *image,
				  const uint32_t *ifindexes);

/* The slot after the last one that the image counts in. */
uint32_t policy_image_slots(const struct image *image, const uint32_t *slots);

/*
 * First slot of the block of that kind and name; filter and rule NULL but for
 * BLOCK_RULE. UINT32_MAX when the image has none.
 */
uint32_t policy_image_slot(const struct image *image, const uint32_t *slots,
			   enum block_kind kind, const char *interface,
			   enum direction direction, const char *filter,
			   const char *rule);

#endif
