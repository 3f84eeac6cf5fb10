// SPDX-License-Identifier: GPL-2.0-only
/* weir check: everything that apply does up to the kernel's door. */
#include "base/cleanup.h"
#include "cmd/compile.h"
#include "output/diagnostics.h"
#include "output/summary.h"

const struct verb_option check_options[] = { { 0 } };

static void say_valid_json(const struct compiled *compiled,
			   const struct policy_summary *summary)
{
	json_t *object = json_policy(compiled->file, compiled->diags);

	summary_to_json(summary, object);
	json_print(object);
}

int cmd_check(const struct invocation *invocation)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct policy_summary summary = { 0 };
	const struct compile_options options = { SEVERITY_WARNING, false };
	struct compiled compiled;
	enum exit_code code =
		compile_policy(invocation, arena, &options, &compiled);

	if (code != EXIT_DONE)
		return code;
	summarise_policy(compiled.resolved, compiled.image, &summary);
	if (invocation->json) {
		say_valid_json(&compiled, &summary);
		return EXIT_DONE;
	}
	summary_print(arena, &summary, stdout);
	if (invocation->kernel.verbose) {
		putchar('\n');
		image_print(compiled.image, stdout);
	}
	return EXIT_DONE;
}
