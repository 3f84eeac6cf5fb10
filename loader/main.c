// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir: finds the verb, parses its command line, runs it, and makes sure that
 * what it printed has arrived.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "cmd/command.h"

static struct {
	bool help;
	bool json;
	bool verbose;
	bool version;
	const char *pin_directory;
} global = { .pin_directory = WEIR_PIN_DIRECTORY };

const struct verb_option global_options[] = {
	{ "json", 0, NULL, "print JSON instead of text", .flag = &global.json },
	{ "pin-directory", 0, "DIR",
	  "where the maps are pinned; one for each network namespace "
	  "(default " WEIR_PIN_DIRECTORY ")",
	  .text = &global.pin_directory },
	{ "verbose", 'v', NULL, "say more, the libraries' messages included",
	  .flag = &global.verbose },
	{ "help", 'h', NULL, "this text", .flag = &global.help },
	{ "version", 'V', NULL, "the same as `weir version`",
	  .flag = &global.version },
	{ 0 },
};

/*
 * A standard stream that is closed would be replaced by the next file opened:
 * it gets a descriptor that can be neither read nor written as it should.
 */
static void keep_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		int wrong_way = fd == 0 ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", wrong_way) < 0)
			_exit(EXIT_KERNEL);
	}
}

/* A full disk or a closed pipe shows at the latest here. */
static int finish(int code)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	failed |= fclose(stdout) != 0;
	if (!failed)
		return code;
	fprintf(stderr, "weir: cannot write to standard output%s%s\n",
		errno ? ": " : "", errno ? strerror(errno) : "");
	return code == EXIT_DONE ? EXIT_KERNEL : code;
}

static int show_help(const struct verb *verb)
{
	const struct invocation help = {
		.verb = verb_find("help"),
		.arguments = { verb ? verb->name : NULL },
		.json = global.json,
	};

	return help.verb->run(&help);
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	struct invocation invocation = { .verb = verb };
	int first = parse_options(verb, argc, argv);

	if (first < 0)
		return EXIT_USAGE;
	if (global.help)
		return show_help(verb);
	if (global.version)
		invocation.verb = verb = verb_find("version");
	else if (!parse_arguments(verb, argc - first, argv + first,
				  invocation.arguments))
		return EXIT_USAGE;
	invocation.json = global.json;
	invocation.kernel.pin_directory = global.pin_directory;
	invocation.kernel.verbose = global.verbose;
	return verb->run(&invocation);
}

static int run(int argc, char **argv)
{
	int first = parse_options(NULL, argc, argv);
	const struct verb *verb;

	if (first < 0)
		return EXIT_USAGE;
	if (global.help)
		return show_help(NULL);
	if (global.version)
		return run_verb(verb_find("version"), 1, argv);
	if (first >= argc)
		return usage_error(NULL, NULL, "no verb given");
	verb = verb_find(argv[first]);
	if (!verb)
		return usage_error(NULL,
				   did_you_mean("", verb_nearest(argv[first])),
				   "unknown verb '%s'", argv[first]);
	return run_verb(verb, argc - first, argv + first);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	keep_standard_streams();
	return finish(run(argc, argv));
}
