#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# demo.sh [SCENARIOS]: a customer, a transit provider, an edge router and a core
# network in four network namespaces; policies/edge.weir in force on the edge;
# millions of packets, and what became of every one of them.
#
# Needs root. BUILD is where things are built (build). Ends with 0 when each
# counter and each host has exactly the packets that SCENARIOS predicts
# (tests/demo/demo.scenarios), and leaves nothing behind however it ends.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
. "$top/tests/netns/lab.sh"

scenarios=${1:-$top/tests/demo/demo.scenarios}
prefix=weir-demo-$$
pins=/sys/fs/bpf/$prefix
player=

weir() {
	lab_in edge "$build/weir" --pin-directory "$pins" "$@"
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
	trap '' INT TERM HUP
	if [ -n "$player" ]; then
		kill "$player" 2>/dev/null
		wait "$player" 2>/dev/null
	fi
	[ ! -d "$pins" ] || weir detach >/dev/null 2>&1
	lab_down
	rm -rf "$pins"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(id -u)" -ne 0 ]; then
	echo "demo: needs root, for network namespaces and BPF" >&2
	exit 3
fi

echo "Four network namespaces: $prefix-customer, -transit, -core and -edge"
lab_up "$prefix" || exit 3
weir apply "$top/policies/edge.weir" || exit 3
echo

# In the background, for a shell acts on a signal only between commands.
"$build/tests/demo/demo" "$scenarios" "$prefix" \
	"nsenter --net=/run/netns/$prefix-edge '$build/weir' \
		--pin-directory $pins counters --json" &
player=$!
wait "$player"
code=$?
player=
exit "$code"
