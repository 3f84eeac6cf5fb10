#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# live.sh: the same flood, at full rate through veth pairs, against an empty XDP
# program, xdp-filter, nftables and weir, each on a pair of its own.
#
#	live.sh BUILD POLICY RULES
#
# POLICY governs eth1, RULES (for nft) the device nft. Runs itself again in a
# network and a mount namespace of its own, with a BPF file system of its own,
# so all it makes is gone when it ends, however it ends. Prints figures
# (figure.h).
set -euo pipefail

if [ "${1-}" != inside ]; then
	exec unshare --net --mount bash "$0" inside "$@"
fi
build=$2 policy=$3 rules=$4
here=$(dirname "$0")
pins=/sys/fs/bpf/bench

mount -t bpf bpf /sys/fs/bpf
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
for device in empty xdp-filter nft eth0 eth1 eth2 eth3 mgmt0; do
	ip link add "$device" type veth peer name "$device-peer"
	ip link set "$device" arp off multicast off up
	ip link set "$device-peer" arp off multicast off up
done

# Its deny policy and no address that is allowed: it looks the source up, then
# the destination.
xdp-filter load --mode native --policy deny --features ipv4 xdp-filter >&2

# With receive offload on, a veth device takes live frames without an XDP program.
ethtool -K nft gro on
nft -f "$rules"

"$build/weir" apply --pin-directory "$pins" "$policy" >&2

"$build/tests/bench/run_live" "$here/attack.traffic" eth1 empty \
	xdpfilter_mpps xdp-filter nft_mpps nft weir_mpps eth1

# Each filter has dropped every packet, or the comparison is none.
"$build/weir" counters --json --all --pin-directory "$pins" |
	jq -e '[.counters[] | select(.interface == "eth1" and .direction == "in")]
		| any(.packets > 0) and all(.verdict == "drop" or .packets == 0)' \
		>/dev/null ||
	{ echo "live.sh: weir did not drop every packet" >&2; exit 1; }
if nft list table netdev bench |
	grep -q 'counter packets [1-9][0-9]* bytes [0-9]* accept'; then
	echo "live.sh: nftables did not drop every packet" >&2
	exit 1
fi
