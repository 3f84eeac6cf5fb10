// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another version's programs: replaced where they are.
 *
 * Programs outlive the weir that attached them. After an upgrade the attached
 * ones differ from those in the binary, which their tags tell: a hash over the
 * instructions, the same however a program is attached. Device for device the
 * new program takes the place of the old one in one step, with the image that
 * is in force; only libxdp's dispatcher has no such step, and the device is
 * without its ingress filter while the dispatcher is made anew. When the new
 * program cannot be put there, the old one is put back.
 *
 * Images of another layout are not for these programs: that is refused, as the
 * programs would be without an image they understand. A replacement is not
 * undone when the apply fails later: both programs do the same with the image.
 */
#include "private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <xdp/libxdp.h>

static bool is_current(uint32_t attached, const struct program_tag *ours)
{
	struct program_tag theirs;
	_cleanup_fd_ int fd = bpf_prog_get_fd_by_id(attached);

	return fd >= 0 && !program_read_tag(fd, &theirs) &&
	       !memcmp(&theirs, ours, sizeof(theirs));
}

int refuse_other_layout(const struct in_force *now, struct kernel_error *error)
{
	if (!now->id || now->header.abi_version == WEIR_ABI_VERSION)
		return 0;
	return kernel_fail(error, EBUSY,
			   "`weir detach`, then apply: the network is without "
			   "its filter in between",
			   "the filter in force is of a weir with map format "
			   "%u, this one has %u",
			   now->header.abi_version, WEIR_ABI_VERSION);
}

/* The old program, as libxdp knew it while it was attached. */
static void put_back(const struct kernel_attachment *device,
		     struct xdp_multiprog *before, struct kernel_error *error)
{
	enum xdp_attach_mode mode = !strcmp(device->ingress, "generic")
					    ? XDP_MODE_SKB
					    : XDP_MODE_NATIVE;
	struct xdp_program *old = NULL;
	struct kernel_error failure;
	int result;

	while ((old = xdp_multiprog__next_prog(old, before)))
		if (xdp_program__id(old) == device->xdp_program)
			break;
	result = old ? xdp_program__attach(old, device->ifindex, mode, 0)
		     : -ENOENT;
	if (!result)
		return;
	system_error(&failure, -result,
		     "and %s is without its ingress filter, for the old "
		     "program cannot be put back",
		     device->device);
	error_add(error, &failure);
}

static int replace_dispatched(const struct kernel_attachment *device,
			      const struct maps *maps, enum attach_mode mode,
			      struct kernel_error *error)
{
	struct xdp_multiprog *before =
		xdp_multiprog__get_from_ifindex(device->ifindex);
	int result = libxdp_get_error(before);

	if (result)
		return system_error(error, -result,
				    "cannot read the dispatcher of %s",
				    device->device);
	result = ingress_detach(device, error);
	if (!result) {
		result = ingress_attach(device, maps, mode, error);
		if (result)
			put_back(device, before, error);
	}
	xdp_multiprog__close(before);
	return result;
}

static int replace_ingress(const struct kernel_attachment *device,
			   const struct maps *maps, int program_fd,
			   struct kernel_error *error)
{
	bool generic = !strcmp(device->ingress, "generic");
	uint32_t mode = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	LIBBPF_OPTS(bpf_xdp_attach_opts, options);
	_cleanup_fd_ int old = bpf_prog_get_fd_by_id(device->xdp_program);
	int result;

	if (device->dispatcher)
		return replace_dispatched(
			device, maps, generic ? ATTACH_GENERIC : ATTACH_NATIVE,
			error);
	options.old_prog_fd = old;
	result = bpf_xdp_attach(device->ifindex, program_fd,
				mode | XDP_FLAGS_REPLACE, &options);
	if (!result)
		return 0;
	return system_error(error, -result,
			    "cannot replace the XDP program of %s",
			    device->device);
}

/* A pin that was lost and made anew is another map than the program has. */
static bool uses_maps(uint32_t program, const struct maps *maps)
{
	bool uses = program_uses_map(program, map_id(maps->counters)) &&
		    program_uses_map(program, map_id(maps->more_counters)) &&
		    program_uses_map(program, map_id(maps->limiters)) &&
		    program_uses_map(program, map_id(maps->sources));
	int trie;

	for (trie = 0; uses && trie < TRIE_COUNT; trie++)
		uses = program_uses_map(program, map_id(maps->tries[trie]));
	return uses;
}

static bool is_outdated(const struct kernel_attachment *device,
			enum program program, const struct maps *maps,
			const struct program_tag *tag)
{
	uint32_t attached = program == PROGRAM_INGRESS ? device->xdp_program
						       : device->tc_program;

	return attached &&
	       !(is_current(attached, tag) && uses_maps(attached, maps));
}

static int replace_all(enum program program, const struct device_list *list,
		       const struct maps *maps, const struct program_tag *tag,
		       struct kernel_error *error)
{
	_cleanup_object_ struct bpf_object *object = NULL;
	int fd = -1, result = 0;
	size_t i;

	for (i = 0; !result && i < list->count; i++) {
		if (!is_outdated(list->devices[i], program, maps, tag))
			continue;
		if (!object) {
			object = program_open(program, maps, error);
			fd = object ? program_load(object, error) : -EINVAL;
		}
		if (fd < 0)
			return fd;
		result = program == PROGRAM_INGRESS
				 ? replace_ingress(list->devices[i], maps, fd,
						   error)
				 : egress_replace(list->devices[i], fd, error);
	}
	return result;
}

int programs_replace(const struct device_list *list, const struct maps *maps,
		     const struct program_tag tags[PROGRAM_COUNT],
		     struct kernel_error *error)
{
	int result = replace_all(PROGRAM_INGRESS, list, maps,
				 &tags[PROGRAM_INGRESS], error);

	if (result)
		return result;
	return replace_all(PROGRAM_EGRESS, list, maps, &tags[PROGRAM_EGRESS],
			   error);
}
