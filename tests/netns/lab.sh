# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# lab.sh: a provider's edge in four network namespaces. Sourced, not run.
#
#	customer eth0 ---- eth1 edge eth0 ---- eth0 transit
#	                        eth2
#	                         |
#	                        eth0 core: the network behind, with its routers
#
# The edge is a Linux router with forwarding on, the namespace $lab-edge. The
# hosts are bare ends of veth pairs: tests attach XDP programs to them that send
# and count, so nothing but what a test sends is ever on a link. For that the
# edge is kept silent too: neighbours are permanent, multicast and ARP are off
# on its devices (no MLD reports), there are no link-local addresses, duplicate
# address detection and router solicitation are off, and ICMP echo is not
# answered.
# What no test may send to the edge itself: segments to closed ports.
#
# Addresses of the edge (customer, transit and core are its neighbours):
#	eth0	192.0.2.2/30		2001:db8:cafe::2/64	transit .1, ::1
#	eth1	203.0.113.1/30		2001:db8:a::1/64	customer .2, ::2
#	eth2	198.51.100.65/30	2001:db8:0:64::1/64	core .66, ::2
# Routes: default to transit; customers' prefixes to customer; the rest of
# 198.51.100.0/22 and 2001:db8::/32 to core. The MAC addresses are those that
# frames have when their text names none (tests/tools/frame.h).
#
# lab_up PREFIX makes it, lab_down removes it and is safe to call at any time.

lab_mac_edge=02:00:00:00:00:02
lab_mac_host=02:00:00:00:00:01

# lab_in HOST COMMAND...: `ip netns exec` would hide /sys/fs/bpf.
lab_in() {
	lab_host=$1
	shift
	nsenter "--net=/run/netns/$lab-$lab_host" "$@"
}

lab_namespace() {
	ip netns add "$lab-$1" &&
		lab_in "$1" sysctl -qw \
			net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0 \
			net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.default.addr_gen_mode=1 \
			net.ipv6.conf.default.router_solicitations=0 \
			net.ipv6.conf.default.accept_ra=0 \
			net.ipv6.conf.default.disable_ipv6="$2"
}

# Two queues: two senders on different CPUs do not overrun one ring.
lab_link() { # DEVICE HOST
	ip link add "$1" netns "$lab-edge" address $lab_mac_edge \
		numtxqueues 2 numrxqueues 2 type veth \
		peer name eth0 netns "$lab-$2" address $lab_mac_host \
		numtxqueues 2 numrxqueues 2 &&
		ip -n "$lab-edge" link set "$1" arp off multicast off up &&
		ip -n "$lab-$2" link set eth0 arp off multicast off up
}

# After the links: a device that is a multicast device when it starts to forward
# joins the routers' group and reports it.
lab_edge_sysctls() {
	lab_in edge sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.default.send_redirects=0 \
		net.ipv4.icmp_echo_ignore_all=1 \
		net.ipv6.icmp.echo_ignore_all=1
}

lab_addresses() {
	ip -n "$lab-edge" -batch - <<-end
		address add 192.0.2.2/30 dev eth0
		address add 203.0.113.1/30 dev eth1
		address add 198.51.100.65/30 dev eth2
		address add 2001:db8:cafe::2/64 dev eth0 nodad
		address add 2001:db8:a::1/64 dev eth1 nodad
		address add 2001:db8:0:64::1/64 dev eth2 nodad
		neighbour add 192.0.2.1 lladdr $lab_mac_host dev eth0
		neighbour add 203.0.113.2 lladdr $lab_mac_host dev eth1
		neighbour add 198.51.100.66 lladdr $lab_mac_host dev eth2
		neighbour add 2001:db8:cafe::1 lladdr $lab_mac_host dev eth0
		neighbour add 2001:db8:a::2 lladdr $lab_mac_host dev eth1
		neighbour add 2001:db8:0:64::2 lladdr $lab_mac_host dev eth2
	end
}

lab_routes() {
	ip -n "$lab-edge" -batch - <<-end
		route add default via 192.0.2.1
		route add 203.0.113.0/25 via 203.0.113.2
		route add 203.0.113.128/26 via 203.0.113.2
		route add 198.51.100.0/22 via 198.51.100.66
		route add default via 2001:db8:cafe::1
		route add 2001:db8:a::/48 via 2001:db8:a::2
		route add 2001:db8:b::/48 via 2001:db8:a::2
		route add 2001:db8::/32 via 2001:db8:0:64::2
		route add blackhole fe80::/10
	end
}

lab_up() { # PREFIX
	lab=$1
	lab_namespace edge 0 &&
		lab_namespace customer 1 &&
		lab_namespace transit 1 &&
		lab_namespace core 1 &&
		lab_link eth0 transit &&
		lab_link eth1 customer &&
		lab_link eth2 core &&
		lab_edge_sysctls &&
		lab_addresses &&
		lab_routes
}

# A namespace whose name is gone lives on while its devices are taken down; the
# devices are deleted first, so that nothing is left when this returns.
lab_down() {
	[ -n "${lab:-}" ] || return 0
	for lab_device in eth0 eth1 eth2; do
		ip -n "$lab-edge" link delete "$lab_device" 2>/dev/null
	done
	for lab_host in edge customer transit core; do
		ip netns delete "$lab-$lab_host" 2>/dev/null
	done
	return 0
}
