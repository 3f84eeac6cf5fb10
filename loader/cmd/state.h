/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening what is in force, for the verbs that read it. */
#ifndef WEIR_STATE_H
#define WEIR_STATE_H

#include "cmd/command.h"

/* EXIT_DONE, or a code after saying why; close by _cleanup_state_. */
int open_state(const struct invocation *invocation, struct kernel_state *state);

static inline void cleanup_state(struct kernel_state *state)
{
	if (state->arena)
		kernel_state_close(state);
}
#define _cleanup_state_ __attribute__((cleanup(cleanup_state)))

#endif
