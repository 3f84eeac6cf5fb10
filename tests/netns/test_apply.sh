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
	mkdir -m 0700 "$pins"
	bpftool map create "$pins/slots" type hash key 4 value 8 entries 16 \
		name slots
	policy eth0
	in_force 4 apply "$work/policy"
	says "the map pinned at $pins/slots has another layout"
	[ "$(find "$pins" -type f)" = "$pins/slots" ]
	rm "$pins/slots"
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

run_tests
