/* SPDX-License-Identifier: GPL-2.0-only */
/* Packet cases in the kernel: the programs as loaded by libbpf. */
#include <stdlib.h>
#include <string.h>

#include "executor.h"
#include "testbed.h"

struct executor {
	struct testbed *testbed;
	bool routed; /* there are routes of the last group */
};

struct executor *executor_open(void)
{
	static struct executor executor;
	int error = testbed_namespace();

	if (error) {
		fprintf(stderr, "network namespace: %s\n", strerror(-error));
		return NULL;
	}
	executor.testbed = testbed_open(WEIR_BPF_DIRECTORY);
	return executor.testbed ? &executor : NULL;
}

void executor_close(struct executor *executor)
{
	testbed_close(executor->testbed);
}

uint32_t executor_device(const char *name)
{
	return testbed_device(name);
}

/* As ip-route(8) takes it: several IPv6 paths need gateways. */
static char *route_text(const struct native_route *route,
			const char *const *devices)
{
	char prefix[PREFIX_TEXT], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	prefix_format(&route->prefix, prefix);
	fprintf(out, "%s %s", route->none ? devices[0] : "unicast", prefix);
	if (route->metric)
		fprintf(out, " metric %u", route->metric);
	for (size_t i = 0; i < route->paths && !route->none; i++)
		fprintf(out, "%s%s dev %s", route->paths > 1 ? " nexthop" : "",
			route->paths > 1 && route->prefix.family == FAMILY_IPV6
				? " via fe80::1"
				: "",
			devices[i]);
	fclose(out);
	return text;
}

static int set_routes(struct executor *executor, const struct case_group *group)
{
	size_t count = group->route_count;
	char **routes = calloc(count + 1, sizeof(*routes));
	int error = 0;

	for (size_t i = 0; i < count; i++) {
		const char *const *devices = &group->devices[i * NATIVE_PATHS];

		routes[i] = route_text(&group->routes[i], devices);
		for (size_t j = 0;
		     j < group->routes[i].paths && !group->routes[i].none; j++)
			testbed_device(devices[j]);
	}
	if (count || executor->routed)
		error = testbed_routes((const char *const *)routes, count);
	executor->routed = count > 0;
	for (size_t i = 0; i < count; i++)
		free(routes[i]);
	free(routes);
	return error;
}

int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots, const struct case_group *group)
{
	int error = testbed_apply(executor->testbed, image, slots);

	return error ? error : set_routes(executor, group);
}

size_t executor_strays(struct executor *executor)
{
	return testbed_strays(executor->testbed);
}

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const struct frame *frame,
		 struct outcome *outcome)
{
	static struct testbed_result result;
	int error = testbed_run(executor->testbed, direction, ifindex,
				frame->bytes, frame->length, &result);

	outcome->verdict = result.verdict;
	outcome->priority =
		direction == DIRECTION_OUT ? (int)result.priority : -1;
	outcome->answers = true;
	outcome->count = result.changed;
	for (size_t i = 0; i < result.changed && i < OUTCOME_COUNTS; i++)
		outcome->counts[i] = (struct native_count){
			result.counts[i].slot,
			result.counts[i].packets,
			result.counts[i].bytes,
		};
	memcpy(outcome->frame.bytes, result.frame, result.length);
	outcome->frame.length = result.length;
	return error;
}
