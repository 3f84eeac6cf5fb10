# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lib.sh: TAP for tests of the command, sourced by tests/command/test_*.sh.
#
# A test is a function called test_SENTENCE; it fails with the first command in
# it that fails. run_tests runs every one in a shell of its own and says which
# line failed and what the last run of weir said. WEIR is the program, SOURCE
# the source tree, $work a directory that is removed at the end.

set -u
export LC_ALL=C
: "${WEIR:?the program to test}" "${SOURCE:?the source tree}"
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-command-XXXXXX") || exit 1
at_end=:

finish() {
	$at_end
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP INT TERM

# run ARGUMENT...: weir with its output in $work/out and $work/err, its exit
# code in $code.
run() {
	code=0
	"$WEIR" "$@" </dev/null >"$work/out" 2>"$work/err" || code=$?
}

# ends CODE ARGUMENT...: runs weir, which is to exit with CODE.
ends() {
	local expected=$1

	shift
	run "$@"
	[ "$code" -eq "$expected" ] && return
	echo "weir $* exited with $code, not $expected"
	return 1
}

# says TEXT: the text is in standard error; prints TEXT: in standard output.
says() {
	grep -qF -e "$1" "$work/err" && return
	echo "standard error lacks: $1"
	return 1
}

prints() {
	grep -qF -e "$1" "$work/out" && return
	echo "standard output lacks: $1"
	return 1
}

# no COMMAND...: it is to fail. (A shell with -e overlooks a failing `!`.)
no() {
	if "$@"; then
		echo "succeeded, but should not: $*"
		return 1
	fi
}

# fits FILE: no line is longer than 80 columns.
fits() {
	no grep -nE '^.{81,}' "$1"
}

# json FILTER: standard output is one JSON value for which FILTER holds.
json() {
	jq -es "length == 1 and (.[0] | $1)" "$work/out" >"$work/jq" 2>&1 &&
		return
	echo "JSON does not hold: $1"
	cat "$work/jq"
	return 1
}

# keys_are_documented: docs/JSON.md has every member name in standard output.
keys_are_documented() {
	jq -r '[paths | .[-1] | strings] | unique[]' "$work/out" >"$work/keys"
	[ -s "$work/keys" ]
	while read -r key; do
		grep -qF "\"$key\":" "$SOURCE/docs/JSON.md" && continue
		echo "not in docs/JSON.md: $key"
		return 1
	done <"$work/keys"
}

report() {
	sed 's/^/# /' "$1"
	for stream in out err; do
		[ -s "$work/$stream" ] || continue
		echo "# last standard $stream:"
		head -c 2000 "$work/$stream" | tr -c '[:print:]\n\t' '?' |
			sed 's/^/#   /'
		echo
	done
}

run_tests() {
	local names name number=0 failed=0

	mapfile -t names < <(declare -F | sed -n 's/^declare -f test_//p')
	echo "1..${#names[@]}"
	for name in "${names[@]}"; do
		number=$((number + 1))
		rm -f "$work/out" "$work/err"
		(
			trap - EXIT
			trap 'echo "failed: $BASH_COMMAND"' ERR
			set -eE
			"test_$name"
		) >"$work/log" 2>&1
		# shellcheck disable=SC2181 # a condition would switch -e off
		if [ $? -eq 0 ]; then
			echo "ok $number - $name"
		else
			failed=$((failed + 1))
			echo "not ok $number - $name"
			report "$work/log"
		fi
	done
	[ "$failed" -eq 0 ]
}
