// SPDX-License-Identifier: GPL-2.0-only
/* Rule sets -> class maps and words. */
#include "resolve_helpers.h"

#include "classify.h"

#define FILTER(rules)                                                          \
	"filter f { " rules " }\n"                                             \
	"interface eth0 { role core; in { apply f; } }\n"

static const struct classifier *classify(struct world *world, const char *text)
{
	*world = resolve_well(text);
	return classify_rules(world->arena, world->diags, world->resolved);
}

static uint64_t word(const struct classifier *classifier,
		     enum class_table table, const uint64_t *words,
		     uint16_t value)
{
	return words[classifier->classes[table].of[value]];
}

static void values_that_no_rule_tells_apart_share_a_class(void **state)
{
	struct world world;
	const struct classifier *classifier = classify(
		&world, FILTER("drop tcp destination-port 10-20, 15-30;"
			       "drop tcp destination-port 25;"));
	const struct class_map *map =
		&classifier->classes[CLASSES_DESTINATION_PORT];

	(void)state;
	assert_int_equal(map->count, 3);
	assert_int_equal(map->of[0], map->of[65535]);
	assert_int_equal(map->of[9], map->of[31]);
	assert_int_equal(map->of[10], map->of[30]);
	assert_int_not_equal(map->of[10], map->of[9]);
	assert_int_not_equal(map->of[25], map->of[24]);
	assert_int_not_equal(map->of[25], map->of[0]);
	world_end(&world);
}

static void the_last_port_has_a_class_of_its_own_when_asked_for(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop udp source-port 65535;"));
	const struct class_map *map = &classifier->classes[CLASSES_SOURCE_PORT];

	(void)state;
	assert_int_equal(map->count, 2);
	assert_int_not_equal(map->of[65535], map->of[65534]);
	world_end(&world);
}

static void a_rule_without_the_field_accepts_every_class(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop tcp destination-port 22;"
					"permit from 192.0.2.0/24;"));
	const struct ruleset_tables *rules = &classifier->rulesets[0];

	(void)state;
	assert_int_equal(
		word(classifier, CLASSES_DESTINATION_PORT, rules->ports[1], 22),
		3);
	assert_int_equal(
		word(classifier, CLASSES_DESTINATION_PORT, rules->ports[1], 23),
		2);
	assert_int_equal(rules->portless, 2);
	world_end(&world);
}

static void a_port_rule_has_two_legs_of_one_rule(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop tcp port 179;"));
	const struct ruleset_tables *rules = &classifier->rulesets[0];

	(void)state;
	assert_int_equal(rules->leg_count, 2);
	assert_int_equal(rules->legs[0].rule, 0);
	assert_int_equal(rules->legs[1].rule, 0);
	assert_int_equal(
		word(classifier, CLASSES_SOURCE_PORT, rules->ports[0], 179) |
			word(classifier, CLASSES_DESTINATION_PORT,
			     rules->ports[1], 179),
		3);
	world_end(&world);
}

static void icmp_rules_match_one_family_each(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop icmp type 8;"
					"drop icmpv6 type 128 code 0;"));
	const struct ruleset_tables *rules = &classifier->rulesets[0];

	(void)state;
	assert_int_equal(rules->family[0], 1);
	assert_int_equal(rules->family[1], 2);
	assert_int_equal(
		word(classifier, CLASSES_ICMP4, rules->icmp[0], 8 << 8 | 7), 1);
	assert_int_equal(
		word(classifier, CLASSES_ICMP6, rules->icmp[1], 128 << 8), 2);
	assert_int_equal(
		word(classifier, CLASSES_ICMP6, rules->icmp[1], 128 << 8 | 1),
		0);
	world_end(&world);
}

static void a_fragments_rule_does_not_match_whole_packets(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop fragments; permit tcp;"));
	const struct ruleset_tables *rules = &classifier->rulesets[0];

	(void)state;
	assert_int_equal(rules->fragment[FRAGMENT_NONE], 2);
	assert_int_equal(rules->fragment[FRAGMENT_FIRST], 3);
	assert_int_equal(rules->fragment[FRAGMENT_LATER], 3);
	world_end(&world);
}

