#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command line: verbs, options, help, and what is said to a wrong one.
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

verbs() {
	sed -n 's/^VERB("\([^"]*\)".*/\1/p' "$SOURCE/loader/commands.def"
}

test_help_lists_every_verb_of_commands_def() {
	[ "$(verbs | wc -l)" -ge 10 ]
	ends 0 help
	for verb in $(verbs); do
		grep -qE "^  $verb( |\$)" "$work/out"
	done
}

test_help_of_every_verb_shows_its_usage_and_all_its_options() {
	for verb in $(verbs); do
		ends 0 help "$verb"
		prints "usage: weir $verb"
		cp "$work/out" "$work/help"
		ends 0 help "$verb" --json
		for option in $(jq -r '.verbs[0].options[].name, .options[].name' \
			"$work/out"); do
			grep -qE "^  (-., )?--$option( |\$)" "$work/help"
		done
	done
}

test_the_help_option_gives_the_same_text_as_the_help_verb() {
	for verb in $(verbs); do
		ends 0 help "$verb"
		cp "$work/out" "$work/help"
		ends 0 "$verb" --help
		cmp "$work/help" "$work/out"
		ends 0 "$verb" -h
		cmp "$work/help" "$work/out"
	done
	ends 0 help
	cp "$work/out" "$work/help"
	ends 0 --help
	cmp "$work/help" "$work/out"
}

test_all_help_fits_80_columns() {
	ends 0 help
	fits "$work/out"
	for verb in $(verbs); do
		ends 0 help "$verb"
		fits "$work/out"
	done
}

test_no_verb_is_a_usage_error() {
	ends 2
	says "no verb given"
	[ ! -s "$work/out" ]
}

test_an_unknown_verb_is_refused_with_the_nearest_one() {
	ends 2 coutners
	says "unknown verb 'coutners'"
	says "did you mean counters?"
	ends 2 help statsu
	says "did you mean status?"
}

test_a_verb_that_is_near_to_none_gets_no_suggestion() {
	ends 2 xylophone
	no grep -q 'did you mean' "$work/err"
}

test_every_verb_refuses_an_unknown_option_and_shows_its_usage() {
	for verb in $(verbs); do
		ends 2 "$verb" --no-such-option
		says "weir $verb: unknown option --no-such-option"
		says "usage: weir $verb"
		ends 2 "$verb" -Z
		says "unknown option -Z"
	done
}

test_a_misspelt_option_gets_the_nearest_one() {
	ends 2 counters --direcion in
	says "did you mean --direction?"
	ends 2 --jsno status
	says "did you mean --json?"
}

test_an_ambiguous_option_gets_all_that_it_may_mean() {
	ends 2 counters --re
	says "option --re is ambiguous"
	says "did you mean --reset or --reason?"
	ends 2 --ver
	says "did you mean --verbose or --version?"
}

test_a_shortened_option_that_is_unique_is_taken() {
	ends 0 version --js
	json '.version | type == "string"'
}

test_a_missing_argument_is_named() {
	for verb in check fmt apply; do
		ends 2 "$verb"
		says "FILE is missing"
	done
	ends 2 set
	says "list is missing"
	ends 2 completion
	says "bash is missing"
}

test_one_argument_too_many_is_refused() {
	for words in "check a b" "fmt a b" "apply a b" "status a" "counters a" \
		"set list a b" "detach a" "version a" "help check a" \
		"completion bash a"; do
		# shellcheck disable=SC2086 # words are to be split
		ends 2 $words
		says "unexpected argument"
	done
}

test_a_wrong_word_where_one_is_fixed_is_refused() {
	ends 2 set lits
	says "expected 'list', not 'lits'"
	ends 2 completion zsh
	says "expected 'bash', not 'zsh'"
}

test_an_option_without_its_argument_is_refused() {
	ends 2 apply policy --mode
	says "option --mode needs native|generic"
	ends 2 status --pin-directory
	says "option --pin-directory needs DIR"
}

test_an_argument_for_an_option_that_takes_none_is_refused() {
	ends 2 status --json=yes
	says "option --json takes no argument"
}

test_a_value_that_is_not_one_of_the_choices_is_refused() {
	ends 2 apply --mode natve policy
	says "option --mode takes native|generic, not 'natve'"
	says "did you mean native?"
	ends 2 counters --direction up
	says "option --direction takes in|out, not 'up'"
}

test_an_unknown_reason_is_refused_with_the_nearest_one() {
	ends 2 counters --reason spofed-source
	says "did you mean spoofed-source?"
}

test_reset_goes_neither_with_a_reason_nor_with_all() {
	ends 2 counters --reset --all
	ends 2 counters --reset --reason default
	says "--reset goes with --interface, --direction and --rule only"
}

test_in_place_goes_neither_with_check_nor_with_standard_input() {
	ends 2 fmt -i --check policy
	ends 2 fmt -i -
	says "--in-place goes neither with --check nor with standard input"
}

test_global_options_stand_before_or_after_the_verb() {
	ends 0 --json version
	json '.version | type == "string"'
	ends 0 version --json
	json '.version | type == "string"'
}

test_version_says_the_same_as_verb_and_as_option() {
	ends 0 version
	cp "$work/out" "$work/version"
	grep -qE '^weir [0-9]+\.[0-9]+\.[0-9]+ \(map format [0-9]+\)$' \
		"$work/version"
	ends 0 --version
	cmp "$work/version" "$work/out"
	ends 0 -V
	cmp "$work/version" "$work/out"
}

test_help_in_json_has_every_verb() {
	ends 0 help --json
	[ "$(jq -r '.verbs[].name' "$work/out")" = "$(verbs)" ]
	json '.options | map(.name) | index("json") != null'
}

test_completion_has_no_json_form() {
	ends 2 completion bash --json
	says "no JSON form"
}

run_tests
