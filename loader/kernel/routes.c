// SPDX-License-Identifier: GPL-2.0-only
/*
 * Default routes that look like others.
 *
 * The datapath learns from the kernel where a source is routed to, and not by
 * which prefix. It takes for the default route what leads to the same gateway
 * through the same device with the same metric; other routes like that do not
 * count as routes, either, unless the interface says `allow-default`. Here they
 * are looked for, so that apply can warn. The walk ends at the first one, or
 * after a million routes: on a router with more than the Internet's, apply is
 * not to wait for it, and there is no warning then.
 */
#include "private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

enum { MOST_ROUTES = 1000000, FOUND = 2, GAVE_UP = 3 };

/* What a look-up tells of a route. */
struct way {
	uint32_t device;
	uint32_t metric;
	struct address gateway; /* zero: none */
};

struct search {
	int family;
	size_t size; /* of an address */
	struct way defaults;
	bool has_default;
	uint32_t seen;
	struct prefix found;
};

static uint32_t number(const struct rtattr *attribute)
{
	uint32_t value = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(value))
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

static void copy_address(const struct rtattr *attribute, size_t size,
			 struct address *address)
{
	memset(address, 0, sizeof(*address));
	if (attribute && RTA_PAYLOAD(attribute) >= size)
		memcpy(address->bytes, RTA_DATA(attribute), size);
}

static struct way read_way(const struct search *search,
			   const struct nlmsghdr *message,
			   const struct rtattr **list)
{
	struct way way = { 0 };

	netlink_attributes(message, sizeof(struct rtmsg), list, RTA_MAX + 1);
	way.device = number(list[RTA_OIF]);
	way.metric = number(list[RTA_PRIORITY]);
	copy_address(list[RTA_GATEWAY], search->size, &way.gateway);
	return way;
}

static int take_default(void *context, const struct nlmsghdr *message)
{
	const struct rtattr *list[RTA_MAX + 1];
	const struct rtmsg *about = NLMSG_DATA(message);
	struct search *search = context;

	if (about->rtm_dst_len || about->rtm_type != RTN_UNICAST)
		return 0;
	search->defaults = read_way(search, message, list);
	search->has_default = search->defaults.device != 0;
	return 0;
}

static int compare_route(void *context, const struct nlmsghdr *message)
{
	const struct rtattr *list[RTA_MAX + 1];
	const struct rtmsg *about = NLMSG_DATA(message);
	struct search *search = context;
	struct way way;

	if (++search->seen > MOST_ROUTES)
		return GAVE_UP;
	if (about->rtm_type != RTN_UNICAST || !about->rtm_dst_len ||
	    about->rtm_flags & RTM_F_CLONED)
		return 0;
	way = read_way(search, message, list);
	if (memcmp(&way, &search->defaults, sizeof(way)) != 0)
		return 0;
	search->found.family =
		search->family == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
	search->found.length = about->rtm_dst_len;
	copy_address(list[RTA_DST], search->size, &search->found.address);
	return FOUND;
}

/* The address that the datapath asks for; no route but the default has it. */
static int find_default(struct search *search)
{
	struct {
		struct rtmsg about;
		struct rtattr attribute;
		uint8_t address[16];
	} request = {
		.about = { .rtm_family = search->family,
			   .rtm_dst_len = 8 * search->size,
			   .rtm_flags = RTM_F_FIB_MATCH },
		.attribute = { .rta_type = RTA_DST,
			       .rta_len = RTA_LENGTH(search->size) },
	};

	inet_pton(search->family,
		  search->family == AF_INET ? "240.0.0.1" : "8000::1",
		  request.address);
	return netlink_ask(RTM_GETROUTE, 0, &request,
			   sizeof(request) - sizeof(request.address) +
				   search->size,
			   take_default, search);
}

/* FOUND when a route of the family looks like the default route. */
static int search_family(struct search *search)
{
	const struct rtmsg all = { .rtm_family = search->family };

	if (find_default(search) || !search->has_default)
		return 0;
	return netlink_ask(RTM_GETROUTE, NLM_F_DUMP, &all, sizeof(all),
			   compare_route, search);
}

static void warn(const struct search *search, struct kernel_error *error)
{
	struct kernel_error one = { .text = "" };
	char prefix[PREFIX_TEXT], device[IF_NAMESIZE] = "?";

	if_indextoname(search->defaults.device, device);
	snprintf(one.text, sizeof(one.text),
		 "the route to %s looks like the default route (same gateway, "
		 "device %s and metric %u): sources that it leads to count as "
		 "without a route",
		 prefix_format(&search->found, prefix), device,
		 search->defaults.metric);
	snprintf(one.hint, sizeof(one.hint),
		 "give the default route a metric of its own, or write "
		 "`allow-default` where that is meant");
	error_add(error, &one);
}

/* Entries of the image and its interfaces stand in the same order. */
static bool some_refuse_default(const struct image *image)
{
	const struct image_header *header = (const void *)image->pages;
	const struct interface_entry *entries =
		(const void *)(image->pages +
			       (size_t)header->interfaces * PAGE_BYTES);
	size_t i;

	for (i = 0; i < image->interface_count; i++)
		if (image->interfaces[i].asks_fib &&
		    !(entries[i].flags & INTERFACE_ALLOW_DEFAULT))
			return true;
	return false;
}

void routes_warn(const struct image *image, struct kernel_error *error)
{
	struct search four = { .family = AF_INET, .size = 4 };
	struct search six = { .family = AF_INET6, .size = 16 };

	if (!some_refuse_default(image))
		return;
	if (search_family(&four) == FOUND)
		warn(&four, error);
	if (search_family(&six) == FOUND)
		warn(&six, error);
}
