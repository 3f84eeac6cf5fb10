/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Captures out of a directory or a tar archive, plain or compressed by xz,
 * without unpacking to disk: tar or xz writes into a pipe, members are read
 * from memory.
 */
#ifndef WEIR_TEST_CAPTURES_H
#define WEIR_TEST_CAPTURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct capture {
	const char *name;
	uint8_t *bytes;
	size_t size;
};

struct capture_list {
	const struct capture *captures;
	size_t count;
};

/* 0, or -1 after a message on standard error. */
int captures_read(struct arena *arena, const char *path,
		  struct capture_list *list);

#endif
