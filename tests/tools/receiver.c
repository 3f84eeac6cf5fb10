/* SPDX-License-Identifier: GPL-2.0-only */
/* An XDP program that counts flows: see receiver.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>

#include "instructions.h"
#include "namespace.h"
#include "receiver.h"

/* A mark is this number with the flow in its low bits. */
enum { MARK_BASE = 0x77656000, KEY_OFFSET = -8, MARK_OFFSET = -4 };

static int load_program(int map)
{
	const struct bpf_insn program[] = {
		MOV64_REG(BPF_REG_6, BPF_REG_1),
		STORE32_IMM(BPF_REG_10, KEY_OFFSET, 0),
		CALL_HELPER(xdp_get_buff_len),
		MOV64_REG(BPF_REG_1, BPF_REG_6),
		MOV64_REG(BPF_REG_2, BPF_REG_0),
		ADD64_IMM(BPF_REG_2, -FRAME_MARK_BYTES),
		MOV64_REG(BPF_REG_3, BPF_REG_10),
		ADD64_IMM(BPF_REG_3, MARK_OFFSET),
		MOV64_IMM(BPF_REG_4, FRAME_MARK_BYTES),
		CALL_HELPER(xdp_load_bytes),
		JUMP64_IMM(BPF_JNE, BPF_REG_0, 0, 4),
		LOAD32(BPF_REG_1, BPF_REG_10, MARK_OFFSET),
		XOR32_IMM(BPF_REG_1, MARK_BASE),
		JUMP64_IMM(BPF_JGE, BPF_REG_1, RECEIVER_FLOWS, 1),
		STORE32(BPF_REG_10, KEY_OFFSET, BPF_REG_1),
		LOAD_MAP(BPF_REG_1, map),
		MOV64_REG(BPF_REG_2, BPF_REG_10),
		ADD64_IMM(BPF_REG_2, KEY_OFFSET),
		CALL_HELPER(map_lookup_elem),
		JUMP64_IMM(BPF_JEQ, BPF_REG_0, 0, 3),
		LOAD64(BPF_REG_1, BPF_REG_0, 0),
		ADD64_IMM(BPF_REG_1, 1),
		STORE64(BPF_REG_0, 0, BPF_REG_1),
		MOV64_IMM(BPF_REG_0, XDP_DROP),
		EXIT(),
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "weir_test_count", "GPL",
			       program, INSTRUCTION_COUNT(program), NULL);

	return fd < 0 ? -errno : fd;
}

static int attach(struct receiver *receiver, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);

	receiver->map = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY,
				       "weir_test_flows", sizeof(uint32_t),
				       sizeof(uint64_t), RECEIVER_FLOWS, NULL);
	if (receiver->map < 0)
		return -errno;
	receiver->program = load_program(receiver->map);
	if (receiver->program < 0)
		return receiver->program;
	receiver->link = bpf_link_create(receiver->program, (int)ifindex,
					 BPF_XDP, &options);
	return receiver->link < 0 ? -errno : 0;
}

int receiver_open(struct receiver *receiver, const char *namespace,
		  const char *device)
{
	uint32_t ifindex = 0;
	int error;
	int fd = namespace_open(namespace);

	*receiver = (struct receiver){ .map = -1, .program = -1, .link = -1 };
	if (fd < 0)
		return fd;
	error = namespace_device(fd, device, &ifindex);
	if (!error)
		error = attach(receiver, ifindex);
	close(fd);
	if (error)
		receiver_close(receiver);
	return error;
}

void receiver_close(struct receiver *receiver)
{
	const int fds[] = { receiver->link, receiver->program, receiver->map };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*receiver = (struct receiver){ .map = -1, .program = -1, .link = -1 };
}

uint64_t receiver_count(const struct receiver *receiver, uint32_t flow)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t values[cpus > 0 ? cpus : 1];
	uint64_t sum = 0;

	if (cpus < 1 || bpf_map_lookup_elem(receiver->map, &flow, values))
		return 0;
	for (int i = 0; i < cpus; i++)
		sum += values[i];
	return sum;
}

void frame_mark(struct frame *frame, uint32_t flow)
{
	uint32_t mark = MARK_BASE ^ flow;

	if (frame->length >= sizeof(mark))
		memcpy(frame->bytes + frame->length - sizeof(mark), &mark,
		       sizeof(mark));
}
