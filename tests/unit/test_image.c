// SPDX-License-Identifier: GPL-2.0-only
/* Tables -> bytes: deterministic, complete, bound without collisions. */
#include "resolve_helpers.h"

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

/* The interface that the bound table has for a key; 0: none. */
static uint32_t find(const struct image *image, uint32_t ifindex,
		     uint16_t outer, uint16_t inner)
{
	const struct image_header *header = header_of(image);
	uint32_t found = 0;

	for (uint32_t i = 0; i < (header->interface_mask + 1) * BUCKET_CELLS;
	     i++) {
		const struct interface_cell *cell = element(
			image, header->interface_buckets, i, sizeof(*cell));

		if (cell->interface && cell->ifindex == ifindex &&
		    cell->outer == outer && cell->inner == inner)
			found = cell->interface;
	}
	return found;
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

static void overlapping_customers_are_a_pair_in_the_owner_table(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	const struct image_header *header = header_of(image);
	unsigned int used = 0;

	(void)state;
	for (uint32_t i = 0; i < (header->owner_mask + 1) * BUCKET_CELLS; i++) {
		const struct owner_cell *cell =
			element(image, header->owner_buckets, i, sizeof(*cell));

		used += cell->used;
		if (cell->used)
			assert_true(cell->owners >= header->owner_count);
	}
	assert_int_equal(used, 2);
	world_end(&world);
}

static void the_record_comes_back_out_of_the_pages(void **state)
{
	struct world world;
	struct image *image = build(&world, policy);
	size_t length = 0;
	const char *record =
		image_record(image->pages, image->page_count, &length);

	(void)state;
	assert_non_null(record);
	assert_int_equal(record[0], '{');
	assert_int_equal(record[length - 1], '}');
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
		cmocka_unit_test(every_counter_refers_to_its_own_place),
		cmocka_unit_test(a_long_rule_keeps_a_name_of_its_own),
		cmocka_unit_test(
			overlapping_customers_are_a_pair_in_the_owner_table),
		cmocka_unit_test(the_record_comes_back_out_of_the_pages),
		cmocka_unit_test(a_damaged_image_has_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
