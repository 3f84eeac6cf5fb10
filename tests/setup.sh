#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# setup.sh: makes a Debian 12 machine ready to build and test weir, as root.
#
# Installs what tests/packages.txt lists and the machine lacks, and mounts the
# BPF file system where it is not mounted. Run again it does nothing.
# `setup.sh --list` prints the packages and changes nothing; `setup.sh kernels`
# installs what `make test-kernels` needs besides.
set -eu
here=$(dirname "$0")
packages=$(grep -hv '^#' "$here/packages.txt")
[ "${1:-}" != kernels ] ||
	packages="$packages $(grep -hv '^#' "$here/kernels/packages.txt")"

if [ "${1:-}" = --list ]; then
	echo "$packages"
	exit 0
fi

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for package in $packages; do
	installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ] || ! mountpoint -q /sys/fs/bpf; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "setup: needs root, to install:$missing" >&2
		exit 3
	fi
fi
if [ -n "$missing" ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086 # a list of names
	apt-get install -q -y --no-install-recommends $missing
fi
mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
