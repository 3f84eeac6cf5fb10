#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A process killed at any instant leaves nothing that the next cannot adopt.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

# killed_at NUMBER VERB ARGUMENT...: true when weir was killed before its
# bpf() call of that number, false when it ended before. The numbers go up by
# steps that have no factor in common with loops over eight tries.
killed_at() {
	local at=$1 verb=$2

	shift 2
	code=0
	# In a shell of its own, which alone reports the signal.
	(KILL_AT=$at LD_PRELOAD=$objects/kill_at.so "$WEIR" "$verb" \
		--pin-directory "$pins" "$@") >"$work/out" 2>"$work/err" ||
		code=$?
	[ "$code" -eq 137 ]
}

nothing_is_left() {
	[ ! -e "$pins" ]
	[ "$(xdp_id eth0)" -eq 0 ]
	[ "$("$objects/tcx" count eth0)" -eq 0 ]
	[ "$(xdp_id eth1)" -eq 0 ]
	[ "$("$objects/tcx" count eth1)" -eq 0 ]
}

test_after_a_killed_first_apply_the_next_one_works_and_detach_leaves_nothing() {
	local at

	fresh
	policy eth0 eth1
	for ((at = 1; ; at += 29)); do
		killed_at "$at" apply "$work/policy" || break
		in_force 0 apply "$work/policy"
		status '[.devices[] | [.device, .ingress, .egress]]
			== [["eth0", "native", "tcx"],
			    ["eth1", "native", "tcx"]]'
		in_force 0 detach
		nothing_is_left
	done
	[ "$at" -gt 150 ]
	[ "$code" -eq 0 ]
}

test_after_a_killed_first_apply_detach_alone_leaves_nothing() {
	local at

	fresh
	policy eth0 eth1
	for ((at = 1; ; at += 31)); do
		killed_at "$at" apply "$work/policy" || break
		in_force 0 detach
		nothing_is_left
	done
	[ "$at" -gt 150 ]
}

test_a_killed_apply_leaves_the_old_policy_or_the_new_one_whole() {
	local at generation

	fresh
	apply eth0
	for ((at = 1; ; at += 31)); do
		policy eth0 eth1
		killed_at "$at" apply "$work/policy" || break
		in_force 0 status --json
		generation=$(jq .generation "$work/out")
		jq -e '[.interfaces[].name] as $names
			| $names == ["eth0"] or $names == ["eth0", "eth1"]' \
			"$work/out"
		apply eth0
		status '[.devices[].device] == ["eth0"]
			and .generation > '"$generation"
		[ "$(find "$pins/generations" -mindepth 1 -maxdepth 1 |
			wc -l)" -le 2 ]
	done
	[ "$at" -gt 150 ]
}

test_after_a_killed_detach_the_next_one_leaves_nothing() {
	local at

	fresh
	for ((at = 1; ; at += 3)); do
		apply eth0 eth1
		killed_at "$at" detach || break
		in_force 0 detach
		nothing_is_left
	done
	[ "$at" -gt 9 ]
	nothing_is_left
}

run_tests
