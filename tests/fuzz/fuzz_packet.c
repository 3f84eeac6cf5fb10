// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a frame through the native datapath, in and out, under an image
 * of every kind of statement: no byte past the end is read, and every frame is
 * counted once, in a slot that exists, as one packet of its length.
 */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "native.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy[] =
	"set own { 198.51.100.0/22; 2001:db8::/32; }\n"
	"bogons { special-purpose; }\n"
	"infrastructure { 198.51.100.0/26; 2001:db8:0:ff::/64; }\n"
	"customer acme { 203.0.113.0/24; 2001:db8:a::/48; }\n"
	"filter f { permit tcp port 22; drop fragments; permit icmp type 8;\n"
	"	drop icmpv6 type 135 code 0; drop ah from own; }\n"
	"interface eth1 { role customer acme; in { apply f; }\n"
	"	out { apply f; } }\n"
	"interface eth1 vlan 100.200 { role transit; }\n";

static struct native *open_native(void)
{
	struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct system_view view = { 0 };
	const struct policy *tree = policy_parse_text(
		arena, diags, "fuzz", policy, sizeof(policy) - 1);
	const struct resolved *resolved =
		resolve_policy(arena, diags, tree, &view);
	struct image *image = image_build(
		arena, diags, resolved, classify_rules(arena, diags, resolved));
	uint32_t ifindex = 1;
	uint32_t *slots =
		arena_array(arena, image->counter_count, sizeof(*slots));
	struct binding binding = { .ifindex = &ifindex, .slots = slots };

	for (size_t i = 0; i < image->counter_count; i++)
		slots[i] = SLOT_FIRST_FREE + (uint32_t)i * REASON_SLOTS;
	image_bind(image, &binding);
	return native_open(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct native *native;
	uint8_t *frame = malloc(size ? size : 1); /* so ASan sees its end */

	if (!native)
		native = open_native();
	memcpy(frame, data, size);
	for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
		struct native_result result;

		native_run(native, (enum direction)direction, 1, frame, size,
			   &result);
		if (result.counted != 1 || result.packets != 1 ||
		    result.bytes != size || result.slot >= COUNTER_SLOTS)
			abort();
	}
	free(frame);
	return 0;
}
