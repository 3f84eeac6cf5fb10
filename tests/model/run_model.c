// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random policies x random packets: oracle = native = kernel.
 *
 *	run_model [-s SEED] [-p POLICIES] [-n PACKETS]
 *
 * For every packet the three have to agree on verdict and reason, and the
 * kernel's counter that the oracle names moves by the packet; when all packets
 * of a policy are done, every counter has to be what the sum of its packets is.
 * Every fifth packet is damaged at random first: then native and kernel have
 * to agree. A disagreement prints policy, packet and seed, ready to become a
 * packet case.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "frame.h"
#include "image.h"
#include "native.h"
#include "random.h"
#include "testbed.h"

/* One policy, compiled and in force in both datapaths. */
struct trial {
	struct arena *arena;
	const char *text;
	const struct policy *policy;
	struct image *image;
	const uint32_t *slots;
	uint32_t slots_end; /* one past the last */
	struct native *native;
};

static struct testbed *testbed;
static struct counter expected[COUNTER_SLOTS]; /* since the testbed opened */
static uint64_t seed;
static uint64_t reason_seen[REASON_COUNT];
static unsigned int refused;

static const char *const reason_names[] = {
#define REASON(symbol, name, verdict, text) name,
#include "reasons.def"
#undef REASON
};

static const enum verdict reason_verdicts[] = {
#define REASON(symbol, name, verdict, text) VERDICT_##verdict,
#include "reasons.def"
#undef REASON
};

/* ---- compiling --------------------------------------------------------- */

static bool compile(struct trial *trial)
{
	struct diag_list *diags = diag_new(trial->arena);
	struct system_view system = { random_local, random_local_count };
	const struct classifier *classifier;
	const struct resolved *resolved;

	trial->policy = policy_parse_text(trial->arena, diags, "random.weir",
					  trial->text, strlen(trial->text));
	if (diag_errors(diags)) {
		diag_print(diags, stderr);
		abort(); /* the generator knows the grammar */
	}
	resolved = resolve_policy(trial->arena, diags, trial->policy, &system);
	if (diag_errors(diags))
		return false;
	classifier = classify_rules(trial->arena, diags, resolved);
	if (diag_errors(diags))
		return false;
	trial->image = image_build(trial->arena, diags, resolved, classifier);
	return true;
}

static uint32_t align(uint32_t slot, uint32_t width)
{
	return (slot + width - 1) / width * width;
}

/* Slots in the order of the counters; returns one past the last. */
static uint32_t bind_slots(struct trial *trial)
{
	const struct image *image = trial->image;
	uint32_t *ifindexes = arena_array(trial->arena, image->device_count,
					  sizeof(*ifindexes));
	uint32_t *slots =
		arena_array(trial->arena, image->counter_count, sizeof(*slots));
	struct binding binding = { .ifindex = ifindexes, .slots = slots };
	uint32_t next = SLOT_FIRST_FREE;

	for (size_t i = 0; i < image->device_count; i++)
		ifindexes[i] = testbed_device(image->devices[i].name);
	for (size_t i = 0; i < image->counter_count; i++) {
		slots[i] = align(next, image->counters[i].name.width);
		next = slots[i] + image->counters[i].name.width;
	}
	image_bind(trial->image, &binding);
	trial->slots = slots;
	return next;
}

/* Draws policies until one compiles: refusals are counted, not hidden. */
static void begin(struct trial *trial)
{
	for (;; refused++) {
		trial->arena = arena_new();
		trial->text = random_policy();
		if (compile(trial))
			break;
		arena_free(trial->arena);
		free((void *)trial->text);
	}
	trial->slots_end = bind_slots(trial);
	if (testbed_apply(testbed, trial->image, 0) != 0)
		abort();
	trial->native = native_open(trial->image);
}

static void end(struct trial *trial)
{
	native_close(trial->native);
	arena_free(trial->arena);
	free((void *)trial->text);
}

/* ---- the slot a judgement belongs to ----------------------------------- */

