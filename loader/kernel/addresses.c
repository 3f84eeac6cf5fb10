// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses of this router: those of all devices in this network
 * namespace, link-local ones included, without those of the host to itself
 * (127.0.0.0/8, ::1); and the IPv4 networks that they are in.
 *
 * What it may send answers from are addresses of global scope: in the kernel's
 * order, so that the first of a device is the one that it would choose, too;
 * deprecated ones where there is no other (RFC 4862 5.5.4).
 */
#include "private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
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

/* The IPv4 network of an address: where it has a peer, that one's. */
static bool network_prefix(const struct ifaddrs *each, struct prefix *prefix)
{
	const struct sockaddr_in *mask = (const void *)each->ifa_netmask;
	const struct sockaddr *from = each->ifa_addr;

	if (!from || from->sa_family != AF_INET || !mask)
		return false;
	if (each->ifa_flags & IFF_POINTOPOINT && each->ifa_dstaddr)
		from = each->ifa_dstaddr;
	if (!host_prefix(from, prefix))
		return false;
	prefix->length = __builtin_popcount(mask->sin_addr.s_addr);
	prefix_mask(prefix);
	return true;
}

static int compare(const void *a, const void *b)
{
	return prefix_compare(a, b);
}

/* The same link-local address may be on several devices. */
static size_t unique(struct prefix *prefixes, size_t count)
{
	size_t kept = 0, i;

	if (count)
		qsort(prefixes, count, sizeof(*prefixes), compare);
	for (i = 0; i < count; i++)
		if (!kept || prefix_compare(&prefixes[kept - 1], &prefixes[i]))
			prefixes[kept++] = prefixes[i];
	return kept;
}

int kernel_local_addresses(struct arena *arena, struct system_view *view,
			   struct kernel_error *error)
{
	struct prefix *hosts = NULL, *networks = NULL, prefix;
	size_t host_count = 0, network_count = 0, capacity[2] = { 0, 0 };
	struct ifaddrs *all, *each;

	if (getifaddrs(&all))
		return system_error(error, errno,
				    "cannot read the addresses of this host");
	for (each = all; each; each = each->ifa_next) {
		if (host_prefix(each->ifa_addr, &prefix)) {
			hosts = arena_grow(arena, hosts, host_count,
					   &capacity[0], sizeof(*hosts));
			hosts[host_count++] = prefix;
		}
		if (network_prefix(each, &prefix)) {
			networks = arena_grow(arena, networks, network_count,
					      &capacity[1], sizeof(*networks));
			networks[network_count++] = prefix;
		}
	}
	freeifaddrs(all);
	view->local = hosts;
	view->local_count = unique(hosts, host_count);
	view->connected = networks;
	view->connected_count = unique(networks, network_count);
	return 0;
}

/* ---- what to send from ------------------------------------------------- */

/* In the rank of an address: behind all that are not. */
#define DEPRECATED (1u << 31)

struct reading {
	struct arena *arena;
	struct own_addresses *addresses;
	size_t capacity[2];
};

/* Addresses of a peer are in IFA_ADDRESS, its own in IFA_LOCAL. */
static int read_address(void *context, const struct nlmsghdr *message)
{
	struct reading *reading = context;
	const struct ifaddrmsg *about = NLMSG_DATA(message);
	const struct rtattr *list[IFA_MAX + 1], *own;
	bool six = about->ifa_family == AF_INET6;
	struct own_address *to;

	netlink_attributes(message, sizeof(*about), list, IFA_MAX + 1);
	own = list[IFA_LOCAL] ? list[IFA_LOCAL] : list[IFA_ADDRESS];
	if (!own || about->ifa_scope != RT_SCOPE_UNIVERSE ||
	    (!six && about->ifa_family != AF_INET) ||
	    about->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return 0;
	to = arena_grow(reading->arena, reading->addresses->list[six],
			reading->addresses->count[six], &reading->capacity[six],
			sizeof(*to));
	reading->addresses->list[six] = to;
	to += reading->addresses->count[six]++;
	*to = (struct own_address){
		.ifindex = about->ifa_index,
		.rank = reading->addresses->count[six],
	};
	if (about->ifa_flags & IFA_F_DEPRECATED)
		to->rank |= DEPRECATED;
	memcpy(to->address.bytes, RTA_DATA(own), six ? 16 : 4);
	return 0;
}

static int compare_owners(const void *a, const void *b)
{
	const struct own_address *left = a, *right = b;

	return left->ifindex < right->ifindex ? -1
					      : left->ifindex > right->ifindex;
}

static int compare_ranks(const void *a, const void *b)
{
	const struct own_address *left = a, *right = b;
	int order = compare_owners(a, b);

	if (order)
		return order;
	return left->rank < right->rank ? -1 : left->rank > right->rank;
}

/* The first of each device, by ifindex. */
static size_t first_of_each(struct own_address *list, size_t count)
{
	size_t kept = 0, i;

	if (count)
		qsort(list, count, sizeof(*list), compare_ranks);
	for (i = 0; i < count; i++)
		if (!kept || list[kept - 1].ifindex != list[i].ifindex)
			list[kept++] = list[i];
	return kept;
}

int addresses_read(struct arena *arena, struct own_addresses *addresses,
		   struct kernel_error *error)
{
	const struct ifaddrmsg all = { .ifa_family = AF_UNSPEC };
	struct reading reading = { .arena = arena, .addresses = addresses };
	int result, six;

	*addresses = (struct own_addresses){
		.loopback = if_nametoindex("lo"),
	};
	result = netlink_ask(RTM_GETADDR, NLM_F_DUMP, &all, sizeof(all),
			     read_address, &reading);
	if (result)
		return system_error(error, -result,
				    "cannot read the addresses of this host");
	for (six = 0; six < 2; six++)
		addresses->count[six] = first_of_each(addresses->list[six],
						      addresses->count[six]);
	return 0;
}

static const struct own_address *find_own(const struct own_addresses *addresses,
					  bool six, uint32_t ifindex)
{
	const struct own_address key = { .ifindex = ifindex };

	return bsearch(&key, addresses->list[six], addresses->count[six],
		       sizeof(key), compare_owners);
}

const struct address *addresses_choose(const struct own_addresses *addresses,
				       bool six, uint32_t ifindex)
{
	const struct own_address *own = NULL;

	if (!addresses->count[six])
		return NULL;
	own = find_own(addresses, six, ifindex);
	if (!own)
		own = find_own(addresses, six, addresses->loopback);
	return own ? &own->address : &addresses->list[six][0].address;
}
