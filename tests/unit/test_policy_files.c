// SPDX-License-Identifier: GPL-2.0-only
/* Policies in files: includes, pipes, and files that are none. */
#include "policy_text.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static char directory[] = "/tmp/weir-parse-XXXXXX";

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;

	(void)state;
	while ((entry = readdir(entries)))
		unlinkat(dirfd(entries), entry->d_name, 0);
	closedir(entries);
	return rmdir(directory);
}

static const char *path_of(const char *name)
{
	static char path[4][128];
	static unsigned int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", directory, name);
	return path[next];
}

static void write_file(const char *name, const char *text)
{
	_cleanup_file_ FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(text, file);
}

static struct parsed parse_path(const char *path)
{
	struct parsed parsed = { .arena = arena_new() };

	parsed.diags = diag_new(parsed.arena);
	parsed.policy = policy_parse_file(parsed.arena, parsed.diags, path);
	assert_non_null(parsed.policy);
	return parsed;
}

static const char *first_error(const struct parsed *parsed)
{
	assert_true(diag_count(parsed->diags) > 0);
	return diag_at(parsed->diags, 0)->message;
}

static void an_include_holds_what_the_file_says(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	const struct statement *statement;

	(void)state;
	write_file("top.weir", "include \"part\";\nset a { }\n");
	write_file("part", "# comment\nset b { }\nset c { }\n");
	parsed = parse_path(path_of("top.weir"));
	assert_int_equal(diag_errors(parsed.diags), 0);
	statement = parsed.policy->statements;
	assert_int_equal(statement->kind, STATEMENT_INCLUDE);
	assert_string_equal(statement->name, "part");
	assert_string_equal(statement->included->name, "b");
	assert_int_equal(statement->included->span.file, 2);
	assert_string_equal(statement->included->next->name, "c");
	assert_string_equal(statement->next->name, "a");
	assert_int_equal(parsed.policy->comment_count, 0);
}

static void a_file_under_another_name_still_includes_itself(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };

	(void)state;
	write_file("self.weir", "include \"link.weir\";\n");
	assert_int_equal(link(path_of("self.weir"), path_of("link.weir")), 0);
	parsed = parse_path(path_of("self.weir"));
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_non_null(strstr(first_error(&parsed), "includes itself"));
}

static void a_long_chain_of_includes_is_refused(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	char name[16];
	char text[32];
	int i;

	(void)state;
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "chain%d", i);
		snprintf(text, sizeof(text), "include \"chain%d\";\n", i + 1);
		write_file(name, text);
	}
	parsed = parse_path(path_of("chain0"));
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_string_equal(first_error(&parsed),
			    "files include each other more than 32 deep");
}

static void an_include_that_is_a_pipe_is_refused_without_waiting(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };

	(void)state;
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	write_file("top.weir", "include \"pipe\";\n");
	parsed = parse_path(path_of("top.weir"));
	assert_non_null(
		strstr(first_error(&parsed), "it is not a regular file"));
}

static void a_missing_file_is_named_with_the_reason(void **state)
{
	_cleanup_parsed_ struct parsed parsed = parse_path(path_of("absent"));

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_non_null(strstr(first_error(&parsed),
			       "absent: No such file or directory"));
}

static void a_directory_is_no_policy(void **state)
{
	_cleanup_parsed_ struct parsed parsed = parse_path(directory);

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 1);
}

/* Puts the text where the parser reads when the path is "-". */
static int replace_input(const char *text)
{
	int saved = dup(STDIN_FILENO);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	return saved;
}

static void a_dash_reads_standard_input(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	_cleanup_fd_ int saved = replace_input("set a { }\n}");

	(void)state;
	parsed = parse_path("-");
	dup2(saved, STDIN_FILENO);
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_string_equal(diag_file_name(parsed.diags, 1), "<stdin>");
	assert_int_equal(diag_at(parsed.diags, 0)->span.line, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_include_holds_what_the_file_says),
		cmocka_unit_test(
			a_file_under_another_name_still_includes_itself),
		cmocka_unit_test(a_long_chain_of_includes_is_refused),
		cmocka_unit_test(
			an_include_that_is_a_pipe_is_refused_without_waiting),
		cmocka_unit_test(a_missing_file_is_named_with_the_reason),
		cmocka_unit_test(a_directory_is_no_policy),
		cmocka_unit_test(a_dash_reads_standard_input),
	};

	return cmocka_run_group_tests_name("policy files", tests,
					   make_directory, remove_directory);
}
