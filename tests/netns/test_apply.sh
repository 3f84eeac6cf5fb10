#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Apply is all or nothing, and one at a time.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

kept() { # NUMBER...: these generations are pinned, and no more
	[ "$(find "$pins/generations" -mindepth 1 -maxdepth 1 -printf '%f\n' |
		sort -n | tr '\n' ' ')" = "$* " ]
}

generation() {
	"$WEIR" status --json --pin-directory "$pins" | jq .generation
}

test_a_device_that_does_not_exist_is_named_with_a_similar_one() {
	fresh
	policy eth0 eth9
	in_force 3 apply "$work/policy"
	says "there is no device eth9"
	says "did you mean eth"
	[ "$(xdp_id eth0)" -eq 0 ]
	[ ! -e "$pins" ]
}

test_an_apply_that_fails_leaves_the_policy_in_force_as_it_was() {
	fresh
	apply eth0
	pinned >"$work/before"
	policy eth0 eth9
	in_force 3 apply "$work/policy"
	pinned | diff "$work/before" -
	status '.generation == 1'
}

test_a_failure_in_the_middle_takes_new_devices_off_again() {
	fresh
	apply eth0
	pinned >"$work/before"
	bpftool -j map dump pinned "$pins/slots" | jq -S . >"$work/slots"
	foreign_xdp eth2
	policy eth0 eth1 eth2
	in_force 4 apply "$work/policy"
	says "eth2"
	[ "$(xdp_id eth1)" -eq 0 ]
	[ "$(xdp_id eth0)" -ne 0 ]
	status '.generation == 1 and [.devices[].device] == ["eth0"]'
	pinned | diff "$work/before" -
	bpftool -j map dump pinned "$pins/slots" | jq -S . |
		diff "$work/slots" -
}

test_a_first_apply_that_fails_in_the_middle_leaves_nothing() {
	fresh
	foreign_xdp eth1
	policy eth0 eth1
	in_force 4 apply "$work/policy"
	[ "$(xdp_id eth0)" -eq 0 ]
	[ ! -e "$pins" ]
}

test_two_applies_at_once_come_into_force_one_after_the_other() {
	fresh
	apply eth0
	policy eth0 eth1
	"$WEIR" apply --pin-directory "$pins" "$work/policy" &
	one=$!
	"$WEIR" apply --pin-directory "$pins" "$work/policy" &
	two=$!
	wait "$one"
	wait "$two"
	[ "$(generation)" -eq 3 ]
	status '[.devices[].device] == ["eth0", "eth1"]'
}

test_two_first_applies_at_once_both_succeed() {
	fresh
	policy eth0
	"$WEIR" apply --pin-directory "$pins" "$work/policy" &
	one=$!
	"$WEIR" apply --pin-directory "$pins" "$work/policy" &
	two=$!
	wait "$one"
	wait "$two"
	[ "$(generation)" -eq 2 ]
}

# The one that fails made the directory, and then was the second to lock it.
test_a_failing_first_apply_leaves_what_another_put_in_force_meanwhile() {
	local waiting failed=0

	fresh
	mkfifo "$work/gate-there" "$work/gate-go"
	policy eth0 eth9
	cp "$work/policy" "$work/failing"
	LOCK_GATE=$work/gate LD_PRELOAD=$objects/faults.so "$WEIR" apply \
		--pin-directory "$pins" "$work/failing" 2>"$work/failure" &
	waiting=$!
	: <"$work/gate-there"
	[ -d "$pins" ]
	apply eth0
	: >"$work/gate-go"
	wait "$waiting" || failed=$?
	[ "$failed" -eq 3 ]
	grep -q "there is no device eth9" "$work/failure"
	status '.generation == 1 and [.devices[].device] == ["eth0"]'
}

test_who_waits_in_vain_is_told_the_process_that_holds_the_lock() {
	fresh
	apply eth0
	exec {lock}<"$pins"
	flock "$lock"
	holder=$(awk -v inode="$(stat -c %i "$pins")" \
		'/FLOCK/ && index($0, ":" inode " ") { print $5 }' /proc/locks)
	in_force 4 apply "$work/policy"
	says "another weir (process $holder)"
	status '.generation == 1'
	exec {lock}<&-
	in_force 0 apply "$work/policy"
}

