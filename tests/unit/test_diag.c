// SPDX-License-Identifier: GPL-2.0-only
#include "policy_text.h"

struct fixture {
	struct arena *arena;
	struct diag_list *diags;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new();
	fixture->diags = diag_new(fixture->arena);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

/* A span on one line. */
static struct span on_line(uint32_t file, uint32_t line, uint32_t column,
			   uint32_t end_column)
{
	return (struct span){ file, line, column, line, end_column };
}

static uint32_t add_text(struct fixture *fixture, const char *text)
{
	return diag_add_file(fixture->diags, "edge.weir", text, strlen(text));
}

static void assert_prints(struct fixture *fixture, const char *expected)
{
	_cleanup_free_ char *text = diagnostics(fixture->diags);

	assert_string_equal(text, expected);
}

static void an_error_shows_its_place_its_line_and_its_hint(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "# top\nset noc { 192.0.2.1/24; }\n");

	diag_error(fixture->diags, on_line(file, 2, 11, 23), "write it so",
		   "prefix %s has host bits set", "192.0.2.1/24");
	assert_prints(fixture,
		      "edge.weir:2:11: error: prefix 192.0.2.1/24 has host "
		      "bits set\n"
		      "    set noc { 192.0.2.1/24; }\n"
		      "              ^~~~~~~~~~~~\n"
		      "    hint: write it so\n");
}

static void severities_have_their_words_and_a_note_its_place(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "a b\n");

	diag_warning(fixture->diags, on_line(file, 1, 1, 2), NULL, "look");
	diag_note(fixture->diags, on_line(file, 1, 3, 4), "here");
	assert_prints(fixture, "edge.weir:1:1: warning: look\n"
			       "    a b\n"
			       "    ^\n"
			       "edge.weir:1:3: note: here\n"
			       "    a b\n"
			       "      ^\n");
	assert_int_equal(diag_errors(fixture->diags), 0);
	assert_int_equal(diag_count(fixture->diags), 2);
	assert_int_equal(diag_at(fixture->diags, 1)->severity, SEVERITY_NOTE);
	assert_null(diag_at(fixture->diags, 2));
}

static void an_error_without_a_place_is_only_its_sentence(void **state)
{
	struct fixture *fixture = *state;

	diag_error(fixture->diags, (struct span){ 0 }, NULL, "no memory");
	assert_prints(fixture, "error: no memory\n");
}

static void an_error_about_a_whole_file_names_the_file(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "text\n");

	diag_error(fixture->diags, (struct span){ .file = file }, NULL,
		   "too large");
	assert_prints(fixture, "edge.weir: error: too large\n");
}

static void tabs_become_spaces_so_that_the_caret_is_below_its_byte(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "\tpermit\ttcp;\n");

	diag_error(fixture->diags, on_line(file, 1, 9, 12), NULL, "x");
	assert_prints(fixture, "edge.weir:1:9: error: x\n"
			       "     permit tcp;\n"
			       "            ^~~\n");
}

static void bytes_that_are_not_printable_become_question_marks(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "a\x1b[31m\xc3\xa9\x7f b\n");

	diag_error(fixture->diags, on_line(file, 1, 11, 12), "\x1b]0;x\x07",
		   "bad\r\nword \x9b");
	assert_prints(fixture, "edge.weir:1:11: error: bad??word ?\n"
			       "    a?[31m??? b\n"
			       "              ^\n"
			       "    hint: ?]0;x?\n");
}

static void a_long_line_is_cut_around_the_caret(void **state)
{
	struct fixture *fixture = *state;
	char text[202];
	_cleanup_free_ char *shown = NULL;
	const char *line;
	const char *caret;

	memset(text, '.', 200);
	strcpy(text + 200, "\n");
	text[99] = 'X';
	diag_error(fixture->diags,
		   on_line(add_text(fixture, text), 1, 100, 101), NULL, "x");
	shown = diagnostics(fixture->diags);
	line = strchr(shown, '\n') + 1;
	caret = strchr(line, '\n') + 1;
	assert_int_equal(caret - line - 1, 80);
	assert_memory_equal(line, "    ...", 7);
	assert_memory_equal(caret - 4, "...\n", 4);
	assert_int_equal(line[strcspn(caret, "^")], 'X');
}

static void the_caret_is_right_at_both_ends_of_a_long_line(void **state)
{
	struct fixture *fixture = *state;
	char text[202];
	_cleanup_free_ char *shown = NULL;
	const char *line;

	memset(text, '.', 200);
	strcpy(text + 200, "\n");
	text[0] = 'A';
	text[199] = 'Z';
	add_text(fixture, text);
	diag_error(fixture->diags, on_line(1, 1, 200, 201), NULL, "x");
	diag_error(fixture->diags, on_line(1, 1, 1, 2), NULL, "x");
	shown = diagnostics(fixture->diags);
	line = strchr(shown, '\n') + 1;
	assert_int_equal(line[strcspn(strchr(line, '\n') + 1, "^")], 'Z');
	line = strchr(strstr(line, "edge.weir"), '\n') + 1;
	assert_int_equal(line[strcspn(strchr(line, '\n') + 1, "^")], 'A');
}

static void a_span_over_lines_is_marked_to_the_end_of_its_first(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "permit tcp\r\nfrom noc;\n");

	diag_error(fixture->diags, (struct span){ file, 1, 8, 2, 9 }, NULL,
		   "x");
	assert_prints(fixture, "edge.weir:1:8: error: x\n"
			       "    permit tcp\n"
			       "           ^~~\n");
}

static void a_place_behind_the_last_byte_has_a_caret(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "permit");

	diag_error(fixture->diags, on_line(file, 1, 7, 7), NULL, "x");
	assert_prints(fixture, "edge.weir:1:7: error: x\n"
			       "    permit\n"
			       "          ^\n");
}

