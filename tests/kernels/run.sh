#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh DIRECTORY KERNEL INITRAMFS: boots a kernel in QEMU and says what the
# tests in its initramfs say (init.sh). Ends with 0 when all of them passed.
#
# Without KVM, so that it is the same everywhere; ACCEL=kvm asks for it. Below
# DIRECTORY, `console` has what the kernel said, `report` the summary, `logs`
# the TAP of each program.
set -u
directory=$1 kernel=$2 initramfs=$3

# Bound on a machine that hangs: a run takes about ten minutes on an idle one.
seconds=3600

# Same addresses for each process let the emulator use its translations again.
faster="norandmaps nokaslr mitigations=off init_on_alloc=0 audit=0 apparmor=0"
faster="$faster rcupdate.rcu_expedited=1"

rm -rf "$directory/logs"
mkdir -p "$directory/logs"

# All of it is one job, which ends when this script has to.
set -m
trap 'kill -- "-$(jobs -p)"; exit 130' HUP INT TERM

command -v qemu-system-x86_64 >/dev/null || {
	echo "no QEMU: install what tests/kernels/packages.txt lists"
	exit 1
}
timeout --foreground "$seconds" qemu-system-x86_64 \
	-nodefaults -display none -no-reboot -nic none \
	-accel "${ACCEL:-tcg}" -cpu max,la57=off -smp 2 -m 1024 \
	-kernel "$kernel" -initrd "$initramfs" \
	-append "console=ttyS0 panic=-1 $faster" \
	-serial "file:$directory/console" -serial stdio \
	-serial "file:$directory/tap" </dev/null |
	tr -d '\r' | tee "$directory/report" | grep --line-buffered -v '^exit ' &
wait

tr -d '\r' <"$directory/tap" | awk -v directory="$directory/logs" '
	/^==> .*\.tap <==$/ {
		n = split($2, path, "/"); file = directory "/" path[n]; next
	}
	file { print >file }'

last=$(tail -n 1 "$directory/report")
case $last in
exit\ *)
	exit "${last#exit }" ;;
esac
echo "the virtual machine did not finish; the end of its console:"
tail -n 20 "$directory/console"
exit 1