test_the_two_last_generations_stay_pinned() {
	fresh
	for _ in 1 2 3 4 5 6; do
		apply eth0
	done
	kept 5 6
	[ "$(readlink "$pins/bogons4")" = generations/6/bogons4 ]
	bpftool -j map dump pinned "$pins/tries/bogons4" >"$work/slots"
	[ "$(jq '[.[] | select(.value | type == "array")] | length' \
		"$work/slots")" -eq 2 ]
}

test_maps_of_another_layout_are_refused_and_left_as_they_are() {
	fresh
	apply eth0
	rm "$pins/slots"
	bpftool map create "$pins/slots" type hash key 4 value 8 entries 16 \
		name slots
	pinned >"$work/before"
	in_force 4 apply "$work/policy"
	says "the map pinned at $pins/slots is another version's: it has another layout"
	pinned | diff "$work/before" -
}

# A process killed between the store and the naming leaves this.
test_a_generation_in_force_without_its_name_gets_it() {
	fresh
	apply eth0
	apply eth0
	mv "$pins/generations/2" "$pins/generations/next"
	status '.generation == 2'
	apply eth0
	status '.generation == 3'
	kept 2 3
}

# And one killed before the store leaves this.
test_a_generation_that_never_came_into_force_is_cleared_away() {
	fresh
	apply eth0
	apply eth0
	mv "$pins/generations/1" "$pins/generations/next"
	apply eth0
	kept 2 3
	status '.generation == 3'
}

test_what_a_killed_first_apply_attached_is_adopted() {
	fresh
	apply eth0
	bpftool map delete pinned "$pins/images" key 0 0 0 0
	before=$(xdp_id eth0)
	apply eth0
	prints "0 attached"
	[ "$(xdp_id eth0)" -eq "$before" ]
}

# ---- what cannot be detached -----------------------------------------------

# without_detach CODE VERB ARGUMENT...: no XDP program can be detached.
without_detach() {
	local expected=$1 verb=$2

	shift 2
	code=0
	FAIL_DETACH=1 LD_PRELOAD=$objects/faults.so "$WEIR" "$verb" \
		--pin-directory "$pins" "$@" >"$work/out" 2>"$work/err" ||
		code=$?
	[ "$code" -eq "$expected" ]
}

test_a_detach_that_fails_says_so_and_keeps_the_pins() {
	fresh
	apply eth0
	without_detach 3 detach
	says "cannot detach the XDP program from eth0"
	[ -e "$pins/images" ]
	status '[.devices[].device] == ["eth0"]'
	in_force 0 detach
	prints "detached from 1 device"
	[ ! -e "$pins" ]
}

test_apply_counts_and_names_what_it_could_not_detach() {
	fresh
	apply eth0 eth1 eth2
	policy eth0
	without_detach 0 apply "$work/policy"
	prints "0 attached, 0 detached"
	says "cannot detach the XDP program from eth1"
	says "cannot detach the XDP program from eth2"
	apply eth0
	prints "0 attached, 2 detached"
	[ "$(xdp_id eth1)" -eq 0 ]
}

# ---- pins that are gone ----------------------------------------------------

# take_off xdp|xdpgeneric: what is on eth0, by hand.
take_off() {
	ip link set dev eth0 "$1" off
	[ "$egress" = tcx ] || tc qdisc del dev eth0 clsact
}

programs_of_eth0() {
	xdp_id eth0
	if [ "$egress" = tcx ]; then
		"$objects/tcx" count eth0
	else
		tc filter show dev eth0 egress
	fi
}

test_a_program_whose_pins_are_gone_is_named_by_every_verb() {
	fresh
	apply eth0
	rm -rf "$pins"
	for try in "4 apply $work/policy" "3 status" "3 counters" "4 detach"; do
		# shellcheck disable=SC2086 # code, verb, argument
		in_force $try
		says "device eth0 has a weir program whose pins are not in $pins"
		says "ip link set dev eth0 xdp off"
		[ ! -e "$pins" ]
	done
	take_off xdp
	apply eth0
}

test_a_generic_program_whose_pins_are_gone_comes_with_its_own_remedy() {
	fresh
	policy eth0
	in_force 0 apply --mode generic "$work/policy"
	rm -rf "$pins"
	in_force 4 detach
	says "ip link set dev eth0 xdpgeneric off"
	take_off xdpgeneric
	in_force 0 detach
}

