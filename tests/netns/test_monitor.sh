#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# In monitor everything is judged and counted, and nothing is dropped.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

# monitored POLICY INTERFACE RULE: a policy with `monitor` in these places,
# where the words are not empty.
monitored() {
	cat <<-end >"$work/policy"
		$1
		customer acme { 203.0.113.0/25; }
		filter web { drop udp destination-port 19 $3; permit udp; }
		interface eth0 { role customer acme; $2 in { apply web; } }
		interface eth1 { role customer acme; in { apply web; } }
	end
}

# The kernel's count of IP packets that came through the XDP program; frames
# are for the MAC address that devices get here.
passed() {
	awk '$1 == "Ip:" && $4 ~ /[0-9]/ { print $4 }' /proc/net/snmp
}

# traffic DEVICE: 5 spoofed packets, 3 to port 19, 2 to another; all are judged
# when it returns, and $arrived of them came through.
traffic() {
	local before judged

	before=$(passed)
	judged=$(judged_packets)
	send "${1/eth/peer}" 5 198.18.0.1 9
	send "${1/eth/peer}" 3 203.0.113.5 19
	send "${1/eth/peer}" 2 203.0.113.5 20
	soon judged_are $((judged + 10))
	arrived=$(($(passed) - before))
}

judged_packets() {
	in_force 0 counters --json
	jq .total.packets "$work/out"
}

judged_are() {
	[ "$(judged_packets)" -eq "$1" ]
}

devices() {
	local device

	fresh
	for device in eth0 eth1; do
		ip link set "$device" address 02:00:00:00:00:01
	done
}

# row FILTER EXPRESSION: holds for the one row of weir counters.
row() {
	in_force 0 counters --json
	json "[.counters[] | select($1)] | length == 1 and (.[0] | $2)"
}

spoofed='.reason == "spoofed-source"'
discard='.rule // "" | startswith("drop udp destination-port 19")'

test_without_monitor_what_is_dropped_does_not_come_through() {
	devices
	monitored "" "" ""
	in_force 0 apply "$work/policy"
	traffic eth0
	[ "$arrived" -eq 2 ]
	row "$spoofed" '.packets == 5 and .would_drop_packets == 0'
	row "$discard" '.packets == 3 and .would_drop_packets == 0'
	status '[.interfaces[].monitor] == [false, false]'
	in_force 0 counters
	no prints "WOULD DROP"
}

test_an_interface_in_monitor_lets_all_through_and_the_others_do_not() {
	devices
	monitored "" "monitor;" ""
	in_force 0 apply "$work/policy"
	status '[.interfaces[].monitor] == [true, false]'
	traffic eth0
	[ "$arrived" -eq 10 ]
	row "$spoofed" '.interface == "eth0" and .packets == 0
		and .would_drop_packets == 5 and .judged_packets == 5'
	row "$discard" '.packets == 0 and .would_drop_packets == 3
		and .judged_packets == 3'
	row '.rule == "permit udp"' '.packets == 2'
	json '.total | .packets == 10 and .would_drop_packets == 8'
	traffic eth1
	[ "$arrived" -eq 2 ]
	json '.total | .packets == 20 and .would_drop_packets == 8'
	in_force 0 counters
	prints "WOULD DROP"
	fits "$work/out"
}

test_a_policy_in_monitor_lets_all_through_everywhere() {
	devices
	monitored "monitor;" "" ""
	in_force 0 apply "$work/policy"
	status '[.interfaces[].monitor] == [true, true]'
	traffic eth0
	[ "$arrived" -eq 10 ]
	traffic eth1
	[ "$arrived" -eq 10 ]
	json '.total | .packets == 20 and .would_drop_packets == 16'
}

test_apply_monitor_is_the_policy_in_monitor_until_the_next_apply() {
	devices
	monitored "" "" ""
	in_force 0 apply --monitor "$work/policy"
	prints "in monitor: nothing is dropped"
	traffic eth0
	[ "$arrived" -eq 10 ]
	in_force 0 apply "$work/policy"
	status '[.interfaces[].monitor] == [false, false]'
	traffic eth0
	[ "$arrived" -eq 2 ]
	row "$spoofed" '.packets == 5 and .would_drop_packets == 5'
	in_force 0 apply --json --monitor "$work/policy"
	json '.monitor'
}

test_a_rule_in_monitor_counts_and_the_search_goes_on() {
	devices
	monitored "" "" "monitor"
	in_force 0 apply "$work/policy"
	traffic eth0
	[ "$arrived" -eq 5 ]
	row "$discard" '.packets == 0 and .would_drop_packets == 3
		and .judged_packets == 0'
	row '.rule == "permit udp"' '.packets == 5'
	row "$spoofed" '.packets == 5'
	json '.total | .packets == 10 and .would_drop_packets == 0'
	in_force 0 counters
	prints "WOULD DROP"
}

test_rules_that_go_on_are_marked_and_in_no_sum() {
	devices
	cat <<-end >"$work/policy"
		customer acme { 203.0.113.0/25; }
		filter web { count udp; drop udp destination-port 19; }
		interface eth0 { role customer acme; in { apply web; } }
	end
	in_force 0 apply "$work/policy"
	traffic eth0
	[ "$arrived" -eq 2 ]
	row '.rule == "count udp"' '.goes_on and .packets == 5
		and .judged_packets == 0 and .reason == null'
	json '.total.packets == 10 and
		([.counters[].judged_packets] | add) == 10'
	in_force 0 counters
	prints "goes on"
}

# After one frame of 60 bytes the next is within the limit 59 seconds later.
test_packets_over_a_rules_limit_have_a_row_of_their_own() {
	devices
	cat <<-end >"$work/policy"
		customer acme { 203.0.113.0/25; }
		filter web {
		    permit udp destination-port 19 limit 8 bps burst 1 bytes;
		}
		interface eth0 { role customer acme; in { apply web; } }
	end
	in_force 0 apply "$work/policy"
	traffic eth0
	[ "$arrived" -eq 3 ]
	row '.filter == "web"' '.packets == 1 and .over_packets == 2
		and .judged_packets == 3 and .reason == "rule-permit"'
	json '.total.packets == 10'
	in_force 0 counters
	prints "over the"
	in_force 0 apply "$work/policy"
	traffic eth0
	[ "$arrived" -eq 2 ]
	row '.filter == "web"' '.packets == 1 and .over_packets == 5'
}

test_states_per_source_are_counted_and_go_with_their_rule() {
	devices
	cat <<-end >"$work/policy"
		customer acme { 203.0.113.0/25; }
		filter web { permit udp limit 8 bps burst 1 bytes per source; }
		interface eth0 { role customer acme; in { apply web; } }
	end
	in_force 0 apply "$work/policy"
	send peer0 2 203.0.113.5 19
	send peer0 2 203.0.113.6 19
	soon judged_are 4
	row '.filter == "web"' '.packets == 2 and .over_packets == 2'
	json '.limits == [{"interface": "eth0", "direction": "in",
		"filter": "web", "rule": .limits[0].rule, "sources": 2,
		"evicted": 0}]'
	status '.limit_sources == 2'
	monitored "" "" ""
	in_force 0 apply "$work/policy"
	status '.limit_sources == 0'
	[ "$(bpftool -j map dump pinned "$pins/sources" | jq length)" -eq 0 ]
}

run_tests
