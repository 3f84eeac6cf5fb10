// SPDX-License-Identifier: GPL-2.0-only
/*
 * Detach: exactly what weir made goes, and nothing else.
 *
 * Programs first, then the pins; while pins exist a detach that was killed can
 * be run again. The lock is on the directory that goes last. Where the pins are
 * gone, programs that somebody has to take off by hand are named.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

int detach_device(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error)
{
	int result = egress_detach(device, pins, error);

	return result ? result : ingress_detach(device, error);
}

void error_add(struct kernel_error *all, const struct kernel_error *one)
{
	size_t length = strlen(all->text);

	if (!length)
		*all = *one;
	else
		snprintf(all->text + length, sizeof(all->text) - length, "; %s",
			 one->text);
}

/* All that can be detached is. */
int detach_devices(struct arena *arena, const struct pins *pins,
		   uint32_t images_id, uint32_t *devices,
		   struct kernel_error *error)
{
	struct kernel_attachment *list;
	struct kernel_error one;
	int failed = 0, result;
	size_t count, i;

	result = attachments_list(arena, images_id, &list, &count, error);
	if (result)
		return result;
	for (i = 0; i < count; i++) {
		result = detach_device(&list[i], pins, &one);
		if (result) {
			failed = result;
			error_add(error, &one);
		} else {
			++*devices;
		}
	}
	return failed;
}

/* *lost: there is no `images` to find programs by. */
static int detach_programs(const struct pins *pins, uint32_t *devices,
			   bool *lost, struct kernel_error *error)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_maps_ struct maps maps = MAPS_CLOSED;
	int result = maps_open_images(&maps, pins, error);

	*lost = result == -ENOENT;
	if (*lost)
		*error = (struct kernel_error){};
	if (result)
		return *lost ? 0 : result;
	result = detach_devices(arena, pins, maps.images_id, devices, error);
	return result == -ENOENT ? -EIO : result;
}

/* -ENOENT from here means that nothing is in force, and that alone. */
int kernel_detach(const struct kernel_options *options, uint32_t *devices,
		  struct kernel_error *error)
{
	_cleanup_pins_ struct pins pins;
	bool lost = true;
	int result;

	*error = (struct kernel_error){};
	*devices = 0;
	messages_capture(options->verbose);
	result = pins_open(&pins, options, false, error);
	if (!result)
		result = detach_programs(&pins, devices, &lost, error);
	if (!result)
		result = pins_remove_all(&pins, error);
	if (lost && (!result || result == -ENOENT) &&
	    orphans_refuse_all(&pins, error))
		result = -EEXIST;
	return result;
}