static void a_place_past_the_text_shows_no_line(void **state)
{
	struct fixture *fixture = *state;
	uint32_t file = add_text(fixture, "permit\n");

	diag_error(fixture->diags, on_line(file, 9, 1, 2), NULL, "x");
	assert_prints(fixture, "edge.weir:9:1: error: x\n");
}

static void long_hints_wrap_at_80_columns(void **state)
{
	struct fixture *fixture = *state;

	diag_error(fixture->diags, (struct span){ 0 },
		   "one two three four five six seven eight nine ten eleven "
		   "twelve thirteen fourteen",
		   "x");
	assert_prints(fixture,
		      "error: x\n"
		      "    hint: one two three four five six seven eight nine "
		      "ten eleven twelve\n"
		      "          thirteen fourteen\n");
}

static void long_messages_are_cut(void **state)
{
	struct fixture *fixture = *state;
	const char *message;

	diag_error(fixture->diags, (struct span){ 0 }, NULL, "%0*d", 100000, 0);
	message = diag_at(fixture->diags, 0)->message;
	assert_true(strlen(message) < 1000);
	assert_string_equal(message + strlen(message) - 3, "...");
}

static void twenty_errors_are_kept_and_all_are_counted(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_free_ char *shown = NULL;
	int i;

	for (i = 1; i <= 25; i++) {
		assert_int_equal(diag_full(fixture->diags), i > 20);
		diag_error(fixture->diags, (struct span){ 0 }, NULL, "e%d", i);
		diag_note(fixture->diags, (struct span){ 0 }, "n%d", i);
	}
	assert_int_equal(diag_errors(fixture->diags), 25);
	assert_int_equal(diag_count(fixture->diags), 40);
	shown = diagnostics(fixture->diags);
	assert_non_null(strstr(shown, "error: e20\nnote: n20\n"));
	assert_null(strstr(shown, "e21"));
	assert_null(strstr(shown, "n21"));
	assert_non_null(strstr(shown, "25 errors, the first 20 are shown\n"));
}

static void notes_are_kept_with_what_they_belong_to(void **state)
{
	struct fixture *fixture = *state;
	int i;

	diag_error(fixture->diags, (struct span){ 0 }, NULL, "e");
	for (i = 0; i < 50; i++)
		diag_note(fixture->diags, (struct span){ 0 }, "n");
	assert_int_equal(diag_count(fixture->diags), 51);
	assert_int_equal(diag_errors(fixture->diags), 1);
}

static void warnings_do_not_fill_the_queue_for_errors(void **state)
{
	struct fixture *fixture = *state;
	int i;

	for (i = 0; i < 100; i++)
		diag_warning(fixture->diags, (struct span){ 0 }, NULL, "w");
	assert_false(diag_full(fixture->diags));
	diag_error(fixture->diags, (struct span){ 0 }, NULL, "e");
	assert_int_equal(diag_count(fixture->diags), 21);
}

static void hints_and_messages_are_copied(void **state)
{
	struct fixture *fixture = *state;
	char hint[] = "hint";

	diag_error(fixture->diags, (struct span){ 0 }, hint, "x");
	hint[0] = 'm';
	assert_string_equal(diag_at(fixture->diags, 0)->hint, "hint");
	assert_string_equal(diag_hint(fixture->diags, "%d-%s", 1, "a"), "1-a");
}

static const char *nearest(const char *word)
{
	static const char *const words[] = {
		"permit", "drop", "protocol", "source-port",
		"from",	  "to",	  "on",	      "off",
	};

	return diag_nearest(word, words, sizeof(words) / sizeof(*words));
}

static void the_nearest_word_is_found(void **state)
{
	(void)state;
	assert_string_equal(nearest("premit"), "permit");
	assert_string_equal(nearest("PERMIT"), "permit");
	assert_string_equal(nearest("permitt"), "permit");
	assert_string_equal(nearest("prmit"), "permit");
	assert_string_equal(nearest("form"), "from");
	assert_string_equal(nearest("source_prot"), "source-port");
	assert_string_equal(nearest("of"), "off");
}

static void a_word_like_no_other_has_no_nearest(void **state)
{
	char word[1000];

	(void)state;
	assert_null(nearest(""));
	assert_null(nearest("x"));
	assert_null(nearest("no"));
	assert_null(nearest("zebra"));
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_null(nearest(word));
	assert_null(diag_nearest("permit", NULL, 0));
}

#define test(function)                                                         \
	cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_error_shows_its_place_its_line_and_its_hint),
		test(severities_have_their_words_and_a_note_its_place),
		test(an_error_without_a_place_is_only_its_sentence),
		test(an_error_about_a_whole_file_names_the_file),
		test(tabs_become_spaces_so_that_the_caret_is_below_its_byte),
		test(bytes_that_are_not_printable_become_question_marks),
		test(a_long_line_is_cut_around_the_caret),
		test(the_caret_is_right_at_both_ends_of_a_long_line),
		test(a_span_over_lines_is_marked_to_the_end_of_its_first),
		test(a_place_behind_the_last_byte_has_a_caret),
		test(a_place_past_the_text_shows_no_line),
		test(long_hints_wrap_at_80_columns),
		test(long_messages_are_cut),
		test(twenty_errors_are_kept_and_all_are_counted),
		test(notes_are_kept_with_what_they_belong_to),
		test(warnings_do_not_fill_the_queue_for_errors),
		test(hints_and_messages_are_copied),
		cmocka_unit_test(the_nearest_word_is_found),
		cmocka_unit_test(a_word_like_no_other_has_no_nearest),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
