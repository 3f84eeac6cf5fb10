#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# weir.policy(5) against the tables it repeats: every name of a value is in it
# with its number, every word of the language is mentioned, and its example and
# those of LANGUAGE.md are policies that tests/policy compiles.
set -u
manual=docs/weir.policy.5
text=$(mandoc -Tascii "$manual" | col -bx)
count=0
failed=0

# report MISSING NAME: passes when nothing is missing.
report() {
	count=$((count + 1))
	if [ -z "$1" ]; then
		echo "ok $count - $2"
	else
		failed=1
		echo "not ok $count - $2"
		echo "$1" | sed 's/^/# /'
	fi
}

# missing_from_text: of the lines read, those the manual does not have.
missing_from_text() {
	flat=$(echo "$text" | sed 's/\([a-z]\)-$/\1-@/' | tr -s ' \n' '  ' |
		sed 's/-@ /-/g')
	while read -r entry; do
		case " $flat " in
		*[\ \(\"]"$entry"[\ \),.:\;]*) ;;
		*) echo "$entry" ;;
		esac
	done
}

report "$(mandoc -Tlint -W warning "$manual" 2>&1)" \
	"the manual has no warnings"
report "$(sed -n 's/^PROTOCOL(\([0-9]*\), "\(.*\)")/\2 \1/p' \
	include/protocols.def | missing_from_text)" \
	"the manual lists every protocol"
report "$(sed -n 's/^PORT(\([0-9]*\), "\(.*\)")/\2 \1/p' \
	include/ports.def | missing_from_text)" \
	"the manual lists every port"
report "$(sed -n 's/^ICMP_TYPE([46], \([0-9]*\), "\(.*\)")/\2 (\1)/p' \
	include/icmp.def | missing_from_text)" \
	"the manual lists every ICMP type"
report "$(sed -n 's/^ICMP_CODE([46], [0-9]*, \([0-9]*\), "\(.*\)")/\2 (\1)/p' \
	include/icmp.def | missing_from_text)" \
	"the manual lists every ICMP code"
report "$(sed -n 's/^\(DSCP\|PRECEDENCE\)(\([0-9]*\), "\(.*\)")/\3 \2/p' \
	include/dscp.def | missing_from_text)" \
	"the manual lists every DSCP and precedence"
report "$(sed -n 's/^PRIORITY(\([0-9]*\), "\(.*\)")/\2 \1/p' \
	include/priorities.def | missing_from_text)" \
	"the manual lists every priority"
report "$(sed -n 's/^[A-Z_]*([A-Z0-9_]*, "\(.*\)", \([0-9]*\))/\1 \2/p' \
	include/ip_options.def include/extension_headers.def |
	missing_from_text)" \
	"the manual lists every IP option and extension header"
report "$(sed -n 's/^[A-Z_]*([A-Z]*, "\([a-z]*\)".*/\1/p' \
	include/tcp_flags.def include/units.def include/validations.def |
	missing_from_text)" \
	"the manual mentions every TCP flag, unit and mode of validation"
report "$(sed -n '/^%token INCLUDE/,$s/^%token .*"\([a-z-]*\)"$/\1/p' \
	loader/policy/policy.y | missing_from_text)" \
	"the manual mentions every word of the language"
report "$(sed -n 's/^\(CHECK\|ROLE\)([A-Z_]*, "\([a-z-]*\)".*/\2/p' \
	include/checks.def include/roles.def | missing_from_text)" \
	"the manual mentions every check and role"
report "$(sed -n '/^.Sh EXAMPLES/,/^.Ed/{/^\./d;p;}' "$manual" |
	sed 1d | diff - tests/policy/ok/the-example-of-the-manual.weir)" \
	"the manual's example is a test"
report "$(sed -n '/^...weir$/,/^...$/{/^...weir$/d;/^...$/d;p;}' docs/LANGUAGE.md |
	diff - tests/policy/ok/the-examples-of-the-language.weir)" \
	"the examples of LANGUAGE.md are a test"
echo "1..$count"
exit $failed
