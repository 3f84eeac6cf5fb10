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
	};
	_cleanup_parsed_ struct parsed parsed =
		parse("set noc { }\nbogons { }\ninfrastructure { }\n"
		      "customer acme { }\nservice bgp { }\nfilter f { }\n"
		      "interface eth0 { }\n");
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
		      "interface a vlan 100 . 4094 { }\n");
	static const uint16_t expected[][2] = {
		{ NO_TAG, NO_TAG },
		{ 1, NO_TAG },
		{ 100, 200 },
		{ 100, 4094 },
	};
	const struct statement *statement = parsed.policy->statements;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++, statement = statement->next) {
		assert_int_equal(statement->outer, expected[i][0]);
		assert_int_equal(statement->inner, expected[i][1]);
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

static void assert_is_value(const char *name)
{
	char text[128];
	struct parsed parsed;

	snprintf(text, sizeof(text), "filter f { permit protocol %s; }", name);
	parsed = parse(text);
	assert_string_equal(
		parsed.policy->statements->rules->matches->values->name, name);
	free_parsed(&parsed);
}

static void no_name_of_a_value_is_a_word_of_the_language(void **state)
{
	static const char *const names[] = {
#define PROTOCOL(number, name)		    name,
#define PORT(number, name)		    name,
#define ICMP_TYPE(family, type, name)	    name,
#define ICMP_CODE(family, type, code, name) name,
#include "icmp.def"
#include "ports.def"
#include "protocols.def"
#undef PROTOCOL
#undef PORT
#undef ICMP_TYPE
#undef ICMP_CODE
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_is_value(names[i]);
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
