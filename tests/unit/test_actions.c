// SPDX-License-Identifier: GPL-2.0-only
/* What rules do, and what contradicts itself in that. */
#include "rule_helpers.h"

static const struct rule_entry *entry_of(const struct world *world, size_t rule)
{
	return &rule_of(world, rule)->entry;
}

static const struct limit_entry *limit_of(const struct world *world,
					  size_t rule)
{
	uint32_t number = entry_of(world, rule)->limit;

	assert_true(number > 0 && number <= world->resolved->limit_count);
	return &world->resolved->limits[number - 1].entry;
}

static void each_action_ends_the_search_or_goes_on(void **state)
{
	static const uint8_t expected[] = { RULE_PERMIT,   RULE_REJECT,
					    RULE_CONTINUE, RULE_CONTINUE,
					    RULE_CONTINUE, RULE_CONTINUE,
					    RULE_DROP };
	struct world world =
		resolve_well("filter f { permit tcp; reject udp; count igmp;"
			     "  limit icmp 10 pps; remark dscp af11 esp;"
			     "  priority control ospf; drop; }"
			     "interface e { role core; out { apply f; } }");
	size_t i;

	(void)state;
	for (i = 0; i < 7; i++)
		assert_int_equal(entry_of(&world, i)->action, expected[i]);
	assert_int_equal(entry_of(&world, 4)->flags, RULE_REMARK);
	assert_int_equal(entry_of(&world, 4)->dscp, 10);
	assert_int_equal(entry_of(&world, 5)->flags, RULE_PRIORITY);
	assert_int_equal(entry_of(&world, 5)->priority, 7);
	assert_int_equal(entry_of(&world, 6)->flags, 0);
	assert_int_equal(entry_of(&world, 6)->limit, 0);
	world_end(&world);
}

static void modifiers_stand_with_one_another(void **state)
{
	struct world world = resolve_well(
		"filter f {"
		"  permit tcp remark dscp 46 priority 15 limit 10 pps;"
		"  drop icmp monitor; }"
		"interface e { role core; out { apply f; } }");
	struct world trusting =
		resolve_well(IN_FILTER("permit udp trust dscp;"));

	(void)state;
	assert_int_equal(entry_of(&world, 0)->flags,
			 RULE_REMARK | RULE_PRIORITY);
	assert_int_equal(entry_of(&world, 0)->dscp, 46);
	assert_int_equal(entry_of(&world, 0)->priority, 15);
	assert_int_equal(limit_of(&world, 0)->over, OVER_DROP);
	assert_int_equal(entry_of(&world, 1)->flags, RULE_MONITOR);
	assert_int_equal(entry_of(&world, 1)->action, RULE_DROP);
	assert_int_equal(entry_of(&trusting, 0)->flags, RULE_TRUST_DSCP);
	world_end(&trusting);
	world_end(&world);
}

static void each_rule_has_a_limit_of_its_own(void **state)
{
	struct world world = resolve_well(IN_FILTER(
		"permit tcp limit 10 pps; permit udp limit 10 pps;"
		"permit igmp limit 8 mbps per source /24 /48 over continue;"
		"permit icmp limit 1 pps per source over remark dscp le;"));

	(void)state;
	assert_int_equal(world.resolved->limit_count, 5);
	assert_int_equal(entry_of(&world, 0)->limit, 2);
	assert_int_equal(entry_of(&world, 1)->limit, 3);
	assert_int_equal(limit_of(&world, 0)->bytes, 0);
	assert_int_equal(limit_of(&world, 0)->per_source, 0);
	assert_int_equal(limit_of(&world, 2)->bytes, 1);
	assert_int_equal(limit_of(&world, 2)->per_source, 1);
	assert_int_equal(limit_of(&world, 2)->length4, 24);
	assert_int_equal(limit_of(&world, 2)->length6, 48);
	assert_int_equal(limit_of(&world, 2)->over, OVER_CONTINUE);
	assert_int_equal(limit_of(&world, 3)->length4, 32);
	assert_int_equal(limit_of(&world, 3)->length6, 64);
	assert_int_equal(limit_of(&world, 3)->over, OVER_REMARK);
	assert_int_equal(limit_of(&world, 3)->over_dscp, 1);
	world_end(&world);
}

/* ---- rules that are never reached -------------------------------------- */

static void rules_behind_one_that_ends_all_are_a_warning(void **state)
{
	(void)state;
	expect_warning("filter f { drop; permit tcp; }", 18,
		       "this rule is never reached");
	expect_warning("filter f { permit from any limit 1 pps; count; }", 41,
		       "this rule is never reached");
	expect_warning("filter f { permit; } filter g { drop udp; }"
		       "interface e { role core; in { apply f, g; } }",
		       83, "filter g is never reached");
}

