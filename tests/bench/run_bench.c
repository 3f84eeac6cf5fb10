// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nanoseconds a packet, by BPF_PROG_TEST_RUN: an empty XDP program, and weir
 * with a shipped policy, for the kinds of packets that an edge meets.
 *
 *	run_bench POLICY JSON
 *
 * Each figure is the median of seven runs, with the least and the most: quote
 * ratios, machines are noisy. The mix is what the table says, one part each.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "frame.h"
#include "policy_image.h"
#include "testbed.h"

enum { RUNS = 7, REPEAT = 1000000 };

struct workload {
	const char *name;
	enum direction direction;
	const char *device;
	const char *frame;
};

static const struct workload workloads[] = {
	{ "IPv4 TCP from a customer", DIRECTION_IN, "eth1",
	  "ipv4 203.0.113.9 > 9.9.9.9 / tcp 40000 > 443 / payload 20" },
	{ "IPv4 TCP to a customer", DIRECTION_IN, "eth0",
	  "ipv4 9.9.9.9 > 203.0.113.9 / tcp 443 > 40000 / payload 20" },
	{ "IPv4 spoofed", DIRECTION_IN, "eth1",
	  "ipv4 9.9.9.9 > 8.8.8.8 / udp 53 > 40000 / payload 20" },
	{ "IPv4 bogon", DIRECTION_IN, "eth0",
	  "ipv4 10.1.2.3 > 203.0.113.9 / udp 53 > 40000 / payload 20" },
	{ "IPv4 at infrastructure", DIRECTION_IN, "eth0",
	  "ipv4 9.9.9.9 > 198.51.100.1 / tcp 40000 > 22 / payload 20" },
	{ "IPv6 TCP from a customer", DIRECTION_IN, "eth1",
	  "ipv6 2001:db8:a::9 > 2620:fe::9 / tcp 40000 > 443 / payload 20" },
	{ "IPv6 TCP to a customer", DIRECTION_IN, "eth0",
	  "ipv6 2620:fe::9 > 2001:db8:a::9 / tcp 443 > 40000 / payload 20" },
	{ "IPv6 at infrastructure", DIRECTION_IN, "eth0",
	  "ipv6 2620:fe::9 > 2001:db8:0:ff::1 / tcp 40000 > 22 / payload 20" },
	{ "tagged IPv4 from a customer", DIRECTION_IN, "eth1",
	  "vlan 100 / ipv4 203.0.113.129 > 9.9.9.9 / udp 4000 > 53 / payload "
	  "20" },
	{ "IPv4 out to transit (tc)", DIRECTION_OUT, "eth0",
	  "ipv4 203.0.113.9 > 9.9.9.9 / tcp 40000 > 443 / payload 20" },
};

struct figure {
	uint32_t median;
	uint32_t least;
	uint32_t most;
};

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static struct figure measure(struct testbed *testbed, int direction,
			     uint32_t ifindex, const struct frame *frame)
{
	uint32_t runs[RUNS];

	for (int i = 0; i < RUNS; i++)
		if (testbed_time(testbed, direction, ifindex, frame->bytes,
				 frame->length, REPEAT, &runs[i]) != 0) {
			perror("test run");
			exit(1);
		}
	qsort(runs, RUNS, sizeof(runs[0]), by_size);
	return (struct figure){ runs[RUNS / 2], runs[0], runs[RUNS - 1] };
}

static struct figure show(json_t *rows, const char *name, struct figure figure)
{
	printf("%-32s %6u %6u %6u\n", name, figure.median, figure.least,
	       figure.most);
	json_array_append_new(rows,
			      json_pack("{s:s, s:i, s:i, s:i}", "name", name,
					"median_ns", figure.median, "min_ns",
					figure.least, "max_ns", figure.most));
	return figure;
}

static struct testbed *prepare(struct arena *arena, const char *policy)
{
	struct testbed *testbed;
	struct image *image;
	uint32_t *ifindexes;

	if (testbed_namespace() != 0 ||
	    !(testbed = testbed_open(WEIR_BPF_DIRECTORY)))
		exit(1);
	image = policy_image(arena, policy, NULL, NULL, 0);
	if (!image)
		exit(1);
	ifindexes = arena_array(arena, image->device_count, sizeof(*ifindexes));
	for (size_t i = 0; i < image->device_count; i++)
		ifindexes[i] = testbed_device(image->devices[i].name);
	policy_image_bind(arena, image, ifindexes);
	if (testbed_apply(testbed, image, 0) != 0)
		exit(1);
	return testbed;
}

static uint32_t measure_all(struct testbed *testbed, json_t *rows)
{
	size_t count = sizeof(workloads) / sizeof(workloads[0]);
	char error[256];
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		const struct workload *workload = &workloads[i];
		struct frame frame;

		if (frame_parse(workload->frame, &frame, error, sizeof(error)))
			exit(1);
		sum += show(rows, workload->name,
			    measure(testbed, workload->direction,
				    testbed_device(workload->device), &frame))
			       .median;
	}
	return sum / (uint32_t)count;
}

int main(int count, char **arguments)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	json_t *rows = json_array(), *result;
	struct frame smallest = { .length = 64 };
	struct testbed *testbed;
	struct figure empty;
	struct utsname machine;
	uint32_t mean;

	if (count != 3)
		return 2;
	testbed = prepare(arena, arguments[1]);
	uname(&machine);
	printf("%s, kernel %s, ns a packet, %d runs of %d\n\n", arguments[1],
	       machine.release, RUNS, REPEAT);
	printf("%-32s %6s %6s %6s\n", "PACKET", "MEDIAN", "MIN", "MAX");
	empty = show(rows, "empty program", measure(testbed, -1, 1, &smallest));
	mean = measure_all(testbed, rows);
	printf("\nmix: %u ns a packet, %u above the empty program\n", mean,
	       mean - empty.median);
	result = json_pack("{s:s, s:s, s:i, s:i, s:o}", "policy", arguments[1],
			   "kernel", machine.release, "empty_ns", empty.median,
			   "mix_ns", mean, "packets", rows);
	if (json_dump_file(result, arguments[2], JSON_INDENT(1)) != 0)
		return 1;
	json_decref(result);
	testbed_close(testbed);
	return 0;
}
