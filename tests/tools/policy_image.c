/* SPDX-License-Identifier: GPL-2.0-only */
/* The pipeline of the pure rooms in one call, and its counters by name. */
#include <string.h>

#include "policy_image.h"

/* Addresses with the lengths of their networks -> hosts and networks. */
static struct system_view see(struct arena *arena, const struct prefix *local,
			      size_t count)
{
	struct prefix *hosts = arena_array(arena, count + 1, sizeof(*hosts));
	struct prefix *networks =
		arena_array(arena, count + 1, sizeof(*networks));
	struct system_view view = { .local = hosts, .connected = networks };

	for (size_t i = 0; i < count; i++) {
		hosts[i] = networks[i] = local[i];
		hosts[i].length = local[i].family == FAMILY_IPV4 ? 32 : 128;
		prefix_mask(&networks[i]);
	}
	view.local_count = view.connected_count = count;
	return view;
}

struct image *policy_image(struct arena *arena, const char *name,
			   const char *text, const struct prefix *local,
			   size_t local_count)
{
	struct system_view view = see(arena, local, local_count);
	struct diag_list *diags = diag_new(arena);
	const struct policy *policy;
	const struct resolved *resolved;
	const struct classifier *classifier;

	policy =
		text ? policy_parse_text(arena, diags, name, text, strlen(text))
		     : policy_parse_file(arena, diags, name);
	if (diag_errors(diags))
		goto failed;
	resolved = resolve_policy(arena, diags, policy, &view);
	if (diag_errors(diags))
		goto failed;
	classifier = classify_rules(arena, diags, resolved);
	if (!diag_errors(diags))
		return image_build(arena, diags, resolved, classifier);
failed:
	diag_print(diags, stderr);
	return NULL;
}

const uint32_t *policy_image_bind(struct arena *arena, struct image *image,
				  const uint32_t *ifindexes)
{
	uint32_t *slots =
		arena_array(arena, image->counter_count + 1, sizeof(*slots));
	struct binding_interface *interfaces = arena_array(
		arena, image->interface_count + 1, sizeof(*interfaces));
	struct binding binding = { .ifindex = ifindexes,
				   .slots = slots,
				   .interfaces = interfaces,
				   .generation = 1,
				   .applied_at = 1 };
	uint32_t next = SLOT_FIRST_FREE;

	for (size_t i = 0; i < image->interface_count; i++) {
		interfaces[i].fib_ifindex =
			ifindexes[image->interfaces[i].device];
		memcpy(&interfaces[i].address4, "\xc0\0\2\xfe", 4);
		memcpy(interfaces[i].address6,
		       "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\xfe", 16);
	}
	for (size_t i = 0; i < image->counter_count; i++) {
		slots[i] = next;
		next += image->counters[i].name.width;
	}
	image_bind(image, &binding);
	return slots;
}

uint32_t policy_image_slots(const struct image *image, const uint32_t *slots)
{
	size_t last = image->counter_count;

	return last ? slots[last - 1] + image->counters[last - 1].name.width
		    : SLOT_FIRST_FREE;
}

uint32_t policy_image_slot(const struct image *image, const uint32_t *slots,
			   enum block_kind kind, const char *interface,
			   enum direction direction, const char *filter,
			   const char *rule)
{
	for (size_t i = 0; i < image->counter_count; i++) {
		const struct slot_name *name = &image->counters[i].name;

		if (name->kind == kind && name->direction == direction &&
		    strcmp(name->interface, interface) == 0 &&
		    strcmp(name->filter, filter ? filter : "") == 0 &&
		    strcmp(name->rule, rule ? rule : "") == 0)
			return slots[i];
	}
	return UINT32_MAX;
}
