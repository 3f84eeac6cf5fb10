// SPDX-License-Identifier: GPL-2.0-only
/* Programs of somebody else's, which weir has to leave where they are. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int foreign_xdp(struct xdp_md *context)
{
	(void)context;
	return XDP_PASS;
}

/* Lets every packet go, and none go on to the programs behind it. */
SEC("tc")
int foreign_tc(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
