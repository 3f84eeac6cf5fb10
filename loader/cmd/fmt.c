// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir fmt: a policy in canonical form. It needs only the parser: names may
 * be undefined and feeds missing.
 *
 * With --in-place the new text is written beside the file and renamed over
 * it, and only after the new text has been parsed and printed once more with
 * the same result: the file is often the only copy of somebody's work.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cmd/command.h"
#include "output/diagnostics.h"

static bool in_place;
static bool only_check;

const struct verb_option fmt_options[] = {
	{ "in-place", 'i', NULL, "rewrite the file instead of printing",
	  .flag = &in_place },
	{ "check", 'c', NULL,
	  "print nothing; exit code 1 when the file is not in canonical form",
	  .flag = &only_check },
	{ 0 },
};

struct text {
	char *bytes;
	size_t size;
};

static void cleanup_text(const struct text *text)
{
	free(text->bytes);
}
#define _cleanup_text_ __attribute__((cleanup(cleanup_text)))

/* The canonical text; errno is set when there is none. */
static bool canonical_text(const struct policy *policy, struct text *text)
{
	FILE *stream = open_memstream(&text->bytes, &text->size);

	if (!stream)
		return false;
	policy_print(policy, stream);
	return fclose(stream) == 0;
}

static bool same_text(const struct text *a, const char *bytes, size_t size)
{
	return a->size == size && !memcmp(a->bytes, bytes, size);
}

/* True when the canonical text means what it should: itself. */
static bool survives_parsing(const struct text *text, const char *name)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_text_ struct text again = { NULL, 0 };
	struct diag_list *diags = diag_new(arena);
	const struct policy *policy =
		policy_parse_text(arena, diags, name, text->bytes, text->size);

	return diag_errors(diags) == 0 && canonical_text(policy, &again) &&
	       same_text(&again, text->bytes, text->size);
}

static bool write_all(int fd, const struct text *text)
{
	for (size_t done = 0; done < text->size;) {
		ssize_t written =
			write(fd, text->bytes + done, text->size - done);

		if (written < 0 && errno != EINTR)
			return false;
		done += written > 0 ? (size_t)written : 0;
	}
	return fsync(fd) == 0;
}

/* Owner and mode as before; only root can keep another's file another's. */
static bool replace_file(const char *path, const struct text *text)
{
	_cleanup_fd_ int fd = -1;
	char beside[PATH_MAX + 16];
	struct stat before;
	int saved;

	snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
	if (stat(path, &before) < 0)
		return false;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return false;
	if (write_all(fd, text) &&
	    (fchown(fd, before.st_uid, before.st_gid) == 0 || errno == EPERM) &&
	    fchmod(fd, before.st_mode & 07777) == 0 &&
	    rename(beside, path) == 0)
		return true;
	saved = errno;
	unlink(beside);
	errno = saved;
	return false;
}

static int rewrite(const struct invocation *invocation, const char *file,
		   const struct text *text)
{
	char path[PATH_MAX];
	struct stat status;

	if (!realpath(file, path) || stat(path, &status) < 0)
		return fail(invocation, EXIT_KERNEL, NULL, "%s: %s", file,
			    strerror(errno));
	if (!S_ISREG(status.st_mode))
		return fail(invocation, EXIT_REFUSED, NULL,
			    "%s is not a regular file", file);
	if (!survives_parsing(text, file))
		return fail(invocation, EXIT_REFUSED,
			    "the file is as it was; please report this policy",
			    "%s: the canonical text does not parse back", file);
	if (!replace_file(path, text))
		return fail(invocation, EXIT_KERNEL, "the file is as it was",
			    "cannot rewrite %s: %s", file, strerror(errno));
	return EXIT_DONE;
}

static int say_not_canonical(const struct invocation *invocation,
			     const char *file)
{
	if (!invocation->json)
		fprintf(stderr,
			"%s: not in canonical form\n"
			"    hint: weir fmt -i %s\n",
			file, file);
	return EXIT_POLICY;
}

static int finish_fmt(const struct invocation *invocation,
		      const struct policy *policy, const struct text *text)
{
	const char *file = invocation->arguments[0];
	bool canonical = same_text(text, policy->text, policy->size);
	int code = EXIT_DONE;

	if (in_place && !canonical)
		code = rewrite(invocation, file, text);
	else if (only_check && !canonical)
		code = say_not_canonical(invocation, file);
	if (code != EXIT_DONE && code != EXIT_POLICY)
		return code;
	if (invocation->json)
		json_print(json_pack("{s:o, s:b, s:b, s:o}", "file",
				     json_text(file), "canonical", canonical,
				     "rewritten", in_place && !canonical,
				     "text", json_text(text->bytes)));
	else if (!in_place && !only_check)
		fwrite(text->bytes, 1, text->size, stdout);
	return code;
}

static int say_errors(const struct invocation *invocation,
		      const struct diag_list *diags)
{
	if (invocation->json)
		json_print(json_policy(invocation->arguments[0], diags));
	else
		diag_print(diags, stderr);
	return EXIT_POLICY;
}

int cmd_fmt(const struct invocation *invocation)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	_cleanup_text_ struct text text = { NULL, 0 };
	struct diag_list *diags = diag_new(arena);
	const char *file = invocation->arguments[0];
	const struct policy *policy;

	if (in_place && (only_check || !strcmp(file, "-")))
		return usage_error(invocation->verb, NULL,
				   "--in-place goes neither with --check nor "
				   "with standard input");
	policy = policy_parse_file(arena, diags, file);
	if (diag_errors(diags))
		return say_errors(invocation, diags);
	if (!canonical_text(policy, &text))
		return fail(invocation, EXIT_KERNEL, NULL, "%s: %s", file,
			    strerror(errno));
	return finish_fmt(invocation, policy, &text);
}
