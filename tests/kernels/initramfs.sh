#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# initramfs.sh KERNEL BUILD PROGRAM...: an initramfs on standard output that
# runs test programs. KERNEL is an unpacked package linux-image-*.
#
# It is a part of this machine under the same names: the tools that the tests
# call with their shared libraries, the test programs, what they read of BUILD
# and of the source tree, which is the working directory. So the programs run
# in it as they are. What is not of this machine (init, the modules, the list
# of programs) is a second archive after the first: the kernel unpacks both.
set -eu -o pipefail
export PATH=/usr/sbin:/usr/bin
kernel=$1 build=$2
shift 2

# What tests/run, tests/command/lib.sh, tests/netns and testbed.c call.
tools="awk basename bash bpftool busybox cat chmod cp cut date diff dirname find
	flock grep head ip jq ln ls mkdir mkfifo mktemp mount mv nsenter python3 readlink rm
	rmdir sed seq sh sleep sort stat stty sysctl tail tc timeout touch tr
	uname uniq unshare wc xargs xdp-loader"
modules="veth sch_ingress cls_bpf 8021q bridge vrf"
python_modules="os, socket, struct, sys"

# The dispatcher that libxdp puts on a device, and its look-up path.
dispatcher=/usr/lib/$(gcc -print-multiarch)/bpf/xdp-dispatcher.o

fail() {
	echo "initramfs: $*" >&2
	exit 1
}

list_tools() {
	for tool in $tools; do
		command -v "$tool" || fail "there is no $tool: install" \
			"what tests/packages.txt and tests/kernels/packages.txt list"
	done
	echo "$dispatcher"
	python3 -c "import $python_modules
for module in list(sys.modules.values()):
    for file in '__file__', '__cached__':
        if os.path.exists(getattr(module, file, None) or ''):
            print(getattr(module, file))"
}

list_tests() {
	printf '%s\n' "$@" "$build/weir"
	find "$build/bpf" "$build/tests" -name '*.bpf.o'
	find "$build/tests/netns" -maxdepth 1 -type f -perm /111
	find "$PWD/tests" "$PWD/policies" -type f
}

# Programs and their libraries; links are followed when archived.
with_libraries() {
	while read -r file; do
		echo "$file"
		[ ! -x "$file" ] || ldd "$file" 2>/dev/null |
			grep -o '/[^ ]*' || :
	done
}

# Debian's /bin, /sbin and /lib are links into /usr: one name for each file,
# and its directories before it.
with_directories() {
	sed -E 's,^/(bin|sbin|lib|lib64)/,/usr/\1/,; s,^/,,' | awk -F/ '{
		path = ""
		for (i = 1; i <= NF; i++)
			print path = path (i > 1 ? "/" : "") $i
	}' | sort -u
}

archive() {
	cpio --quiet --create --format=newc "$@"
}

# The modules and what modules.dep says that they depend on.
copy_modules() { # TREE
	local release base

	release=$(ls "$kernel/lib/modules")
	base=$1/usr/lib/modules/$release
	busybox depmod -b "$kernel" "$release"
	mkdir -p "$base"
	cd "$kernel/lib/modules/$release"
	cp modules.dep "$base"
	for module in $modules; do
		grep "/$module.ko:" modules.dep || fail "there is no $module"
	done | tr -d : | xargs -n 1 cp --parents -t "$base"
	cd "$OLDPWD"
}

own_files() {
	local tree=$build/kernels/root

	rm -rf "$tree"
	mkdir -p "$tree"/{dev,proc,run/netns,sys,tmp}
	for directory in bin sbin lib lib64; do
		mkdir -p "$tree/usr/$directory"
		ln -s "usr/$directory" "$tree/$directory"
	done
	copy_modules "$tree"
	echo "$modules" >"$tree/modules"
	printf '%s\n' "$PWD" "$@" >"$tree/programs"
	install -m 755 tests/kernels/init.sh "$tree/init"
	cd "$tree"
	find . | archive
}

{ list_tools; list_tests "$@"; } | with_libraries | with_directories |
	archive --dereference --directory=/
own_files "$@"
