# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What rejected packets get back: real clients hear at once that nobody lets
# them, on the way in and on the way out, forwarded and the router's own.

# shellcheck source=tests/netns/hosts.sh
. "$SOURCE/tests/netns/hosts.sh"

closed='filter closed {
	reject tcp destination-port 23;
	reject udp destination-port 69;
	reject icmp type echo-request;
	reject icmpv6 type echo-request;
}
customer acme { 203.0.113.0/25; 2001:db8:a::/48; }'
inwards="$closed
interface eth1 { role customer acme; in { apply closed; } }"
outwards="$closed
interface eth0 { role core; out { apply closed; } }"

# client PROTOCOL ADDRESS: the error that it is told.
cat >"$work/client.py" <<'PYTHON'
import errno, socket, sys
protocol, address = sys.argv[1:]
v6 = ":" in address
kind, number, port, data = {
    "tcp": (socket.SOCK_STREAM, 0, 23, b""),
    "udp": (socket.SOCK_DGRAM, 0, 69, b"data"),
    "ping": (socket.SOCK_DGRAM, 58 if v6 else 1, 0,
             bytes([128 if v6 else 8]) + bytes(7)),
}[protocol]
client = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, kind, number)
client.settimeout(20)
try:
    client.connect((address, port))
    client.send(data)
    print("answered", client.recv(100))
except socket.timeout:
    print("nothing")
except OSError as error:
    print(errno.errorcode[error.errno])
PYTHON

hears() { # HOST ERROR PROTOCOL ADDRESS
	is "$2" lab_in "$1" python3 "$work/client.py" "$3" "$4"
}

# Linux makes EHOSTUNREACH of ICMP type 3 code 13, EACCES of ICMPv6's 1.
all_are_rejected() { # HOST
	hears "$1" ECONNREFUSED tcp 192.0.2.1
	hears "$1" ECONNREFUSED tcp 2001:db8:cafe::1
	hears "$1" EHOSTUNREACH udp 192.0.2.1
	hears "$1" EACCES udp 2001:db8:cafe::1
	hears "$1" EHOSTUNREACH ping 192.0.2.1
	hears "$1" EACCES ping 2001:db8:cafe::1
}

# Every rejected packet of this interface had its answer.
all_were_answered() { # INTERFACE DIRECTION
	local rejected

	rejected=$(of_rules packets reject)
	[ "$rejected" -ge 6 ]
	is "$rejected" noted answered "$1" "$2"
	is 0 noted unanswered "$1" "$2"
}

no_checksum_was_wrong() { # HOST
	# shellcheck disable=SC2016 # for the inner shell
	is 0 lab_in "$1" sh -c 'cat /proc/net/snmp /proc/net/snmp6 |
		awk "/InCsumErrors/ && NF == 2 { sum += \$2 }
			/^(Tcp|Icmp):/ { for (i = 2; i <= NF; i++)
				if (\$i == \"InCsumErrors\") column[\$1] = i
				else if (\$i + 0 == \$i && i == column[\$1])
					sum += \$i }
			END { print sum + 0 }"'
}

test_clients_are_told_on_the_way_in() {
	in_force "$inwards"
	all_are_rejected customer
	all_were_answered eth1 in
	no_checksum_was_wrong customer
}

test_clients_are_told_in_generic_mode() {
	in_force "$inwards" --mode generic
	all_are_rejected customer
	all_were_answered eth1 in
	no_checksum_was_wrong customer
}

test_clients_are_told_on_the_way_out() {
	in_force "$outwards"
	all_are_rejected customer
	all_were_answered eth0 out
	no_checksum_was_wrong customer
}

test_the_router_itself_is_told() {
	in_force "$outwards"
	all_are_rejected edge
	all_were_answered eth0 out
}

test_the_router_itself_is_told_where_ingress_is_generic() {
	in_force "$outwards" --mode generic
	all_are_rejected edge
	all_were_answered eth0 out
}

# teller.py ADDRESS: who says that its port 69 is closed.
cat >"$work/teller.py" <<'PYTHON'
import select, socket, sys
IPV6_RECVERR = 25
client = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
client.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
client.connect((sys.argv[1], 69))
client.send(b"data")
errors = select.poll()
errors.register(client, 0)
errors.poll(20000)
ancillary = client.recvmsg(1, 200, socket.MSG_ERRQUEUE)[1]
print(socket.inet_ntop(socket.AF_INET6, ancillary[0][2][24:40]))
PYTHON

test_answers_come_from_an_address_that_is_not_deprecated() {
	in_force "$inwards"
	lab_in edge ip address add 2001:db8:a::dead/64 dev eth1 nodad \
		preferred_lft 0
	weir apply "$work/policy"
	is 2001:db8:a::1 lab_in customer python3 "$work/teller.py" \
		2001:db8:cafe::1
}

# tagged FRAME: sends it from the customer with the tag 100 and prints the tag,
# the protocol, and the ICMP type and code of what comes back with a tag.
cat >"$work/tagged.py" <<'PYTHON'
import socket, struct, sys
SOL_PACKET, PACKET_AUXDATA = 263, 8
tag = b"\x81\0\0\x64"
macs = bytes.fromhex("020000000002020000000001")
if sys.argv[1] == "4":
    packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 36, 0, 0, 64, 17, 0,
                         socket.inet_aton("203.0.113.9"),
                         socket.inet_aton("192.0.2.1"))
    total = sum(struct.unpack("!10H", packet))
    total = (total & 0xffff) + (total >> 16)
    packet = packet[:10] + struct.pack("!H", ~total & 0xffff) + packet[12:]
    kind, header = b"\x08\0", 20
