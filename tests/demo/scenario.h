/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The demonstration's scenarios, one a line of a text file:
 *
 *	COUNT | from HOST | FRAME | expect WHAT # sentence
 *
 * HOST is customer, transit or core. FRAME is in the language of
 * tests/tools/frame.h. WHAT is a list of what counts each packet, in the order
 * in which it passes the router, and the host it reaches, if any:
 *
 *	WHAT  = COUNTED { "," COUNTED } [ "arrives" HOST ]
 *	COUNTED = ( "pass" | "drop" ) REASON "on" INTERFACE ( "in" | "out" )
 *		  [ "rule" "FILTER: TEXT" ]
 *
 * A line that starts with "## " is a heading; # starts a comment elsewhere too,
 * blank lines mean nothing.
 */
#ifndef WEIR_DEMO_SCENARIO_H
#define WEIR_DEMO_SCENARIO_H

#include <stdint.h>
#include <stdio.h>

#include "frame.h"

enum host { HOST_CUSTOMER, HOST_TRANSIT, HOST_CORE, HOST_COUNT };
enum { EXPECT_MAX = 4 };

extern const char *const host_names[HOST_COUNT];

/* What names a counter, as `weir counters --json` does. */
struct counter_name {
	char interface[48];
	char direction[8];
	char reason[32];
	char verdict[8];
	char rule[200]; /* "FILTER: TEXT", or empty */
};

struct scenario {
	unsigned int line;
	uint32_t count;
	enum host from;
	int arrives; /* enum host, or -1 */
	struct frame frame;
	struct counter_name counted[EXPECT_MAX];
	size_t counted_count;
	char heading[80]; /* of the section it opens, or empty */
	char sentence[80];
};

/*
 * Reads the whole file into a new array, *count long. NULL after a message
 * "file:line: ..." on standard error.
 */
struct scenario *scenarios_read(const char *path, size_t *count);

#endif