static void rules_behind_one_that_may_go_on_are_reached(void **state)
{
	struct world world = resolve_well(
		IN_FILTER("count; drop monitor; limit 1 pps;"
			  "permit limit 1 pps over continue; drop fragments;"
			  "permit to 192.0.2.1; permit protocol 0-254;"
			  "permit ttl 0-255; drop;"));

	(void)state;
	world_end(&world);
}

static void rules_that_may_go_on_are_told_from_those_that_end(void **state)
{
	static const bool goes_on[] = { true,  true, true, false,
					false, true, false };
	struct world world = resolve(
		IN_FILTER("count udp; drop tcp monitor; reject igmp monitor;"
			  "permit esp limit 1 pps monitor;"
			  "permit ah limit 1 pps over remark dscp 0 monitor;"
			  "permit gre limit 1 pps over continue;"
			  "permit sctp monitor;"));
	size_t i;

	(void)state;
	assert_int_equal(diag_errors(world.diags), 0);
	for (i = 0; i < sizeof(goes_on) / sizeof(goes_on[0]); i++)
		assert_int_equal(rule_of(&world, i)->goes_on, goes_on[i]);
	world_end(&world);
}

static char *going_on(struct arena *arena, unsigned int count)
{
	const char *rules = "";

	while (count-- > 0)
		rules = arena_printf(arena, "%scount udp port %u;", rules,
				     count + 1);
	return arena_printf(arena,
			    "interface e { role core; in { apply f, g; } }"
			    "filter g { permit igmp limit 1 pps over continue;"
			    "  drop; }"
			    "filter f { %s }",
			    rules);
}

static void sixty_four_rules_may_go_on(void **state)
{
	struct arena *arena = arena_new();
	struct world world = resolve_well(going_on(arena, MAX_GOING_ON - 1));

	(void)state;
	assert_int_equal(world.resolved->rulesets[0].rule_count,
			 MAX_GOING_ON + 1);
	world_end(&world);
	expect_error(going_on(arena, MAX_GOING_ON), 1, 57,
		     "more than 64 rules that go on to the next one");
	arena_free(arena);
}

/* ---- errors ------------------------------------------------------------ */

static void what_is_dropped_cannot_be_marked(void **state)
{
	(void)state;
	expect_error("filter f { drop remark dscp 0; }", 1, 29,
		     "drop with remark");
	expect_error("filter f { reject priority 7; }", 1, 28,
		     "reject with priority");
	expect_error("filter f { drop trust dscp; }", 1, 17,
		     "drop with trust dscp");
	expect_error("filter f { permit remark dscp 0 trust dscp; }", 1, 31,
		     "remark dscp and trust dscp in one rule");
}

static void limits_that_make_no_sense_are_errors(void **state)
{
	(void)state;
	expect_error("filter f { drop limit 1 pps; }", 1, 17,
		     "drop with a limit");
	expect_error("filter f { reject limit 1 pps over remark dscp 0; }", 1,
		     19, "reject with \"over remark\"");
	expect_error("filter f { permit limit 0 kbps; }", 1, 19,
		     "a limit of 0");
	expect_error("reject limit 0 pps;", 1, 8, "a limit of 0");
	expect_error("interface e { role core; in { limit 0 pps; } }", 1, 31,
		     "a limit of 0");
}

static void priorities_are_for_packets_that_leave(void **state)
{
	(void)state;
	expect_error("filter f { permit tcp priority control; }"
		     "interface a { role core; out { apply f; } }"
		     "interface b { role core; in { apply f; } }"
		     "interface c { role core; in { apply f; } }",
		     1, 121,
		     "filter f sets a priority and is applied to \"in\"");
}

static void monitor_without_a_drop_is_a_warning(void **state)
{
	(void)state;
	expect_warning(IN_FILTER("permit monitor;"), 19,
		       "\"monitor\" changes nothing: this rule drops nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_action_ends_the_search_or_goes_on),
		cmocka_unit_test(modifiers_stand_with_one_another),
		cmocka_unit_test(each_rule_has_a_limit_of_its_own),
		cmocka_unit_test(rules_behind_one_that_ends_all_are_a_warning),
		cmocka_unit_test(rules_behind_one_that_may_go_on_are_reached),
		cmocka_unit_test(
			rules_that_may_go_on_are_told_from_those_that_end),
		cmocka_unit_test(sixty_four_rules_may_go_on),
		cmocka_unit_test(what_is_dropped_cannot_be_marked),
		cmocka_unit_test(limits_that_make_no_sense_are_errors),
		cmocka_unit_test(priorities_are_for_packets_that_leave),
		cmocka_unit_test(monitor_without_a_drop_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
