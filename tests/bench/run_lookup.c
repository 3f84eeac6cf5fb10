// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs to know an address: nanoseconds a look-up, in the index and in
 * the kernel's LPM trie alone, for random prefixes and for those of files.
 *
 *	run_lookup [FILE...]
 *
 * A file has a prefix at the start of each line, as route tables and feeds do;
 * other lines are passed over. Each prefix has one of a thousand owners, which
 * is about the worst there is: neighbours are never one.
 *
 * Addresses are drawn under random prefixes of the set, for an address that
 * nothing is known of is found soonest. What the same program takes that looks
 * nothing up is measured in turn, and taken off. The trie's figures are those
 * of one trie; with `index off` weir asks four.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "figure.h"
#include "image.h"
#include "prefixes.h"
#include "traffic.h"

enum { REPEAT = 200000, PROBES = 65536, OWNERS = 1000 };

static struct bpf_object *object;
static int program;

/* Prefixes of one family, as a trie that a policy could have. */
struct set {
	struct arena *arena;
	const char *name; /* the end of its keys: "1m" */
	uint8_t family;
	struct trie_entry *entries;
	size_t count;
};

/* ---- sets -------------------------------------------------------------- */

static void set_prefixes(struct set *set, const struct prefix *prefixes,
			 size_t count)
{
	set->entries =
		arena_array(set->arena, count + 1, sizeof(*set->entries));
	set->count = count;
	for (size_t i = 0; i < count; i++) {
		set->entries[i].prefix = prefixes[i];
		set->entries[i].value[0] = 1 + any_below(OWNERS);
	}
}

static void file_set(struct set *set, const char *path)
{
	_cleanup_file_ FILE *file = fopen(path, "r");
	struct prefix *prefixes = NULL;
	size_t count = 0, capacity = 0;
	char line[4096];

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file)) {
		prefixes = arena_grow(set->arena, prefixes, count, &capacity,
				      sizeof(*prefixes));
		if (prefix_parse(line, strcspn(line, " \t\r\n"),
				 &prefixes[count]) == PREFIX_OK &&
		    prefixes[count].family == set->family)
			count++;
	}
	set_prefixes(set, prefixes, sort_prefixes(prefixes, count));
}

/* ---- the kernel -------------------------------------------------------- */

static int map(const char *name)
{
	return bpf_object__find_map_fd_by_name(object, name);
}

/* Each an address under some prefix of the set. */
static void draw_probes(const struct set *set)
{
	struct address *probes =
		arena_array(set->arena, PROBES, sizeof(*probes));
	uint32_t *keys = arena_array(set->arena, PROBES, sizeof(*keys));
	uint32_t count = PROBES;

	for (uint32_t i = 0; i < PROBES; i++) {
		const struct prefix *prefix =
			&set->entries[any_below((uint32_t)set->count)].prefix;

		keys[i] = i;
		probes[i] = prefix->address;
		for (unsigned int bit = prefix->length;
		     bit < family_bits(set->family); bit++)
			if (any_below(2))
				address_set_bit(&probes[i], bit);
	}
	if (bpf_map_update_batch(map("probes"), keys, probes, &count, NULL))
		die("probes");
}

static struct image *build(const struct set *set, bool index)
{
	static const char *const names[OWNERS + 1];
	struct diag_list *diags = diag_new(set->arena);
	struct resolved resolved = { .owners = names,
				     .owner_count = OWNERS + 1,
				     .index = index };
	unsigned int six = set->family == FAMILY_IPV6;

	resolved.tries[TRIE_CUSTOMERS4 + six] =
		(struct trie_table){ set->entries, set->count };
	return image_build(set->arena, diags, &resolved,
			   classify_rules(set->arena, diags, &resolved));
}

