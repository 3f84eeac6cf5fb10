/* SPDX-License-Identifier: GPL-2.0-only */
/* Logical interfaces: a device and the VLAN ids on it. */
#ifndef WEIR_RESOLVE_LOGICAL_H
#define WEIR_RESOLVE_LOGICAL_H

#include "resolve/resolver.h"

/* "eth1", "eth1 vlan 100", "eth1 vlan 100-199.200". */
const char *logical_text(struct arena *arena,
			 const struct statement *statement);

/*
 * Two statements for one key (device, outer, inner), and more than
 * MAX_LOGICAL_INTERFACES keys, are errors.
 */
void logical_check(struct resolver *resolver,
		   const struct resolved_interface *interfaces, size_t count);

#endif
