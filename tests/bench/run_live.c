// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live frames through veth pairs, for the filters that are attached to one end
 * of each: million packets a second that one processor sends and filters.
 *
 *	run_live TRAFFIC OF EMPTY [KEY DEVICE]...
 *
 * Sends what TRAFFIC has of the device OF to each DEVICE in turn, RUNS times
 * round, out of its other end, whose name is the device's with "-peer". EMPTY
 * is one more device, without a filter: an empty program is attached to it,
 * for the key drop_mpps. All are in the network namespace of the caller. Ends
 * with an error when not every packet arrived.
 */
#include <inttypes.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "stream.h"
#include "stream_abi.h"
#include "traffic.h"

/*
 * A send has a fixed cost of some 20 ms (tests/tools/sender.h), so each is of
 * as many frames as take half a second.
 */
#define SEND_SECONDS 0.5
enum { WARM_UP = 1 << 18, SUBJECTS_MOST = 8 };

struct subject {
	const char *key;
	const char *device;
	uint32_t ifindex;
	uint32_t peer;
	uint32_t count; /* frames in one send */
	double runs[RUNS];
};

static uint32_t device_index(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	if (!ifindex)
		die(name);
	return ifindex;
}

static struct subject subject(const char *key, const char *device)
{
	char peer[64];

	snprintf(peer, sizeof(peer), "%s-peer", device);
	return (struct subject){ .key = key,
				 .device = device,
				 .ifindex = device_index(device),
				 .peer = device_index(peer) };
}

/* Packets that the device has received so far. */
static uint64_t received(const char *device)
{
	_cleanup_file_ FILE *file = fopen("/proc/net/dev", "r");
	char line[512], name[64];
	uint64_t packets;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, " %63[^:]: %*u %" SCNu64, name, &packets) ==
			    2 &&
		    strcmp(name, device) == 0)
			return packets;
	die("/proc/net/dev");
}

/* Seconds that `count` frames take, all of which arrive. */
static double send_all(struct stream *stream, const struct subject *subject,
		       uint32_t count)
{
	uint64_t before = received(subject->device);
	double seconds = stream_send(stream, subject->peer, count);
	uint64_t arrived = received(subject->device) - before;

	if (arrived == count)
		return seconds;
	fprintf(stderr, "%s: sent %" PRIu32 ", received %" PRIu64 "\n",
		subject->device, count, arrived);
	exit(1);
}

static void measure(struct stream *stream, struct subject *subjects,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		subjects[i].count =
			(uint32_t)(WARM_UP * SEND_SECONDS /
				   send_all(stream, &subjects[i], WARM_UP));
	for (int run = 0; run < RUNS; run++)
		for (size_t i = 0; i < count; i++)
			subjects[i].runs[run] = subjects[i].count /
						send_all(stream, &subjects[i],
							 subjects[i].count) /
						1e6;
	for (size_t i = 0; i < count; i++)
		figure_print(subjects[i].key,
			     figure_of(subjects[i].runs, RUNS));
}

static void stay_on_one_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("affinity");
}

int main(int count, char **arguments)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct subject subjects[SUBJECTS_MOST];
	size_t subject_count = 1;
	struct stream *stream;

	if (count < 4 || count % 2 || count / 2 - 1 > SUBJECTS_MOST) {
		fputs("usage: run_live TRAFFIC OF EMPTY [KEY DEVICE]...\n",
		      stderr);
		return 2;
	}
	subjects[0] = subject("drop_mpps", arguments[3]);
	for (int i = 4; i < count; i += 2)
		subjects[subject_count++] =
			subject(arguments[i], arguments[i + 1]);
	stay_on_one_processor();
	stream = stream_open(WEIR_BENCH_DIRECTORY);
	stream_attach_empty(stream, subjects[0].ifindex);
	stream_fill(
		stream,
		traffic_read(arena, arguments[1], arguments[2], STREAM_FRAMES),
		STREAM_FRAMES);
	measure(stream, subjects, subject_count);
	stream_close(stream);
	return 0;
}
