// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two BPF programs: opened from memory, given the pinned maps, verified.
 *
 * Before anything is attached both are loaded once with an `images` of their
 * own that holds the new image alone, and judge a broadcast ARP request on each
 * device of the policy. This finds a kernel that refuses a program, and an
 * image that would cut the network off, while the policy in force is still
 * untouched. Their counters are their own too: the frame is nobody's traffic.
 */
#include "private.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "programs.h"

static const struct {
	const char *object, *end, *name;
} programs[] = {
	[PROGRAM_INGRESS] = { weir_xdp_object, weir_xdp_object_end,
			      "weir_ingress" },
	[PROGRAM_EGRESS] = { weir_tc_object, weir_tc_object_end,
			     "weir_egress" },
};

/* The descriptor that stands for a map of the object; -1: none of ours. */
static int descriptor_of(const struct maps *maps, const char *name)
{
	int i;

	for (i = 0; i < PLAIN_MAPS; i++)
		if (!strcmp(name, plain_names[i]))
			return maps->plain[i];
	for (i = 0; i < TRIE_COUNT; i++)
		if (!strcmp(name, trie_names[i]))
			return maps->tries[i];
	return -1;
}

static bool is_template(const char *name)
{
	const char *end = strstr(name, "_template");

	return end && !strcmp(end, "_template");
}

static int give_maps(struct bpf_object *object, const struct maps *maps)
{
	struct bpf_map *map;
	int fd, result = 0;

	bpf_object__for_each_map(map, object)
	{
		fd = descriptor_of(maps, bpf_map__name(map));
		if (fd >= 0)
			result = bpf_map__reuse_fd(map, fd);
		else if (is_template(bpf_map__name(map)))
			result = bpf_map__set_autocreate(map, false);
		if (result)
			return result;
	}
	return 0;
}

struct bpf_object *program_open(enum program program, const struct maps *maps,
				struct kernel_error *error)
{
	LIBBPF_OPTS(bpf_object_open_opts, options,
		    .object_name = programs[program].name);
	const char *start = programs[program].object;
	struct bpf_object *object;
	int result;

	object = bpf_object__open_mem(start, programs[program].end - start,
				      &options);
	if (!object) {
		system_error(error, errno, "cannot read the program %s",
			     programs[program].name);
		return NULL;
	}
	result = give_maps(object, maps);
	if (!result)
		return object;
	system_error(error, -result, "cannot give %s its maps",
		     programs[program].name);
	bpf_object__close(object);
	return NULL;
}

int program_load(struct bpf_object *object, struct kernel_error *error)
{
	struct bpf_program *program = bpf_object__next_program(object, NULL);
	int result;

	messages_clear();
	result = bpf_object__load(object);
	if (result == -EPERM)
		return system_error(error, -result,
				    "the kernel refuses the program %s",
				    bpf_program__name(program));
	if (result)
		return kernel_fail(error, -result,
				   "run it with --verbose to see the "
				   "verifier's log",
				   "the kernel refuses the program %s: %s",
				   bpf_program__name(program),
				   messages_first());
	return bpf_program__fd(program);
}

/* ---- verification ------------------------------------------------------ */

/* Who has 192.0.2.1 tell 192.0.2.2: padded to the least Ethernet length. */
static const uint8_t arp_request[60] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,   1, 8, 6,
	0,    1,    8,	  0,	6,    4,    0, 1, 2, 0, 0,   0, 0, 1,
	192,  0,    2,	  2,	0,    0,    0, 0, 0, 0, 192, 0, 2, 1,
};

/* Does the loaded program let ARP pass on the device? */
static int judge_arp(struct bpf_program *program, uint32_t ifindex,
		     struct kernel_error *error)
{
	bool in = bpf_program__type(program) == BPF_PROG_TYPE_XDP;
	struct xdp_md frame = { .data_end = sizeof(arp_request),
				.ingress_ifindex = ifindex };
	struct __sk_buff packet = { .ifindex = ifindex };
	uint8_t out[256];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = arp_request,
		    .data_size_in = sizeof(arp_request), .data_out = out,
		    .data_size_out = sizeof(out), .repeat = 1,
		    .ctx_in = in ? (void *)&frame : (void *)&packet,
		    .ctx_size_in = in ? sizeof(frame) : sizeof(packet));

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &run))
		return system_error(error, errno, "cannot try the program %s",
				    bpf_program__name(program));
	if (run.retval == (in ? XDP_PASS : (uint32_t)TC_ACT_UNSPEC))
		return 0;
	return kernel_fail(error, EINVAL,
			   "this is an error in weir: please report it with "
			   "the policy",
			   "with this policy %s would drop ARP",
			   bpf_program__name(program));
}

static int load_and_judge(struct bpf_object *object,
			  const struct device_indexes *devices,
			  struct program_tag *tag, struct kernel_error *error)
{
	int fd = program_load(object, error), result;
	size_t i;

	if (fd < 0)
		return fd;
	result = program_read_tag(fd, tag);
	if (result)
		return system_error(error, -result,
				    "cannot read the programs' tags");
	for (i = 0; !result && i < devices->count; i++)
		if (devices->ifindexes[i])
			result = judge_arp(
				bpf_object__next_program(object, NULL),
				devices->ifindexes[i], error);
	return result;
}

static int verify_with(struct maps *trial, int image,
		       const struct device_indexes *devices,
		       struct program_tag tags[PROGRAM_COUNT],
		       struct kernel_error *error)
{
	uint32_t zero = 0;
	int result = 0;
	enum program i;

	if (bpf_map_update_elem(trial->images, &zero, &image, 0))
		return system_error(error, errno, "cannot try the new image");
	for (i = PROGRAM_INGRESS; !result && i <= PROGRAM_EGRESS; i++) {
		_cleanup_object_ struct bpf_object *object =
			program_open(i, trial, error);

		result = object ? load_and_judge(object, devices, &tags[i],
						 error)
				: -EINVAL;
	}
	return result;
}

int programs_verify(const struct maps *maps, int image,
		    const struct device_indexes *devices,
		    struct program_tag tags[PROGRAM_COUNT],
		    struct kernel_error *error)
{
	_cleanup_fd_ int images = maps_create(maps, "images", 0, error);
	_cleanup_fd_ int counters = -1, more_counters = -1;
	struct maps trial = *maps;

	if (images < 0)
		return images;
	counters = maps_create(maps, "counters", 1, error);
	if (counters < 0)
		return counters;
	more_counters = maps_create(maps, "more_counters", 0, error);
	if (more_counters < 0)
		return more_counters;
	trial.images = images;
	trial.counters = counters;
	trial.more_counters = more_counters;
	return verify_with(&trial, image, devices, tags, error);
}

int program_read_tag(int program_fd, struct program_tag *tag)
{
	uint32_t length = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {};

	if (bpf_obj_get_info_by_fd(program_fd, &info, &length))
		return -errno;
	memcpy(tag->bytes, info.tag, sizeof(tag->bytes));
	return 0;
}

bool program_uses_map(uint32_t program_id, uint32_t map)
{
	uint32_t maps[64], length = sizeof(struct bpf_prog_info), i;
	struct bpf_prog_info info = {
		.nr_map_ids = 64,
		.map_ids = (uintptr_t)maps,
	};
	_cleanup_fd_ int fd = bpf_prog_get_fd_by_id(program_id);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &length))
		return false;
	for (i = 0; i < info.nr_map_ids && i < 64; i++)
		if (maps[i] == map)
			return true;
	return false;
}
