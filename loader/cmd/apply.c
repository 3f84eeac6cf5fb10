// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir apply: compiles a policy and has the kernel room put it in force. What
 * was in force stays so until the new policy is complete in the kernel.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/compile.h"
#include "output/diagnostics.h"

enum { DEVICES_NAMED = 6 };

static const char *mode = "native";
static bool monitor;

const struct verb_option apply_options[] = {
	{ "mode", 'm', "native|generic",
	  "where new devices are filtered: in the driver, or, slower, in the "
	  "network stack for drivers without XDP",
	  .text = &mode },
	{ "monitor", 0, NULL,
	  "drop nothing: count what the policy would drop, as if it said "
	  "`monitor;`",
	  .flag = &monitor },
	{ 0 },
};

/* The first few by name, the others by number. */
static void print_devices(const struct image *image)
{
	size_t governed = 0;

	for (size_t i = 0; i < image->device_count; i++) {
		if (!image->devices[i].governed)
			continue;
		if (governed < DEVICES_NAMED)
			printf("%s%s", governed ? ", " : "",
			       image->devices[i].name);
		governed++;
	}
	if (governed > DEVICES_NAMED)
		printf(" and %zu more", governed - DEVICES_NAMED);
}

static void say_applied(const struct image *image,
			const struct kernel_apply_result *result)
{
	printf("generation %" PRIu64 " in force on ", result->generation);
	print_devices(image);
	printf(" (%" PRIu32 " attached, %" PRIu32 " detached)%s\n",
	       result->attached, result->detached,
	       monitor ? ", in monitor: nothing is dropped" : "");
}

static void say_applied_json(const struct compiled *compiled,
			     const struct kernel_apply_result *result)
{
	const struct image *image = compiled->image;
	json_t *object = json_policy(compiled->file, compiled->diags);
	json_t *devices = json_array();

	for (size_t i = 0; i < image->device_count; i++)
		if (image->devices[i].governed)
			json_array_append_new(
				devices, json_text(image->devices[i].name));
	json_object_set_new(object, "generation",
			    json_integer((json_int_t)result->generation));
	json_object_set_new(object, "devices", devices);
	json_object_set_new(object, "attached", json_integer(result->attached));
	json_object_set_new(object, "detached", json_integer(result->detached));
	json_object_set_new(object, "monitor", json_boolean(monitor));
	json_print(object);
}

/* main() exits as if nothing had been done when the report did not arrive. */
static void check_said(const struct kernel_apply_result *result)
{
	bool failed = fflush(stdout) != 0;
	const char *why = failed ? strerror(errno) : NULL;

	if (!failed && !ferror(stdout))
		return;
	fprintf(stderr,
		"weir apply: generation %" PRIu64
		" is in force nevertheless; only the report of it failed%s%s\n",
		result->generation, why ? ": " : "", why ? why : "");
}

static void report(const struct invocation *invocation,
		   const struct compiled *compiled,
		   const struct kernel_apply_result *result)
{
	if (invocation->json)
		say_applied_json(compiled, result);
	else
		say_applied(compiled->image, result);
	check_said(result);
}

int cmd_apply(const struct invocation *invocation)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct kernel_options options = invocation->kernel;
	struct kernel_apply_result result = { 0 };
	struct kernel_error error = { .text = "" };
	struct compiled compiled;
	const struct compile_options compile = { SEVERITY_ERROR, monitor };
	enum exit_code code =
		compile_policy(invocation, arena, &compile, &compiled);
	int status;

	if (code != EXIT_DONE)
		return code;
	options.mode =
		!strcmp(mode, "generic") ? ATTACH_GENERIC : ATTACH_NATIVE;
	status = kernel_apply(compiled.image, &options, &result, &error);
	if (status < 0)
		return fail_kernel(invocation, status, &error);
	if (error.text[0]) {
		fprintf(stderr, "weir apply: warning: %s\n", error.text);
		print_hint(error.hint[0] ? error.hint : NULL);
	}
	report(invocation, &compiled, &result);
	return EXIT_DONE;
}
