#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The verbs that talk to the kernel, in a network namespace that lives as long
# as this script: two veth pairs, a pin directory of its own, frames by hand.
[ "${1-}" = inside ] || exec unshare --net bash "$0" inside
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

pins=/sys/fs/bpf/weir-test-$$
device=longest-device0
at_end=take_down

take_down() {
	"$WEIR" detach --pin-directory "$pins" >/dev/null 2>&1
}

cat >"$work/edge.weir" <<POLICY
set own { 198.51.100.0/22; 2001:db8::/32; }
set noc { 198.51.101.0/28; 198.51.102.7; 2001:db8:1::/64; }
customer acme { 203.0.113.0/25; }
filter protect-the-whole-infrastructure {
	permit tcp source-port 1024-65535 destination-port 179, 22 from noc to own;
	permit udp destination-port 33434-33534 to 198.51.100.0/24, 198.51.101.0/24;
	drop udp destination-port 19;
}
interface eth1 {
	role customer acme;
	in { apply protect-the-whole-infrastructure; }
}
interface $device vlan 4094.4094 {
	role customer acme;
	in { apply protect-the-whole-infrastructure; }
}
POLICY
sed '/^interface longest/,$d' "$work/edge.weir" >"$work/small.weir"
sed 's/^interface eth1/interface eth7/' "$work/small.weir" >"$work/gone.weir"
echo 'set own { 192.0.2.1/24; }' >"$work/bad.weir"
: >"$work/empty.weir"
echo 'interface eth1 { role management; }' >"$work/idle.weir"
cat >"$work/mixed.weir" <<'POLICY'
set own { 198.51.100.0/22; }
customer acme { 203.0.113.0/25; }
filter mixed {
	drop udp destination-port 7;
	permit udp destination-port 9;
	drop udp destination-port 11;
	permit udp destination-port 13;
}
interface eth1 { role customer acme; in { apply mixed; } }
POLICY

cat >"$work/send.py" <<'PYTHON'
"""send.py DEVICE COUNT SOURCE PORT: UDP frames of 60 bytes to 198.51.100.9."""
import socket, struct, sys
device, count, source, port = sys.argv[1:]
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, 0, 0, 64, 17, 0,
                 socket.inet_aton(source), socket.inet_aton("198.51.100.9"))
udp = struct.pack("!HHHH", 40000, int(port), 26, 0)
frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + udp + bytes(18)
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((device, 0))
for _ in range(int(count)):
    link.send(frame)
PYTHON

