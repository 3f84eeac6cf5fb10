#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The shipped policies: each compiles without a word, is in canonical form, says
# at its head whom it is for and what to change, and has packets that say what
# it does, in tests/packet/policy-NAME.case.
set -u
cd "$SOURCE" || exit 1
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

silent() { # VERB... POLICY: what weir says, and how it ends
	{ "$WEIR" "$@" >/dev/null || echo "exit code $?" >&2; } 2>&1
}

head_of() { # POLICY: the comment that it begins with
	sed '/^#/!q' "$1"
}

packets() { # POLICY: how many packets its cases send
	name=$(basename "$1" .weir)
	grep -cE '^(pass|drop|reject) ' "tests/packet/policy-$name.case"
}

for policy in policies/*.weir; do
	report "weir check $policy has nothing to say" \
		"$(silent check "$policy")"
	report "weir fmt --check $policy has nothing to say" \
		"$(silent fmt --check "$policy")"
	report "$policy says what to change in it" \
		"$(head_of "$policy" | grep -qiE '^#.*(change|own prefixes)' ||
			head_of "$policy" | head -3)"
	report "what $policy does is said of a dozen packets" \
		"$([ "$(packets "$policy")" -ge 12 ] || echo 'too few')"
done
echo "1..$number"
