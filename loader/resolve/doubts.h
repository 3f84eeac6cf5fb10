/* SPDX-License-Identifier: GPL-2.0-only */
/* Warnings of matches that are valid, and that no packet meets. */
#ifndef WEIR_RESOLVE_DOUBTS_H
#define WEIR_RESOLVE_DOUBTS_H

#include "resolve/conjunction.h"

/*
 * For a conjunction without errors. own: the part of it that is new; what lies
 * in the rest alone has been said where that was read.
 */
void doubts_report(struct resolver *resolver,
		   const struct conjunction *conjunction,
		   const struct conjunction *own);

#endif
