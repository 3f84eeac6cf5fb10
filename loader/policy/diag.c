// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of diagnostics, and how it is shown.
 *
 * Twenty errors and twenty warnings are kept, more are counted. A note goes
 * the way of what it belongs to. Text that came from a file may hold
 * anything, so what is printed is reduced to printable ASCII: no policy and
 * no feed can send control sequences to a terminal.
 *
 * The source line is shown with one column for each byte, so that the caret
 * stands below its byte whatever the line holds. Of a line wider than the
 * screen a window around the caret is shown.
 */
#include "diag.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"

enum {
	KEPT = 20, /* errors, and as many warnings */
	INDENT = 4,
	SCREEN = 80,
	WINDOW = SCREEN - INDENT,
	CARET_AT = 24, /* where the caret stands in a window */
	MESSAGE_BYTES = 400,
};

struct source {
	const char *name;
	const char *text;
	size_t size;
};

struct diag_list {
	struct arena *arena;
	struct source *files;
	size_t file_count;
	size_t file_capacity;
	struct diagnostic *queue;
	size_t count;
	size_t capacity;
	size_t found[SEVERITY_NOTE + 1]; /* also those not kept */
	bool dropped;			 /* the last one was not kept */
};

struct diag_list *diag_new(struct arena *arena)
{
	struct diag_list *list = arena_new_of(arena, struct diag_list);

	list->arena = arena;
	return list;
}

uint32_t diag_add_file(struct diag_list *list, const char *name,
		       const char *text, size_t size)
{
	list->files = arena_grow(list->arena, list->files, list->file_count,
				 &list->file_capacity, sizeof(*list->files));
	list->files[list->file_count++] = (struct source){
		.name = arena_strdup(list->arena, name),
		.text = text,
		.size = size,
	};
	return (uint32_t)list->file_count;
}

const char *diag_file_name(const struct diag_list *list, uint32_t file)
{
	return file && file <= list->file_count ? list->files[file - 1].name
						: "";
}

/* ---- adding ------------------------------------------------------------ */

static const char *format_text(struct arena *arena, const char *format,
			       va_list arguments)
{
	char text[MESSAGE_BYTES];
	int length = vsnprintf(text, sizeof(text), format, arguments);

	if (length >= (int)sizeof(text))
		strcpy(text + sizeof(text) - sizeof("..."), "...");
	return arena_strdup(arena, text);
}

static bool keep(struct diag_list *list, enum severity severity)
{
	if (severity != SEVERITY_NOTE)
		list->dropped = list->found[severity] >= KEPT;
	list->found[severity]++;
	return !list->dropped;
}

static void add(struct diag_list *list, enum severity severity,
		struct span span, const char *hint, const char *format,
		va_list arguments)
{
	if (!keep(list, severity))
		return;
	list->queue = arena_grow(list->arena, list->queue, list->count,
				 &list->capacity, sizeof(*list->queue));
	list->queue[list->count++] = (struct diagnostic){
		.severity = severity,
		.span = span,
		.message = format_text(list->arena, format, arguments),
		.hint = hint ? arena_strdup(list->arena, hint) : NULL,
	};
}

void diag_error(struct diag_list *list, struct span span, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(list, SEVERITY_ERROR, span, hint, format, arguments);
	va_end(arguments);
}

void diag_warning(struct diag_list *list, struct span span, const char *hint,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(list, SEVERITY_WARNING, span, hint, format, arguments);
	va_end(arguments);
}

void diag_note(struct diag_list *list, struct span span, const char *format,
	       ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(list, SEVERITY_NOTE, span, NULL, format, arguments);
	va_end(arguments);
}

const char *diag_hint(struct diag_list *list, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = format_text(list->arena, format, arguments);
	va_end(arguments);
	return text;
}

size_t diag_errors(const struct diag_list *list)
{
	return list->found[SEVERITY_ERROR];
}

size_t diag_count(const struct diag_list *list)
{
	return list->count;
}

const struct diagnostic *diag_at(const struct diag_list *list, size_t index)
{
	return index < list->count ? &list->queue[index] : NULL;
}

bool diag_full(const struct diag_list *list)
{
	return list->found[SEVERITY_ERROR] >= KEPT;
}

/* ---- printing ---------------------------------------------------------- */

