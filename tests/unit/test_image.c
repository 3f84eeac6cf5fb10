// SPDX-License-Identifier: GPL-2.0-only
/* Tables -> bytes: deterministic, complete, bound without collisions. */
#include "resolve_helpers.h"

#include <jansson.h>

#include "image.h"

static const char policy[] =
	"set own { 198.51.100.0/22; 2001:db8::/32; }\n"
	"customer acme { 203.0.113.0/25; }\n"
	"customer bravo { 203.0.113.0/24; }\n"
	"filter f { drop tcp destination-port 22 from own; permit udp; }\n"
	"interface eth1 { role customer acme; link 192.0.2.0/30;\n"
	"	in { apply f; } out { apply f; } }\n"
	"interface eth1 vlan 100.200 { role customer bravo; in { apply f; } }\n"
	"interface eth0 { role transit; }\n";

static struct image *build(struct world *world, const char *text)
{
	const struct classifier *classifier;

	*world = resolve_well(text);
	classifier =
		classify_rules(world->arena, world->diags, world->resolved);
	return image_build(world->arena, world->diags, world->resolved,
			   classifier);
}

static void bind(struct world *world, struct image *image, uint32_t first)
{
	uint32_t *ifindexes = arena_array(world->arena, image->device_count,
					  sizeof(*ifindexes));
	uint32_t *slots =
		arena_array(world->arena, image->counter_count, sizeof(*slots));
	struct binding binding = { .ifindex = ifindexes,
				   .slots = slots,
				   .generation = 7,
				   .trie_slot = 2 };

	for (size_t i = 0; i < image->device_count; i++)
		ifindexes[i] = first + (uint32_t)i;
	for (size_t i = 0; i < image->counter_count; i++)
		slots[i] = 1000 + (uint32_t)i;
	image_bind(image, &binding);
}

static const void *element(const struct image *image, uint32_t page,
			   size_t index, size_t size)
{
	return image->pages + (size_t)page * PAGE_BYTES +
	       index / (PAGE_BYTES / size) * PAGE_BYTES +
	       index % (PAGE_BYTES / size) * size;
}

static const struct image_header *header_of(const struct image *image)
{
	return (const void *)image->pages;
}

/* The value of a key in a bucket; 0: not there. */
static uint32_t in_bucket(const struct hash_cell *cells, uint32_t a, uint32_t b)
{
	for (int i = 0; i < BUCKET_CELLS; i++)
		if (cells[i].value && cells[i].key[0] == a &&
		    cells[i].key[1] == b)
			return cells[i].value;
	return 0;
}

/* As abi.h says: the first bucket, and the second one where it spilled. */
static uint32_t find_key(const struct image *image, uint32_t page,
			 uint32_t mask, uint32_t seed, uint32_t a, uint32_t b)
{
	const size_t size = sizeof(struct hash_cell) * BUCKET_CELLS;
	const struct hash_cell *cells =
		element(image, page, weir_hash(a + seed, b) & mask, size);
	uint32_t value = in_bucket(cells, a, b);

	if (value || !cells->spilled)
		return value;
	cells = element(image, page, weir_hash(a + seed, ~b) & mask, size);
	return in_bucket(cells, a, b);
}

/* The interface that the bound table has for a key; 0: none. */
static uint32_t find(const struct image *image, uint32_t ifindex,
		     uint16_t outer, uint16_t inner)
{
	const struct image_header *header = header_of(image);

	return find_key(image, header->interface_buckets,
			header->interface_mask, header->interface_seed, ifindex,
			(uint32_t)outer << 16 | inner);
}

static const struct interface_entry *entry_of(const struct image *image,
					      size_t number)
{
	return element(image, header_of(image)->interfaces, number,
		       sizeof(struct interface_entry));
}

/* The blocks of a kind. */
static size_t count_kind(const struct image *image, enum block_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < image->counter_count; i++)
		count += image->counters[i].name.kind == kind;
	return count;
}

