/* SPDX-License-Identifier: GPL-2.0-only */
/* The tries infra4 and infra6: what the network's own addresses are. */
#ifndef WEIR_RESOLVE_INFRASTRUCTURE_H
#define WEIR_RESOLVE_INFRASTRUCTURE_H

#include "resolve/resolver.h"

/*
 * Infrastructure, addresses of this router, broadcast addresses of connected
 * networks and customers' LANs, multicast groups of the infrastructure.
 */
void infrastructure_build(struct resolver *resolver, struct arena *scratch);

#endif
