// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree that comes out of the parser, and sizes that must not break it.
 * What it says about mistakes is in tests/policy/fail.
 */
#include "policy_text.h"

#include "abi.h"

static void assert_span(struct span span, uint32_t line, uint32_t column,
			uint32_t end_line, uint32_t end_column)
{
	assert_int_equal(span.file, 1);
	assert_int_equal(span.line, line);
	assert_int_equal(span.column, column);
	assert_int_equal(span.end_line, end_line);
	assert_int_equal(span.end_column, end_column);
}

static void assert_prefix(const struct prefix *prefix, const char *expected)
{
	char text[PREFIX_TEXT];

	assert_string_equal(prefix_format(prefix, text), expected);
}

static void every_statement_has_its_kind_its_name_and_its_place(void **state)
{
	static const struct {
		enum statement_kind kind;
		const char *name;
	} expected[] = {
		{ STATEMENT_SET, "noc" },
		{ STATEMENT_BOGONS, NULL },
		{ STATEMENT_INFRASTRUCTURE, NULL },
		{ STATEMENT_CUSTOMER, "acme" },
		{ STATEMENT_SERVICE, "bgp" },
		{ STATEMENT_FILTER, "f" },
		{ STATEMENT_INTERFACE, "eth0" },
		{ STATEMENT_MONITOR, NULL },
		{ STATEMENT_INDEX, NULL },
		{ STATEMENT_ANSWERS, NULL },
	};
	_cleanup_parsed_ struct parsed parsed =
		parse("set noc { }\nbogons { }\ninfrastructure { }\n"
		      "customer acme { }\nservice bgp { }\nfilter f { }\n"
		      "interface eth0 { }\nmonitor;\nindex off;\n"
		      "reject limit 5 pps;\n");
	const struct statement *statement = parsed.policy->statements;
	size_t i;

	(void)state;
	assert_span(statement->span, 1, 1, 1, 12);
	assert_span(statement->name_span, 1, 5, 1, 8);
	for (i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		assert_non_null(statement);
		assert_int_equal(statement->kind, expected[i].kind);
		assert_int_equal(statement->span.line, i + 1);
		if (expected[i].name)
			assert_string_equal(statement->name, expected[i].name);
		else
			assert_null(statement->name);
		statement = statement->next;
	}
	assert_null(statement);
}

static void members_of_a_set_keep_order_commas_and_exceptions(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("set noc {\n"
		      "\t192.0.2.0/24, guests;\n"
		      "\texcept 192.0.2.1-192.0.2.9, customer acme;\n"
		      "\tany;\n"
		      "}\n");
	const struct item *item = parsed.policy->statements->items;

	(void)state;
	assert_int_equal(item->kind, ITEM_PREFIX);
	assert_prefix(&item->prefix, "192.0.2.0/24");
	assert_span(item->span, 2, 2, 2, 14);
	assert_false(item->continues || item->except);
	item = item->next;
	assert_int_equal(item->kind, ITEM_SET);
	assert_string_equal(item->name, "guests");
	assert_true(item->continues && !item->except);
	item = item->next;
	assert_int_equal(item->kind, ITEM_RANGE);
	assert_prefix(&item->prefix, "192.0.2.1");
	assert_int_equal(item->last.bytes[3], 9);
	assert_span(item->span, 3, 9, 3, 28);
	assert_true(item->except && !item->continues);
	item = item->next;
	assert_int_equal(item->kind, ITEM_CUSTOMER);
	assert_string_equal(item->name, "acme");
	assert_true(item->except && item->continues);
	item = item->next;
	assert_int_equal(item->kind, ITEM_ANY);
	assert_false(item->except || item->continues);
	assert_null(item->next);
}

