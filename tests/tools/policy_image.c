/* SPDX-License-Identifier: GPL-2.0-only */
/* The pipeline of the pure rooms in one call, and its counters by name. */
#include <string.h>

#include "policy_image.h"

struct image *policy_image(struct arena *arena, const char *name,
			   const char *text, const struct prefix *local,
			   size_t local_count)
{
	struct system_view view = { .local = local,
				    .local_count = local_count };
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
	struct binding binding = { .ifindex = ifindexes,
				   .slots = slots,
				   .generation = 1,
				   .applied_at = 1 };
	uint32_t next = SLOT_FIRST_FREE;

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
			   const char *interface, enum direction direction,
			   const char *filter, const char *rule)
{
	for (size_t i = 0; i < image->counter_count; i++) {
		const struct slot_name *name = &image->counters[i].name;

		if (name->direction == direction &&
		    strcmp(name->interface, interface) == 0 &&
		    strcmp(name->filter, filter ? filter : "") == 0 &&
		    strcmp(name->rule, rule ? rule : "") == 0)
			return slots[i];
	}
	return UINT32_MAX;
}
