// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a policy: parse, show the diagnostics, and if there are none
 * print it. What is printed has to parse, and to print as itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct diag_list *diags)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	diag_print(diags, stream);
	fclose(stream);
}

/* The canonical form, or NULL when the text has errors. */
static char *format(const char *text, size_t size)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	const struct policy *policy =
		policy_parse_text(arena, diags, "/nowhere/fuzz", text, size);
	char *printed = NULL;
	size_t printed_size;
	FILE *stream;

	show(diags);
	if (diag_errors(diags))
		return NULL;
	stream = open_memstream(&printed, &printed_size);
	policy_print(policy, stream);
	fclose(stream);
	return printed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *once = format((const char *)data, size);
	_cleanup_free_ char *twice = NULL;

	if (!once)
		return 0;
	twice = format(once, strlen(once));
	if (!twice || strcmp(once, twice))
		abort();
	return 0;
}
