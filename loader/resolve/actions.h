/* SPDX-License-Identifier: GPL-2.0-only */
/* What a rule does with the packets that it matches. */
#ifndef WEIR_RESOLVE_ACTIONS_H
#define WEIR_RESOLVE_ACTIONS_H

#include "resolve/resolver.h"

/* Action and modifiers; those that contradict each other are reported. */
struct rule_entry actions_read(struct resolver *resolver,
			       const struct rule *rule);

/* True when a packet that matches may go on to the next rule. */
bool actions_go_on(const struct resolver *resolver,
		   const struct rule_entry *entry);

#endif
