/* SPDX-License-Identifier: GPL-2.0-only */
/* Limits in the units of the datapath (struct limit_entry). */
#ifndef WEIR_RESOLVE_LIMITS_H
#define WEIR_RESOLVE_LIMITS_H

#include "resolve/resolver.h"

/* Makes limit 0, that of the answers of `reject`; NULL: nothing is said. */
void limits_answers(struct resolver *resolver, const struct limit *limit);

/*
 * Number + 1 of a new limit; 0 for NULL, and after an error, which has been
 * reported, with hint where the rate is 0. Limits are never shared: each has a
 * state of its own.
 */
uint32_t limits_add(struct resolver *resolver, const struct limit *limit,
		    const char *hint);

/*
 * The arithmetic of a limit of `rate` units a second of which `burst` pass at
 * once: sets scale, shift and tolerance. A packet is within the limit when the
 * arrival time lies at most tolerance ahead of now, and then moves it on, from
 * now at the earliest, by
 *
 *	(units * scale) >> shift
 *
 * sixteenths of a nanosecond. rate and burst are not 0. Units are bytes where
 * bytes is set, else packets, of which a rate has at most 16,000,000,000: more
 * would cost nothing.
 */
void limits_arithmetic(struct limit_entry *entry, uint64_t rate, uint64_t burst,
		       bool bytes);

#endif
