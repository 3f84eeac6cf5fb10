#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Standard output that cannot be written, and the documents about what it says.
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

printf 'set own { 198.51.100.0/22; }\n' >"$work/good.weir"

# Every invocation that prints without a policy in force.
printing=("version" "version --json" "help" "help --json" "help counters"
	"completion bash" "check $work/good.weir" "check --json $work/good.weir"
	"fmt $work/good.weir" "fmt --json $work/good.weir")

test_a_full_disk_is_noticed_by_every_verb_that_prints() {
	for words in "${printing[@]}"; do
		code=0
		# shellcheck disable=SC2086 # words are to be split
		"$WEIR" $words >/dev/full 2>"$work/err" || code=$?
		[ "$code" -eq 3 ]
		says "cannot write to standard output: No space left on device"
	done
}

test_a_closed_standard_output_is_noticed() {
	for words in "${printing[@]}"; do
		code=0
		# shellcheck disable=SC2086 # words are to be split
		"$WEIR" $words >&- 2>"$work/err" || code=$?
		[ "$code" -eq 3 ]
		says "cannot write to standard output"
	done
}

test_a_closed_pipe_is_an_error_and_not_a_signal() {
	python3 - "$WEIR" 2>"$work/err" <<-'PYTHON'
		import os, subprocess, sys
		reader, writer = os.pipe()
		os.close(reader)
		code = subprocess.call([sys.argv[1], "help"], stdout=writer)
		sys.exit(0 if code == 3 else f"exit code {code}")
	PYTHON
	says "cannot write to standard output: Broken pipe"
}

# The reader of a fifo has opened it as soon as its writer has.
test_a_file_never_takes_the_place_of_a_closed_standard_stream() {
	mkfifo "$work/fifo"
	"$WEIR" check "$work/fifo" <&- >&- 2>&- &
	pid=$!
	exec 9>"$work/fifo"
	for fd in 0 1 2; do
		readlink "/proc/$pid/fd/$fd"
	done >"$work/streams" || true
	exec 9>&-
	wait "$pid" || true
	printf '/dev/null\n/dev/null\n/dev/null\n' | diff - "$work/streams"
}

test_a_failure_keeps_its_exit_code_when_output_fails_too() {
	printf 'set own { 198.51.100.1/22; }\n' >"$work/bad.weir"
	code=0
	"$WEIR" check --json "$work/bad.weir" >/dev/full 2>"$work/err" ||
		code=$?
	[ "$code" -eq 1 ]
}

test_the_manual_page_is_without_warnings() {
	mandoc -Tlint -W warning "$SOURCE/docs/weir.8"
}

test_the_manual_page_has_every_verb_and_every_option() {
	ends 0 help --json
	jq -r '.verbs[].name' "$work/out" >"$work/verbs"
	[ "$(wc -l <"$work/verbs")" -ge 10 ]
	while read -r verb; do
		grep -qE "^\.It Cm $verb( |\$)" "$SOURCE/docs/weir.8"
	done <"$work/verbs"
	jq -r '(.verbs[].options[], .options[]).name' "$work/out" |
		sort -u >"$work/options"
	while read -r option; do
		grep -qE "^\.It (Fl [a-zA-Z] , )?Fl -$option( |\$)" \
			"$SOURCE/docs/weir.8"
	done <"$work/options"
}

test_the_manual_page_has_no_option_that_does_not_exist() {
	ends 0 help --json
	jq -r '(.verbs[].options[], .options[]).name' "$work/out" |
		sort -u >"$work/options"
	sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' "$SOURCE/docs/weir.8" |
		sort -u >"$work/documented"
	diff "$work/options" "$work/documented"
}

test_the_manual_page_has_every_exit_code() {
	codes=$(sed -n 's/^\tEXIT_[A-Z]* = \([0-9]*\),.*/\1/p' \
		"$SOURCE/loader/cmd/exit.h")
	[ "$(echo "$codes" | wc -l)" -eq 6 ]
	for number in $codes; do
		grep -qx ".It $number" "$SOURCE/docs/weir.8"
	done
}

test_every_json_member_is_documented() {
	printf 'set own { 198.51.100.1/22; }\n' >"$work/bad.weir"
	for words in "version" "help" "check $work/good.weir" \
		"check $work/bad.weir" "fmt $work/good.weir" \
		"status --pin-directory $work/nothing"; do
		# shellcheck disable=SC2086 # words are to be split
		run --json $words
		keys_are_documented
	done
}

run_tests
