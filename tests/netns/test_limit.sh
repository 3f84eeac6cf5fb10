# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Limits under full load from two CPUs: what is let through is the burst and
# what the rate has given in the time that passed, and nothing is lost between
# the two counts.

# shellcheck source=tests/netns/hosts.sh
. "$SOURCE/tests/netns/hosts.sh"

count=1000000
frame='ipv4 203.0.113.9 > 192.0.2.1 / udp 1 > 7 / payload 20'
frame6='ipv6 2001:db8:a::9 > 2001:db8:cafe::1 / udp 1 > 7 / payload 20'

# policy LIMIT [DIRECTION [INTERFACE]]
policy() {
	echo "filter limited { permit udp destination-port 7 limit $1; }
		interface ${3-eth1} { role core; ${2-in} { apply limited; } }"
}

# sends HOST CPU FRAME: $count of them.
sends() {
	is "$count" first_of "$tools/send" -n "$count" -c "$2" "$lab-$1" \
		eth0 "$3"
}

first_of() {
	"$@" | cut -d ' ' -f 1
}

# both COMMAND... -- COMMAND...: at once.
both() {
	local first=() process

	while [ "$1" != -- ]; do
		first+=("$1")
		shift
	done
	shift
	"${first[@]}" &
	process=$!
	"$@"
	wait "$process"
}

started() {
	start=$(date +%s%N)
}

# bounded PASSED BURST RATE: at least the burst, and at most what the rate has
# given besides since started.
bounded() {
	local most

	most=$(($2 + $3 * ($(date +%s%N) - start) / 1000000000 + 1))
	[ "$1" -ge "$2" ] && [ "$1" -le "$most" ] && return
	echo "$1 let through, not $2 to $most"
	return 1
}

test_two_cpus_share_one_limit() {
	local passed

	in_force "$(policy '100 pps burst 20000 packets')"
	started
	both sends customer 0 "$frame" -- sends customer 1 "$frame6"
	passed=$(of_rules packets)
	bounded "$passed" 20000 100
	is $((2 * count - passed)) of_rules over_packets
}

test_bytes_are_limited_too() {
	local passed

	in_force "$(policy '8 kbps burst 620 kbytes')"
	started
	both sends customer 0 "$frame" -- sends customer 1 "$frame"
	passed=$(of_rules packets)
	bounded "$passed" 10000 17
	is $((2 * count - passed)) of_rules over_packets
}

test_two_devices_have_a_limit_each() {
	local rule='permit udp destination-port 7'

	in_force "$(policy '100 pps burst 5000 packets')
		interface eth0 { role core; in { apply limited; } }"
	started
	both sends customer 0 "$frame" -- sends transit 1 \
		'ipv4 192.0.2.1 > 203.0.113.2 / udp 1 > 7 / payload 20'
	bounded "$(of_interface eth0)" 5000 100
	bounded "$(of_interface eth1)" 5000 100
	is $((2 * count)) number "[.counters[] | select(.rule) |
		.packets + .over_packets] | add"
	[ -n "$(of_rules packets "$rule")" ]
}

of_interface() {
	number "[.counters[] | select(.rule and .interface == \"$1\") |
		.packets] | add"
}

test_each_source_has_its_burst() {
	local passed

	in_force "$(policy '10 pps burst 300 packets per source /32 /64')"
	started
	both sends customer 0 "$frame" -- sends customer 1 "${frame/113.9/113.8}"
	sends customer 0 "$frame6"
	sends customer 0 "${frame6/a::9/a::8}"
	passed=$(of_rules packets)
	bounded "$passed" 900 30
	is $((4 * count - passed)) of_rules over_packets
	is 3 number '.limits[0].sources'
	is 0 number '.limits[0].evicted'
}

# As many sources as the map has room for, and a tenth more.
cat >"$work/sources.py" <<'PYTHON'
import socket, struct
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(("eth0", 0))
for source in range(0x0a000001, 0x0a000001 + 144000):
    ip = struct.pack("!BBHHHBBHI4s", 0x45, 0, 46, 0, 0, 64, 17, 0, source,
                     socket.inet_aton("192.0.2.1"))
    link.send(b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip +
              struct.pack("!HHHH", 1, 7, 26, 0) + bytes(18))
PYTHON

test_the_oldest_sources_give_way_and_are_counted() {
	local sources

	in_force "$(policy '10 pps burst 300 packets per source')"
	lab_in customer python3 "$work/sources.py"
	eventually is 144000 of_rules packets
	sources=$(number '.limits[0].sources')
	[ "$sources" -le 131072 ]
	is $((144000 - sources)) number '.limits[0].evicted'
}

test_egress_shares_one_limit_too() {
	local passed

	in_force "$(policy '100 pps burst 20000 packets' out eth0)
		interface eth1 { role core; }"
	started
	both sends customer 0 "$frame" -- sends customer 1 "$frame6"
	eventually is $((2 * count)) number "[.counters[] | select(.rule) |
		.packets + .over_packets] | add"
	passed=$(of_rules packets)
	bounded "$passed" 20000 100
}

run_tests
