/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random policies and packets out of one small world of addresses, ports and
 * protocols, so that they meet often. All from one seed.
 */
#ifndef WEIR_TEST_RANDOM_H
#define WEIR_TEST_RANDOM_H

#include "oracle.h"

/* Deterministic (splitmix64); never 0 wide. */
void random_seed(uint64_t seed);
uint64_t random_next(void);
uint32_t random_below(uint32_t bound);
bool random_chance(uint32_t percent);

/* The text of a policy, most often a valid one; to be freed. */
char *random_policy(void);

/* The router's own addresses in that world, and its network. */
extern const struct prefix random_local[];
extern const size_t random_local_count;
extern const struct prefix random_connected[];
extern const size_t random_connected_count;

/* A packet, and its frame as text of tests/tools/frame.h. */
void random_probe(struct probe *probe, char *frame, size_t size);

#endif
