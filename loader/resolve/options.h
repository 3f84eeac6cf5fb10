/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of one interface statement, gathered: one of each kind. */
#ifndef WEIR_RESOLVE_OPTIONS_H
#define WEIR_RESOLVE_OPTIONS_H

#include "resolve/resolver.h"

/* NULL: not given. */
struct gathered {
	const struct interface_option *role;
	const struct interface_option *checks[CHECK_COUNT];
	const struct interface_option *trust;
	const struct interface_option *remark;
	const struct interface_option *monitor;
	const struct interface_option *direction[DIRECTION_COUNT];
	struct prefix_list link; /* sorted */
};

/* What is given twice, or contradicts itself, is reported. */
void options_gather(struct resolver *resolver,
		    const struct interface_option *option,
		    struct gathered *options);

/* Bits of the checks that are on for this role with these options. */
uint32_t options_checks(enum role role, const struct gathered *options);

#endif
