// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices a policy names, in the network namespace of this process.
 *
 * A policy for devices that are not there is refused whole: half a filter is
 * worse than the filter that was in force. So are two names for one device
 * (ip link property add altname): one of the two statements would be void. And
 * so is VLAN offload under a policy with VLANs: the hardware would take the tag
 * out of the frame before XDP sees it, and every tagged packet would look like
 * an untagged one.
 *
 * A veth announces the offload and does not do it; but what its peer sends with
 * the tag beside the frame arrives so, and only the peer's own setting
 * (ethtool -K PEER txvlan off) helps. The peer is out of reach here, most often
 * in another namespace, so apply warns.
 */
#include "private.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
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

/* Number of the kernel's names of features; 0: cannot be read. */
static uint32_t feature_count(const char *device)
{
	struct {
		struct ethtool_sset_info info;
		uint32_t count;
	} request = { .info = { .cmd = ETHTOOL_GSSET_INFO,
				.sset_mask = 1ull << ETH_SS_FEATURES } };

	return ethtool(device, &request) ? 0 : request.count;
}

/* The feature's bit; -1: this kernel has no such feature. */
static int feature_bit(const char *device, uint32_t count, const char *name)
{
	_cleanup_free_ struct ethtool_gstrings *names = NULL;
	uint32_t i;

	names = calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);
	if (!names)
		return -1;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = count;
	if (ethtool(device, names))
		return -1;
	for (i = 0; i < names->len && i < count; i++)
		if (!strncmp((char *)names->data + i * ETH_GSTRING_LEN, name,
			     ETH_GSTRING_LEN))
			return (int)i;
	return -1;
}

static bool feature_is_on(const char *device, const char *name)
{
	uint32_t count = feature_count(device), blocks = count / 32 + 1;
	int bit = count ? feature_bit(device, count, name) : -1;
	_cleanup_free_ struct ethtool_gfeatures *features = NULL;

	if (bit < 0)
		return false;
	features = calloc(1, sizeof(*features) +
				     blocks * sizeof(features->features[0]));
	if (!features)
		return false;
	features->cmd = ETHTOOL_GFEATURES;
	features->size = blocks;
	return !ethtool(device, features) &&
	       features->features[bit / 32].active >> bit % 32 & 1;
}

static bool is_veth(const char *device)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };

	return !ethtool(device, &driver) && !strcmp(driver.driver, "veth");
}

/* The offload, by its name for `ethtool -K`, that hides tags; NULL: none. */
static const char *hides_tags(const char *device)
{
	if (is_veth(device))
		return NULL;
	if (feature_is_on(device, "rx-vlan-hw-parse"))
		return "rxvlan";
	if (feature_is_on(device, "rx-vlan-stag-hw-parse"))
		return "rx-vlan-stag-hw-parse";
	return NULL;
}

static int check_tags(const char *device, struct kernel_error *error)
{
	const char *offload = hides_tags(device);
	char hint[80];

	if (!offload)
		return 0;
	snprintf(hint, sizeof(hint), "run `ethtool -K %s %s off`", device,
		 offload);
	return kernel_fail(error, EINVAL, hint,
			   "device %s takes VLAN tags off before XDP sees "
			   "them, and the policy has VLANs on it",
			   device);
}

/* Frames have to begin with an Ethernet header: no tun, ppp, wireguard. */
static int check_link(const char *device, struct kernel_error *error)
{
	_cleanup_fd_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, device, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		return system_error(error, errno, "cannot ask what %s is",
				    device);
	if (request.ifr_hwaddr.sa_family == ARPHRD_ETHER)
		return 0;
	return kernel_fail(error, EINVAL,
			   "govern the Ethernet devices below or beside it",
			   "device %s has no Ethernet header, and weir reads "
			   "nothing else",
			   device);
}

static int check_device(const struct image_device *device, uint32_t ifindex,
			struct kernel_error *error)
{
	int result;

	if (!device->governed)
		return 0;
	if (!ifindex)
		return no_device(device->name, error);
	result = check_link(device->name, error);
	if (!result && device->tagged)
		result = check_tags(device->name, error);
	return result;
}

struct named_device {
	uint32_t ifindex;
	const char *name;
};

static int compare_devices(const void *a, const void *b)
{
	const struct named_device *left = a, *right = b;

	if (left->ifindex != right->ifindex)
		return left->ifindex < right->ifindex ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* Also of devices of management alone: they have interfaces in the image. */
static int refuse_two_names(struct arena *arena, const struct image *image,
			    const uint32_t *found, struct kernel_error *error)
{
	size_t count = image->device_count, i;
	struct named_device *list =
		arena_array(arena, count + 1, sizeof(*list));

	for (i = 0; i < count; i++)
		list[i] = (struct named_device){ found[i],
						 image->devices[i].name };
	if (count)
		qsort(list, count, sizeof(*list), compare_devices);
	for (i = 1; i < count; i++)
		if (list[i].ifindex && list[i].ifindex == list[i - 1].ifindex)
			return kernel_fail(error, EINVAL,
					   "keep one of the two statements",
					   "%s and %s are names of one device",
					   list[i - 1].name, list[i].name);
	return 0;
}

int devices_find(struct arena *arena, const struct image *image,
		 uint32_t **ifindexes, struct kernel_error *error)
{
	size_t count = image->device_count, i;
	uint32_t *found = arena_array(arena, count + 1, sizeof(*found));
	int result = 0;

	for (i = 0; !result && i < count; i++) {
		found[i] = if_nametoindex(image->devices[i].name);
		result = check_device(&image->devices[i], found[i], error);
	}
	*ifindexes = found;
	return result ? result : refuse_two_names(arena, image, found, error);
}

void devices_warn(const struct image *image, struct kernel_error *error)
{
	size_t i;

	for (i = 0; i < image->device_count && !error->text[0]; i++) {
		if (!image->devices[i].tagged || !image->devices[i].governed ||
		    !is_veth(image->devices[i].name))
			continue;
		snprintf(error->text, sizeof(error->text),
			 "%s is a veth: its peer decides whether tags show",
			 image->devices[i].name);
		snprintf(error->hint, sizeof(error->hint),
			 "run `ethtool -K PEER txvlan off` at the other end");
	}
}
