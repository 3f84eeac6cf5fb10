// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line against the option tables, by getopt_long(3).
 *
 * A verb's own options and the global ones are put into one array for getopt;
 * the value getopt returns is FIRST_OPTION + the index in that array, which
 * leads back to the table's entry. Messages are ours, so that they can say
 * which option was meant.
 */
#include <getopt.h>
#include <string.h>

#include "cmd/exit.h"
#include "cmd/verb.h"
#include "diag.h"

enum { FIRST_OPTION = 256, NAME_BYTES = 64, HINT_BYTES = 96 };

struct option_list {
	const struct verb_option *entries[MAX_OPTIONS];
	struct option longs[MAX_OPTIONS + 1];
	char letters[2 * MAX_OPTIONS + 3];
	size_t count;
};

static void add_table(struct option_list *list, const struct verb_option *table)
{
	for (; table->name && list->count < MAX_OPTIONS; table++) {
		size_t i = list->count++;
		char letter[] = { table->letter, table->argument ? ':' : 0, 0 };

		list->entries[i] = table;
		list->longs[i] = (struct option){
			.name = table->name,
			.has_arg = table->argument != NULL,
			.val = FIRST_OPTION + (int)i,
		};
		if (table->letter)
			strcat(list->letters, letter);
	}
}

static const struct verb_option *entry_of(const struct option_list *list,
					  int value)
{
	if (value >= FIRST_OPTION)
		return list->entries[value - FIRST_OPTION];
	for (size_t i = 0; i < list->count; i++)
		if (value && list->entries[i]->letter == value)
			return list->entries[i];
	return NULL;
}

static const char *nearest_option(const struct option_list *list,
				  const char *typed)
{
	const char *names[MAX_OPTIONS];
	char name[NAME_BYTES];
	size_t length = strcspn(typed, "=");

	if (length >= sizeof(name))
		return NULL;
	memcpy(name, typed, length);
	name[length] = 0;
	for (size_t i = 0; i < list->count; i++)
		names[i] = list->entries[i]->name;
	return diag_nearest(name, names, list->count);
}

/* "--reset or --reason": what typed may be short for. Returns how many. */
static int candidates(const struct option_list *list, const char *typed,
		      char *text, size_t size)
{
	size_t length = strcspn(typed, "=");
	int found = 0;

	text[0] = 0;
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->entries[i]->name;
		size_t used = strlen(text);

		if (strncmp(name, typed, length) != 0)
			continue;
		snprintf(text + used, size - used, "%s--%s",
			 found++ ? " or " : "", name);
	}
	return found;
}

/* A long option that is none, or may be several. */
static void unclear_option(const struct verb *verb,
			   const struct option_list *list, const char *typed)
{
	char text[HINT_BYTES];

	if (candidates(list, typed + 2, text, sizeof(text)) > 1)
		usage_error(verb, did_you_mean("", text),
			    "option %s is ambiguous", typed);
	else
		usage_error(verb,
			    did_you_mean("--", nearest_option(list, typed + 2)),
			    "unknown option %s", typed);
}

static void unknown_option(const struct verb *verb,
			   const struct option_list *list, const char *typed)
{
	const struct verb_option *known = entry_of(list, optopt);

	if (known && optopt >= FIRST_OPTION)
		usage_error(verb, NULL, "option --%s takes no argument",
			    known->name);
	else if (optopt)
		usage_error(verb, NULL, "unknown option -%c", optopt);
	else
		unclear_option(verb, list, typed);
}

static bool choice_allowed(const struct verb *verb,
			   const struct verb_option *entry, const char *text)
{
	const char *cursor = entry->argument;
	const char *names[MAX_OPTIONS];
	char copies[MAX_OPTIONS][NAME_BYTES];
	struct word word;
	size_t count = 0;

	while (count < MAX_OPTIONS && next_choice(&cursor, &word)) {
		if (word_is_placeholder(&word))
			return true;
		snprintf(copies[count], NAME_BYTES, "%.*s", word.length,
			 word.start);
		if (!strcmp(copies[count], text))
			return true;
		names[count] = copies[count];
		count++;
	}
	usage_error(verb, did_you_mean("", diag_nearest(text, names, count)),
		    "option --%s takes %s, not '%s'", entry->name,
		    entry->argument, text);
	return false;
}

static bool take_option(const struct verb *verb,
			const struct verb_option *entry)
{
	if (!entry->argument) {
		*entry->flag = true;
		return true;
	}
	if (!choice_allowed(verb, entry, optarg))
		return false;
	*entry->text = optarg;
	return true;
}

int parse_options(const struct verb *verb, int argc, char **argv)
{
	struct option_list list = { .letters = "" };
	int value;

	strcpy(list.letters, verb ? ":" : "+:");
	if (verb)
		add_table(&list, verb->options);
	add_table(&list, global_options);
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, list.letters, list.longs,
				    NULL)) != -1) {
		const struct verb_option *entry = entry_of(&list, value);

		if (value == '?') {
			unknown_option(verb, &list, argv[optind - 1]);
			return -1;
		}
		if (value == ':') {
			entry = entry_of(&list, optopt);
			usage_error(verb, NULL, "option --%s needs %s",
				    entry->name, entry->argument);
			return -1;
		}
		if (!take_option(verb, entry))
			return -1;
	}
	return optind;
}

static bool word_matches(const struct verb *verb, const struct word *word,
			 const char *typed)
{
	char expected[NAME_BYTES];
	const char *candidate = expected;

	if (word_is_placeholder(word))
		return true;
	snprintf(expected, sizeof(expected), "%.*s", word->length, word->start);
	if (!strcmp(expected, typed))
		return true;
	usage_error(verb, did_you_mean("", diag_nearest(typed, &candidate, 1)),
		    "expected '%s', not '%s'", expected, typed);
	return false;
}

bool parse_arguments(const struct verb *verb, int argc, char **argv,
		     const char *arguments[MAX_ARGUMENTS])
{
	const char *cursor = verb->arguments;
	struct word word;
	int count = 0;

	for (; next_argument(&cursor, &word); count++) {
		if (count >= argc && !word.optional) {
			usage_error(verb, NULL, "%.*s is missing", word.length,
				    word.start);
			return false;
		}
		if (count < argc && !word_matches(verb, &word, argv[count]))
			return false;
		arguments[count] = count < argc ? argv[count] : NULL;
	}
	if (argc > count) {
		usage_error(verb, NULL, "unexpected argument '%s'",
			    argv[count]);
		return false;
	}
	return true;
}
