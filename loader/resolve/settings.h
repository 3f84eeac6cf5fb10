/* SPDX-License-Identifier: GPL-2.0-only */
/* Statements about the policy as a whole: monitor, index, reject limit. */
#ifndef WEIR_RESOLVE_SETTINGS_H
#define WEIR_RESOLVE_SETTINGS_H

#include "resolve/resolver.h"

void settings_resolve(struct resolver *resolver);

#endif
