/* SPDX-License-Identifier: GPL-2.0-only */
/* Network namespaces by name: see namespace.h. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>

#include "namespace.h"

int namespace_open(const char *name)
{
	char path[256];
	int namespace;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	return namespace < 0 ? -errno : namespace;
}

int namespace_enter(int namespace)
{
	return setns(namespace, CLONE_NEWNET) ? -errno : 0;
}

int namespace_device(int namespace, const char *device, uint32_t *ifindex)
{
	int error = namespace_enter(namespace);

	if (error)
		return error;
	*ifindex = if_nametoindex(device);
	return *ifindex ? 0 : -errno;
}
