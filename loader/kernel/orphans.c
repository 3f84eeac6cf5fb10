// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orphans: programs of weir's that the pins do not lead to.
 *
 * Whoever removes the pins by hand takes the names of the maps away, but not
 * the XDP programs and clsact filters that use them: these go on filtering, by
 * a policy that nobody can see or change. They are told by the program's name,
 * and not by the map, which may also be that of another pin directory.
 */
#include "private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <xdp/libxdp.h>

static bool is_orphan(uint32_t id, const char *name, uint32_t images_id)
{
	uint32_t length = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {};
	_cleanup_fd_ int fd = bpf_prog_get_fd_by_id(id);

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &length) &&
	       !strcmp(info.name, name) && !program_uses_map(id, images_id);
}

/* Alone on the device, or one of a dispatcher's. */
static bool has_ingress(uint32_t ifindex, uint32_t main_id, uint32_t images_id)
{
	struct xdp_multiprog *all;
	struct xdp_program *each = NULL;
	bool found = is_orphan(main_id, "weir_ingress", images_id);

	if (found || !is_orphan(main_id, "xdp_dispatcher", images_id))
		return found;
	all = xdp_multiprog__get_from_ifindex(ifindex);
	if (libxdp_get_error(all))
		return false;
	while (!found && (each = xdp_multiprog__next_prog(each, all)))
		found = is_orphan(xdp_program__id(each), "weir_ingress",
				  images_id);
	xdp_multiprog__close(all);
	return found;
}

/* The command that takes the orphan off; empty: there is none. */
static void find_remedy(const struct kernel_attachment *device,
			uint32_t images_id, char *remedy, size_t size)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	uint32_t id = 0;

	*remedy = '\0';
	if (!bpf_xdp_query(device->ifindex, 0, &query))
		id = query.drv_prog_id ? query.drv_prog_id : query.skb_prog_id;
	if (id && has_ingress(device->ifindex, id, images_id)) {
		snprintf(remedy, size, "ip link set dev %s %s off",
			 device->device,
			 query.drv_prog_id ? "xdp" : "xdpgeneric");
		return;
	}
	id = clsact_find(device->ifindex);
	if (id && is_orphan(id, "weir_egress", images_id))
		snprintf(remedy, size,
			 "tc filter del dev %s egress pref 1 handle 0x77656972 "
			 "bpf",
			 device->device);
}

int orphans_refuse(const struct pins *pins,
		   const struct kernel_attachment *device, uint32_t images_id,
		   struct kernel_error *error)
{
	char remedy[128], hint[192];

	find_remedy(device, images_id, remedy, sizeof(remedy));
	if (!*remedy)
		return 0;
	snprintf(hint, sizeof(hint),
		 "if its pins are gone: `%s`, then apply again", remedy);
	return kernel_fail(error, EEXIST, hint,
			   "device %s has a weir program whose pins are not in "
			   "%s",
			   device->device, pins->directory);
}

int orphans_refuse_all(const struct pins *pins, struct kernel_error *error)
{
	struct if_nameindex *devices = if_nameindex();
	struct kernel_attachment device;
	int result = 0;
	size_t i;

	for (i = 0; devices && !result && devices[i].if_index; i++) {
		device.ifindex = devices[i].if_index;
		snprintf(device.device, sizeof(device.device), "%s",
			 devices[i].if_name);
		result = orphans_refuse(pins, &device, 0, error);
	}
	if_freenameindex(devices);
	return result;
}
