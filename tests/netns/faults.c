// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded, makes happen what rarely does.
 *
 * LOCK_GATE=PATH: before its first flock() the process opens the FIFO
 * PATH-there for writing, which tells the test that it has come so far, and
 * waits until the test opens the FIFO PATH-go.
 * FAIL_DETACH=1: XDP programs cannot be detached: there is no such thing.
 * FAIL_ATTACH=1: the first attempt to attach an XDP program fails.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

struct xdp_program;
typedef int function(struct xdp_program *, int, int, unsigned int);
function xdp_program__attach, xdp_program__detach;

static void pass(const char *gate, const char *name, int mode)
{
	char path[256];

	snprintf(path, sizeof(path), "%s-%s", gate, name);
	close(open(path, mode));
}

int flock(int fd, int operation)
{
	int (*next)(int, int) = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
	const char *gate = getenv("LOCK_GATE");
	static int calls;

	if (gate && !calls++) {
		pass(gate, "there", O_WRONLY);
		pass(gate, "go", O_RDONLY);
	}
	return next(fd, operation);
}

int xdp_program__detach(struct xdp_program *program, int ifindex, int mode,
			unsigned int flags)
{
	function *next = (function *)dlsym(RTLD_NEXT, "xdp_program__detach");

	return getenv("FAIL_DETACH") ? -ENOENT
				     : next(program, ifindex, mode, flags);
}

int xdp_program__attach(struct xdp_program *program, int ifindex, int mode,
			unsigned int flags)
{
	function *next = (function *)dlsym(RTLD_NEXT, "xdp_program__attach");
	static int calls;

	return getenv("FAIL_ATTACH") && !calls++
		       ? -ENOMEM
		       : next(program, ifindex, mode, flags);
}
