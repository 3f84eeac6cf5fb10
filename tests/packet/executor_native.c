// SPDX-License-Identifier: GPL-2.0-only
/* Packet cases without a kernel: the same datapath, compiled natively. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "executor.h"
#include "native.h"

struct executor {
	struct native *native;
	struct native_route *routes;
	uint32_t slots;
	size_t strays;
};

struct executor *executor_open(void)
{
	static struct executor executor;

	return &executor;
}

void executor_close(struct executor *executor)
{
	native_close(executor->native);
	free(executor->routes);
	memset(executor, 0, sizeof(*executor));
}

/* No device is asked, so any number does that no other name has. */
uint32_t executor_device(const char *name)
{
	uint32_t number = 1;

	for (; *name; name++)
		number = number * 257 + (unsigned char)*name;
	return number;
}

/* Routes with the numbers of their devices; as gateways these do as well. */
static int set_routes(struct executor *executor, const struct case_group *group)
{
	size_t count = group->route_count;

	free(executor->routes);
	executor->routes = calloc(count + 1, sizeof(*executor->routes));
	if (!executor->routes)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct native_route *route = &executor->routes[i];

		*route = group->routes[i];
		for (size_t j = 0; j < route->paths; j++)
			route->ifindex[j] = route->gateway[j] = executor_device(
				group->devices[i * NATIVE_PATHS + j]);
	}
	native_set_routes(executor->native, executor->routes, count);
	return 0;
}

int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots, const struct case_group *group)
{
	executor->slots = slots;
	native_close(executor->native);
	executor->native = native_open(image);
	return executor->native ? set_routes(executor, group) : -ENOMEM;
}

size_t executor_strays(struct executor *executor)
{
	return executor->strays;
}

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const struct frame *frame,
		 struct outcome *outcome)
{
	struct native_result result;

	outcome->frame = *frame;
	native_run(executor->native, direction, ifindex, outcome->frame.bytes,
		   frame->length, &result);
	sort_counts(&result);
	outcome->verdict = result.verdict;
	outcome->priority = result.priority > 0 ? result.priority : 0;
	outcome->answers = false;
	outcome->count = result.count;
	for (size_t i = 0; i < result.count && i < OUTCOME_COUNTS; i++) {
		outcome->counts[i] = result.counts[i];
		executor->strays += result.counts[i].slot >= executor->slots;
	}
	return 0;
}
