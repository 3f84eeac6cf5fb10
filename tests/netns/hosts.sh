# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# hosts.sh: the lab (lab.sh) with a customer and a transit that are hosts and
# speak TCP, UDP and ICMP, and weir on the edge. Sourced by tests/netns/test_*.sh.
#
# Addresses: customer 203.0.113.2, 2001:db8:a::2; transit 192.0.2.1,
# 2001:db8:cafe::1. Each has an XDP program of no consequence: a veth end
# without one does not see what the XDP program of the other end sends.

# shellcheck source=tests/command/lib.sh
. "$SOURCE/tests/command/lib.sh"
# shellcheck source=tests/netns/lab.sh
. "$SOURCE/tests/netns/lab.sh"

# shellcheck disable=SC2034 # used by the tests
tools=${WEIR%/*}/tests/tools
lab=weir-hosts-$$
pins=/sys/fs/bpf/$lab
at_end=take_down

take_down() {
	[ ! -d "$pins" ] || weir detach >/dev/null 2>&1
	lab_down
	rm -rf "$pins"
}

# weir VERB ARGUMENT...: on the edge.
weir() {
	local verb=$1

	shift
	lab_in edge "$WEIR" "$verb" --pin-directory "$pins" "$@"
}

host() { # HOST ADDRESS/LENGTH ROUTER ADDRESS6/LENGTH ROUTER6
	lab_in "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.eth0.disable_ipv6=0 \
		net.ipv4.ping_group_range='0 0' &&
		ip -n "$lab-$1" -batch - <<-end &&
			link set lo up
			address add $2 dev eth0
			address add $4 dev eth0 nodad
			neighbour replace $3 lladdr $lab_mac_edge dev eth0
			neighbour replace $5 lladdr $lab_mac_edge dev eth0
			route add default via $3
			route add default via $5
		end
		lab_in "$1" ip link set dev eth0 xdp \
			object "${WEIR%/*}/tests/netns/foreign.bpf.o" section xdp
}

hosts_up() {
	take_down || :
	lab_up "$lab" &&
		host customer 203.0.113.2/30 203.0.113.1 \
			2001:db8:a::2/64 2001:db8:a::1 &&
		host transit 192.0.2.1/30 192.0.2.2 \
			2001:db8:cafe::1/64 2001:db8:cafe::2 &&
		lab_in edge sysctl -qw net.ipv4.ping_group_range='0 0'
}

# in_force POLICY [OPTION]...: fresh hosts, and this policy on the edge.
in_force() {
	printf '%s\n' "$1" >"$work/policy"
	shift
	hosts_up
	weir apply "$@" "$work/policy"
}

# number FILTER: of the JSON of all counters.
number() {
	weir counters --json --all >"$work/counters" || return 1
	jq "$1" "$work/counters"
}

# noted NOTE INTERFACE DIRECTION: packets.
noted() {
	number "[.notes[] | select(.note == \"$1\" and
		.interface == \"$2\" and .direction == \"$3\") | .packets] |
		add // 0"
}

# of_rules MEMBER [TEXT]: its sum over the rules, those with TEXT in them.
of_rules() {
	number "[.counters[] | select(.rule and
		(.rule | contains(\"${2-}\"))) | .$1] | add // 0"
}

# is NUMBER COMMAND...: prints that number.
is() {
	local expected=$1 found

	shift
	found=$("$@")
	[ "$found" = "$expected" ] && return
	echo "$found, not $expected: $*"
	return 1
}

# eventually COMMAND...: holds at last, or the test fails.
eventually() {
	local deadline=$((SECONDS + 30))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] && continue
		echo "never: $*"
		return 1
	done
}
