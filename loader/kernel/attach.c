// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ingress: XDP programs on devices, through libxdp.
 *
 * Where the kernel has programs that replace functions (freplace), libxdp's
 * dispatcher runs ours together with those of others; elsewhere libxdp
 * attaches ours alone, and a device with somebody else's program is refused.
 * Ours runs early: it drops what others should not have to see.
 *
 * What is ours is told by the map it uses, the pinned `images`; the kernel
 * answers that whatever has happened to the process that attached it.
 */
#include "private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <xdp/libxdp.h>

enum { RUN_PRIORITY = 10 };

static const char *mode_text(int attached)
{
	return attached == XDP_ATTACHED_SKB ? "generic" : "native";
}

static bool program_is_named(uint32_t id, const char *name)
{
	uint32_t length = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {};
	_cleanup_fd_ int fd = bpf_prog_get_fd_by_id(id);

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &length) &&
	       !strcmp(info.name, name);
}

/* Our program among those of a dispatcher; 0: not there. */
static uint32_t find_dispatched(uint32_t ifindex, uint32_t images_id)
{
	struct xdp_multiprog *all = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *each = NULL;
	uint32_t id = 0;

	if (libxdp_get_error(all))
		return 0;
	while (!id && (each = xdp_multiprog__next_prog(each, all)))
		if (program_uses_map(xdp_program__id(each), images_id))
			id = xdp_program__id(each);
	xdp_multiprog__close(all);
	return id;
}

void ingress_find(struct kernel_attachment *device, uint32_t images_id)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	uint32_t id;

	device->ingress = "none";
	device->xdp_program = 0;
	device->dispatcher = false;
	if (bpf_xdp_query(device->ifindex, 0, &query))
		return;
	id = query.drv_prog_id ? query.drv_prog_id : query.skb_prog_id;
	if (!id)
		return;
	if (program_is_named(id, "xdp_dispatcher")) {
		id = find_dispatched(device->ifindex, images_id);
		device->dispatcher = id;
	} else if (!program_uses_map(id, images_id)) {
		id = 0;
	}
	device->xdp_program = id;
	if (id)
		device->ingress =
			mode_text(query.drv_prog_id ? XDP_ATTACHED_DRV
						    : XDP_ATTACHED_SKB);
}

static int explain(const struct kernel_attachment *device, int code,
		   struct kernel_error *error)
{
	char hint[128];

	switch (code) {
	case EBUSY:
	case EEXIST:
		snprintf(hint, sizeof(hint),
			 "remove it with `ip link set dev %s xdp off`, or "
			 "attach it through libxdp's dispatcher",
			 device->device);
		return kernel_fail(error, code, hint,
				   "device %s already has another XDP program",
				   device->device);
	case EOPNOTSUPP:
		return kernel_fail(error, code, "apply with --mode generic",
				   "the driver of device %s has no native XDP",
				   device->device);
	case EINVAL:
	case ERANGE:
		return kernel_fail(error, code,
				   "native XDP may need a smaller MTU or no "
				   "LRO; or apply with --mode generic",
				   "device %s refuses an XDP program (%s)",
				   device->device,
				   messages_first()[0] ? messages_first()
						       : strerror(code));
	default:
		return system_error(error, code,
				    "cannot attach the XDP program to %s",
				    device->device);
	}
}

static int attach(const struct kernel_attachment *device,
		  struct xdp_program *program, enum attach_mode mode,
		  struct kernel_error *error)
{
	int result;

	xdp_program__set_run_prio(program, RUN_PRIORITY);
	messages_clear();
	result = xdp_program__attach(
		program, device->ifindex,
		mode == ATTACH_GENERIC ? XDP_MODE_SKB : XDP_MODE_NATIVE, 0);
	return result ? explain(device, -result, error) : 0;
}

int ingress_attach(const struct kernel_attachment *device,
		   const struct maps *maps, enum attach_mode mode,
		   struct kernel_error *error)
{
	_cleanup_object_ struct bpf_object *object =
		program_open(PROGRAM_INGRESS, maps, error);
	struct xdp_program *program;
	int result;

	if (!object)
		return -EINVAL;
	program = xdp_program__from_bpf_obj(object, "xdp.frags");
	result = libxdp_get_error(program);
	if (result)
		return system_error(error, -result,
				    "libxdp refuses the XDP program");
	result = attach(device, program, mode, error);
	xdp_program__close(program);
	return result;
}

int ingress_detach(const struct kernel_attachment *device,
		   struct kernel_error *error)
{
	struct xdp_program *program;
	int result;

	if (!device->xdp_program)
		return 0;
	program = xdp_program__from_id(device->xdp_program);
	result = libxdp_get_error(program);
	if (!result) {
		result = xdp_program__detach(program, device->ifindex,
					     !strcmp(device->ingress, "generic")
						     ? XDP_MODE_SKB
						     : XDP_MODE_NATIVE,
					     0);
		xdp_program__close(program);
	}
	if (!result)
		return 0;
	return system_error(error, -result,
			    "cannot detach the XDP program from %s",
			    device->device);
}

/* ---- all of it --------------------------------------------------------- */

bool is_attached(const struct kernel_attachment *device)
{
	return device->xdp_program || device->tc_program;
}

void attachment_find(struct kernel_attachment *device, const char *name,
		     uint32_t ifindex, uint32_t images_id)
{
	*device = (struct kernel_attachment){ .ifindex = ifindex };
	snprintf(device->device, sizeof(device->device), "%s", name);
	ingress_find(device, images_id);
	egress_find(device, images_id);
}

int attachments_list(struct arena *arena, uint32_t images_id,
		     struct kernel_attachment **list, size_t *count,
		     struct kernel_error *error)
{
	struct if_nameindex *devices = if_nameindex();
	struct kernel_attachment found;
	size_t capacity = 0, i;

	*list = NULL;
	*count = 0;
	if (!devices)
		return system_error(error, errno, "cannot list the devices");
	for (i = 0; devices[i].if_index; i++) {
		attachment_find(&found, devices[i].if_name, devices[i].if_index,
				images_id);
		if (!is_attached(&found))
			continue;
		*list = arena_grow(arena, *list, *count, &capacity,
				   sizeof(**list));
		(*list)[(*count)++] = found;
	}
	if_freenameindex(devices);
	return 0;
}
