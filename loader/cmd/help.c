// SPDX-License-Identifier: GPL-2.0-only
/* weir help: the verbs, or one verb's options; --json for other programs. */
#include "cmd/command.h"
#include "output/json.h"

const struct verb_option help_options[] = { { 0 } };

static json_t *json_options(const struct verb_option *options)
{
	json_t *array = json_array();

	for (; options->name; options++) {
		char letter[] = { options->letter, 0 };

		json_array_append_new(
			array,
			json_pack("{s:s, s:o, s:o, s:s}", "name", options->name,
				  "letter",
				  json_text(letter[0] ? letter : NULL),
				  "argument", json_text(options->argument),
				  "help", options->help));
	}
	return array;
}

static json_t *json_verb(const struct verb *verb)
{
	return json_pack("{s:s, s:s, s:s, s:o}", "name", verb->name,
			 "arguments", verb->arguments, "help", verb->help,
			 "options", json_options(verb->options));
}

static void print_json(const struct verb *only)
{
	json_t *array = json_array();

	for (size_t i = 0; i < verb_count; i++)
		if (!only || only == &verbs[i])
			json_array_append_new(array, json_verb(&verbs[i]));
	json_print(json_pack("{s:o, s:o}", "verbs", array, "options",
			     json_options(global_options)));
}

int cmd_help(const struct invocation *invocation)
{
	const char *name = invocation->arguments[0];
	const struct verb *verb = name ? verb_find(name) : NULL;

	if (name && !verb)
		return usage_error(invocation->verb,
				   did_you_mean("", verb_nearest(name)),
				   "unknown verb '%s'", name);
	if (invocation->json)
		print_json(verb);
	else if (verb)
		print_usage(verb, stdout);
	else
		print_overview(stdout);
	return EXIT_DONE;
}
