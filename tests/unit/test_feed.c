// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds: what is read, and that everything doubtful is an error at the right
 * place instead of a shorter list.
 */
#include "resolve_helpers.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resolve/feed.h"

struct parsed {
	struct arena *arena;
	struct diag_list *diags;
	struct prefix_list list;
};

static struct parsed parse_bytes(const char *text, size_t size,
				 enum feed_format format)
{
	struct parsed parsed = { .arena = arena_new() };
	uint32_t file;

	parsed.diags = diag_new(parsed.arena);
	file = diag_add_file(parsed.diags, "feed.txt", text, size);
	feed_parse(parsed.arena, parsed.diags, file, text, size, format,
		   &parsed.list);
	return parsed;
}

static void expect_prefixes(const char *text, enum feed_format format,
			    size_t count)
{
	struct parsed parsed = parse_bytes(text, strlen(text), format);

	assert_int_equal(diag_count(parsed.diags), 0);
	assert_int_equal(parsed.list.count, count);
	arena_free(parsed.arena);
}

static void expect_bytes_refused(const char *text, size_t size,
				 enum feed_format format, uint32_t line,
				 uint32_t column, const char *message)
{
	struct parsed parsed = parse_bytes(text, size, format);
	const struct diagnostic *first;

	assert_int_equal(diag_errors(parsed.diags), 1);
	first = diag_at(parsed.diags, 0);
	assert_string_equal(first->message, message);
	assert_int_equal(first->span.file, 1);
	assert_int_equal(first->span.line, line);
	assert_int_equal(first->span.column, column);
	arena_free(parsed.arena);
}

static void expect_refused(const char *text, uint32_t line, uint32_t column,
			   const char *message)
{
	expect_bytes_refused(text, strlen(text), FEED_PLAIN, line, column,
			     message);
}

static void prefixes_and_addresses_of_both_families_are_read(void **state)
{
	struct parsed parsed = parse_bytes(
		"192.0.2.0/24\n2001:db8::/32\n10.0.0.1\n::1\n", 40, FEED_PLAIN);
	char text[PREFIX_TEXT];

	(void)state;
	assert_int_equal(parsed.list.count, 4);
	assert_string_equal(prefix_format(&parsed.list.prefixes[0], text),
			    "192.0.2.0/24");
	assert_string_equal(prefix_format(&parsed.list.prefixes[3], text),
			    "::1");
	arena_free(parsed.arena);
}

static void comments_blanks_and_carriage_returns_are_skipped(void **state)
{
	(void)state;
	expect_prefixes("# head\r\n\r\n  192.0.2.0/24\t# ours\r\n\n#\n"
			"10.0.0.0/8 \r\n",
			FEED_PLAIN, 2);
}

static void the_last_line_of_a_plain_feed_may_lack_its_end(void **state)
{
	(void)state;
	expect_prefixes("10.0.0.0/8\n192.0.2.0/24", FEED_PLAIN, 2);
}

static void a_cymru_list_is_read(void **state)
{
	(void)state;
	expect_prefixes("# last updated 1605631801 (Tue Nov 17 2020)\n"
			"0.0.0.0/8\n5.44.248.0/21\n",
			FEED_CYMRU, 2);
}

static void a_cymru_list_without_its_first_line_is_a_warning(void **state)
{
	struct parsed parsed = parse_bytes("0.0.0.0/8\n", 10, FEED_CYMRU);

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 0);
	assert_int_equal(diag_count(parsed.diags), 1);
	assert_int_equal(parsed.list.count, 1);
	arena_free(parsed.arena);
}

static void a_cymru_list_without_its_last_line_end_is_cut_off(void **state)
{
	static const char text[] = "# last updated 1\n10.0.0.0/8\n128.0.0.0/1";

	(void)state;
	expect_bytes_refused(text, sizeof(text) - 1, FEED_CYMRU, 3, 11,
			     "the feed ends without a line end");
}

static void a_line_that_is_no_prefix_is_shown(void **state)
{
	(void)state;
	expect_refused("10.0.0.0/8\n  example.net # x\n10.0.0.0/8\n", 2, 3,
		       "this is neither an IPv4 nor an IPv6 prefix");
	expect_refused("10.0.0.0/8 11.0.0.0/8 # two\n", 1, 12,
		       "this follows the end of an entry");
}

static void a_length_out_of_range_is_shown(void **state)
{
	(void)state;
	expect_refused("10.0.0.0/33\n", 1, 1,
		       "this prefix length is not a number in range");
}

static void host_bits_are_an_error_with_the_corrected_prefix(void **state)
{
	struct parsed parsed =
		parse_bytes("10.0.0.0/8\n192.0.2.1/24\n", 24, FEED_PLAIN);

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_string_equal(diag_at(parsed.diags, 0)->message,
			    "prefix 192.0.2.1/24 has host bits set");
	assert_string_equal(diag_at(parsed.diags, 0)->hint,
			    "the prefix is 192.0.2.0/24");
	assert_int_equal(diag_at(parsed.diags, 0)->span.line, 2);
	arena_free(parsed.arena);
}

static void a_web_page_is_recognised(void **state)
{
	(void)state;
	expect_refused("\r\n <!DOCTYPE html>\n<html>10.0.0.0/8\n</html>\n", 1,
		       1, "this is a web page, not a list of prefixes");
}

