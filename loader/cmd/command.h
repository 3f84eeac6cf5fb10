/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verbs share: how they were called, how they end.
 *
 * With --json a verb writes one JSON object to standard output, also when it
 * fails; docs/JSON.md has the shapes.
 */
#ifndef WEIR_COMMAND_H
#define WEIR_COMMAND_H

#include "cmd/exit.h"
#include "cmd/verb.h"
#include "kernel.h"

struct invocation {
	const struct verb *verb;
	const char *arguments[MAX_ARGUMENTS];
	bool json;
	struct kernel_options kernel;
};

/* Says what went wrong, in text or in JSON; returns code. hint may be NULL. */
int fail(const struct invocation *invocation, enum exit_code code,
	 const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The same for what kernel/ and observe/ return: status is a negative errno.
 * Where a privilege is missing and the error has no hint, says which.
 */
int fail_kernel(const struct invocation *invocation, int status,
		const struct kernel_error *error);

#endif
