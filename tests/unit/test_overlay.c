// SPDX-License-Identifier: GPL-2.0-only
/*
 * Overlays: one longest match has to say what a look through all the lists
 * says. Compared address by address, on random policies.
 */
#include "resolve_helpers.h"

enum { ROUNDS = 300, CUSTOMERS = 6, PREFIXES = 5 };

static struct world entries_of(const char *policy, enum trie trie,
			       size_t *count)
{
	struct world world = resolve_well(policy);

	*count = world.resolved->tries[trie].count;
	return world;
}

static const struct trie_entry *entry_at(const struct world *world,
					 enum trie trie, size_t index,
					 const char *prefix)
{
	const struct trie_entry *entry =
		&world->resolved->tries[trie].entries[index];
	char text[PREFIX_TEXT];

	assert_string_equal(prefix_format(&entry->prefix, text), prefix);
	return entry;
}

static void an_entry_says_what_covers_it(void **state)
{
	size_t count;
	struct world world =
		entries_of("set own { 10.0.0.0/8; }"
			   "customer a { 10.1.0.0/16; 192.0.2.0/24; }",
			   TRIE_CUSTOMERS4, &count);

	(void)state;
	assert_int_equal(count, 3);
	assert_int_equal(
		entry_at(&world, TRIE_CUSTOMERS4, 0, "10.0.0.0/8")->value[0],
		0);
	assert_int_equal(
		entry_at(&world, TRIE_CUSTOMERS4, 0, "10.0.0.0/8")->value[1],
		1);
	assert_int_equal(
		entry_at(&world, TRIE_CUSTOMERS4, 1, "10.1.0.0/16")->value[0],
		1);
	assert_int_equal(
		entry_at(&world, TRIE_CUSTOMERS4, 1, "10.1.0.0/16")->value[1],
		1);
	assert_int_equal(
		entry_at(&world, TRIE_CUSTOMERS4, 2, "192.0.2.0/24")->value[1],
		0);
	world_end(&world);
}

static void what_stands_beside_an_entry_does_not_colour_it(void **state)
{
	size_t count;
	struct world world = entries_of(
		"customer a { 10.0.0.0/9; } customer b { 10.128.0.0/9; }",
		TRIE_CUSTOMERS4, &count);

	(void)state;
	assert_int_equal(count, 2);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "10.1.1.1", 0), 1);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "10.200.1.1", 0), 2);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "11.0.0.1", 0), 0);
	world_end(&world);
}

static bool group_has(const struct resolved *resolved, uint32_t owners,
		      uint32_t owner)
{
	const struct owner_group *group;
	size_t i;

	if (owners < resolved->owner_count)
		return owners == owner;
	assert_true(owners - resolved->owner_count <
		    resolved->owner_group_count);
	group = &resolved->owner_groups[owners - resolved->owner_count];
	assert_true(group->count >= 2);
	for (i = 0; i < group->count; i++) {
		if (i)
			assert_true(group->owners[i - 1] < group->owners[i]);
		if (group->owners[i] == owner)
			return true;
	}
	return false;
}

static void a_prefix_of_two_customers_is_valid_from_both(void **state)
{
	struct world world =
		resolve_well("customer a { 192.0.2.0/24; 192.0.2.0/25; }"
			     "customer b { 192.0.2.0/24; }"
			     "customer c { 192.0.2.0/25; }");
	uint32_t upper = word_of(&world, TRIE_CUSTOMERS4, "192.0.2.200", 0);
	uint32_t lower = word_of(&world, TRIE_CUSTOMERS4, "192.0.2.1", 0);

	(void)state;
	assert_int_equal(world.resolved->owner_count, 4);
	assert_int_equal(world.resolved->owner_group_count, 2);
	assert_true(group_has(world.resolved, upper, 1));
	assert_true(group_has(world.resolved, upper, 2));
	assert_false(group_has(world.resolved, upper, 3));
	assert_true(group_has(world.resolved, lower, 1));
	assert_true(group_has(world.resolved, lower, 2));
	assert_true(group_has(world.resolved, lower, 3));
	world_end(&world);
}