static void a_feed_without_prefixes_is_an_error(void **state)
{
	(void)state;
	expect_refused("", 1, 1, "the feed has no prefixes");
	expect_refused("# nothing today\n\n", 1, 1, "the feed has no prefixes");
}

static void a_feed_that_ends_within_a_line_is_cut_off(void **state)
{
	(void)state;
	expect_refused("10.0.0.0/8\n192.0.2.0/", 2, 1,
		       "the feed ends in the middle of a line");
	expect_refused("10.0.0.0/8\n192.0", 2, 1,
		       "the feed ends in the middle of a line");
	expect_refused("10.0.0.0/8\n192.0.2.0/2", 2, 1,
		       "the feed ends in the middle of a line");
}

static void a_nul_byte_is_shown_where_it_stands(void **state)
{
	(void)state;
	expect_bytes_refused("10.0.0.0/8\n10.\0.0.0/8\n", 22, FEED_PLAIN, 2, 4,
			     "a NUL byte: this is no text file");
}

static void garbage_stops_after_as_many_errors_as_anybody_reads(void **state)
{
	size_t size = 100000, i;
	char *text = malloc(size);
	struct parsed parsed;

	(void)state;
	for (i = 0; i < size; i++)
		text[i] = i % 2 ? '\n' : 'x';
	parsed = parse_bytes(text, size, FEED_PLAIN);
	assert_true(diag_full(parsed.diags));
	assert_true(diag_errors(parsed.diags) < 100);
	arena_free(parsed.arena);
	free(text);
}

/* ---- files ------------------------------------------------------------- */

static char directory[] = "/tmp/weir-feed-XXXXXX";

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/feed.txt", directory);
	unlink(path);
	return rmdir(directory);
}

static void write_feed(const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/feed.txt", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct world resolve_beside(const char *policy)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/test.weir", directory);
	return resolve_named(path, policy);
}

static void a_feed_is_found_beside_the_policy_that_names_it(void **state)
{
	struct world world;

	(void)state;
	write_feed("203.0.113.0/24\n2001:db8:a::/48\n");
	world = resolve_beside(
		"customer a { feed \"feed.txt\" format plain; 10.0.0.1; }");
	assert_int_equal(diag_count(world.diags), 0);
	assert_string_equal(set_text(&world, "customer a"),
			    "10.0.0.1 203.0.113.0/24 2001:db8:a::/48");
	world_end(&world);
}

static void an_error_in_a_feed_names_the_feed(void **state)
{
	struct world world;
	const struct diagnostic *first;

	(void)state;
	write_feed("203.0.113.0/24\nno\n");
	world = resolve_beside("bogons { feed \"feed.txt\" format plain; }");
	assert_int_equal(diag_errors(world.diags), 1);
	first = diag_at(world.diags, 0);
	assert_int_equal(first->span.line, 2);
	assert_non_null(strstr(diag_file_name(world.diags, first->span.file),
			       "/feed.txt"));
	world_end(&world);
}

static void expect_unreadable(const char *feed, const char *reason)
{
	char text[512];
	struct world world;

	snprintf(text, sizeof(text), "bogons { feed \"%s\" format plain; }",
		 feed);
	world = resolve_beside(text);
	assert_int_equal(diag_errors(world.diags), 1);
	assert_non_null(strstr(diag_at(world.diags, 0)->message, reason));
	assert_int_equal(diag_at(world.diags, 0)->span.column, 10);
	world_end(&world);
}

static void a_feed_that_cannot_be_read_is_an_error_at_its_name(void **state)
{
	(void)state;
	expect_unreadable("missing.txt", "No such file");
	expect_unreadable("/dev/null", "not a regular file");
	expect_unreadable(directory, "not a regular file");
}

static void a_feed_past_the_limit_is_not_read(void **state)
{
	char path[256];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/feed.txt", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (256 << 20) + 1), 0);
	close(fd);
	expect_unreadable("feed.txt", "larger than 256 MiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			prefixes_and_addresses_of_both_families_are_read),
		cmocka_unit_test(
			comments_blanks_and_carriage_returns_are_skipped),
		cmocka_unit_test(
			the_last_line_of_a_plain_feed_may_lack_its_end),
		cmocka_unit_test(a_cymru_list_is_read),
		cmocka_unit_test(
			a_cymru_list_without_its_first_line_is_a_warning),
		cmocka_unit_test(
			a_cymru_list_without_its_last_line_end_is_cut_off),
		cmocka_unit_test(a_line_that_is_no_prefix_is_shown),
		cmocka_unit_test(a_length_out_of_range_is_shown),
		cmocka_unit_test(
			host_bits_are_an_error_with_the_corrected_prefix),
		cmocka_unit_test(a_web_page_is_recognised),
		cmocka_unit_test(a_feed_without_prefixes_is_an_error),
		cmocka_unit_test(a_feed_that_ends_within_a_line_is_cut_off),
		cmocka_unit_test(a_nul_byte_is_shown_where_it_stands),
		cmocka_unit_test(
			garbage_stops_after_as_many_errors_as_anybody_reads),
		cmocka_unit_test(
			a_feed_is_found_beside_the_policy_that_names_it),
		cmocka_unit_test(an_error_in_a_feed_names_the_feed),
		cmocka_unit_test(
			a_feed_that_cannot_be_read_is_an_error_at_its_name),
		cmocka_unit_test(a_feed_past_the_limit_is_not_read),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