static size_t applied_rules(const struct trial *trial,
			    const struct statement *interface, int direction)
{
	size_t count = 0;

	for (const struct interface_option *o = interface->options; o;
	     o = o->next) {
		if (o->kind !=
		    (direction == DIRECTION_IN ? OPTION_IN : OPTION_OUT))
			continue;
		for (const struct name_list *f = o->filters; f; f = f->next) {
			const struct statement *s = trial->policy->statements;

			while (s->kind != STATEMENT_FILTER ||
			       strcmp(s->name, f->name) != 0)
				s = s->next;
			for (const struct rule *r = s->rules; r; r = r->next)
				count++;
		}
	}
	return count;
}

/* Counters go by interface, direction, then the block and its rules. */
static uint32_t expected_slot(const struct trial *trial,
			      const struct probe *probe,
			      const struct judgement *judgement)
{
	const struct statement *s = trial->policy->statements;
	size_t counter = 0;

	if (!judgement->interface)
		return probe->direction == DIRECTION_IN ? SLOT_UNGOVERNED_IN
							: SLOT_UNGOVERNED_OUT;
	for (; s != judgement->interface; s = s->next)
		if (s->kind == STATEMENT_INTERFACE)
			counter += 2 + applied_rules(trial, s, 0) +
				   applied_rules(trial, s, 1);
	if (probe->direction == DIRECTION_OUT)
		counter += 1 + applied_rules(trial, s, DIRECTION_IN);
	if (judgement->reason == REASON_RULE_DROP ||
	    judgement->reason == REASON_RULE_PERMIT)
		return trial->slots[counter + 1 + judgement->rule];
	return trial->slots[counter] + judgement->reason;
}

/* ---- one packet -------------------------------------------------------- */

