#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Counters stay with the name of what they count.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

slots_of() { # DEVICE: slots and names, sorted
	bpftool -j map dump pinned "$pins/slots" |
		jq -c '[.[].formatted | select(.value.interface == "'"$1"'")] |
			sort_by(.key)'
}

spoofed='.interface == "eth0" and .reason == "spoofed-source"'

test_counters_survive_an_apply_under_the_same_slots() {
	fresh
	apply eth0
	slots_of eth0 >"$work/before"
	send peer0 5 198.18.0.1 9
	soon counted 5 "$spoofed"
	apply eth1 eth0
	slots_of eth0 | diff "$work/before" -
	counted 5 "$spoofed"
	send peer0 2 198.18.0.1 9
	soon counted 7 "$spoofed"
}

test_a_rule_keeps_its_counter_when_rules_come_before_it() {
	local rule='.rule == "drop udp destination-port 19"'

	fresh
	apply eth0
	send peer0 4 203.0.113.5 19
	soon counted 4 "$rule"
	sed -i 's/{ drop udp/{ permit tcp; drop udp/' "$work/policy"
	in_force 0 apply "$work/policy"
	counted 4 "$rule"
}

test_reset_starts_from_zero_and_keeps_what_the_map_holds() {
	fresh
	apply eth0
	send peer0 5 198.18.0.1 9
	soon counted 5 "$spoofed"
	in_force 0 counters --reset
	counted 0 "$spoofed"
	send peer0 3 198.18.0.1 9
	soon counted 3 "$spoofed"
	[ "$(bpftool -j map dump pinned "$pins/counters" |
		jq '[.[].formatted.values[].value.packets] | add')" -eq 8 ]
}

test_reset_of_one_filter_leaves_the_others() {
	local rule='.rule == "drop udp destination-port 19"'
	local name

	fresh
	apply eth0
	name=$(sed -n 's/^filter \([^ ]*\).*/\1/p' "$work/policy" | head -n 1)
	send peer0 5 198.18.0.1 9
	send peer0 4 203.0.113.5 19
	soon counted 4 "$rule"
	in_force 0 counters --reset --rule "$name"
	counted 0 "$rule"
	counted 5 "$spoofed"
	in_force 0 counters --reset --interface eth0 --direction out
	counted 5 "$spoofed"
	in_force 0 counters --reset --interface eth0 --direction in
	counted 0 "$spoofed"
	in_force 3 counters --reset --rule "no such rule"
	send peer0 3 198.18.0.1 9
	soon counted 3 "$spoofed"
}

test_every_packet_is_counted_once() {
	fresh
	apply eth0
	send peer0 5 198.18.0.1 9
	send peer0 6 203.0.113.5 19
	send peer0 7 203.0.113.5 20
	soon counted 18 true
	counted 6 '.reason == "rule-drop"'
	counted 7 '.reason == "rule-permit"'
	[ "$(bpftool -j map dump pinned "$pins/counters" |
		jq '[.[].formatted.values[].value.packets] | add')" -eq 18 ]
}

test_rows_name_the_line_of_the_policy() {
	fresh
	apply eth0
	in_force 0 counters --json --all
	json '[.counters[] | select(.filter == "web")
		| [.line, .verdict]] == [[4, "drop"], [4, "pass"]]'
	json '.counters[] | select(.interface == "eth0" and .direction == "in"
		and .reason == "default") | .line == 5'
}

test_rules_that_left_the_policy_show_only_with_all() {
	fresh
	apply eth0
	send peer0 4 203.0.113.5 19
	soon counted 4 '.filter == "web"'
	sed -i 's/drop udp destination-port 19; //' "$work/policy"
	in_force 0 apply "$work/policy"
	in_force 0 counters --json
	json '[.counters[] | select(.rule == "drop udp destination-port 19")]
		== []'
	in_force 0 counters --json --all
	json '.counters[] | select(.rule == "drop udp destination-port 19")
		| .packets == 4 and .file == null and .verdict == "drop"'
}

run_tests
