// SPDX-License-Identifier: GPL-2.0-only
/*
 * The egress tcx list of a device, for tests: bpftool may be older than tcx.
 *
 *	tcx count DEVICE                  how many programs are in it
 *	tcx attach DEVICE OBJECT PIN      adds the tc program of an object, and
 *	                                  pins the link
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define TCX_EGRESS ((enum bpf_attach_type)47)

static int count(int ifindex)
{
	uint32_t programs[64], most = 64;

	if (bpf_prog_query(ifindex, TCX_EGRESS, 0, NULL, programs, &most)) {
		perror("tcx count");
		return 1;
	}
	printf("%u\n", most);
	return 0;
}

static int attach(int ifindex, const char *path, const char *pin)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_program *program;
	int link;

	if (!object || bpf_object__load(object))
		return 1;
	program = bpf_object__find_program_by_name(object, "foreign_tc");
	link = bpf_link_create(bpf_program__fd(program), ifindex, TCX_EGRESS,
			       NULL);
	if (link < 0 || bpf_obj_pin(link, pin)) {
		perror("tcx attach");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "count"))
		return count((int)if_nametoindex(argv[2]));
	if (argc == 5 && !strcmp(argv[1], "attach"))
		return attach((int)if_nametoindex(argv[2]), argv[3], argv[4]);
	return 2;
}
