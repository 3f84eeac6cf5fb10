/* SPDX-License-Identifier: GPL-2.0-only */
/* weir's ingress program to be timed: see datapath.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datapath.h"

/* The router's own addresses, for `local-addresses` and `lan`. */
static const char *const addresses[] = {
	"192.0.2.2/30",
	"198.51.100.129/30",
	"3fff:0:1::2/64",
	"2001:db8:0:100::1/64",
};
enum { ADDRESSES = sizeof(addresses) / sizeof(addresses[0]) };

void datapath_open(struct datapath *datapath)
{
	if (testbed_namespace() != 0)
		die("network namespace");
	datapath->testbed = testbed_open(WEIR_BPF_DIRECTORY);
	if (!datapath->testbed)
		exit(1);
	datapath->stream = stream_open(WEIR_BENCH_DIRECTORY);
	datapath->ingress = testbed_program(datapath->testbed, DIRECTION_IN);
}

void datapath_close(struct datapath *datapath)
{
	stream_close(datapath->stream);
	testbed_close(datapath->testbed);
}

static struct prefix local_address(const char *text)
{
	struct prefix prefix = { 0 };
	unsigned int length = (unsigned int)atoi(strchr(text, '/') + 1);

	prefix_parse(text, strcspn(text, "/"), &prefix);
	prefix.length = (uint8_t)length;
	return prefix;
}

struct image *datapath_compile(struct arena *arena, const char *name,
			       const char *text)
{
	struct prefix local[ADDRESSES];
	struct image *image;
	uint32_t *ifindexes;

	for (int i = 0; i < ADDRESSES; i++)
		local[i] = local_address(addresses[i]);
	image = policy_image(arena, name, text, local, ADDRESSES);
	if (!image)
		exit(1);
	ifindexes = arena_array(arena, image->device_count, sizeof(*ifindexes));
	for (size_t i = 0; i < image->device_count; i++) {
		ifindexes[i] = testbed_device(image->devices[i].name);
		if (!ifindexes[i])
			die(image->devices[i].name);
	}
	policy_image_bind(arena, image, ifindexes);
	return image;
}

void datapath_apply(struct datapath *datapath, const struct image *image)
{
	if (testbed_apply(datapath->testbed, image, 0))
		die("apply");
}

struct figure datapath_figure(struct datapath *datapath, const char *device)
{
	return stream_figure(datapath->stream, datapath->ingress,
			     testbed_device(device));
}
