/* SPDX-License-Identifier: GPL-2.0-only */
/* Types and codes of ICMP and ICMPv6. */
#ifndef WEIR_RESOLVE_ICMP_H
#define WEIR_RESOLVE_ICMP_H

#include "resolve/protocols.h"

/*
 * What `type` and `code` ask for, as ranges of type << 8 | code; empty where
 * they are not given. They need ICMP or ICMPv6, alone. False after an error,
 * which has been reported.
 */
bool icmp_read(struct resolver *resolver, const struct conjunction *conjunction,
	       const struct protocols *protocols, struct range_list *icmp);

#endif
