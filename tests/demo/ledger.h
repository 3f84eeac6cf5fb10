/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the router should have counted beside what it has.
 *
 * Scenarios book what they expect, `weir counters --json` brings what was
 * counted. The two must agree, counter by counter, in packets and bytes; a
 * counter that nobody expected anything of has to be zero.
 */
#ifndef WEIR_DEMO_LEDGER_H
#define WEIR_DEMO_LEDGER_H

#include <stdbool.h>

#include "scenario.h"

struct entry {
	struct counter_name name;
	uint64_t expected_packets;
	uint64_t expected_bytes;
	uint64_t packets;
	uint64_t bytes;
	/* Counted less expected when last settled. */
	uint64_t settled_packets;
	uint64_t settled_bytes;
};

struct ledger {
	struct entry *entries;
	size_t count;
	const char *command; /* prints the counters */
};

void ledger_expect(struct ledger *ledger, const struct counter_name *name,
		   uint64_t packets, uint64_t bytes);

/* Runs the command; false after a message when it brings no counters. */
bool ledger_read(struct ledger *ledger);

bool entry_is_right(const struct entry *entry);

/* Packets counted, over all entries. */
uint64_t ledger_counted(const struct ledger *ledger);

/* Entries that are wrong. */
size_t ledger_wrong(const struct ledger *ledger);

/*
 * Settles the accounts: what is wrong now is held against later scenarios no
 * more. Returns how many entries have become wrong, or differently wrong,
 * since the last time.
 */
size_t ledger_settle(struct ledger *ledger);

/* A table of all entries, 80 columns wide. */
void ledger_print(const struct ledger *ledger);

void ledger_free(struct ledger *ledger);

#endif
