#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The pinned maps as others see them, with bpftool.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

dump() { # PIN FILTER: the first element for which FILTER holds
	bpftool -j map dump pinned "$pins/$1" |
		jq -ec "[.[] | (.formatted // .)] | .[] | select($2)" | head -1
}

key() { # LENGTH A B C D: the bytes of a struct trie_key4
	echo "$1 0 0 0 $2 $3 $4 $5"
}

has_prefix() { # SET PREFIX
	in_force 0 set list --json "$1"
	json ".prefixes | index(\"$2\")"
}

test_a_trie_prints_its_fields_by_name() {
	fresh
	apply eth0
	dump bogons4 '.key.prefix_length == 8 and .key.address == [10, 0, 0, 0]
		and .value.source == 1 and .value.destination == 1'
	dump customers6 '.key.prefix_length == 48 and .value.owners == 1'
	dump customers4 '.value.own == 1'
}

test_counters_and_slots_print_their_fields_by_name() {
	fresh
	apply eth0
	dump counters '.key == 64 and .values[0].value.packets == 0'
	dump slots '.key == 64 and .value.interface == "eth0"
		and .value.width == 48 and .value.kind == 0
		and .value.direction == 0'
	dump slots '.value.filter == "web" and .value.rule == "permit udp"'
}

test_a_prefix_that_is_added_to_a_trie_shows_in_the_set() {
	fresh
	apply eth0
	no has_prefix bogons 172.16.0.0/12
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map update pinned "$pins/bogons4" \
		key $(key 12 172 16 0 0) value 1 0 0 0 1 0 0 0
	has_prefix bogons 172.16.0.0/12
}

test_a_prefix_that_is_added_to_a_trie_is_in_force_at_once() {
	local bogon='.reason == "bogon-source"'

	fresh
	apply eth0
	echo 'index off;' >>"$work/policy"
	in_force 0 apply "$work/policy"
	send peer0 1 203.0.113.5 9
	soon counted 1 '.interface == "eth0"'
	counted 0 "$bogon"
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map update pinned "$pins/bogons4" \
		key $(key 32 203 0 113 5) value 1 0 0 0 1 0 0 0
	send peer0 1 203.0.113.5 9
	soon counted 1 "$bogon"
}

test_what_is_taken_out_of_a_prefix_is_taken_out_of_the_set() {
	fresh
	apply eth0
	has_prefix bogons 192.168.0.0/16
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map update pinned "$pins/bogons4" \
		key $(key 18 192 168 64 0) value 0 0 0 0 0 0 0 0
	in_force 0 set list --json bogons
	json '.prefixes == ["10.0.0.0/8", "192.168.0.0/18", "192.168.128.0/17"]'
}

test_sets_hold_what_the_policy_says() {
	fresh
	apply eth0
	cat >>"$work/policy" <<-end
		set noc { 198.51.101.0/28; 198.51.102.7; }
		infrastructure { 198.51.100.0/26; }
		customer bravo { 203.0.113.64/26; 203.0.113.128/25; }
	end
	in_force 0 apply "$work/policy"
	in_force 0 set list --json noc
	json '.prefixes == ["198.51.101.0/28", "198.51.102.7"]'
	in_force 0 set list --json "customer acme"
	json '.prefixes == ["203.0.113.0/25", "2001:db8:a::/48"]'
	in_force 0 set list --json "customer bravo"
	json '.prefixes == ["203.0.113.64/26", "203.0.113.128/25"]'
	in_force 0 set list --json own
	json '.prefixes == ["198.51.100.0/22"]'
	in_force 0 set list --json infrastructure
	json '.prefixes == ["198.51.100.0/26"]'
}

test_the_links_lead_to_the_tries_in_force() {
	local pinned linked

	fresh
	apply eth0
	apply eth0
	pinned=$(bpftool -j map show pinned "$pins/generations/2/sets6" |
		jq .id)
	linked=$(bpftool -j map show pinned "$pins/sets6" | jq .id)
	[ "$pinned" -eq "$linked" ]
}

run_tests