static void print_clean(FILE *stream, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (text[i] == '\t')
			fputc(' ', stream);
		else if (text[i] < ' ' || text[i] > '~')
			fputc('?', stream);
		else
			fputc(text[i], stream);
	}
}

/* The line without its end; false when the text has no such line. */
static bool find_line(const struct source *file, uint32_t line,
		      const char **start, size_t *length)
{
	const char *at = file->text;
	const char *end = at + file->size;
	const char *newline;

	for (; line > 1; line--) {
		at = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return false;
		at++;
	}
	newline = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
	*start = at;
	*length = (size_t)((newline ? newline : end) - at);
	if (*length && at[*length - 1] == '\r')
		--*length;
	return true;
}

/* The columns of the line to show: [first, last). */
static void choose_window(size_t length, size_t caret, size_t *first,
			  size_t *last)
{
	*first = 0;
	*last = length;
	if (length <= WINDOW)
		return;
	if (caret > CARET_AT)
		*first = caret - CARET_AT;
	if (*first > length - WINDOW)
		*first = length - WINDOW;
	*last = *first + WINDOW;
}

static void print_window(FILE *stream, const char *line, size_t length,
			 size_t first, size_t last)
{
	size_t left = first ? 3 : 0;
	size_t right = last < length ? 3 : 0;

	fprintf(stream, "%*s%.*s", INDENT, "", (int)left, "...");
	print_clean(stream, line + first + left, last - first - left - right);
	fprintf(stream, "%.*s\n", (int)right, "...");
}

static void print_carets(FILE *stream, size_t offset, size_t count)
{
	fprintf(stream, "%*s^", (int)(INDENT + offset), "");
	while (count-- > 1)
		fputc('~', stream);
	fputc('\n', stream);
}

static void print_source(const struct diag_list *list, struct span span,
			 FILE *stream)
{
	size_t length, first, last, caret, end;
	const char *line;

	if (!span.file || span.file > list->file_count || !span.column)
		return;
	if (!find_line(&list->files[span.file - 1], span.line, &line, &length))
		return;
	caret = span.column - 1 < length ? span.column - 1 : length;
	end = span.end_line == span.line ? span.end_column - 1 : length;
	choose_window(length, caret, &first, &last);
	print_window(stream, line, length, first, last);
	if (end > last)
		end = last;
	print_carets(stream, caret - first, end > caret ? end - caret : 1);
}

/* Hints are sentences, some of them longer than a line. */
static void print_hint(FILE *stream, const char *hint)
{
	static const char label[] = "hint: ";
	size_t indent = INDENT + strlen(label);
	size_t column = indent;

	fprintf(stream, "%*s%s", INDENT, "", label);
	while (*hint) {
		size_t length = strcspn(hint + 1, " ") + 1;

		if (column > indent && column + length > SCREEN) {
			fprintf(stream, "\n%*s", (int)indent, "");
			column = indent;
			hint += *hint == ' ';
			length -= length > 1;
		}
		print_clean(stream, hint, length);
		column += length;
		hint += length;
	}
	fputc('\n', stream);
}

static void print_one(const struct diag_list *list,
		      const struct diagnostic *diagnostic, FILE *stream)
{
	static const char *const severities[] = { "error", "warning", "note" };
	const char *name = diag_file_name(list, diagnostic->span.file);

	if (diagnostic->span.file) {
		print_clean(stream, name, strlen(name));
		if (diagnostic->span.line)
			fprintf(stream, ":%u:%u", diagnostic->span.line,
				diagnostic->span.column);
		fputs(": ", stream);
	}
	fprintf(stream, "%s: ", severities[diagnostic->severity]);
	print_clean(stream, diagnostic->message, strlen(diagnostic->message));
	fputc('\n', stream);
	print_source(list, diagnostic->span, stream);
	if (diagnostic->hint)
		print_hint(stream, diagnostic->hint);
}

void diag_print(const struct diag_list *list, FILE *stream)
{
	static const char *const plurals[] = { "errors", "warnings" };
	size_t i;

	for (i = 0; i < list->count; i++)
		print_one(list, &list->queue[i], stream);
	for (i = 0; i < SEVERITY_NOTE; i++)
		if (list->found[i] > KEPT)
			fprintf(stream, "%zu %s, the first %d are shown\n",
				list->found[i], plurals[i], KEPT);
}
