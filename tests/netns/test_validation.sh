#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Source validation in every mode, in the manner of the Spoofer project: packets
# with sources of each kind come in at a customer's port, and the verdict on each
# must be that of the mode. The routes are the kernel's own and change under it.
# shellcheck source=tests/netns/lib.sh
. "${0%/*}/lib.sh"

# The customer acme is on eth0; its second prefix is routed to eth1, where a
# neighbour is; the default route leads to eth2.
network() {
	local number

	fresh
	ip route flush proto boot
	ip -6 route flush proto boot
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	for number in 0 1 2; do
		sysctl -qw "net.ipv6.conf.eth$number.accept_dad=0" \
			"net.ipv6.conf.eth$number.addr_gen_mode=1" \
			"net.ipv6.conf.eth$number.disable_ipv6=0" \
			"net.ipv6.conf.eth$number.forwarding=1"
	done
	ip -batch - <<-end
		address add 192.0.2.1/30 dev eth0
		address add 192.0.2.5/30 dev eth1
		address add 192.0.2.9/30 dev eth2
		address add 2001:db8:0:1::1/64 dev eth0 nodad
		address add 2001:db8:0:2::1/64 dev eth1 nodad
		address add 2001:db8:0:3::1/64 dev eth2 nodad
		route add 203.0.113.0/25 via 192.0.2.2
		route add 198.51.100.0/24 via 192.0.2.6
		route add 203.0.113.128/25 via 192.0.2.6
		route add 192.0.2.128/28 via 192.0.2.2
		route add default via 192.0.2.10 metric 500
		route add 2001:db8:a::/48 via 2001:db8:0:1::2
		route add 2001:db8:c::/48 via 2001:db8:0:2::2
		route add 2001:db8:b::/48 via 2001:db8:0:2::2
		route add 2001:db8:d::/48 via 2001:db8:0:1::2
		route add default via 2001:db8:0:3::2 metric 500
	end
}

# validate MODE...: the policy with this mode comes into force.
validate() {
	cat <<-end >"$work/policy"
		customer acme {
		    203.0.113.0/25; 198.51.100.0/24;
		    2001:db8:a::/48; 2001:db8:c::/48;
		}
		interface eth0 { role customer acme; source-validation $*; }
	end
	in_force 0 apply "$work/policy"
}

# send_from DEVICE COUNT SOURCE [COUNT SOURCE]...: UDP from these sources, each
# packet to a port of its own.
cat >"$work/send_from.py" <<'PYTHON'
import socket, struct, sys
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((sys.argv[1], 0))
def frame(source, port):
    udp = struct.pack("!HHHH", port, 9, 26, 1 if ":" in source else 0) + bytes(18)
    if ":" in source:
        return (b"\2\0\0\0\0\1\2\0\0\0\0\2\x86\xdd" +
                struct.pack("!IHBB", 6 << 28, 26, 17, 64) +
                socket.inet_pton(socket.AF_INET6, source) +
                socket.inet_pton(socket.AF_INET6, "2001:db8:ffff::9") + udp)
    return (b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" +
            struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, 0, 0, 64, 17, 0,
                        socket.inet_aton(source),
                        socket.inet_aton("203.0.113.200")) + udp)
words = sys.argv[2:]
for count, source in zip(words[::2], words[1::2]):
    for i in range(int(count)):
        link.send(frame(source, 1024 + i))
PYTHON
send_from() {
	python3 "$work/send_from.py" "$@"
}

