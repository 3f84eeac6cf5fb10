// SPDX-License-Identifier: GPL-2.0-only
/* weir status: what is in force, since when, on which devices, and where not.
 */
#include <time.h>

#include "cmd/state.h"
#include "output/status.h"

const struct verb_option status_options[] = { { 0 } };

static uint64_t now_nanoseconds(void)
{
	struct timespec now = { 0, 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

int cmd_status(const struct invocation *invocation)
{
	_cleanup_state_ struct kernel_state state = { 0 };
	_cleanup_json_ json_t *record = NULL;
	struct kernel_error error = { .text = "" };
	struct problem_table problems = { 0 };
	int code = open_state(invocation, &state);
	int status;

	if (code != EXIT_DONE)
		return code;
	status = observe_problems(&state, &problems, &error);
	if (status < 0)
		return fail_kernel(invocation, status, &error);
	record = record_load(&state);
	if (invocation->json)
		json_print(status_to_json(&state, record, &problems,
					  now_nanoseconds()));
	else
		status_print(&state, record, &problems, now_nanoseconds(),
			     stdout);
	return EXIT_DONE;
}