test_a_filter_below_clsact_whose_pins_are_gone_comes_with_its_own_remedy() {
	fresh
	policy eth0
	"$objects/weir-clsact" apply --pin-directory "$pins" "$work/policy"
	rm -rf "$pins"
	ip link set dev eth0 xdp off
	in_force 4 detach --json
	IFS=\` read -r _ remedy _ < <(jq -r .error.hint "$work/out")
	$remedy
	in_force 0 detach
}

test_pins_without_images_are_refused_and_go_on_working() {
	fresh
	apply eth0
	rm "$pins/images"
	programs_of_eth0 >"$work/programs"
	pinned >"$work/before"
	in_force 4 apply "$work/policy"
	says "$pins has pins of weir's, but \`images\` is gone"
	says "weir detach"
	pinned | diff "$work/before" -
	programs_of_eth0 | diff "$work/programs" -
}

test_detach_removes_pins_without_images_and_says_what_is_left() {
	fresh
	apply eth0
	rm "$pins/images"
	in_force 4 detach
	says "device eth0 has a weir program"
	[ ! -e "$pins" ]
	take_off xdp
	[ "$egress" = clsact ] || [ "$("$objects/tcx" count eth0)" -eq 0 ]
	apply eth0
}

# ---- when the slots are full -----------------------------------------------

# vlans FIRST LAST: a policy for these VLANs of eth1, two blocks of slots each.
vlans() {
	policy
	seq "$1" "$2" | sed 's/.*/interface eth1 vlan & { role customer acme; }/' \
		>>"$work/policy"
}

slots_and_resets() {
	local map

	for map in slots resets; do
		bpftool -j map dump pinned "$pins/$map" |
			jq -S 'sort_by(.formatted.key)'
	done
}

test_a_failed_apply_that_used_slots_again_gives_them_back_with_their_bases() {
	local number

	fresh
	for number in 0 2; do
		vlans 1 480
		echo 'interface eth0 { role customer acme; }' >>"$work/policy"
		in_force 0 apply "$work/policy"
		send peer0 7 198.18.0.1 9
		soon counted 7 '.reason == "spoofed-source"'
		[ "$number" -eq 2 ] || in_force 0 counters --reset
	done
	apply eth1
	slots_and_resets >"$work/before"
	foreign_xdp eth2
	vlans 1001 1480
	echo 'interface eth2 { role customer acme; }' >>"$work/policy"
	in_force 4 apply "$work/policy"
	slots_and_resets | diff "$work/before" -
	counted 7 '.interface == "eth0" and .reason == "spoofed-source"'
}

# The names in force are at the front: the first that a search would find.
test_former_slots_are_used_again_before_those_in_force() {
	fresh
	vlans 1 250
	in_force 0 apply "$work/policy"
	vlans 301 550
	in_force 0 apply "$work/policy"
	vlans 1 250
	in_force 0 apply "$work/policy"
	vlans 601 700
	in_force 0 apply "$work/policy"
	in_force 0 counters --json --all
	bpftool -j map dump pinned "$pins/slots" |
		jq -r '.[].formatted.value.interface' | sort -u >"$work/names"
	for number in $(seq 1 250); do
		grep -qx "eth1 vlan $number" "$work/names"
	done
}

# An attached program goes on with the map that it has, not with a new one.
test_a_lost_pin_is_made_anew_and_filters_again() {
	local pin

	fresh
	apply eth0
	for pin in tries counters; do
		rm -r "${pins:?}/$pin"
		apply eth0
		send peer0 4 10.1.1.1 53
		counted 4 '.reason == "bogon-source"'
		in_force 0 counters --reset
	done
}

# The programs get the new map while the policy in force still is.
test_limits_in_force_let_pass_when_their_map_was_lost_and_apply_fails() {
	fresh
	policy eth0
	sed -i 's/permit udp;/permit udp limit 1 mpps;/' "$work/policy"
	in_force 0 apply "$work/policy"
	rm "$pins/limiters"
	foreign_xdp eth1
	policy eth0 eth1
	in_force 4 apply "$work/policy"
	send peer0 5 203.0.113.5 20
	soon counted 5 '.rule == "permit udp limit 1 mpps"'
}

run_tests