static void only_the_fields_that_rules_ask_for_are_needed(void **state)
{
	struct world world;
	const struct classifier *classifier =
		classify(&world, FILTER("drop tcp from 192.0.2.0/24;"));

	(void)state;
	assert_int_equal(classifier->rulesets[0].needs, NEEDS_SOURCE);
	world_end(&world);
}

/* A filter of so many rules, then the interface. */
static char *many_rules(struct arena *arena, int count)
{
	char *text = arena_strdup(arena, "filter f {\n");

	for (int i = 0; i < count; i++)
		text = arena_printf(arena, "%sdrop tcp source-port %d;\n", text,
				    i + 1);
	return arena_printf(arena,
			    "%s}\ninterface eth0 { role core; "
			    "in { apply f; } }\n",
			    text);
}

static void sixty_four_alternatives_are_accepted(void **state)
{
	struct arena *arena = arena_new();
	struct world world;
	const struct classifier *classifier =
		classify(&world, many_rules(arena, 64));
	const struct ruleset_tables *rules = &classifier->rulesets[0];

	(void)state;
	assert_int_equal(diag_errors(world.diags), 0);
	assert_int_equal(rules->leg_count, 64);
	assert_true(word(classifier, CLASSES_SOURCE_PORT, rules->ports[0],
			 64) == 1ull << 63);
	world_end(&world);
	arena_free(arena);
}

static void the_sixty_fifth_is_an_error_at_its_place(void **state)
{
	struct arena *arena = arena_new();
	struct world world;

	(void)state;
	classify(&world, many_rules(arena, 65));
	assert_int_equal(diag_errors(world.diags), 1);
	assert_int_equal(diag_at(world.diags, 0)->span.line, 66);
	world_end(&world);
	arena_free(arena);
}

/* Fifty filters of sixty rules, each rule with a port of its own. */
static void three_thousand_ports_are_three_thousand_classes(void **state)
{
	struct arena *arena = arena_new();
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	const struct classifier *classifier;
	const struct class_map *map;
	struct world world;

	(void)state;
	for (int i = 0; i < 50; i++) {
		fprintf(out, "filter f%d {\n", i);
		for (int j = 0; j < 60; j++)
			fprintf(out, "drop tcp destination-port %d;\n",
				1 + i * 60 + j);
		fprintf(out,
			"}\ninterface eth%d { role core; "
			"in { apply f%d; } }\n",
			i, i);
	}
	fclose(out);
	classifier = classify(&world, text);
	map = &classifier->classes[CLASSES_DESTINATION_PORT];
	assert_int_equal(map->count, 3001);
	for (uint16_t port = 1; port <= 3000; port++)
		assert_true(word(classifier, CLASSES_DESTINATION_PORT,
				 classifier->rulesets[(port - 1) / 60].ports[1],
				 port) == 1ull << (port - 1) % 60);
	assert_int_equal(word(classifier, CLASSES_DESTINATION_PORT,
			      classifier->rulesets[0].ports[1], 3001),
			 0);
	world_end(&world);
	free(text);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_that_no_rule_tells_apart_share_a_class),
		cmocka_unit_test(
			the_last_port_has_a_class_of_its_own_when_asked_for),
		cmocka_unit_test(a_rule_without_the_field_accepts_every_class),
		cmocka_unit_test(a_port_rule_has_two_legs_of_one_rule),
		cmocka_unit_test(icmp_rules_match_one_family_each),
		cmocka_unit_test(a_fragments_rule_does_not_match_whole_packets),
		cmocka_unit_test(only_the_fields_that_rules_ask_for_are_needed),
		cmocka_unit_test(sixty_four_alternatives_are_accepted),
		cmocka_unit_test(the_sixty_fifth_is_an_error_at_its_place),
		cmocka_unit_test(
			three_thousand_ports_are_three_thousand_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
