// SPDX-License-Identifier: GPL-2.0-only
/* The arithmetic of limits, by the sentence in abi.h that says what it means.
 */
#include "resolve_helpers.h"

#include "resolve/limits.h"

enum { LARGEST_UNITS = 64 * 65536 };

static const uint64_t second = 16000000000ull;

/* A limiter that has been idle since the beginning, at one instant. */
struct idle {
	struct limit_entry entry;
	uint64_t arrival; /* ahead of now */
};

static struct idle idle(uint64_t rate, uint64_t burst, bool bytes)
{
	struct idle limiter = { 0 };

	limits_arithmetic(&limiter.entry, rate, burst, bytes);
	return limiter;
}

static bool passes(struct idle *limiter, uint64_t units)
{
	uint64_t cost = units * limiter->entry.scale >> limiter->entry.shift;

	if (limiter->arrival > limiter->entry.tolerance)
		return false;
	limiter->arrival += cost;
	return true;
}

static uint64_t count_passing(struct idle *limiter, uint64_t units)
{
	uint64_t count = 0;

	while (passes(limiter, units))
		count++;
	return count;
}

static const uint64_t rates[] = {
	1,	2,	  3,	     7,		 10,	       999,
	1000,	1024,	  48000,     1000003,	 14880952,     100000000,
	999999, 64000000, 100000000, 1000000000, 100000000000, 1000000000000,
};

static void scales_are_exact_and_never_overflow(void **state)
{
	struct limit_entry entry;
	size_t i, bytes;

	(void)state;
	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		for (bytes = 0; bytes < 2; bytes++) {
			limits_arithmetic(&entry, rates[i], 1, bytes);
			assert_true(entry.scale >= 1ull << 39);
			assert_true(entry.scale <= UINT64_MAX / LARGEST_UNITS);
			assert_true(entry.shift < 64);
			assert_int_equal(entry.bytes, bytes);
		}
}

static void costs_are_those_of_the_rate(void **state)
{
	struct limit_entry entry;

	(void)state;
	limits_arithmetic(&entry, 1000, 1, false);
	assert_int_equal(entry.scale >> entry.shift, second / 1000);
	limits_arithmetic(&entry, 3, 1, false);
	assert_int_equal(3 * entry.scale >> entry.shift, second);
	limits_arithmetic(&entry, 8000, 1, true);
	assert_int_equal(1500 * entry.scale >> entry.shift,
			 second * 1500 / 1000);
	limits_arithmetic(&entry, 100000000000, 1, true);
	assert_int_equal(1500 * entry.scale >> entry.shift, 1920);
	limits_arithmetic(&entry, 1000000000000, 1, true);
	assert_int_equal(LARGEST_UNITS * entry.scale >> entry.shift, 536870);
}

static void exactly_the_burst_passes_at_once(void **state)
{
	static const uint64_t bursts[] = { 1, 2, 3, 50, 1000, 123457 };
	struct idle limiter;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		for (j = 0; j < 6 && rates[i] <= 100000000; j++) {
			limiter = idle(rates[i], bursts[j], false);
			assert_int_equal(count_passing(&limiter, 1), bursts[j]);
		}
}

static void packets_counted_together_fit_the_burst(void **state)
{
	struct idle limiter = idle(3, 64, false);

	(void)state;
	assert_true(passes(&limiter, 64));
	assert_false(passes(&limiter, 1));
	limiter = idle(14880952, 128, false);
	assert_true(passes(&limiter, 64));
	assert_true(passes(&limiter, 64));
	assert_false(passes(&limiter, 1));
	limiter = idle(14880952, 65, false);
	assert_true(passes(&limiter, 64));
	assert_true(passes(&limiter, 1));
	assert_false(passes(&limiter, 1));
}

static void exactly_the_bytes_of_the_burst_pass_at_once(void **state)
{
	struct idle limiter = idle(1000000, 15000, true);

	(void)state;
	assert_int_equal(count_passing(&limiter, 1500), 10);
	limiter = idle(100000000, 15001, true);
	assert_int_equal(count_passing(&limiter, 1500), 11);
	limiter = idle(64000, 1000, true);
	assert_true(passes(&limiter, 999));
	assert_true(passes(&limiter, 1));
	assert_false(passes(&limiter, 1));
	limiter = idle(64000, 1000, true);
	assert_true(passes(&limiter, 1500));
	assert_false(passes(&limiter, 1));
}

static void the_longest_bursts_do_not_overflow(void **state)
{
	const struct idle limiter = idle(1, 1000000000000, true);

	(void)state;
	assert_true(limiter.entry.tolerance >= second * 3600);
	assert_true(limiter.entry.tolerance <= UINT64_MAX / 4 + 1);
}

/* ---- policies ---------------------------------------------------------- */

static void expect_same(const struct limit_entry *entry, uint64_t rate,
			uint64_t burst, bool bytes)
{
	struct limit_entry expected = { 0 };

	limits_arithmetic(&expected, rate, burst, bytes);
	assert_int_equal(entry->scale, expected.scale);
	assert_int_equal(entry->shift, expected.shift);
	assert_int_equal(entry->tolerance, expected.tolerance);
	assert_int_equal(entry->bytes, bytes);
}

static void answers_have_a_limit_whatever_the_policy_says(void **state)
{
	struct world world = resolve_well("set a { }");

	(void)state;
	assert_int_equal(world.resolved->limit_count, 1);
	expect_same(&world.resolved->limits[0].entry, 1000, 50, false);
	world_end(&world);
	world = resolve_well("interface e { role core; in { limit 1 pps; } }"
			     "reject limit 200 pps burst 7;");
	assert_int_equal(world.resolved->limit_count, 2);
	assert_int_equal(world.resolved->interfaces[0].limit[DIRECTION_IN], 2);
	expect_same(&world.resolved->limits[0].entry, 200, 7, false);
	world_end(&world);
}

static void the_burst_is_a_tenth_of_a_second_unless_said(void **state)
{
	struct world world = resolve_well(
		"interface a { role core; in { limit 5 kpps; }"
		"              out { limit 5 pps; } }"
		"interface b { role core; in { limit 8 gbps; }"
		"              out { limit 64 kbps; } }"
		"interface c { role core; in { limit 1 mbps burst 20 kbytes; }"
		"              out { limit 1 mpps burst 9 packets; } }");
	const struct resolved_limit *limits = world.resolved->limits + 1;

	(void)state;
	expect_same(&limits[0].entry, 5000, 500, false);
	expect_same(&limits[1].entry, 5, 1, false);
	expect_same(&limits[2].entry, 8000000000, 100000000, true);
	expect_same(&limits[3].entry, 64000, 9216, true);
	expect_same(&limits[4].entry, 1000000, 20000, true);
	expect_same(&limits[5].entry, 1000000, 9, false);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scales_are_exact_and_never_overflow),
		cmocka_unit_test(costs_are_those_of_the_rate),
		cmocka_unit_test(exactly_the_burst_passes_at_once),
		cmocka_unit_test(packets_counted_together_fit_the_burst),
		cmocka_unit_test(exactly_the_bytes_of_the_burst_pass_at_once),
		cmocka_unit_test(the_longest_bursts_do_not_overflow),
		cmocka_unit_test(answers_have_a_limit_whatever_the_policy_says),
		cmocka_unit_test(the_burst_is_a_tenth_of_a_second_unless_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
