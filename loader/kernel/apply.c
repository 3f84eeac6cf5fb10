// SPDX-License-Identifier: GPL-2.0-only
/*
 * Apply: everything beside, one store, then the tidying.
 *
 *	lock; devices exist, and route where that is asked; open or make the
 *	maps; repair what a killed process left; name the counter slots, make
 *	the limiters; build and pin the next generation; try the programs with
 *	it; attach to new devices
 *	-- images[0] = next: the one instant at which the policy changes --
 *	name the generation; detach what is no longer governed; forget old pins
 *
 * Until the store every step can be undone and is, in reverse; a device that
 * was attached meanwhile ran under the old policy, which does not govern it.
 * After the store nothing is fatal: what remains is repaired by the next apply.
 */
#include "private.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

/* What is attached to a governed device before this apply, and by it. */
struct governed {
	struct kernel_attachment before;
	bool new_ingress;
	bool new_egress;
};

struct apply {
	struct arena *arena;
	struct image *image;
	const struct kernel_options *options;
	struct kernel_error *error;
	struct pins pins;
	struct maps maps;
	struct in_force now;
	bool first; /* no policy was in force before */
	struct slot_plan slots;
	struct limiter_plan limiters;
	struct generation next;
	struct program_tag tags[PROGRAM_COUNT];
	struct governed *governed;
	size_t governed_count;
	uint32_t *ifindexes;
	struct binding_interface *bindings;
};

static void bind_image(const struct apply *apply)
{
	struct timespec time;
	struct binding binding = {
		.ifindex = apply->ifindexes,
		.slots = apply->slots.slots,
		.interfaces = apply->bindings,
		.trie_slot = apply->next.trie_slot,
		.applied_by = getuid(),
		.generation = apply->next.number,
	};

	clock_gettime(CLOCK_REALTIME, &time);
	binding.applied_at = time.tv_sec * 1000000000ull + time.tv_nsec;
	image_bind(apply->image, &binding);
}

/* ---- attachment -------------------------------------------------------- */

static void find_governed(struct apply *apply)
{
	const struct image *image = apply->image;
	struct governed *device;
	size_t i;

	apply->governed = arena_array(apply->arena, image->device_count + 1,
				      sizeof(*apply->governed));
	for (i = 0; i < image->device_count; i++) {
		if (!image->devices[i].governed)
			continue;
		device = &apply->governed[apply->governed_count++];
		attachment_find(&device->before, image->devices[i].name,
				apply->ifindexes[i], apply->maps.images_id);
	}
}

static bool some_lack_egress(const struct apply *apply)
{
	size_t i;

	for (i = 0; i < apply->governed_count; i++)
		if (!apply->governed[i].before.tc_program)
			return true;
	return false;
}

static int attach_egress(struct apply *apply, int program_fd)
{
	struct governed *device;
	int result = 0;
	size_t i;

	for (i = 0; !result && i < apply->governed_count; i++) {
		device = &apply->governed[i];
		if (device->before.tc_program)
			continue;
		result = egress_attach(&device->before, &apply->pins,
				       program_fd, apply->error);
		device->new_egress = !result;
	}
	return result;
}

static int attach_all(struct apply *apply)
{
	_cleanup_object_ struct bpf_object *egress = NULL;
	struct governed *device;
	int result = 0, fd;
	size_t i;

	for (i = 0; !result && i < apply->governed_count; i++) {
		device = &apply->governed[i];
		if (device->before.xdp_program)
			continue;
		result = ingress_attach(&device->before, &apply->maps,
					apply->options->mode, apply->error);
		device->new_ingress = !result;
	}
	if (result || !some_lack_egress(apply))
		return result;
	egress = program_open(PROGRAM_EGRESS, &apply->maps, apply->error);
	fd = egress ? program_load(egress, apply->error) : -EINVAL;
	return fd < 0 ? fd : attach_egress(apply, fd);
}

static int replace_outdated(struct apply *apply)
{
	struct device_list list = {
		.devices = arena_array(apply->arena, apply->governed_count + 1,
				       sizeof(*list.devices)),
	};

	for (; list.count < apply->governed_count; list.count++)
		list.devices[list.count] = &apply->governed[list.count].before;
	return programs_replace(&list, &apply->maps, apply->tags, apply->error);
}

static void detach_new(struct apply *apply)
{
	struct kernel_attachment now;
	struct kernel_error ignored;
	struct governed *device;
	size_t i;

	for (i = 0; i < apply->governed_count; i++) {
		device = &apply->governed[i];
		if (!device->new_ingress && !device->new_egress)
			continue;
		attachment_find(&now, device->before.device,
				device->before.ifindex, apply->maps.images_id);
		if (device->new_egress)
			egress_detach(&now, &apply->pins, &ignored);
		if (device->new_ingress)
			ingress_detach(&now, &ignored);
	}
}

static bool is_governed(const struct apply *apply, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < apply->governed_count; i++)
		if (apply->governed[i].before.ifindex == ifindex)
			return true;
	return false;
}

static int refuse_orphans(struct apply *apply)
{
	int result = 0;
	size_t i;

	for (i = 0; !result && i < apply->governed_count; i++)
		result =
			orphans_refuse(&apply->pins, &apply->governed[i].before,
				       apply->maps.images_id, apply->error);
	return result;
}

