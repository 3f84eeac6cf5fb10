/* SPDX-License-Identifier: GPL-2.0-only */
/* Random sets of prefixes, with lengths as in route tables. */
#ifndef WEIR_BENCH_PREFIXES_H
#define WEIR_BENCH_PREFIXES_H

#include "base/arena.h"
#include "base/prefix.h"

/*
 * `count` different prefixes, sorted, the same in each run. IPv6 ones are all
 * within one /12, as a registry has it.
 */
struct prefix *random_prefixes(struct arena *arena, uint8_t family,
			       size_t count);

/* Sorts, and takes out what stands there twice; how many are left. */
size_t sort_prefixes(struct prefix *prefixes, size_t count);

#endif
