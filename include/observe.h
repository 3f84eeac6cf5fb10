/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in force, in the policy's words: kernel state -> rows for people
 * and programs. Joins counters and tries with the record that the image
 * carries; output/ turns rows into text or JSON.
 */
#ifndef WEIR_OBSERVE_H
#define WEIR_OBSERVE_H

#include "kernel.h"

/*
 * What one reason or one rule did. Each packet judged is in `judged` of one
 * row: those that were dropped or passed for that, in `done` or `over`, and
 * those that monitor let through, in `would_drop`. A rule that goes on judges
 * none, except those it drops over its limit.
 */
struct counter_row {
	const char *interface;
	enum direction direction;
	const char *reason; /* "bogon-source", "rule-drop"; NULL: goes on */
	enum verdict verdict;
	const char *filter; /* NULL unless a rule counted */
	const char *rule;
	const char *file; /* NULL when the running policy has it no more */
	uint32_t line;
	bool goes_on;	     /* the rule does not end the search */
	bool limited;	     /* the rule has a limit */
	struct counter done; /* what the reason or rule says was done */
	struct counter over; /* over the rule's limit */
	struct counter would_drop;
	struct counter judged;
};

/* What happened to packets beside their verdict; in no sum. */
struct note_row {
	const char *interface;
	enum direction direction;
	const char *note; /* "remarked" */
	struct counter count;
};

/* A limit per source. */
struct limit_row {
	const char *interface;
	enum direction direction;
	const char *filter; /* NULL: the limit of the interface */
	const char *rule;
	uint64_t sources; /* that have a state now */
	uint64_t evicted; /* whose state was given up for others, ever */
};

/* NULL members match everything. */
struct counter_filter {
	const char *interface;
	const char *direction;
	const char *reason;
	const char *rule; /* filter name, or a part of the rule's text */
	bool all;	  /* zero rows and rules of former policies too */
};

struct counter_table {
	const struct counter_row *rows;
	size_t count;
	const struct note_row *notes;
	size_t note_count;
	const struct limit_row *limits;
	size_t limit_count;
	bool monitor;		   /* something shown is or was in monitor */
	struct counter judged;	   /* sums over the rows */
	struct counter would_drop; /* of these, let through by monitor */
};

/*
 * Memory from state->arena. Rows by interface, direction, reason; rules stand
 * together in the order in which they were written.
 */
int observe_counters(struct kernel_state *state,
		     const struct counter_filter *filter,
		     struct counter_table *table, struct kernel_error *error);

/*
 * One prefix of one set: "own", "bogons" (as sources), "infrastructure",
 * "local", "customer acme", "link eth1", and the sets of the policy by name.
 * All but the last are read from the tries in force, so that live edits show;
 * what is taken out of a prefix is taken out of the rows too.
 */
struct set_row {
	const char *set;
	struct prefix prefix;
};

struct set_table {
	const struct set_row *rows;
	size_t count;
};

/* Memory from state->arena. Rows of one set stand together, sorted. */
int observe_sets(struct kernel_state *state,
		 const struct kernel_options *options, struct set_table *table,
		 struct kernel_error *error);

/*
 * A device of the policy that is not as it was applied: gone, made anew,
 * renamed, or without one of its programs. "DEVICE is PROBLEM" is a sentence.
 */
struct problem_row {
	const char *device;  /* as the policy names it */
	const char *problem; /* "not filtered: the device was made anew; ..." */
};

struct problem_table {
	const struct problem_row *rows;
	size_t count;
};

/* Memory from state->arena. No row for a device that is as applied. */
int observe_problems(struct kernel_state *state, struct problem_table *table,
		     struct kernel_error *error);

#endif
