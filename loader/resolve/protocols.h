/* SPDX-License-Identifier: GPL-2.0-only */
/* Which protocols a conjunction speaks of, said or implied by its fields. */
#ifndef WEIR_RESOLVE_PROTOCOLS_H
#define WEIR_RESOLVE_PROTOCOLS_H

#include "resolve/conjunction.h"

enum { PART_ANY_FAMILY, PART_ICMP, PART_ICMPV6, PARTS };
enum { PROTOCOL_ESP = 50, PROTOCOL_AH = 51 };

/* Those of one family by themselves: icmp by name is IPv4's. */
struct protocols {
	const struct match *match; /* what says so; NULL: nothing does */
	uint64_t parts[PARTS][4];
	bool used[PARTS];
};

/*
 * Reads them. Fields that only some protocols have (flags, ports, spi) imply
 * those where none is given, and are an error with any other. False after an
 * error, which has been reported.
 */
bool protocols_read(struct resolver *resolver,
		    const struct conjunction *conjunction,
		    struct protocols *protocols);

/* The protocol that is the only one; -1 when there are several, or none. */
int protocols_only(const struct protocols *protocols);

/* FAMILY_IPV4 for ICMP alone, FAMILY_IPV6 for ICMPv6 alone, otherwise 0. */
uint8_t protocols_icmp_family(const struct protocols *protocols);

#endif
