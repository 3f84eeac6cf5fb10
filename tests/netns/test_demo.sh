# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The demonstration (tests/demo/demo.sh): it notices what is wrong, and however it
# ends, nothing of it is left: namespaces, pins, BPF objects, processes.

# shellcheck source=tests/command/lib.sh
. "$SOURCE/tests/command/lib.sh"

# start SCENARIOS: the demo with its lines in $lines, a pipe, as process $demo.
# A shell's background processes ignore SIGINT unless told otherwise.
start() {
	# shellcheck disable=SC2031
	coproc BUILD="${WEIR%/*}" exec setsid env --default-signal \
		"$SOURCE/tests/demo/demo.sh" "$1" 2>&1
	demo=$COPROC_PID
	name=weir-demo-$demo
	exec {lines}<&"${COPROC[0]}"
}

# until_line TEXT: reads what the demo prints up to a line with the text.
until_line() {
	local line

	while read -r line <&"$lines"; do
		[[ $line != *"$1"* ]] || return 0
	done
	echo "the demo ended without: $1"
	return 1
}

# ends_with CODE: the demo does, and its last lines are in $work/out.
ends_with() {
	local code=0

	cat <&"$lines" >"$work/out"
	wait "$demo" || code=$?
	[ "$code" -eq "$1" ] && return
	echo "the demo ended with $code, not $1"
	return 1
}

# The ids of the BPF objects that the demo's processes and pins hold.
objects() {
	local process pin

	for process in $(ps -o pid= -s "$demo"); do
		sed -n 's/^\(map\|prog\|link\)_id:[[:space:]]*/\1 /p' \
			"/proc/$process/fdinfo/"* 2>/dev/null || :
	done
	find "/sys/fs/bpf/$name" -type f | while read -r pin; do
		case $pin in
		*/links/*) bpftool -j link show pinned "$pin" |
			jq -r '"link \(.id)\nprog \(.prog_id)"' ;;
		*) bpftool -j map show pinned "$pin" | jq -r '"map \(.id)"' ;;
		esac
	done
}

none_is_left() { # objects, "KIND ID" a line
	local kind id

	while read -r kind id; do
		no bpftool "$kind" show id "$id" || return 1
	done <"$1"
}

nothing_is_left() {
	no grep -F "$name" <(ip netns list)
	no test -e "/sys/fs/bpf/$name"
	eventually no_process_is_left
	[ ! -s "$work/objects" ] || eventually none_is_left "$work/objects"
}

no_process_is_left() {
	no pgrep -s "$demo"
}

# eventually COMMAND...: the kernel frees BPF objects and processes a little
# after their last user has gone.
eventually() {
	local deadline=$((SECONDS + 30))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] && continue
		echo "never: $*"
		return 1
	done
}

# stopped_midway SIGNAL CODE [GROUP]: to the shell alone, or to all.
stopped_midway() {
	start "$SOURCE/tests/demo/demo.scenarios"
	until_line "Infrastructure: what was not asked for"
	objects >"$work/objects"
	[ "$(wc -l <"$work/objects")" -ge 20 ]
	kill "-$1" -- "${3-}$demo"
	ends_with "$2"
	nothing_is_left
}

test_the_demo_finds_every_count_right_and_leaves_nothing() {
	start "$SOURCE/tests/demo/demo.scenarios"
	ends_with 0 || { grep -A2 -iw wrong "$work/out"; false; }
	no grep WRONG "$work/out"
	fits "$work/out"
	[ "$(awk '/ packets in / { print $1 }' "$work/out")" -gt 1000000 ]
	nothing_is_left
}

test_a_wrong_prediction_is_reported() {
	cat >"$work/scenarios" <<-'end'
		100 | from customer | ipv4 8.8.4.4 > 8.8.8.8 / udp 1 > 2 | expect drop bogon-source on eth1 in # a wrong reason
		100 | from customer | ipv4 8.8.4.4 > 8.8.8.8 / udp 1 > 2 | expect drop spoofed-source on eth1 in # the right reason
		100 | from customer | ipv4 203.0.113.10 > 8.8.8.8 / udp 1 > 2 / payload 8 | expect pass default on eth1 in, pass default on eth0 out arrives core # the wrong host
		100 | from customer | ipv4 203.0.113.10 > 8.8.8.8 / udp 1 > 2 | expect pass default on eth1 in # only one of two counters
	end
	start "$work/scenarios"
	ends_with 1
	grep -qE '^a wrong reason .* WRONG$' "$work/out"
	grep -qE '^the right reason .* OK$' "$work/out"
	grep -qE '^the wrong host .* 0 .* WRONG$' "$work/out"
	grep -qE '^only one of two counters .* WRONG$' "$work/out"
	grep -q '^3 of 4 scenarios wrong, 3 of ' "$work/out"
	grep -q '200 stray packets' "$work/out"
	nothing_is_left
}

test_a_scenario_that_does_not_parse_is_named_by_its_line() {
	printf '# comment\n10 | from nowhere | arp | expect # x\n' \
		>"$work/scenarios"
	start "$work/scenarios"
	ends_with 2
	grep -qF "$work/scenarios:2: no such host: \"nowhere\"" "$work/out"
	nothing_is_left
}

test_an_interrupt_midway_leaves_nothing() {
	stopped_midway INT 130
}

test_an_interrupt_from_the_keyboard_leaves_nothing() {
	stopped_midway INT 130 -
}

test_termination_midway_leaves_nothing() {
	stopped_midway TERM 143
}

test_termination_during_set_up_leaves_nothing() {
	start "$SOURCE/tests/demo/demo.scenarios"
	until_line "Four network namespaces"
	kill -TERM "$demo"
	ends_with 143
	nothing_is_left
}

test_a_lost_terminal_leaves_nothing() {
	stopped_midway HUP 129 -
}

run_tests
