// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which network device stands for a logical interface where routes are
 * concerned.
 *
 * Routes lead to the device that has the addresses: the VLAN device with the
 * interface's id, which is on top of the filtered device, or of the bridge or
 * bond that the filtered device is a port of; for a pair of tags the one with
 * the inner id on top of that; and for any of them the bridge or bond that it
 * is a port of, if it is. The VRF of a device is none of these.
 */
#include "private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

/* Ports of ports; a device never is its own. */
enum { MOST_MASTERS = 8 };

struct reading {
	struct arena *arena;
	struct links *links;
	size_t capacity;
};

static uint32_t number(const struct rtattr *attribute)
{
	uint32_t value = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(value))
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

/* The attributes in an attribute. */
static void nested(const struct rtattr *outer, const struct rtattr **list,
		   size_t types)
{
	const struct rtattr *each;
	size_t length;

	memset(list, 0, types * sizeof(const struct rtattr *));
	if (!outer)
		return;
	each = RTA_DATA(outer);
	length = RTA_PAYLOAD(outer);
	for (; RTA_OK(each, length); each = RTA_NEXT(each, length))
		if ((each->rta_type & NLA_TYPE_MASK) < types)
			list[each->rta_type & NLA_TYPE_MASK] = each;
}

static bool is_kind(const struct rtattr *kind, const char *name)
{
	return kind && RTA_PAYLOAD(kind) > strlen(name) &&
	       !strncmp(RTA_DATA(kind), name, RTA_PAYLOAD(kind));
}

static bool takes_ports(const struct rtattr *kind)
{
	return is_kind(kind, "bridge") || is_kind(kind, "bond") ||
	       is_kind(kind, "team");
}

static void read_vlan(const struct rtattr *const *about,
		      const struct rtattr *const *info, struct link *link)
{
	const struct rtattr *data[IFLA_VLAN_MAX + 1];

	if (!is_kind(info[IFLA_INFO_KIND], "vlan") || about[IFLA_LINK_NETNSID])
		return;
	nested(info[IFLA_INFO_DATA], data, IFLA_VLAN_MAX + 1);
	if (!data[IFLA_VLAN_ID])
		return;
	memcpy(&link->vlan, RTA_DATA(data[IFLA_VLAN_ID]), sizeof(link->vlan));
	link->below = number(about[IFLA_LINK]);
}

static int read_link(void *context, const struct nlmsghdr *message)
{
	struct reading *reading = context;
	struct links *links = reading->links;
	const struct ifinfomsg *about = NLMSG_DATA(message);
	const struct rtattr *list[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	struct link link = { .ifindex = about->ifi_index };

	netlink_attributes(message, sizeof(*about), list, IFLA_MAX + 1);
	nested(list[IFLA_LINKINFO], info, IFLA_INFO_MAX + 1);
	link.master = number(list[IFLA_MASTER]);
	link.takes_ports = takes_ports(info[IFLA_INFO_KIND]);
	if (list[IFLA_IFNAME])
		snprintf(link.name, sizeof(link.name), "%s",
			 (const char *)RTA_DATA(list[IFLA_IFNAME]));
	read_vlan(list, info, &link);
	links->list = arena_grow(reading->arena, links->list, links->count,
				 &reading->capacity, sizeof(link));
	links->list[links->count++] = link;
	return 0;
}

/* ---- looking up -------------------------------------------------------- */

static int compare_links(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	return left->ifindex < right->ifindex ? -1
					      : left->ifindex > right->ifindex;
}

static int compare_vlans(const void *a, const void *b)
{
	const struct link *left = *(const struct link *const *)a;
	const struct link *right = *(const struct link *const *)b;

	if (left->below != right->below)
		return left->below < right->below ? -1 : 1;
	return (int)left->vlan - (int)right->vlan;
}

const struct link *links_find(const struct links *links, uint32_t ifindex)
{
	const struct link key = { .ifindex = ifindex };

	if (!links->count)
		return NULL;
	return bsearch(&key, links->list, links->count, sizeof(key),
		       compare_links);
}

static void list_vlans(struct arena *arena, struct links *links)
{
	size_t i;

	links->vlans = arena_array(arena, links->count + 1,
				   sizeof(const struct link *));
	for (i = 0; i < links->count; i++)
		if (links->list[i].below)
			links->vlans[links->vlan_count++] = &links->list[i];
	qsort(links->vlans, links->vlan_count, sizeof(const struct link *),
	      compare_vlans);
}

/* Masters that take no ports, VRFs among them, are none. */
static void keep_masters(const struct links *links)
{
	const struct link *master;
	size_t i;

	for (i = 0; i < links->count; i++) {
		master = links_find(links, links->list[i].master);
		if (!master || !master->takes_ports)
			links->list[i].master = 0;
	}
}

int links_read(struct arena *arena, struct links *links,
	       struct kernel_error *error)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	struct reading reading = { .arena = arena, .links = links };
	int result;

	*links = (struct links){};
	result = netlink_ask(RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all),
			     read_link, &reading);
	if (result)
		return system_error(error, -result,
				    "cannot read the devices of this host");
	qsort(links->list, links->count, sizeof(*links->list), compare_links);
	keep_masters(links);
	list_vlans(arena, links);
	return 0;
}

/* The VLAN device on top of this one or of what it is a port of. */
static const struct link *vlan_above(const struct links *links,
				     const struct link *below, uint16_t vlan)
{
	struct link wanted = { .vlan = vlan };
	const struct link *key = &wanted, *const *found = NULL;
	int i;

	for (i = 0; below && !found && i < MOST_MASTERS; i++) {
		wanted.below = below->ifindex;
		if (links->vlan_count)
			found = bsearch(&key, links->vlans, links->vlan_count,
					sizeof(key), compare_vlans);
		below = links_find(links, below->master);
	}
	return found ? *found : NULL;
}

const struct link *links_routed(const struct links *links, uint32_t ifindex,
				const struct image_interface *interface)
{
	const struct link *link = links_find(links, ifindex);
	const uint16_t *ids[] = { interface->outer, interface->inner };
	int i;

	for (i = 0; link && i < 2 && ids[i][0] != NO_TAG; i++)
		link = ids[i][0] == ids[i][1]
			       ? vlan_above(links, link, ids[i][0])
			       : NULL;
	for (i = 0; link && link->master && i < MOST_MASTERS; i++)
		link = links_find(links, link->master);
	return link;
}
