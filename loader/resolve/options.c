// SPDX-License-Identifier: GPL-2.0-only
/*
 * `trust dscp` is `remark-dscp off` in the words of those who mark packets, and
 * `remark dscp V` is `remark-dscp on` with a value: the three are one switch.
 */
#include "resolve/options.h"

#include "resolve/sets.h"

static const char *check_name(enum check check)
{
	static const char *const names[CHECK_COUNT] = {
#define CHECK(symbol, name, direction, roles) [CHECK_##symbol] = name,
#include "checks.def"
#undef CHECK
	};

	return names[check];
}

static void gather_once(struct resolver *resolver,
			const struct interface_option **place,
			const struct interface_option *option, const char *what)
{
	if (!*place) {
		*place = option;
		return;
	}
	diag_error(resolver->diags, option->span, NULL, "%s is given twice",
		   what);
	diag_note(resolver->diags, (*place)->span, "the first one is here");
}

static void gather_link(struct resolver *resolver, struct gathered *options,
			const struct interface_option *option)
{
	struct members members = sets_collect(resolver, option->link);

	prefix_list_add_all(resolver->arena, &options->link,
			    members.listed.prefixes, members.listed.count);
}

static void gather_option(struct resolver *resolver, struct gathered *options,
			  const struct interface_option *option)
{
	switch (option->kind) {
	case OPTION_ROLE:
		gather_once(resolver, &options->role, option, "the role");
		break;
	case OPTION_CHECK:
		gather_once(resolver, &options->checks[option->check], option,
			    check_name(option->check));
		break;
	case OPTION_LINK:
		gather_link(resolver, options, option);
		break;
	case OPTION_TRUST:
		gather_once(resolver, &options->trust, option, "trust dscp");
		break;
	case OPTION_REMARK:
		gather_once(resolver, &options->remark, option, "remark dscp");
		break;
	case OPTION_MONITOR:
		gather_once(resolver, &options->monitor, option, "monitor");
		break;
	case OPTION_IN:
		gather_once(resolver, &options->direction[DIRECTION_IN], option,
			    "\"in\"");
		break;
	case OPTION_OUT:
		gather_once(resolver, &options->direction[DIRECTION_OUT],
			    option, "\"out\"");
		break;
	}
}

static bool comes_first(const struct interface_option *a,
			const struct interface_option *b)
{
	return a->span.line != b->span.line ? a->span.line < b->span.line
					    : a->span.column < b->span.column;
}

static const char *marking_name(const struct interface_option *option)
{
	if (option->kind == OPTION_TRUST)
		return "trust dscp";
	if (option->kind == OPTION_REMARK)
		return "remark dscp";
	return option->on ? "remark-dscp on" : "remark-dscp off";
}

static void report_contradiction(struct resolver *resolver,
				 const struct interface_option *a,
				 const struct interface_option *b)
{
	const struct interface_option *first = comes_first(a, b) ? a : b;
	const struct interface_option *second = first == a ? b : a;

	diag_error(resolver->diags, second->span,
		   "remarking rewrites the DSCP of packets, trust leaves it",
		   "\"%s\" contradicts \"%s\"", marking_name(second),
		   marking_name(first));
	diag_note(resolver->diags, first->span, "that is said here");
}

static void check_marking(struct resolver *resolver,
			  const struct gathered *options)
{
	const struct interface_option *check =
		options->checks[CHECK_REMARK_DSCP];

	if (options->trust && options->remark)
		report_contradiction(resolver, options->trust, options->remark);
	else if (options->trust && check && check->on)
		report_contradiction(resolver, options->trust, check);
	else if (options->remark && check && !check->on)
		report_contradiction(resolver, options->remark, check);
}

void options_gather(struct resolver *resolver,
		    const struct interface_option *option,
		    struct gathered *options)
{
	for (; option; option = option->next)
		gather_option(resolver, options, option);
	prefix_list_sort(&options->link);
	check_marking(resolver, options);
}

#define ROLE_BIT(symbol) (1u << ROLE_##symbol)
#define EDGE_ROLES                                                             \
	(ROLE_BIT(CUSTOMER) | ROLE_BIT(PEER) | ROLE_BIT(TRANSIT) |             \
	 ROLE_BIT(IXP))

static uint32_t default_checks(enum role role)
{
	uint32_t checks = 0;

#define CHECK(symbol, name, direction, roles)                                  \
	if ((roles)&1u << role)                                                \
		checks |= CHECK_BIT(symbol);
#include "checks.def"
#undef CHECK
	return checks;
}

uint32_t options_checks(enum role role, const struct gathered *options)
{
	uint32_t checks = default_checks(role), check;

	for (check = 0; check < CHECK_COUNT; check++) {
		if (!options->checks[check])
			continue;
		checks &= ~(1u << check);
		checks |= (uint32_t)options->checks[check]->on << check;
	}
	if (options->trust)
		checks &= ~CHECK_BIT(REMARK_DSCP);
	if (options->remark)
		checks |= CHECK_BIT(REMARK_DSCP);
	return checks;
}
