// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line format of Team Cymru's bogon lists, which is also what everybody
 * else publishes: a prefix or an address, nothing, or a comment from # to the
 * end of the line. Line ends are LF or CR LF.
 *
 * `format cymru` is the same with what Team Cymru's fullbogons promise: a
 * first line "# last updated ..." (without it, a warning) and a line end after
 * the last line (without it, the download was cut off: an error, because the
 * rest of "192.0.2.0/24" may be the valid "192.0.2.0/2").
 */
#include "resolve/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

enum { FEED_BYTES = 256 << 20 };

struct feed {
	struct arena *arena;
	struct diag_list *diags;
	uint32_t file;
	uint32_t line;
	const char *start; /* of the line */
	bool last_open;	   /* the line has no line end */
	struct prefix_list *list;
};

static struct span span_at(const struct feed *feed, const char *at,
			   size_t length)
{
	uint32_t column = (uint32_t)(at - feed->start) + 1;

	return (struct span){
		.file = feed->file,
		.line = feed->line,
		.column = column,
		.end_line = feed->line,
		.end_column = column + (uint32_t)length,
	};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void report_host_bits(struct feed *feed, struct span span,
			     const struct prefix *prefix)
{
	char written[PREFIX_TEXT], corrected[PREFIX_TEXT];
	struct prefix masked = *prefix;

	prefix_mask(&masked);
	address_format(&prefix->address, prefix->family, written);
	diag_error(feed->diags, span,
		   diag_hint(feed->diags, "the prefix is %s",
			     prefix_format(&masked, corrected)),
		   "prefix %s/%u has host bits set", written, prefix->length);
}

static void report(struct feed *feed, struct span span, enum prefix_error error,
		   const struct prefix *prefix)
{
	if (feed->last_open)
		diag_error(feed->diags, span,
			   "was the download cut off? fetch the feed again",
			   "the feed ends in the middle of a line");
	else if (error == PREFIX_HOST_BITS)
		report_host_bits(feed, span, prefix);
	else if (error == PREFIX_BAD_LENGTH)
		diag_error(feed->diags, span,
			   "0 to 32 for IPv4, 0 to 128 for IPv6",
			   "this prefix length is not a number in range");
	else
		diag_error(feed->diags, span,
			   "a feed has one prefix or address a line; comments "
			   "start with #",
			   "this is neither an IPv4 nor an IPv6 prefix");
}

static void parse_word(struct feed *feed, const char *at, size_t length)
{
	struct prefix prefix;
	enum prefix_error error = prefix_parse(at, length, &prefix);

	if (error == PREFIX_OK)
		prefix_list_add(feed->arena, feed->list, &prefix);
	else
		report(feed, span_at(feed, at, length), error, &prefix);
}

/* One line without its line end. */
static void parse_line(struct feed *feed, const char *at, const char *end)
{
	const char *comment = memchr(at, '#', (size_t)(end - at));
	const char *word, *word_end;

	if (comment)
		end = comment;
	while (at < end && is_blank(*at))
		at++;
	while (at < end && is_blank(end[-1]))
		end--;
	if (at == end)
		return;
	word = at;
	while (at < end && !is_blank(*at))
		at++;
	word_end = at;
	while (at < end && is_blank(*at))
		at++;
	if (at == end)
		parse_word(feed, word, (size_t)(word_end - word));
	else
		diag_error(feed->diags, span_at(feed, at, (size_t)(end - at)),
			   "one prefix or address a line; comments start "
			   "with #",
			   "this follows the end of an entry");
}

static void parse_lines(struct feed *feed, const char *text, size_t size)
{
	const char *end = text + size, *line_end;

	for (; text < end && !diag_full(feed->diags); text = line_end + 1) {
		line_end = memchr(text, '\n', (size_t)(end - text));
		if (!line_end) {
			line_end = end;
			feed->last_open = true;
		}
		feed->line++;
		feed->start = text;
		parse_line(feed, text, line_end);
	}
}

static void report_nul(struct feed *feed, const char *text, const char *nul)
{
	const char *line_end;

	feed->line = 1;
	feed->start = text;
	while ((line_end = memchr(feed->start, '\n',
				  (size_t)(nul - feed->start)))) {
		feed->start = line_end + 1;
		feed->line++;
	}
	diag_error(feed->diags, span_at(feed, nul, 1),
		   "is it compressed? unpack it first",
		   "a NUL byte: this is no text file");
}

/* What is wrong with the file as a whole, before any line is read. */
static bool is_text_list(struct feed *feed, const char *text, size_t size)
{
	const char *nul = size ? memchr(text, 0, size) : NULL;
	size_t blank = 0;

	if (nul) {
		report_nul(feed, text, nul);
		return false;
	}
	while (blank < size && (is_blank(text[blank]) || text[blank] == '\n'))
		blank++;
	if (blank < size && text[blank] == '<') {
		feed->start = text;
		feed->line = 1;
		diag_error(feed->diags, span_at(feed, text, 1),
			   "fetch the list itself; a server that answers with "
			   "a page has often refused or moved it",
			   "this is a web page, not a list of prefixes");
		return false;
	}
	return true;
}

static void check_cymru(struct feed *feed, const char *text, size_t size)
{
	static const char promise[] = "# last updated";

	if (size < sizeof(promise) - 1 ||
	    memcmp(text, promise, sizeof(promise) - 1) != 0) {
		feed->start = text;
		feed->line = 1;
		diag_warning(feed->diags, span_at(feed, text, 1),
			     "is this one of Team Cymru's lists? others are "
			     "format plain",
			     "the first line is not \"# last updated ...\"");
	}
}

void feed_parse(struct arena *arena, struct diag_list *diags, uint32_t file,
		const char *text, size_t size, enum feed_format format,
		struct prefix_list *list)
{
	struct feed feed = {
		.arena = arena, .diags = diags, .file = file, .list = list
	};
	size_t errors = diag_errors(diags), count = list->count;

	if (!is_text_list(&feed, text, size))
		return;
	parse_lines(&feed, text, size);
	if (diag_errors(diags) > errors)
		return;
	if (list->count == count) {
		feed.start = text;
		feed.line = 1;
		diag_error(diags, span_at(&feed, text, 1),
			   "an empty list would switch the filter off; remove "
			   "the feed from the policy if that is what you want",
			   "the feed has no prefixes");
	} else if (format == FEED_CYMRU && feed.last_open) {
		diag_error(diags, span_at(&feed, text + size - 1, 1),
			   "was the download cut off? fetch the feed again",
			   "the feed ends without a line end");
	} else if (format == FEED_CYMRU) {
		check_cymru(&feed, text, size);
	}
}

/* The path as open() wants it. */
static const char *feed_path(struct arena *arena, struct diag_list *diags,
			     const struct item *item)
{
	const char *policy = diag_file_name(diags, item->span.file);
	const char *slash = policy ? strrchr(policy, '/') : NULL;

	if (item->name[0] == '/' || !slash)
		return item->name;
	return arena_printf(arena, "%.*s%s", (int)(slash - policy + 1), policy,
			    item->name);
}

/* Reads up to size bytes; a file that shrinks meanwhile gives fewer. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t done = 0;
	ssize_t got;

	while (done < size) {
		got = read(fd, text + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static void report_unreadable(struct diag_list *diags, const struct item *item,
			      const char *path, const char *reason)
{
	diag_error(diags, item->span, NULL, "cannot read feed %s: %s", path,
		   reason);
}

/* The whole file in the arena; NULL when that failed and was reported. */
static const char *read_feed(struct arena *arena, struct diag_list *diags,
			     const struct item *item, const char *path,
			     size_t *size)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *reason = NULL;
	struct stat status = { 0 };
	char *text = NULL;
	ssize_t got;

	if (fd < 0 || fstat(fd, &status) < 0)
		reason = strerror(errno);
	else if (!S_ISREG(status.st_mode))
		reason = "not a regular file";
	else if (status.st_size > FEED_BYTES)
		reason = "larger than 256 MiB";
	if (!reason) {
		text = arena_alloc(arena, (size_t)status.st_size + 1);
		got = read_all(fd, text, (size_t)status.st_size);
		*size = got < 0 ? 0 : (size_t)got;
		reason = got < 0 ? strerror(errno) : NULL;
	}
	if (reason)
		report_unreadable(diags, item, path, reason);
	return reason ? NULL : text;
}

void feed_read(struct arena *arena, struct diag_list *diags,
	       const struct item *item, struct prefix_list *list)
{
	const char *path = feed_path(arena, diags, item);
	size_t size = 0;
	const char *text = read_feed(arena, diags, item, path, &size);
	uint32_t file;

	if (!text)
		return;
	file = diag_add_file(diags, path, text, size);
	feed_parse(arena, diags, file, text, size, item->format, list);
}
