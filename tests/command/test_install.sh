#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make install and uninstall, into a directory of the test's own.
# shellcheck source=tests/command/lib.sh
. "${0%/*}/lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL
root=$work/root

install_rules() {
	make -s -C "$SOURCE" -f loader/install.mk BUILD="${WEIR%/*}" \
		PREFIX=/usr DESTDIR="$root" "$1"
}

test_install_puts_everything_in_its_place() {
	install_rules install
	cmp "$WEIR" "$root/usr/sbin/weir"
	cmp "$SOURCE/docs/weir.8" "$root/usr/share/man/man8/weir.8"
	cmp "$SOURCE/policies/edge.weir" \
		"$root/usr/share/weir/policies/edge.weir"
	"$WEIR" completion bash |
		cmp - "$root/usr/share/bash-completion/completions/weir"
}

test_the_installed_program_runs() {
	install_rules install
	"$root/usr/sbin/weir" version
}

test_uninstall_leaves_no_file_and_nothing_of_others() {
	install_rules install
	echo mine >"$root/usr/share/weir/mine.weir"
	install_rules uninstall
	[ "$(find "$root" -type f)" = "$root/usr/share/weir/mine.weir" ]
}

run_tests