/*
 * A device that cannot be detached passes its packets: not governed. It is
 * named, and the next apply tries again.
 */
static uint32_t detach_former(struct apply *apply)
{
	struct kernel_error one;
	struct kernel_attachment *list;
	uint32_t detached = 0;
	size_t count, i;

	if (attachments_list(apply->arena, apply->maps.images_id, &list, &count,
			     apply->error))
		return 0;
	for (i = 0; i < count; i++) {
		if (is_governed(apply, list[i].ifindex))
			continue;
		if (detach_device(&list[i], &apply->pins, &one))
			error_add(apply->error, &one);
		else
			detached++;
	}
	return detached;
}

/* ---- the order --------------------------------------------------------- */

/* The maps, and nothing in them or on the devices that is not ours. */
static int open_ours(struct apply *apply)
{
	struct kernel_error *error = apply->error;
	int result = devices_find(apply->arena, apply->image, &apply->ifindexes,
				  error);

	if (!result)
		result = interfaces_bind(apply->arena, apply->image,
					 apply->ifindexes, &apply->bindings,
					 error);
	if (!result)
		result = maps_open(&apply->maps, &apply->pins, true, error);
	if (!result)
		result = in_force_read(&apply->maps, &apply->now, error);
	if (!result)
		result = refuse_other_layout(&apply->now, error);
	if (result)
		return result;
	apply->first = !apply->now.id;
	find_governed(apply);
	return refuse_orphans(apply);
}

static int prepare(struct apply *apply)
{
	int result = open_ours(apply);

	if (result)
		return result;
	generation_repair(&apply->pins, &apply->maps, &apply->now);
	egress_sweep(&apply->pins);
	result = slots_assign(apply->arena, &apply->maps, &apply->pins,
			      apply->image, &apply->slots, apply->error);
	if (result)
		return result;
	return limiters_make(apply->arena, &apply->maps, apply->image,
			     &apply->slots, &apply->limiters, apply->error);
}

static int build(struct apply *apply)
{
	struct kernel_error *error = apply->error;
	struct device_indexes devices = { apply->ifindexes,
					  apply->image->device_count };
	int result = generation_choose(&apply->next, &apply->pins, &apply->maps,
				       &apply->now, error);

	if (result)
		return result;
	bind_image(apply);
	result = generation_build(&apply->next, &apply->pins, &apply->maps,
				  apply->image, error);
	if (!result)
		result = programs_verify(&apply->maps, apply->next.image,
					 &devices, apply->tags, error);
	if (!result)
		result = replace_outdated(apply);
	if (!result)
		result = attach_all(apply);
	if (!result)
		result = generation_put_in_force(&apply->next, &apply->maps,
						 error);
	return result;
}

/* With no policy in force there is nothing to keep, also of killed ones. */
static void remove_all(struct apply *apply)
{
	struct kernel_error ignored;
	uint32_t devices = 0;

	if (apply->maps.images < 0 ||
	    !detach_devices(apply->arena, &apply->pins, apply->maps.images_id,
			    &devices, &ignored))
		pins_remove_all(&apply->pins, &ignored);
}

static void undo(struct apply *apply)
{
	if (apply->first || apply->pins.created) {
		remove_all(apply);
		return;
	}
	detach_new(apply);
	generation_drop(&apply->next, &apply->pins, &apply->maps);
	limiters_undo(&apply->maps, &apply->limiters);
	if (apply->slots.slots)
		slots_undo(&apply->maps, &apply->pins, &apply->slots);
}

static void finish(struct apply *apply, struct kernel_apply_result *result)
{
	const struct governed *device;
	size_t i;

	*apply->error = (struct kernel_error){};
	slots_settle(apply->arena, &apply->maps, &apply->slots);
	limiters_sweep(apply->arena, &apply->maps, apply->image, &apply->slots);
	generation_publish(&apply->next, &apply->pins, &apply->maps,
			   apply->now.header.generation);
	*result = (struct kernel_apply_result){
		.generation = apply->next.number,
		.detached = detach_former(apply),
	};
	devices_warn(apply->image, apply->error);
	routes_warn(apply->image, apply->error);
	for (i = 0; i < apply->governed_count; i++) {
		device = &apply->governed[i];
		result->attached += device->new_ingress || device->new_egress;
	}
}

static int run(struct apply *apply, struct kernel_apply_result *result)
{
	int failed =
		pins_open(&apply->pins, apply->options, true, apply->error);

	if (failed)
		return failed;
	failed = prepare(apply);
	if (!failed)
		failed = build(apply);
	if (failed)
		undo(apply);
	else
		finish(apply, result);
	return failed;
}

int kernel_apply(struct image *image, const struct kernel_options *options,
		 struct kernel_apply_result *result, struct kernel_error *error)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct apply apply = {
		.arena = arena,
		.image = image,
		.options = options,
		.error = error,
		.maps = MAPS_CLOSED,
		.next = GENERATION_CLOSED,
		.pins = { .lock = -1 },
	};
	int failed;

	*error = (struct kernel_error){};
	messages_capture(options->verbose);
	failed = run(&apply, result);
	generation_close(&apply.next);
	maps_close(&apply.maps);
	pins_close(&apply.pins);
	return failed;
}
