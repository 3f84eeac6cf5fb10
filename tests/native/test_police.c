// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf/police.h: what a limit lets through is what its numbers say, to the
 * packet, however many CPUs share it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "memory.h"

#include "police.h"

enum { SLOT = 3, SECOND = 1000000000, TICKS = 16, THREADS = 4 };

/* A packet costs a millisecond: 1000 a second, ten at once. */
static const struct limit_entry thousand = {
	.scale = 1000000ull * TICKS,
	.tolerance = 9 * 1000000ull * TICKS,
};

/* 800 bits a second and 500 bytes at once; ticks have 12 binary places. */
static const struct limit_entry bytes = {
	.scale = 10000000ull * TICKS << 12,
	.shift = 12,
	.tolerance = 500 * 10000000ull * TICKS - 1,
	.bytes = 1,
};

static const struct limit_entry per_source = {
	.scale = 1000000ull * TICKS,
	.tolerance = 1000000ull * TICKS,
	.per_source = 1,
	.length4 = 23,
	.length6 = 56,
};

static int set_up(void **state)
{
	(void)state;
	memset(&memory, 0, sizeof(memory));
	memory.source_room = MEMORY_SOURCES;
	memory.time = 5ull * SECOND;
	return 0;
}

static struct packet packet_from(uint8_t family, const char *source)
{
	struct packet packet = { .family = family, .packets = 1 };

	memcpy(packet.source, source, family == 4 ? 4 : 16);
	return packet;
}

/* How many of `count` packets at once are within the limit. */
static uint32_t offer(const struct packet *packet,
		      const struct limit_entry *limit, uint32_t count)
{
	uint32_t within = 0;

	while (count--)
		within += within_limit(packet, SLOT, limit) != 0;
	return within;
}

static void a_burst_is_as_long_as_it_says(void **state)
{
	struct packet packet = { .packets = 1 };

	(void)state;
	assert_int_equal(offer(&packet, &thousand, 100), 10);
}

static void what_is_used_comes_back_at_the_rate(void **state)
{
	struct packet packet = { .packets = 1 };

	(void)state;
	offer(&packet, &thousand, 100);
	memory.time += 999999;
	assert_int_equal(offer(&packet, &thousand, 100), 0);
	memory.time += 1;
	assert_int_equal(offer(&packet, &thousand, 100), 1);
	memory.time += 3500000;
	assert_int_equal(offer(&packet, &thousand, 100), 3);
	memory.time += 500000;
	assert_int_equal(offer(&packet, &thousand, 100), 1);
	memory.time += 3600ull * SECOND;
	assert_int_equal(offer(&packet, &thousand, 100), 10);
}

static void what_is_over_costs_nothing(void **state)
{
	struct packet packet = { .packets = 1 };
	uint64_t arrival;

	(void)state;
	offer(&packet, &thousand, 10);
	arrival = memory.limiters[SLOT].arrival;
	assert_int_equal(offer(&packet, &thousand, 1000), 0);
	assert_int_equal(memory.limiters[SLOT].arrival, arrival);
}

/*
 * In any time, no more than the burst and what the rate gives; and a packet is
 * refused only when one more would be too many.
 */
static void any_arrivals_are_let_through_at_the_rate(void **state)
{
	struct packet packet = { .packets = 1 };
	uint64_t start = memory.time, credit = 10 * 1000000ull, last = start;

	(void)state;
	srand48(1);
	for (int i = 0; i < 100000; i++) {
		memory.time += (uint64_t)(mrand48() & 0x1fffff);
		credit += memory.time - last;
		last = memory.time;
		if (credit > 10 * 1000000ull)
			credit = 10 * 1000000ull;
		assert_int_equal(offer(&packet, &thousand, 1),
				 credit >= 1000000);
		credit -= credit >= 1000000 ? 1000000 : 0;
	}
}

static void segments_are_packets(void **state)
{
	struct packet packet = { .packets = 9 };

	(void)state;
	assert_int_equal(offer(&packet, &thousand, 5), 2);
	memory.time += 8 * 1000000;
	assert_int_equal(offer(&packet, &thousand, 5), 0);
	memory.time += 1000000;
	assert_int_equal(offer(&packet, &thousand, 5), 1);
}

/* A packet passes when its first byte does, and the next one waits for it. */
static void bytes_cost_their_length(void **state)
{
	struct packet packet = { .packets = 1, .length = 100 };

	(void)state;
	assert_int_equal(offer(&packet, &bytes, 20), 5);
	memory.time += 1;
	assert_int_equal(offer(&packet, &bytes, 20), 1);
	memory.time += SECOND - 2;
	assert_int_equal(offer(&packet, &bytes, 20), 0);
	memory.time += 2;
	assert_int_equal(offer(&packet, &bytes, 20), 1);
	packet.length = 150;
	memory.time += 5ull * SECOND;
	assert_int_equal(offer(&packet, &bytes, 20), 3);
}

