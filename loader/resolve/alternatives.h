/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Services as lists of alternatives: what a rule that names one matches.
 *
 * An entry with a protocol is an alternative. An entry without one holds for
 * all of them: { tcp port 179; ttl 255; } is BGP from the next router only.
 */
#ifndef WEIR_RESOLVE_ALTERNATIVES_H
#define WEIR_RESOLVE_ALTERNATIVES_H

#include "resolve/conjunction.h"

/*
 * Works out the alternatives of a service and marks it OBJECT_DONE when nothing
 * in it is wrong; what is wrong is reported here and not again for each rule.
 */
void alternatives_resolve(struct resolver *resolver, struct object *service);

/*
 * Reports a bare name that no service and no protocol has; false when one has
 * it.
 */
bool alternatives_unknown(struct resolver *resolver, const struct match *name);

/*
 * The service that the rule's bare name stands for, or NULL; a name of neither
 * a service nor a protocol is an error.
 */
const struct object *alternatives_of(struct resolver *resolver,
				     const struct conjunction *rule);

#endif
