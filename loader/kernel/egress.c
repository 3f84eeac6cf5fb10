// SPDX-License-Identifier: GPL-2.0-only
/*
 * Egress: the tc program on devices.
 *
 * Kernels from 6.6 have tcx: a BPF link on the device's egress hook, in a list
 * with those of others. The link is pinned as links/IFINDEX-egress and lives
 * until it is detached; ours goes to the head of the list, since any program in
 * it can end the list with a verdict of its own. Older kernels get a filter
 * below a clsact qdisc (clsact.c). libbpf 1.1 is older than tcx, so its numbers
 * are given here.
 */
#include "private.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>

enum { TCX_EGRESS = 47, TCX_BEFORE = 1 << 3, TCX_PROGRAMS_MOST = 64 };

/* The part of union bpf_attr that BPF_PROG_QUERY uses, as of 6.6. */
struct tcx_query {
	uint32_t ifindex;
	uint32_t attach_type;
	uint32_t query_flags;
	uint32_t attach_flags;
	uint64_t programs;
	uint32_t count;
	uint32_t padding;
	uint64_t program_flags;
	uint64_t links;
	uint64_t link_flags;
	uint64_t revision;
};

struct tcx_list {
	uint32_t count;
	uint32_t programs[TCX_PROGRAMS_MOST];
	uint32_t links[TCX_PROGRAMS_MOST];
};

__attribute__((weak)) bool egress_may_use_tcx(void)
{
	return true;
}

/* Empty also where the kernel has no tcx. */
static void tcx_read(uint32_t ifindex, struct tcx_list *list)
{
	struct tcx_query query = {
		.ifindex = ifindex,
		.attach_type = TCX_EGRESS,
		.programs = (uintptr_t)list->programs,
		.links = (uintptr_t)list->links,
		.count = TCX_PROGRAMS_MOST,
	};

	memset(list, 0, sizeof(*list));
	if (!syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof(query)))
		list->count = query.count;
}

static uint32_t tcx_find(uint32_t ifindex, uint32_t images_id)
{
	struct tcx_list list;
	uint32_t i;

	tcx_read(ifindex, &list);
	for (i = 0; i < list.count; i++)
		if (program_uses_map(list.programs[i], images_id))
			return list.programs[i];
	return 0;
}

void egress_find(struct kernel_attachment *device, uint32_t images_id)
{
	uint32_t id = tcx_find(device->ifindex, images_id);

	device->egress = "tcx";
	if (!id) {
		id = clsact_find(device->ifindex);
		if (id && !program_uses_map(id, images_id))
			id = 0;
		device->egress = "clsact";
	}
	device->tc_program = id;
	if (!id)
		device->egress = "none";
}

static void link_path(const struct pins *pins, char path[PIN_PATH],
		      uint32_t ifindex)
{
	pins_path(pins, path, "links/%u-egress", ifindex);
}

/* Not pinned, the link goes with this process: nothing to undo. */
static int tcx_attach(const struct kernel_attachment *device,
		      const struct pins *pins, int program_fd,
		      struct kernel_error *error)
{
	LIBBPF_OPTS(bpf_link_create_opts, first, .flags = TCX_BEFORE);
	char path[PIN_PATH];
	_cleanup_fd_ int link =
		bpf_link_create(program_fd, device->ifindex,
				(enum bpf_attach_type)TCX_EGRESS, &first);

	if (link < 0)
		return -errno;
	link_path(pins, path, device->ifindex);
	unlink(path);
	if (bpf_obj_pin(link, path))
		return system_error(error, errno, "cannot pin %s", path);
	return 0;
}

int egress_attach(const struct kernel_attachment *device,
		  const struct pins *pins, int program_fd,
		  struct kernel_error *error)
{
	int result = -EINVAL;

	if (egress_may_use_tcx())
		result = tcx_attach(device, pins, program_fd, error);
	if (result == -EINVAL)
		return clsact_attach(device, pins, program_fd, error);
	if (result && !error->text[0])
		system_error(error, -result,
			     "cannot attach the egress program to %s",
			     device->device);
	return result;
}

/* By the link's id: the pin may be missing, or belong to another device. */
static int tcx_link(const struct kernel_attachment *device)
{
	struct tcx_list list;
	uint32_t i;

	tcx_read(device->ifindex, &list);
	for (i = 0; i < list.count; i++)
		if (list.programs[i] == device->tc_program)
			return bpf_link_get_fd_by_id(list.links[i]);
	return -ENOENT;
}

static int tcx_detach(const struct kernel_attachment *device,
		      const struct pins *pins, struct kernel_error *error)
{
	_cleanup_fd_ int link = tcx_link(device);
	char path[PIN_PATH];

	if (link >= 0 && bpf_link_detach(link))
		return system_error(error, errno,
				    "cannot detach the egress program from %s",
				    device->device);
	link_path(pins, path, device->ifindex);
	unlink(path);
	return 0;
}

int egress_replace(const struct kernel_attachment *device, int program_fd,
		   struct kernel_error *error)
{
	_cleanup_fd_ int link = -1;

	if (!strcmp(device->egress, "clsact"))
		return clsact_replace(device, program_fd, error);
	link = tcx_link(device);
	if (link >= 0 && !bpf_link_update(link, program_fd, NULL))
		return 0;
	return system_error(error, errno,
			    "cannot replace the egress program of %s",
			    device->device);
}

int egress_detach(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error)
{
	if (!device->tc_program)
		return 0;
	if (!strcmp(device->egress, "clsact"))
		return clsact_detach(device, pins, error);
	return tcx_detach(device, pins, error);
}

void egress_sweep(const struct pins *pins)
{
	char path[PIN_PATH], name[IF_NAMESIZE];
	struct dirent *entry;
	unsigned int ifindex;
	DIR *directory;

	pins_path(pins, path, "links");
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		if (sscanf(entry->d_name, "%u-", &ifindex) != 1 ||
		    if_indextoname(ifindex, name))
			continue;
		pins_path(pins, path, "links/%.64s", entry->d_name);
		pins_remove_tree(path);
	}
	if (directory)
		closedir(directory);
}
