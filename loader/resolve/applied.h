/* SPDX-License-Identifier: GPL-2.0-only */
/* Warnings of rules that have no effect wherever their filter is applied. */
#ifndef WEIR_RESOLVE_APPLIED_H
#define WEIR_RESOLVE_APPLIED_H

#include "resolve/resolver.h"

/* For a policy without errors so far, all of whose filters are resolved. */
void applied_report(struct resolver *resolver);

#endif
