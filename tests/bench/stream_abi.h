/* SPDX-License-Identifier: GPL-2.0-only */
/* What stream.c and stream.bpf.c share. */
#ifndef WEIR_BENCH_STREAM_ABI_H
#define WEIR_BENCH_STREAM_ABI_H

#include <linux/types.h>

enum {
	STREAM_FRAMES = 1024,	 /* a power of two */
	STREAM_FRAME_BYTES = 80, /* shorter frames are padded */
};

struct stream_frame {
	__u64 words[STREAM_FRAME_BYTES / 8];
};

struct stream_position {
	__u32 next;
	__u32 mask; /* frames in use, a power of two, less one */
};

#endif
