#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A hundred thousand logical interfaces on one device, a customer on each.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

# logical FIRST COUNT: a policy for interfaces by number, to $work/policy. 4,000
# inner ids to an outer one; customer N has the prefix 2001:db8:0:0::/64 with N
# in the third and fourth group.
logical() {
	awk -v first="$1" -v count="$2" 'BEGIN {
		for (i = first; i < first + count; i++) {
			printf "customer c%d { 2001:db8:%x:%x::/64; }\n", i,
				i / 65536, i % 65536
			printf "interface eth0 vlan %d.%d { role customer c%d; }\n",
				1 + i / 4000, 1 + i % 4000, i
		}
	}' >"$work/policy"
}

name_of() { # NUMBER
	echo "eth0 vlan $((1 + $1 / 4000)).$((1 + $1 % 4000))"
}

# send_tagged COUNT INTERFACE CUSTOMER: UDP frames of one customer on the
# interface of a number.
cat >"$work/send_tagged.py" <<'PYTHON'
import socket, struct, sys
count, interface, customer = map(int, sys.argv[1:])
source = socket.inet_pton(socket.AF_INET6, "2001:db8:%x:%x::7" % (
    customer >> 16, customer & 65535))
destination = socket.inet_pton(socket.AF_INET6, "2001:db8:ffff::1")
tags = struct.pack("!HHHH", 0x88a8, 1 + interface // 4000,
                   0x8100, 1 + interface % 4000)
frame = (b"\2\0\0\0\0\1\2\0\0\0\0\2" + tags + b"\x86\xdd" +
         struct.pack("!IHBB", 6 << 28, 26, 17, 64) + source + destination +
         struct.pack("!HHHH", 40000, 9, 26, 1) + bytes(18))
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(("peer0", 0))
for _ in range(count):
    link.send(frame)
PYTHON
send_tagged() {
	python3 "$work/send_tagged.py" "$@"
}

# rows: what counted, "INTERFACE REASON PACKETS" a line. --all would list
# millions of zeros.
rows() {
	in_force 0 counters --json
	jq -r '.counters[] | "\(.interface) \(.reason) \(.packets)"' "$work/out"
}

rows_are() { # LINE...; none: nothing counted
	printf '%s\n' "$@" | sed '/^$/d' | sort >"$work/wanted"
	rows | sort | diff "$work/wanted" -
}

chunks() {
	find "$pins/more-counters" -type f | wc -l
}

killed_at() { # NUMBER: apply is killed before its bpf() call of that number
	code=0
	(KILL_AT=$1 LD_PRELOAD=$objects/kill_at.so "$WEIR" apply \
		--pin-directory "$pins" "$work/policy") >"$work/out" \
		2>"$work/err" || code=$?
	[ "$code" -eq 137 ]
}

test_each_of_100000_interfaces_counts_its_own_customer() {
	local number expected=()

	fresh
	logical 0 100000
	in_force 0 apply "$work/policy"
	for number in 0 1 3999 4000 65535 65536 99999; do
		send_tagged 3 "$number" "$number"
		send_tagged 2 "$number" $((number ^ 1))
		expected+=("$(name_of "$number") default 3"
			"$(name_of "$number") spoofed-source 2")
	done
	soon rows_are "${expected[@]}"
	in_force 0 apply "$work/policy"
	rows_are "${expected[@]}"
	send_tagged 1 99999 99999
	expected[12]="$(name_of 99999) default 4"
	soon rows_are "${expected[@]}"
	in_force 0 counters --reset
	rows_are
	in_force 0 detach
	[ ! -e "$pins" ]
}

test_a_killed_apply_leaves_no_half_chunk_and_the_next_one_goes_on() {
	local at

	fresh
	logical 0 2
	in_force 0 apply "$work/policy"
	send_tagged 5 1 1
	soon rows_are "$(name_of 1) default 5"
	logical 0 3000
	for ((at = 270; ; at += 7)); do
		killed_at "$at" || break
		status '.interfaces | length | . == 2 or . == 3000'
		rows_are "$(name_of 1) default 5"
	done
	[ "$at" -gt 350 ]
	[ "$code" -eq 0 ]
	[ "$(chunks)" -eq 4 ]
	send_tagged 7 2999 2999
	soon rows_are "$(name_of 1) default 5" "$(name_of 2999) default 7"
}

test_a_chunk_that_lost_its_pin_or_its_place_gets_it_back() {
	fresh
	logical 0 2000
	in_force 0 apply "$work/policy"
	[ "$(chunks)" -eq 2 ]
	send_tagged 4 1999 1999
	soon rows_are "$(name_of 1999) default 4"
	rm "$pins/more-counters/2"
	in_force 0 apply "$work/policy"
	rows_are "$(name_of 1999) default 4"
	bpftool map delete pinned "$pins/more_counters" key 2 0 0 0
	in_force 0 apply "$work/policy"
	send_tagged 4 1999 1999
	soon rows_are "$(name_of 1999) default 8"
}

test_a_chunk_that_is_lost_is_made_anew_and_counts_from_zero() {
	fresh
	logical 0 2000
	in_force 0 apply "$work/policy"
	send_tagged 4 1999 1999
	soon rows_are "$(name_of 1999) default 4"
	in_force 0 counters --reset
	rm "$pins/more-counters/2"
	bpftool map delete pinned "$pins/more_counters" key 2 0 0 0
	rows_are
	in_force 0 apply "$work/policy"
	[ "$(chunks)" -eq 2 ]
	rows_are
	send_tagged 3 1999 1999
	soon rows_are "$(name_of 1999) default 3"
}

test_a_failed_apply_takes_its_chunks_away_again() {
	fresh
	logical 0 2
	in_force 0 apply "$work/policy"
	bpftool -j map dump pinned "$pins/slots" | jq -S . >"$work/slots"
	foreign_xdp eth1
	logical 0 2000
	echo "interface eth1 { role customer c0; }" >>"$work/policy"
	in_force 4 apply "$work/policy"
	[ "$(chunks)" -eq 0 ]
	bpftool -j map dump pinned "$pins/slots" | jq -S . |
		diff "$work/slots" -
}

# 60,000 interfaces take 5.8 of 16.8 million slots: the third policy has no
# room beside the first two, the fourth none beside anything.
test_slots_of_former_policies_are_used_again_and_start_from_zero() {
	fresh
	logical 0 60000
	in_force 0 apply "$work/policy"
	send_tagged 9 5 5
	send_tagged 9 59999 59999
	soon rows_are "$(name_of 5) default 9" "$(name_of 59999) default 9"
	logical 60000 60000
	in_force 0 apply "$work/policy"
	send_tagged 6 60005 60005
	soon rows_are "$(name_of 60005) default 6"
	logical 120000 60000
	in_force 0 apply "$work/policy"
	rows_are
	send_tagged 2 120005 120005
	soon rows_are "$(name_of 120005) default 2"
	logical 180000 170000
	in_force 0 apply "$work/policy"
	rows_are
	send_tagged 1 349999 349999
	soon rows_are "$(name_of 349999) default 1"
}

test_a_policy_with_too_many_counters_is_refused_with_their_number() {
	fresh
	logical 0 175000
	in_force 3 apply "$work/policy"
	says "350000 pairs of interface and direction with 48 each"
	[ ! -e "$pins" ]
}

run_tests
