/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * push_tag: gives every packet that leaves a device a VLAN tag.
 *
 *	push_tag NAMESPACE DEVICE VLAN
 *
 * A tcx egress program, first in line, pushes the tag by bpf_skb_vlan_push(),
 * which leaves it in the socket buffer's metadata, where a VLAN device leaves
 * it for the hardware to insert: the frame itself shows no tag to the programs
 * that run after this one. Says "ready" and stays until standard input ends.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instructions.h"
#include "namespace.h"

/* From <linux/bpf.h> of Linux 6.6, newer than Debian 12's headers. */
enum { TCX_EGRESS = 47, TCX_BEFORE = 1 << 3, TCX_NEXT_PROGRAM = -1 };

static int attach(uint32_t ifindex, int vlan)
{
	const struct bpf_insn program[] = {
		MOV64_IMM(BPF_REG_2, htons(ETH_P_8021Q)),
		MOV64_IMM(BPF_REG_3, vlan),
		CALL_HELPER(skb_vlan_push),
		MOV64_IMM(BPF_REG_0, TCX_NEXT_PROGRAM),
		EXIT(),
	};
	LIBBPF_OPTS(bpf_link_create_opts, first, .flags = TCX_BEFORE);
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "weir_test_tag", "GPL",
			       program, INSTRUCTION_COUNT(program), NULL);
	int link;

	if (fd < 0)
		return -errno;
	link = bpf_link_create(fd, (int)ifindex,
			       (enum bpf_attach_type)TCX_EGRESS, &first);
	return link < 0 ? -errno : 0;
}

int main(int argc, char **argv)
{
	uint32_t ifindex = 0;
	char byte;
	int error;

	if (argc != 4) {
		fputs("usage: push_tag NAMESPACE DEVICE VLAN\n", stderr);
		return 2;
	}
	error = namespace_open(argv[1]);
	if (error >= 0)
		error = namespace_device(error, argv[2], &ifindex);
	if (!error)
		error = attach(ifindex, atoi(argv[3]));
	if (error) {
		fprintf(stderr, "push_tag: %s %s: %s\n", argv[1], argv[2],
			strerror(-error));
		return 3;
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