static bool report(const struct trial *trial, const struct probe *probe,
		   const char *text, const char *what)
{
	printf("# disagreement, seed %" PRIu64 ": %s\n", seed, what);
	printf("# on %s %s: %s\n", probe->device,
	       probe->direction == DIRECTION_IN ? "in" : "out", text);
	for (const char *line = trial->text; *line;) {
		size_t length = strcspn(line, "\n");

		printf("#\t%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	return false;
}

/* Native and kernel, and the counter that native named, agree. */
static bool same(const struct native_result *native,
		 const struct testbed_result *kernel, size_t length)
{
	struct counter *counter = &expected[native->slot], now;

	counter->packets++;
	counter->bytes += length;
	return native->counted == 1 && native->packets == 1 &&
	       native->bytes == length && native->verdict == kernel->verdict &&
	       testbed_counter(testbed, native->slot, &now) == 0 &&
	       !memcmp(&now, counter, sizeof(now));
}

static bool all_counters_right(const struct trial *trial)
{
	for (uint32_t slot = 0; slot < trial->slots_end; slot++) {
		struct counter now;

		if (testbed_counter(testbed, slot, &now) == 0 &&
		    !memcmp(&now, &expected[slot], sizeof(now)))
			continue;
		printf("# seed %" PRIu64 ": slot %u has another sum\n", seed,
		       slot);
		return false;
	}
	return true;
}

static bool run_in_kernel(const struct trial *trial, const struct probe *probe,
			  const char *text, const struct frame *frame,
			  struct testbed_result *result)
{
	int error = testbed_run(testbed, probe->direction,
				testbed_device(probe->device), frame->bytes,
				frame->length, result);

	if (!error)
		return true;
	return report(trial, probe, text, strerror(-error));
}

/*
 * Bytes, and sometimes the end. The kernel's test run refuses to send frames
 * that end inside the IP header; it receives them.
 */
static void damage(struct frame *frame, enum direction direction)
{
	uint32_t least = direction == DIRECTION_IN ? 14 : 54;

	for (uint32_t i = random_below(3); i < 3; i++)
		frame->bytes[random_below((uint32_t)frame->length)] =
			(uint8_t)random_next();
	if (random_chance(20) && frame->length > least)
		frame->length =
			least + random_below((uint32_t)frame->length - least);
}

static bool judge_damaged(const struct trial *trial, const struct probe *probe,
			  const char *text, struct frame *frame)
{
	uint32_t ifindex = testbed_device(probe->device);
	struct testbed_result kernel;
	struct native_result native;

	damage(frame, probe->direction);
	native_run(trial->native, probe->direction, ifindex, frame->bytes,
		   frame->length, &native);
	if (!run_in_kernel(trial, probe, text, frame, &kernel))
		return false;
	if (!same(&native, &kernel, frame->length))
		return report(trial, probe, text,
			      "native and kernel differ on its damaged copy");
	return true;
}

static bool judge_whole(const struct trial *trial, const struct probe *probe,
			const char *text, const struct frame *frame)
{
	uint32_t ifindex = testbed_device(probe->device);
	struct judgement judgement = oracle_judge(trial->policy, random_local,
						  random_local_count, probe);
	uint32_t slot = expected_slot(trial, probe, &judgement);
	struct testbed_result kernel;
	struct native_result native;
	char what[256];

	reason_seen[judgement.reason]++;
	native_run(trial->native, probe->direction, ifindex, frame->bytes,
		   frame->length, &native);
	if (!run_in_kernel(trial, probe, text, frame, &kernel))
		return false;
	if (same(&native, &kernel, frame->length) && native.slot == slot &&
	    native.verdict == reason_verdicts[judgement.reason])
		return true;
	snprintf(what, sizeof(what),
		 "oracle %s (rule %zu, slot %u), native slot %u verdict %d, "
		 "kernel verdict %d",
		 reason_names[judgement.reason], judgement.rule, slot,
		 native.slot, native.verdict, kernel.verdict);
	return report(trial, probe, text, what);
}

static bool judge_one(const struct trial *trial)
{
	char text[1024], error[256];
	struct probe probe;
	struct frame frame;

	random_probe(&probe, text, sizeof(text));
	if (frame_parse(text, &frame, error, sizeof(error)) != 0)
		return report(trial, &probe, text, error);
	if (random_chance(20))
		return judge_damaged(trial, &probe, text, &frame);
	return judge_whole(trial, &probe, text, &frame);
}

/* ---- all --------------------------------------------------------------- */

static uint64_t run_policy(uint64_t packets)
{
	struct trial trial = { 0 };
	uint64_t wrong = 0;

	begin(&trial);
	for (uint64_t i = 0; i < packets && !wrong; i++)
		wrong += !judge_one(&trial);
	if (!wrong)
		wrong += !all_counters_right(&trial);
	end(&trial);
	return wrong;
}

static void parse_options(int count, char **arguments, uint64_t *policies,
			  uint64_t *packets)
{
	int option;

	while ((option = getopt(count, arguments, "s:p:n:")) != -1) {
		if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			*policies = strtoull(optarg, NULL, 0);
		else if (option == 'n')
			*packets = strtoull(optarg, NULL, 0);
		else
			exit(2);
	}
}

/* Reasons that whole packets can meet: each has to be met for the test. */
static bool all_met(void)
{
	static const enum reason needed[] = {
		REASON_NOT_GOVERNED,	    REASON_DEFAULT,
		REASON_LINK_PROTOCOL,	    REASON_RULE_PERMIT,
		REASON_RULE_DROP,	    REASON_BOGON_SOURCE,
		REASON_OWN_SOURCE,	    REASON_SPOOFED_SOURCE,
		REASON_MARTIAN_DESTINATION, REASON_INFRASTRUCTURE,
		REASON_CUSTOMER_SOURCE,	    REASON_FOREIGN_SOURCE,
	};
	bool all = true;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		printf("# %-20s %10" PRIu64 "\n", reason_names[needed[i]],
		       reason_seen[needed[i]]);
		all &= reason_seen[needed[i]] > 0;
	}
	return all;
}

int main(int count, char **arguments)
{
	uint64_t policies = 400, packets = 2600, wrong = 0;

	seed = (uint64_t)time(NULL);
	parse_options(count, arguments, &policies, &packets);
	random_seed(seed);
	printf("1..2\n# seed %" PRIu64 "\n", seed);
	if (testbed_namespace() != 0 ||
	    !(testbed = testbed_open(WEIR_BPF_DIRECTORY)))
		return 1;
	for (uint64_t i = 0; i < policies && wrong < 3; i++)
		wrong += run_policy(packets);
	testbed_close(testbed);
	printf("# %u random policies were refused\n", refused);
	printf("%sok 1 - oracle, native and kernel agree on %" PRIu64
	       " packets under %" PRIu64 " policies\n",
	       wrong ? "not " : "", policies * packets, policies);
	printf("%sok 2 - every reason of a whole packet was met\n",
	       all_met() ? "" : "not ");
	return wrong != 0;
}
