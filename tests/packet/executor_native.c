/* SPDX-License-Identifier: GPL-2.0-only */
/* Packet cases without a kernel: the same datapath, compiled natively. */
#include <errno.h>
#include <stdlib.h>

#include "executor.h"
#include "native.h"

struct executor {
	struct native *native;
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
	executor->native = NULL;
}

/* No device is asked, so any number does that no other name has. */
uint32_t executor_device(const char *name)
{
	uint32_t number = 1;

	for (; *name; name++)
		number = number * 257 + (unsigned char)*name;
	return number;
}

int executor_apply(struct executor *executor, const struct image *image,
		   uint32_t slots)
{
	executor->slots = slots;
	native_close(executor->native);
	executor->native = native_open(image);
	return executor->native ? 0 : -ENOMEM;
}

size_t executor_strays(struct executor *executor)
{
	return executor->strays;
}

int executor_run(struct executor *executor, enum direction direction,
		 uint32_t ifindex, const uint8_t *frame, size_t length,
		 struct outcome *outcome)
{
	struct native_result result;

	native_run(executor->native, direction, ifindex, frame, length,
		   &result);
	executor->strays += result.slot >= executor->slots;
	*outcome = (struct outcome){ .verdict = result.verdict,
				     .changed = result.counted,
				     .slot = result.slot,
				     .packets = result.packets,
				     .bytes = result.bytes };
	return 0;
}
