#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The conformance table, docs/CONFORMANCE.md: every row has a known status, what
# is met has a proof, every proof is a test that the tree has, no section of
# the documents is left out, and the counts at the top are those of the rows.
# DOCUMENT=FILE checks another table.
#
# shellcheck disable=SC2016 # the dollars are awk's
set -u
cd "$SOURCE" || exit 1
document=${DOCUMENT:-docs/CONFORMANCE.md}

number=0
report() { # report SENTENCE COMPLAINTS
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# ${2//$'\n'/$'\n'# }"
	fi
}

# LINE, document, section, status, where, proof, requirement: one row a line,
# with tabs between.
rows=$(awk -F' *[|] *' -v OFS='\t' '
	/^## / { document = substr($0, 4) }
	/^\| [A0-9][0-9.]* \|/ {
		print FNR, document, $2, $4, $5 " ", $6 " ", $3, NF }' "$document")

# LABEL, path from the top of the tree, name of the test in it.
references=$(sed -nE 's,^\[([^]]+)\]: \.\./([^ ]+)( "(.*)")?$,\1\t\2\t\4,p' \
	"$document")

# complaints AWK-PROGRAM: what it prints about the rows.
complaints() {
	awk -F'\t' "$1" <<<"$rows"
}

labels() { # TEXT: the labels in it
	grep -oE '\[[^]]+\]' <<<"$1" | tr -d '[]'
}

ends_with() { # TEXT: a line of standard input does
	awk -v end="$1" 'substr($0, length($0) - length(end) + 1) == end {
		found = 1 } END { exit !found }'
}

# Whether the file has the test, in the words of its language.
has_test() { # FILE NAME
	local word=${2// /_}

	case $1 in
	*.case | *.scenarios) sed 's/[ \t]*$//' "$1" | ends_with "# $2" ;;
	*.sh) grep -q "^test_$word() {" "$1" ;;
	*.c) grep -qE "\b$word\b" "$1" ;;
	*) false ;;
	esac
}

has_names() { # FILE
	case $1 in
	*.case | *.scenarios) true ;;
	*.sh) grep -qE '^test_[a-z0-9_]+\(\)' "$1" ;;
	*.c) grep -q cmocka_unit_test "$1" ;;
	*) false ;;
	esac
}

what_is_missing() { # LABEL PATH NAME
	if [ ! -e "$2" ]; then
		echo "[$1]: there is no $2"
	elif [ -n "$3" ]; then
		has_test "$2" "$3" || echo "[$1]: $2 has no test \"$3\""
	else
		case $2 in
		tests/*) ! has_names "$2" ||
			echo "[$1]: say which test of $2" ;;
		esac
	fi
}

undefined() {
	labels "$rows" | sort -u | while IFS= read -r label; do
		grep -q "^$label	" <<<"$references" ||
			echo "[$label] is not defined"
	done
	cut -f1 <<<"$references" | sort | uniq -d |
		sed 's/.*/[&] is defined twice/'
	cut -f1 <<<"$references" | while IFS= read -r label; do
		grep -qF "[$label]" <<<"$rows" || echo "[$label] is used nowhere"
	done
}

