# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Live traffic at full rate through a router in namespaces (lab.sh): every
# packet is counted, once, in the right place, and what may pass arrives.

# shellcheck source=tests/command/lib.sh
. "$SOURCE/tests/command/lib.sh"
# shellcheck source=tests/netns/lab.sh
. "$SOURCE/tests/netns/lab.sh"

tools=${WEIR%/*}/tests/tools
# shellcheck disable=SC2034 # used by lab.sh
lab=weir-live-$$
pins=/sys/fs/bpf/$lab
at_end=take_down

# Frames, all marked: their last four bytes are somebody's to write over.
spoofed='ipv4 8.8.4.4 > 8.8.8.8 / udp 1 > 2 / payload 20'
from_customer='ipv4 203.0.113.10 > 8.8.8.8 / udp 1 > 2 / payload 20'
from_customer6='ipv6 2001:db8:a:1::9 > 2606:4700::1 / udp 1 > 2 / payload 20'
to_customer='ipv4 8.8.8.8 > 203.0.113.10 / udp 1 > 2 / payload 20'
bogon='ipv4 10.0.0.1 > 203.0.113.10 / udp 1 > 2 / payload 20'
from_core='ipv4 198.51.102.80 > 8.8.8.8 / udp 1 > 2 / payload 20'

take_down() {
	[ ! -d "$pins" ] || weir detach >/dev/null 2>&1
	lab_down
	rm -rf "$pins"
}

# weir VERB ARGUMENT...: on the edge.
weir() {
	local verb=$1

	shift
	lab_in edge "$WEIR" "$verb" --pin-directory "$pins" "$@"
}

fresh() {
	take_down || :
	lab_up "$lab"
}

# sends COUNT ARGUMENT...: `send`, which is to send that many.
sends() {
	local count=$1 sent

	shift
	read -r sent _ < <("$tools/send" -n "$count" "$@")
	[ "$sent" = "$count" ] && return
	echo "sent ${sent:-none} of $count"
	return 1
}

# in_background COMMAND...: its process is $background; $! would not last.
in_background() {
	"$@" &
	background=$!
}

# packets [FILTER]: the packets in the counters that FILTER selects; all.
packets() {
	weir counters --json --all >"$work/counters" || return 1
	jq "[.counters[] | select(${1-true}) | .packets] | add // 0" \
		"$work/counters"
}

# counts NUMBER [FILTER]: that many.
counts() {
	local number

	number=$(packets "${2-true}")
	[ "$number" = "$1" ] && return
	echo "counted $number, not $1, in ${2-all counters}"
	jq -c '.counters[] | select(.packets > 0) |
		[.interface, .direction, .reason, .rule, .packets]' \
		"$work/counters"
	return 1
}

counts_some() {
	[ "$(packets "$1")" -gt 0 ]
}

# at INTERFACE DIRECTION REASON: a filter.
at() {
	echo ".interface == \"$1\" and .direction == \"$2\" and .reason == \"$3\""
}

# eventually COMMAND...: holds at last, or the test fails.
eventually() {
	local deadline=$((SECONDS + 30))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] && continue
		echo "never: $*"
		return 1
	done
}

# at_work NAME COMMAND...: runs until finish_work, its standard input is held
# open and its lines go to $work/NAME; returns when it has said "ready".
at_work() {
	local name=$1

	shift
	coproc "$@" >"$work/$name"
	eventually grep -q ready "$work/$name"
}

finish_work() {
	# shellcheck disable=SC2154 # COPROC is the shell's
	local input=${COPROC[1]} process=$COPROC_PID

	exec {input}>&-
	wait "$process"
}

# arrived FLOW NUMBER: that many frames of it at the host that received.
arrived() {
	grep -qx "$1 $2" "$work/received" && return
	echo "not $2 of flow $1 arrived (flow, frames):"
	cat "$work/received"
	return 1
}

test_two_million_spoofed_packets_are_dropped_and_each_is_counted() {
	fresh
	weir apply "$SOURCE/policies/edge.weir"
	sends 2000000 "$lab-customer" eth0 "$spoofed"
	counts 2000000 "$(at eth1 in spoofed-source)"
	counts 2000000
	[ "$(jq '[.counters[].bytes] | add' "$work/counters")" -eq \
		$((2000000 * (14 + 20 + 8 + 20))) ]
}

test_two_senders_on_two_devices_and_two_cpus_are_counted_exactly() {
	fresh
	weir apply "$SOURCE/policies/edge.weir"
	in_background sends 2000000 -c 0 "$lab-customer" eth0 "$spoofed"
	sends 2000000 -c 1 "$lab-transit" eth0 "$bogon"
	wait "$background"
	counts 2000000 "$(at eth1 in spoofed-source)"
	counts 2000000 "$(at eth0 in bogon-source)"
	counts 4000000
}

test_two_senders_on_one_device_and_two_cpus_are_counted_exactly() {
	fresh
	weir apply "$SOURCE/policies/edge.weir"
	in_background sends 1000000 -c 0 "$lab-customer" eth0 "$spoofed"
	sends 1000000 -c 1 "$lab-customer" eth0 "$spoofed"
	wait "$background"
	counts 2000000 "$(at eth1 in spoofed-source)"
	counts 2000000
}

test_what_is_permitted_arrives_to_the_last_packet() {
	fresh
	weir apply "$SOURCE/policies/edge.weir"
	at_work received "$tools/receive" "$lab-transit" eth0
	sends 300000 -m 1 "$lab-customer" eth0 "$from_customer"
	sends 300000 -m 2 "$lab-customer" eth0 "$from_customer6"
	sends 300000 -m 3 "$lab-core" eth0 "$from_core"
	finish_work
	arrived 1 300000
	arrived 2 300000
	arrived 3 300000
	counts 600000 "$(at eth1 in default)"
	counts 900000 "$(at eth0 out default)"
	counts 1800000
}

# The counters of both policies together have every packet that was sent.
test_no_packet_is_lost_or_counted_twice_while_policies_are_swapped() {
	fresh
	sed 's/role customer acme;/& source-validation off;/' \
		"$SOURCE/policies/edge.weir" >"$work/trusting.weir"
	sed -i 's/drop reflectors;/drop udp destination-port 2; &/' \
		"$work/trusting.weir"
	weir apply "$SOURCE/policies/edge.weir"
	coproc "$tools/send" -u "$lab-customer" eth0 "$spoofed" \
		>"$work/sent"
	eventually counts_some "$(at eth1 in spoofed-source)"
	weir apply "$work/trusting.weir"
	eventually counts_some "$(at eth1 in rule-drop)"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		weir apply "$SOURCE/policies/edge.weir"
		weir apply "$work/trusting.weir"
	done
	finish_work
	read -r sent _ <"$work/sent"
	[ "$sent" -gt 0 ]
	counts "$sent" "$(at eth1 in spoofed-source) or $(at eth1 in rule-drop)"
	counts "$sent"
}

# Generic XDP needs frames that come as socket buffers: receive offload makes
# the edge's end of the veth pair turn live frames into these.
test_generic_mode_counts_each_packet() {
	fresh
	lab_in edge ethtool -K eth1 gro on
	weir apply --mode generic "$SOURCE/policies/edge.weir"
	weir status --json | jq -e '.devices | length == 3 and
		all(.ingress == "generic")'
	sends 500000 "$lab-customer" eth0 "$spoofed"
	counts 500000 "$(at eth1 in spoofed-source)"
	counts 500000
}

# A VLAN device leaves its tag in the socket buffer, not in the frame. The
# policy governs the VLAN and, otherwise, the device.
test_egress_sees_a_tag_that_is_only_in_the_socket_buffer() {
	fresh
	sed 's/^interface eth0 {/interface eth0 vlan 100 { role transit; }\n&/' \
		"$SOURCE/policies/edge.weir" >"$work/vlan.weir"
	weir apply "$work/vlan.weir"
	at_work tagged "$tools/push_tag" "$lab-edge" eth0 100
	sends 200000 "$lab-core" eth0 "$spoofed"
	sends 100000 "$lab-core" eth0 "$from_core"
	counts 200000 "$(at 'eth0 vlan 100' out foreign-source)"
	counts 100000 "$(at 'eth0 vlan 100' out default)"
	counts 0 "$(at eth0 out foreign-source) or $(at eth0 out default)"
	finish_work
}

# Both ways at once: each packet passes both programs of the router.
test_traffic_both_ways_on_two_cpus_arrives_and_is_counted() {
	fresh
	weir apply "$SOURCE/policies/edge.weir"
	at_work received "$tools/receive" "$lab-customer" eth0
	in_background sends 300000 -c 0 -m 1 "$lab-transit" eth0 "$to_customer"
	sends 300000 -c 1 "$lab-core" eth0 "$spoofed"
	wait "$background"
	finish_work
	arrived 1 300000
	counts 300000 "$(at eth1 out default)"
	counts 300000 "$(at eth0 out foreign-source)"
	counts 1200000
}

run_tests
