// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only this machine knows of a logical interface: the device that routes
 * lead to, and the addresses that answers are sent from.
 *
 * An interface whose sources are checked by the routes has to have such a
 * device, and that has to forward: the kernel answers no route look-up for a
 * device that does not, and without answers every packet would be dropped. A
 * range of VLANs has no device of its own.
 */
#include "private.h"

#include <errno.h>
#include <string.h>

/* Whether a setting of net/FAMILY/conf/DEVICE is on; -1: it is not there. */
static int setting(const char *family, const char *device, const char *name)
{
	char path[128];
	_cleanup_file_ FILE *file = NULL;
	int value = -1;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family,
		 device, name);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%d", &value) != 1)
		return -1;
	return value != 0;
}

static int check_family(const struct image_interface *interface,
			const char *device, const char *family,
			struct kernel_error *error)
{
	char hint[128];

	if (setting(family, device, "forwarding") == 1)
		return 0;
	snprintf(hint, sizeof(hint), "run `sysctl net/%s/conf/%s/forwarding=1`",
		 family, device);
	return kernel_fail(error, EINVAL, hint,
			   "%s validates sources by the routes of %s, which "
			   "does not forward %s",
			   interface->text, device,
			   strcmp(family, "ipv4") ? "IPv6" : "IPv4");
}

static int no_device(const struct image_interface *interface,
		     struct kernel_error *error)
{
	bool range = interface->outer[0] != interface->outer[1] ||
		     interface->inner[0] != interface->inner[1];

	return kernel_fail(error, ENODEV,
			   range ? "write one interface statement for each "
				   "VLAN, or use `source-validation prefixes`"
				 : "make it with `ip link add link DEVICE name "
				   "NAME type vlan id ID`, or use "
				   "`source-validation prefixes`",
			   "%s validates sources by routes, and there is no "
			   "VLAN device that routes could lead to",
			   interface->text);
}

/* Where IPv6 is off no packet of it is routed. */
static int check_routes(const struct image_interface *interface,
			const struct link *routed, struct kernel_error *error)
{
	int result;

	if (!routed)
		return no_device(interface, error);
	result = check_family(interface, routed->name, "ipv4", error);
	if (result || setting("ipv6", routed->name, "disable_ipv6") != 0)
		return result;
	return check_family(interface, routed->name, "ipv6", error);
}

static void choose_addresses(const struct own_addresses *addresses,
			     uint32_t ifindex,
			     struct binding_interface *binding)
{
	const struct address *address;

	address = addresses_choose(addresses, false, ifindex);
	if (address)
		memcpy(&binding->address4, address->bytes, 4);
	address = addresses_choose(addresses, true, ifindex);
	if (address)
		memcpy(binding->address6, address->bytes, 16);
}

static int bind_one(const struct links *links,
		    const struct own_addresses *addresses,
		    const struct image_interface *interface, uint32_t ifindex,
		    struct binding_interface *binding,
		    struct kernel_error *error)
{
	const struct link *routed =
		ifindex ? links_routed(links, ifindex, interface) : NULL;

	*binding = (struct binding_interface){
		.fib_ifindex = routed ? routed->ifindex : 0,
	};
	if (interface->answers)
		choose_addresses(addresses, routed ? routed->ifindex : ifindex,
				 binding);
	return interface->asks_fib ? check_routes(interface, routed, error) : 0;
}

int interfaces_bind(struct arena *arena, const struct image *image,
		    const uint32_t *ifindexes,
		    struct binding_interface **bindings,
		    struct kernel_error *error)
{
	struct own_addresses addresses;
	struct links links;
	int result = links_read(arena, &links, error);
	size_t i;

	if (!result)
		result = addresses_read(arena, &addresses, error);
	*bindings = arena_array(arena, image->interface_count + 1,
				sizeof(**bindings));
	for (i = 0; !result && i < image->interface_count; i++)
		result = bind_one(&links, &addresses, &image->interfaces[i],
				  ifindexes[image->interfaces[i].device],
				  &(*bindings)[i], error);
	return result;
}
