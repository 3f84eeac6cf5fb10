// SPDX-License-Identifier: GPL-2.0-only
/*
 * The canonical form: one statement, member, rule or option a line, blocks
 * indented by tabs, lines wrapped at 80 columns. A block that was written on
 * one line stays on one line as long as it fits.
 *
 * Comments are no part of the tree. They are merged in by place, in one pass:
 * before a line is printed come the comments that stand before it in the
 * source; a comment behind it on its last line stays there; one in the middle
 * of it moves in front. Blank lines follow the source in the same way: one is
 * printed where at least one stood, but none at the edge of a block. All of
 * this depends only on the order and distance of lines, which the printed
 * text keeps; so printing it again changes nothing.
 */
#include "printer.h"

#include "base/cleanup.h"

struct position {
	uint32_t line;
	uint32_t column;
};

static const struct position end_of_text = { UINT32_MAX, UINT32_MAX };

static struct position start_of(const struct span *span)
{
	return (struct position){ span->line, span->column };
}

/* Of the brace that ends a block. */
static struct position last_byte_of(const struct span *span)
{
	return (struct position){ span->end_line, span->end_column - 1 };
}

static bool is_before(const struct span *span, struct position position)
{
	return span->line < position.line ||
	       (span->line == position.line && span->column < position.column);
}

/* ---- lines, comments, blank lines -------------------------------------- */

static const struct comment *next_comment(const struct printer *printer,
					  struct position limit)
{
	if (!printer->comment_count ||
	    !is_before(&printer->comments->span, limit))
		return NULL;
	return printer->comments;
}

static void drop_comment(struct printer *printer)
{
	printer->comments++;
	printer->comment_count--;
}

/* A new line for what stands in line `line` of the source. */
static void begin_line(struct printer *printer, uint32_t line)
{
	unsigned int i;

	if (printer->flat)
		return;
	if (!printer->first && line > printer->last_line + 1)
		fputc('\n', printer->stream);
	for (i = 0; i < printer->depth; i++)
		fputc('\t', printer->stream);
	printer->first = false;
	printer->last_line = line;
	printer->column = 0;
}

static void print_comments(struct printer *printer, struct position limit)
{
	const struct comment *comment;

	while ((comment = next_comment(printer, limit))) {
		begin_line(printer, comment->span.line);
		fprintf(printer->stream, "%s\n", comment->text);
		drop_comment(printer);
	}
}

/* The comments before a line, then those in the middle of it. */
static void begin_entry(struct printer *printer, struct position start,
			struct position end)
{
	const struct comment *comment;

	print_comments(printer, start);
	while ((comment = next_comment(printer, end))) {
		begin_line(printer, start.line);
		fprintf(printer->stream, "%s\n", comment->text);
		drop_comment(printer);
	}
	begin_line(printer, start.line);
}

/* Ends a line, with the comment behind it if that comes before `limit`. */
static void end_line(struct printer *printer, uint32_t line,
		     struct position limit)
{
	const struct comment *comment;

	if (printer->flat)
		return;
	comment = next_comment(printer, limit);
	if (comment && comment->span.line == line) {
		fprintf(printer->stream, " %s", comment->text);
		drop_comment(printer);
	}
	fputc('\n', printer->stream);
	printer->last_line = line;
}

static void open_block(struct printer *printer, uint32_t line,
		       struct position limit)
{
	print_word(printer, "{");
	end_line(printer, line, limit);
	printer->depth++;
	printer->first = true;
}

static void close_block(struct printer *printer, struct position brace,
			struct position limit)
{
	print_comments(printer, brace);
	printer->depth--;
	printer->first = true;
	begin_line(printer, brace.line);
	print_word(printer, "}");
	end_line(printer, brace.line, limit);
}

/* ---- blocks ------------------------------------------------------------ */

typedef void print_body(struct printer *printer, const void *node,
			struct position limit);

/* Prints a block that stands on one line of the source so, if it fits. */
static bool print_flat(struct printer *printer, const struct span *span,
		       print_body *body, const void *node,
		       struct position limit)
{
	_cleanup_free_ char *text = NULL;
	struct printer flat = *printer;
	size_t size;

	if (span->line != span->end_line ||
	    next_comment(printer, last_byte_of(span)))
		return false;
	flat.stream = open_memstream(&text, &size);
	if (!flat.stream)
		return false;
	flat.flat = true;
	flat.wrap = false;
	body(&flat, node, limit);
	fclose(flat.stream);
	if (flat.column > SCREEN)
		return false;
	fputs(text, printer->stream);
	end_line(printer, span->line, limit);
	return true;
}

/* A block from its head to its brace, in one line or in several. */
static void print_span(struct printer *printer, const struct span *span,
		       print_body *body, const void *node,
		       struct position limit)
{
	print_comments(printer, start_of(span));
	begin_line(printer, span->line);
	if (printer->flat || !print_flat(printer, span, body, node, limit))
		body(printer, node, limit);
}

/* Where the next entry starts, or the block's brace when there is none. */
#define start_of_next(node, brace) ((node) ? start_of(&(node)->span) : (brace))

/* One statement's worth of items, up to `end`. */
static void print_members(struct printer *printer,
			  const struct statement *statement,
			  const struct item *first, const struct item *end)
{
	static const char *const purposes[] = {
		[PURPOSE_LAN] = "lan",
		[PURPOSE_MULTICAST] = "multicast",
	};

	if (first->except)
		printer->keyword = "except";
	else if (first->purpose != PURPOSE_OWNED)
		printer->keyword = purposes[first->purpose];
	if (statement->kind == STATEMENT_INFRASTRUCTURE &&
	    first->kind == ITEM_LOCAL && !first->except && first->next == end)
		print_word(printer, "local-addresses");
	else
		print_items(printer, first, end);
}

