// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the verifier spends on each program.
 *
 * The kernel counts the instructions that its verifier walks through, over
 * all paths, and gives up at a million (BPF_COMPLEXITY_LIMIT_INSNS); the count
 * differs between kernels. verifier.baseline has those of the kernels that the
 * tests run on: a program has to stay within a tenth of its line there. On
 * another kernel it has to stay below half of the limit. Each run prints the
 * lines to put into the file.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

#define BASELINE "tests/kernels/verifier.baseline"

enum { VERIFIER_LIMIT = 1000000 };

static const struct {
	const char *name, *file;
} programs[] = {
	{ "weir_ingress", WEIR_BPF_DIRECTORY "/weir_xdp.bpf.o" },
	{ "weir_egress", WEIR_BPF_DIRECTORY "/weir_tc.bpf.o" },
};

enum { PROGRAM_COUNT = sizeof(programs) / sizeof(programs[0]) };

/* ---- what the kernel says ---------------------------------------------- */

/* The templates describe inner maps and are none themselves. */
static int leave_out_templates(struct bpf_object *object)
{
	struct bpf_map *map;
	int error = 0;

	bpf_object__for_each_map(map, object)
	{
		if (!error && strstr(bpf_map__name(map), "_template"))
			error = bpf_map__set_autocreate(map, false);
	}
	return error;
}

static int read_count(const struct bpf_object *object, const char *name,
		      uint32_t *count)
{
	struct bpf_prog_info info = {};
	uint32_t length = sizeof(info);
	const struct bpf_program *program =
		bpf_object__find_program_by_name(object, name);

	if (!program)
		return -ENOENT;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length))
		return -errno;
	*count = info.verified_insns;
	return *count ? 0 : -ENODATA;
}

/* 0 or a negative errno; what libbpf has to say is on standard error. */
static int count_instructions(const char *file, const char *name,
			      uint32_t *count)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	int error;

	if (!object)
		return -errno;
	error = leave_out_templates(object);
	if (!error)
		error = bpf_object__load(object);
	if (!error)
		error = read_count(object, name, count);
	bpf_object__close(object);
	return error;
}

/* ---- what is recorded -------------------------------------------------- */

struct baseline {
	char release[16]; /* of this kernel: "6.1" */
	uint32_t counts[PROGRAM_COUNT];
};

static int name_release(char *release, size_t size)
{
	unsigned int major, minor;
	struct utsname system;

	if (uname(&system) ||
	    sscanf(system.release, "%u.%u", &major, &minor) != 2)
		return -1;
	snprintf(release, size, "%u.%u", major, minor);
	return 0;
}

static void take_line(struct baseline *baseline, const char *line)
{
	char release[16], name[32];
	uint32_t count;

	if (sscanf(line, "%15s %31s %u", release, name, &count) != 3 ||
	    strcmp(release, baseline->release))
		return;
	for (size_t i = 0; i < PROGRAM_COUNT; i++)
		if (!strcmp(name, programs[i].name))
			baseline->counts[i] = count;
}

static int read_baseline(struct baseline *baseline)
{
	_cleanup_file_ FILE *file = fopen(BASELINE, "re");
	char line[128];

	*baseline = (struct baseline){};
	if (!file || name_release(baseline->release, sizeof(baseline->release)))
		return -1;
	while (fgets(line, sizeof(line), file))
		if (*line != '#')
			take_line(baseline, line);
	return 0;
}

/* ---- the tests --------------------------------------------------------- */

static bool is_near(uint32_t count, uint32_t recorded)
{
	uint32_t tenth = recorded / 10;

	return count >= recorded - tenth && count <= recorded + tenth;
}

static bool test_program(const struct baseline *baseline, size_t index)
{
	uint32_t count = 0, recorded = baseline->counts[index];
	const char *name = programs[index].name;
	int error = count_instructions(programs[index].file, name, &count);
	bool good = !error && (recorded ? is_near(count, recorded)
					: count < VERIFIER_LIMIT / 2);

	printf("%s %zu - %s_is_verified_in_%s\n", good ? "ok" : "not ok",
	       index + 1, name,
	       recorded ? "as_many_instructions_as_recorded"
			: "less_than_half_of_the_limit");
	if (error)
		printf("# %s: %s\n", programs[index].file, strerror(-error));
	else
		printf("# %s %s %u\n", baseline->release, name, count);
	if (!good && recorded)
		printf("# " BASELINE " has %u\n", recorded);
	fflush(stdout);
	return good;
}

static int print(enum libbpf_print_level level, const char *format,
		 va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

int main(void)
{
	struct baseline baseline;
	size_t failed = 0;

	libbpf_set_print(print);
	if (read_baseline(&baseline)) {
		perror(BASELINE);
		return 1;
	}
	printf("1..%d\n", PROGRAM_COUNT);
	for (size_t i = 0; i < PROGRAM_COUNT; i++)
		failed += !test_program(&baseline, i);
	return failed != 0;
}
