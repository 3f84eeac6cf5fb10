/* SPDX-License-Identifier: GPL-2.0-only */
/* For the tests of the policy room: text in, tree or text out. */
#ifndef WEIR_TEST_POLICY_TEXT_H
#define WEIR_TEST_POLICY_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "policy.h"

/* One run of the parser; free with free_parsed(). */
struct parsed {
	struct arena *arena;
	struct diag_list *diags;
	const struct policy *policy;
};

static inline struct parsed parse_bytes(const char *text, size_t size)
{
	struct parsed parsed = { .arena = arena_new() };

	parsed.diags = diag_new(parsed.arena);
	parsed.policy = policy_parse_text(parsed.arena, parsed.diags, "t.weir",
					  text, size);
	return parsed;
}

static inline struct parsed parse(const char *text)
{
	struct parsed parsed = parse_bytes(text, strlen(text));

	if (diag_errors(parsed.diags))
		diag_print(parsed.diags, stderr);
	assert_int_equal(diag_errors(parsed.diags), 0);
	return parsed;
}

static inline void free_parsed(struct parsed *parsed)
{
	arena_free(parsed->arena);
}

#define _cleanup_parsed_ __attribute__((cleanup(free_parsed)))

static __attribute__((noinline, unused)) char *
diagnostics(const struct diag_list *diags)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	diag_print(diags, stream);
	fclose(stream);
	return text;
}

static __attribute__((noinline, unused)) char *
printed(const struct policy *policy)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	policy_print(policy, stream);
	fclose(stream);
	return text;
}

#endif
