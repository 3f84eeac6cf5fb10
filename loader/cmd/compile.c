// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the stages one after another. A stage that leaves errors in the queue
 * is the last one, because the next would only repeat them in other words.
 */
#include "cmd/compile.h"
#include "output/diagnostics.h"

/* A policy that attaches to nothing: most often a template that came empty. */
static void check_governed(struct compiled *compiled, uint32_t file,
			   enum severity ungoverned)
{
	static const char message[] = "the policy governs no interface";
	const struct image *image = compiled->image;
	struct span place = { .file = file };

	for (size_t i = 0; i < image->device_count; i++)
		if (image->devices[i].governed)
			return;
	if (ungoverned == SEVERITY_ERROR)
		diag_error(compiled->diags, place,
			   "`weir detach` takes the filter off", "%s", message);
	else
		diag_warning(compiled->diags, place,
			     "`weir apply` will refuse it", "%s", message);
}

static bool compile_stages(struct compiled *compiled,
			   const struct system_view *system,
			   enum severity ungoverned)
{
	struct arena *arena = compiled->arena;
	struct diag_list *diags = compiled->diags;
	const struct classifier *classifier;
	const struct policy *policy;

	policy = policy_parse_file(arena, diags, compiled->file);
	if (diag_errors(diags))
		return false;
	compiled->resolved = resolve_policy(arena, diags, policy, system);
	if (diag_errors(diags))
		return false;
	classifier = classify_rules(arena, diags, compiled->resolved);
	if (diag_errors(diags))
		return false;
	compiled->image =
		image_build(arena, diags, compiled->resolved, classifier);
	if (!diag_errors(diags))
		check_governed(compiled, policy->file, ungoverned);
	return diag_errors(diags) == 0;
}

static void say_invalid(const struct invocation *invocation,
			const struct compiled *compiled)
{
	size_t errors = diag_errors(compiled->diags);

	if (invocation->json)
		json_print(json_policy(compiled->file, compiled->diags));
	else
		fprintf(stderr, "weir %s: %zu error%s\n",
			invocation->verb->name, errors, errors == 1 ? "" : "s");
}

enum exit_code compile_policy(const struct invocation *invocation,
			      struct arena *arena,
			      const struct compile_options *options,
			      struct compiled *compiled)
{
	struct kernel_error error = { .text = "" };
	struct system_view system = { .monitor = options->monitor };
	int status = kernel_local_addresses(arena, &system, &error);
	bool valid;

	if (status < 0)
		return fail_kernel(invocation, status, &error);
	*compiled = (struct compiled){
		.arena = arena,
		.file = invocation->arguments[0],
	};
	compiled->diags = diag_new(arena);
	valid = compile_stages(compiled, &system, options->ungoverned);
	if (!invocation->json)
		diag_print(compiled->diags, stderr);
	if (valid)
		return EXIT_DONE;
	say_invalid(invocation, compiled);
	return EXIT_POLICY;
}
