/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * send: live frames out of a veth end, from the command line.
 *
 *	send [-c CPU] [-m FLOW] (-n COUNT | -u) NAMESPACE DEVICE FRAME
 *
 * Sends COUNT copies of a frame (tests/tools/frame.h) as fast as it goes, or,
 * with -u, until standard input ends. -m marks the frame with the number of a
 * flow, see receiver.h. Prints the number of packets and the seconds they took.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "receiver.h"
#include "sender.h"

/* Frames between two looks at standard input, and in one call. */
enum { TURN = 1 << 18, CALL = 1 << 22 };

struct arguments {
	uint64_t count;
	unsigned int cpu;
	bool until_end_of_input;
	const char *namespace;
	const char *device;
	struct frame frame;
};

static void usage(void)
{
	fputs("usage: send [-c CPU] [-m FLOW] (-n COUNT | -u) NAMESPACE DEVICE "
	      "FRAME\n",
	      stderr);
	exit(2);
}

static void parse_frame(const char *text, struct frame *frame)
{
	char error[256];

	if (frame_parse(text, frame, error, sizeof(error))) {
		fprintf(stderr, "send: %s: %s\n", text, error);
		exit(2);
	}
}

static struct arguments parse_arguments(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	uint32_t flow = 0;
	int option;

	while ((option = getopt(argc, argv, "c:m:n:u")) != -1) {
		if (option == 'c')
			arguments.cpu = strtoul(optarg, NULL, 10);
		else if (option == 'm')
			flow = strtoul(optarg, NULL, 10);
		else if (option == 'n')
			arguments.count = strtoull(optarg, NULL, 10);
		else if (option == 'u')
			arguments.until_end_of_input = true;
		else
			usage();
	}
	if (argc - optind != 3 ||
	    (arguments.count > 0) == arguments.until_end_of_input)
		usage();
	arguments.namespace = argv[optind];
	arguments.device = argv[optind + 1];
	parse_frame(argv[optind + 2], &arguments.frame);
	if (flow)
		frame_mark(&arguments.frame, flow);
	return arguments;
}

static bool input_ended(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte;

	return poll(&input, 1, 0) == 1 && read(STDIN_FILENO, &byte, 1) <= 0;
}

static int send_until_end_of_input(const struct sender *sender, uint64_t *sent)
{
	int error = 0;

	while (!error && !input_ended()) {
		error = sender_send(sender, TURN);
		*sent += TURN;
	}
	return error;
}

static int send_count(const struct sender *sender, uint64_t count,
		      uint64_t *sent)
{
	int error = 0;

	while (!error && *sent < count) {
		uint64_t left = count - *sent;
		uint32_t now = left < CALL ? left : CALL;

		error = sender_send(sender, now);
		*sent += now;
	}
	return error;
}

static int send_frames(const struct arguments *arguments, uint64_t *sent)
{
	struct sender sender;
	int error = sender_open(&sender, arguments->namespace,
				arguments->device, &arguments->frame);

	if (error)
		return error;
	error = sender_pin(arguments->cpu);
	if (!error && arguments->until_end_of_input)
		error = send_until_end_of_input(&sender, sent);
	else if (!error)
		error = send_count(&sender, arguments->count, sent);
	sender_close(&sender);
	return error;
}

int main(int argc, char **argv)
{
	struct arguments arguments = parse_arguments(argc, argv);
	struct timespec begin, end;
	uint64_t sent = 0;
	int error;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	error = send_frames(&arguments, &sent);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (error) {
		fprintf(stderr, "send: %s %s: %s\n", arguments.namespace,
			arguments.device, strerror(-error));
		return 3;
	}
	printf("%llu %.3f\n", (unsigned long long)sent,
	       (double)(end.tv_sec - begin.tv_sec) +
		       (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
	return 0;
}
