/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenarios from text: see scenario.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario.h"

const char *const host_names[HOST_COUNT] = { "customer", "transit", "core" };

struct reader {
	const char *path;
	unsigned int line;
	char heading[80];
};

static int complain(const struct reader *reader, const char *what,
		    const char *text)
{
	fprintf(stderr, "%s:%u: %s: \"%s\"\n", reader->path, reader->line, what,
		text);
	return -1;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && strchr(" \t\n", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static int host_number(const char *name)
{
	for (int host = 0; host < HOST_COUNT; host++)
		if (strcmp(name, host_names[host]) == 0)
			return host;
	return -1;
}

/* Cuts the next word, or what stands in quotes, off *text. */
static char *next_word(char **text)
{
	char *word = *text + strspn(*text, " \t");
	const char *end_at = " \t";
	char *end;

	if (*word == '"') {
		word++;
		end_at = "\"";
	}
	end = word + strcspn(word, end_at);
	*text = end;
	if (*end)
		*text = end + 1;
	*end = '\0';
	return word;
}

static bool accept(char **text, const char *word)
{
	size_t length = strlen(word);

	*text += strspn(*text, " \t");
	if (strncmp(*text, word, length) != 0 ||
	    !strchr(" \t,", (*text)[length]))
		return false;
	*text += length;
	return true;
}

/* INTERFACE may be several words: it ends at "in" or "out". */
static bool read_interface(char **text, struct counter_name *name)
{
	size_t length = 0;

	while (**text && length < sizeof(name->interface)) {
		for (size_t i = 0; i < 2; i++) {
			const char *direction = i ? "out" : "in";

			if (!accept(text, direction))
				continue;
			strcpy(name->direction, direction);
			return length > 0;
		}
		length += snprintf(name->interface + length,
				   sizeof(name->interface) - length, "%s%s",
				   length ? " " : "", next_word(text));
	}
	return false;
}

static bool read_counted(char **text, struct counter_name *name)
{
	snprintf(name->verdict, sizeof(name->verdict), "%s", next_word(text));
	snprintf(name->reason, sizeof(name->reason), "%s", next_word(text));
	if (strcmp(name->verdict, "pass") != 0 &&
	    strcmp(name->verdict, "drop") != 0)
		return false;
	if (!accept(text, "on") || !read_interface(text, name))
		return false;
	if (accept(text, "rule"))
		snprintf(name->rule, sizeof(name->rule), "%s", next_word(text));
	return true;
}

static int read_expectation(const struct reader *reader, char *text,
			    struct scenario *scenario)
{
	const char *whole = text;

	if (!accept(&text, "expect"))
		return complain(reader, "\"expect\" is missing", whole);
	do {
		if (scenario->counted_count == EXPECT_MAX ||
		    !read_counted(
			    &text,
			    &scenario->counted[scenario->counted_count++]))
			return complain(reader, "cannot read from", text);
		text += strspn(text, " \t");
	} while (*text == ',' && text++);
	if (accept(&text, "arrives")) {
		const char *host = next_word(&text);

		scenario->arrives = host_number(host);
		if (scenario->arrives < 0)
			return complain(reader, "no such host", host);
	}
	text += strspn(text, " \t");
	return *text ? complain(reader, "what is this", text) : 0;
}

static int read_fields(const struct reader *reader, char *fields[4],
		       struct scenario *scenario)
{
	char error[256];
	char *end;
	int host;

	scenario->count = strtoul(fields[0], &end, 10);
	if (*end || scenario->count == 0)
		return complain(reader, "not a number of packets", fields[0]);
	if (!accept(&fields[1], "from"))
		return complain(reader, "\"from\" is missing", fields[1]);
	fields[1] = trim(fields[1]);
	host = host_number(fields[1]);
	if (host < 0)
		return complain(reader, "no such host", fields[1]);
	scenario->from = host;
	if (frame_parse(fields[2], &scenario->frame, error, sizeof(error)))
		return complain(reader, error, fields[2]);
	return read_expectation(reader, fields[3], scenario);
}

static int read_scenario(struct reader *reader, char *line,
			 struct scenario *scenario)
{
	char *sentence = strchr(line, '#');
	char *fields[4];
	char *rest = line;

	*scenario = (struct scenario){ .line = reader->line, .arrives = -1 };
	if (!sentence)
		return complain(reader, "a sentence after # is missing", line);
	*sentence++ = '\0';
	snprintf(scenario->sentence, sizeof(scenario->sentence), "%s",
		 trim(sentence));
	snprintf(scenario->heading, sizeof(scenario->heading), "%s",
		 reader->heading);
	reader->heading[0] = '\0';
	for (size_t i = 0; i < 4; i++) {
		char *field = strsep(&rest, "|");

		if (!field)
			return complain(reader, "not four fields", line);
		fields[i] = trim(field);
	}
	return read_fields(reader, fields, scenario);
}

/* 1: a scenario was read, 0: the line holds none. */
static int read_line(struct reader *reader, char *line,
		     struct scenario *scenario)
{
	reader->line++;
	line = trim(line);
	if (strncmp(line, "## ", 3) == 0)
		snprintf(reader->heading, sizeof(reader->heading), "%s",
			 line + 3);
	if (*line == '#' || *line == '\0')
		return 0;
	return read_scenario(reader, line, scenario) ? -1 : 1;
}

struct scenario *scenarios_read(const char *path, size_t *count)
{
	_cleanup_file_ FILE *file = fopen(path, "r");
	_cleanup_free_ char *line = NULL;
	struct reader reader = { .path = path };
	struct scenario *scenarios = NULL;
	size_t size = 0;

	*count = 0;
	if (!file) {
		perror(path);
		return NULL;
	}
	while (getline(&line, &size, file) >= 0) {
		struct scenario *grown =
			reallocarray(scenarios, *count + 1, sizeof(*scenarios));
		int read = -1;

		if (grown) {
			scenarios = grown;
			read = read_line(&reader, line, &scenarios[*count]);
		}
		if (read < 0) {
			free(scenarios);
			return NULL;
		}
		*count += read;
	}
	return scenarios;
}