static void the_same_policy_gives_the_same_bytes(void **state)
{
	struct world a, b;
	struct image *one = build(&a, policy), *two = build(&b, policy);

	(void)state;
	assert_int_equal(one->page_count, two->page_count);
	assert_memory_equal(one->pages, two->pages,
			    (size_t)one->page_count * PAGE_BYTES);
	for (int i = 0; i < TRIE_COUNT; i++) {
		assert_int_equal(one->tries[i].count, two->tries[i].count);
		assert_memory_equal(one->tries[i].keys, two->tries[i].keys,
				    one->tries[i].count *
					    one->tries[i].key_size);
		assert_memory_equal(one->tries[i].values, two->tries[i].values,
				    one->tries[i].count * 8);
	}
	world_end(&a);
	world_end(&b);
}

static void every_interface_is_found_after_binding(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);

	(void)state;
	bind(&world, image, 5);
	assert_int_equal(find(image, 5, NO_TAG, NO_TAG), 1);
	assert_int_equal(find(image, 5, 100, 200), 2);
	assert_int_equal(find(image, 6, NO_TAG, NO_TAG), 3);
	assert_int_equal(find(image, 5, 100, NO_TAG), 0);
	assert_int_equal(header_of(image)->generation, 7);
	assert_int_equal(header_of(image)->trie_slot, 2);
	world_end(&world);
}

static void binding_again_leaves_nothing_of_the_first_time(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);

	(void)state;
	bind(&world, image, 5);
	bind(&world, image, 70);
	assert_int_equal(find(image, 5, NO_TAG, NO_TAG), 0);
	assert_int_equal(find(image, 70, NO_TAG, NO_TAG), 1);
	world_end(&world);
}

static void a_device_that_is_not_there_gets_no_cell(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	uint32_t ifindexes[] = { 0, 9 };
	uint32_t *slots =
		arena_array(world.arena, image->counter_count, sizeof(*slots));
	struct binding binding = { .ifindex = ifindexes, .slots = slots };

	(void)state;
	image_bind(image, &binding);
	assert_int_equal(find(image, 0, NO_TAG, NO_TAG), 0);
	assert_int_equal(find(image, 9, NO_TAG, NO_TAG), 3);
	world_end(&world);
}

static void a_thousand_interfaces_all_fit_their_buckets(void **state)
{
	struct arena *arena = arena_new();
	char *text = arena_strdup(arena, "");
	struct world world;
	struct image *image;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text = arena_printf(arena,
				    "%sinterface eth0 vlan %d { role peer; }\n",
				    text, i + 1);
	image = build(&world, text);
	bind(&world, image, 3);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(find(image, 3, (uint16_t)(i + 1), NO_TAG),
				 i + 1);
	world_end(&world);
	arena_free(arena);
}

/* Full: as many keys as there may be, and as many buckets. */
static void a_range_has_a_cell_for_each_pair_of_ids(void **state)
{
	struct world world;
	struct image *image =
		build(&world, "interface eth0 vlan 1-1024.1001-2023 {"
			      " role peer; }\n"
			      "interface eth0 vlan 3001-4024 { role core; }\n");

	(void)state;
	bind(&world, image, 3);
	for (uint16_t outer = 1; outer <= 1024; outer++) {
		for (uint16_t inner = 1001; inner <= 2023; inner++)
			assert_int_equal(find(image, 3, outer, inner), 1);
		assert_int_equal(find(image, 3, outer, 1000), 0);
		assert_int_equal(find(image, 3, outer, 2024), 0);
		assert_int_equal(find(image, 3, outer, NO_TAG), 0);
		assert_int_equal(find(image, 3, outer + 3000, NO_TAG), 2);
	}
	world_end(&world);
}

