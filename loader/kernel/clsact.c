// SPDX-License-Identifier: GPL-2.0-only
/*
 * Egress on kernels before 6.6: a BPF filter below a clsact qdisc.
 *
 * The filter has a handle of its own and the first preference: filters of
 * others stay, and run after it when it has let a packet pass. The qdisc is
 * shared by all; a directory links/IFINDEX-clsact remembers that it was weir
 * who made it, and it is removed only then, and only when no filter is left
 * below it.
 */
#include "private.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { FILTER_HANDLE = 0x77656972, PREFERENCES = 16 };

static struct bpf_tc_hook egress_hook(uint32_t ifindex)
{
	return (struct bpf_tc_hook){ .sz = sizeof(struct bpf_tc_hook),
				     .ifindex = ifindex,
				     .attach_point = BPF_TC_EGRESS };
}

static struct bpf_tc_opts our_filter(uint32_t preference)
{
	return (struct bpf_tc_opts){ .sz = sizeof(struct bpf_tc_opts),
				     .handle = FILTER_HANDLE,
				     .priority = preference };
}

static void marker_path(const struct pins *pins, char path[PIN_PATH],
			uint32_t ifindex)
{
	pins_path(pins, path, "links/%u-clsact", ifindex);
}

/* The preference our filter has; 0: there is none. program may be NULL. */
static uint32_t find_filter(uint32_t ifindex, uint32_t *program)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	uint32_t preference;

	for (preference = 1; preference <= PREFERENCES; preference++) {
		struct bpf_tc_opts filter = our_filter(preference);

		if (bpf_tc_query(&hook, &filter))
			continue;
		if (program)
			*program = filter.prog_id;
		return preference;
	}
	return 0;
}

uint32_t clsact_find(uint32_t ifindex)
{
	uint32_t program = 0;

	find_filter(ifindex, &program);
	return program;
}

/* ---- is anything left below the qdisc ---------------------------------- */

static int ask_filters(int fd, uint32_t ifindex, uint32_t parent)
{
	struct {
		struct nlmsghdr header;
		struct tcmsg tc;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_GETTFILTER,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.tc = { .tcm_family = AF_UNSPEC,
			.tcm_ifindex = ifindex,
			.tcm_parent = parent },
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

/* True also when the answer cannot be read: then the qdisc stays. */
static bool has_filters(uint32_t ifindex, uint32_t parent)
{
	char buffer[16384];
	_cleanup_fd_ int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct nlmsghdr *message = (struct nlmsghdr *)buffer;
	int length;

	if (fd < 0 || ask_filters(fd, ifindex, parent))
		return true;
	length = recv(fd, buffer, sizeof(buffer), 0);
	return length <= 0 || !NLMSG_OK(message, (unsigned int)length) ||
	       message->nlmsg_type != NLMSG_DONE;
}

static void remove_our_qdisc(const struct pins *pins, uint32_t ifindex)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	char path[PIN_PATH];

	marker_path(pins, path, ifindex);
	if (rmdir(path))
		return;
	if (has_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)) ||
	    has_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)))
		return;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}

/* ---- attaching --------------------------------------------------------- */

static int make_qdisc(const struct pins *pins, uint32_t ifindex)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	char path[PIN_PATH];
	bool marked;
	int result;

	marker_path(pins, path, ifindex);
	marked = !mkdir(path, 0700);
	result = bpf_tc_hook_create(&hook);
	if (result && marked)
		rmdir(path);
	return result == -EEXIST ? 0 : result;
}

/* At the first preference that takes a BPF filter for all protocols. */
static int attach_filter(uint32_t ifindex, int program_fd)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	uint32_t preference;
	int result = -EINVAL;

	for (preference = 1; result && preference <= PREFERENCES;
	     preference++) {
		struct bpf_tc_opts filter = our_filter(preference);

		filter.prog_fd = program_fd;
		result = bpf_tc_attach(&hook, &filter);
	}
	return result;
}

int clsact_attach(const struct kernel_attachment *device,
		  const struct pins *pins, int program_fd,
		  struct kernel_error *error)
{
	int result = make_qdisc(pins, device->ifindex);

	if (result)
		return system_error(error, -result,
				    "cannot make a clsact qdisc on %s",
				    device->device);
	result = attach_filter(device->ifindex, program_fd);
	if (!result)
		return 0;
	remove_our_qdisc(pins, device->ifindex);
	return system_error(error, -result,
			    "cannot attach the egress filter to %s",
			    device->device);
}

int clsact_replace(const struct kernel_attachment *device, int program_fd,
		   struct kernel_error *error)
{
	struct bpf_tc_hook hook = egress_hook(device->ifindex);
	struct bpf_tc_opts filter =
		our_filter(find_filter(device->ifindex, NULL));
	int result;

	filter.prog_fd = program_fd;
	filter.flags = BPF_TC_F_REPLACE;
	result = bpf_tc_attach(&hook, &filter);
	if (!result)
		return 0;
	return system_error(error, -result,
			    "cannot replace the egress filter of %s",
			    device->device);
}

int clsact_detach(const struct kernel_attachment *device,
		  const struct pins *pins, struct kernel_error *error)
{
	struct bpf_tc_hook hook = egress_hook(device->ifindex);
	struct bpf_tc_opts filter =
		our_filter(find_filter(device->ifindex, NULL));
	int result = bpf_tc_detach(&hook, &filter);

	if (result)
		return system_error(error, -result,
				    "cannot detach the egress filter from %s",
				    device->device);
	remove_our_qdisc(pins, device->ifindex);
	return 0;
}
