// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses of this router: those of all devices in this network
 * namespace, link-local ones included, without those of the host to itself
 * (127.0.0.0/8, ::1).
 */
#include "private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

static bool host_prefix(const struct sockaddr *from, struct prefix *prefix)
{
	const struct sockaddr_in6 *six = (const void *)from;
	const struct sockaddr_in *four = (const void *)from;

	memset(prefix, 0, sizeof(*prefix));
	if (from && from->sa_family == AF_INET) {
		memcpy(prefix->address.bytes, &four->sin_addr, 4);
		prefix->family = FAMILY_IPV4;
		prefix->length = 32;
		return prefix->address.bytes[0] != 127;
	}
	if (from && from->sa_family == AF_INET6) {
		memcpy(prefix->address.bytes, &six->sin6_addr, 16);
		prefix->family = FAMILY_IPV6;
		prefix->length = 128;
		return !IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	return prefix_compare(a, b);
}

/* The same link-local address may be on several devices. */
static size_t unique(struct prefix *prefixes, size_t count)
{
	size_t kept = 0, i;

	qsort(prefixes, count, sizeof(*prefixes), compare);
	for (i = 0; i < count; i++)
		if (!kept || prefix_compare(&prefixes[kept - 1], &prefixes[i]))
			prefixes[kept++] = prefixes[i];
	return kept;
}

int kernel_local_addresses(struct arena *arena, struct system_view *view,
			   struct kernel_error *error)
{
	struct prefix *prefixes = NULL, prefix;
	size_t count = 0, capacity = 0;
	struct ifaddrs *all, *each;

	if (getifaddrs(&all))
		return system_error(error, errno,
				    "cannot read the addresses of this host");
	for (each = all; each; each = each->ifa_next) {
		if (!host_prefix(each->ifa_addr, &prefix))
			continue;
		prefixes = arena_grow(arena, prefixes, count, &capacity,
				      sizeof(*prefixes));
		prefixes[count++] = prefix;
	}
	freeifaddrs(all);
	view->local = prefixes;
	view->local_count = count ? unique(prefixes, count) : 0;
	return 0;
}
