// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random policies x random packets: oracle = native = kernel.
 *
 *	run_model [-s SEED] [-p POLICIES] [-n PACKETS]
 *
 * For every packet the three have to agree on the verdict and on every counter
 * that moves, and native and kernel on the frame afterwards; when all packets
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

#include "agreement.h"
#include "base/cleanup.h"
#include "frame.h"
#include "image.h"
#include "native.h"
#include "policy_image.h"
#include "random.h"
#include "testbed.h"
#include "world.h"

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
static struct counter totals[CHUNK_SLOTS]; /* since the testbed opened */
static uint64_t seed;
static uint64_t reason_seen[REASON_COUNT];
static unsigned int refused;

static const char *const reason_names[] = {
#define REASON(symbol, name, verdict, text) name,
#include "reasons.def"
#undef REASON
};

/* ---- the system -------------------------------------------------------- */

#define ROUTE4(a, b, bits, ...)                                                \
	{                                                                      \
		.prefix = { .family = FAMILY_IPV4,                             \
			    .length = bits,                                    \
			    .address = { { a, b } } },                         \
		__VA_ARGS__                                                    \
	}
#define ROUTE6(a, b, c, d, bits, ...)                                          \
	{                                                                      \
		.prefix = { .family = FAMILY_IPV6,                             \
			    .length = bits,                                    \
			    .address = { { a, b, c, d } } },                   \
		__VA_ARGS__                                                    \
	}

