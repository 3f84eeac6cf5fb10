// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies and what is expected of them, found by name:
 *
 *	ok/NAME.weir    goes through every stage; prints as ok/NAME.fmt, which
 *	                parses and prints as itself. It has the diagnostics of
 *	                ok/NAME.err (warnings), or none when there is no such
 *	                file; its image in text is ok/NAME.image, if that is.
 *	fail/NAME.weir  has an error, and exactly the diagnostics of
 *	                fail/NAME.err.
 *
 * A file with an expectation but no policy is a failure too. --update writes
 * the expectations from what is. Included files and feeds have other endings.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "image.h"

static bool update;
static unsigned int number;
static unsigned int failures;

/* What one policy came to. */
struct outcome {
	char *diagnostics;
	char *printed; /* NULL when there were errors */
	char *image;
};

static void free_outcome(struct outcome *outcome)
{
	free(outcome->diagnostics);
	free(outcome->printed);
	free(outcome->image);
}

#define _cleanup_outcome_ __attribute__((cleanup(free_outcome)))

/* The router's own addresses, for `local` and `local-addresses`. */
static const struct prefix local[] = {
	{ { { 198, 51, 100, 1 } }, 32, FAMILY_IPV4 },
	{ { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } }, 128, FAMILY_IPV6 },
};

static void finish(struct arena *arena, struct diag_list *diags,
		   const struct policy *policy, struct outcome *outcome)
{
	const struct system_view view = {
		.local = local,
		.local_count = sizeof(local) / sizeof(*local),
	};
	const struct classifier *classifier = NULL;
	const struct resolved *resolved = NULL;
	FILE *stream;
	size_t size;

	if (!diag_errors(diags))
		resolved = resolve_policy(arena, diags, policy, &view);
	if (!diag_errors(diags))
		classifier = classify_rules(arena, diags, resolved);
	stream = open_memstream(&outcome->diagnostics, &size);
	diag_print(diags, stream);
	fclose(stream);
	if (diag_errors(diags))
		return;
	stream = open_memstream(&outcome->printed, &size);
	policy_print(policy, stream);
	fclose(stream);
	stream = open_memstream(&outcome->image, &size);
	image_print(image_build(arena, diags, resolved, classifier), stream);
	fclose(stream);
}

static struct outcome outcome_of_file(const char *name)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct outcome outcome = { 0 };

	finish(arena, diags, policy_parse_file(arena, diags, name), &outcome);
	return outcome;
}

static struct outcome outcome_of_text(const char *name, const char *text)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct diag_list *diags = diag_new(arena);
	struct outcome outcome = { 0 };

	finish(arena, diags,
	       policy_parse_text(arena, diags, name, text, strlen(text)),
	       &outcome);
	return outcome;
}

/* ---- files ------------------------------------------------------------- */

/* The text of a file, NULL when there is none. */
static char *read_text(const char *path)
{
	_cleanup_file_ FILE *file = fopen(path, "r");
	size_t size = 0;
	char *text = NULL;

	if (file && getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	return text;
}

static void write_text(const char *path, const char *text)
{
	_cleanup_file_ FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
}

static const char *with_ending(struct arena *arena, const char *path,
			       const char *ending)
{
	return arena_printf(arena, "%.*s.%s", (int)(strrchr(path, '.') - path),
			    path, ending);
}

/* ---- reports ----------------------------------------------------------- */

static void report(bool passed, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void report(bool passed, const char *format, ...)
{
	va_list arguments;

	failures += !passed;
	printf("%sok %u - ", passed ? "" : "not ", ++number);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
}

static void explain(const char *title, const char *text)
{
	printf("# %s:\n", title);
	while (text && *text) {
		size_t length = strcspn(text, "\n");

		printf("#   %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static bool same(const char *expected, const char *actual)
{
	if (!strcmp(expected ? expected : "", actual ? actual : ""))
		return true;
	explain("expected", expected);
	explain("got", actual);
	return false;
}

/* ---- cases ------------------------------------------------------------- */

static bool prints_as_itself(const char *name, const char *text)
{
	_cleanup_outcome_ struct outcome again = outcome_of_text(name, text);

	if (!again.printed)
		explain("errors in what was printed", again.diagnostics);
	return again.printed && same(text, again.printed);
}

static void update_case(const char *name, const struct outcome *outcome,
			bool fails)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	const char *errors = with_ending(arena, name, "err");
	const char *image = with_ending(arena, name, "image");

	if (fails == !outcome->printed) {
		if (!fails)
			write_text(with_ending(arena, name, "fmt"),
				   outcome->printed);
		if (!fails && !access(image, R_OK))
			write_text(image, outcome->image);
		if (*outcome->diagnostics)
			write_text(errors, outcome->diagnostics);
		else
			remove(errors);
	} else {
		fprintf(stderr, "%s does not %s\n%s", name,
			fails ? "fail" : "pass", outcome->diagnostics);
		exit(1);
	}
}

static void run_ok(const char *name, const struct outcome *outcome)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_free_ char *printed =
		read_text(with_ending(arena, name, "fmt"));
	_cleanup_free_ char *diagnostics =
		read_text(with_ending(arena, name, "err"));
	_cleanup_free_ char *image =
		read_text(with_ending(arena, name, "image"));

	report(same(diagnostics, outcome->diagnostics) && outcome->printed &&
		       printed && same(printed, outcome->printed),
	       "ok/%s is valid and prints as expected", name);
	report(outcome->printed && prints_as_itself(name, outcome->printed),
	       "ok/%s in print is valid and prints as itself", name);
	if (image)
		report(same(image, outcome->image),
		       "ok/%s has the expected image", name);
}

static void run_fail(const char *name, const struct outcome *outcome)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_free_ char *expected =
		read_text(with_ending(arena, name, "err"));

	report(!outcome->printed && expected &&
		       same(expected, outcome->diagnostics),
	       "fail/%s is refused with the expected words", name);
}

static bool has_ending(const char *name, const char *ending)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot + 1, ending);
}

static void run_file(const char *name, bool fails)
{
	_cleanup_outcome_ struct outcome outcome = { 0 };
	_cleanup_arena_ struct arena *arena = arena_new();

	if (has_ending(name, "fmt") || has_ending(name, "err") ||
	    has_ending(name, "image")) {
		if (access(with_ending(arena, name, "weir"), R_OK))
			report(false, "%s belongs to a policy", name);
		return;
	}
	if (!has_ending(name, "weir"))
		return;
	outcome = outcome_of_file(name);
	if (update)
		update_case(name, &outcome, fails);
	else if (fails)
		run_fail(name, &outcome);
	else
		run_ok(name, &outcome);
}

/* Cases name their files without a directory: so do the diagnostics. */
static void run_directory(const char *path, bool fails)
{
	struct dirent **entries;
	int count;
	int i;

	if (chdir(path)) {
		report(false, "%s: %s", path, strerror(errno));
		return;
	}
	count = scandir(".", &entries, NULL, alphasort);
	for (i = 0; i < count; i++) {
		run_file(entries[i]->d_name, fails);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

int main(int argc, char **argv)
{
	update = argc == 2 && !strcmp(argv[1], "--update");
	if (argc > 1 && !update) {
		fprintf(stderr, "usage: run_policy [--update]\n");
		return 2;
	}
	run_directory("tests/policy/ok", false);
	run_directory("../fail", true);
	if (!update)
		printf("1..%u\n", number);
	return failures > 0;
}
