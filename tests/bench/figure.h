/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a benchmark found: the median of several runs, the least and the most.
 *
 * Every program of this directory prints its figures to standard output, one
 * a line: KEY MEDIAN MIN MAX. bench.sh makes the table and bench.json of them.
 */
#ifndef WEIR_BENCH_FIGURE_H
#define WEIR_BENCH_FIGURE_H

#include <stddef.h>

enum { RUNS = 7 }; /* of each figure, unless its program says otherwise */

struct figure {
	double median;
	double least;
	double most;
};

/* Sorts the values; count is at least 1. */
struct figure figure_of(double *values, size_t count);

/* The mean of several, in each of the three. */
struct figure figure_mean(const struct figure *figures, size_t count);

void figure_print(const char *key, struct figure figure);

/* One that is the same in each run. */
void figure_print_exact(const char *key, double value);

/* Seconds: of the clock on the wall; spent by this thread alone. */
double seconds_now(void);
double seconds_of_thread(void);

/* Ends the program after a message: "WHAT: strerror(errno)". */
_Noreturn void die(const char *what);

#endif
