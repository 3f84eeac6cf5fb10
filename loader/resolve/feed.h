/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Feeds: prefix lists that somebody else publishes, one prefix or address a
 * line.
 *
 * A feed that is not what it should be must never quietly become a shorter
 * list, so everything doubtful is an error: a line that is no prefix, a web
 * page in place of the list, an empty file, NUL bytes, a download cut off.
 */
#ifndef WEIR_RESOLVE_FEED_H
#define WEIR_RESOLVE_FEED_H

#include "diag.h"
#include "policy.h"
#include "resolve/prefix_list.h"

/*
 * Adds the prefixes of a text, registered as number `file`, to the list, as
 * they come: not sorted. Errors point into the text.
 */
void feed_parse(struct arena *arena, struct diag_list *diags, uint32_t file,
		const char *text, size_t size, enum feed_format format,
		struct prefix_list *list);

/*
 * The same for the file that a feed item names; a relative path starts from
 * the directory of the policy file that names it.
 */
void feed_read(struct arena *arena, struct diag_list *diags,
	       const struct item *item, struct prefix_list *list);

#endif