static void feeds_and_registries_are_members(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("bogons { special-purpose; feed \"a b\" format cymru;\n"
		      "feed \"c\" format plain; }");
	const struct item *item = parsed.policy->statements->items;

	(void)state;
	assert_int_equal(item->kind, ITEM_SPECIAL_PURPOSE);
	item = item->next;
	assert_int_equal(item->kind, ITEM_FEED);
	assert_string_equal(item->name, "a b");
	assert_int_equal(item->format, FEED_CYMRU);
	assert_int_equal(item->next->format, FEED_PLAIN);
}

static void matches_of_a_rule_have_their_lists(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("filter f {\n"
		      "\tpermit tcp from a, b to any destination-port 1-9, ssh "
		      "fragments;\n"
		      "\tdrop;\n"
		      "}\n");
	const struct rule *rule = parsed.policy->statements->rules;
	const struct match *match = rule->matches;

	(void)state;
	assert_int_equal(rule->action, ACTION_PERMIT);
	assert_span(rule->span, 2, 2, 2, 65);
	assert_int_equal(match->kind, MATCH_NAME);
	assert_string_equal(match->name, "tcp");
	match = match->next;
	assert_int_equal(match->kind, MATCH_FROM);
	assert_string_equal(match->addresses->next->name, "b");
	assert_null(match->addresses->next->next);
	match = match->next;
	assert_int_equal(match->kind, MATCH_TO);
	assert_int_equal(match->addresses->kind, ITEM_ANY);
	match = match->next;
	assert_int_equal(match->kind, MATCH_DESTINATION_PORT);
	assert_null(match->values->name);
	assert_int_equal(match->values->low, 1);
	assert_int_equal(match->values->high, 9);
	assert_string_equal(match->values->next->name, "ssh");
	assert_span(match->values->next->span, 2, 52, 2, 55);
	match = match->next;
	assert_int_equal(match->kind, MATCH_FRAGMENTS);
	assert_null(match->next);
	assert_int_equal(rule->next->action, ACTION_DROP);
	assert_null(rule->next->matches);
	assert_null(rule->next->next);
}

static void alternatives_of_a_service_are_entries(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("service dns { udp port 53; tcp port 53; }");
	const struct service_entry *entry = parsed.policy->statements->entries;

	(void)state;
	assert_string_equal(entry->matches->name, "udp");
	assert_int_equal(entry->matches->next->kind, MATCH_PORT);
	assert_span(entry->span, 1, 15, 1, 26);
	assert_string_equal(entry->next->matches->name, "tcp");
	assert_null(entry->next->next);
}

static void options_of_an_interface_are_in_order(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("interface eth1 { role customer acme; own-source off;\n"
		      "source-validation prefixes; link 192.0.2.0/31, ::1;\n"
		      "in { apply f, g; apply h; } out { } role ixp; }");
	const struct interface_option *option =
		parsed.policy->statements->options;

	(void)state;
	assert_int_equal(option->kind, OPTION_ROLE);
	assert_int_equal(option->role, ROLE_CUSTOMER);
	assert_string_equal(option->customer, "acme");
	assert_span(option->customer_span, 1, 32, 1, 36);
	option = option->next;
	assert_int_equal(option->kind, OPTION_CHECK);
	assert_int_equal(option->check, CHECK_OWN_SOURCE);
	assert_false(option->on);
	option = option->next;
	assert_int_equal(option->check, CHECK_SOURCE_VALIDATION);
	assert_true(option->on);
	option = option->next;
	assert_int_equal(option->kind, OPTION_LINK);
	assert_false(option->link->continues);
	assert_prefix(&option->link->next->prefix, "::1");
	assert_true(option->link->next->continues);
	option = option->next;
	assert_int_equal(option->kind, OPTION_IN);
	assert_string_equal(option->filters->next->next->name, "h");
	assert_null(option->filters->next->next->next);
	option = option->next;
	assert_int_equal(option->kind, OPTION_OUT);
	assert_null(option->filters);
	option = option->next;
	assert_int_equal(option->role, ROLE_IXP);
	assert_null(option->customer);
	assert_null(option->next);
}

