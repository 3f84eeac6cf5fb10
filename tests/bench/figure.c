/* SPDX-License-Identifier: GPL-2.0-only */
/* Medians and spreads: see figure.h. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "figure.h"

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

struct figure figure_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return (struct figure){ values[count / 2], values[0],
				values[count - 1] };
}

struct figure figure_mean(const struct figure *figures, size_t count)
{
	struct figure mean = { 0, 0, 0 };

	for (size_t i = 0; i < count; i++) {
		mean.median += figures[i].median / (double)count;
		mean.least += figures[i].least / (double)count;
		mean.most += figures[i].most / (double)count;
	}
	return mean;
}

void figure_print(const char *key, struct figure figure)
{
	printf("%s %.3f %.3f %.3f\n", key, figure.median, figure.least,
	       figure.most);
	fflush(stdout);
}

void figure_print_exact(const char *key, double value)
{
	figure_print(key, (struct figure){ value, value, value });
}

static double read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double seconds_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double seconds_of_thread(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void die(const char *what)
{
	perror(what);
	exit(1);
}
