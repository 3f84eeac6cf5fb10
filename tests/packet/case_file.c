/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads case files line by line; case_file.h describes them. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "case_file.h"

static const char *const reason_names[] = {
#define REASON(symbol, name, verdict, text) name,
#include "reasons.def"
#undef REASON
};

const char *reason_name(enum reason reason)
{
	return reason_names[reason];
}

struct reader {
	struct arena *arena;
	const char *path;
	unsigned int line;
	const char *heading;
	const char *problem; /* of this line */
	FILE *policy;	     /* while inside an inline policy */
	char *policy_text;
	size_t policy_size;
	struct case_group *groups;
	size_t group_count, group_capacity;
	struct packet_case *cases; /* of the last group */
	size_t case_count, case_capacity;
	struct prefix *local;
	size_t local_count, local_capacity;
};

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static struct case_group *group(const struct reader *reader)
{
	return reader->group_count ? &reader->groups[reader->group_count - 1]
				   : NULL;
}

static void end_policy(struct reader *reader)
{
	if (!reader->policy)
		return;
	fclose(reader->policy);
	reader->policy = NULL;
	group(reader)->text = arena_strndup(reader->arena, reader->policy_text,
					    reader->policy_size);
	free(reader->policy_text);
	reader->policy_text = NULL;
}

static void start_group(struct reader *reader, const char *name)
{
	reader->groups =
		arena_grow(reader->arena, reader->groups, reader->group_count,
			   &reader->group_capacity, sizeof(*reader->groups));
	reader->group_count++;
	memset(group(reader), 0, sizeof(*reader->groups));
	group(reader)->name =
		*name ? arena_strdup(reader->arena, name) : reader->path;
	reader->cases = NULL;
	reader->local = NULL;
	reader->case_count = reader->case_capacity = 0;
	reader->local_count = reader->local_capacity = 0;
	if (*name)
		return;
	reader->policy =
		open_memstream(&reader->policy_text, &reader->policy_size);
	for (unsigned int i = 0; i < reader->line; i++)
		fputc('\n', reader->policy);
}

static void read_local(struct reader *reader, char *text)
{
	char *rest = NULL, *word;

	for (word = strtok_r(text, ", \t", &rest); word;
	     word = strtok_r(NULL, ", \t", &rest)) {
		reader->local = arena_grow(
			reader->arena, reader->local, reader->local_count,
			&reader->local_capacity, sizeof(*reader->local));
		if (prefix_parse(word, strlen(word),
				 &reader->local[reader->local_count++]) !=
		    PREFIX_OK)
			reader->problem = "a local address does not parse";
	}
	group(reader)->local = reader->local;
	group(reader)->local_count = reader->local_count;
}

/* Cuts the first word off *text. */
static const char *word(struct reader *reader, char **text)
{
	char *start = trim(*text);
	size_t length = strcspn(start, " \t");

	*text = start + length;
	return arena_strndup(reader->arena, start, length);
}

static void read_reason(struct reader *reader, struct packet_case *cases,
			const char *name)
{
	unsigned int i = 0;

	while (i < REASON_COUNT && strcmp(reason_names[i], name) != 0)
		i++;
	if (i == REASON_COUNT)
		reader->problem = "no such reason";
	cases->reason = i;
}

/* rule "FILTER: TEXT" */
static void read_rule(struct reader *reader, struct packet_case *cases,
		      char *text)
{
	char *start = strchr(text, '"'), *colon = strstr(text, ": ");
	char *end = strrchr(text, '"');

	if (strncmp(trim(text), "rule \"", 6) != 0 || !colon || end < colon) {
		reader->problem = "expected: rule \"FILTER: TEXT\"";
		return;
	}
	cases->filter =
		arena_strndup(reader->arena, start + 1, colon - start - 1);
	cases->rule = arena_strndup(reader->arena, colon + 2, end - colon - 2);
}

static void read_expectation(struct reader *reader, struct packet_case *cases,
			     char *text)
{
	const char *verdict = word(reader, &text);

	if (strcmp(verdict, "pass") != 0 && strcmp(verdict, "drop") != 0)
		reader->problem = "a verdict is pass or drop";
	cases->verdict = *verdict == 'p' ? VERDICT_PASS : VERDICT_DROP;
	read_reason(reader, cases, word(reader, &text));
	text = trim(text);
	if (cases->reason == REASON_RULE_PERMIT ||
	    cases->reason == REASON_RULE_DROP)
		read_rule(reader, cases, text);
	else if (*text)
		reader->problem = "only a rule's reasons name a rule";
}

static void read_interface(struct reader *reader, struct packet_case *cases,
			   char *text)
{
	char *space;

	text = trim(text);
	space = strrchr(text, ' ');
	if (!space ||
	    (strcmp(space, " in") != 0 && strcmp(space, " out") != 0)) {
		reader->problem = "expected an interface and in or out";
		return;
	}
	cases->direction = space[1] == 'i' ? DIRECTION_IN : DIRECTION_OUT;
	*space = '\0';
	cases->interface = arena_strdup(reader->arena, trim(text));
	cases->device = word(reader, &text);
}

static void read_case(struct reader *reader, char *text)
{
	struct packet_case *cases;
	char *interface = strchr(text, '|'), *frame, *comment;

	frame = interface ? strchr(interface + 1, '|') : NULL;
	if (!frame || !group(reader)) {
		reader->problem = "expected: VERDICT REASON | INTERFACE "
				  "in|out | FRAME, below a policy";
		return;
	}
	*interface++ = *frame++ = '\0';
	comment = strchr(frame, '#');
	if (comment)
		*comment++ = '\0';
	reader->cases =
		arena_grow(reader->arena, reader->cases, reader->case_count,
			   &reader->case_capacity, sizeof(*reader->cases));
	cases = &reader->cases[reader->case_count++];
	*cases = (struct packet_case){ .file = reader->path,
				       .line = reader->line };
	cases->name = comment ? arena_strdup(reader->arena, trim(comment))
			      : reader->heading;
	cases->frame = arena_strdup(reader->arena, trim(frame));
	read_expectation(reader, cases, text);
	read_interface(reader, cases, interface);
	if (!cases->name)
		reader->problem = "a case needs a name: a # line above it";
	group(reader)->cases = reader->cases;
	group(reader)->case_count = reader->case_count;
}

static void read_line(struct reader *reader, char *line)
{
	char *text = trim(line);

	if (reader->policy && (!*text || isspace((unsigned char)*line))) {
		fprintf(reader->policy, "%s\n", line);
		return;
	}
	end_policy(reader);
	if (!*text)
		return;
	if (*text == '#')
		reader->heading = arena_strdup(reader->arena, trim(text + 1));
	else if (strncmp(text, "policy:", 7) == 0)
		start_group(reader, trim(text + 7));
	else if (strncmp(text, "local:", 6) == 0 && group(reader))
		read_local(reader, text + 6);
	else
		read_case(reader, text);
}

int case_file_read(struct arena *arena, const char *path,
		   struct case_file *file)
{
	struct reader reader = { .arena = arena,
				 .path = arena_strdup(arena, path) };
	_cleanup_file_ FILE *stream = fopen(path, "r");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (!stream) {
		perror(path);
		return -1;
	}
	while (!result && getline(&line, &size, stream) >= 0) {
		reader.line++;
		read_line(&reader, line);
		if (!reader.problem)
			continue;
		fprintf(stderr, "%s:%u: %s\n", path, reader.line,
			reader.problem);
		result = -1;
	}
	end_policy(&reader);
	file->groups = reader.groups;
	file->group_count = reader.group_count;
	return result;
}
