/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IANA special-purpose address registries (RFC 6890) as prefixes that may
 * not be a source, or not a destination, on the edge of a network.
 */
#ifndef WEIR_RESOLVE_SPECIAL_REGISTRY_H
#define WEIR_RESOLVE_SPECIAL_REGISTRY_H

#include "base/arena.h"
#include "base/prefix.h"
#include "diag.h"

/* What a row says of its prefix; narrower rows override wider ones. */
struct special_row {
	struct prefix prefix;
	bool bad_source;
	bool bad_destination;
};

struct special_rows {
	struct special_row *rows; /* in the order of the registries */
	size_t count;
	size_t capacity;
};

/* Adds the rows of a registry's CSV text, registered as number `file`. */
void special_registry_parse(struct arena *arena, struct diag_list *diags,
			    uint32_t file, const char *text, size_t size,
			    struct special_rows *rows);

/* The registries that are part of the program, and multicast. */
struct special_rows special_registry_shipped(struct arena *arena,
					     struct diag_list *diags);

#endif