else:
    packet = struct.pack("!IHBB16s16s", 6 << 28, 16, 17, 64,
                         socket.inet_pton(socket.AF_INET6, "2001:db8:a::9"),
                         socket.inet_pton(socket.AF_INET6, "2001:db8:cafe::1"))
    kind, header = b"\x86\xdd", 40
packet += struct.pack("!HHHH", 1024, 69, 16, 0) + b"datagram"
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
link.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
link.bind(("eth0", 3))
link.settimeout(20)
link.send(macs + tag + kind + packet)
while True:
    frame, ancillary, _, sender = link.recvmsg(2000, 100)
    if sender[2] == socket.PACKET_OUTGOING or not ancillary:
        continue
    auxiliary = struct.unpack("=IIIHHHH", ancillary[0][2])
    if auxiliary[5]:
        break
assert frame[:12] == macs[6:] + macs[:6], frame[:12].hex()
assert frame[14 + header + 8:][:len(packet)] == packet, "not quoted"
print(auxiliary[5] & 0xfff, *frame[14 + header:][:2])
PYTHON

test_answers_go_back_with_the_tags() {
	in_force "$closed
interface eth1 vlan 100 { role customer acme; in { apply closed; } }"
	lab_in edge ip address add 203.0.113.5/32 dev eth1
	is '100 3 13' lab_in customer python3 "$work/tagged.py" 4
	is '100 1 1' lab_in customer python3 "$work/tagged.py" 6
	is 2 noted answered 'eth1 vlan 100' in
}

# Ten a second and five at once: of 200,000, the five, and ten for each second
# that has begun.
test_all_answers_together_are_limited() {
	local begin answered seconds

	in_force "reject limit 10 pps burst 5;
$inwards"
	begin=$SECONDS
	is 100000 sent 'ipv4 203.0.113.9 > 192.0.2.1 / udp 1 > 69 / payload 4'
	is 100000 sent 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 / tcp 1 > 23'
	seconds=$((SECONDS - begin + 1))
	is 200000 of_rules packets reject
	answered=$(noted answered eth1 in)
	[ "$answered" -ge 5 ]
	[ "$answered" -le $((5 + 10 * seconds + 1)) ]
	is $((200000 - answered)) noted unanswered eth1 in
}

sent() { # FRAME: 100000 of them
	"$tools/send" -n 100000 "$lab-customer" eth0 "${1//[$'\n\t']/ }" |
		cut -d ' ' -f 1
}

test_what_must_not_be_answered_is_dropped() {
	in_force "filter all { reject; }
interface eth1 { role core; in { apply all; } }"
	is 100000 sent 'ipv4 203.0.113.9 > 192.0.2.1 / tcp 1 > 2 flags R'
	is 100000 sent 'ipv4 203.0.113.9 > 192.0.2.1 / icmp 3 / payload 28'
	is 100000 sent 'ipv4 203.0.113.9 > 224.0.1.9 / udp 1 > 2'
	is 100000 sent 'ipv6 2001:db8:a::9 > 2001:db8:cafe::1 / icmpv6 1 /
		payload 40'
	is 400000 of_rules packets reject
	is 0 noted answered eth1 in
	is 400000 noted unanswered eth1 in
}

run_tests
