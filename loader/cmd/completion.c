// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir completion: a script for bash, generated from the tables that the
 * command itself uses.
 *
 * The script finds the verb and how many of its arguments stand before the
 * cursor, skipping what belongs to options, and then looks up what may come
 * there: cases are keyed by "VERB OPTION" and "VERB POSITION", because one
 * letter may take an argument with one verb and none with another. Bash hands
 * over --option=value as three words.
 */
#include <string.h>

#include "cmd/command.h"

const struct verb_option completion_options[] = { { 0 } };

static const char script_head[] =
	"# bash completion for weir, written by `weir completion bash`\n"
	"_weir_reply() {\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$@\" -- \"$current\")\n"
	"}\n"
	"\n"
	"_weir() {\n"
	"\tlocal current=${COMP_WORDS[COMP_CWORD]}\n"
	"\tlocal previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal verb=\"\" word i position=0\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\tif [[ $current == = ]]; then\n"
	"\t\tcurrent=\"\"\n"
	"\telif [[ $previous == = ]]; then\n"
	"\t\tprevious=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tcase \"$verb $word\" in\n";

static const char script_arguments[] =
	"\t\t\ti=$((i + 1))\n"
	"\t\t\tif [[ ${COMP_WORDS[i]} == = ]]; then i=$((i + 1)); fi\n"
	"\t\t\t;;\n"
	"\t\t*\" -\"*) ;;\n"
	"\t\t*)\n"
	"\t\t\tif [[ -z $verb ]]; then\n"
	"\t\t\t\tverb=$word\n"
	"\t\t\telse\n"
	"\t\t\t\tposition=$((position + 1))\n"
	"\t\t\tfi\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcase \"$verb $previous\" in\n";

static const char script_positions[] = "\tcase \"$verb $position\" in\n"
				       "\t\" 0\")\n"
				       "\t\t_weir_reply -W \"";

static const char script_tail[] = "\tesac\n"
				  "}\n"
				  "complete -F _weir weir\n";

static const char *const reason_names[] = {
#define REASON(symbol, name, verdict, text) name,
#include "reasons.def"
#undef REASON
};

static void print_verbs(void)
{
	for (size_t i = 0; i < verb_count; i++)
		printf("%s%s", i ? " " : "", verbs[i].name);
}

static bool word_is(const struct word *word, const char *text)
{
	return word->length == (int)strlen(text) &&
	       !memcmp(word->start, text, (size_t)word->length);
}

/* The command that completes a placeholder; nothing for free text. */
static void print_placeholder(const struct word *word)
{
	if (word_is(word, "FILE") || word_is(word, "DIR")) {
		printf("compopt -o filenames 2>/dev/null || :\n"
		       "\t\t_weir_reply -%c",
		       word->start[0] == 'F' ? 'f' : 'd');
	} else if (word_is(word, "VERB")) {
		printf("_weir_reply -W \"");
		print_verbs();
		putchar('"');
	} else if (word_is(word, "REASON")) {
		printf("_weir_reply -W \"");
		for (int i = 0; i < REASON_COUNT; i++)
			printf("%s%s", i ? " " : "", reason_names[i]);
		putchar('"');
	} else if (word_is(word, "INTERFACE")) {
		printf("_weir_reply -W \"$(ls /sys/class/net)\"");
	} else {
		putchar(':');
	}
}

static void print_choices(const char *choices)
{
	struct word word;
	const char *rest = choices;

	next_choice(&rest, &word);
	fputs("\t\t", stdout);
	if (word_is_placeholder(&word)) {
		print_placeholder(&word);
	} else {
		printf("_weir_reply -W \"%.*s", word.length, word.start);
		while (next_choice(&rest, &word))
			printf(" %.*s", word.length, word.start);
		putchar('"');
	}
	fputs("\n\t\treturn\n\t\t;;\n", stdout);
}

/* "VERB --option" | "VERB -o", any verb for the global options. */
static void print_pattern(const char *verb, const struct verb_option *option)
{
	printf("%s\" --%s\"", verb, option->name);
	if (option->letter)
		printf(" | %s\" -%c\"", verb, option->letter);
}

/* The pattern of every option that takes an argument, for skipping it. */
static void print_skipped(void)
{
	const char *separator = "\t\t";

	for (size_t i = 0; i <= verb_count; i++) {
		const struct verb_option *option =
			i < verb_count ? verbs[i].options : global_options;

		for (; option->name; option++) {
			if (!option->argument)
				continue;
			fputs(separator, stdout);
			print_pattern(i < verb_count ? verbs[i].name : "*",
				      option);
			separator = " | \\\n\t\t\t";
		}
	}
	fputs(")\n", stdout);
}

static void print_option_arguments(const char *verb,
				   const struct verb_option *option)
{
	for (; option->name; option++) {
		if (!option->argument)
			continue;
		putchar('\t');
		print_pattern(verb, option);
		fputs(")\n", stdout);
		print_choices(option->argument);
	}
}

static void print_option_words(const struct verb_option *option)
{
	for (; option->name; option++)
		printf(" --%s", option->name);
}

static void print_positions(const struct verb *verb)
{
	const char *cursor = verb->arguments;
	struct word word;

	for (int i = 0; next_argument(&cursor, &word); i++) {
		printf("\t\"%s %d\")\n\t\t", verb->name, i);
		if (word_is_placeholder(&word))
			print_placeholder(&word);
		else
			printf("_weir_reply -W \"%.*s\"", word.length,
			       word.start);
		fputs("\n\t\t;;\n", stdout);
	}
}

static void print_all_options(void)
{
	fputs("\tesac\n\tif [[ $current == -* ]]; then\n\t\tword=\"", stdout);
	print_option_words(global_options);
	fputs("\"\n\t\tcase $verb in\n", stdout);
	for (size_t i = 0; i < verb_count; i++) {
		if (!verbs[i].options->name)
			continue;
		printf("\t\t%s) word+=\"", verbs[i].name);
		print_option_words(verbs[i].options);
		fputs("\" ;;\n", stdout);
	}
	fputs("\t\tesac\n\t\t_weir_reply -W \"$word\"\n\t\treturn\n\tfi\n",
	      stdout);
}

int cmd_completion(const struct invocation *invocation)
{
	if (invocation->json)
		return usage_error(invocation->verb, NULL,
				   "a script has no JSON form");
	fputs(script_head, stdout);
	print_skipped();
	fputs(script_arguments, stdout);
	for (size_t i = 0; i < verb_count; i++)
		print_option_arguments(verbs[i].name, verbs[i].options);
	print_option_arguments("*", global_options);
	print_all_options();
	fputs(script_positions, stdout);
	print_verbs();
	fputs("\"\n\t\t;;\n", stdout);
	for (size_t i = 0; i < verb_count; i++)
		print_positions(&verbs[i]);
	fputs(script_tail, stdout);
	return EXIT_DONE;
}
