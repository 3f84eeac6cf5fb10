/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the ustar format (POSIX.1-1988, pax): 512-byte headers, each with a
 * size in octal, followed by the member's bytes up to a multiple of 512.
 * Only plain files are taken.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "captures.h"

enum { BLOCK = 512, NAME_BYTES = 100, SIZE_AT = 124, TYPE_AT = 156 };

/* Starts the program that writes the archive; its output, or -1. */
static int start(const char *path, pid_t *child)
{
	extern char **environ;
	const char *const pack[] = { "tar", "-C", path,
				     "-cf", "-",  "--format=ustar",
				     ".",   NULL };
	const char *const expand[] = { "xz", "-dcf", path, NULL };
	posix_spawn_file_actions_t actions;
	const char *const *arguments = expand;
	struct stat status;
	int ends[2], error;

	if (stat(path, &status) || pipe(ends))
		return -1;
	if (S_ISDIR(status.st_mode))
		arguments = pack;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	error = posix_spawnp(child, arguments[0], &actions, NULL,
			     (char *const *)arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!error)
		return ends[0];
	close(ends[0]);
	errno = error;
	return -1;
}

/* All that the program writes; *size bytes of the arena. */
static uint8_t *read_archive(struct arena *arena, const char *path,
			     size_t *size)
{
	pid_t child;
	int status, input = start(path, &child);
	_cleanup_file_ FILE *stream = input < 0 ? NULL : fdopen(input, "r");
	uint8_t *bytes = NULL;
	size_t capacity = 0, got;

	*size = 0;
	if (!stream)
		return NULL;
	do {
		if (*size == capacity) {
			uint8_t *more =
				arena_alloc(arena, capacity * 2 + 65536);

			if (capacity)
				memcpy(more, bytes, capacity);
			bytes = more;
			capacity = capacity * 2 + 65536;
		}
		got = fread(bytes + *size, 1, capacity - *size, stream);
		*size += got;
	} while (got);
	if (waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		return NULL;
	return bytes;
}

static size_t octal(const uint8_t *field, size_t size)
{
	size_t value = 0;

	for (size_t i = 0; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		value = value * 8 + (field[i] - '0');
	return value;
}

static int compare_names(const void *a, const void *b)
{
	const struct capture *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void add_member(struct arena *arena, struct capture_list *list,
		       size_t *capacity, uint8_t *header, size_t size)
{
	const char *name = (const char *)header;
	struct capture *captures =
		arena_grow(arena, (void *)list->captures, list->count, capacity,
			   sizeof(*captures));
	const char *text =
		arena_strndup(arena, name, strnlen(name, NAME_BYTES));
	const char *base = strrchr(text, '/');

	captures[list->count++] =
		(struct capture){ .name = base ? base + 1 : text,
				  .bytes = header + BLOCK,
				  .size = size };
	list->captures = captures;
}

int captures_read(struct arena *arena, const char *path,
		  struct capture_list *list)
{
	size_t size, at = 0, capacity = 0;
	uint8_t *bytes = read_archive(arena, path, &size);

	*list = (struct capture_list){ 0 };
	while (bytes && at + BLOCK <= size && bytes[at]) {
		uint8_t *header = bytes + at;
		size_t length = octal(header + SIZE_AT, 12);

		if (length > size - at - BLOCK)
			break;
		if ((header[TYPE_AT] == '0' || !header[TYPE_AT]) && length &&
		    strstr((const char *)header, ".pcap"))
			add_member(arena, list, &capacity, header, length);
		at += BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
	}
	if (!list->count) {
		fprintf(stderr, "%s: no captures can be read there\n", path);
		return -1;
	}
	qsort((void *)list->captures, list->count, sizeof(*list->captures),
	      compare_names);
	return 0;
}
