#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What others have attached stays where it is, whatever weir does.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

test_a_foreign_xdp_program_is_left_alone_and_named_as_the_cause() {
	local foreign

	fresh
	foreign_xdp eth0
	foreign=$(xdp_id eth0)
	policy eth0
	in_force 4 apply "$work/policy"
	says "eth0 already has another XDP program"
	says "hint:"
	[ "$(xdp_id eth0)" -eq "$foreign" ]
	[ ! -e "$pins" ]
}

test_a_foreign_xdp_program_on_an_ungoverned_device_is_left_alone() {
	local foreign

	fresh
	foreign_xdp eth1
	foreign=$(xdp_id eth1)
	apply eth0
	apply eth0
	in_force 0 detach
	[ "$(xdp_id eth1)" -eq "$foreign" ]
}

# ---- a kernel without tcx --------------------------------------------------

test_without_tcx_the_filter_goes_below_clsact_and_counts() {
	fresh
	WEIR=$objects/weir-clsact
	apply eth0
	status '.devices[0].egress == "clsact"'
	send eth0 3 10.1.1.1 9
	soon counted 3 '.interface == "eth0" and .direction == "out"'
	in_force 0 detach
	no clsact eth0
}

test_without_tcx_a_second_apply_leaves_the_filter_where_it_is() {
	fresh
	WEIR=$objects/weir-clsact
	apply eth0
	tc filter show dev eth0 egress >"$work/before"
	apply eth0
	prints "0 attached"
	tc filter show dev eth0 egress | diff "$work/before" -
}

test_without_tcx_a_clsact_that_was_there_stays() {
	fresh
	WEIR=$objects/weir-clsact
	tc qdisc add dev eth0 clsact
	apply eth0
	in_force 0 detach
	clsact eth0
	[ -z "$(tc filter show dev eth0 egress)" ]
}

test_without_tcx_a_filter_that_came_later_keeps_the_clsact() {
	fresh
	WEIR=$objects/weir-clsact
	apply eth0
	foreign_tc eth0 egress
	in_force 0 detach
	clsact eth0
	[ "$(foreign_filters eth0 egress)" -eq 1 ]
}

test_without_tcx_a_foreign_ingress_filter_keeps_the_clsact() {
	fresh
	WEIR=$objects/weir-clsact
	apply eth0
	foreign_tc eth0 ingress
	in_force 0 detach
	clsact eth0
	[ "$(foreign_filters eth0 ingress)" -eq 1 ]
}

test_what_one_kernel_attached_with_clsact_is_detached_by_another() {
	fresh
	policy eth0
	"$objects/weir-clsact" apply --pin-directory "$pins" "$work/policy"
	status '.devices[0].egress == "clsact"'
	in_force 0 detach
	no clsact eth0
}

run_tests
