// SPDX-License-Identifier: GPL-2.0-only
/* Pieces of the printer; whole policies are in tests/policy/ok. */
#include "policy_text.h"

static void assert_prints(const char *text, const char *expected)
{
	_cleanup_parsed_ struct parsed parsed = parse(text);
	_cleanup_free_ char *once = printed(parsed.policy);
	_cleanup_parsed_ struct parsed again = parse(once);
	_cleanup_free_ char *twice = printed(again.policy);

	assert_string_equal(once, expected);
	assert_string_equal(twice, once);
}

static void a_rule_in_text_has_no_semicolon_and_never_wraps(void **state)
{
	_cleanup_parsed_ struct parsed parsed = parse(
		"filter f { permit  tcp\nfrom 192.0.2.1/32 ,a to any # c\n"
		"source-port 1 - 9,ssh destination-port 1000,1001,1002,1003,"
		"1004,1005,1006,1007 protocol 6; drop; }");
	const struct rule *rule = parsed.policy->statements->rules;

	(void)state;
	assert_string_equal(
		policy_rule_text(parsed.arena, rule),
		"permit tcp from 192.0.2.1, a to any source-port 1-9, ssh "
		"destination-port 1000, 1001, 1002, 1003, 1004, 1005, 1006, "
		"1007 protocol 6");
	assert_string_equal(policy_rule_text(parsed.arena, rule->next), "drop");
}

/* The text of the first rule of a filter. */
static void assert_rule_text(const char *rule, const char *expected)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	char text[256];

	snprintf(text, sizeof(text), "filter f { %s; }", rule);
	parsed = parse(text);
	assert_string_equal(policy_rule_text(parsed.arena,
					     parsed.policy->statements->rules),
			    expected);
}

