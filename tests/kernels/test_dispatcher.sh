#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# weir beside another XDP program on one device, under libxdp's dispatcher.
#
# The other program passes everything and counts what it sees, which is what
# weir passed when it runs later, and all when it runs earlier. weir runs at
# priority 10; what comes without a priority at 50.
# shellcheck source=tests/netns/lib.sh
. "${SOURCE:?}/tests/netns/lib.sh"

# shellcheck disable=SC2154 # lib.sh
other=${objects%/*}/kernels/count.bpf.o

# add_other [OPTION...]: the other program comes to eth0, through libxdp.
add_other() {
	mkdir -p "$pins-foreign"
	xdp-loader load --mode native --pin-path "$pins-foreign" "$@" eth0 \
		"$other"
}

remove_other() {
	xdp-loader unload eth0 --all
}

# programs NAME...: what runs on eth0, in this order, and nothing else.
programs() {
	[ "$(xdp-loader status eth0 | awk '/=>/ { print $3 }' |
		tr '\n' ' ')" = "$* " ] && return
	echo "not on eth0: $*"
	xdp-loader status eth0
	return 1
}

seen() { # NUMBER: by the other program
	[ "$(bpftool -j map lookup pinned "$pins-foreign/seen" key 0 0 0 0 |
		jq .formatted.value)" -eq "$1" ]
}

# Three packets that weir drops and four that it passes.
send_both() {
	send peer0 3 198.18.0.1 9
	send peer0 4 203.0.113.5 20
}

test_alone_weir_runs_under_the_dispatcher() {
	fresh
	apply eth0
	programs weir_ingress
	status '.devices[0] | .dispatcher and .ingress == "native"'
	send_both
	soon counted 7 '.direction == "in"'
	counted 3 '.reason == "spoofed-source"'
}

test_a_program_that_was_there_sees_what_weir_passes() {
	fresh
	add_other
	apply eth0
	prints "1 attached"
	programs weir_ingress count_packets
	status '.devices[0].dispatcher'
	send_both
	soon counted 7 '.direction == "in"'
	soon seen 4
}

test_a_program_that_comes_later_sees_what_weir_passes() {
	fresh
	apply eth0
	add_other
	programs weir_ingress count_packets
	status '.devices[0].dispatcher'
	send_both
	soon counted 7 '.direction == "in"'
	soon seen 4
}

test_a_program_of_a_smaller_priority_sees_all() {
	fresh
	apply eth0
	add_other --prio 5
	programs count_packets weir_ingress
	send_both
	soon counted 7 '.direction == "in"'
	soon seen 7
}

test_detach_leaves_the_other_program_at_work() {
	fresh
	add_other
	apply eth0
	in_force 0 detach
	programs count_packets
	send_both
	soon seen 7
	[ ! -e "$pins" ]
}

test_detach_leaves_a_program_that_came_later_at_work() {
	fresh
	apply eth0
	add_other
	in_force 0 detach
	programs count_packets
	send_both
	soon seen 7
}

test_weir_stays_when_the_other_program_goes() {
	fresh
	apply eth0
	add_other
	xdp-loader unload eth0 --id "$(xdp-loader status eth0 |
		awk '/count_packets/ { print $4 }')"
	programs weir_ingress
	status '.devices[0] | .dispatcher and .ingress == "native"'
	send_both
	soon counted 7 '.direction == "in"'
}

test_a_second_apply_leaves_both_programs_where_they_are() {
	fresh
	apply eth0
	add_other
	before=$(xdp_id eth0)
	apply eth0
	prints "0 attached, 0 detached"
	[ "$(xdp_id eth0)" -eq "$before" ]
	programs weir_ingress count_packets
	status '.generation == 2'
}

test_a_failed_first_apply_leaves_the_other_program_at_work() {
	fresh
	add_other
	foreign_xdp eth1
	policy eth0 eth1
	in_force 4 apply "$work/policy"
	says "eth1 already has another XDP program"
	programs count_packets
	send_both
	soon seen 7
	[ ! -e "$pins" ]
}

test_a_device_that_left_the_policy_keeps_the_other_program() {
	fresh
	add_other
	apply eth0 eth1
	apply eth1
	prints "0 attached, 1 detached"
	programs count_packets
}

test_another_versions_program_is_replaced_beside_the_other() {
	fresh
	apply eth0
	add_other
	send_both
	soon counted 7 '.direction == "in"'
	"$objects/weir-other" apply --pin-directory "$pins" "$work/policy" \
		>"$work/out"
	prints "0 attached, 0 detached"
	programs weir_ingress count_packets
	send_both
	soon counted 14 '.direction == "in"'
	soon seen 8
}

test_a_program_that_cannot_be_replaced_is_put_back() {
	fresh
	apply eth0
	add_other
	FAIL_ATTACH=1 LD_PRELOAD=$objects/faults.so "$objects/weir-other" \
		apply --pin-directory "$pins" "$work/policy" 2>"$work/err" &&
		return 1
	says "cannot attach the XDP program to eth0"
	no grep -q "without its ingress filter" "$work/err"
	programs weir_ingress count_packets
	send_both
	soon counted 7 '.direction == "in"'
	soon seen 4
	in_force 0 detach
	programs count_packets
}

test_generic_mode_runs_under_the_dispatcher_too() {
	fresh
	policy eth0
	in_force 0 apply --mode generic "$work/policy"
	status '.devices[0] | .dispatcher and .ingress == "generic"'
	send_both
	soon counted 7 '.direction == "in"'
	in_force 0 detach
	[ "$(xdp_id eth0)" -eq 0 ]
}

run_tests
