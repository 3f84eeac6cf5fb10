#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Source validation where the routes do not lead to the device that weir filters:
# VLAN devices on top of it or of its bridge, and VRFs. Runs on a kernel that has
# those devices; tests/netns/test_validation.sh has everything else.
#
# Each packet comes from one source; a verdict has to be given for it by the
# routes in force, which the tests change without weir being told.
# shellcheck source=tests/netns/lib.sh
. "${SOURCE:?}/tests/netns/lib.sh"

# network: devices as new, which forward.
network() {
	local device

	for device in br0 blue red; do
		ip link delete "$device" 2>/dev/null || :
	done
	fresh
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.forwarding=1
	for device in eth0 eth1; do
		give_ipv6 "$device"
	done
}

give_ipv6() { # DEVICE
	sysctl -qw "net/ipv6/conf/$1/disable_ipv6=0" \
		"net/ipv6/conf/$1/forwarding=1"
}

# vlan DEVICE ID NAME [PROTOCOL]: a VLAN device that routes.
vlan() {
	ip link add link "$1" name "$3" type vlan protocol "${4:-802.1Q}" \
		id "$2"
	give_ipv6 "$3"
	ip link set "$3" arp off up
}

# vrf NAME TABLE DEVICE...: a VRF of these devices. What it has no route for is
# unreachable: without such a route the kernel goes on to the table main.
vrf() {
	local name=$1 table=$2 device

	shift 2
	ip -batch - <<-end
		link add $name type vrf table $table
		link set $name up
		route replace unreachable default metric 4278198272 vrf $name
		route replace unreachable ::/0 metric 4278198272 vrf $name
	end
	for device; do
		ip link set "$device" master "$name"
	done
}

# routes LINE...: each is "PREFIX dev DEVICE ...".
routes() {
	printf 'route replace %s\n' "$@" | ip -batch -
}

# validate MODE INTERFACE...: these interfaces come into force, and no other.
validate() {
	local mode=$1 interface

	shift
	echo 'customer acme { 203.0.113.0/24; 2001:db8::/32; }' >"$work/policy"
	for interface; do
		echo "interface $interface {" \
			"role customer acme; source-validation $mode; }"
	done >>"$work/policy"
	in_force 0 apply "$work/policy"
}

# comes DEVICE TAGS SOURCE...: a UDP packet from each source, with these VLAN
# ids ("100", "100.7", "-" for none) in the frame.
cat >"$work/comes.py" <<'PYTHON'
import socket, struct, sys
device, tags = sys.argv[1:3]
ids = [] if tags == "-" else [int(tag) for tag in tags.split(".")]
types = [0x88a8, 0x8100][-len(ids):] if ids else []
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((device, 0))
def packet(source):
    udp = struct.pack("!HHHH", 40000, 9, 26, 1 if ":" in source else 0) + bytes(18)
    if ":" in source:
        return (0x86dd, struct.pack("!IHBB", 6 << 28, 26, 17, 64) +
                socket.inet_pton(socket.AF_INET6, source) +
                socket.inet_pton(socket.AF_INET6, "2001:db8:ffff::9") + udp)
    return (0x0800, struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, 0, 0, 64, 17, 0,
                                socket.inet_aton(source),
                                socket.inet_aton("198.51.100.9")) + udp)
for source in sys.argv[3:]:
    ethertype, ip = packet(source)
    header = b"\2\0\0\0\0\1\2\0\0\0\0\2"
    for pair in zip(types, ids):
        header += struct.pack("!HH", *pair)
    link.send(header + struct.pack("!H", ethertype) + ip)
PYTHON
comes() {
	python3 "$work/comes.py" "$@"
}

