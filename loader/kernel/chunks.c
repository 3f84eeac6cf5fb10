// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chunks: per-CPU counters are made as slots are given out.
 *
 * The first CHUNK_SLOTS slots are the map `counters`, the others inner maps of
 * `more_counters`, pinned as more-counters/N. A chunk is pinned first and put
 * in place then, and no slot of it has a name before both is done: a process
 * that is killed leaves an empty chunk, which the next apply puts in place.
 * What the programs count in is what is in place; a pin that says something
 * else gives way. Chunks stay as long as the pins live.
 */
#include "private.h"

#include <errno.h>

static void chunk_path(const struct pins *pins, uint32_t number,
		       char path[PIN_PATH])
{
	pins_path(pins, path, "more-counters/%u", number);
}

static int place(const struct maps *maps, uint32_t number, int fd)
{
	return bpf_map_update_elem(maps->more_counters, &number, &fd, 0)
		       ? -errno
		       : 0;
}

/* pinned and placed: -1 where there is none; placed is what counts. */
static int repair_chunk(const struct maps *maps, const struct pins *pins,
			uint32_t number, int pinned, int placed)
{
	char path[PIN_PATH];

	if (placed < 0)
		return pinned < 0 ? 0 : place(maps, number, pinned);
	if (pinned >= 0 && map_id(pinned) == map_id(placed))
		return 0;
	chunk_path(pins, number, path);
	if (pinned >= 0)
		unlink(path);
	return bpf_obj_pin(placed, path) ? -errno : 0;
}

/* Readers take what is pinned. */
static int open_chunk(struct maps *maps, const struct pins *pins,
		      uint32_t number, bool repair)
{
	char path[PIN_PATH];
	int pinned, placed = -1, result = 0;

	chunk_path(pins, number, path);
	pinned = access(path, F_OK) ? -1 : bpf_obj_get(path);
	if (repair) {
		placed = map_inner(maps->more_counters, number);
		result = repair_chunk(maps, pins, number, pinned, placed);
	}
	maps->chunks[number] = placed >= 0 ? placed : pinned;
	if (placed >= 0)
		cleanup_fd(&pinned);
	return result;
}

int chunks_open(struct maps *maps, const struct pins *pins, bool repair,
		struct kernel_error *error)
{
	uint32_t number;
	int result = 0;

	for (number = 1; !result && number < COUNTER_CHUNKS; number++)
		result = open_chunk(maps, pins, number, repair);
	if (result)
		return system_error(error, -result,
				    "cannot put the counters of slots from %u "
				    "in place",
				    (number - 1) * CHUNK_SLOTS);
	return 0;
}

int chunk_create(struct maps *maps, const struct pins *pins, uint32_t number,
		 struct kernel_error *error)
{
	int fd = maps_create_chunk(maps, error), result;
	char path[PIN_PATH];

	if (fd < 0)
		return fd;
	maps->chunks[number] = fd;
	chunk_path(pins, number, path);
	if (bpf_obj_pin(fd, path))
		return system_error(error, errno, "cannot pin %s", path);
	result = place(maps, number, fd);
	if (result)
		return system_error(error, -result, "cannot put %s in place",
				    path);
	return 0;
}

void chunk_remove(struct maps *maps, const struct pins *pins, uint32_t number)
{
	char path[PIN_PATH];

	bpf_map_delete_elem(maps->more_counters, &number);
	chunk_path(pins, number, path);
	unlink(path);
	cleanup_fd(&maps->chunks[number]);
	maps->chunks[number] = -1;
}
