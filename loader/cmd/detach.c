// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir detach: programs, links, maps and pins, all that weir made and nothing
 * else. Where nothing is in force there is nothing to do, and that is done.
 */
#include <errno.h>
#include <inttypes.h>

#include "cmd/command.h"
#include "output/json.h"

const struct verb_option detach_options[] = { { 0 } };

int cmd_detach(const struct invocation *invocation)
{
	struct kernel_error error = { .text = "" };
	uint32_t devices = 0;
	int status = kernel_detach(&invocation->kernel, &devices, &error);

	if (status < 0 && status != -ENOENT)
		return devices ? fail(invocation, EXIT_PARTLY,
				      error.hint[0] ? error.hint : NULL,
				      "%" PRIu32 " devices detached, then: %s",
				      devices, error.text)
			       : fail_kernel(invocation, status, &error);
	if (invocation->json)
		json_print(json_pack("{s:I}", "detached", (json_int_t)devices));
	else if (status == -ENOENT)
		printf("nothing is in force at %s\n",
		       invocation->kernel.pin_directory);
	else
		printf("detached from %" PRIu32 " device%s\n", devices,
		       devices == 1 ? "" : "s");
	return EXIT_DONE;
}
