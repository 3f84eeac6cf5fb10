/* SPDX-License-Identifier: GPL-2.0-only */
/* Services and filters: rules as legs. */
#ifndef WEIR_RESOLVE_RULES_H
#define WEIR_RESOLVE_RULES_H

#include "resolve/resolver.h"

/* Resolves the rules of every filter, used or not. */
void rules_resolve(struct resolver *resolver);

#endif
