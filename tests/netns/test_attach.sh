#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What apply puts on devices and detach takes off again.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

test_apply_attaches_ingress_and_egress_of_every_governed_device() {
	fresh
	apply eth0 eth1
	prints "2 attached, 0 detached"
	status "[.devices[] | [.device, .ingress, .egress]] ==
		[[\"eth0\", \"native\", \"$egress\"],
		 [\"eth1\", \"native\", \"$egress\"]]"
	[ "$(xdp_id eth0)" -ne 0 ]
	[ "$(xdp_id eth2)" -eq 0 ]
}

test_mode_generic_attaches_to_the_stack() {
	fresh
	policy eth0
	in_force 0 apply --mode generic "$work/policy"
	status '.devices[0].ingress == "generic"'
	in_force 0 detach
	[ "$(xdp_id eth0)" -eq 0 ]
}

test_a_second_apply_leaves_the_programs_where_they_are() {
	local before

	fresh
	apply eth0
	before=$(xdp_id eth0)
	apply eth0
	prints "0 attached, 0 detached"
	[ "$(xdp_id eth0)" -eq "$before" ]
	status '.generation == 2'
}

test_a_device_that_is_new_in_the_policy_is_attached() {
	fresh
	apply eth0
	apply eth0 eth1
	prints "1 attached, 0 detached"
	status '[.devices[].device] == ["eth0", "eth1"]'
}

test_a_device_that_left_the_policy_is_detached_alone() {
	fresh
	apply eth0 eth1
	apply eth1
	prints "0 attached, 1 detached"
	[ "$(xdp_id eth0)" -eq 0 ]
	[ ! -e "$pins/links/$(ip -json link show dev eth0 | jq ".[0].ifindex")-egress" ]
	status '[.devices[].device] == ["eth1"]'
}

test_detach_removes_every_map_program_link_and_pin() {
	local kind id

	fresh
	apply eth0 eth1
	apply eth0 eth1
	ids_in_force | sort -u >"$work/ids"
	grep -q '^map' "$work/ids"
	grep -q '^prog' "$work/ids"
	[ "$egress" = clsact ] || grep -q '^link' "$work/ids"
	in_force 0 detach
	prints "2 devices"
	while read -r kind id; do
		soon is_gone "$kind" "$id"
	done <"$work/ids"
	[ ! -e "$pins" ]
	[ "$(xdp_id eth0)" -eq 0 ]
	no clsact eth0
}

# The foreign programs let everything go and end the list.
test_a_foreign_egress_program_that_was_there_hides_no_packet() {
	fresh
	[ "$egress" = clsact ] ||
		"$objects/tcx" attach eth0 "$objects/foreign.bpf.o" "$pins-foreign"
	tc qdisc add dev eth0 clsact
	foreign_tc eth0 egress
	apply eth0
	send eth0 3 198.51.100.7 53
	counted 3 '.direction == "out" and .reason == "default"'
	counted 3 '.direction == "out"'
	rm -f "$pins-foreign"
}

test_without_tcx_a_foreign_filter_that_was_there_hides_no_packet() {
	fresh
	tc qdisc add dev eth0 clsact
	foreign_tc eth0 egress
	WEIR=$objects/weir-clsact
	apply eth0
	status '.devices[0].egress == "clsact"'
	send eth0 3 198.51.100.7 53
	counted 3 '.direction == "out" and .reason == "default"'
}

test_a_device_without_an_ethernet_header_is_refused() {
	fresh
	policy lo
	in_force 3 apply "$work/policy" --mode generic
	says "device lo has no Ethernet header"
	[ ! -e "$pins" ]
}

test_two_names_of_one_device_are_refused() {
	fresh
	ip link property add dev eth0 altname uplink
	policy eth0
	echo 'interface uplink { role peer; }' >>"$work/policy"
	in_force 3 apply "$work/policy"
	says "eth0 and uplink are names of one device"
	[ ! -e "$pins" ]
}

test_two_names_are_refused_for_management_too() {
	fresh
	ip link property add dev eth0 altname uplink
	policy eth0
	echo 'interface uplink { role management; }' >>"$work/policy"
	in_force 3 apply "$work/policy"
	says "eth0 and uplink are names of one device"
	[ ! -e "$pins" ]
}

test_detach_without_a_filter_says_so_and_creates_nothing() {
	fresh
	in_force 0 detach
	prints "nothing is in force"
	[ ! -e "$pins" ]
}

test_the_pin_directory_is_for_its_owner_only() {
	fresh
	apply eth0
	[ "$(stat -c %a "$pins")" = 700 ]
}

test_another_network_namespace_is_kept_out_of_the_pin_directory() {
	fresh
	apply eth0
	pinned >"$work/before"
	for verb in status detach "apply $work/policy"; do
		code=0
		# shellcheck disable=SC2086 # a verb and its argument
		unshare --net "$WEIR" $verb --pin-directory "$pins" \
			>"$work/out" 2>"$work/err" || code=$?
		[ "$code" -eq 3 ]
		says "belongs to another network namespace"
	done
	pinned | diff "$work/before" -
}

# ---- after an upgrade ------------------------------------------------------

tags() {
	"$WEIR" status --json --pin-directory "$pins" |
		jq '.devices[] | .xdp_program, .tc_program' |
		while read -r id; do
			bpftool -j prog show id "$id" | jq -r .tag
		done
}

test_programs_of_another_version_are_replaced_where_they_are() {
	fresh
	apply eth0
	tags >"$work/before"
	send peer0 5 198.18.0.1 9
	soon counted 5 '.reason == "spoofed-source"'
	"$objects/weir-other" apply --pin-directory "$pins" "$work/policy" \
		>"$work/out"
	prints "0 attached, 0 detached"
	tags >"$work/after"
	[ "$(cat "$work/before" "$work/after" | sort -u | wc -l)" -eq 4 ]
	[ "$(find "$pins/links" -mindepth 1 | wc -l)" -eq 1 ]
	counted 5 '.reason == "spoofed-source"'
	apply eth0
	tags | diff "$work/before" -
}

test_programs_below_clsact_are_replaced_where_they_are() {
	fresh
	policy eth0
	"$objects/weir-clsact" apply --pin-directory "$pins" "$work/policy"
	tags >"$work/before"
	"$objects/weir-other" apply --pin-directory "$pins" "$work/policy"
	status '.devices[0].egress == "clsact"'
	tags >"$work/after"
	[ "$(cat "$work/before" "$work/after" | sort -u | wc -l)" -eq 4 ]
	in_force 0 detach
	no clsact eth0
}

run_tests