static void one_meaning_has_one_text(void **state)
{
	static const char *const cases[][2] = {
		{ "drop flags ack , syn/syn,ack", "drop flags syn,ack" },
		{ "drop flags syn/ack,syn", "drop flags syn/syn,ack" },
		{ "drop flags none/fin", "drop flags none/fin" },
		{ "drop flags established", "drop flags established" },
		{ "drop fragments any", "drop fragments" },
		{ "drop fragments first", "drop fragments first" },
		{ "drop fragments later", "drop fragments later" },
		{ "drop spi 256, 0x200-0X2ff", "drop spi 0x100, 0x200-0x2ff" },
		{ "drop source-mac 00:00:5E:00:53:0A",
		  "drop source-mac 00:00:5e:00:53:0a" },
		{ "drop bytes link offset 0x0c length 0x2 mask 0xffff value 5",
		  "drop bytes link offset 12 length 2 value 0x0005" },
		{ "drop bytes transport offset 0 length 1 mask 240 value 16",
		  "drop bytes transport offset 0 length 1 mask 0xf0 "
		  "value 0x10" },
		{ "drop ip-option any", "drop ip-option any" },
		{ "drop extension-header hip,ah",
		  "drop extension-header hip, ah" },
		{ "drop dscp 46-46, ef precedence priority",
		  "drop dscp 46, ef precedence priority" },
		{ "reject ttl 1-9 hop-limit 3 length 0-40 vlan 1 inner-vlan 2",
		  "reject ttl 1-9 hop-limit 3 length 0-40 vlan 1 "
		  "inner-vlan 2" },
		{ "permit limit 1000 pps burst 8 packets over drop",
		  "permit limit 1000 pps burst 8" },
		{ "permit limit 1 kpps per source /32 /64",
		  "permit limit 1 kpps per source" },
		{ "permit limit 1 kpps per source /24 /64",
		  "permit limit 1 kpps per source /24" },
		{ "permit limit 1 kpps per source /32 /48",
		  "permit limit 1 kpps per source /48" },
		{ "permit limit 1 kpps per source /32 /32",
		  "permit limit 1 kpps per source /32 /32" },
		{ "permit limit 1 kpps per source /24 /48",
		  "permit limit 1 kpps per source /24 /48" },
		{ "permit limit 1 mbps burst 2000",
		  "permit limit 1 mbps burst 2000 bytes" },
		{ "permit limit 1 mbps burst 2 kbytes over remark dscp 8",
		  "permit limit 1 mbps burst 2 kbytes over remark dscp 8" },
		{ "permit limit 1 mbps over continue",
		  "permit limit 1 mbps over continue" },
		{ "permit monitor priority 7 trust dscp remark dscp ef "
		  "limit 5 pps",
		  "permit limit 5 pps remark dscp ef trust dscp priority 7 "
		  "monitor" },
		{ "limit tcp 5 pps monitor", "limit tcp 5 pps monitor" },
		{ "remark dscp cs1 tcp priority bulk",
		  "remark dscp cs1 tcp priority bulk" },
		{ "priority control ospf remark dscp cs6",
		  "priority control ospf remark dscp cs6" },
		{ "count", "count" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_rule_text(cases[i][0], cases[i][1]);
		assert_rule_text(cases[i][1], cases[i][1]);
	}
}

static void limits_of_a_direction_keep_their_place(void **state)
{
	(void)state;
	assert_prints("interface e { in { limit 5 pps; apply f; apply g; } }",
		      "interface e { in { limit 5 pps; apply f, g; } }\n");
	assert_prints("interface e {\nout {\n# a\napply f;\n# b\n"
		      "limit 5 pps; # c\n# d\n}\n}",
		      "interface e {\n\tout {\n\t\t# a\n\t\tapply f;\n"
		      "\t\t# b\n\t\tlimit 5 pps; # c\n\t\t# d\n\t}\n}\n");
	assert_prints("interface e {\nout {\napply f;\nlimit 5 pps; # c\n"
		      "apply g; # d\n}\n}",
		      "interface e {\n\tout {\n\t\t# c\n\t\tapply f, g;\n"
		      "\t\tlimit 5 pps;\n\t\t# d\n\t}\n}\n");
}

static void statements_of_one_line_keep_their_comments(void **state)
{
	(void)state;
	assert_prints("# a\nmonitor ; # b\nindex\noff;\n\n\nreject limit "
		      "1000 pps burst 50 packets ; # c",
		      "# a\nmonitor; # b\nindex off;\n\n"
		      "reject limit 1000 pps burst 50; # c\n");
}

static void no_line_of_words_is_wider_than_80_columns(void **state)
{
	_cleanup_parsed_ struct parsed parsed = { 0 };
	_cleanup_free_ char *text = NULL;
	char policy[40000] = "filter f { permit tcp port ";
	char *at = policy + strlen(policy);
	const char *line;
	int i;

	(void)state;
	for (i = 1; i < 3000; i++)
		at += sprintf(at, "%d, ", i);
	strcpy(at, "9 from 192.0.2.1; }\n");
	parsed = parse(policy);
	text = printed(parsed.policy);
	for (line = text; *line; line = strchr(line, '\n') + 1) {
		size_t tabs = strspn(line, "\t");

		assert_true(strcspn(line, "\n") + 7 * tabs <= 80);
	}
}

static void a_word_wider_than_the_screen_stands_alone(void **state)
{
	char word[101];
	char text[200];
	char expected[200];

	(void)state;
	memset(word, 'a', 100);
	word[100] = '\0';
	snprintf(text, sizeof(text), "set b { c, %s; }", word);
	snprintf(expected, sizeof(expected), "set b {\n\tc,\n\t\t%s;\n}\n",
		 word);
	assert_prints(text, expected);
}

static void local_addresses_print_as_they_may_be_read(void **state)
{
	(void)state;
	assert_prints("infrastructure { local-addresses; }",
		      "infrastructure { local-addresses; }\n");
	assert_prints("infrastructure { local; local, a; a, local; }",
		      "infrastructure { local-addresses; local, a; a, local; "
		      "}\n");
	assert_prints("infrastructure { except local; }",
		      "infrastructure { except local; }\n");
	assert_prints("set a { local; }", "set a { local; }\n");
}

static void only_devices_that_need_quotes_have_them(void **state)
{
	static const char *const cases[][2] = {
		{ "\"eth0.1\"", "eth0.1" },
		{ "\"in\"", "\"in\"" },
		{ "\"0\"", "\"0\"" },
		{ "\"-a\"", "\"-a\"" },
		{ "\"a#b\"", "\"a#b\"" },
		{ "\"peer\"", "\"peer\"" },
		{ "\"own-source\"", "\"own-source\"" },
	};
	char text[64];
	char expected[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(text, sizeof(text), "interface %s {\nrole core; }",
			 cases[i][0]);
		snprintf(expected, sizeof(expected),
			 "interface %s {\n\trole core;\n}\n", cases[i][1]);
		assert_prints(text, expected);
	}
}

static void a_block_on_one_line_stays_there_if_it_fits(void **state)
{
	char word[101];
	char text[200];
	char expected[200];

	(void)state;
	assert_prints("set  a  {b;c;}", "set a { b; c; }\n");
	assert_prints("interface e { in {\n} out { apply f; } }",
		      "interface e {\n\tin {\n\t}\n\tout { apply f; }\n}\n");
	memset(word, 'a', 100);
	word[100] = '\0';
	snprintf(text, sizeof(text), "set b { %s; }", word);
	snprintf(expected, sizeof(expected), "set b {\n\t%s;\n}\n", word);
	assert_prints(text, expected);
}

static void a_block_of_several_lines_stays_so(void **state)
{
	(void)state;
	assert_prints("set a {\nb; }", "set a {\n\tb;\n}\n");
	assert_prints("set a\n{ b; }", "set a {\n\tb;\n}\n");
}

static void comments_on_a_shared_line_stay_behind_the_last(void **state)
{
	(void)state;
	assert_prints("set a { b; c; # both\n}",
		      "set a {\n\tb;\n\tc; # both\n}\n");
	assert_prints("set a { b; } # all", "set a { b; } # all\n");
	assert_prints("set a {\nb; } # all", "set a {\n\tb;\n} # all\n");
	assert_prints("set a { # head\nb; }", "set a { # head\n\tb;\n}\n");
}

static void a_blank_line_before_a_moved_comment_stays_before_it(void **state)
{
	(void)state;
	assert_prints("set a {\nb;\n\nc, # first\nd; # second\n}",
		      "set a {\n\tb;\n\n\t# first\n\tc, d; # second\n}\n");
}

static void blank_lines_at_the_edges_of_blocks_go_away(void **state)
{
	(void)state;
	assert_prints("\n\n# top\n\n\n\nset a {\n\n# b\n\n}\n\n\n# end\n\n",
		      "# top\n\nset a {\n\t# b\n}\n\n# end\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_rule_in_text_has_no_semicolon_and_never_wraps),
		cmocka_unit_test(one_meaning_has_one_text),
		cmocka_unit_test(limits_of_a_direction_keep_their_place),
		cmocka_unit_test(statements_of_one_line_keep_their_comments),
		cmocka_unit_test(no_line_of_words_is_wider_than_80_columns),
		cmocka_unit_test(a_word_wider_than_the_screen_stands_alone),
		cmocka_unit_test(local_addresses_print_as_they_may_be_read),
		cmocka_unit_test(only_devices_that_need_quotes_have_them),
		cmocka_unit_test(a_block_on_one_line_stays_there_if_it_fits),
		cmocka_unit_test(a_block_of_several_lines_stays_so),
		cmocka_unit_test(
			comments_on_a_shared_line_stay_behind_the_last),
		cmocka_unit_test(
			a_blank_line_before_a_moved_comment_stays_before_it),
		cmocka_unit_test(blank_lines_at_the_edges_of_blocks_go_away),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
