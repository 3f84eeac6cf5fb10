/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * receive: counts the frames that arrive at a host, from the command line.
 *
 *	receive NAMESPACE DEVICE
 *
 * Says "ready" once it counts; when standard input ends it prints a line
 * "FLOW PACKETS" for each flow that it has seen (flow 0: frames without a
 * mark, see receiver.h) and detaches.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "receiver.h"

static void print_counts(const struct receiver *receiver)
{
	for (uint32_t flow = 0; flow < RECEIVER_FLOWS; flow++) {
		uint64_t packets = receiver_count(receiver, flow);

		if (packets)
			printf("%u %llu\n", flow, (unsigned long long)packets);
	}
}

int main(int argc, char **argv)
{
	struct receiver receiver;
	char byte;
	int error;

	if (argc != 3) {
		fputs("usage: receive NAMESPACE DEVICE\n", stderr);
		return 2;
	}
	error = receiver_open(&receiver, argv[1], argv[2]);
	if (error) {
		fprintf(stderr, "receive: %s %s: %s\n", argv[1], argv[2],
			strerror(-error));
		return 3;
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	print_counts(&receiver);
	receiver_close(&receiver);
	return 0;
}
