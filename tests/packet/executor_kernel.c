/* SPDX-License-Identifier: GPL-2.0-only */
/* Packet cases in the kernel: the programs as loaded by libbpf. */
#include <stdlib.h>
#include <string.h>

#include "executor.h"
#include "testbed.h"

struct executor {
	struct testbed *testbed;
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

int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots)
{
	return testbed_apply(executor->testbed, image, slots);
}

size_t executor_strays(struct executor *executor)
{
	return testbed_strays(executor->testbed);
}

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const uint8_t *frame, size_t length,
		 struct outcome *outcome)
{
	struct testbed_result result;
	int error = testbed_run(executor->testbed, direction, ifindex, frame,
				length, &result);

	*outcome = (struct outcome){ .verdict = result.verdict,
				     .changed = result.changed,
				     .slot = result.slot,
				     .packets = result.packets,
				     .bytes = result.bytes };
	return error;
}
