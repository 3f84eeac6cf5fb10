// SPDX-License-Identifier: GPL-2.0-only
/* Usage lines and help, written from the tables of verb.h in 80 columns. */
#include <stdarg.h>
#include <string.h>

#include "cmd/exit.h"
#include "cmd/verb.h"
#include "output/table.h"

enum { HELP_COLUMN = 29, GAP = 2, HINT_COLUMN = 10 };

/* One more word of a usage line, which goes on below itself when full. */
static void add_word(FILE *stream, int *column, int indent, const char *word)
{
	int length = (int)strlen(word);

	if (*column + 1 + length > LINE_COLUMNS) {
		fprintf(stream, "\n%*s", indent, "");
		*column = indent;
	} else {
		fputc(' ', stream);
		*column += 1;
	}
	fputs(word, stream);
	*column += length;
}

static void option_word(const struct verb_option *option, char *text,
			size_t size)
{
	const char *argument = option->argument;

	if (option->letter && !argument)
		snprintf(text, size, "[-%c]", option->letter);
	else
		snprintf(text, size, "[--%s%s%s]", option->name,
			 argument ? " " : "", argument ? argument : "");
}

static void print_synopsis(const struct verb *verb, FILE *stream)
{
	const char *cursor = verb->arguments;
	struct word word;
	char text[128];
	int indent = fprintf(stream, "usage: weir %s", verb->name);
	int column = indent++;

	for (const struct verb_option *o = verb->options; o->name; o++) {
		option_word(o, text, sizeof(text));
		add_word(stream, &column, indent, text);
	}
	while (next_argument(&cursor, &word)) {
		snprintf(text, sizeof(text), word.optional ? "[%.*s]" : "%.*s",
			 word.length, word.start);
		add_word(stream, &column, indent, text);
	}
	fputc('\n', stream);
}

static void print_options(const struct verb_option *options, FILE *stream)
{
	for (; options->name; options++) {
		int column = fprintf(stream, "  ");

		if (options->letter)
			column += fprintf(stream, "-%c, ", options->letter);
		column += fprintf(stream, "--%s", options->name);
		if (options->argument)
			column += fprintf(stream, " %s", options->argument);
		if (column + GAP > HELP_COLUMN)
			column = fprintf(stream, "\n") - 1;
		fprintf(stream, "%*s", HELP_COLUMN - column, "");
		print_wrapped(stream, options->help, HELP_COLUMN, HELP_COLUMN);
	}
}

void print_usage(const struct verb *verb, FILE *stream)
{
	print_synopsis(verb, stream);
	fprintf(stream, "\n%s\n", verb->help);
	if (verb->options->name) {
		fputs("\noptions:\n", stream);
		print_options(verb->options, stream);
	}
	fputs("\noptions of every verb:\n", stream);
	print_options(global_options, stream);
}

void print_overview(FILE *stream)
{
	fputs("usage: weir VERB [OPTION ...] [ARGUMENT ...]\n\nverbs:\n",
	      stream);
	for (size_t i = 0; i < verb_count; i++) {
		int column = fprintf(stream, "  %s %s", verbs[i].name,
				     verbs[i].arguments);

		fprintf(stream, "%*s%s\n", HELP_COLUMN - column, "",
			verbs[i].help);
	}
	fputs("\noptions of every verb:\n", stream);
	print_options(global_options, stream);
	fputs("\n`weir help VERB` has the options of a verb, weir(8) "
	      "the whole story.\n",
	      stream);
}

void print_hint(const char *hint)
{
	if (!hint)
		return;
	fputs("    hint: ", stderr);
	print_wrapped(stderr, hint, HINT_COLUMN, HINT_COLUMN);
}

const char *did_you_mean(const char *before, const char *word)
{
	static char text[128];

	if (!word)
		return NULL;
	snprintf(text, sizeof(text), "did you mean %s%s?", before, word);
	return text;
}

int usage_error(const struct verb *verb, const char *hint, const char *format,
		...)
{
	va_list arguments;

	fprintf(stderr, "weir%s%s: ", verb ? " " : "", verb ? verb->name : "");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	print_hint(hint);
	if (verb)
		print_synopsis(verb, stderr);
	else
		fputs("usage: weir VERB [OPTION ...] [ARGUMENT ...]; "
		      "`weir help` lists the verbs\n",
		      stderr);
	return EXIT_USAGE;
}