static void vlan_ids_are_read_with_and_without_spaces(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("interface a { }\ninterface a vlan 1 { }\n"
		      "interface a vlan 100.200 { }\n"
		      "interface a vlan 100 . 4094 { }\n"
		      "interface a vlan 1-4094 { }\n"
		      "interface a vlan 1-2.3 { }\n"
		      "interface a vlan 1.2-3 { }\n"
		      "interface a vlan 1-2.3-4 { }\n"
		      "interface a vlan 1 - 2 . 3 - 4 { }\n");
	static const uint16_t expected[][4] = {
		{ NO_TAG, NO_TAG, NO_TAG, NO_TAG },
		{ 1, 1, NO_TAG, NO_TAG },
		{ 100, 100, 200, 200 },
		{ 100, 100, 4094, 4094 },
		{ 1, 4094, NO_TAG, NO_TAG },
		{ 1, 2, 3, 3 },
		{ 1, 1, 2, 3 },
		{ 1, 2, 3, 4 },
		{ 1, 2, 3, 4 },
	};
	const struct statement *statement = parsed.policy->statements;
	size_t i;

	(void)state;
	for (i = 0; i < 9; i++, statement = statement->next) {
		assert_int_equal(statement->outer[0], expected[i][0]);
		assert_int_equal(statement->outer[1], expected[i][1]);
		assert_int_equal(statement->inner[0], expected[i][2]);
		assert_int_equal(statement->inner[1], expected[i][3]);
	}
	assert_null(statement);
}

static void statements_without_a_block_have_what_they_say(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("index off; index on;\n"
		      "reject limit 2 kpps burst 30;\n");
	const struct statement *statement = parsed.policy->statements;

	(void)state;
	assert_false(statement->on);
	assert_span(statement->span, 1, 1, 1, 10);
	statement = statement->next;
	assert_true(statement->on);
	statement = statement->next;
	assert_int_equal(statement->limit->rate, 2000);
	assert_int_equal(statement->limit->burst, 30);
	assert_span(statement->limit->span, 2, 8, 2, 29);
}

static void prefixes_have_their_purpose(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("customer a { 192.0.2.0/24; lan 192.0.2.0/26, "
		      "192.0.2.64/26; }\n"
		      "infrastructure { multicast 239.0.0.0/8; ::1; }");
	const struct item *item = parsed.policy->statements->items;

	(void)state;
	assert_int_equal(item->purpose, PURPOSE_OWNED);
	item = item->next;
	assert_int_equal(item->purpose, PURPOSE_LAN);
	assert_false(item->continues);
	assert_prefix(&item->prefix, "192.0.2.0/26");
	item = item->next;
	assert_int_equal(item->purpose, PURPOSE_LAN);
	assert_true(item->continues);
	item = parsed.policy->statements->next->items;
	assert_int_equal(item->purpose, PURPOSE_MULTICAST);
	assert_int_equal(item->next->purpose, PURPOSE_OWNED);
}

/* ---- rules ------------------------------------------------------------- */

/* The first rule of a filter of this text. */
static const struct rule *parse_rule(struct parsed *parsed, const char *text)
{
	char policy[512];

	snprintf(policy, sizeof(policy), "filter f { %s; }", text);
	*parsed = parse(policy);
	return parsed->policy->statements->rules;
}

static void assert_flags(const char *text, uint16_t value, uint16_t mask)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	char rule[128];
	const struct match *match;

	snprintf(rule, sizeof(rule), "permit flags %s ttl 1", text);
	match = parse_rule(&parsed, rule)->matches;
	assert_int_equal(match->kind, MATCH_FLAGS);
	assert_int_equal(match->flags.value, value);
	assert_int_equal(match->flags.mask, mask);
	assert_int_equal(match->flags.established,
			 !strcmp(text, "established"));
	assert_int_equal(match->next->kind, MATCH_TTL);
}

