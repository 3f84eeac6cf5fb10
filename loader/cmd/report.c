// SPDX-License-Identifier: GPL-2.0-only
/* How a verb says that it failed. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cmd/command.h"
#include "output/json.h"

static void report_json(enum exit_code code, const char *hint,
			const char *message)
{
	json_print(json_pack("{s:{s:i, s:o, s:o}}", "error", "exit_code",
			     (int)code, "message", json_text(message), "hint",
			     json_text(hint)));
}

int fail(const struct invocation *invocation, enum exit_code code,
	 const char *hint, const char *format, ...)
{
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	if (invocation->json)
		report_json(code, hint, message);
	fprintf(stderr, "weir %s: %s\n", invocation->verb->name, message);
	print_hint(hint);
	return code;
}

static const char *kernel_hint(int status, const struct kernel_error *error)
{
	if (error->hint[0])
		return error->hint;
	if (status == -EPERM || status == -EACCES)
		return "run as root, or with the capabilities CAP_BPF, "
		       "CAP_NET_ADMIN, CAP_PERFMON and CAP_SYS_ADMIN";
	return NULL;
}

/* Somebody else is there already: going on could harm what is theirs. */
static bool is_refusal(int status)
{
	return status == -EBUSY || status == -EEXIST;
}

int fail_kernel(const struct invocation *invocation, int status,
		const struct kernel_error *error)
{
	return fail(invocation, is_refusal(status) ? EXIT_REFUSED : EXIT_KERNEL,
		    kernel_hint(status, error), "%s",
		    error->text[0] ? error->text : strerror(-status));
}
