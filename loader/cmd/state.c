// SPDX-License-Identifier: GPL-2.0-only
/* Opening what is in force. */
#include <errno.h>

#include "cmd/state.h"

int open_state(const struct invocation *invocation, struct kernel_state *state)
{
	const struct kernel_options *options = &invocation->kernel;
	struct kernel_error error = { .text = "" };
	int status = kernel_state_open(options, state, &error);

	if (status == 0)
		return EXIT_DONE;
	state->arena = NULL;
	if (status == -ENOENT)
		return fail(invocation, EXIT_KERNEL,
			    "weir apply puts a policy in force; another "
			    "network namespace has another --pin-directory",
			    "nothing is in force at %s",
			    options->pin_directory);
	return fail_kernel(invocation, status, &error);
}
