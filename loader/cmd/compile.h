/* SPDX-License-Identifier: GPL-2.0-only */
/* From the text of a policy to an image: what check and apply begin with. */
#ifndef WEIR_COMPILE_H
#define WEIR_COMPILE_H

#include "cmd/command.h"

struct compiled {
	struct arena *arena;
	struct diag_list *diags;
	const char *file;
	const struct resolved *resolved;
	struct image *image;
};

struct compile_options {
	enum severity ungoverned; /* of a policy that governs no interface */
	bool monitor;		  /* as if the policy said `monitor;` */
};

/*
 * Fills compiled from the verb's first argument, a file; memory from arena.
 * Without EXIT_DONE, the image is not to be used and everything has been said,
 * in text or in JSON. Warnings of a policy without errors have been said in
 * text only.
 */
enum exit_code compile_policy(const struct invocation *invocation,
			      struct arena *arena,
			      const struct compile_options *options,
			      struct compiled *compiled);

#endif
