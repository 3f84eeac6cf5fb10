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

# ---- directories of others -------------------------------------------------

their_map() { # PIN
	bpftool map create "$1" type array key 4 value 4 entries 1 name theirs
}

test_detach_refuses_a_regular_directory_and_its_files_stay() {
	fresh
	mkdir -p "$work/theirs/links" "$work/theirs/namespace-1"
	echo 1 >"$work/theirs/links/1-egress"
	echo 2 >"$work/theirs/images"
	rmdir "$work/theirs/namespace-1"
	ends 4 detach --pin-directory "$work/theirs"
	says "$work/theirs is not on a BPF file system"
	[ "$(cat "$work/theirs/links/1-egress" "$work/theirs/images" |
		tr '\n' ' ')" = "1 2 " ]
}

test_a_regular_directory_with_weirs_marker_is_refused_too() {
	fresh
	mkdir -p "$work/marked/namespace-$(stat -Lc %i /proc/self/ns/net)"
	echo 2 >"$work/marked/images"
	ends 4 detach --pin-directory "$work/marked"
	[ "$(cat "$work/marked/images")" = 2 ]
}

test_detach_and_apply_refuse_a_directory_of_foreign_pins() {
	fresh
	mkdir "$pins-foreign"
	their_map "$pins-foreign/images"
	policy eth0
	for verb in detach "apply $work/policy"; do
		# shellcheck disable=SC2086 # a verb and its argument
		ends 4 $verb --pin-directory "$pins-foreign"
		says "weir did not make $pins-foreign, which holds images"
	done
	[ "$(find "$pins-foreign" -mindepth 1)" = "$pins-foreign/images" ]
	[ "$(xdp_id eth0)" -eq 0 ]
}

# In a BPF file system of its own: if this fails, that alone is lost.
test_detach_refuses_the_bpf_file_system_itself() {
	fresh
	unshare --mount bash -e >"$work/list" 2>"$work/err" <<-end
		mount -t bpf bpf /sys/fs/bpf
		mkdir /sys/fs/bpf/theirs
		code=0
		"$WEIR" detach --pin-directory /sys/fs/bpf >&2 || code=\$?
		[ \$code -eq 4 ]
		ls /sys/fs/bpf
	end
	says "weir did not make /sys/fs/bpf"
	grep -qx theirs "$work/list"
}

test_an_empty_directory_is_not_removed_and_may_be_used() {
	fresh
	mkdir "$pins"
	in_force 0 detach
	prints "nothing is in force"
	[ -d "$pins" ]
	apply eth0
	in_force 0 detach
	[ ! -e "$pins" ]
}

test_what_a_stranger_put_beside_weirs_pins_stays_and_is_named() {
	local pin

	for pin in theirs tries/theirs generations/1/theirs links/theirs; do
		fresh
		apply eth0
		their_map "$pins/$pin"
		in_force 5 detach
		says "1 devices detached, then: $pins/$pin is not weir's"
		[ "$(xdp_id eth0)" -eq 0 ]
		[ "$(find "$pins" -type f)" = "$pins/$pin" ]
		in_force 4 detach
		rm "$pins/$pin"
		in_force 0 detach
		[ ! -e "$pins" ]
	done
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

test_without_tcx_a_foreign_filter_at_the_first_preference_stays() {
	fresh
	WEIR=$objects/weir-clsact
	tc qdisc add dev eth0 clsact
	tc filter add dev eth0 egress pref 1 protocol ip u32 match u32 0 0 \
		action pass || tc filter add dev eth0 egress pref 1 protocol ip \
		bpf direct-action object-file "$objects/foreign.bpf.o" section tc
	apply eth0
	status '.devices[0].egress == "clsact"'
	apply eth0
	in_force 0 detach
	clsact eth0
	tc filter show dev eth0 egress | grep -q 'pref 1 '
}

run_tests