static void flags_are_bits_and_a_mask(void **state)
{
	(void)state;
	assert_flags("syn", 0x002, 0x002);
	assert_flags("syn, ack", 0x012, 0x012);
	assert_flags("syn/syn,ack", 0x002, 0x012);
	assert_flags("none/fin,syn,rst,psh,ack,urg,ece,cwr,ae", 0, 0x1ff);
	assert_flags("established", 0, 0);
}

static void assert_fragments(const char *text, enum fragments_kind kind)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	const struct match *match = parse_rule(&parsed, text)->matches;

	assert_int_equal(match->kind, MATCH_FRAGMENTS);
	assert_int_equal(match->fragments, kind);
	assert_string_equal(match->next->name, "tcp");
}

static void fragments_are_any_unless_it_says_which(void **state)
{
	(void)state;
	assert_fragments("drop fragments tcp", FRAGMENTS_ANY);
	assert_fragments("drop fragments any tcp", FRAGMENTS_ANY);
	assert_fragments("drop fragments first tcp", FRAGMENTS_FIRST);
	assert_fragments("drop fragments later tcp", FRAGMENTS_LATER);
}

static void bytes_have_a_mask_of_ones_unless_it_is_written(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	const struct match *match =
		parse_rule(&parsed,
			   "drop bytes network offset 9 length 2 value 0x102 "
			   "bytes link offset 0 length 4 value 4294967295 "
			   "bytes transport offset 4091 length 4 mask 0x0f "
			   "value 3")
			->matches;

	(void)state;
	assert_int_equal(match->bytes.base, BASE_NETWORK);
	assert_int_equal(match->bytes.offset, 9);
	assert_int_equal(match->bytes.length, 2);
	assert_int_equal(match->bytes.mask, 0xffff);
	assert_int_equal(match->bytes.value, 0x102);
	match = match->next;
	assert_int_equal(match->bytes.base, BASE_LINK);
	assert_int_equal(match->bytes.mask, 0xffffffff);
	assert_int_equal(match->bytes.value, 0xffffffff);
	match = match->next;
	assert_int_equal(match->bytes.base, BASE_TRANSPORT);
	assert_int_equal(match->bytes.mask, 0x0f);
	assert_int_equal(match->bytes.value, 3);
	assert_null(match->next);
}

static void lists_of_every_kind_have_their_elements(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	const struct match *match =
		parse_rule(&parsed,
			   "permit source-mac 00:00:5e:00:53:01, "
			   "00:00:5E:00:53:fF spi 0x100-0x1FF, 4294967295 "
			   "precedence critical, priority, 0-2 "
			   "ip-option any extension-header hip, ah vlan 1-4094")
			->matches;

	(void)state;
	assert_int_equal(match->macs->address[2], 0x5e);
	assert_int_equal(match->macs->next->address[5], 0xff);
	assert_null(match->macs->next->next);
	match = match->next;
	assert_int_equal(match->values->low, 0x100);
	assert_int_equal(match->values->high, 0x1ff);
	assert_int_equal(match->values->next->low, UINT32_MAX);
	match = match->next;
	assert_string_equal(match->values->next->name, "priority");
	assert_int_equal(match->values->next->next->high, 2);
	match = match->next;
	assert_int_equal(match->kind, MATCH_IP_OPTION);
	assert_null(match->values);
	match = match->next;
	assert_string_equal(match->values->name, "hip");
	assert_string_equal(match->values->next->name, "ah");
	assert_int_equal(match->next->values->high, 4094);
}

