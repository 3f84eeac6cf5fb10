// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a feed; the first one chooses the format. What comes out of a
 * feed without errors is a list of proper prefixes, and there is at least one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "resolve/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct diag_list *diags)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	diag_print(diags, stream);
	fclose(stream);
}

static void check(const struct prefix_list *list)
{
	struct prefix masked;
	size_t i;

	if (list->count == 0)
		abort();
	for (i = 0; i < list->count; i++) {
		masked = list->prefixes[i];
		if (masked.length > family_bits(masked.family))
			abort();
		prefix_mask(&masked);
		if (prefix_compare(&masked, &list->prefixes[i]) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct prefix_list list = { 0 };
	const char *text = (const char *)data + 1;
	uint32_t file;

	if (size == 0)
		return 0;
	file = diag_add_file(diags, "feed", text, size - 1);
	feed_parse(arena, diags, file, text, size - 1,
		   data[0] & 1 ? FEED_CYMRU : FEED_PLAIN, &list);
	show(diags);
	if (!diag_errors(diags))
		check(&list);
	return 0;
}