static void equal_groups_of_owners_have_one_number(void **state)
{
	struct world world = resolve_well(
		"set own { 10.0.0.0/8; }"
		"customer a { 10.0.0.0/16; 192.0.2.0/24; 2001:db8::/32; }"
		"customer b { 10.0.0.0/16; 192.0.2.0/24; 2001:db8::/32; }");

	(void)state;
	assert_int_equal(world.resolved->owner_group_count, 1);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "192.0.2.1", 0), 3);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "10.0.0.1", 0), 3);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "10.0.0.1", 1), 1);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "2001:db8::1", 0), 3);
	world_end(&world);
}

static void link_prefixes_have_an_owner_of_their_own(void **state)
{
	struct world world = resolve_well(
		"customer a { 192.0.2.0/24; }"
		"interface eth0 { role transit; link 198.51.100.0/30; }"
		"interface eth1 { role customer a; link 192.0.2.0/30; }");
	const struct resolved *resolved = world.resolved;
	uint32_t both = word_of(&world, TRIE_CUSTOMERS4, "192.0.2.1", 0);

	(void)state;
	assert_int_equal(resolved->owner_count, 4);
	assert_int_equal(resolved->customer_count, 1);
	assert_string_equal(resolved->owners[1], "customer a");
	assert_string_equal(resolved->owners[2], "link eth0");
	assert_int_equal(resolved->interfaces[0].link, 2);
	assert_int_equal(resolved->interfaces[1].owner, 1);
	assert_int_equal(resolved->interfaces[1].link, 3);
	assert_int_equal(word_of(&world, TRIE_CUSTOMERS4, "198.51.100.2", 0),
			 2);
	assert_true(group_has(resolved, both, 1));
	assert_true(group_has(resolved, both, 3));
	world_end(&world);
}

/* What infra4 and infra6 say: the letters of what an address is. */
static const char *letters_of(const struct world *world, const char *address)
{
	const uint32_t words[2] = { word_of(world, TRIE_INFRA4, address, 0),
				    word_of(world, TRIE_INFRA4, address, 1) };
	struct infrastructure_value value;

	memcpy(&value, words, sizeof(value));
	return arena_printf(world->arena, "%s%s%s%s",
			    value.infrastructure ? "i" : "",
			    value.local ? "l" : "", value.broadcast ? "b" : "",
			    value.multicast ? "m" : "");
}

static void local_addresses_are_infrastructure_when_it_says_so(void **state)
{
	struct world world =
		resolve_well("infrastructure { 10.0.0.0/8; local-addresses; }");

	(void)state;
	assert_string_equal(letters_of(&world, "198.51.100.1"), "il");
	assert_string_equal(letters_of(&world, "10.0.0.1"), "i");
	assert_string_equal(letters_of(&world, "2001:db8:ff::1"), "il");
	world_end(&world);
}

static void a_rule_that_says_local_makes_no_infrastructure(void **state)
{
	struct world world =
		resolve_well("infrastructure { 198.51.100.0/30; }"
			     "filter f { permit to local; }"
			     "interface eth0 { role core; in { apply f; } }");

	(void)state;
	assert_string_equal(letters_of(&world, "198.51.100.1"), "il");
	assert_string_equal(letters_of(&world, "2001:db8:ff::1"), "l");
	world_end(&world);
}

static void local_addresses_are_known_though_no_rule_names_them(void **state)
{
	struct world world = resolve_well("infrastructure { 10.0.0.0/8; }");

	(void)state;
	assert_int_equal(world.resolved->tries[TRIE_INFRA4].count, 2);
	assert_string_equal(letters_of(&world, "198.51.100.1"), "l");
	world_end(&world);
}

