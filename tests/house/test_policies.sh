#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The shipped policies: each compiles without a word, and is in canonical form.
set -u
cd "$SOURCE" || exit 1
number=0
for policy in policies/*.weir; do
	for verb in check 'fmt --check'; do
		number=$((number + 1))
		# shellcheck disable=SC2086 # a verb and its option
		if words=$("$WEIR" $verb "$policy" 2>&1 >/dev/null) &&
			[ -z "$words" ]; then
			echo "ok $number - weir $verb $policy has nothing to say"
		else
			echo "not ok $number - weir $verb $policy has nothing to say"
			echo "$words" | sed 's/^/# /'
		fi
	done
done
echo "1..$number"
