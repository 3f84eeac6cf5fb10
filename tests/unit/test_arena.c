// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/cleanup.h"

static void memory_is_zeroed_and_aligned_whatever_its_size(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	size_t size, i;

	(void)state;
	for (size = 0; size < 40000; size += 1 + size / 3) {
		unsigned char *memory = arena_alloc(arena, size);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
}

static void allocations_do_not_overlap(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	enum { COUNT = 500 };
	unsigned char *memory[COUNT];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		memory[i] = arena_alloc(arena, i * 37);
		memset(memory[i], (int)(i & 0xff), i * 37);
	}
	for (i = 0; i < COUNT; i++)
		for (j = 0; j < i * 37; j++)
			assert_int_equal(memory[i][j], i & 0xff);
}

static void a_large_allocation_leaves_the_block_in_use(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	char *before = arena_alloc(arena, 16);
	char *large = arena_alloc(arena, 10 << 20);
	char *after = arena_alloc(arena, 16);

	(void)state;
	large[(10 << 20) - 1] = 1;
	assert_ptr_equal(after, before + 16);
}

static void strings_are_copied_to_their_length_and_ended(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	char text[] = "policy";
	char *part = arena_strndup(arena, text, 3);
	char *whole = arena_strdup(arena, text);

	(void)state;
	text[0] = 'X';
	assert_string_equal(part, "pol");
	assert_string_equal(whole, "policy");
	assert_string_equal(arena_strndup(arena, NULL, 0), "");
}

static void formatted_text_may_be_of_any_length(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	char *text = arena_printf(arena, "%0*d", 100000, 7);

	(void)state;
	assert_int_equal(strlen(text), 100000);
	assert_int_equal(text[99999], '7');
}

static void a_growing_array_keeps_its_elements(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	size_t capacity = 0;
	size_t *list = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		list = arena_grow(arena, list, i, &capacity, sizeof(*list));
		assert_true(capacity > i);
		list[i] = i;
	}
	for (i = 0; i < 100000; i++)
		assert_int_equal(list[i], i);
}

static void freeing_no_arena_is_allowed(void **state)
{
	(void)state;
	arena_free(NULL);
}

static int exit_code_of_array(size_t count, size_t size)
{
	static struct arena *volatile arena; /* no leak */
	pid_t child = fork();
	int status;

	if (!child) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		arena = arena_new();
		arena_array(arena, count, size);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void an_array_too_large_to_count_ends_the_process_with_3(void **state)
{
	(void)state;
	assert_int_equal(exit_code_of_array(4, 4), 0);
	assert_int_equal(exit_code_of_array(SIZE_MAX / 2 + 2, 2), 3);
	assert_int_equal(exit_code_of_array(SIZE_MAX, 1), 3);
	assert_int_equal(exit_code_of_array(SIZE_MAX - 16, 1), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			memory_is_zeroed_and_aligned_whatever_its_size),
		cmocka_unit_test(allocations_do_not_overlap),
		cmocka_unit_test(a_large_allocation_leaves_the_block_in_use),
		cmocka_unit_test(strings_are_copied_to_their_length_and_ended),
		cmocka_unit_test(formatted_text_may_be_of_any_length),
		cmocka_unit_test(a_growing_array_keeps_its_elements),
		cmocka_unit_test(freeing_no_arena_is_allowed),
		cmocka_unit_test(
			an_array_too_large_to_count_ends_the_process_with_3),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
