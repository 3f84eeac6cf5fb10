// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names, then settings, rules, interfaces, tries: each step uses what the ones
 * before it worked out. Steps go on after errors, so that one run shows many.
 */
#include "resolve.h"

#include "resolve/applied.h"
#include "resolve/interfaces.h"
#include "resolve/names.h"
#include "resolve/rules.h"
#include "resolve/settings.h"
#include "resolve/tries.h"

const struct resolved *resolve_policy(struct arena *arena,
				      struct diag_list *diags,
				      const struct policy *policy,
				      const struct system_view *system)
{
	struct resolver resolver = {
		.arena = arena,
		.diags = diags,
		.system = system,
		.resolved = arena_new_of(arena, struct resolved),
		.address_lists = intern_new(arena),
	};
	struct prefix_list *links;

	names_collect(&resolver, policy);
	settings_resolve(&resolver);
	rules_resolve(&resolver);
	interfaces_resolve(&resolver, &links);
	tries_build(&resolver, links);
	if (!diag_errors(diags))
		applied_report(&resolver);
	resolver.resolved->limits = resolver.limits;
	resolver.resolved->limit_count = resolver.limit_count;
	return resolver.resolved;
}