static void lans_have_broadcast_addresses(void **state)
{
	struct world world = resolve_well(
		"customer acme { 203.0.113.0/24; lan 203.0.113.0/26,"
		"  203.0.113.64/30; lan 203.0.113.128/25; }");

	(void)state;
	assert_string_equal(letters_of(&world, "203.0.113.63"), "b");
	assert_string_equal(letters_of(&world, "203.0.113.67"), "b");
	assert_string_equal(letters_of(&world, "203.0.113.255"), "b");
	assert_string_equal(letters_of(&world, "203.0.113.127"), "");
	assert_string_equal(letters_of(&world, "203.0.113.0"), "");
	assert_string_equal(set_text(&world, "customer acme"),
			    "203.0.113.0/24");
	world_end(&world);
}

static void connected_networks_have_broadcast_addresses(void **state)
{
	static const char text[] = "infrastructure { 198.51.100.0/24; }";
	struct world world = world_new();
	const struct prefix connected[] = {
		prefix_of("198.51.100.0/28"),
		prefix_of("192.0.2.0/31"),
		prefix_of("192.0.2.8/30"),
		prefix_of("2001:db8::/64"),
	};

	(void)state;
	world.system.connected = connected;
	world.system.connected_count = 4;
	world.resolved =
		resolve_policy(world.arena, world.diags,
			       policy_parse_text(world.arena, world.diags, "t",
						 text, strlen(text)),
			       &world.system);
	assert_int_equal(diag_count(world.diags), 0);
	assert_string_equal(letters_of(&world, "198.51.100.15"), "ib");
	assert_string_equal(letters_of(&world, "198.51.100.14"), "i");
	assert_string_equal(letters_of(&world, "192.0.2.1"), "");
	assert_string_equal(letters_of(&world, "192.0.2.11"), "b");
	assert_string_equal(letters_of(&world, "2001:db8::ffff:ffff:ffff:ffff"),
			    "");
	world_end(&world);
}

static void multicast_groups_are_no_members_of_infrastructure(void **state)
{
	struct world world =
		resolve_well("infrastructure { 198.51.100.0/26;"
			     "  multicast 239.0.0.0/8, ff05::/16; }");

	(void)state;
	assert_string_equal(letters_of(&world, "239.1.2.3"), "m");
	assert_string_equal(letters_of(&world, "ff05::1"), "m");
	assert_string_equal(letters_of(&world, "ff0e::1"), "");
	assert_string_equal(letters_of(&world, "198.51.100.1"), "il");
	assert_string_equal(set_text(&world, "infrastructure"),
			    "198.51.100.0/26");
	world_end(&world);
}

/* ---- random policies --------------------------------------------------- */

static struct prefix random_prefix(unsigned int *seed)
{
	struct prefix prefix = { .family = FAMILY_IPV4, .address = { { 10 } } };

	prefix.length = (uint8_t)(24 + rand_r(seed) % 9);
	prefix.address.bytes[3] = (uint8_t)rand_r(seed);
	prefix_mask(&prefix);
	return prefix;
}

static const char *random_members(struct arena *arena, unsigned int *seed,
				  bool excepts)
{
	int count = rand_r(seed) % PREFIXES + 1;
	const char *text = "";
	char buffer[PREFIX_TEXT];
	struct prefix prefix;

	while (count-- > 0) {
		prefix = random_prefix(seed);
		text = arena_printf(arena, "%s%s%s; ", text,
				    excepts && rand_r(seed) % 3 == 0 ? "except "
								     : "",
				    prefix_format(&prefix, buffer));
	}
	return text;
}

