#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# bench.sh: every benchmark once, one table, and BUILD/bench.json.
#
#	bench.sh BUILD
#
# Needs root and an idle machine. docs/BENCHMARKS.md says what each key is.
set -euo pipefail

build=$(realpath "$1")
here=$(dirname "$0")
run=$build/tests/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A hundred more rules for what may be addressed to infrastructure: as a policy,
# and as elements of the map `services` of edge-customer.nft.
services() {
	local number quarter

	for number in {0..99}; do
		quarter=$((number % 4 * 64))
		printf '\tpermit tcp destination-port %d from 192.0.2.%d/26, 3fff:0:%x::/42 to infrastructure;\n' \
			$((2000 + number)) $quarter $quarter
	done
}

services_nft() {
	local number

	for number in {0..99}; do
		echo "add element netdev bench services { 192.0.2.$((number % 4 * 64))/26 . tcp . $((2000 + number)) : accept }"
	done
}

services >"$work/services"
sed "/^filter protect-infrastructure {/r $work/services" \
	"$here/../../policies/edge-customer.weir" >"$work/edge.weir"
{
	cat "$here/edge-customer.nft"
	services_nft
} >"$work/edge.nft"

figures() {
	echo "bench: $1" >&2
	"$@" >>"$work/figures"
}

figures "$run/run_pipeline" "$work/edge.weir" "$here/edge4.traffic" \
	"$here/edge6.traffic"
figures "$here/live.sh" "$build" "$work/edge.weir" "$work/edge.nft"
figures "$run/run_rules"
figures "$run/run_lookup"
figures "$run/run_checks"
figures "$run/run_scale" "$work"

jq -n -R -f "$here/report.jq" \
	--arg date "$(date -u +%Y-%m-%d)" \
	--arg kernel "$(uname -r)" \
	--arg machine "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
	--argjson processors "$(nproc)" \
	--arg rules "${CLASSBENCH:+ClassBench}" \
	"$work/figures" >"$build/bench.json"
jq -r -f "$here/table.jq" "$build/bench.json"
