#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The bash completion script, loaded into this shell and asked as bash would.
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

"$WEIR" completion bash >"$work/weir.bash"
# shellcheck disable=SC1091 # written a line above
. "$work/weir.bash"

# complete_words WORD...: the last word is at the cursor; answers in $replies.
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_weir
	replies=" ${COMPREPLY[*]} "
}

offers() {
	case $replies in
	*" $1 "*) return ;;
	esac
	echo "offers$replies without $1"
	return 1
}

test_the_script_is_valid_and_registered() {
	bash -n "$work/weir.bash"
	shellcheck -s bash "$work/weir.bash"
	complete -p weir | grep -q -- '-F _weir'
}

test_every_verb_is_offered() {
	complete_words weir ""
	for verb in $("$WEIR" help --json | jq -r '.verbs[].name'); do
		offers "$verb"
	done
	complete_words weir co
	[ "$replies" = " counters completion " ]
}

test_every_option_of_every_verb_is_offered() {
	"$WEIR" help --json >"$work/help"
	for verb in $(jq -r '.verbs[].name' "$work/help"); do
		complete_words weir "$verb" --
		for option in $(jq -r --arg verb "$verb" \
			'((.verbs[] | select(.name == $verb)), .) | .options[].name' "$work/help"); do
			offers "--$option"
		done
	done
}

test_options_of_other_verbs_are_not_offered() {
	complete_words weir status --
	[ "${replies/--reset/}" = "$replies" ]
}

test_choices_are_offered_after_their_option() {
	complete_words weir apply --mode ""
	[ "$replies" = " native generic " ]
	complete_words weir apply -m g
	[ "$replies" = " generic " ]
	complete_words weir apply --mode = n
	[ "$replies" = " native " ]
	complete_words weir counters --direction =
	[ "$replies" = " in out " ]
}

test_reasons_are_offered() {
	complete_words weir counters --reason spo
	[ "$replies" = " spoofed-source " ]
}

test_files_are_offered_where_a_policy_goes() {
	mkdir "$work/files"
	touch "$work/files/my edge.weir"
	complete_words weir check "$work/files/"
	[ "$replies" = " $work/files/my edge.weir " ]
	complete_words weir apply --mode native "$work/files/"
	[ "$replies" = " $work/files/my edge.weir " ]
	complete_words weir --pin-directory "$work" check "$work/files/"
	[ "$replies" = " $work/files/my edge.weir " ]
}

test_the_same_letter_may_take_an_argument_with_one_verb_only() {
	touch "$work/one.weir"
	complete_words weir fmt -i "$work/one"
	[ "$replies" = " $work/one.weir " ]
	complete_words weir counters -i lo
	offers lo
}

test_fixed_words_are_offered_in_their_place() {
	complete_words weir set ""
	[ "$replies" = " list " ]
	complete_words weir completion ""
	[ "$replies" = " bash " ]
	complete_words weir help stat
	[ "$replies" = " status " ]
}

test_nothing_is_offered_where_nothing_goes() {
	complete_words weir status ""
	[ "$replies" = "  " ]
	complete_words weir check policy ""
	[ "$replies" = "  " ]
}

run_tests