static void every_action_is_read(void **state)
{
	static const struct {
		const char *text;
		enum action action;
	} cases[] = {
		{ "permit tcp", ACTION_PERMIT },
		{ "drop tcp", ACTION_DROP },
		{ "reject tcp", ACTION_REJECT },
		{ "count tcp", ACTION_COUNT },
		{ "limit tcp 5 pps", ACTION_LIMIT },
		{ "remark dscp ef tcp", ACTION_REMARK },
		{ "priority 7 tcp", ACTION_PRIORITY },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		_cleanup_parsed_ struct parsed parsed = { 0 };
		const struct rule *rule = parse_rule(&parsed, cases[i].text);

		assert_int_equal(rule->action, cases[i].action);
		assert_string_equal(rule->matches->name, "tcp");
		assert_null(rule->matches->next);
		assert_int_equal(rule->limit != NULL,
				 rule->action == ACTION_LIMIT);
		assert_int_equal(rule->remark != NULL,
				 rule->action == ACTION_REMARK);
		assert_int_equal(rule->priority != NULL,
				 rule->action == ACTION_PRIORITY);
	}
}

static void modifiers_may_stand_in_any_order(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	const struct rule *rule = parse_rule(
		&parsed, "permit tcp monitor priority bulk limit 5 pps "
			 "trust dscp remark dscp 46");

	(void)state;
	assert_true(rule->monitor && rule->trust_dscp);
	assert_string_equal(rule->priority->name, "bulk");
	assert_int_equal(rule->limit->rate, 5);
	assert_int_equal(rule->remark->low, 46);
	assert_span(rule->span, 1, 12, 1, 82);
	assert_span(rule->limit->span, 1, 45, 1, 56);
	assert_span(rule->monitor_span, 1, 23, 1, 30);
	assert_span(rule->trust_span, 1, 57, 1, 67);
}

static const struct limit *parse_limit(struct parsed *parsed, const char *text)
{
	char rule[256];

	snprintf(rule, sizeof(rule), "permit limit %s", text);
	return parse_rule(parsed, rule)->limit;
}

static void units_of_limits_are_applied(void **state)
{
	static const struct {
		const char *text;
		uint64_t rate;
		uint64_t burst;
	} cases[] = {
		{ "0 pps", 0, 0 },
		{ "7 pps burst 8", 7, 8 },
		{ "7 kpps burst 8 packets", 7000, 8 },
		{ "7 mpps", 7000000, 0 },
		{ "7 bps burst 9", 7, 9 },
		{ "7 kbps burst 9 bytes", 7000, 9 },
		{ "7 mbps burst 9 kbytes", 7000000, 9000 },
		{ "1000 gbps burst 1000000 mbytes", 1000000000000,
		  1000000000000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		_cleanup_parsed_ struct parsed parsed = { 0 };
		const struct limit *limit = parse_limit(&parsed, cases[i].text);

		assert_int_equal(limit->rate, cases[i].rate);
		assert_int_equal(limit->burst, cases[i].burst);
		assert_false(limit->per_source);
		assert_int_equal(limit->over, OVER_DROP);
	}
}

static void assert_lengths(const char *text, uint8_t length4, uint8_t length6)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	char limit[64];
	const struct limit *found;

	snprintf(limit, sizeof(limit), "1 pps per source %s", text);
	found = parse_limit(&parsed, limit);
	assert_true(found->per_source);
	assert_int_equal(found->length4, length4);
	assert_int_equal(found->length6, length6);
}

static void lengths_of_sources_are_told_apart_by_size(void **state)
{
	(void)state;
	assert_lengths("", 32, 64);
	assert_lengths("/24", 24, 64);
	assert_lengths("/48", 32, 48);
	assert_lengths("/33", 32, 33);
	assert_lengths("/24 /32", 24, 32);
	assert_lengths("/32 /128", 32, 128);
}

static void what_is_over_a_limit_is_dropped_remarked_or_goes_on(void **state)
{
	_cleanup_parsed_ struct parsed drop = { 0 };
	_cleanup_parsed_ struct parsed remark = { 0 };
	_cleanup_parsed_ struct parsed proceed = { 0 };
	const struct limit *limit;

	(void)state;
	limit = parse_limit(&drop, "1 pps over drop");
	assert_int_equal(limit->over, OVER_DROP);
	limit = parse_limit(&remark, "1 pps over remark dscp le");
	assert_int_equal(limit->over, OVER_REMARK);
	assert_string_equal(limit->over_dscp->name, "le");
	limit = parse_limit(&proceed, "1 pps over continue");
	assert_int_equal(limit->over, OVER_CONTINUE);
	assert_null(limit->over_dscp);
}