# Proofs are tests, what is met is elsewhere.
misplaced() {
	local proof path

	cut -f6 <<<"$rows" | sort -u | while IFS= read -r proof; do
		labels "$proof" | while IFS= read -r label; do
			path=$(sed -n "s/^$label\t\([^\t]*\).*/\1/p" <<<"$references")
			case $path in
			tests/*) ;;
			*) echo "[$label] is no test: $path" ;;
			esac
		done
	done
}

# A profile's row stands for another one of its document: its section is all
# that its fourth column says.
profiles() {
	complaints '
		{ status[$2, $3] = $4 }
		$3 ~ /^A/ { line[++n] = $1; document[n] = $2; of[n] = $5; has[n] = $4
			sub(/ +$/, "", of[n]) }
		END { for (i = 1; i <= n; i++)
			if (status[document[i], of[i]] != has[i])
				print "line " line[i] ": section " of[i] " is \"" \
					status[document[i], of[i]] "\"" }'
}

# sections DOCUMENT SECTION...: those without a row. 2.1.1-5 is five sections.
sections() {
	local document=$1 section first last
	shift
	for section; do
		first=$section last=$section
		case $section in
		*-*) last=${section##*-} first=${section%-*}
			section=${first%.*} first=${first##*.} ;;
		*.*) section=${section%.*} first=${first##*.} last=$first ;;
		*) section= ;;
		esac
		for ((; first <= last; first++)); do
			cut -f2,3 <<<"$rows" |
				grep -qxF "$document	${section:+$section.}$first" ||
				echo "$document: no row for ${section:+$section.}$first"
		done
	done
}

# The profiles of RFC 3871 ask for all of its sections but three.
not_in_a_profile() {
	complaints '
		$2 != "RFC 3871" { next }
		$3 ~ /^A/ { sub(/ +$/, "", $5); asked[$5]; next }
		$3 !~ /^(2\.3\.4|2\.4\.4|2\.11\.3)$/ { all[$3] }
		END { for (section in all) if (!(section in asked))
			print "RFC 3871 A: no row for " section }'
}

left_out() {
	not_in_a_profile
	sections 'RFC 3871' 2.1.1 2.2.1-5 2.3.1-6 2.4.1-8 2.5.1-7 2.6.1-3 \
		2.7.1-7 2.8.1-4 2.9.1-6 2.10.1 2.11.1-11 2.12.1-15 2.13-15 3.1-5 \
		4.1-2 A.1-2
	sections 'RFC 3013' 4 4.1-6 5 5.1-4
	sections 'draft-ietf-grip-isp-04' 2.2-3 5 5.1-10
	sections 'RFC 7454' 4 5.1-2 6.1.1.1-2 6.1.2.1-2 6.1.3-4 6.1.5.1-2 \
		6.1.6.1-2 6.2.1.1-2 6.2.2.1-2 6.2.3.1-2 6.3.1-2
	sections 'draft-ietf-opsec-infrastructure-security-00' 3 3.1-2 4 4.1-2 \
		5 5.1 5.1.1 5.2 5.2.1-3 5.3 6 6.1-5 6.4.1-2 7 7.1-4 8 8.1-3
	sections 'RFC 4305' 3 3.1 3.1.1-2 3.2
}

# The lines of the summary that the rows call for and that are not there.
summary() {
	complaints '
		{ if (!($2 in all)) order[++n] = $2
		  all[$2]++; count[$2, $4]++; total[$4]++ }
		function line(name, all, a, b, c, d) {
			return "| " name " | " all " | " a + 0 " | " b + 0 " | " \
				c + 0 " | " d + 0 " |" }
		END { for (i = 1; i <= n; i++) { d = order[i]
			print line(d, all[d], count[d, "met"], count[d, "host"],
				count[d, "not ours"], count[d, "not yet"]) }
		      print line("all", NR, total["met"], total["host"],
				total["not ours"], total["not yet"]) }' |
		while IFS= read -r line; do
			grep -qxF "$line" "$document" || echo "$line"
		done
}

echo 1..9
report 'every row has five columns and a known status' "$(complaints '
	$8 != 7 { print "line " $1 ": " $8 - 2 " columns" }
	$4 !~ /^(met|host|not ours|not yet)$/ {
		print "line " $1 ": no such status: " $4 }')"
report 'every row says where, how or why' "$(complaints '
	$5 !~ /[A-Za-z0-9]/ { print "line " $1 ": the fourth column is empty" }')"
report 'what is met names a test, and nothing else does' "$(complaints '
	$3 ~ /^A/ { next }
	$4 == "met" && $6 !~ /\[.+\]/ { print "line " $1 ": no test" }
	$4 != "met" && $6 ~ /\[/ { print "line " $1 ": a test, but " $4 }')"
report 'every reference is defined once and used' "$(undefined)"
report 'every test and file that is named exists' \
	"$(while IFS=$'\t' read -r label path name; do
		what_is_missing "$label" "$path" "$name"
	done <<<"$references")"
report 'every proof is a test' "$(misplaced)"
report 'a row of a profile has the status of its section' "$(profiles)"
report 'no section is left out' "$(left_out)"
report 'the counts at the top are those of the rows' "$(summary)"