static void the_machine_says_where_routes_and_answers_go(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	uint32_t ifindexes[] = { 5, 6 };
	uint32_t *slots =
		arena_array(world.arena, image->counter_count, sizeof(*slots));
	struct binding_interface interfaces[] = {
		{ .fib_ifindex = 5, .address4 = 0x01020304 },
		{ .fib_ifindex = 7, .address6 = { 1, 2, 3, 4 } },
		{ .fib_ifindex = 6 },
	};
	struct binding binding = { .ifindex = ifindexes,
				   .slots = slots,
				   .interfaces = interfaces };

	(void)state;
	image_bind(image, &binding);
	for (size_t i = 0; i < 3; i++) {
		const struct interface_entry *entry = entry_of(image, i);

		assert_int_equal(entry->fib_ifindex, interfaces[i].fib_ifindex);
		assert_int_equal(entry->address4, interfaces[i].address4);
		assert_memory_equal(entry->address6, interfaces[i].address6,
				    16);
	}
	world_end(&world);
}

static void an_interface_says_what_it_asks_of_the_machine(void **state)
{
	struct world world;
	struct image *image =
		build(&world, "customer acme { 203.0.113.0/25; }\n"
			      "filter f { permit udp; reject tcp; }\n"
			      "interface eth1 { role customer acme; }\n"
			      "interface eth2 { role peer;"
			      " source-validation loose; in { apply f; } }\n");

	(void)state;
	assert_false(image->interfaces[0].asks_fib);
	assert_false(image->interfaces[0].answers);
	assert_true(image->interfaces[1].asks_fib);
	assert_true(image->interfaces[1].answers);
	assert_int_equal(entry_of(image, 1)->validation, VALIDATION_LOOSE);
	world_end(&world);
}

static void every_counter_refers_to_its_own_place(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);

	(void)state;
	/* Two blocks an interface; two rules on three directions. */
	assert_int_equal(image->counter_count, 3 * 2 + 3 * 2);
	bind(&world, image, 1);
	for (size_t i = 0; i < image->counter_count; i++) {
		uint32_t slot;

		memcpy(&slot, image->pages + image->counters[i].reference,
		       sizeof(slot));
		assert_int_equal(slot, 1000 + i);
	}
	world_end(&world);
}

static void only_monitor_has_blocks_of_what_would_be_dropped(void **state)
{
	struct world world;
	struct image *image = build(&world, "interface eth0 { role peer; }\n"
					    "interface eth1 { role peer;"
					    " monitor; }\n");

	(void)state;
	assert_int_equal(count_kind(image, BLOCK_REASONS), 4);
	assert_int_equal(count_kind(image, BLOCK_WOULD_DROP), 2);
	bind(&world, image, 1);
	assert_int_equal(entry_of(image, 0)->would_drop[0], 0);
	assert_int_equal(entry_of(image, 1)->flags, INTERFACE_MONITOR);
	assert_int_equal(entry_of(image, 1)->counters[1], 1004);
	assert_int_equal(entry_of(image, 1)->would_drop[1], 1005);
	world_end(&world);
}

/* Of interfaces and of rules; that of all answers is always there. */
static void every_limit_has_a_slot_for_its_state(void **state)
{
	struct world world;
	struct image *image = build(
		&world, "filter f { permit udp limit 10 pps; permit tcp; }\n"
			"interface eth0 { role peer;"
			" in { apply f; limit 20 mbps; } }\n");
	const struct image_counter *limit = &image->counters[1];
	const struct interface_entry *entry = entry_of(image, 0);
	const struct limit_entry *of_interface;

	(void)state;
	assert_int_equal(header_of(image)->limit_count, 3);
	assert_int_equal(limit->name.kind, BLOCK_LIMIT);
	assert_int_equal(limit->name.width, 1);
	assert_true(limit->limited);
	assert_true(image->counters[2].limited);
	assert_int_equal(image->counters[2].name.width, RULE_SLOTS);
	assert_false(image->counters[3].limited);
	bind(&world, image, 1);
	assert_int_equal(entry->limiter[DIRECTION_IN], 1001);
	of_interface =
		element(image, header_of(image)->limits,
			entry->limit[DIRECTION_IN] - 1, sizeof(*of_interface));
	assert_int_equal(of_interface->bytes, 1);
	world_end(&world);
}

