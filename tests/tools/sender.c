/* SPDX-License-Identifier: GPL-2.0-only */
/* Live frames out of a veth end: see sender.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "instructions.h"
#include "namespace.h"
#include "sender.h"

enum { BATCH = 64 };

/* Writes the map's frame over what is in the page, then sends it. */
static int load_program(int map, uint32_t length)
{
	const struct bpf_insn program[] = {
		MOV64_REG(BPF_REG_6, BPF_REG_1),
		STORE32_IMM(BPF_REG_10, -4, 0),
		LOAD_MAP(BPF_REG_1, map),
		MOV64_REG(BPF_REG_2, BPF_REG_10),
		ADD64_IMM(BPF_REG_2, -4),
		CALL_HELPER(map_lookup_elem),
		JUMP64_IMM(BPF_JEQ, BPF_REG_0, 0, 7),
		MOV64_REG(BPF_REG_1, BPF_REG_6),
		MOV64_IMM(BPF_REG_2, 0),
		MOV64_REG(BPF_REG_3, BPF_REG_0),
		MOV64_IMM(BPF_REG_4, (int)length),
		CALL_HELPER(xdp_store_bytes),
		MOV64_IMM(BPF_REG_0, XDP_TX),
		EXIT(),
		MOV64_IMM(BPF_REG_0, XDP_ABORTED),
		EXIT(),
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "weir_test_send", "GPL",
			       program, INSTRUCTION_COUNT(program), NULL);

	return fd < 0 ? -errno : fd;
}

static int load_frame(struct sender *sender)
{
	const uint32_t length = sender->frame.length;
	const uint32_t zero = 0;

	sender->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "weir_test_frame",
				     sizeof(zero), length, 1, NULL);
	if (sender->map < 0 ||
	    bpf_map_update_elem(sender->map, &zero, sender->frame.bytes, 0))
		return -errno;
	sender->program = load_program(sender->map, length);
	return sender->program < 0 ? sender->program : 0;
}

int sender_open(struct sender *sender, const char *namespace,
		const char *device, const struct frame *frame)
{
	int error;

	sender->program = sender->map = -1;
	sender->frame = *frame;
	sender->namespace = namespace_open(namespace);
	if (sender->namespace < 0)
		return sender->namespace;
	error = namespace_device(sender->namespace, device, &sender->ifindex);
	if (!error)
		error = load_frame(sender);
	if (error)
		sender_close(sender);
	return error;
}

void sender_close(struct sender *sender)
{
	const int fds[] = { sender->program, sender->map, sender->namespace };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	sender->program = sender->map = sender->namespace = -1;
}

int sender_pin(unsigned int cpu)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof(all), &all))
		return -errno;
	cpu %= CPU_COUNT(&all);
	CPU_ZERO(&one);
	for (unsigned int i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &all) && cpu-- == 0) {
			CPU_SET(i, &one);
			break;
		}
	}
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

int sender_send(const struct sender *sender, uint32_t count)
{
	struct xdp_md context = {
		.data_end = sender->frame.length,
		.ingress_ifindex = sender->ifindex,
	};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = sender->frame.bytes,
		    .data_size_in = sender->frame.length, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = (int)count,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	int error = namespace_enter(sender->namespace);

	if (error || count == 0)
		return error;
	return bpf_prog_test_run_opts(sender->program, &options) ? -errno : 0;
}