/* Devices eth0 to eth3 by number; the default routes have their own metric. */
static struct native_route routes[] = {
	ROUTE4(10, 0, 8, .paths = 1, .ifindex = { 0 }),
	ROUTE4(10, 1, 16, .paths = 2, .ifindex = { 1, 2 }),
	ROUTE4(11, 0, 8, .none = true),
	ROUTE4(172, 0, 8, .paths = 1, .ifindex = { 3 }),
	ROUTE4(198, 0, 8, .none = true),
	ROUTE4(0, 0, 0, .paths = 1, .ifindex = { 2 }, .metric = 77),
	ROUTE6(0x20, 1, 0x0d, 0xb8, 32, .paths = 1, .ifindex = { 1 }),
	ROUTE6(0x20, 1, 0x0d, 0xb9, 32, .paths = 2, .ifindex = { 0, 3 }),
	ROUTE6(0xfd, 0, 0, 0, 8, .none = true),
	ROUTE6(0, 0, 0, 0, 0, .paths = 1, .ifindex = { 3 }, .metric = 99),
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

static const char *const kernel_routes[ROUTES] = {
	"10.0.0.0/8 dev eth0",
	"10.1.0.0/16 nexthop dev eth1 nexthop dev eth2",
	"blackhole 11.0.0.0/8",
	"172.0.0.0/8 dev eth3",
	"unreachable 198.0.0.0/8",
	"0.0.0.0/0 dev eth2 metric 77",
	"2001:db8::/32 dev eth1",
	"2001:db9::/32 nexthop via fe80::1 dev eth0 nexthop via fe80::1 dev "
	"eth3",
	"prohibit fd00::/8",
	"::/0 dev eth3 metric 99",
};

static const struct system whole_system = {
	.local = random_local,
	.local_count = 3,
	.connected = random_connected,
	.connected_count = 1,
	.routes = routes,
	.route_count = ROUTES,
	.ifindex = testbed_device,
};

/* Gives the routes the numbers of the devices, and the kernel the routes. */
static int make_routes(void)
{
	for (size_t i = 0; i < ROUTES; i++)
		for (size_t j = 0; j < routes[i].paths; j++) {
			char name[8];

			snprintf(name, sizeof(name), "eth%u",
				 routes[i].ifindex[j]);
			routes[i].ifindex[j] = testbed_device(name);
			routes[i].gateway[j] = routes[i].ifindex[j];
		}
	return testbed_routes(kernel_routes, ROUTES);
}

/* ---- compiling --------------------------------------------------------- */

static bool compile(struct trial *trial)
{
	struct diag_list *diags = diag_new(trial->arena);
	struct system_view system = {
		.local = random_local,
		.local_count = random_local_count,
		.connected = random_connected,
		.connected_count = random_connected_count,
	};
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

/* Slots in the order of the counters; returns one past the last. */
static uint32_t bind(struct trial *trial)
{
	const struct image *image = trial->image;
	uint32_t *ifindexes = arena_array(trial->arena, image->device_count,
					  sizeof(*ifindexes));

	for (size_t i = 0; i < image->device_count; i++)
		ifindexes[i] = testbed_device(image->devices[i].name);
	trial->slots = policy_image_bind(trial->arena, trial->image, ifindexes);
	return policy_image_slots(image, trial->slots);
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
	trial->slots_end = bind(trial);
	if (testbed_apply(testbed, trial->image, trial->slots_end) != 0)
		abort();
	trial->native = native_open(trial->image);
	native_set_routes(trial->native, routes, ROUTES);
	native_set_time(trial->native, 1000000000000);
}

static void end(struct trial *trial)
{
	native_close(trial->native);
	arena_free(trial->arena);
	free((void *)trial->text);
}

/* ---- the slots a judgement belongs to ---------------------------------- */

static const char *vlan_text(char *to, size_t size, const uint16_t *vlans)
{
	if (vlans[0] == vlans[1])
		snprintf(to, size, "%u", vlans[0]);
	else
		snprintf(to, size, "%u-%u", vlans[0], vlans[1]);
	return to;
}

/* The interface as its counters are called. */
static const char *interface_text(const struct statement *s)
{
	static char text[64];
	char outer[16], inner[16];

	if (s->outer[0] == NO_TAG)
		return s->name;
	vlan_text(outer, sizeof(outer), s->outer);
	if (s->inner[0] == NO_TAG)
		snprintf(text, sizeof(text), "%s vlan %s", s->name, outer);
	else
		snprintf(text, sizeof(text), "%s vlan %s.%s", s->name, outer,
			 vlan_text(inner, sizeof(inner), s->inner));
	return text;
}

/* First slot of the block of a kind; rules stand in their order. */
static uint32_t block_slot(const struct trial *trial, enum block_kind kind,
			   const char *interface, enum direction direction,
			   size_t position)
{
	for (size_t i = 0; i < trial->image->counter_count; i++) {
		const struct slot_name *name = &trial->image->counters[i].name;

		if (name->kind == kind && name->direction == direction &&
		    !strcmp(name->interface, interface) && !position--)
			return trial->slots[i];
	}
	return UINT32_MAX;
}

static void expect(struct native_result *expected, uint32_t slot, size_t length)
{
	expected->counts[expected->count++] =
		(struct native_count){ slot, 1, length };
}

/* What the oracle says, in slots. */
static struct native_result expect_counts(const struct trial *trial,
					  const struct probe *probe,
					  const struct judgement *judgement)
{
	const char *on =
		judgement->interface ? interface_text(judgement->interface)
				     : NULL;
	struct native_result expected = { .verdict = judgement->verdict,
					  .dscp = judgement->dscp };

	for (size_t i = 0; i < judgement->rule_count; i++)
		expect(&expected,
		       block_slot(trial, BLOCK_RULE, on, probe->direction,
				  judgement->rules[i].position) +
			       judgement->rules[i].count,
		       probe->length);
	if (!on)
		expect(&expected,
		       probe->direction == DIRECTION_IN ? SLOT_UNGOVERNED_IN
							: SLOT_UNGOVERNED_OUT,
		       probe->length);
	else if (!judgement->by_rule)
		expect(&expected,
		       block_slot(trial,
				  judgement->would_drop ? BLOCK_WOULD_DROP
							: BLOCK_REASONS,
				  on, probe->direction, 0) +
			       judgement->reason,
		       probe->length);
	if (judgement->dscp >= 0)
		expect(&expected,
		       block_slot(trial, BLOCK_REASONS, on, probe->direction,
				  0) +
			       REASON_COUNT + NOTE_REMARKED,
		       probe->length);
	sort_counts(&expected);
	return expected;
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

/* Adds what was counted to what every counter has to be in the end. */
static void remember(const struct testbed_result *kernel)
{
	for (size_t i = 0; i < kernel->changed && i < TESTBED_COUNTS; i++) {
		struct counter *counter = &totals[kernel->counts[i].slot];

		counter->packets += kernel->counts[i].packets;
		counter->bytes += kernel->counts[i].bytes;
	}
}

static bool all_counters_right(const struct trial *trial)
{
	for (uint32_t slot = 0; slot < trial->slots_end; slot++) {
		struct counter now;

		if (testbed_counter(testbed, slot, &now) == 0 &&
		    !memcmp(&now, &totals[slot], sizeof(now)))
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

static bool run_both(const struct trial *trial, const struct probe *probe,
		     const char *text, const struct frame *frame,
		     struct native_result *native)
{
	static struct testbed_result kernel;
	static struct frame after;
	const char *difference;

	after = *frame;
	native_run(trial->native, probe->direction,
		   testbed_device(probe->device), after.bytes, after.length,
		   native);
	sort_counts(native);
	if (!run_in_kernel(trial, probe, text, frame, &kernel))
		return false;
	remember(&kernel);
	difference = disagreement(native, &kernel, after.bytes, after.length);
	return difference ? report(trial, probe, text, difference) : true;
}

static bool judge_damaged(const struct trial *trial, const struct probe *probe,
			  const char *text, struct frame *frame)
{
	struct native_result native;

	damage(frame, probe->direction);
	return run_both(trial, probe, text, frame, &native);
}

static bool as_judged(const struct native_result *native,
		      const struct native_result *judged)
{
	return native->verdict == judged->verdict &&
	       native->count == judged->count &&
	       !memcmp(native->counts, judged->counts,
		       judged->count * sizeof(*judged->counts));
}

static bool judge_whole(const struct trial *trial, struct probe *probe,
			const char *text, const struct frame *frame)
{
	struct native_result native, judged;
	struct judgement judgement;
	char what[512];
	int length;

	probe->frame = frame->bytes;
	probe->length = frame->length;
	probe->ip_length = (uint16_t)(frame->length - probe->network);
	judgement = oracle_judge(trial->policy, &whole_system, probe);
	judged = expect_counts(trial, probe, &judgement);
	reason_seen[judgement.reason]++;
	if (!run_both(trial, probe, text, frame, &native))
		return false;
	if (as_judged(&native, &judged))
		return true;
	length = snprintf(what, sizeof(what), "oracle %s%s dscp %d verdict %d:",
			  reason_names[judgement.reason],
			  judgement.would_drop ? " would" : "", judgement.dscp,
			  judgement.verdict);
	for (size_t i = 0; i < judged.count && length < 400; i++)
		length += sprintf(what + length, " slot %u",
				  judged.counts[i].slot);
	length +=
		sprintf(what + length, "; native verdict %d:", native.verdict);
	for (size_t i = 0; i < native.count && length < 480; i++)
		length += sprintf(what + length, " slot %u",
				  native.counts[i].slot);
	return report(trial, probe, text, what);
}

static bool judge_one(const struct trial *trial)
{
	static struct frame frame;
	char text[1024], error[256];
	struct probe probe;

	random_probe(&probe, text, sizeof(text));
	if (frame_parse(text, &frame, error, sizeof(error)) != 0)
		return report(trial, &probe, text, error);
	if (random_chance(20))
		return judge_damaged(trial, &probe, text, &frame);
	return judge_whole(trial, &probe, text, &frame);
}

/* ---- limits that are always exceeded ----------------------------------- */

static void exhaust(const struct trial *trial, uint32_t slot)
{
	native_exhaust(trial->native, slot);
	if (testbed_exhaust(testbed, slot) != 0)
		abort();
}

static void exhaust_rules(const struct trial *trial, const char *interface,
			  enum direction direction,
			  const struct name_list *filters)
{
	const struct world world = { .policy = trial->policy };
	size_t position = 0;

	for (; filters; filters = filters->next) {
		const struct rule *rule =
			find(&world, STATEMENT_FILTER, filters->name)->rules;

		for (; rule; rule = rule->next, position++)
			if (is_over(rule->limit))
				exhaust(trial,
					block_slot(trial, BLOCK_RULE, interface,
						   direction, position));
	}
}

static void exhaust_limits(const struct trial *trial)
{
	for (const struct statement *s = trial->policy->statements; s;
	     s = s->next)
		for (const struct interface_option *o = s->options; o;
		     o = o->next) {
			enum direction direction = o->kind == OPTION_IN
							   ? DIRECTION_IN
							   : DIRECTION_OUT;

			if (o->kind != OPTION_IN && o->kind != OPTION_OUT)
				continue;
			exhaust_rules(trial, interface_text(s), direction,
				      o->filters);
			if (is_over(o->limit))
				exhaust(trial, block_slot(trial, BLOCK_LIMIT,
							  interface_text(s),
							  direction, 0));
		}
}

/* ---- all --------------------------------------------------------------- */

static uint64_t run_policy(uint64_t packets)
{
	struct trial trial = { 0 };
	uint64_t wrong = 0;

	begin(&trial);
	exhaust_limits(&trial);
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
		REASON_NOT_GOVERNED,
		REASON_DEFAULT,
		REASON_LINK_PROTOCOL,
		REASON_RULE_PERMIT,
		REASON_RULE_DROP,
		REASON_BOGON_SOURCE,
		REASON_OWN_SOURCE,
		REASON_SPOOFED_SOURCE,
		REASON_MARTIAN_DESTINATION,
		REASON_INFRASTRUCTURE,
		REASON_CUSTOMER_SOURCE,
		REASON_FOREIGN_SOURCE,
		REASON_RULE_REJECT,
		REASON_RATE_LIMITED,
		REASON_NO_ROUTE_SOURCE,
		REASON_INVALID_SOURCE,
		REASON_LAND,
		REASON_DIRECTED_BROADCAST,
		REASON_MULTICAST_SCOPE,
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
	uint64_t policies = 200, packets = 1000, wrong = 0;

	seed = (uint64_t)time(NULL);
	parse_options(count, arguments, &policies, &packets);
	random_seed(seed);
	printf("1..2\n# seed %" PRIu64 "\n", seed);
	if (testbed_namespace() != 0 ||
	    !(testbed = testbed_open(WEIR_BPF_DIRECTORY)) || make_routes() != 0)
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