static void a_long_rule_keeps_a_name_of_its_own(void **state)
{
	struct arena *arena = arena_new();
	char *list = arena_strdup(arena, "1");
	struct world world;
	struct image *image;
	const char *one, *two;

	(void)state;
	for (int i = 0; i < 60; i++)
		list = arena_printf(arena, "%s, %d", list, 100 + i * 2);
	image = build(&world,
		      arena_printf(arena,
				   "filter f { drop tcp source-port %s, 500;"
				   " drop tcp source-port %s, 600; }"
				   "interface eth0 { role core;"
				   " in { apply f; } }",
				   list, list));
	one = image->counters[1].name.rule;
	two = image->counters[2].name.rule;
	assert_true(strlen(one) < sizeof(image->counters[1].name.rule));
	assert_string_not_equal(one, two);
	world_end(&world);
	arena_free(arena);
}

static void overlapping_customers_are_pairs_in_the_owner_table(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	const struct image_header *header = header_of(image);
	uint32_t group = header->owner_count;

	(void)state;
	for (uint32_t owner = 1; owner <= 3; owner++)
		assert_int_equal(find_key(image, header->owner_buckets,
					  header->owner_mask, 0, group, owner),
				 owner < 3);
	world_end(&world);
}

static void the_record_names_interfaces_and_rules_once(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	size_t length = 0;
	const char *text =
		image_record(image->pages, image->page_count, &length);
	json_t *record = json_loadb(text, length, 0, NULL);
	const char *name, *rule, *filter, *action;
	int in, out, line;

	(void)state;
	assert_int_equal(json_array_size(json_object_get(record, "rulesets")),
			 1);
	assert_int_equal(json_unpack(record, "{s:[{s:s, s:i, s:[ii]}*]}",
				     "interfaces", "name", &name, "line", &line,
				     "rules", &in, &out),
			 0);
	assert_string_equal(name, "eth1");
	assert_int_equal(line, 5);
	assert_int_equal(in, 1);
	assert_int_equal(out, 1);
	assert_int_equal(json_unpack(record, "{s:[[{s:s, s:s, s:s, s:i}*]]}",
				     "rulesets", "filter", &filter, "rule",
				     &rule, "action", &action, "line", &line),
			 0);
	assert_string_equal(filter, "f");
	assert_string_equal(rule, image->counters[1].name.rule);
	assert_string_equal(action, "drop");
	assert_int_equal(line, 4);
	json_decref(record);
	world_end(&world);
}

static void a_damaged_image_has_no_record(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	struct image_header *header = (void *)image->pages;
	size_t length;

	(void)state;
	header->record_bytes = image->page_count * PAGE_BYTES;
	assert_null(image_record(image->pages, image->page_count, &length));
	header->record_bytes = 0;
	header->magic = 0;
	assert_null(image_record(image->pages, image->page_count, &length));
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_policy_gives_the_same_bytes),
		cmocka_unit_test(every_interface_is_found_after_binding),
		cmocka_unit_test(
			binding_again_leaves_nothing_of_the_first_time),
		cmocka_unit_test(a_device_that_is_not_there_gets_no_cell),
		cmocka_unit_test(a_thousand_interfaces_all_fit_their_buckets),
		cmocka_unit_test(a_range_has_a_cell_for_each_pair_of_ids),
		cmocka_unit_test(the_machine_says_where_routes_and_answers_go),
		cmocka_unit_test(an_interface_says_what_it_asks_of_the_machine),
		cmocka_unit_test(every_counter_refers_to_its_own_place),
		cmocka_unit_test(
			only_monitor_has_blocks_of_what_would_be_dropped),
		cmocka_unit_test(every_limit_has_a_slot_for_its_state),
		cmocka_unit_test(a_long_rule_keeps_a_name_of_its_own),
		cmocka_unit_test(
			overlapping_customers_are_pairs_in_the_owner_table),
		cmocka_unit_test(the_record_names_interfaces_and_rules_once),
		cmocka_unit_test(a_damaged_image_has_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
