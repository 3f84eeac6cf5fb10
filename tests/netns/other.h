/* SPDX-License-Identifier: GPL-2.0-only */
/* Compiled in, makes other instructions of the same programs: drops otherwise.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#define XDP_DROP XDP_ABORTED
#undef TC_ACT_SHOT
#define TC_ACT_SHOT TC_ACT_STOLEN
