#!/usr/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# init.sh: process 1 of the virtual machine. Runs the programs that /programs
# lists after the source tree, in it, and switches off.
#
# The first serial port is the kernel's console. The second gets what tests/run
# says and at last "exit CODE", the third the TAP of each program below the
# line "==> NAME.tap <==".
export PATH=/usr/sbin:/usr/bin

busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs devtmpfs /dev
busybox mount -t bpf bpf /sys/fs/bpf
busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
busybox ln -s /proc/self/fd /dev/fd
xargs busybox modprobe -a </modules

exec >/dev/ttyS1 </dev/null
{
	read -r source
	cd "$source" || echo "no $source"
	programs=$(cat)
} </programs
uname -sr
# shellcheck disable=SC2086 # a list of names without blanks
EGRESS=clsact tests/run /tmp $programs
code=$?
tail -v -n +1 /tmp/test-logs/*.tap >/dev/ttyS2
echo "exit $code"
busybox poweroff -f
