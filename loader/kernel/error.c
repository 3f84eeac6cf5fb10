// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error sentences, and what libbpf and libxdp have to say.
 *
 * Both libraries print to standard error on their own, also about attempts
 * that are expected to fail (the dispatcher check, a missing clsact). Their
 * first warning usually names the cause, the rest its consequences, so the
 * first one is kept until somebody needs it for an error.
 */
#include "private.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <xdp/libxdp.h>

static bool messages_shown;
static char first_message[256];

static const char *hint_for(int code)
{
	switch (code) {
	case EPERM:
	case EACCES:
		return "weir needs CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON and "
		       "CAP_SYS_ADMIN; run it as root";
	case ENOMEM:
		return "the kernel is out of memory, or the memory cgroup or "
		       "`ulimit -l` of this process is too small";
	case ENODEV:
		return "the device went away; apply again";
	case E2BIG:
	case ENOSPC:
		return "the policy has more entries than the map can hold";
	default:
		return "";
	}
}

int kernel_fail(struct kernel_error *error, int code, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	snprintf(error->hint, sizeof(error->hint), "%s", hint ? hint : "");
	return -code;
}

int system_error(struct kernel_error *error, int code, const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	length = strlen(error->text);
	snprintf(error->text + length, sizeof(error->text) - length, ": %s",
		 strerror(code));
	snprintf(error->hint, sizeof(error->hint), "%s", hint_for(code));
	return -code;
}

static int take(bool warning, const char *format, va_list arguments)
{
	if (messages_shown)
		return vfprintf(stderr, format, arguments);
	if (!warning || first_message[0])
		return 0;
	vsnprintf(first_message, sizeof(first_message), format, arguments);
	first_message[strcspn(first_message, "\n")] = '\0';
	return 0;
}

static __attribute__((format(printf, 2, 0))) int
from_libbpf(enum libbpf_print_level level, const char *format,
	    va_list arguments)
{
	if (level == LIBBPF_DEBUG)
		return 0;
	return take(level == LIBBPF_WARN, format, arguments);
}

static __attribute__((format(printf, 2, 0))) int
from_libxdp(enum libxdp_print_level level, const char *format,
	    va_list arguments)
{
	if (level == LIBXDP_DEBUG)
		return 0;
	return take(level == LIBXDP_WARN, format, arguments);
}

void messages_capture(bool verbose)
{
	messages_shown = verbose;
	messages_clear();
	libbpf_set_print(from_libbpf);
	libxdp_set_print(from_libxdp);
}

void messages_clear(void)
{
	first_message[0] = '\0';
}

const char *messages_first(void)
{
	return first_message;
}
