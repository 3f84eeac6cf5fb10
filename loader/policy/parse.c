// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files: reading, and what `include` brings in.
 *
 * Each file is parsed on its own; then its includes are, in order, each below
 * the statement that names it. A file is known by device and inode, whatever
 * path leads to it, and may be brought in once: what it defines would be
 * defined twice, and one that includes itself would never end.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "lexer.h"

enum {
	LARGEST_FILE = 256 << 20,
	READ_BYTES = 64 << 10,
	INCLUDE_DEPTH = 32,
};

/* A file that has been opened in this run. */
struct source_file {
	struct source_file *next;
	dev_t device;
	ino_t inode;
	struct span included; /* by which statement; file 0: the top file */
	bool open;	      /* it, or what it includes, is being parsed */
};

struct loader {
	struct arena *arena;
	struct diag_list *diags;
	struct source_file *files;
	unsigned int depth;
};

/* What there is to parse. */
struct text {
	const char *name; /* as shown to the user */
	const char *bytes;
	size_t size;
};

static void parse_text(struct loader *loader, const struct text *text,
		       struct policy *policy);

/* ---- one text ---------------------------------------------------------- */

static struct span place(const struct text *text, uint32_t file, size_t offset)
{
	struct span span = { file, 1, 1, 1, 1 };
	size_t i;

	for (i = 0; i < offset; i++) {
		span.column++;
		if (text->bytes[i] == '\n') {
			span.line++;
			span.column = 1;
		}
	}
	span.end_line = span.line;
	span.end_column = span.column + 1;
	return span;
}

/* What shows that a file is no policy, before any of it is read as one. */
static bool check_text(struct loader *loader, const struct text *text,
		       uint32_t file)
{
	struct span top = { .file = file };
	const char *nul;

	if (text->size > LARGEST_FILE) {
		diag_error(loader->diags, top, NULL,
			   "the file is larger than %d MiB",
			   LARGEST_FILE >> 20);
		return false;
	}
	if (!text->bytes)
		return true;
	nul = memchr(text->bytes, '\0', text->size);
	if (nul) {
		diag_error(loader->diags,
			   place(text, file, (size_t)(nul - text->bytes)),
			   "is it a binary file, or UTF-16?",
			   "a NUL byte: this is not a text file");
		return false;
	}
	if (text->size >= 3 && !memcmp(text->bytes, "\xef\xbb\xbf", 3)) {
		diag_error(loader->diags, place(text, file, 0),
			   "save it as UTF-8 without one",
			   "the file starts with a byte order mark");
		return false;
	}
	return true;
}

static void run_grammar(struct loader *loader, const struct text *text,
			struct policy *policy)
{
	struct lexer lexer = { 0 };
	struct parser parser = {
		.arena = loader->arena,
		.diags = loader->diags,
		.text = text->bytes,
		.size = text->size,
		.file = policy->file,
		.lexer = &lexer,
	};

	scanner_open(&parser);
	policy_grammar(&parser);
	scanner_close(&parser);
	policy->statements = parser.statements.first;
	policy->comments = parser.comments;
	policy->comment_count = parser.comment_count;
}

/* ---- files ------------------------------------------------------------- */

/* One read more; 0: the end, or past the limit. Grows in place if it can. */
static ssize_t read_more(int fd, char **bytes, size_t *capacity, size_t size)
{
	char *larger;
	ssize_t got;

	if (size > LARGEST_FILE)
		return 0;
	if (size == *capacity) {
		larger =
			realloc(*bytes, *capacity + *capacity / 2 + READ_BYTES);
		if (!larger)
			return -1;
		*bytes = larger;
		*capacity += *capacity / 2 + READ_BYTES;
	}
	do
		got = read(fd, *bytes + size, *capacity - size);
	while (got < 0 && errno == EINTR);
	return got;
}

/*
 * What grows is not the arena's, which would keep every smaller copy. Of a text
 * past the limit only the size is kept, for check_text() to report.
 */
static bool read_all(struct arena *arena, int fd, off_t expected,
		     struct text *text)
{
	size_t capacity = 0;
	_cleanup_free_ char *bytes = NULL;
	ssize_t got;

	if (expected > 0 && expected <= LARGEST_FILE) {
		capacity = (size_t)expected + 1;
		bytes = malloc(capacity);
	}
	if (capacity && !bytes)
		return false;
	while ((got = read_more(fd, &bytes, &capacity, text->size)) > 0)
		text->size += (size_t)got;
	if (got == 0 && text->size <= LARGEST_FILE)
		text->bytes = arena_strndup(arena, bytes, text->size);
	return got == 0;
}

static bool read_failed(struct loader *loader, const struct text *text,
			struct span span, const char *why)
{
	if (!span.file)
		span.file = diag_add_file(loader->diags, text->name, "", 0);
	diag_error(loader->diags, span, NULL, "cannot read %s: %s", text->name,
		   why);
	return false;
}