static void put_image(const struct image *image)
{
	LIBBPF_OPTS(bpf_map_create_opts, options,
		    .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "image", sizeof(uint32_t),
				PAGE_BYTES, image->page_count, &options);
	size_t size = (size_t)image->page_count * PAGE_BYTES;
	uint32_t zero = 0;
	void *pages;

	if (fd < 0)
		die("image");
	pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (pages == MAP_FAILED)
		die("mmap");
	memcpy(pages, image->pages, size);
	munmap(pages, size);
	if (bpf_map_update_elem(map("images"), &zero, &fd, 0))
		die("images");
	close(fd);
}

static void put_trie(const struct set *set, const struct image *image)
{
	LIBBPF_OPTS(bpf_map_create_opts, options,
		    .map_flags = BPF_F_NO_PREALLOC);
	unsigned int six = set->family == FAMILY_IPV6;
	const struct image_trie *trie = &image->tries[TRIE_CUSTOMERS4 + six];
	uint32_t count = trie->count, zero = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "trie", trie->key_size,
				8, count + 1, &options);

	if (fd < 0 ||
	    bpf_map_update_batch(fd, trie->keys, trie->values, &count, NULL))
		die("trie");
	if (bpf_map_update_elem(map(six ? "customers6" : "customers4"), &zero,
				&fd, 0))
		die("tries");
	close(fd);
}

/* Nanoseconds of a run of the program; family 0: it looks nothing up. */
static double time_runs(uint8_t family)
{
	uint8_t frame[64] = { family };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = sizeof(frame), .repeat = REPEAT);
	double begin = seconds_of_thread();

	if (bpf_prog_test_run_opts(program, &options))
		die("test run");
	return (seconds_of_thread() - begin) * 1e9 / REPEAT;
}

static struct figure measure(uint8_t family)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++) {
		double empty = time_runs(0);

		runs[i] = time_runs(family) - empty;
	}
	return figure_of(runs, RUNS);
}

/* ---- figures ----------------------------------------------------------- */

static const char *key(const struct set *set, const char *what,
		       const char *unit)
{
	return arena_printf(set->arena, "%s%s_%s_%s", what,
			    set->family == FAMILY_IPV6 ? "6" : "", set->name,
			    unit);
}

/* What it takes to have the image in force, without the tries. */
static struct figure measure_swap(const struct image *image)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++) {
		double begin = seconds_now();

		put_image(image);
		runs[i] = (seconds_now() - begin) * 1e3;
	}
	return figure_of(runs, RUNS);
}

static void show(struct set *set)
{
	const struct image *with = build(set, true);
	const struct image *without = build(set, false);

	draw_probes(set);
	figure_print(key(set, "swap_image", "ms"), measure_swap(with));
	figure_print(key(set, "lookup", "ns"), measure(set->family));
	put_trie(set, without);
	put_image(without);
	figure_print(key(set, "trie", "ns"), measure(set->family));
	figure_print_exact(key(set, "index", "bytes"),
			   ((double)with->page_count - without->page_count) *
				   PAGE_BYTES);
}

static void show_random(const char *name, uint8_t family, size_t count)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct set set = { .arena = arena, .name = name, .family = family };

	set_prefixes(&set, random_prefixes(arena, family, count), count);
	show(&set);
}

static void show_file(uint8_t family, const char *path)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	const char *slash = strrchr(path, '/');
	struct set set = { .arena = arena,
			   .name = slash ? slash + 1 : path,
			   .family = family };

	file_set(&set, path);
	if (set.count)
		show(&set);
}

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		size_t count;
	} sizes[] = { { "1k", 1000 }, { "100k", 100000 }, { "1m", 1000000 } };

	object = bpf_object__open(WEIR_BENCH_DIRECTORY "/lookup.bpf.o");
	if (!object || bpf_object__load(object))
		die("load");
	program = bpf_program__fd(
		bpf_object__find_program_by_name(object, "lookup"));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		show_random(sizes[i].name, FAMILY_IPV4, sizes[i].count);
		show_random(sizes[i].name, FAMILY_IPV6, sizes[i].count);
	}
	for (int i = 1; i < count; i++) {
		show_file(FAMILY_IPV4, arguments[i]);
		show_file(FAMILY_IPV6, arguments[i]);
	}
	bpf_object__close(object);
	return 0;
}
