#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One direction: each room includes its own header, the one before it, what
# those two share (diag.h, abi.h, .def lists), and base/; only kernel/ and
# observe/ know libbpf and libxdp; the BPF side sees abi.h and .def lists only.
set -u
cd "${SOURCE:-.}" || exit 1

# room: headers from include/ that it may name.
rooms='base:
policy:policy.h diag.h abi.h
resolve:resolve.h policy.h diag.h abi.h
classify:classify.h resolve.h diag.h
image:image.h classify.h resolve.h diag.h abi.h
kernel:kernel.h image.h abi.h
observe:observe.h kernel.h abi.h
output:observe.h kernel.h image.h diag.h abi.h
cmd:observe.h kernel.h image.h classify.h resolve.h policy.h diag.h abi.h'

# file -> "file: header" for each quoted include.
included() {
	grep -Ho '^#include "[^"]*"' "$@" /dev/null | sed 's/#include "\(.*\)"/ \1/'
}

# Quoted includes of a room's files that are none of: listed, .def, base/, own.
strangers() {
	room=$1
	allowed=" $2 "
	included loader/"$room"/*.[chly] | while IFS=': ' read -r file header; do
		case $header in
		*.def | base/* | "$room"/*) continue ;;
		output/*) [ "$room" = cmd ] && continue ;;
		policy_parse.h) [ "$room" = policy ] && continue ;;
		esac
		[ -e "loader/$room/$header" ] && continue
		case $allowed in *" $header "*) continue ;; esac
		echo "$file includes $header"
	done
}

number=0
report() { # report SENTENCE COMPLAINTS
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

echo "1..$(($(echo "$rooms" | wc -l) + 4))"
while IFS=: read -r room allowed; do
	report "the room $room includes only itself and what stands before it" \
		"$(strangers "$room" "$allowed")"
done <<END
$rooms
END
report "only kernel and observe know libbpf and libxdp" \
	"$(grep -lE '#include <(bpf|xdp|linux/bpf)' -r loader include |
		grep -vE '^loader/(kernel|observe)/')"
report "the BPF programs see abi.h and .def lists only" \
	"$(included bpf/* | while IFS=': ' read -r file header; do
		case $header in abi.h | *.def) continue ;; esac
		[ -e "bpf/$header" ] || echo "$file includes $header"
	done)"
report "every stage header includes the one before it and no later one" \
	"$(for pair in policy.h:'resolve|classify|image|kernel|observe' \
		resolve.h:'classify|image|kernel|observe' \
		classify.h:'image|kernel|observe' image.h:'kernel|observe' \
		kernel.h:observe; do
		grep -HE "^#include \"(${pair#*:})\.h\"" "include/${pair%%:*}"
	done)"
report "nothing at the top level but what belongs there" \
	"$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
		grep -vxE 'bpf|loader|include|policies|tests|docs|Makefile|README.md|LICENSE|CHANGELOG.md|\..*')"
