// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tree to words: the text of one member or option without its line.
 *
 * A prefix as long as its family's addresses prints as the address, and a
 * range of one number as the number: the parser makes the same tree of both.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "base/cleanup.h"
#include "lexer.h"
#include "printer.h"

enum { TAB = 8 };

static void new_line(struct printer *printer)
{
	unsigned int i;

	fputc('\n', printer->stream);
	for (i = 0; i <= printer->depth; i++)
		fputc('\t', printer->stream);
	printer->column = TAB * (printer->depth + 1);
}

/*
 * A word after a space, on a new line when it and one mark after it would
 * pass the edge of the screen. Column 0: at the start, with no space before.
 */
void print_word(struct printer *printer, const char *format, ...)
{
	_cleanup_free_ char *word = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&word, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if (printer->keyword)
		length += (int)strlen(printer->keyword) + 1;
	if (printer->column && printer->wrap &&
	    printer->column + (unsigned int)length + 2 > SCREEN) {
		new_line(printer);
	} else if (printer->column) {
		fputc(' ', printer->stream);
		printer->column++;
	} else {
		printer->column = TAB * printer->depth;
	}
	if (printer->keyword)
		fprintf(printer->stream, "%s ", printer->keyword);
	fputs(word, printer->stream);
	printer->column += (unsigned int)length;
	printer->keyword = NULL;
}

void print_mark(struct printer *printer, char mark)
{
	fputc(mark, printer->stream);
	printer->column++;
}

/* ---- addresses --------------------------------------------------------- */

static void print_prefix_item(struct printer *printer, const struct item *item)
{
	char first[PREFIX_TEXT];
	char last[PREFIX_TEXT];

	prefix_format(&item->prefix, first);
	if (item->kind == ITEM_PREFIX)
		print_word(printer, "%s", first);
	else
		print_word(
			printer, "%s-%s", first,
			address_format(&item->last, item->prefix.family, last));
}

void print_item(struct printer *printer, const struct item *item)
{
	static const char *const words[] = {
		[ITEM_CUSTOMERS] = "customers",
		[ITEM_INFRASTRUCTURE] = "infrastructure",
		[ITEM_LOCAL] = "local",
		[ITEM_ANY] = "any",
		[ITEM_SPECIAL_PURPOSE] = "special-purpose",
	};
	static const char *const formats[] = {
		[FEED_PLAIN] = "plain",
		[FEED_CYMRU] = "cymru",
	};

	switch (item->kind) {
	case ITEM_PREFIX:
	case ITEM_RANGE:
		print_prefix_item(printer, item);
		break;
	case ITEM_SET:
		print_word(printer, "%s", item->name);
		break;
	case ITEM_CUSTOMER:
		print_word(printer, "customer %s", item->name);
		break;
	case ITEM_FEED:
		print_word(printer, "feed \"%s\" format %s", item->name,
			   formats[item->format]);
		break;
	default:
		print_word(printer, "%s", words[item->kind]);
	}
}

/* A list with commas, up to the item `end`. */
void print_items(struct printer *printer, const struct item *first,
		 const struct item *end)
{
	for (; first != end; first = first->next) {
		print_item(printer, first);
		if (first->next != end)
			print_mark(printer, ',');
	}
}

/* ---- interfaces -------------------------------------------------------- */

void print_names(struct printer *printer, const struct name_list *names)
{
	for (; names; names = names->next) {
		print_word(printer, "%s", names->name);
		if (names->next)
			print_mark(printer, ',');
	}
}

static void print_role(struct printer *printer,
		       const struct interface_option *option)
{
	static const char *const roles[] = {
#define ROLE(symbol, name) name,
#include "roles.def"
#undef ROLE
	};

	print_word(printer, "role %s", roles[option->role]);
	if (option->role == ROLE_CUSTOMER)
		print_word(printer, "%s", option->customer);
}

static void print_check(struct printer *printer,
			const struct interface_option *option)
{
	static const char *const checks[] = {
#define CHECK(symbol, name, direction, roles) name,
#include "checks.def"
#undef CHECK
	};
	static const char *const validations[] = {
#define VALIDATION(symbol, name, text) name,
#include "validations.def"
#undef VALIDATION
	};
	const char *on = option->check == CHECK_SOURCE_VALIDATION
				 ? validations[option->validation]
				 : "on";

	print_word(printer, "%s %s", checks[option->check],
		   option->on ? on : "off");
	if (option->allow_default)
		print_word(printer, "allow-default");
}

void print_option(struct printer *printer,
		  const struct interface_option *option)
{
	switch (option->kind) {
	case OPTION_ROLE:
		print_role(printer, option);
		break;
	case OPTION_CHECK:
		print_check(printer, option);
		break;
	case OPTION_LINK:
		printer->keyword = "link";
		print_items(printer, option->link, NULL);
		break;
	case OPTION_TRUST:
		print_word(printer, "trust dscp");
		break;
	case OPTION_REMARK:
		print_dscp(printer, "remark dscp", option->remark);
		break;
	case OPTION_MONITOR:
		print_word(printer, "monitor");
		break;
	case OPTION_IN:
		print_word(printer, "in");
		break;
	case OPTION_OUT:
		print_word(printer, "out");
		break;
	}
}

/* A name that the scanner would read as one needs no quotes. */
static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				      "0123456789-.";
	uint64_t value;

	return !strchr("0123456789-.", *name) && !name[strspn(name, letters)] &&
	       !policy_word(name, strlen(name), &value);
}

/* "100", "100-199", "100.200", "100-199.200-299". */
static void print_vlan(struct printer *printer,
		       const struct statement *statement)
{
	char ids[2][16];
	const uint16_t *range;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		range = i ? statement->inner : statement->outer;
		if (range[0] == range[1])
			snprintf(ids[i], sizeof(ids[i]), "%u", range[0]);
		else
			snprintf(ids[i], sizeof(ids[i]), "%u-%u", range[0],
				 range[1]);
	}
	if (statement->outer[0] == NO_TAG)
		return;
	if (statement->inner[0] == NO_TAG)
		print_word(printer, "vlan %s", ids[0]);
	else
		print_word(printer, "vlan %s.%s", ids[0], ids[1]);
}

void print_header(struct printer *printer, const struct statement *statement)
{
	static const char *const words[] = {
#define STATEMENT(symbol, words) words,
#include "statements.def"
#undef STATEMENT
	};
	const char *quote =
		statement->name && (statement->kind == STATEMENT_INCLUDE ||
				    !is_name(statement->name))
			? "\""
			: "";

	print_word(printer, "%s", words[statement->kind]);
	if (statement->name)
		print_word(printer, "%s%s%s", quote, statement->name, quote);
	print_vlan(printer, statement);
	if (statement->kind == STATEMENT_INDEX)
		print_word(printer, statement->on ? "on" : "off");
	else if (statement->kind == STATEMENT_ANSWERS)
		print_limit(printer, statement->limit);
}
