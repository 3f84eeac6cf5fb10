/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields that need no other: one member of a leg for each match. */
#ifndef WEIR_RESOLVE_FIELDS_H
#define WEIR_RESOLVE_FIELDS_H

#include "resolve/conjunction.h"

/*
 * Sets the leg's members for fragments, hop limit, DSCP, length, VLANs, IP
 * options, extension headers, SPIs, MAC addresses and bytes. False after an
 * error, which has been reported.
 */
bool fields_read(struct resolver *resolver,
		 const struct conjunction *conjunction, struct leg *leg);

/*
 * Whether two `bytes` of the conjunction ask for different values of a bit, so
 * that no packet has both; then both are set.
 */
bool fields_bytes_exclude(const struct conjunction *conjunction,
			  const struct match *both[2]);

/* Families of packets that can be as the leg's other members say. */
uint8_t fields_families(const struct leg *leg);

#endif
