# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lib.sh: what tests/netns/test_*.sh share. Such a test runs itself again inside a
# network namespace that goes with it, with three veth pairs eth0..2 and
# peer0..2, and a pin directory of its own; each function test_SENTENCE starts with
# devices as new and nothing in force.
#
# Nothing speaks on the links but send: no addresses, no ARP, no IPv6.

[ "${1-}" = inside ] || exec unshare --net bash "$0" inside
# shellcheck source=tests/command/lib.sh
. "$SOURCE/tests/command/lib.sh"

# shellcheck disable=SC2034 # used by the tests
objects=${WEIR%/*}/tests/netns
pins=/sys/fs/bpf/weir-netns-$$
# Where egress is on this kernel: tcx, or clsact before Linux 6.6.
# shellcheck disable=SC2034 # used by the tests
egress=${EGRESS:-tcx}
at_end=take_down

take_down() {
	"$WEIR" detach --pin-directory "$pins" >/dev/null 2>&1 || :
	rm -rf "$pins" "$pins-foreign"
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 || exit 1
ip link set lo up

fresh() {
	take_down
	for number in 0 1 2; do
		ip link delete "eth$number" 2>/dev/null || :
		echo "link add eth$number type veth peer name peer$number"
		echo "link set eth$number arp off up"
		echo "link set peer$number arp off up"
	done | ip -batch -
}

# policy DEVICE...: customer ports with one rule each, written to $work/policy.
policy() {
	cat <<-end >"$work/policy"
		set own { 198.51.100.0/22; }
		bogons { 10.0.0.0/8; 192.168.0.0/16; }
		customer acme { 203.0.113.0/25; 2001:db8:a::/48; }
		filter web { drop udp destination-port 19; permit udp; }
	end
	for device; do
		echo "interface $device { role customer acme; in { apply web; } }"
	done >>"$work/policy"
}

# in_force CODE VERB ARGUMENT...: weir with the pin directory of this test.
in_force() {
	local expected=$1 verb=$2

	shift 2
	ends "$expected" "$verb" --pin-directory "$pins" "$@"
}

# apply DEVICE...: a policy for these devices has to come into force.
apply() {
	policy "$@"
	in_force 0 apply "$work/policy"
}

# status FILTER: holds for the JSON of weir status.
status() {
	in_force 0 status --json
	json "$1"
}

# packets FILTER: the packets in the rows of weir counters that FILTER selects.
packets() {
	in_force 0 counters --json --all
	jq "[.counters[] | select($1) | .packets] | add // 0" "$work/out"
}

counted() { # NUMBER FILTER
	[ "$(packets "$2")" -eq "$1" ]
}

# soon COMMAND...: what the kernel does a little later must hold in the end.
soon() {
	local deadline=$((SECONDS + 20))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || { echo "never: $*"; return 1; }
		sleep 0.02
	done
}

# send DEVICE COUNT SOURCE PORT: UDP frames into what DEVICE is the peer of.
cat >"$work/send.py" <<'PYTHON'
import socket, struct, sys
device, count, source, port = sys.argv[1:]
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, 0, 0, 64, 17, 0,
                 socket.inet_aton(source), socket.inet_aton("198.51.100.9"))
udp = struct.pack("!HHHH", 40000, int(port), 26, 0)
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((device, 0))
for _ in range(int(count)):
    link.send(b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + udp + bytes(18))
PYTHON
send() {
	python3 "$work/send.py" "$@"
}

# A program of somebody else's: the one of that type in foreign.bpf.o.
foreign_xdp() { # DEVICE
	ip link set dev "$1" xdp object "$objects/foreign.bpf.o" section xdp
}

foreign_tc() { # DEVICE ingress|egress
	tc filter add dev "$1" "$2" bpf direct-action \
		object-file "$objects/foreign.bpf.o" section tc
}

foreign_filters() { # DEVICE ingress|egress
	tc filter show dev "$1" "$2" | grep -c 'foreign'
}

xdp_id() { # DEVICE
	ip -json link show dev "$1" | jq '.[0].xdp.prog.id // 0'
}

clsact() { # DEVICE: true when it has the qdisc
	tc qdisc show dev "$1" | grep -q clsact
}

# The ids of all that is pinned and attached, "map 12" a line.
ids_in_force() {
	find "$pins" -type f -path '*/links/*' \
		-exec bpftool -j link show pinned {} \; | jq -r '"link \(.id)"'
	find "$pins" -type f ! -path '*/links/*' \
		-exec bpftool -j map show pinned {} \; | jq -r '"map \(.id)"'
	"$WEIR" status --json --pin-directory "$pins" |
		jq -r '.devices[] | "prog \(.xdp_program)\nprog \(.tc_program)"'
}

is_gone() { # KIND ID
	no bpftool "$1" show id "$2"
}

# pinned: the names of all pins, and what each holds.
pinned() {
	find "$pins" | sort
	find "$pins" -type f ! -path '*/links/*' | sort | while read -r pin; do
		bpftool -j map show pinned "$pin"
	done | jq .id
}
