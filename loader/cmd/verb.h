/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Verbs and their options as data.
 *
 * A verb is a line of commands.def and a table of options in its own file.
 * What the user may type, the usage line, `weir help VERB` and the shell
 * completion are all read from these tables; none of them is written twice.
 */
#ifndef WEIR_VERB_H
#define WEIR_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct invocation;

enum { MAX_ARGUMENTS = 4, MAX_OPTIONS = 24 };

/*
 * argument: NULL for a flag. Words separated by | are the only ones allowed;
 * a word in upper case stands for the user's. A flag sets *flag, an option
 * with an argument points *text to it. A table ends with name NULL.
 */
struct verb_option {
	const char *name;
	char letter; /* 0: long form only */
	const char *argument;
	const char *help;
	bool *flag;
	const char **text;
};

struct verb {
	const char *name;
	const char *arguments;
	const char *help;
	const struct verb_option *options;
	int (*run)(const struct invocation *invocation);
};

extern const struct verb verbs[];
extern const size_t verb_count;
extern const struct verb_option global_options[];

#define VERB(name, symbol, arguments, help)                                    \
	extern const struct verb_option symbol##_options[];                    \
	int cmd_##symbol(const struct invocation *invocation);
#include "commands.def"
#undef VERB

/* NULL when there is none of that name. */
const struct verb *verb_find(const char *name);

/* The name of a verb that name may be a slip of, or NULL. */
const char *verb_nearest(const char *name);

/*
 * One word of verb.arguments or a choice of verb_option.argument: text from
 * start, length bytes. Advances *cursor; false at the end.
 */
struct word {
	const char *start;
	int length;
	bool optional;
};
bool next_argument(const char **cursor, struct word *word);
bool next_choice(const char **cursor, struct word *word);

/* True for a placeholder like FILE, false for a word to be typed. */
bool word_is_placeholder(const struct word *word);

/*
 * Parses the options of argv[1..] into the tables' variables. verb NULL: the
 * global options alone, up to the first word. Returns the index of the first
 * word after the options (words have been moved to the end), or -1 after
 * saying on standard error what is wrong.
 */
int parse_options(const struct verb *verb, int argc, char **argv);

/* Words against verb->arguments; absent optional ones become NULL. */
bool parse_arguments(const struct verb *verb, int argc, char **argv,
		     const char *arguments[MAX_ARGUMENTS]);

/* Writes message, hint (NULL: none) and usage; returns EXIT_USAGE. */
int usage_error(const struct verb *verb, const char *hint, const char *format,
		...) __attribute__((format(printf, 3, 4)));

/* "did you mean WORD?" in static memory, or NULL when word is NULL. */
const char *did_you_mean(const char *before, const char *word);

/* To standard error; NULL: nothing. */
void print_hint(const char *hint);

void print_usage(const struct verb *verb, FILE *stream);
void print_overview(FILE *stream);

#endif
