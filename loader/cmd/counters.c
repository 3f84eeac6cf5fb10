// SPDX-License-Identifier: GPL-2.0-only
/*
 * weir counters: packets and bytes, by interface, direction and reason.
 *
 * --reset makes later counts start from now, those of all or of one interface,
 * direction or filter (RFC 3871, 2.9.5).
 */
#include <string.h>

#include "cmd/state.h"
#include "output/counters.h"
#include "output/record.h"

static bool reset;
static struct counter_filter filter;

const struct verb_option counters_options[] = {
	{ "reset", 0, NULL,
	  "count from zero again: all, or what -i, -d, --rule say",
	  .flag = &reset },
	{ "interface", 'i', "INTERFACE",
	  "only this one, as the policy writes it: \"eth1 vlan 100\"",
	  .text = &filter.interface },
	{ "direction", 'd', "in|out", "only what comes in, or goes out",
	  .text = &filter.direction },
	{ "reason", 'r', "REASON",
	  "only this reason; rules count as rule-permit and rule-drop",
	  .text = &filter.reason },
	{ "rule", 0, "TEXT",
	  "only rules of the filter TEXT, or that have TEXT in them",
	  .text = &filter.rule },
	{ "all", 'a', NULL,
	  "also what counted nothing, and rules no longer in force",
	  .flag = &filter.all },
	{ 0 },
};

static const char *const reason_names[] = {
#define REASON(symbol, name, verdict, text) name,
#include "reasons.def"
#undef REASON
};

static bool reason_exists(const struct verb *verb, const char *name)
{
	for (int i = 0; i < REASON_COUNT; i++)
		if (!strcmp(reason_names[i], name))
			return true;
	usage_error(verb,
		    did_you_mean(
			    "", diag_nearest(name, reason_names, REASON_COUNT)),
		    "there is no reason '%s'", name);
	return false;
}

static int reset_counters(const struct invocation *invocation)
{
	bool all = !filter.interface && !filter.direction && !filter.rule;
	struct kernel_error error = { .text = "" };
	struct kernel_reset which = {
		.interface = filter.interface,
		.direction = -1,
		.rule = filter.rule,
	};
	int status;

	if (filter.reason || filter.all)
		return usage_error(invocation->verb, NULL,
				   "--reset goes with --interface, --direction "
				   "and --rule only");
	if (filter.direction)
		which.direction = strcmp(filter.direction, "in") != 0;
	status = kernel_reset_counters(&invocation->kernel, &which, &error);
	if (status < 0)
		return fail_kernel(invocation, status, &error);
	if (invocation->json)
		json_print(json_pack("{s:b}", "reset", 1));
	else
		puts(all ? "all counters start from zero"
			 : "these counters start from zero");
	return EXIT_DONE;
}

/* No rows is an answer, unless the interface asked for is not there. */
static int unknown_interface(const struct invocation *invocation,
			     struct kernel_state *state)
{
	_cleanup_json_ json_t *record = record_load(state);
	const char *name = filter.interface;
	const char *hint;

	if (record_has_interface(record, name))
		return EXIT_DONE;
	hint = did_you_mean(
		"", record_nearest_interface(state->arena, record, name));
	return fail(invocation, EXIT_USAGE,
		    hint ? hint : "weir status lists the interfaces",
		    "no interface '%s' in the policy in force", name);
}

static int show_counters(const struct invocation *invocation)
{
	_cleanup_state_ struct kernel_state state = { 0 };
	struct kernel_error error = { .text = "" };
	struct counter_table table = { 0 };
	int code = open_state(invocation, &state);
	int status;

	if (code != EXIT_DONE)
		return code;
	status = observe_counters(&state, &filter, &table, &error);
	if (status < 0)
		return fail_kernel(invocation, status, &error);
	if (table.count == 0 && filter.interface)
		code = unknown_interface(invocation, &state);
	if (code != EXIT_DONE)
		return code;
	if (invocation->json)
		json_print(counters_to_json(&table));
	else
		counters_print(state.arena, &table, stdout);
	return EXIT_DONE;
}

int cmd_counters(const struct invocation *invocation)
{
	if (filter.reason && !reason_exists(invocation->verb, filter.reason))
		return EXIT_USAGE;
	return reset ? reset_counters(invocation) : show_counters(invocation);
}
