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
	struct native_route *routes;
	const char **devices;
	size_t route_count, route_capacity, device_capacity;
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
	reader->routes = NULL;
	reader->devices = NULL;
	reader->route_count = reader->route_capacity = 0;
	reader->device_capacity = 0;
	reader->case_count = reader->case_capacity = 0;
	reader->local_count = reader->local_capacity = 0;
	if (*name)
		return;
	reader->policy =
		open_memstream(&reader->policy_text, &reader->policy_size);
	for (unsigned int i = 0; i < reader->line; i++)
		fputc('\n', reader->policy);
}

/* An address with the length of its network, bits to its right and all. */
static bool parse_address(const char *word, struct prefix *address)
{
	size_t length = strcspn(word, "/");
	struct prefix network;

	if (prefix_parse(word, length, address) != PREFIX_OK)
		return false;
	if (!word[length])
		return true;
	network = *address;
	network.length = (uint8_t)strtoul(word + length + 1, NULL, 10);
	address->length = network.length;
	return true;
}

static void read_local(struct reader *reader, char *text)
{
	char *rest = NULL, *word;

	for (word = strtok_r(text, ", \t", &rest); word;
	     word = strtok_r(NULL, ", \t", &rest)) {
		reader->local = arena_grow(
			reader->arena, reader->local, reader->local_count,
			&reader->local_capacity, sizeof(*reader->local));
		if (!parse_address(word, &reader->local[reader->local_count++]))
			reader->problem = "a local address does not parse";
	}
	group(reader)->local = reader->local;
	group(reader)->local_count = reader->local_count;
}

/* A path of the route that is being read. */
static void read_path(struct native_route *route, const char **devices,
		      const char *device)
{
	route->none = !strcmp(device, "blackhole") ||
		      !strcmp(device, "unreachable") ||
		      !strcmp(device, "prohibit");
	if (route->paths < NATIVE_PATHS)
		devices[route->paths++] = device;
}

/* PREFIX DEVICE { + DEVICE } [metric N] */
static void read_route(struct reader *reader, char *text)
{
	struct native_route *route = &reader->routes[reader->route_count];
	const char **devices =
		&reader->devices[reader->route_count * NATIVE_PATHS];
	char *rest = NULL, *word = strtok_r(text, " \t", &rest);

	memset(route, 0, sizeof(*route));
	if (!word ||
	    prefix_parse(word, strlen(word), &route->prefix) != PREFIX_OK)
		reader->problem = "a route does not parse";
	for (word = strtok_r(NULL, " \t+", &rest); word;
	     word = strtok_r(NULL, " \t+", &rest)) {
		if (strcmp(word, "metric") != 0) {
			read_path(route, devices,
				  arena_strdup(reader->arena, word));
			continue;
		}
		word = strtok_r(NULL, " \t", &rest);
		route->metric = word ? (uint32_t)strtoul(word, NULL, 10) : 0;
	}
	reader->route_count++;
}