verdicts_are() { # INTERFACE PASSED SPOOFED NO-ROUTE
	in_force 0 counters --json --interface "$1" --direction in
	json "[.counters[] | {(.reason): .packets}] | add // {} |
		[.default // 0, .[\"spoofed-source\"] // 0,
		.[\"no-route-source\"] // 0] == [$2, $3, $4]"
}

# judged DEVICE TAGS PASSED SPOOFED NO-ROUTE SOURCE...: so many of these packets
# get these verdicts on the interface of that name.
judged() {
	local interface=eth${1#peer} device=$1 tags=$2
	local passed=$3 spoofed=$4 none=$5

	shift 5
	[ "$tags" = - ] || interface="$interface vlan $tags"
	in_force 0 counters --reset
	comes "$device" "$tags" "$@"
	soon verdicts_are "$interface" "$passed" "$spoofed" "$none"
}

test_a_vlan_follows_the_routes_of_its_device() {
	network
	vlan eth1 100 eth1.100
	vlan eth1 200 eth1.200
	routes "203.0.113.0/26 dev eth1.100" "203.0.113.64/26 dev eth1.200" \
		"203.0.113.128/26 dev eth1" "2001:db8:1::/48 dev eth1.100" \
		"2001:db8:2::/48 dev eth1.200" "2001:db8:3::/48 dev eth1"
	validate strict "eth1 vlan 100" "eth1 vlan 200" eth1
	judged peer1 100 2 0 0 203.0.113.5 2001:db8:1::5
	judged peer1 100 0 4 0 203.0.113.69 203.0.113.133 \
		2001:db8:2::5 2001:db8:3::5
	judged peer1 200 2 0 0 203.0.113.69 2001:db8:2::5
	judged peer1 200 0 4 0 203.0.113.5 203.0.113.133 \
		2001:db8:1::5 2001:db8:3::5
	judged peer1 - 2 0 0 203.0.113.133 2001:db8:3::5
	judged peer1 - 0 2 2 203.0.113.5 2001:db8:2::5 \
		203.0.113.197 2001:db8:4::5
	routes "203.0.113.64/26 dev eth1.100" "2001:db8:2::/48 dev eth1.100"
	judged peer1 100 2 0 0 203.0.113.69 2001:db8:2::5
	judged peer1 200 0 2 0 203.0.113.69 2001:db8:2::5
}

test_a_pair_of_tags_follows_the_routes_of_the_inner_device() {
	network
	vlan eth1 100 outer 802.1ad
	vlan outer 7 inner
	routes "203.0.113.0/26 dev inner" "203.0.113.64/26 dev outer" \
		"2001:db8:1::/48 dev inner" "2001:db8:2::/48 dev outer"
	validate strict "eth1 vlan 100.7"
	judged peer1 100.7 2 2 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5 203.0.113.133 2001:db8:3::5
}

test_a_port_of_a_bridge_follows_the_routes_of_the_bridge_and_its_vlans() {
	network
	ip link add br0 type bridge
	give_ipv6 br0
	ip link set br0 arp off up
	ip link set eth1 master br0
	vlan br0 100 br0.100
	routes "203.0.113.0/26 dev br0.100" "203.0.113.64/26 dev br0" \
		"2001:db8:1::/48 dev br0.100" "2001:db8:2::/48 dev br0"
	validate strict eth1 "eth1 vlan 100"
	judged peer1 100 2 2 0 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5
	judged peer1 - 2 2 0 203.0.113.69 2001:db8:2::5 \
		203.0.113.5 2001:db8:1::5
}

test_a_vlan_device_that_is_made_as_the_hint_says_is_enough() {
	network
	echo 'interface eth1 vlan 100 { role peer; source-validation loose; }' \
		>"$work/policy"
	in_force 3 apply "$work/policy"
	says "ip link add link DEVICE name NAME type vlan id ID"
	ip link add link eth1 name eth1.100 type vlan id 100
	give_ipv6 eth1.100
	in_force 0 apply "$work/policy"
}

# The same prefixes are in both tables, and lead to a device of each.
test_a_device_in_a_vrf_follows_the_table_of_the_vrf() {
	network
	vrf blue 10 eth0 eth2
	vrf red 20 eth1
	give_ipv6 eth2
	routes "203.0.113.0/26 dev eth0 vrf blue" \
		"203.0.113.0/26 dev eth1 vrf red" \
		"203.0.113.64/26 dev eth2 vrf blue" \
		"203.0.113.128/26 dev eth1 vrf red" \
		"2001:db8:1::/48 dev eth0 vrf blue" \
		"2001:db8:1::/48 dev eth1 vrf red" \
		"2001:db8:2::/48 dev eth2 vrf blue" \
		"2001:db8:3::/48 dev eth1 vrf red"
	validate strict eth0 eth1
	judged peer0 - 2 2 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5 203.0.113.133 2001:db8:3::5
	judged peer1 - 4 0 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.133 2001:db8:3::5 203.0.113.69 2001:db8:2::5
	validate loose eth0 eth1
	judged peer0 - 4 0 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5 203.0.113.133 2001:db8:3::5
}

test_the_table_main_has_no_say_in_a_vrf() {
	network
	routes "203.0.113.0/26 dev eth1" "2001:db8:1::/48 dev eth1"
	vrf blue 10 eth0
	validate loose eth0 eth1
	judged peer0 - 0 0 2 203.0.113.5 2001:db8:1::5
	judged peer1 - 2 0 0 203.0.113.5 2001:db8:1::5
}

test_a_device_that_changes_its_vrf_follows_it_from_the_next_packet_on() {
	network
	vrf blue 10 eth0
	vrf red 20 eth1
	validate strict eth0
	routes "203.0.113.0/26 dev eth0 vrf blue" \
		"2001:db8:1::/48 dev eth0 vrf blue"
	judged peer0 - 2 0 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5
	ip link set eth0 master red
	routes "203.0.113.64/26 dev eth0 vrf red" \
		"2001:db8:2::/48 dev eth0 vrf red"
	judged peer0 - 2 0 2 203.0.113.69 2001:db8:2::5 \
		203.0.113.5 2001:db8:1::5
	ip link set eth0 nomaster
	routes "203.0.113.128/26 dev eth0" "2001:db8:3::/48 dev eth0"
	judged peer0 - 2 0 2 203.0.113.133 2001:db8:3::5 \
		203.0.113.69 2001:db8:2::5
}

test_a_vlan_device_in_a_vrf_follows_the_table_of_the_vrf() {
	network
	vlan eth1 100 eth1.100
	vrf blue 10 eth1.100
	routes "203.0.113.0/26 dev eth1.100 vrf blue" \
		"2001:db8:1::/48 dev eth1.100 vrf blue" \
		"203.0.113.64/26 dev eth1" "2001:db8:2::/48 dev eth1"
	validate strict "eth1 vlan 100" eth1
	judged peer1 100 2 0 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5
	judged peer1 - 2 0 2 203.0.113.69 2001:db8:2::5 \
		203.0.113.5 2001:db8:1::5
}

test_the_default_route_of_a_vrf_counts_only_when_allowed() {
	network
	vrf blue 10 eth0
	routes "default dev eth0 metric 500 vrf blue" \
		"::/0 dev eth0 metric 500 vrf blue" \
		"203.0.113.0/26 dev eth0 vrf blue" \
		"2001:db8:1::/48 dev eth0 vrf blue"
	validate strict eth0
	judged peer0 - 2 0 2 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5
	validate "strict allow-default" eth0
	judged peer0 - 4 0 0 203.0.113.5 2001:db8:1::5 \
		203.0.113.69 2001:db8:2::5
}

run_tests
