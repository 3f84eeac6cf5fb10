// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each check and each action costs: nanoseconds of it switched on alone,
 * above the same interface without it, for packets that pass, but for `reject`.
 *
 *	run_checks
 *
 * Both policies are put in force in turn, so the figure is the median of
 * differences. With nothing switched on weir still parses, finds the interface
 * and counts: the key "core".
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "datapath.h"
#include "stream_abi.h"
#include "traffic.h"

/* As that of a big table, and with an address behind each interface. */
static const char *const routes[] = {
	"203.0.113.0/24 dev eth1",
	"192.0.2.0/24 dev eth0",
	"198.51.100.0/24 dev eth0 metric 7",
	"blackhole 10.0.0.0/8",
};

static const char objects[] =
	"set own { 198.51.100.0/24; }\n"
	"bogons { special-purpose; except 192.0.2.0/24, 198.51.100.0/24, "
	"203.0.113.0/24; }\n"
	"infrastructure { 198.51.100.0/26; multicast 233.252.0.0/24; }\n"
	"customer acme { 203.0.113.0/25; lan 203.0.113.0/26; }\n"
	"reject limit 1000 mpps burst 1000;\n";

/* No rule; nothing of what the role of a customer switches on. */
#define CORE "role core;"
#define CUSTOMER                                                               \
	"role customer acme; bogon-source off; own-source off; "               \
	"martian-destination off; infrastructure-default off; "                \
	"invalid-source off; land off; directed-broadcast off; "               \
	"multicast-scope off; remark-dscp off; "

#define UDP	"ipv4 203.0.113.* > 192.0.2.* / udp 4*2 > 443"
#define TCP	"ipv4 203.0.113.* > 192.0.2.* / tcp 4*2 > 443"
#define CONTROL "ipv4 203.0.113.* > 192.0.2.* tos 0xc0 / udp 4*2 > 443"

struct subject {
	const char *key;
	const char *options; /* of the interface */
	const char *rules;   /* NULL: none */
	const char *frame;
};

static const struct subject nothing = { "core", CORE, NULL, UDP };

static const struct subject subjects[] = {
	{ "bogon_source", CORE "bogon-source on;", NULL, UDP },
	{ "own_source", CORE "own-source on;", NULL, UDP },
	{ "source_validation_prefixes", CUSTOMER "source-validation prefixes;",
	  NULL, UDP },
	{ "source_validation_strict", CORE "source-validation strict;", NULL,
	  UDP },
	{ "source_validation_feasible_by_route",
	  CORE "source-validation feasible;", NULL, UDP },
	{ "source_validation_feasible_by_prefix",
	  CUSTOMER "source-validation feasible;", NULL, UDP },
	{ "source_validation_loose", CORE "source-validation loose;", NULL,
	  UDP },
	{ "invalid_source", CORE "invalid-source on;", NULL, UDP },
	{ "land", CORE "land on;", NULL, UDP },
	{ "martian_destination", CORE "martian-destination on;", NULL, UDP },
	{ "directed_broadcast", CORE "directed-broadcast on;", NULL, UDP },
	{ "multicast_scope", CORE "multicast-scope on;", NULL, UDP },
	{ "infrastructure_default", CORE "infrastructure-default on;", NULL,
	  UDP },
	{ "remark_dscp_rewriting", CORE "remark-dscp on;", NULL, CONTROL },
	{ "permit_rule", CORE, "permit udp destination-port 443;", UDP },
	{ "permit_rule_with_addresses", CORE,
	  "permit udp destination-port 443 from 203.0.113.0/24 "
	  "to 192.0.2.0/24;",
	  UDP },
	{ "limit", CORE, "limit udp 1000 mpps burst 1000;", UDP },
	{ "limit_per_source", CORE,
	  "limit udp 1000 mpps burst 1000 per source;", UDP },
	{ "interface_limit", CORE, "", UDP },
	{ "remark_rule_rewriting", CORE, "remark dscp cs1 udp;", UDP },
	{ "reject_answering_reset", CORE, "reject tcp;", TCP },
	{ "reject_answering_icmp", CORE, "reject udp;", UDP },
	{ "count_rule", CORE, "count udp;", UDP },
	{ "drop_rule_in_monitor", CORE "monitor;", "drop udp;", UDP },
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

/* ---- policies ---------------------------------------------------------- */

static struct image *compile(struct arena *arena, const struct subject *subject)
{
	const char *rules = "", *in = "";

	if (subject->rules && subject->rules[0]) {
		rules = arena_printf(arena, "filter f { %s }\n",
				     subject->rules);
		in = "in { apply f; }";
	} else if (subject->rules) {
		in = "in { limit 1000 mpps burst 1000; }";
	}
	return datapath_compile(
		arena, subject->key,
		arena_printf(arena, "%s%sinterface eth1 { %s %s }\n", objects,
			     rules, subject->options, in));
}

static double time_one(struct datapath *datapath, const struct image *image)
{
	datapath_apply(datapath, image);
	return stream_time(datapath->stream, datapath->ingress,
			   testbed_device("eth1"), ROUNDS);
}

static void fill(struct datapath *datapath, const char *frame)
{
	_cleanup_arena_ struct arena *arena = arena_new();

	stream_fill(datapath->stream,
		    traffic_of_line(arena, frame, STREAM_FRAMES),
		    STREAM_FRAMES);
}

static void show(struct datapath *datapath, const struct subject *subject)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	const struct image *with = compile(arena, subject);
	const struct image *without = compile(arena, &nothing);
	double runs[RUNS];
	char key[64];

	fill(datapath, subject->frame);
	for (int i = 0; i < RUNS; i++) {
		double base = time_one(datapath, without);

		runs[i] = time_one(datapath, with) - base;
	}
	snprintf(key, sizeof(key), "checks.%s_ns", subject->key);
	figure_print(key, figure_of(runs, RUNS));
}

/* weir with nothing switched on, above the empty program. */
static void show_nothing(struct datapath *datapath)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	const struct image *image = compile(arena, &nothing);
	double runs[RUNS];

	fill(datapath, nothing.frame);
	for (int i = 0; i < RUNS; i++) {
		double base = stream_time(datapath->stream, -1,
					  testbed_device("eth1"), ROUNDS);

		runs[i] = time_one(datapath, image) - base;
	}
	figure_print("checks.core_ns", figure_of(runs, RUNS));
}

int main(void)
{
	struct datapath datapath;

	datapath_open(&datapath);
	testbed_device("eth0");
	testbed_device("eth1");
	if (testbed_routes(routes, sizeof(routes) / sizeof(routes[0])))
		die("routes");
	show_nothing(&datapath);
	for (int i = 0; i < SUBJECTS; i++)
		show(&datapath, &subjects[i]);
	datapath_close(&datapath);
	return 0;
}
