/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * demo: sends every scenario through the lab and checks every count.
 *
 *	demo SCENARIOS PREFIX COMMAND
 *
 * PREFIX is what the namespaces' names begin with (tests/netns/lab.sh), COMMAND
 * prints the router's counters as JSON. After each scenario the router must
 * have counted what the scenario says, packet for packet and byte for byte,
 * and nothing else, and the host at the far end must have received each packet
 * that was let through.
 *
 * A packet is on its way for microseconds; how long the slowest may take
 * depends on the machine. So the demo waits for counts, not for time, and gives
 * up on what has not come after PATIENCE seconds.
 */
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger.h"
#include "receiver.h"
#include "scenario.h"
#include "sender.h"

enum { PATIENCE = 5 };

struct demo {
	const char *prefix;
	struct scenario *scenarios;
	size_t scenario_count;
	struct ledger ledger;
	struct receiver receivers[HOST_COUNT];
	uint64_t packets;
	uint64_t arrived;
	size_t wrong;
	double seconds;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void namespace_name(const struct demo *demo, enum host host,
			   char name[64])
{
	snprintf(name, 64, "%s-%s", demo->prefix, host_names[host]);
}

static bool open_receivers(struct demo *demo)
{
	for (int host = 0; host < HOST_COUNT; host++) {
		char name[64];
		int error;

		namespace_name(demo, host, name);
		error = receiver_open(&demo->receivers[host], name, "eth0");
		if (error) {
			fprintf(stderr, "demo: %s eth0: %s\n", name,
				strerror(-error));
			return false;
		}
	}
	return true;
}

/* Sends the scenario's packets; the seconds that took, or below zero. */
static double send_packets(const struct demo *demo,
			   const struct scenario *scenario)
{
	struct sender sender;
	char name[64];
	double begin;
	int error;

	namespace_name(demo, scenario->from, name);
	error = sender_open(&sender, name, "eth0", &scenario->frame);
	begin = now();
	if (!error)
		error = sender_send(&sender, scenario->count);
	if (error) {
		fprintf(stderr, "demo: line %u: %s\n", scenario->line,
			strerror(-error));
		return -1;
	}
	sender_close(&sender);
	return now() - begin;
}

/* Marked frames at the host the scenario names; 0 when it names none. */
static uint64_t arrivals(const struct demo *demo, size_t number)
{
	int host = demo->scenarios[number].arrives;

	return host < 0 ? 0
			: receiver_count(&demo->receivers[host], number + 1);
}

static uint64_t arrivals_due(const struct scenario *scenario)
{
	return scenario->arrives < 0 ? 0 : scenario->count;
}

/* Reads counts until all has come that should, or patience ends. */
static bool read_counts(struct demo *demo, size_t number, uint64_t *arrived)
{
	const struct scenario *scenario = &demo->scenarios[number];
	uint64_t counts_due = ledger_counted(&demo->ledger) +
			      scenario->count * scenario->counted_count;
	double deadline = now() + PATIENCE;

	do {
		if (!ledger_read(&demo->ledger))
			return false;
		*arrived = arrivals(demo, number);
		if (*arrived >= arrivals_due(scenario) &&
		    ledger_counted(&demo->ledger) >= counts_due)
			return true;
		sched_yield();
	} while (now() < deadline);
	return true;
}

static void expect(struct demo *demo, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->counted_count; i++)
		ledger_expect(&demo->ledger, &scenario->counted[i],
			      scenario->count,
			      scenario->count * scenario->frame.length);
}

static void print_result(const struct scenario *scenario, uint64_t arrived,
			 double rate, bool right)
{
	char arrival[32] = "-";

	if (scenario->arrives >= 0)
		snprintf(arrival, sizeof(arrival), "%" PRIu64, arrived);
	printf("%-46.46s %8u %8s %7.2f  %s\n", scenario->sentence,
	       scenario->count, arrival, rate, right ? "OK" : "WRONG");
	fflush(stdout);
}

static void print_heading(const struct scenario *scenario, bool first)
{
	if (first)
		printf("%-46s %8s %8s %7s\n", "SCENARIO", "SENT", "ARRIVED",
		       "MPPS");
	if (scenario->heading[0])
		printf("\n%s\n", scenario->heading);
}

static bool play(struct demo *demo, size_t number)
{
	struct scenario *scenario = &demo->scenarios[number];
	uint64_t arrived = 0;
	double seconds;
	bool right;

	print_heading(scenario, number == 0);
	if (scenario->arrives >= 0)
		frame_mark(&scenario->frame, number + 1);
	expect(demo, scenario);
	seconds = send_packets(demo, scenario);
	if (seconds < 0 || !read_counts(demo, number, &arrived))
		return false;
	right = ledger_settle(&demo->ledger) == 0 &&
		arrived == arrivals_due(scenario);
	demo->wrong += !right;
	demo->seconds += seconds;
	demo->packets += scenario->count;
	demo->arrived += arrived;
	print_result(scenario, arrived, scenario->count / seconds / 1e6, right);
	return true;
}

/* Frames at hosts that no scenario let through. */
static uint64_t strays(const struct demo *demo)
{
	uint64_t sum = 0;

	for (int host = 0; host < HOST_COUNT; host++)
		for (uint32_t flow = 0; flow < RECEIVER_FLOWS; flow++)
			sum += receiver_count(&demo->receivers[host], flow);
	return sum - demo->arrived;
}

static bool summarize(struct demo *demo)
{
	size_t wrong;
	uint64_t stray = strays(demo);

	printf("\n");
	ledger_print(&demo->ledger);
	wrong = ledger_wrong(&demo->ledger);
	printf("\n%" PRIu64 " packets in %.1f s (%.2f million a second), "
	       "%" PRIu64 " reached a host\n",
	       demo->packets, demo->seconds,
	       demo->packets / demo->seconds / 1e6, demo->arrived);
	printf("%zu of %zu scenarios wrong, %zu of %zu counters wrong, "
	       "%" PRIu64 " stray packets\n",
	       demo->wrong, demo->scenario_count, wrong, demo->ledger.count,
	       stray);
	return demo->wrong == 0 && wrong == 0 && stray == 0;
}

static bool run(struct demo *demo)
{
	if (demo->scenario_count >= RECEIVER_FLOWS) {
		fprintf(stderr, "demo: more than %d scenarios\n",
			RECEIVER_FLOWS - 1);
		return false;
	}
	if (!open_receivers(demo))
		return false;
	for (size_t i = 0; i < demo->scenario_count; i++)
		if (!play(demo, i))
			return false;
	return summarize(demo);
}

int main(int argc, char **argv)
{
	struct demo demo = { 0 };
	bool right;

	if (argc != 4) {
		fputs("usage: demo SCENARIOS PREFIX COMMAND\n", stderr);
		return 2;
	}
	demo.scenarios = scenarios_read(argv[1], &demo.scenario_count);
	if (!demo.scenarios)
		return 2;
	demo.prefix = argv[2];
	demo.ledger.command = argv[3];
	sender_pin(0);
	right = run(&demo);
	ledger_free(&demo.ledger);
	free(demo.scenarios);
	return right ? 0 : 1;
}