static void print_item_lines(struct printer *printer,
			     const struct statement *statement,
			     struct position brace)
{
	const struct item *item = statement->items;

	while (item) {
		const struct item *end = item->next;
		struct span last = item->span;

		for (; end && end->continues; end = end->next)
			last = end->span;
		begin_entry(printer, start_of(&item->span),
			    last_byte_of(&last));
		print_members(printer, statement, item, end);
		print_mark(printer, ';');
		end_line(printer, last.end_line, start_of_next(end, brace));
		item = end;
	}
}

static void print_rule_lines(struct printer *printer, const struct rule *rule,
			     struct position brace)
{
	for (; rule; rule = rule->next) {
		begin_entry(printer, start_of(&rule->span),
			    last_byte_of(&rule->span));
		print_rule(printer, rule);
		print_mark(printer, ';');
		end_line(printer, rule->span.end_line,
			 start_of_next(rule->next, brace));
	}
}

static void print_service_lines(struct printer *printer,
				const struct service_entry *entry,
				struct position brace)
{
	for (; entry; entry = entry->next) {
		begin_entry(printer, start_of(&entry->span),
			    last_byte_of(&entry->span));
		print_matches(printer, entry->matches);
		print_mark(printer, ';');
		end_line(printer, entry->span.end_line,
			 start_of_next(entry->next, brace));
	}
}

static void print_apply_line(struct printer *printer,
			     const struct name_list *names,
			     struct position brace)
{
	const struct name_list *last = names;

	if (!names)
		return;
	while (last->next)
		last = last->next;
	begin_entry(printer, start_of(&names->span), last_byte_of(&last->span));
	printer->keyword = "apply";
	print_names(printer, names);
	print_mark(printer, ';');
	end_line(printer, last->span.end_line, brace);
}

static void print_limit_line(struct printer *printer, const struct limit *limit,
			     struct position end)
{
	if (!limit)
		return;
	begin_entry(printer, start_of(&limit->span),
		    last_byte_of(&limit->span));
	printer->keyword = "limit";
	print_limit(printer, limit);
	print_mark(printer, ';');
	end_line(printer, limit->span.end_line, end);
}

/* What its filters are, and its limit, in the order of the source. */
static void print_direction(struct printer *printer, const void *node,
			    struct position limit)
{
	const struct interface_option *option = node;
	struct position brace = last_byte_of(&option->span);
	struct position filters = start_of_next(option->filters, brace);
	struct position rate = start_of_next(option->limit, brace);
	bool rate_first =
		option->limit && is_before(&option->limit->span, filters);

	print_option(printer, option);
	open_block(printer, option->span.line, rate_first ? rate : filters);
	if (rate_first)
		print_limit_line(printer, option->limit, filters);
	print_apply_line(printer, option->filters, rate_first ? brace : rate);
	if (!rate_first)
		print_limit_line(printer, option->limit, brace);
	close_block(printer, brace, limit);
}

static void print_option_lines(struct printer *printer,
			       const struct interface_option *option,
			       struct position brace)
{
	for (; option; option = option->next) {
		struct position limit = start_of_next(option->next, brace);

		if (option->kind == OPTION_IN || option->kind == OPTION_OUT) {
			print_span(printer, &option->span, print_direction,
				   option, limit);
			continue;
		}
		begin_entry(printer, start_of(&option->span),
			    last_byte_of(&option->span));
		print_option(printer, option);
		print_mark(printer, ';');
		end_line(printer, option->span.end_line, limit);
	}
}

static struct position first_entry(const struct statement *statement,
				   struct position brace)
{
	if (statement->items)
		return start_of(&statement->items->span);
	if (statement->entries)
		return start_of(&statement->entries->span);
	if (statement->rules)
		return start_of(&statement->rules->span);
	return start_of_next(statement->options, brace);
}

static void print_block(struct printer *printer, const void *node,
			struct position limit)
{
	const struct statement *statement = node;
	struct position brace = last_byte_of(&statement->span);

	print_header(printer, statement);
	open_block(printer, statement->name_span.end_line,
		   first_entry(statement, brace));
	print_item_lines(printer, statement, brace);
	print_service_lines(printer, statement->entries, brace);
	print_rule_lines(printer, statement->rules, brace);
	print_option_lines(printer, statement->options, brace);
	close_block(printer, brace, limit);
}

static void print_line(struct printer *printer,
		       const struct statement *statement, struct position limit)
{
	begin_entry(printer, start_of(&statement->span),
		    last_byte_of(&statement->span));
	print_header(printer, statement);
	print_mark(printer, ';');
	end_line(printer, statement->span.end_line, limit);
}

/* Without a block. */
static bool is_line(const struct statement *statement)
{
	return statement->kind == STATEMENT_INCLUDE ||
	       statement->kind == STATEMENT_MONITOR ||
	       statement->kind == STATEMENT_INDEX ||
	       statement->kind == STATEMENT_ANSWERS;
}

void policy_print(const struct policy *policy, FILE *stream)
{
	const struct statement *statement;
	struct printer printer = {
		.stream = stream,
		.comments = policy->comments,
		.comment_count = policy->comment_count,
		.first = true,
		.wrap = true,
	};

	for (statement = policy->statements; statement;
	     statement = statement->next) {
		struct position limit =
			start_of_next(statement->next, end_of_text);

		if (is_line(statement))
			print_line(&printer, statement, limit);
		else
			print_span(&printer, &statement->span, print_block,
				   statement, limit);
	}
	print_comments(&printer, end_of_text);
}
