#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The transcripts of README.md and docs/MAPS.md: every `# command` in a console block is run, in
# order, in a network and mount namespace of its own, and has to print what stands
# below it. "..." stands for any text in a line, and alone on a line for any lines.
set -u
if [ "${1:-}" != inside ]; then
	exec unshare --net --mount "$0" inside
fi
mount -t tmpfs tmpfs /run
mount -t bpf bpf /sys/fs/bpf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$(dirname "$WEIR"):$PATH
ln -s "$SOURCE/policies" "$work/policies"
cd "$work" || exit 1
ip link set lo up

# The demonstration is built already; it makes its own namespaces.
make() {
	BUILD=$(dirname "$WEIR") "$SOURCE/tests/demo/demo.sh"
}

# matches WANTED GOT: line by line, with the dots above.
matches() {
	awk -v wanted="$1" -v got="$2" '
	function like(pattern, text,   parts, n, i, at) {
		n = split(pattern, parts, /\.\.\./)
		if (substr(text, 1, length(parts[1])) != parts[1]) return 0
		text = substr(text, length(parts[1]) + 1)
		for (i = 2; i <= n; i++) {
			if (parts[i] == "") { if (i == n) return 1; continue }
			at = index(text, parts[i])
			if (!at) return 0
			text = substr(text, at + length(parts[i]))
		}
		return text == "" }
	BEGIN {
		w = split(wanted, want, "\n"); g = split(got, line, "\n")
		for (i = j = 1; i <= w; i++) {
			if (want[i] == "...") { skip = 1; continue }
			while (skip && j <= g && !like(want[i], line[j])) j++
			if (j > g || !like(want[i], line[j++])) {
				print "wanted: " want[i]; exit 1
			}
			skip = 0
		}
		exit !(skip || j > g) }'
}

number=0
# run DOCUMENT COMMAND WANTED
run() {
	local got why document=$1
	shift
	number=$((number + 1))
	got=$(eval "$1" 2>&1)
	# Columns of numbers in README.md are not as wide as real ones.
	if why=$(matches "$(tr -s ' ' <<<"$2")" "$(tr -s ' ' <<<"$got")"); then
		echo "ok $number - $document: $1"
	else
		echo "not ok $number - $document: $1"
		printf '# %s\n' "$why" "got:" "${got//$'\n'/$'\n'# }"
	fi
}

transcript() { # DOCUMENT
	local command='' wanted='' block='' line
	while IFS= read -r line; do
		case $block$line in
		'```console') block=1 ;;
		'1```' | '1# '*)
			[ -z "$command" ] || run "$1" "$command" "${wanted%$'\n'}"
			command=${line#\# }
			wanted=
			[ "$line" != '```' ] || block='' command=''
			;;
		1*) wanted+=$line$'\n' ;;
		esac
	done <"$SOURCE/$1"
}

transcript README.md
ip link add eth2 type veth peer name core
weir apply policies/edge.weir >/dev/null || exit 1
transcript docs/MAPS.md
weir detach >/dev/null
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n '/^```weir$/,/^```$/p' "$SOURCE/README.md" | grep -v '^```' >example.weir
run README.md 'weir check example.weir >checked && echo valid' valid
echo "1..$number"