static void a_limit_without_state_lets_nothing_through(void **state)
{
	struct packet packet = { .packets = 1 };

	(void)state;
	assert_int_equal(within_limit(&packet, MEMORY_SLOTS, &thousand), 0);
}

static void each_source_has_its_own(void **state)
{
	struct packet a = packet_from(4, "\xc0\0\2\1");
	struct packet same = packet_from(4, "\xc0\0\3\377");
	struct packet b = packet_from(4, "\xc0\0\4\1");

	(void)state;
	assert_int_equal(offer(&a, &per_source, 5), 2);
	assert_int_equal(offer(&same, &per_source, 5), 0);
	assert_int_equal(offer(&b, &per_source, 5), 2);
	assert_int_equal(memory.limiters[SLOT].created, 2);
	assert_memory_equal(memory.keys[0].prefix, "\xc0\0\2\0\0\0\0\0", 8);
}

static void families_are_apart(void **state)
{
	struct packet v4 = packet_from(4, "\x20\1\r\xb8");
	struct packet v6 = packet_from(6, "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0");
	struct packet next =
		packet_from(6, "\x20\1\r\xb8\0\0\0\xff\0\0\0\0\0\0\0");
	struct packet other =
		packet_from(6, "\x20\1\r\xb8\0\0\1\0\0\0\0\0\0\0\0");

	(void)state;
	assert_int_equal(offer(&v4, &per_source, 5), 2);
	assert_int_equal(offer(&v6, &per_source, 5), 2);
	assert_int_equal(offer(&next, &per_source, 5), 0);
	assert_int_equal(offer(&other, &per_source, 5), 2);
	assert_int_equal(memory.limiters[SLOT].created, 3);
}

static void limits_do_not_share_sources(void **state)
{
	struct packet packet = packet_from(4, "\xc0\0\2\1");

	(void)state;
	assert_int_equal(offer(&packet, &per_source, 5), 2);
	assert_int_equal(within_limit(&packet, SLOT - 1, &per_source), 1);
	assert_int_equal(memory.limiters[SLOT - 1].created, 1);
}

static void a_source_that_finds_no_room_is_new_each_time(void **state)
{
	struct packet packet = packet_from(4, "\xc0\0\2\1");

	(void)state;
	memory.source_room = 0;
	assert_int_equal(offer(&packet, &per_source, 5), 5);
	assert_int_equal(memory.limiters[SLOT].created, 0);
}

/* ---- many at once ------------------------------------------------------ */

/* 100,000 at once, of four times as many. */
static const struct limit_entry shared = { .scale = TICKS,
					   .tolerance = 99999 * TICKS };

static void *offer_shared(void *within)
{
	struct packet packet = { .packets = 1 };

	*(uint32_t *)within = offer(&packet, &shared, 100000);
	return NULL;
}

static void *offer_anyway(void *within)
{
	uint64_t latest = memory.time * TICKS + shared.tolerance;

	for (int i = 0; i < 100000; i++)
		*(uint32_t *)within += (uint32_t)charge_anyway(
			&memory.limiters[SLOT].arrival, latest, TICKS);
	return NULL;
}

/* What THREADS threads are let through, together. */
static uint32_t run_threads(void *(*first)(void *), void *(*others)(void *))
{
	pthread_t threads[THREADS];
	uint32_t within[THREADS] = {}, sum = 0;

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						i ? others : first, &within[i]),
				 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += within[i];
	}
	return sum;
}

static void a_burst_is_as_long_for_all_cpus_together(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(run_threads(offer_shared, offer_shared),
				 100000);
		memory.time += SECOND;
	}
}

/* The time has been moved up to now, as the winner of a race has. */
static void whoever_loses_all_races_costs_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		memory.limiters[SLOT].arrival = memory.time * TICKS;
		assert_int_equal(run_threads(offer_shared, offer_anyway),
				 100000);
		assert_int_equal(memory.limiters[SLOT].arrival,
				 (memory.time + 100000) * TICKS);
		memory.time += SECOND;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_burst_is_as_long_as_it_says, set_up),
		cmocka_unit_test_setup(what_is_used_comes_back_at_the_rate,
				       set_up),
		cmocka_unit_test_setup(what_is_over_costs_nothing, set_up),
		cmocka_unit_test_setup(any_arrivals_are_let_through_at_the_rate,
				       set_up),
		cmocka_unit_test_setup(segments_are_packets, set_up),
		cmocka_unit_test_setup(bytes_cost_their_length, set_up),
		cmocka_unit_test_setup(
			a_limit_without_state_lets_nothing_through, set_up),
		cmocka_unit_test_setup(each_source_has_its_own, set_up),
		cmocka_unit_test_setup(families_are_apart, set_up),
		cmocka_unit_test_setup(limits_do_not_share_sources, set_up),
		cmocka_unit_test_setup(
			a_source_that_finds_no_room_is_new_each_time, set_up),
		cmocka_unit_test_setup(a_burst_is_as_long_for_all_cpus_together,
				       set_up),
		cmocka_unit_test_setup(whoever_loses_all_races_costs_the_same,
				       set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
