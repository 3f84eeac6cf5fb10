/* SPDX-License-Identifier: GPL-2.0-only */
/* Exit codes; weir(8) documents them. */
#ifndef WEIR_EXIT_H
#define WEIR_EXIT_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_POLICY = 1,  /* the policy has errors, or is not canonical */
	EXIT_USAGE = 2,	  /* the command line is wrong */
	EXIT_KERNEL = 3,  /* the kernel, a file or standard output failed */
	EXIT_REFUSED = 4, /* a safety guard said no */
	EXIT_PARTLY = 5,  /* undone, but not all of it */
};

#endif
