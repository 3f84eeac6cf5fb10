// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded, kills the process when it is about to make its bpf() call number
 * KILL_AT, counted from 1. What the process leaves behind then is what a crash
 * at that instant leaves.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

long syscall(long number, ...)
{
	static long (*next)(long, ...);
	static long calls;
	const char *at = getenv("KILL_AT");
	long a[6];
	va_list arguments;

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_bpf && at && ++calls == atol(at))
		kill(getpid(), SIGKILL);
	if (!next)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
