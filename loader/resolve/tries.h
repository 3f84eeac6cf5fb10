/* SPDX-License-Identifier: GPL-2.0-only */
/* The four pairs of tries, and the sets for the record. */
#ifndef WEIR_RESOLVE_TRIES_H
#define WEIR_RESOLVE_TRIES_H

#include "resolve/resolver.h"

/* links[i]: link prefixes of resolved->interfaces[i]. */
void tries_build(struct resolver *resolver, const struct prefix_list *links);

#endif