static void what_an_interface_does_beside_checks_are_options(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("interface e { source-validation strict allow-default;\n"
		      "source-validation off; trust dscp; remark dscp 8;\n"
		      "monitor; in { limit 1 gbps; apply f; }\n"
		      "remark-dscp off; }");
	const struct interface_option *option =
		parsed.policy->statements->options;

	(void)state;
	assert_int_equal(option->check, CHECK_SOURCE_VALIDATION);
	assert_int_equal(option->validation, VALIDATION_STRICT);
	assert_true(option->on && option->allow_default);
	option = option->next;
	assert_int_equal(option->check, CHECK_SOURCE_VALIDATION);
	assert_false(option->on || option->allow_default);
	option = option->next;
	assert_int_equal(option->kind, OPTION_TRUST);
	option = option->next;
	assert_int_equal(option->kind, OPTION_REMARK);
	assert_int_equal(option->remark->low, 8);
	option = option->next;
	assert_int_equal(option->kind, OPTION_MONITOR);
	option = option->next;
	assert_int_equal(option->limit->rate, 1000000000);
	assert_string_equal(option->filters->name, "f");
	option = option->next;
	assert_int_equal(option->check, CHECK_REMARK_DSCP);
	assert_null(option->next);
}

/* ---- words ------------------------------------------------------------- */

static void words_of_one_place_are_names_elsewhere(void **state)
{
	static const char *const names[] = {
		"first",	 "later",      "network",
		"transport",	 "offset",     "mask",
		"value",	 "burst",      "per",
		"source",	 "over",       "continue",
		"lan",		 "multicast",  "pps",
		"mbps",		 "kbytes",     "packets",
		"strict",	 "prefixes",   "feasible",
		"allow-default", "syn",	       "established",
		"none",		 "ef",	       "control",
		"router-alert",	 "hop-by-hop",
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		_cleanup_parsed_ struct parsed parsed = { 0 };
		const struct rule *rule;
		const char *name = names[i];

		snprintf(text, sizeof(text),
			 "filter %s { permit %s from %s port 1 %s fragments "
			 "ttl 1 %s bytes link offset 0 length 1 value 1 %s "
			 "length 40 %s limit 5 pps; }\n"
			 "interface %s { in { apply %s; } }\nset %s { %s; }\n",
			 name, name, name, name, name, name, name, name, name,
			 name, name);
		parsed = parse(text);
		rule = parsed.policy->statements->rules;
		assert_string_equal(rule->matches->name, name);
		assert_string_equal(rule->matches->next->addresses->name, name);
		assert_string_equal(parsed.policy->statements->next->name,
				    name);
	}
}

static void comments_have_their_place_and_no_line_end(void **state)
{
	_cleanup_parsed_ struct parsed parsed =
		parse("# one \t\r\nset a { # two\r\n}\n#");

	(void)state;
	assert_int_equal(parsed.policy->comment_count, 3);
	assert_string_equal(parsed.policy->comments[0].text, "# one");
	assert_span(parsed.policy->comments[0].span, 1, 1, 1, 9);
	assert_string_equal(parsed.policy->comments[1].text, "# two");
	assert_span(parsed.policy->comments[1].span, 2, 9, 2, 15);
	assert_string_equal(parsed.policy->comments[2].text, "#");
}

static void assert_is_value(const char *field, const char *name)
{
	char text[128];
	struct parsed parsed;

	snprintf(text, sizeof(text), "filter f { permit %s %s; }", field, name);
	parsed = parse(text);
	assert_string_equal(
		parsed.policy->statements->rules->matches->values->name, name);
	free_parsed(&parsed);
}