# No addresses, no IPv6: nothing but send.py speaks on these links.
link_up() {
	ip link add "$1" type veth peer name "peer-${1:0:4}" || return
	ip link set "$1" arp off up
	ip link set "peer-${1:0:4}" arp off up
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 || exit 1
link_up eth1 && link_up "$device" || exit 1

in_force() {
	ends 0 apply --pin-directory "$pins" "$work/$1.weir"
}

not_in_force() {
	ends 0 detach --pin-directory "$pins"
}

generation() {
	"$WEIR" status --json --pin-directory "$pins" | jq .generation
}

# packets REASON: what eth1 has counted for it on the way in.
packets() {
	"$WEIR" counters --json --all --pin-directory "$pins" \
		--interface eth1 --direction in --reason "$1" |
		jq '[.counters[].packets] | add // 0'
}

# counted NUMBER REASON: a frame may still be on its way through the softirq,
# so the number is asked for again until it is there; too many never are right.
counted() {
	local seen

	for _ in $(seq 500); do
		seen=$(packets "$2")
		[ "$seen" -lt "$1" ] || break
	done
	[ "$seen" -eq "$1" ] && return
	echo "$2: $seen packets, not $1"
	return 1
}

test_reading_where_nothing_is_in_force_says_so() {
	not_in_force
	for verb in status counters "set list" "counters --reset"; do
		# shellcheck disable=SC2086 # words are to be split
		ends 3 $verb --pin-directory "$pins"
		says "force"
		[ ! -s "$work/out" ]
	done
	ends 3 status --json --pin-directory "$pins"
	json '.error.exit_code == 3 and (.error.message | length > 0)'
}

test_detach_where_nothing_is_in_force_is_done() {
	not_in_force
	ends 0 detach --pin-directory "$pins"
	prints "nothing is in force"
	ends 0 detach --json --pin-directory "$pins"
	json '. == {"detached": 0}'
}

test_apply_says_generation_devices_and_what_changed() {
	not_in_force
	ends 0 apply --pin-directory "$pins" "$work/edge.weir"
	grep -qx "generation [0-9]* in force on eth1, $device (2 attached, 0 detached)" \
		"$work/out"
	ends 0 apply --pin-directory "$pins" "$work/small.weir"
	prints " in force on eth1 (0 attached, 1 detached)"
	ends 0 apply --json --pin-directory "$pins" "$work/edge.weir"
	json '.valid and .attached == 1 and .detached == 0'
	json ".devices == [\"eth1\", \"$device\"]"
	keys_are_documented
}

test_generations_count_up() {
	in_force small
	first=$(generation)
	in_force small
	[ "$(generation)" -eq $((first + 1)) ]
}

test_generic_mode_is_attached_as_generic() {
	not_in_force
	ends 0 apply --mode generic --pin-directory "$pins" "$work/small.weir"
	ends 0 status --json --pin-directory "$pins"
	json '.devices | map(.ingress) == ["generic"]'
	not_in_force
	in_force small
	ends 0 status --json --pin-directory "$pins"
	json '.devices | map(.ingress) == ["native"]'
}

test_a_policy_with_errors_leaves_what_is_in_force() {
	in_force small
	before=$(generation)
	ends 1 apply --pin-directory "$pins" "$work/bad.weir"
	says "bad.weir:1:11: error:"
	[ "$(generation)" -eq "$before" ]
	ends 1 apply --json --pin-directory "$pins" "$work/bad.weir"
	json '.valid == false and .errors == 1'
}

test_a_device_that_is_not_there_leaves_what_is_in_force() {
	in_force small
	before=$(generation)
	ends 3 apply --pin-directory "$pins" "$work/gone.weir"
	says "eth7"
	[ "$(generation)" -eq "$before" ]
}

test_a_policy_that_governs_no_interface_leaves_what_is_in_force() {
	in_force small
	before=$(generation)
	for name in empty idle; do
		ends 1 apply --pin-directory "$pins" "$work/$name.weir"
		says "$name.weir: error: the policy governs no interface"
		says "hint: \`weir detach\` takes the filter off"
		ends 1 apply --json --pin-directory "$pins" "$work/$name.weir"
		json '.valid == false and .errors == 1'
	done
	[ "$(generation)" -eq "$before" ]
	no_problems
}

test_apply_whose_report_is_lost_says_what_is_in_force() {
	in_force small
	before=$(generation)
	for form in "" --json; do
		code=0
		# shellcheck disable=SC2086 # no word when there is no form
		"$WEIR" apply $form --pin-directory "$pins" "$work/small.weir" \
			>/dev/full 2>"$work/err" || code=$?
		[ "$code" -eq 3 ]
		before=$((before + 1))
		says "generation $before is in force nevertheless"
		says "No space left on device"
		[ "$(generation)" -eq "$before" ]
	done
}

test_apply_while_another_holds_the_lock_is_refused() {
	in_force small
	code=0
	flock "$pins" "$WEIR" apply --pin-directory "$pins" \
		"$work/small.weir" >"$work/out" 2>"$work/err" || code=$?
	[ "$code" -eq 4 ]
	says "another weir"
}

test_status_shows_devices_and_interfaces_in_80_columns() {
	in_force edge
	ends 0 status --pin-directory "$pins"
	fits "$work/out"
	grep -qE "^eth1 +native " "$work/out"
	grep -qE "^$device +native " "$work/out"
	prints "$device vlan"
	grep -qE '^applied .* UTC, .* ago$' "$work/out"
	grep -qE '^by +root \(uid 0\)$' "$work/out"
}

test_status_in_json_is_documented() {
	in_force edge
	ends 0 status --json --pin-directory "$pins"
	json '.generation > 0 and .age_seconds >= 0 and .applied_by.uid == 0'
	json '.interfaces | map(.name) | index("eth1") != null'
	json '.devices | length == 2 and all(.xdp_program > 0)'
	keys_are_documented
}

rename() { # DEVICE NAME
	ip link set dev "$1" down
	ip link set dev "$1" name "$2"
	ip link set dev "$2" up
}

# problem DEVICE TEXT: the one problem of status, in text and in JSON.
problem() {
	ends 0 status --pin-directory "$pins"
	prints "$1 is $2"
	fits "$work/out"
	ends 0 status --json --pin-directory "$pins"
	json ".problems | length == 1"
	json ".problems[0] | .device == \"$1\" and (.problem | startswith(\"$2\"))"
	keys_are_documented
}

tcx_off() { # DEVICE
	local index

	index=$(ip -json link show dev "$1" | jq '.[0].ifindex')
	bpftool link detach pinned "$pins/links/$index-egress"
}

no_problems() {
	ends 0 status --pin-directory "$pins"
	no grep -q filtered "$work/out"
	ends 0 status --json --pin-directory "$pins"
	json '.problems == []'
}

test_status_tells_of_a_device_that_is_gone_and_of_one_made_anew() {
	in_force edge
	no_problems
	ip link delete eth1
	problem eth1 "not filtered: the device is gone"
	link_up eth1
	problem eth1 "not filtered: the device was made anew"
	in_force edge
	no_problems
}

test_status_tells_of_programs_that_were_taken_off() {
	in_force edge
	ip link set dev eth1 xdp off
	problem eth1 "not filtered on the way in"
	in_force edge
	no_problems
	tcx_off eth1
	problem eth1 "not filtered on the way out"
	ip link set dev eth1 xdp off
	problem eth1 "not filtered: its programs were taken off"
	in_force edge
	no_problems
}

test_status_tells_of_a_renamed_device() {
	in_force edge
	rename eth1 lan0
	problem eth1 "filtered under the name lan0 now"
	ip link add eth1 type veth peer name peer-other
	problem eth1 "not filtered: another device has its name, its own is lan0"
	ip link delete eth1
	rename lan0 eth1
	no_problems
}

test_an_alternative_name_of_a_device_is_no_problem() {
	ip link property add dev eth1 altname uplink
	sed 's/^interface eth1/interface uplink/' "$work/small.weir" \
		>"$work/uplink.weir"
	in_force uplink
	no_problems
	ip link property del dev eth1 altname uplink
}

test_packets_are_counted_with_their_reason() {
	not_in_force
	in_force edge
	python3 "$work/send.py" peer-eth1 5 192.0.2.99 53
	counted 5 spoofed-source
	python3 "$work/send.py" peer-eth1 7 203.0.113.9 19
	counted 7 rule-drop
	counted 5 spoofed-source
}

test_counters_fit_80_columns_and_sum_up() {
	in_force edge
	python3 "$work/send.py" peer-eth1 1 192.0.2.99 53
	ends 0 counters --pin-directory "$pins"
	prints "spoofed-source"
	fits "$work/out"
	ends 0 counters --all --pin-directory "$pins"
	prints "4094.4094"
	fits "$work/out"
	ends 0 counters --json --all --pin-directory "$pins"
	json '([.counters[].packets] | add) == .total.packets'
	json '([.counters[].bytes] | add) == .total.bytes'
	keys_are_documented
}

test_bytes_are_those_of_the_frames() {
	not_in_force
	in_force small
	python3 "$work/send.py" peer-eth1 4 192.0.2.99 53
	counted 4 spoofed-source
	ends 0 counters --json --reason spoofed-source --pin-directory "$pins"
	json '.total.packets == 4 and .total.bytes == 240'
	ends 0 counters --pin-directory "$pins"
	grep -qE '^eth1 +in +spoofed-source +4 +240$' "$work/out"
	grep -qE '^total +4 +240$' "$work/out"
}

test_rules_are_listed_in_the_order_in_which_they_were_written() {
	not_in_force
	in_force mixed
	ends 0 counters --json --all --direction in --pin-directory "$pins"
	json '[.counters[] | select(.rule) | .line] == [4, 5, 6, 7]'
	json '[.counters[] | select(.rule) | .verdict] ==
		["drop", "pass", "drop", "pass"]'
}

test_counters_can_be_narrowed() {
	not_in_force
	in_force edge
	python3 "$work/send.py" peer-eth1 2 203.0.113.9 19
	counted 2 rule-drop
	ends 0 counters --json --rule "port 19" --pin-directory "$pins"
	json '.total.packets == 2 and all(.counters[]; .rule | contains("19"))'
	ends 0 counters --json --rule "no such text" --pin-directory "$pins"
	json '.counters == [] and .total.packets == 0'
	ends 0 counters --json --direction out --pin-directory "$pins"
	json 'all(.counters[]; .direction == "out")'
	ends 0 counters --json --interface "$device vlan 4094.4094" \
		--pin-directory "$pins"
	json '.total.packets == 0'
}

test_an_unknown_interface_is_refused_with_the_nearest_one() {
	in_force small
	ends 2 counters --interface eht1 --pin-directory "$pins"
	says "did you mean eth1?"
}

test_reset_counts_from_zero_again() {
	in_force small
	python3 "$work/send.py" peer-eth1 3 192.0.2.99 53
	for _ in $(seq 500); do
		[ "$(packets spoofed-source)" -lt 3 ] || break
	done
	ends 0 counters --reset --pin-directory "$pins"
	prints "from zero"
	counted 0 spoofed-source
	python3 "$work/send.py" peer-eth1 2 192.0.2.99 53
	counted 2 spoofed-source
	ends 0 counters --reset --json --pin-directory "$pins"
	json '.reset == true'
	keys_are_documented
}

test_set_list_names_the_sets_with_their_sizes() {
	in_force edge
	ends 0 set list --pin-directory "$pins"
	fits "$work/out"
	grep -qE '^customer acme +1 +0$' "$work/out"
	ends 0 set list --json --pin-directory "$pins"
	json '.sets[] | select(.name == "customer acme") | .ipv4 == 1'
	keys_are_documented
}

test_set_list_of_a_set_prints_its_prefixes() {
	in_force edge
	ends 0 set list "customer acme" --pin-directory "$pins"
	[ "$(cat "$work/out")" = 203.0.113.0/25 ]
	ends 0 set list own --json --pin-directory "$pins"
	json '.prefixes == ["198.51.100.0/22", "2001:db8::/32"]'
	keys_are_documented
}

test_an_unknown_set_is_refused_with_the_nearest_one() {
	in_force edge
	ends 2 set list onw --pin-directory "$pins"
	says "did you mean own?"
	ends 2 set list acme --pin-directory "$pins"
	says 'did you mean "customer acme"?'
	ends 2 set list acne --pin-directory "$pins"
	says 'did you mean "customer acme"?'
}

test_without_privilege_the_missing_one_is_named() {
	in_force small
	cp "$WEIR" "$work/weir"
	chmod 755 "$work" "$work/weir" "$work/small.weir"
	for words in "status" "counters" "set list" "counters --reset" \
		"apply $work/small.weir" "detach"; do
		code=0
		# shellcheck disable=SC2086 # words are to be split
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$work/weir" $words --pin-directory "$pins" \
			>"$work/out" 2>"$work/err" || code=$?
		[ "$code" -eq 3 ]
		says "CAP_BPF"
	done
}

test_detach_leaves_nothing_behind() {
	in_force edge
	[ -d "$pins" ]
	ends 0 detach --pin-directory "$pins"
	prints "detached from 2 devices"
	[ ! -e "$pins" ]
	no grep -q xdp <(ip -details link show dev eth1)
	in_force edge
	ends 0 detach --json --pin-directory "$pins"
	json '. == {"detached": 2}'
}

run_tests
