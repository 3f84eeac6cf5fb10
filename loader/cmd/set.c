// SPDX-License-Identifier: GPL-2.0-only
/* weir set list: prefixes in force, read from the kernel's tries. */
#include <string.h>

#include "cmd/state.h"
#include "output/sets.h"

const struct verb_option set_options[] = { { 0 } };

static void list_sizes(const struct invocation *invocation, struct arena *arena,
		       const struct set_table *table)
{
	if (invocation->json)
		json_print(set_sizes_to_json(table));
	else
		set_sizes_print(arena, table, stdout);
}

/* A name of two words, as the shell wants it. */
static const char *suggest(struct arena *arena, const struct set_table *table,
			   const char *name)
{
	const char *nearest = set_nearest(arena, table, name);

	if (nearest && strchr(nearest, ' '))
		nearest = arena_printf(arena, "\"%s\"", nearest);
	return did_you_mean("", nearest);
}

static int list_prefixes(const struct invocation *invocation,
			 struct arena *arena, const struct set_table *table,
			 const char *name)
{
	const char *hint;

	if (!set_exists(table, name)) {
		hint = suggest(arena, table, name);
		return fail(invocation, EXIT_USAGE,
			    hint ? hint : "weir set list names the sets",
			    "no set '%s' in the policy in force", name);
	}
	if (invocation->json)
		json_print(set_prefixes_to_json(table, name));
	else
		set_prefixes_print(table, name, stdout);
	return EXIT_DONE;
}

int cmd_set(const struct invocation *invocation)
{
	_cleanup_state_ struct kernel_state state = { 0 };
	struct kernel_error error = { .text = "" };
	const char *name = invocation->arguments[1];
	struct set_table table = { 0 };
	int code = open_state(invocation, &state);
	int status;

	if (code != EXIT_DONE)
		return code;
	status = observe_sets(&state, &invocation->kernel, &table, &error);
	if (status < 0)
		return fail_kernel(invocation, status, &error);
	if (name)
		return list_prefixes(invocation, state.arena, &table, name);
	list_sizes(invocation, state.arena, &table);
	return EXIT_DONE;
}
