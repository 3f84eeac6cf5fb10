#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# check and fmt: good policies, bad ones, and files that are no policy at all.
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

cat >"$work/good.weir" <<'POLICY'
set own {
	198.51.100.0/22;
	2001:db8::/32;
}

customer acme {
	203.0.113.0/25;
}

filter guard {
	permit tcp destination-port 179 to own;
	drop udp destination-port 19;
}

interface eth1 {
	role customer acme;
	in {
		apply guard;
	}
}
POLICY
printf 'set noc { 192.0.2.1/24; }\n' >"$work/bad.weir"

# nobody COMMAND...: without root's rights, on a copy that anyone may run.
nobody() {
	cp "$WEIR" "$work/weir"
	chmod 755 "$work" "$work/weir"
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

test_check_of_a_good_policy_says_what_it_holds() {
	ends 0 check "$work/good.weir"
	prints "interfaces  1"
	prints "rules       2"
	grep -qE '^customers6 +1$' "$work/out"
	[ ! -s "$work/err" ]
	fits "$work/out"
}

test_check_in_json_has_the_same_numbers() {
	ends 0 check --json "$work/good.weir"
	json '.valid == true and .errors == 0 and .interfaces == 1'
	json '.rules == 2 and .prefixes.customers6 == 1 and .image_bytes > 0'
}

test_check_reads_standard_input() {
	"$WEIR" check - <"$work/good.weir" >"$work/out"
	prints "interfaces  1"
}

test_check_needs_no_privilege() {
	chmod 644 "$work/good.weir"
	nobody "$work/weir" check "$work/good.weir" >"$work/out"
	prints "interfaces  1"
}

test_verbose_check_prints_the_image_too() {
	ends 0 check "$work/good.weir"
	lines=$(wc -l <"$work/out")
	ends 0 check -v "$work/good.weir"
	[ "$(wc -l <"$work/out")" -gt "$lines" ]
}

test_an_error_is_printed_with_its_place_and_exits_with_1() {
	ends 1 check "$work/bad.weir"
	says "bad.weir:1:11: error:"
	says "hint:"
	says "weir check: 1 error"
	[ ! -s "$work/out" ]
}

test_errors_in_json_carry_file_line_column_message_and_hint() {
	ends 1 check --json "$work/bad.weir"
	json '.valid == false and .errors == 1'
	json '.diagnostics[0] | .line == 1 and .column == 11'
	json '.diagnostics[0] | .severity == "error" and (.message | length > 0)'
	json '.diagnostics[0] | has("hint") and (.file | endswith("bad.weir"))'
}

test_several_errors_are_reported_in_one_run() {
	printf 'set a { 192.0.2.1/24; }\nset b { 10.0.0.1/8; }\n' \
		>"$work/two.weir"
	ends 1 check --json "$work/two.weir"
	json '.errors == 2 and (.diagnostics | map(.line)) == [1, 2]'
}

test_a_missing_file_is_named() {
	ends 1 check "$work/missing.weir"
	says "missing.weir"
	says "No such file"
}

test_a_directory_is_no_policy() {
	ends 1 check "$work"
	says "is not a regular file"
}

test_an_unreadable_file_is_named() {
	cp "$work/good.weir" "$work/secret.weir"
	chmod 000 "$work/secret.weir"
	code=0
	nobody "$work/weir" check "$work/secret.weir" \
		>"$work/out" 2>"$work/err" || code=$?
	[ "$code" -eq 1 ]
	says "secret.weir"
	says "Permission denied"
}

test_ten_megabytes_of_noise_end_in_a_few_errors() {
	head -c 10000000 /dev/urandom >"$work/noise"
	ends 1 check "$work/noise"
	says "error"
	[ "$(wc -c <"$work/err")" -lt 20000 ]
	fits "$work/err"
	no grep -qa '[^[:print:][:space:]]' "$work/err"
}

test_noise_in_json_is_valid_json() {
	head -c 100000 /dev/urandom >"$work/noise"
	ends 1 check --json "$work/noise"
	json '.valid == false and (.diagnostics | length > 0)'
}

test_a_file_name_that_is_not_utf_8_is_valid_json() {
	name=$work/$(printf 'p\377q.weir')
	cp "$work/bad.weir" "$name"
	ends 1 check --json "$name"
	json '.file | endswith("p\ufffdq.weir")'
}

test_an_empty_file_is_a_valid_policy() {
	: >"$work/empty.weir"
	ends 0 check "$work/empty.weir"
	prints "interfaces  0"
}

test_check_warns_of_a_policy_that_governs_no_interface() {
	echo 'interface eth0 { role management; }' >"$work/idle.weir"
	ends 0 check "$work/idle.weir"
	says "idle.weir: warning: the policy governs no interface"
	ends 0 check --json "$work/idle.weir"
	json '.valid and (.diagnostics | map(.severity)) == ["warning"]'
	ends 0 check "$work/good.weir"
	[ ! -s "$work/err" ]
}

test_fmt_prints_the_canonical_form_and_leaves_the_file() {
	printf 'set own {198.51.100.0/22;}\n' >"$work/ugly.weir"
	cp "$work/ugly.weir" "$work/before"
	ends 0 fmt "$work/ugly.weir"
	cp "$work/out" "$work/pretty.weir"
	cmp "$work/before" "$work/ugly.weir"
	no cmp -s "$work/pretty.weir" "$work/ugly.weir"
	ends 0 fmt "$work/pretty.weir"
	cmp "$work/pretty.weir" "$work/out"
}

test_fmt_check_tells_canonical_from_not() {
	printf 'set own {198.51.100.0/22;}\n' >"$work/ugly.weir"
	ends 1 fmt --check "$work/ugly.weir"
	says "not in canonical form"
	[ ! -s "$work/out" ]
	"$WEIR" fmt "$work/ugly.weir" >"$work/pretty.weir"
	ends 0 fmt --check "$work/pretty.weir"
	[ ! -s "$work/err" ]
	ends 1 fmt --check --json "$work/ugly.weir"
	json '.canonical == false and .rewritten == false'
}

test_fmt_in_place_rewrites_and_keeps_the_mode() {
	printf 'set own {198.51.100.0/22;}\n' >"$work/ugly.weir"
	chmod 640 "$work/ugly.weir"
	"$WEIR" fmt "$work/ugly.weir" >"$work/pretty.weir"
	ends 0 fmt -i "$work/ugly.weir"
	cmp "$work/pretty.weir" "$work/ugly.weir"
	[ "$(stat -c %a "$work/ugly.weir")" = 640 ]
	[ "$(find "$work" -name 'ugly.weir*' | wc -l)" -eq 1 ]
}

test_fmt_in_place_follows_a_symbolic_link() {
	printf 'set own {198.51.100.0/22;}\n' >"$work/target.weir"
	ln -sf target.weir "$work/link.weir"
	ends 0 fmt -i "$work/link.weir"
	[ -L "$work/link.weir" ]
	ends 0 fmt --check "$work/target.weir"
}

test_fmt_in_place_leaves_a_canonical_file_untouched() {
	"$WEIR" fmt "$work/good.weir" >"$work/pretty.weir"
	before=$(stat -c '%i %Y' "$work/pretty.weir")
	ends 0 fmt -i "$work/pretty.weir"
	[ "$(stat -c '%i %Y' "$work/pretty.weir")" = "$before" ]
}

test_fmt_in_place_of_a_policy_with_errors_changes_nothing() {
	printf 'set own { 198.51.100.0/22 \n' >"$work/broken.weir"
	cp "$work/broken.weir" "$work/before"
	ends 1 fmt -i "$work/broken.weir"
	says "broken.weir:"
	cmp "$work/before" "$work/broken.weir"
}

test_fmt_in_place_refuses_what_is_not_a_regular_file() {
	mkfifo "$work/pipe"
	printf 'set own {198.51.100.0/22;}\n' >"$work/pipe" &
	ends 4 fmt -i "$work/pipe"
	says "is not a regular file"
	[ -p "$work/pipe" ]
	rm "$work/pipe"
}

test_fmt_in_place_that_cannot_write_leaves_the_file() {
	mkdir "$work/locked"
	printf 'set own {198.51.100.0/22;}\n' >"$work/locked/ugly.weir"
	cp "$work/locked/ugly.weir" "$work/before"
	chmod 555 "$work/locked"
	code=0
	nobody "$work/weir" fmt -i "$work/locked/ugly.weir" \
		>"$work/out" 2>"$work/err" || code=$?
	chmod 755 "$work/locked"
	[ "$code" -eq 3 ]
	says "cannot rewrite"
	cmp "$work/before" "$work/locked/ugly.weir"
}

test_fmt_needs_syntax_only() {
	printf 'set own {\n\tundefined-elsewhere;\n}\n' >"$work/undefined.weir"
	ends 0 fmt "$work/undefined.weir"
	ends 1 check "$work/undefined.weir"
}

run_tests
