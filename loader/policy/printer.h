/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the policy room: words on lines, for the two halves of the printer. */
#ifndef WEIR_POLICY_PRINTER_H
#define WEIR_POLICY_PRINTER_H

#include "policy.h"

enum { SCREEN = 80 };

struct printer {
	FILE *stream;
	const struct comment *comments; /* those not yet printed */
	size_t comment_count;
	uint32_t last_line; /* of the source, of what was printed last */
	bool first;	    /* nothing printed yet in this block */
	unsigned int depth; /* of blocks */
	unsigned int column;
	bool wrap;	     /* at SCREEN columns */
	bool flat;	     /* no line ends: a block in one line */
	const char *keyword; /* stays on one line with the next word */
};

void print_word(struct printer *printer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void print_mark(struct printer *printer, char mark);

/* phrases.c: what stands between the marks. */
void print_item(struct printer *printer, const struct item *item);
void print_items(struct printer *printer, const struct item *first,
		 const struct item *end);
void print_names(struct printer *printer, const struct name_list *names);
void print_option(struct printer *printer,
		  const struct interface_option *option);
void print_header(struct printer *printer, const struct statement *statement);

/* rule_phrases.c: rules, and what interfaces say in the same words. */
void print_matches(struct printer *printer, const struct match *matches);
void print_rule(struct printer *printer, const struct rule *rule);
void print_limit(struct printer *printer, const struct limit *limit);
/* The words, then the value: "remark dscp ef". */
void print_dscp(struct printer *printer, const char *words,
		const struct value *value);

#endif
