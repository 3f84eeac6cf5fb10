# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Rewritten packets on the wire, as tcpdump reads them: the new DSCP with the
# old ECN bits, and checksums that hold.

# shellcheck source=tests/netns/hosts.sh
. "$SOURCE/tests/netns/hosts.sh"

acme='customer acme { 203.0.113.0/25; 2001:db8:a::/48; }'

# captured HOST COUNT FILTER: starts to print the next COUNT frames; its
# process is $capture, what it prints is in $work/captured.
captured() {
	: >"$work/capture"
	lab_in "$1" timeout 60 tcpdump -nevvvi "${4-eth0}" -c "$2" "$3" \
		>"$work/captured" 2>"$work/capture" &
	capture=$!
	eventually grep -q 'listening on' "$work/capture"
}

# shows TEXT...: all of that, and no checksum that tcpdump finds wrong.
shows() {
	local text

	wait "$capture" || { cat "$work/capture"; return 1; }
	for text; do
		grep -qF -e "$text" "$work/captured" && continue
		echo "lacks $text:"
		cat "$work/captured"
		return 1
	done
	no grep -E 'bad|incorrect' "$work/captured"
}

sends() { # FRAME
	"$tools/send" -n 1 "$lab-customer" eth0 "${1//[$'\n\t']/ }" >/dev/null
}

test_control_traffic_of_a_customer_is_made_ordinary() {
	in_force "$acme interface eth1 { role customer acme; }"
	captured transit 2 'udp port 7'
	sends 'ipv4 203.0.113.9 > 192.0.2.1 tos 0xc2 id 77 / udp 1 > 7 /
		payload 30'
	sends 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 class 0xe1 flow 0x12345 /
		udp 1 > 7 / payload 30'
	shows '(tos 0x2,ECT(0), ttl 63, id 77' \
		'(class 0x01, flowlabel 0x12345, hlim 63'
	is 2 noted remarked eth1 in
}

test_other_traffic_keeps_its_dscp() {
	in_force "$acme interface eth1 { role customer acme; }"
	captured transit 2 'udp port 7'
	sends 'ipv4 203.0.113.9 > 192.0.2.1 tos 0xb9 / udp 1 > 7 / payload 30'
	sends 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 class 0xb9 / udp 1 > 7 /
		payload 30'
	shows 'tos 0xb9' 'class 0xb9'
	is 0 noted remarked eth1 in
}

test_rules_remark_on_the_way_in() {
	in_force "$acme
		filter voice { remark dscp ef udp destination-port 7; }
		interface eth1 { role customer acme; in { apply voice; } }"
	captured transit 2 'udp port 7'
	sends 'ipv4 203.0.113.9 > 192.0.2.1 tos 3 / udp 1 > 7 / payload 30'
	sends 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 class 2 / udp 1 > 7 /
		payload 30'
	shows 'tos 0xbb' 'class 0xba'
	is 2 noted remarked eth1 in
}

test_rules_remark_on_the_way_out() {
	in_force "$acme
		filter voice { remark dscp ef udp destination-port 7; }
		interface eth1 { role core; }
		interface eth0 { role core; out { apply voice; } }"
	captured transit 2 'udp port 7'
	sends 'ipv4 203.0.113.9 > 192.0.2.1 tos 3 / udp 1 > 7 / payload 30'
	sends 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 class 2 / udp 1 > 7 /
		payload 30'
	shows 'tos 0xbb' 'class 0xba'
	is 2 noted remarked eth0 out
}

# Where the tag leads no further, the router's own end of the link is watched.
test_tagged_frames_are_rewritten() {
	in_force "$acme interface eth1 vlan 100 { role customer acme; }"
	captured edge 2 vlan eth1
	sends 'vlan 100 / ipv4 203.0.113.9 > 192.0.2.1 tos 0xc2 / udp 1 > 7 /
		payload 30'
	sends 'vlan 100 / ipv6 2001:db8:a::9 > 2001:db8:cafe::1 class 0xe1 /
		udp 1 > 7 / payload 30'
	shows 'vlan 100' 'tos 0x2' 'class 0x01'
	is 2 noted remarked 'eth1 vlan 100' in
}

# A socket keeps what it has sent until it is acknowledged: the program has a
# copy to itself, or the retransmission would show.
cat >"$work/server.py" <<'PYTHON'
import socket
server = socket.create_server(("192.0.2.1", 7))
print("ready", flush=True)
peer, _ = server.accept()
while peer.recv(65536):
    pass
PYTHON
cat >"$work/client.py" <<'PYTHON'
import socket
client = socket.create_connection(("192.0.2.1", 7), 20)
client.sendall(bytes(3000000))
client.shutdown(socket.SHUT_WR)
assert client.recv(1) == b""
PYTHON

test_the_routers_own_streams_are_rewritten_whole() {
	local server

	in_force "$acme
		filter bulk { remark dscp cs1 tcp destination-port 7; }
		interface eth0 { role core; out { apply bulk; } }"
	: >"$work/server"
	lab_in transit python3 "$work/server.py" >"$work/server" &
	server=$!
	eventually grep -q ready "$work/server"
	captured transit 40 'ip and tcp dst port 7'
	lab_in edge python3 "$work/client.py"
	wait "$server" "$capture"
	grep -q 'tos 0x20' "$work/captured"
	no grep -E 'tos 0x[^2]|bad cksum' "$work/captured"
	[ "$(noted remarked eth0 out)" -ge 2000 ]
}

run_tests
