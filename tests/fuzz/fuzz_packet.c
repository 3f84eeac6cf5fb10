// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a frame through the native datapath, in and out, under an image
 * of every kind of statement: no byte past the end is read, every frame is
 * counted once, beside the rules that let it go on, in a slot that exists, as
 * one packet of its length; and nothing but its DSCP is rewritten.
 */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "native.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy[] =
	"set own { 198.51.100.0/22; 2001:db8::/32; }\n"
	"bogons { special-purpose; }\n"
	"infrastructure { 198.51.100.0/26; 2001:db8:0:ff::/64;\n"
	"	multicast 224.0.5.0/24, ff3e::/32; }\n"
	"customer acme { 203.0.113.0/24; 2001:db8:a::/48;\n"
	"	lan 203.0.113.0/25; }\n"
	"reject limit 10 pps;\n"
	"filter f { permit tcp port 22 limit 5 pps over continue;\n"
	"	count ip-option any; count extension-header any;\n"
	"	limit tcp flags syn/syn,ack 3 pps per source /24 /48;\n"
	"	remark dscp af11 dscp ef; drop spi 1-9 monitor;\n"
	"	count bytes transport offset 2 length 4 mask 0xff value 7;\n"
	"	reject udp length 20-40; drop fragments; permit icmp type 8;\n"
	"	drop icmpv6 type 135 code 0; drop ah from own;\n"
	"	permit tcp flags established trust dscp; }\n"
	"interface eth1 { role customer acme; source-validation feasible;\n"
	"	in { apply f; limit 9 kpps; } out { apply f; } }\n"
	"interface eth1 vlan 100-102 { role peer; source-validation loose;\n"
	"	monitor; in { apply f; } }\n"
	"interface eth1 vlan 100.200 { role transit; }\n";

static struct native *native;
static uint8_t kinds[CHUNK_SLOTS]; /* of the block of each slot, plus 1 */

static const struct native_route routes[] = {
	{ .prefix = { .family = FAMILY_IPV4 },
	  .ifindex = { 1, 2 },
	  .gateway = { 1, 2 },
	  .paths = 2 },
	{ .prefix = { .family = FAMILY_IPV6 }, .ifindex = { 2 }, .paths = 1 },
};

static void bind(struct arena *arena, struct image *built)
{
	uint32_t ifindex = 1, next = SLOT_FIRST_FREE;
	uint32_t *slots =
		arena_array(arena, built->counter_count, sizeof(*slots));
	struct binding_interface *interfaces =
		arena_array(arena, built->interface_count, sizeof(*interfaces));
	struct binding binding = { .ifindex = &ifindex,
				   .slots = slots,
				   .interfaces = interfaces };

	for (size_t i = 0; i < built->interface_count; i++)
		interfaces[i].fib_ifindex = ifindex;
	kinds[SLOT_UNGOVERNED_IN] = BLOCK_REASONS + 1;
	kinds[SLOT_UNGOVERNED_OUT] = BLOCK_REASONS + 1;
	for (size_t i = 0; i < built->counter_count; i++) {
		const struct slot_name *name = &built->counters[i].name;

		slots[i] = next;
		memset(&kinds[next], name->kind + 1, name->width);
		if (name->kind == BLOCK_REASONS)
			memset(&kinds[next + REASON_COUNT], 0,
			       REASON_SLOTS - REASON_COUNT);
		next += name->width;
	}
	image_bind(built, &binding);
}

static void open_native(void)
{
	struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct system_view view = { 0 };
	const struct policy *tree = policy_parse_text(
		arena, diags, "fuzz", policy, sizeof(policy) - 1);
	const struct resolved *resolved =
		resolve_policy(arena, diags, tree, &view);
	struct image *built = image_build(
		arena, diags, resolved, classify_rules(arena, diags, resolved));

	bind(arena, built);
	native = native_open(built);
	native_set_routes(native, routes, sizeof(routes) / sizeof(*routes));
}

/* One count by reason, or the last one is that of the rule that decided. */
static int counted_once(const struct native_result *result, size_t size)
{
	size_t reasons = 0;

	if (!result->count || result->count > NATIVE_COUNTS)
		return 0;
	for (size_t i = 0; i < result->count; i++) {
		const struct native_count *count = &result->counts[i];

		if (count->packets != 1 || count->bytes != size ||
		    count->slot >= CHUNK_SLOTS)
			return 0;
		reasons += kinds[count->slot] == BLOCK_REASONS + 1 ||
			   kinds[count->slot] == BLOCK_WOULD_DROP + 1;
	}
	return reasons <= 1;
}

static int changed(const uint8_t *before, const uint8_t *after, size_t size)
{
	size_t bytes = 0;

	for (size_t i = 0; i < size; i++)
		bytes += before[i] != after[i];
	return bytes > 4;
}

static void run(enum direction direction, const uint8_t *data, size_t size)
{
	uint8_t *frame = malloc(size ? size : 1); /* so ASan sees its end */
	struct native_result result;

	memcpy(frame, data, size);
	native_run(native, direction, 1, frame, size, &result);
	if (!counted_once(&result, size) || changed(data, frame, size) ||
	    (result.dscp < 0 && memcmp(data, frame, size)))
		abort();
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t time;

	if (!native)
		open_native();
	native_set_time(native, time += 1000000);
	run(DIRECTION_IN, data, size);
	run(DIRECTION_OUT, data, size);
	return 0;
}