static const char *random_policy(struct arena *arena, unsigned int *seed)
{
	const char *text = arena_printf(arena, "set own { %s}\n",
					random_members(arena, seed, true));
	int i;

	for (i = 1; i <= CUSTOMERS; i++)
		text = arena_printf(arena,
				    "%scustomer c%d { 10.9.9.9; %s}\n"
				    "set s%d { 10.9.9.9; %s}\n",
				    text, i, random_members(arena, seed, true),
				    i, random_members(arena, seed, true));
	text = arena_printf(arena, "%sfilter f {\n", text);
	for (i = 1; i <= CUSTOMERS; i++)
		text = arena_printf(arena, "%spermit from s%d to customer c%d;",
				    text, i, i);
	return arena_printf(arena,
			    "%s}\ninterface e { role core; "
			    "in { apply f; } }\n",
			    text);
}

static bool set_has(const struct world *world, const char *name,
		    const struct prefix *address)
{
	const struct named_set *set = set_of(world, name);
	size_t i;

	for (i = 0; i < set->count; i++)
		if (prefix_covers(&set->prefixes[i], address))
			return true;
	return false;
}

static bool list_has(const struct resolved *resolved, uint32_t class,
		     uint32_t list)
{
	const struct class_lists *lists;
	size_t i;

	assert_true(class < resolved->class_count[0]);
	lists = &resolved->classes[0][class];
	for (i = 0; i < lists->count; i++)
		if (lists->lists[i] == list - 1)
			return true;
	return false;
}

/* Value of an IPv4 address in a trie by longest match. */
static uint32_t value_of(const struct world *world, enum trie trie,
			 const struct prefix *address, unsigned int word)
{
	const struct trie_entry *entry =
		longest(&world->resolved->tries[trie], address);

	return entry ? entry->value[word] : 0;
}

static void compare_address(const struct world *world,
			    const struct prefix *address)
{
	const struct resolved_ruleset *ruleset = &world->resolved->rulesets[0];
	uint32_t owners = value_of(world, TRIE_CUSTOMERS4, address, 0);
	uint32_t class = value_of(world, TRIE_SETS4, address, 0), i;
	char name[32];

	assert_int_equal(value_of(world, TRIE_CUSTOMERS4, address, 1),
			 set_has(world, "own", address));
	for (i = 1; i <= CUSTOMERS; i++) {
		const struct leg *leg = ruleset->rules[i - 1].legs;
		bool owned;

		snprintf(name, sizeof(name), "customer c%u", i);
		owned = set_has(world, name, address);
		assert_int_equal(group_has(world->resolved, owners, i), owned);
		assert_int_equal(
			list_has(world->resolved, class, leg->destination),
			owned);
		snprintf(name, sizeof(name), "s%u", i);
		assert_int_equal(list_has(world->resolved, class, leg->source),
				 set_has(world, name, address));
	}
}

static void the_longest_match_says_what_all_lists_say(void **state)
{
	unsigned int seed = 3, round, last;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct arena *arena = arena_new();
		struct world world = resolve_well(random_policy(arena, &seed));
		struct prefix address = prefix_of("10.0.0.0");

		for (last = 0; last < 256; last++) {
			address.address.bytes[3] = (uint8_t)last;
			compare_address(&world, &address);
		}
		world_end(&world);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_says_what_covers_it),
		cmocka_unit_test(
			what_stands_beside_an_entry_does_not_colour_it),
		cmocka_unit_test(a_prefix_of_two_customers_is_valid_from_both),
		cmocka_unit_test(equal_groups_of_owners_have_one_number),
		cmocka_unit_test(link_prefixes_have_an_owner_of_their_own),
		cmocka_unit_test(
			local_addresses_are_infrastructure_when_it_says_so),
		cmocka_unit_test(
			a_rule_that_says_local_makes_no_infrastructure),
		cmocka_unit_test(
			local_addresses_are_known_though_no_rule_names_them),
		cmocka_unit_test(lans_have_broadcast_addresses),
		cmocka_unit_test(connected_networks_have_broadcast_addresses),
		cmocka_unit_test(
			multicast_groups_are_no_members_of_infrastructure),
		cmocka_unit_test(the_longest_match_says_what_all_lists_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
