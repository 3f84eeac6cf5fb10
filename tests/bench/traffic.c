/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of frames: see traffic.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "figure.h"
#include "traffic.h"

enum { LINES_MOST = 128, LINE_BYTES = 512 };

struct lines {
	char text[LINES_MOST][LINE_BYTES];
	size_t count;
};

uint32_t any_below(uint32_t below)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % below);
}

void traffic_frame(const char *text, struct frame *frame)
{
	char error[256];

	if (frame_parse(text, frame, error, sizeof(error)) == 0)
		return;
	fprintf(stderr, "%s: %s\n", text, error);
	exit(1);
}

static void read_lines(struct lines *lines, const char *path,
		       const char *device)
{
	_cleanup_file_ FILE *file = fopen(path, "r");
	size_t length = strlen(device);
	char line[LINE_BYTES];

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, device, length) || line[length] != ' ' ||
		    lines->count == LINES_MOST)
			continue;
		strcpy(lines->text[lines->count++], line + length + 1);
	}
	if (!lines->count) {
		fprintf(stderr, "%s: no traffic of %s\n", path, device);
		exit(1);
	}
}

static void draw_frame(const char *line, struct frame *frame)
{
	char text[2 * LINE_BYTES], *to = text;

	for (; *line; line++) {
		if (*line == '*')
			to += sprintf(to, "%u", 10 + any_below(90));
		else
			*to++ = *line;
	}
	*to = '\0';
	traffic_frame(text, frame);
}

struct frame *traffic_read(struct arena *arena, const char *path,
			   const char *device, size_t count)
{
	struct frame *frames = arena_array(arena, count, sizeof(*frames));
	static struct lines lines;

	lines.count = 0;
	read_lines(&lines, path, device);
	for (size_t i = 0; i < count; i++)
		draw_frame(lines.text[any_below((uint32_t)lines.count)],
			   &frames[i]);
	return frames;
}

struct frame *traffic_of_line(struct arena *arena, const char *line,
			      size_t count)
{
	struct frame *frames = arena_array(arena, count, sizeof(*frames));

	for (size_t i = 0; i < count; i++)
		draw_frame(line, &frames[i]);
	return frames;
}
