/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs every packet case: compiles the policy of its group, sends the one
 * frame, and expects the verdict and exactly one count, of one packet and the
 * frame's bytes, in the slot of the reason or of the rule.
 *
 * Case files are tests/packet/NAME.case, or those named as arguments.
 */
#include <glob.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "case_file.h"
#include "executor.h"
#include "frame.h"
#include "policy_image.h"

struct run {
	struct arena *arena;
	struct executor *executor;
	struct image *image; /* NULL: the policy does not compile */
	const uint32_t *slots;
	unsigned int number; /* of the test */
	unsigned int failed;
};

static void report(struct run *run, const struct packet_case *cases,
		   const char *failure)
{
	const char *name = strrchr(cases->file, '/');

	run->number++;
	run->failed += failure != NULL;
	printf("%s %u - %s (%s:%u)\n", failure ? "not ok" : "ok", run->number,
	       cases->name, name ? name + 1 : cases->file, cases->line);
	if (failure)
		printf("# %s:%u: %s\n#     %s\n", cases->file, cases->line,
		       failure, cases->frame);
	fflush(stdout);
}

/* ---- what was expected, what came -------------------------------------- */

static uint32_t expected_slot(const struct run *run,
			      const struct packet_case *cases)
{
	uint32_t first;

	if (cases->reason == REASON_NOT_GOVERNED)
		return cases->direction == DIRECTION_IN ? SLOT_UNGOVERNED_IN
							: SLOT_UNGOVERNED_OUT;
	first = policy_image_slot(run->image, run->slots, cases->interface,
				  cases->direction, cases->filter, cases->rule);
	if (first == UINT32_MAX || cases->rule)
		return first;
	return first + cases->reason;
}

/* A slot in words. */
static const char *slot_text(const struct run *run, uint32_t slot)
{
	for (size_t i = 0; i < run->image->counter_count; i++) {
		const struct slot_name *name = &run->image->counters[i].name;
		uint32_t offset = slot - run->slots[i];

		if (slot < run->slots[i] || offset >= name->width)
			continue;
		return arena_printf(
			run->arena, "%s %s %s%s%s", name->interface,
			name->direction == DIRECTION_IN ? "in" : "out",
			*name->filter		? name->filter
			: offset < REASON_COUNT ? reason_name(offset)
						: "no reason",
			*name->rule ? ": " : "", name->rule);
	}
	return slot <= SLOT_UNGOVERNED_OUT
		       ? reason_name(REASON_NOT_GOVERNED)
		       : arena_printf(run->arena, "nameless slot %u", slot);
}

static const char *verdict_text(enum verdict verdict)
{
	return verdict == VERDICT_PASS ? "pass" : "drop";
}

/* NULL when the outcome is the expected one, else the difference. */
static const char *compare(const struct run *run,
			   const struct packet_case *cases,
			   const struct outcome *outcome, size_t length)
{
	uint32_t slot = expected_slot(run, cases);

	if (slot == UINT32_MAX)
		return arena_printf(
			run->arena, "the policy has no counter for %s %s%s%s",
			cases->interface, cases->filter ? cases->filter : "",
			cases->rule ? ": " : "",
			cases->rule ? cases->rule : "");
	if (outcome->changed != 1)
		return arena_printf(run->arena, "%zu counters moved, not one",
				    outcome->changed);
	if (outcome->verdict != cases->verdict || outcome->slot != slot)
		return arena_printf(run->arena, "expected %s [%s], got %s [%s]",
				    verdict_text(cases->verdict),
				    slot_text(run, slot),
				    verdict_text(outcome->verdict),
				    slot_text(run, outcome->slot));
	if (outcome->packets != 1 || outcome->bytes != length)
		return arena_printf(run->arena,
				    "counted %ju packets and %ju bytes"
				    " instead of 1 and %zu",
				    (uintmax_t)outcome->packets,
				    (uintmax_t)outcome->bytes, length);
	return NULL;
}

/* ---- running ----------------------------------------------------------- */

static const char *run_case(struct run *run, const struct packet_case *cases)
{
	static struct frame frame;
	static char error[256];
	struct outcome outcome;
	uint32_t ifindex = executor_device(cases->device);
	int result;

	if (!run->image)
		return "its policy is not in force";
	if (frame_parse(cases->frame, &frame, error, sizeof(error)))
		return error;
	if (!ifindex)
		return "its device cannot be made";
	result = executor_run(run->executor, cases->direction, ifindex,
			      frame.bytes, frame.length, &outcome);
	if (result)
		return strerror(-result);
	return compare(run, cases, &outcome, frame.length);
}

/* Leaves run->image NULL when that does not work. */
static void apply_policy(struct run *run, const struct case_group *group)
{
	uint32_t *ifindexes;
	int error;

	run->image = policy_image(run->arena, group->name, group->text,
				  group->local, group->local_count);
	if (!run->image)
		return;
	ifindexes = arena_array(run->arena, run->image->device_count + 1,
				sizeof(*ifindexes));
	for (size_t i = 0; i < run->image->device_count; i++)
		ifindexes[i] = executor_device(run->image->devices[i].name);
	run->slots = policy_image_bind(run->arena, run->image, ifindexes);
	error = executor_apply(run->executor, run->image,
			       policy_image_slots(run->image, run->slots));
	if (!error)
		return;
	printf("# %s: %s\n", group->name, strerror(-error));
	run->image = NULL;
}

static void run_group(struct run *run, const struct case_group *group)
{
	apply_policy(run, group);
	for (size_t i = 0; i < group->case_count; i++)
		report(run, &group->cases[i], run_case(run, &group->cases[i]));
}

static void check_strays(struct run *run)
{
	size_t strays = executor_strays(run->executor);

	run->number++;
	run->failed += strays != 0;
	printf("%s %u - no counter moved that is none of the policy's\n",
	       strays ? "not ok" : "ok", run->number);
	if (strays)
		printf("# %zu did\n", strays);
}

static int run_files(struct run *run, char *const *paths, size_t count)
{
	struct case_file *files =
		arena_array(run->arena, count + 1, sizeof(*files));
	size_t planned = 0;

	for (size_t i = 0; i < count; i++) {
		if (case_file_read(run->arena, paths[i], &files[i]))
			return 1;
		for (size_t j = 0; j < files[i].group_count; j++)
			planned += files[i].groups[j].case_count;
	}
	printf("1..%zu\n", planned + 1);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < files[i].group_count; j++)
			run_group(run, &files[i].groups[j]);
	check_strays(run);
	return run->failed != 0;
}

int main(int argc, char **argv)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct run run = { .arena = arena };
	glob_t found;
	int result;

	run.executor = executor_open();
	if (!run.executor)
		return 1;
	if (argc > 1) {
		result = run_files(&run, argv + 1, argc - 1);
	} else {
		if (glob("tests/packet/*.case", 0, NULL, &found))
			return 1;
		result = run_files(&run, found.gl_pathv, found.gl_pathc);
		globfree(&found);
	}
	executor_close(run.executor);
	return result;
}
