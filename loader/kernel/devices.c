// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices a policy names, in the network namespace of this process.
 *
 * A policy for devices that are not there is refused whole: half a filter is
 * worse than the filter that was in force. So is VLAN offload under a policy
 * with VLANs: the hardware would take the tag out of the frame before XDP
 * sees it, and every tagged packet would look like an untagged one.
 */
#include "private.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int no_device(const char *name, struct kernel_error *error)
{
	struct if_nameindex *devices = if_nameindex();
	const char *names[256], *near = NULL;
	char hint[128] = "";
	size_t count = 0;

	while (devices && devices[count].if_index && count < 256) {
		names[count] = devices[count].if_name;
		count++;
	}
	near = diag_nearest(name, names, count);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean %s?", near);
	else
		snprintf(hint, sizeof(hint),
			 "`ip link` lists the devices of this namespace");
	kernel_fail(error, ENODEV, hint, "there is no device %s", name);
	if_freenameindex(devices);
	return -ENODEV;
}

/* One request of the old ethtool interface; value starts with the command. */
static int ethtool(const char *device, void *value)
{
	_cleanup_fd_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_data = value };

	if (fd < 0)
		return -errno;
	strncpy(request.ifr_name, device, IFNAMSIZ - 1);
	return ioctl(fd, SIOCETHTOOL, &request) ? -errno : 0;
}

/* A veth announces the offload, but leaves tags where XDP sees them. */
static bool strips_tags(const char *device)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };

	if (ethtool(device, &flags) || !(flags.data & ETH_FLAG_RXVLAN))
		return false;
	return ethtool(device, &driver) || strcmp(driver.driver, "veth");
}

static int check_governed(const struct image_device *device, uint32_t ifindex,
			  struct kernel_error *error)
{
	char hint[64];

	if (!ifindex)
		return no_device(device->name, error);
	if (!device->tagged || !strips_tags(device->name))
		return 0;
	snprintf(hint, sizeof(hint), "run `ethtool -K %s rxvlan off`",
		 device->name);
	return kernel_fail(error, EINVAL, hint,
			   "device %s takes VLAN tags off before XDP sees "
			   "them, and the policy has VLANs on it",
			   device->name);
}

int devices_find(struct arena *arena, const struct image *image,
		 uint32_t **ifindexes, struct kernel_error *error)
{
	size_t count = image->device_count, i;
	uint32_t *found = arena_array(arena, count + 1, sizeof(*found));
	int result = 0;

	for (i = 0; !result && i < count; i++) {
		found[i] = if_nametoindex(image->devices[i].name);
		if (image->devices[i].governed)
			result = check_governed(&image->devices[i], found[i],
						error);
	}
	*ifindexes = found;
	return result;
}
