/* SPDX-License-Identifier: GPL-2.0-only */
/* Cleanup attributes: what a scope opened is closed on every way out. */
#ifndef WEIR_CLEANUP_H
#define WEIR_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"

static inline void cleanup_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_file(FILE *const *file)
{
	if (*file)
		fclose(*file);
}

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_arena(struct arena *const *arena)
{
	arena_free(*arena);
}

#define _cleanup_fd_	__attribute__((cleanup(cleanup_fd)))
#define _cleanup_file_	__attribute__((cleanup(cleanup_file)))
#define _cleanup_free_	__attribute__((cleanup(cleanup_free)))
#define _cleanup_arena_ __attribute__((cleanup(cleanup_arena)))

#endif
