/* SPDX-License-Identifier: GPL-2.0-only */
/* Interface statements: roles, checks, owners, rule sets, devices. */
#ifndef WEIR_RESOLVE_INTERFACES_H
#define WEIR_RESOLVE_INTERFACES_H

#include "resolve/resolver.h"

/*
 * Fills in interfaces, devices, rule sets and the owners' names. Customers
 * have got their owner numbers before; interfaces with link prefixes get the
 * numbers after them. links[i] is the list of interface i's link prefixes.
 */
void interfaces_resolve(struct resolver *resolver, struct prefix_list **links);

#endif