static void no_name_of_a_value_is_a_word_of_the_language(void **state)
{
	static const struct {
		const char *field;
		const char *name;
	} values[] = {
#define PROTOCOL(number, name)		     { "protocol", name },
#define PORT(number, name)		     { "port", name },
#define ICMP_TYPE(family, type, name)	     { "type", name },
#define ICMP_CODE(family, type, code, name)  { "code", name },
#define DSCP(value, name)		     { "dscp", name },
#define PRECEDENCE(value, name)		     { "precedence", name },
#define IP_OPTION(symbol, name, type)	     { "ip-option", name },
#define EXTENSION_HEADER(symbol, name, next) { "extension-header", name },
#include "dscp.def"
#include "extension_headers.def"
#include "icmp.def"
#include "ip_options.def"
#include "ports.def"
#include "protocols.def"
#undef PROTOCOL
#undef PORT
#undef ICMP_TYPE
#undef ICMP_CODE
#undef IP_OPTION
#undef EXTENSION_HEADER
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_is_value(values[i].field, values[i].name);
}

static void names_of_priorities_are_read(void **state)
{
	static const char *const names[] = {
#define PRIORITY(value, name) name,
#include "priorities.def"
#undef PRIORITY
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		_cleanup_parsed_ struct parsed parsed = { 0 };
		char text[64];

		snprintf(text, sizeof(text), "permit priority %s", names[i]);
		assert_string_equal(parse_rule(&parsed, text)->priority->name,
				    names[i]);
	}
}

/* ---- size -------------------------------------------------------------- */

/* count times the same text between a head and a tail. */
static char *repeat(const char *head, const char *text, size_t count,
		    const char *tail)
{
	size_t length = strlen(text);
	char *all = malloc(strlen(head) + count * length + strlen(tail) + 1);
	char *at = stpcpy(all, head);
	size_t i;

	for (i = 0; i < count; i++)
		at = stpcpy(at, text);
	stpcpy(at, tail);
	return all;
}

static void a_set_may_have_many_members(void **state)
{
	_cleanup_free_ char *lines =
		repeat("set a {\n", "192.0.2.1;\n", 300000, "}\n");
	_cleanup_free_ char *commas =
		repeat("set a {\n", "192.0.2.1,\n", 300000, "::; }\n");
	_cleanup_parsed_ struct parsed one = parse(lines);
	_cleanup_parsed_ struct parsed other = parse(commas);
	const struct item *item;
	size_t count = 0;

	(void)state;
	for (item = one.policy->statements->items; item; item = item->next)
		count++;
	assert_int_equal(count, 300000);
	for (item = other.policy->statements->items; item; item = item->next)
		count++;
	assert_int_equal(count, 600001);
}

static void a_rule_may_have_many_matches_and_values(void **state)
{
	_cleanup_free_ char *text =
		repeat("filter f { permit", " tcp port 1, 2", 100000, "; }\n");
	_cleanup_parsed_ struct parsed parsed = parse(text);
	const struct match *match;
	size_t count = 0;

	(void)state;
	match = parsed.policy->statements->rules->matches;
	for (; match; match = match->next)
		count++;
	assert_int_equal(count, 200000);
}

/*
 * The parser stops once the queue is full, at the end of the statement that
 * filled it: a few errors more may have been counted.
 */
enum { FEW_ERRORS = 30 };
static void assert_bounded(const char *piece)
{
	_cleanup_free_ char *text =
		repeat("", piece, (10 << 20) / strlen(piece), "");
	_cleanup_parsed_ struct parsed parsed = parse_bytes(text, strlen(text));

	assert_in_range(diag_errors(parsed.diags), 1, FEW_ERRORS);
}

static void ten_megabytes_of_noise_end_with_few_errors(void **state)
{
	static const char *const pieces[] = {
		"{",	"}",  ";",	     ",",
		"a",	"a ", "1",	     "\"",
		"\xff", "@ ", ":",	     "set a {",
		"a{;",	"-",  "set a{a;}b;", "filter f { permit ",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
		assert_bounded(pieces[i]);
}

static void random_bytes_end_with_few_errors(void **state)
{
	enum { SIZE = 1 << 20 };
	_cleanup_free_ char *text = malloc(SIZE);
	unsigned int seed;
	size_t i;

	(void)state;
	for (seed = 1; seed < 9; seed++) {
		unsigned int next = seed;
		struct parsed parsed;

		for (i = 0; i < SIZE; i++)
			text[i] = (char)(1 + rand_r(&next) % 255);
		parsed = parse_bytes(text, SIZE);
		assert_in_range(diag_errors(parsed.diags), 1, FEW_ERRORS);
		free_parsed(&parsed);
	}
}

static void parsing_stops_when_the_queue_is_full(void **state)
{
	_cleanup_free_ char *text =
		repeat("", "set a { 1.2.3.400; }\n", 1000, "");
	_cleanup_parsed_ struct parsed parsed = parse_bytes(text, strlen(text));

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 20);
}

static void an_empty_text_is_an_empty_policy(void **state)
{
	_cleanup_parsed_ struct parsed parsed = parse_bytes(NULL, 0);

	(void)state;
	assert_int_equal(diag_errors(parsed.diags), 0);
	assert_null(parsed.policy->statements);
	assert_int_equal(parsed.policy->file, 1);
}

static void text_past_256_mib_is_refused_unread(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	static const char text[] = "set a { }";

	(void)state;
	/* The bytes past the end would be read if the size were not refused. */
	parsed = parse_bytes(text, (256 << 20) + 1);
	assert_int_equal(diag_errors(parsed.diags), 1);
	assert_string_equal(diag_at(parsed.diags, 0)->message,
			    "the file is larger than 256 MiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_statement_has_its_kind_its_name_and_its_place),
		cmocka_unit_test(
			members_of_a_set_keep_order_commas_and_exceptions),
		cmocka_unit_test(feeds_and_registries_are_members),
		cmocka_unit_test(matches_of_a_rule_have_their_lists),
		cmocka_unit_test(alternatives_of_a_service_are_entries),
		cmocka_unit_test(options_of_an_interface_are_in_order),
		cmocka_unit_test(vlan_ids_are_read_with_and_without_spaces),
		cmocka_unit_test(statements_without_a_block_have_what_they_say),
		cmocka_unit_test(prefixes_have_their_purpose),
		cmocka_unit_test(flags_are_bits_and_a_mask),
		cmocka_unit_test(fragments_are_any_unless_it_says_which),
		cmocka_unit_test(
			bytes_have_a_mask_of_ones_unless_it_is_written),
		cmocka_unit_test(lists_of_every_kind_have_their_elements),
		cmocka_unit_test(every_action_is_read),
		cmocka_unit_test(modifiers_may_stand_in_any_order),
		cmocka_unit_test(units_of_limits_are_applied),
		cmocka_unit_test(lengths_of_sources_are_told_apart_by_size),
		cmocka_unit_test(
			what_is_over_a_limit_is_dropped_remarked_or_goes_on),
		cmocka_unit_test(
			what_an_interface_does_beside_checks_are_options),
		cmocka_unit_test(words_of_one_place_are_names_elsewhere),
		cmocka_unit_test(names_of_priorities_are_read),
		cmocka_unit_test(comments_have_their_place_and_no_line_end),
		cmocka_unit_test(no_name_of_a_value_is_a_word_of_the_language),
		cmocka_unit_test(a_set_may_have_many_members),
		cmocka_unit_test(a_rule_may_have_many_matches_and_values),
		cmocka_unit_test(ten_megabytes_of_noise_end_with_few_errors),
		cmocka_unit_test(random_bytes_end_with_few_errors),
		cmocka_unit_test(parsing_stops_when_the_queue_is_full),
		cmocka_unit_test(an_empty_text_is_an_empty_policy),
		cmocka_unit_test(text_past_256_mib_is_refused_unread),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