reasons_are() { # PASSED SPOOFED NO-ROUTE
	in_force 0 counters --json --interface eth0 --direction in
	json "[.counters[] | {(.reason): .packets}] | add // {} |
		[.default // 0, .[\"spoofed-source\"] // 0,
		.[\"no-route-source\"] // 0] == [$1, $2, $3]"
}

# Kinds of sources, a bit each: 1 of the customer, routed to it; 2 of the
# customer, routed elsewhere; 4 a neighbour's; 8 routed to it, yet not of the
# customer; 16 that only the default route has. As many packets as its bit says
# come from each, of IPv6 32 times as many.
judges() { # PASSED SPOOFED NO-ROUTE: the bits
	in_force 0 counters --reset
	send_from peer0 1 203.0.113.5 2 198.51.100.5 4 203.0.113.133 \
		8 192.0.2.130 16 192.0.2.200 \
		32 2001:db8:a::5 64 2001:db8:c::5 128 2001:db8:b::5 \
		256 2001:db8:d::5 512 2001:db8:e::5
	soon reasons_are $(($1 * 33)) $(($2 * 33)) $(($3 * 33))
}

test_every_mode_judges_every_kind_of_source_as_it_says() {
	network
	validate off
	judges 31 0 0
	validate prefixes
	judges 3 28 0
	validate strict
	judges 9 6 16
	status '.interfaces[0].source_validation == "strict"
		and (.interfaces[0].allow_default | not)'
	validate strict allow-default
	judges 9 22 0
	status '.interfaces[0].allow_default'
	validate feasible
	judges 11 4 16
	validate feasible allow-default
	judges 11 20 0
	validate loose
	judges 15 0 16
	validate loose allow-default
	judges 31 0 0
}

test_without_a_default_route_there_is_no_route() {
	network
	ip route del default
	ip -6 route del default
	validate loose allow-default
	judges 15 0 16
	validate strict allow-default
	judges 9 6 16
}

test_the_default_route_on_the_interface_itself_counts_only_when_allowed() {
	network
	ip route replace default via 192.0.2.2 metric 500
	ip -6 route del default
	ip -6 route add default via 2001:db8:0:1::2 metric 500
	validate strict
	judges 9 6 16
	validate strict allow-default
	judges 25 6 0
}

test_routes_that_forward_nothing_are_no_routes() {
	local kind mode

	network
	for kind in blackhole unreachable prohibit; do
		ip route replace "$kind" 203.0.113.0/25
		ip -6 route del 2001:db8:a::/48
		ip -6 route add "$kind" 2001:db8:a::/48
		for mode in strict loose "loose allow-default"; do
			validate "$mode"
			in_force 0 counters --reset
			send_from peer0 3 203.0.113.5 4 2001:db8:a::5
			soon reasons_are 0 0 7
		done
		validate feasible
		in_force 0 counters --reset
		send_from peer0 3 203.0.113.5 4 2001:db8:a::5
		soon reasons_are 7 0 0
	done
}

# 32 flows of each family: of as many, one in 4,000 runs would meet the case that
# the datapath documents, sixteen samples on the other path.
test_equal_cost_paths_all_count() {
	network
	ip route replace 203.0.113.0/25 nexthop via 192.0.2.6 dev eth1 \
		nexthop via 192.0.2.2 dev eth0
	ip -6 route del 2001:db8:a::/48
	ip -6 route add 2001:db8:a::/48 nexthop via 2001:db8:0:2::2 dev eth1 \
		nexthop via 2001:db8:0:1::2 dev eth0
	validate strict
	send_from peer0 32 203.0.113.5 32 2001:db8:a::5
	soon reasons_are 64 0 0
	sysctl -qw net.ipv4.fib_multipath_hash_policy=1 \
		net.ipv6.fib_multipath_hash_policy=1
	send_from peer0 32 203.0.113.6 32 2001:db8:a::6
	soon reasons_are 128 0 0
}

test_equal_cost_paths_elsewhere_do_not_count() {
	network
	ip route replace 203.0.113.0/25 nexthop via 192.0.2.6 dev eth1 \
		nexthop via 192.0.2.10 dev eth2
	ip -6 route del 2001:db8:a::/48
	ip -6 route add 2001:db8:a::/48 nexthop via 2001:db8:0:2::2 dev eth1 \
		nexthop via 2001:db8:0:3::2 dev eth2
	validate strict
	send_from peer0 32 203.0.113.5 32 2001:db8:a::5
	soon reasons_are 0 64 0
}

count_of() { # REASON
	packets '.interface == "eth0" and .direction == "in"
		and .reason == "'"$1"'"'
}

grew() { # REASON NUMBER
	[ "$(count_of "$1")" -gt "$2" ]
}

# turns REASON FORMER: from now on packets of the running traffic have this
# reason, and none has the former one any more.
turns() {
	local former now

	soon grew "$1" "$(count_of "$1")"
	former=$(count_of "$2")
	now=$(count_of "$1")
	soon grew "$1" $((now + 20))
	[ "$(count_of "$2")" -eq "$former" ]
}

# follows SOURCE PREFIX ELSEWHERE BACK: the verdict on running traffic follows the
# route, which goes from one gateway to the other and back; weir does nothing.
follows() {
	local generation sender

	validate strict
	in_force 0 status --json
	generation=$(jq .generation "$work/out")
	(while :; do send_from peer0 200 "$1"; done) &
	sender=$!
	soon grew default 20
	ip route replace "$2" via "$3"
	turns spoofed-source default
	ip route del "$2"
	ip route add blackhole "$2"
	turns no-route-source spoofed-source
	ip route del blackhole "$2"
	ip route add "$2" via "$4"
	turns default no-route-source
	kill "$sender"
	wait "$sender" || :
	status ".generation == $generation"
}

test_verdicts_on_running_ipv4_traffic_follow_the_routes() {
	network
	follows 203.0.113.5 203.0.113.0/25 192.0.2.6 192.0.2.2
}

test_verdicts_on_running_ipv6_traffic_follow_the_routes() {
	network
	follows 2001:db8:a::5 2001:db8:a::/48 2001:db8:0:2::2 2001:db8:0:1::2
}

test_an_address_makes_its_network_valid_from_the_next_packet_on() {
	network
	validate strict
	send_from peer0 3 192.0.2.66 3 2001:db8:0:9::2
	soon reasons_are 0 0 6
	ip address add 192.0.2.65/30 dev eth0
	ip address add 2001:db8:0:9::1/64 dev eth0 nodad
	send_from peer0 3 192.0.2.66 3 2001:db8:0:9::2
	soon reasons_are 6 0 6
	ip address del 192.0.2.65/30 dev eth0
	ip address del 2001:db8:0:9::1/64 dev eth0
	send_from peer0 3 192.0.2.66 3 2001:db8:0:9::2
	soon reasons_are 6 0 12
}

refused() { # SENTENCE HINT
	in_force 3 apply "$work/policy"
	says "$1"
	says "$2"
	[ ! -e "$pins" ]
}

test_a_device_that_does_not_forward_is_refused_with_the_way_out() {
	network
	validate strict
	in_force 0 detach
	sysctl -qw net.ipv4.conf.eth0.forwarding=0
	refused "eth0, which does not forward IPv4" \
		"sysctl net/ipv4/conf/eth0/forwarding=1"
	sysctl -qw net.ipv4.conf.eth0.forwarding=1 \
		net.ipv6.conf.eth0.forwarding=0
	refused "eth0, which does not forward IPv6" \
		"sysctl net/ipv6/conf/eth0/forwarding=1"
	sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
	in_force 0 apply "$work/policy"
}

test_vlans_without_a_device_of_their_own_are_refused() {
	network
	cat <<-end >"$work/policy"
		interface eth0 vlan 100 { role peer; source-validation loose; }
	end
	refused "eth0 vlan 100 validates sources by routes" "type vlan id"
	sed -i 's/vlan 100/vlan 100-110/' "$work/policy"
	refused "eth0 vlan 100-110 validates sources by routes" \
		"one interface statement for each VLAN"
}

test_routes_that_look_like_the_default_route_are_named() {
	network
	validate strict
	no says "looks like the default route"
	ip route add 192.0.2.144/28 via 192.0.2.10 metric 500
	validate strict
	says "the route to 192.0.2.144/28 looks like the default route"
	says "eth2 and metric 500"
	ip route del 192.0.2.144/28 metric 500
	ip -6 route add 2001:db8:f::/48 via 2001:db8:0:3::2 metric 500
	validate strict
	says "the route to 2001:db8:f::/48 looks like the default route"
	validate strict allow-default
	no says "looks like the default route"
}

run_tests
