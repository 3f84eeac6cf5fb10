/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs every packet case: compiles the policy of its group, sends the one
 * frame, and expects the verdict, one count of one packet and the frame's bytes
 * in the slots of the reason or rule, of rules that go on and of notes, none in
 * any other, and the frame afterwards as it was but for its DSCP.
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

/* Slots that have to count the packet. */
struct expected {
	uint32_t slots[CASE_RULES + 4];
	size_t count;
	bool missing; /* one of them is not there */
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

/* ---- what was expected ------------------------------------------------- */

static uint32_t block(const struct run *run, const struct packet_case *cases,
		      enum block_kind kind)
{
	return policy_image_slot(run->image, run->slots, kind, cases->interface,
				 cases->direction, NULL, NULL);
}

static void expect(struct expected *expected, uint32_t first, uint32_t offset)
{
	expected->missing |= first == UINT32_MAX;
	expected->slots[expected->count++] = first + offset;
}

static void expect_reason(const struct run *run,
			  const struct packet_case *cases,
			  struct expected *expected)
{
	if (cases->reason == REASON_NOT_GOVERNED)
		expect(expected,
		       cases->direction == DIRECTION_IN ? SLOT_UNGOVERNED_IN
							: SLOT_UNGOVERNED_OUT,
		       0);
	else
		expect(expected,
		       block(run, cases,
			     cases->would_drop ? BLOCK_WOULD_DROP
					       : BLOCK_REASONS),
		       cases->reason);
}

/* answers: the notes on answers to rejected packets are to be seen. */
static struct expected expect_counts(const struct run *run,
				     const struct packet_case *cases,
				     bool answers)
{
	struct expected expected = { .count = 0 };

	if (!cases->by_rule)
		expect_reason(run, cases, &expected);
	for (size_t i = 0; i < cases->rule_count; i++) {
		const struct case_rule *rule = &cases->rules[i];

		expect(&expected,
		       policy_image_slot(run->image, run->slots, BLOCK_RULE,
					 cases->interface, cases->direction,
					 rule->filter, rule->text),
		       rule->count);
	}
	if (cases->dscp >= 0)
		expect(&expected, block(run, cases, BLOCK_REASONS),
		       REASON_COUNT + NOTE_REMARKED);
	if (cases->verdict == VERDICT_REJECT && answers)
		expect(&expected, block(run, cases, BLOCK_REASONS),
		       REASON_COUNT + (cases->unanswered ? NOTE_UNANSWERED
							 : NOTE_ANSWERED));
	return expected;
}

/* A ones' complement sum over the header, with the checksum taken as 0. */
static uint16_t header_checksum(const uint8_t *header, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i += 2)
		if (i != 10)
			sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Writes a DSCP as the datapath should, but the long way. */
static void set_dscp(struct frame *frame, int dscp)
{
	uint8_t *ip = frame->bytes + 12;
	uint16_t checksum;

	while (ip[0] == 0x81 || ip[0] == 0x88 || ip[0] == 0x91)
		ip += 4;
	ip += 2;
	if (ip[0] >> 4 == 6) {
		ip[0] = (uint8_t)(0x60 | dscp >> 2);
		ip[1] = (uint8_t)((ip[1] & 0x3f) | dscp << 6);
		return;
	}
	ip[1] = (uint8_t)(dscp << 2 | (ip[1] & 3));
	checksum = header_checksum(ip, (size_t)(ip[0] & 15) * 4);
	ip[10] = (uint8_t)(checksum >> 8);
	ip[11] = (uint8_t)checksum;
}

/* ---- what came --------------------------------------------------------- */

/* A slot in words. */
static const char *slot_text(const struct run *run, uint32_t slot)
{
	static const char *const counts[] = { "", " over", " would drop", "?" };

	for (size_t i = 0; i < run->image->counter_count; i++) {
		const struct slot_name *name = &run->image->counters[i].name;
		uint32_t offset = slot - run->slots[i];

		if (slot < run->slots[i] || offset >= name->width)
			continue;
		if (name->kind == BLOCK_RULE)
			return arena_printf(run->arena, "%s: %s%s",
					    name->filter, name->rule,
					    counts[offset % 4]);
		return arena_printf(
			run->arena, "%s %s %s%s", name->interface,
			name->direction == DIRECTION_IN ? "in" : "out",
			offset < REASON_COUNT ? reason_name(offset) : "a note",
			name->kind == BLOCK_WOULD_DROP ? " would" : "");
	}
	return slot <= SLOT_UNGOVERNED_OUT
		       ? reason_name(REASON_NOT_GOVERNED)
		       : arena_printf(run->arena, "nameless slot %u", slot);
}

static const char *verdict_text(enum verdict verdict)
{
	static const char *const texts[] = { "pass", "drop", "reject" };

	return texts[verdict];
}

static bool counted(const struct outcome *outcome, uint32_t slot, size_t length)
{
	for (size_t i = 0; i < outcome->count && i < OUTCOME_COUNTS; i++)
		if (outcome->counts[i].slot == slot)
			return outcome->counts[i].packets == 1 &&
			       outcome->counts[i].bytes == length;
	return false;
}

static const char *list_counts(const struct run *run,
			       const struct outcome *outcome)
{
	const char *list = "";

	for (size_t i = 0; i < outcome->count && i < OUTCOME_COUNTS; i++)
		list = arena_printf(run->arena, "%s [%s +%ju/%ju]", list,
				    slot_text(run, outcome->counts[i].slot),
				    (uintmax_t)outcome->counts[i].packets,
				    (uintmax_t)outcome->counts[i].bytes);
	return list;
}

static const char *compare_counts(const struct run *run,
				  const struct packet_case *cases,
				  const struct outcome *outcome, size_t length)
{
	struct expected expected = expect_counts(run, cases, outcome->answers);

	if (expected.missing)
		return "the policy has no counter for what is expected";
	for (size_t i = 0; i < expected.count; i++)
		if (!counted(outcome, expected.slots[i], length))
			return arena_printf(
				run->arena, "expected %s [%s +1/%zu], got %s%s",
				verdict_text(cases->verdict),
				slot_text(run, expected.slots[i]), length,
				verdict_text(outcome->verdict),
				list_counts(run, outcome));
	if (outcome->count != expected.count)
		return arena_printf(run->arena, "counted too much:%s",
				    list_counts(run, outcome));
	return NULL;
}

/* A rejected packet that nobody answers is dropped. */
static enum verdict expected_verdict(const struct packet_case *cases,
				     const struct outcome *outcome)
{
	return outcome->answers && cases->unanswered ? VERDICT_DROP
						     : cases->verdict;
}

/* NULL when the outcome is the expected one, else the difference. */
static const char *compare(const struct run *run,
			   const struct packet_case *cases,
			   const struct outcome *outcome, struct frame *frame)
{
	const char *failure =
		compare_counts(run, cases, outcome, frame->length);

	if (failure)
		return failure;
	if (outcome->verdict != expected_verdict(cases, outcome))
		return arena_printf(run->arena, "counted right, and yet %s",
				    verdict_text(outcome->verdict));
	if (cases->priority >= 0 && outcome->priority != cases->priority)
		return arena_printf(run->arena, "its priority is %d",
				    outcome->priority);
	if (cases->verdict != VERDICT_PASS)
		return NULL;
	if (cases->dscp >= 0)
		set_dscp(frame, cases->dscp);
	if (outcome->frame.length != frame->length ||
	    memcmp(outcome->frame.bytes, frame->bytes, frame->length) != 0)
		return "the frame is not what it should be afterwards";
	return NULL;
}

/* ---- running ----------------------------------------------------------- */

static const char *run_case(struct run *run, const struct packet_case *cases)
{
	static struct frame frame;
	static char error[256];
	static struct outcome outcome;
	uint32_t ifindex = executor_device(cases->device);
	int result;

	if (!run->image)
		return "its policy is not in force";
	if (frame_parse(cases->frame, &frame, error, sizeof(error)))
		return error;
	if (!ifindex)
		return "its device cannot be made";
	result = executor_run(run->executor, cases->direction, ifindex, &frame,
			      &outcome);
	if (result)
		return strerror(-result);
	return compare(run, cases, &outcome, &frame);
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
			       policy_image_slots(run->image, run->slots),
			       group);
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
