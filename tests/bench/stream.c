/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames into a program or onto a link: see stream.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"
#include "stream_abi.h"

enum { BATCH = 64 };

struct stream {
	struct bpf_object *object;
	int judge_next;
	int send_next;
	int empty;
	int frames;
	int programs;
	int positions;
	int link;
};

static int program(const struct stream *stream, const char *name)
{
	return bpf_program__fd(
		bpf_object__find_program_by_name(stream->object, name));
}

static int map(const struct stream *stream, const char *name)
{
	return bpf_object__find_map_fd_by_name(stream->object, name);
}

struct stream *stream_open(const char *directory)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	char path[4096];

	snprintf(path, sizeof(path), "%s/stream.bpf.o", directory);
	stream->object = bpf_object__open_file(path, NULL);
	if (!stream->object || bpf_object__load(stream->object))
		die(path);
	stream->judge_next = program(stream, "judge_next");
	stream->send_next = program(stream, "send_next");
	stream->empty = program(stream, "empty");
	stream->frames = map(stream, "frames");
	stream->programs = map(stream, "programs");
	stream->positions = map(stream, "positions");
	stream->link = -1;
	return stream;
}

void stream_close(struct stream *stream)
{
	if (stream->link >= 0)
		close(stream->link);
	bpf_object__close(stream->object);
	free(stream);
}

static void set_position(struct stream *stream, uint32_t mask)
{
	const struct stream_position position = { 0, mask };
	const uint32_t zero = 0;

	if (bpf_map_update_elem(stream->positions, &zero, &position, BPF_ANY))
		die("positions");
}

void stream_fill(struct stream *stream, const struct frame *frames,
		 size_t count)
{
	static struct stream_frame values[STREAM_FRAMES];
	static uint32_t keys[STREAM_FRAMES];
	uint32_t written = STREAM_FRAMES;

	memset(values, 0, sizeof(values));
	for (uint32_t i = 0; i < STREAM_FRAMES; i++) {
		const struct frame *frame = &frames[i % count];

		if (frame->length > STREAM_FRAME_BYTES) {
			fputs("a frame is too long for a stream\n", stderr);
			exit(1);
		}
		keys[i] = i;
		memcpy(&values[i], frame->bytes, frame->length);
	}
	if (bpf_map_update_batch(stream->frames, keys, values, &written, NULL))
		die("frames");
	set_position(stream, STREAM_FRAMES - 1);
}

void stream_fill_one(struct stream *stream, const struct frame *frame)
{
	struct stream_frame value = { 0 };
	const uint32_t zero = 0;

	memcpy(&value, frame->bytes, frame->length);
	if (bpf_map_update_elem(stream->frames, &zero, &value, BPF_ANY))
		die("frames");
	set_position(stream, 0);
}

/* ---- timing ------------------------------------------------------------ */

/*
 * By the time of the thread: the kernel's own measure is in whole nanoseconds,
 * the clock on the wall has the work of others in it.
 */
static double time_runs(int program, uint32_t ifindex, uint32_t rounds)
{
	uint32_t repeat = rounds * STREAM_FRAMES;
	static const uint8_t frame[STREAM_FRAME_BYTES];
	struct xdp_md context = { .data_end = sizeof(frame),
				  .ingress_ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = sizeof(frame), .repeat = (int)repeat,
		    .ctx_in = &context, .ctx_size_in = sizeof(context));
	double begin = seconds_of_thread();

	if (bpf_prog_test_run_opts(program, &options))
		die("test run");
	if (options.retval == XDP_ABORTED) {
		fputs("the program to be timed was not reached\n", stderr);
		exit(1);
	}
	return (seconds_of_thread() - begin) * 1e9 / repeat;
}

double stream_time(struct stream *stream, int program, uint32_t ifindex,
		   uint32_t rounds)
{
	const uint32_t zero = 0;

	if (program < 0)
		program = stream->empty;
	if (bpf_map_update_elem(stream->programs, &zero, &program, BPF_ANY))
		die("programs");
	return time_runs(stream->judge_next, ifindex, rounds);
}

double stream_time_bare(struct stream *stream)
{
	return time_runs(stream->empty, 1, ROUNDS);
}

struct figure stream_figure(struct stream *stream, int program,
			    uint32_t ifindex)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++) {
		double overhead = stream_time(stream, -1, ifindex, ROUNDS) -
				  stream_time_bare(stream);

		runs[i] = stream_time(stream, program, ifindex, ROUNDS) -
			  overhead;
	}
	return figure_of(runs, RUNS);
}

void stream_attach_empty(struct stream *stream, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);

	stream->link =
		bpf_link_create(stream->empty, (int)ifindex, BPF_XDP, &options);
	if (stream->link < 0)
		die("attaching");
}

double stream_send(struct stream *stream, uint32_t ifindex, uint32_t count)
{
	static const uint8_t frame[STREAM_FRAME_BYTES];
	struct xdp_md context = { .data_end = sizeof(frame),
				  .ingress_ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = sizeof(frame), .repeat = (int)count,
		    .ctx_in = &context, .ctx_size_in = sizeof(context),
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	double begin = seconds_now();

	if (bpf_prog_test_run_opts(stream->send_next, &options))
		die("live frames");
	return seconds_now() - begin;
}
