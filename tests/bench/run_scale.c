// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy of the largest size that is promised: a million prefixes of a
 * hundred customers, and 10,000 rules.
 *
 *	run_scale DIRECTORY
 *
 * Writes the policy and its feeds into DIRECTORY. compile_1m_10k_s is all from
 * the text to the image; swap_1m_ms is what `weir apply` does then: tries
 * filled, image copied and in force, with the program attached already.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"
#include "figure.h"
#include "filter_set.h"
#include "kernel.h"
#include "policy_image.h"
#include "prefixes.h"
#include "testbed.h"

enum { PREFIXES = 1000000, RULES = 10000, CUSTOMERS = 100, TIMES = 5 };

static const struct kernel_options options = {
	.pin_directory = "/sys/fs/bpf/bench",
};

static FILE *create(struct arena *arena, const char *directory,
		    const char *name)
{
	FILE *file = fopen(arena_printf(arena, "%s/%s", directory, name), "w");

	if (!file)
		die(name);
	return file;
}

/* Neighbouring prefixes are of different customers: there is no worse. */
static void write_feed(struct arena *arena, const char *directory,
		       const struct prefix *prefixes, size_t customer)
{
	_cleanup_file_ FILE *file =
		create(arena, directory, arena_printf(arena, "c%zu", customer));
	char text[PREFIX_TEXT];

	for (size_t i = customer; i < PREFIXES; i += CUSTOMERS)
		fprintf(file, "%s\n", prefix_format(&prefixes[i], text));
}

static void write_policy(const char *directory)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_file_ FILE *file = create(arena, directory, "scale.weir");
	const struct prefix *prefixes =
		random_prefixes(arena, FAMILY_IPV4, PREFIXES);
	struct filter_set set = filter_set_read(arena, "acl1", RULES);

	for (size_t i = 0; i < CUSTOMERS; i++) {
		write_feed(arena, directory, prefixes, i);
		fprintf(file, "customer c%zu { feed \"c%zu\" format plain; }\n",
			i, i);
	}
	fprintf(file,
		"%sinterface eth0 { role customer c0; in { apply acl1; } }\n",
		filter_set_text(arena, &set, "acl1"));
}

static double compile(struct arena *arena, const char *policy,
		      struct image **image)
{
	double begin = seconds_now();

	*image = policy_image(arena, policy, NULL, NULL, 0);
	if (!*image)
		exit(1);
	return seconds_now() - begin;
}

static double apply(struct image *image)
{
	struct kernel_apply_result result;
	struct kernel_error error = { .text = "" };
	double begin = seconds_now();

	if (kernel_apply(image, &options, &result, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		exit(1);
	}
	return (seconds_now() - begin) * 1e3;
}

static void measure(const char *policy)
{
	double compiling[TIMES], swapping[TIMES];

	for (int i = -1; i < TIMES; i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		struct image *image;
		double compiled = compile(arena, policy, &image);
		double swapped = apply(image);

		if (i < 0)
			continue; /* the first attaches, and warms the caches */
		compiling[i] = compiled;
		swapping[i] = swapped;
	}
	figure_print("compile_1m_10k_s", figure_of(compiling, TIMES));
	figure_print("swap_1m_ms", figure_of(swapping, TIMES));
}

/* Of its own, so that nothing that is pinned there outlives the process. */
static void make_file_system(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL))
		die("/sys/fs/bpf");
}

int main(int count, char **arguments)
{
	char policy[4096];

	if (count != 2) {
		fputs("usage: run_scale DIRECTORY\n", stderr);
		return 2;
	}
	make_file_system();
	if (testbed_namespace() || !testbed_device("eth0"))
		die("eth0");
	write_policy(arguments[1]);
	snprintf(policy, sizeof(policy), "%s/scale.weir", arguments[1]);
	measure(policy);
	return 0;
}
