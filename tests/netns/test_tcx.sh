#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Egress through tcx: its links and their pins. Needs Linux 6.6; other tests of
# this directory run on kernels without tcx too (tests/kernels).
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

tcx_programs() { # NUMBER DEVICE
	[ "$("$objects/tcx" count "$2")" -eq "$1" ]
}

test_what_lost_its_egress_program_gets_it_back() {
	fresh
	apply eth0
	rm "$pins"/links/*-egress
	soon status '.devices[0].egress == "none"'
	apply eth0
	prints "1 attached"
	status '.devices[0] | .ingress == "native" and .egress == "tcx"'
}

test_a_device_that_was_removed_leaves_no_link_behind() {
	fresh
	apply eth0 eth1
	ip link delete eth1
	apply eth0
	[ "$(find "$pins/links" -name '*-egress' | wc -l)" -eq 1 ]
}

test_detach_works_though_the_links_pins_are_gone() {
	fresh
	apply eth0
	rm "$pins"/links/*-egress
	in_force 0 detach
	[ "$(xdp_id eth0)" -eq 0 ]
	[ ! -e "$pins" ]
}

test_a_foreign_tcx_program_stays_beside_ours() {
	fresh
	mkdir "$pins-foreign"
	"$objects/tcx" attach eth0 "$objects/foreign.bpf.o" \
		"$pins-foreign/link"
	apply eth0
	tcx_programs 2 eth0
	apply eth0
	tcx_programs 2 eth0
	in_force 0 detach
	tcx_programs 1 eth0
}

test_a_foreign_clsact_filter_stays_beside_a_tcx_program() {
	fresh
	tc qdisc add dev eth0 clsact
	foreign_tc eth0 egress
	apply eth0
	status '.devices[0].egress == "tcx"'
	in_force 0 detach
	clsact eth0
	[ "$(foreign_filters eth0 egress)" -eq 1 ]
}

run_tests
