// SPDX-License-Identifier: GPL-2.0-only
/*
 * Detach: exactly what weir made goes, and nothing else.
 *
 * Programs first, then the pins; while pins exist a detach that was killed can
 * be run again. The lock is on the directory that goes last.
 */
#include "private.h"

#include <errno.h>

/* All that can be detached is; the first failure is reported. */
int detach_devices(struct arena *arena, const struct pins *pins,
		   uint32_t images_id, uint32_t *devices,
		   struct kernel_error *error)
{
	struct kernel_error later, *where = error;
	struct kernel_attachment *list;
	int failed = 0, result;
	size_t count, i;

	result = attachments_list(arena, images_id, &list, &count, error);
	if (result)
		return result;
	for (i = 0; i < count; i++) {
		result = egress_detach(&list[i], pins, where);
		if (!result)
			result = ingress_detach(&list[i], where);
		if (!result)
			++*devices;
		if (result && !failed) {
			failed = result;
			where = &later;
		}
	}
	return failed;
}

int kernel_detach(const struct kernel_options *options, uint32_t *devices,
		  struct kernel_error *error)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_maps_ struct maps maps = MAPS_CLOSED;
	_cleanup_pins_ struct pins pins;
	int result;

	*error = (struct kernel_error){};
	*devices = 0;
	messages_capture(options->verbose);
	result = pins_open(&pins, options, false, error);
	if (result)
		return result;
	result = maps_open_images(&maps, &pins, error);
	if (!result)
		result = detach_devices(arena, &pins, maps.images_id, devices,
					error);
	if (result && result != -ENOENT)
		return result;
	pins_remove_tree(pins.directory);
	return 0;
}