static void read_routes(struct reader *reader, char *text)
{
	char *rest = NULL, *word;

	for (word = strtok_r(text, ",", &rest); word;
	     word = strtok_r(NULL, ",", &rest)) {
		reader->routes = arena_grow(
			reader->arena, reader->routes, reader->route_count,
			&reader->route_capacity, sizeof(*reader->routes));
		reader->devices = arena_grow(
			reader->arena, reader->devices, reader->route_count,
			&reader->device_capacity,
			NATIVE_PATHS * sizeof(*reader->devices));
		read_route(reader, word);
	}
	group(reader)->routes = reader->routes;
	group(reader)->devices = reader->devices;
	group(reader)->route_count = reader->route_count;
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

/* "FILTER: TEXT", cut off *text. */
static void read_rule(struct reader *reader, struct packet_case *cases,
		      char **text)
{
	char *start = trim(*text), *colon = strstr(start, ": "), *end;
	struct case_rule *rule = &cases->rules[cases->rule_count];

	end = *start == '"' ? strchr(start + 1, '"') : NULL;
	if (!end || !colon || end < colon || cases->rule_count == CASE_RULES) {
		reader->problem = "expected: \"FILTER: TEXT\"";
		return;
	}
	cases->rule_count++;
	rule->filter =
		arena_strndup(reader->arena, start + 1, colon - start - 1);
	rule->text = arena_strndup(reader->arena, colon + 2, end - colon - 2);
	rule->count = RULE_MATCHED;
	*text = end + 1;
}

/* `over` and `would` belong to the rule before them, or to the reason. */
static void read_count(struct packet_case *cases, enum rule_count count)
{
	if (cases->rule_count)
		cases->rules[cases->rule_count - 1].count = count;
	else
		cases->would_drop = true;
}

static void read_detail(struct reader *reader, struct packet_case *cases,
			const char *detail, char **text)
{
	if (!strcmp(detail, "rule") || !strcmp(detail, "also"))
		read_rule(reader, cases, text);
	else if (!strcmp(detail, "over"))
		read_count(cases, RULE_OVER);
	else if (!strcmp(detail, "would"))
		read_count(cases, RULE_WOULD_DROP);
	else if (!strcmp(detail, "dscp"))
		cases->dscp = (int)strtol(word(reader, text), NULL, 10);
	else if (!strcmp(detail, "priority"))
		cases->priority = (int)strtol(word(reader, text), NULL, 10);
	else if (!strcmp(detail, "unanswered"))
		cases->unanswered = true;
	else
		reader->problem = "what is expected does not parse";
	cases->by_rule |= !strcmp(detail, "rule");
}

static void read_expectation(struct reader *reader, struct packet_case *cases,
			     char *text)
{
	const char *verdict = word(reader, &text), *detail;

	cases->dscp = cases->priority = -1;
	if (!strcmp(verdict, "drop"))
		cases->verdict = VERDICT_DROP;
	else if (!strcmp(verdict, "reject"))
		cases->verdict = VERDICT_REJECT;
	else if (strcmp(verdict, "pass") != 0)
		reader->problem = "a verdict is pass, drop or reject";
	read_reason(reader, cases, word(reader, &text));
	while (*(detail = word(reader, &text)) && !reader->problem)
		read_detail(reader, cases, detail, &text);
	if (!cases->by_rule && (cases->reason == REASON_RULE_PERMIT ||
				cases->reason == REASON_RULE_DROP ||
				cases->reason == REASON_RULE_REJECT))
		reader->problem = "a rule's reasons name a rule";
}

static void read_interface(struct reader *reader, struct packet_case *cases,
			   char *text, bool *both)
{
	char *space;

	text = trim(text);
	space = strrchr(text, ' ');
	if (!space ||
	    (strcmp(space, " in") != 0 && strcmp(space, " out") != 0 &&
	     strcmp(space, " both") != 0)) {
		reader->problem = "expected an interface and in, out or both";
		return;
	}
	cases->direction = space[1] == 'o' ? DIRECTION_OUT : DIRECTION_IN;
	*both = space[1] == 'b';
	*space = '\0';
	cases->interface = arena_strdup(reader->arena, trim(text));
	cases->device = word(reader, &text);
}

static struct packet_case *add_case(struct reader *reader)
{
	reader->cases =
		arena_grow(reader->arena, reader->cases, reader->case_count,
			   &reader->case_capacity, sizeof(*reader->cases));
	group(reader)->cases = reader->cases;
	group(reader)->case_count = reader->case_count + 1;
	return &reader->cases[reader->case_count++];
}

static void read_case(struct reader *reader, char *text)
{
	struct packet_case *cases;
	char *interface = strchr(text, '|'), *frame, *comment;
	bool both = false;

	frame = interface ? strchr(interface + 1, '|') : NULL;
	if (!frame || !group(reader)) {
		reader->problem = "expected: EXPECTATION | INTERFACE "
				  "in|out|both | FRAME, below a policy";
		return;
	}
	*interface++ = *frame++ = '\0';
	comment = strchr(frame, '#');
	if (comment)
		*comment++ = '\0';
	cases = add_case(reader);
	*cases = (struct packet_case){ .file = reader->path,
				       .line = reader->line };
	cases->name = comment ? arena_strdup(reader->arena, trim(comment))
			      : reader->heading;
	cases->frame = arena_strdup(reader->arena, trim(frame));
	read_expectation(reader, cases, text);
	read_interface(reader, cases, interface, &both);
	if (!cases->name)
		reader->problem = "a case needs a name: a # line above it";
	if (!both)
		return;
	cases = add_case(reader);
	*cases = cases[-1];
	cases->direction = DIRECTION_OUT;
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
	else if (strncmp(text, "routes:", 7) == 0 && group(reader))
		read_routes(reader, text + 7);
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