static struct source_file *find_file(struct loader *loader,
				     const struct stat *status)
{
	struct source_file *file;

	for (file = loader->files; file; file = file->next)
		if (file->device == status->st_dev &&
		    file->inode == status->st_ino)
			return file;
	return NULL;
}

static bool refuse_again(struct loader *loader, const struct text *text,
			 struct span span, const struct source_file *file)
{
	if (file->open) {
		diag_error(loader->diags, span, NULL, "%s includes itself",
			   text->name);
		return false;
	}
	diag_error(loader->diags, span, "remove one of the two",
		   "%s is included twice", text->name);
	diag_note(loader->diags, file->included, "it is first included here");
	return false;
}

static struct source_file *add_file(struct loader *loader,
				    const struct stat *status, struct span span)
{
	struct source_file *file =
		arena_new_of(loader->arena, struct source_file);

	file->device = status->st_dev;
	file->inode = status->st_ino;
	file->included = span;
	file->open = true;
	file->next = loader->files;
	loader->files = file;
	return file;
}

/*
 * Opens and reads text->name. span: the include statement that asks for it,
 * of file 0 for the top file, which may also be a pipe.
 */
static struct source_file *read_file(struct loader *loader, struct text *text,
				     struct span span)
{
	bool top = !span.file;
	bool input = top && !strcmp(text->name, "<stdin>");
	_cleanup_fd_ int fd =
		input ? dup(STDIN_FILENO)
		      : open(text->name,
			     O_RDONLY | O_CLOEXEC | (top ? 0 : O_NONBLOCK));
	struct source_file *file;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0) {
		read_failed(loader, text, span, strerror(errno));
		return NULL;
	}
	if (S_ISDIR(status.st_mode) || (!top && !S_ISREG(status.st_mode))) {
		read_failed(loader, text, span, "it is not a regular file");
		return NULL;
	}
	file = find_file(loader, &status);
	if (file && !refuse_again(loader, text, span, file))
		return NULL;
	if (!read_all(loader->arena, fd, status.st_size, text)) {
		read_failed(loader, text, span, strerror(errno));
		return NULL;
	}
	return add_file(loader, &status, span);
}

/* ---- includes ---------------------------------------------------------- */

static const char *path_beside(struct arena *arena, const char *includer,
			       const char *path)
{
	const char *slash = strrchr(includer, '/');

	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(arena, "%.*s%s", (int)(slash + 1 - includer),
			    includer, path);
}

static void parse_include(struct loader *loader, const char *includer,
			  struct statement *statement)
{
	struct text text = {
		.name = path_beside(loader->arena, includer, statement->name),
	};
	struct policy included = { 0 };
	struct source_file *file;

	if (!*statement->name)
		return;
	if (loader->depth == INCLUDE_DEPTH) {
		diag_error(loader->diags, statement->name_span, NULL,
			   "files include each other more than %d deep",
			   INCLUDE_DEPTH);
		return;
	}
	file = read_file(loader, &text, statement->name_span);
	if (!file)
		return;
	loader->depth++;
	parse_text(loader, &text, &included);
	loader->depth--;
	file->open = false;
	statement->included = included.statements;
}

static void parse_text(struct loader *loader, const struct text *text,
		       struct policy *policy)
{
	struct statement *statement;

	policy->text = text->bytes;
	policy->size = text->bytes ? text->size : 0;
	policy->file = diag_add_file(loader->diags, text->name, text->bytes,
				     policy->size);
	if (!check_text(loader, text, policy->file))
		return;
	run_grammar(loader, text, policy);
	for (statement = policy->statements; statement;
	     statement = statement->next)
		if (statement->kind == STATEMENT_INCLUDE &&
		    !diag_full(loader->diags))
			parse_include(loader, text->name, statement);
}

/* ---- the room's doors -------------------------------------------------- */

const struct policy *policy_parse_text(struct arena *arena,
				       struct diag_list *diags,
				       const char *name, const char *text,
				       size_t size)
{
	struct policy *policy = arena_new_of(arena, struct policy);
	struct loader loader = { .arena = arena, .diags = diags };
	struct text source = { name, text, size };

	parse_text(&loader, &source, policy);
	return policy;
}

const struct policy *policy_parse_file(struct arena *arena,
				       struct diag_list *diags,
				       const char *path)
{
	struct policy *policy = arena_new_of(arena, struct policy);
	struct loader loader = { .arena = arena, .diags = diags };
	struct text text = { .name = strcmp(path, "-") ? path : "<stdin>" };

	if (read_file(&loader, &text, (struct span){ 0 }))
		parse_text(&loader, &text, policy);
	return policy;
}
