/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits: the generic cell rate algorithm (ITU-T I.371, virtual scheduling).
 *
 * The whole state of a limit is one number, the theoretical arrival time: the
 * instant at which everything let through so far would have come had it come
 * at the rate. A packet is within the limit when that time is not further
 * ahead of now than the tolerance; it then moves the time on by its cost.
 * Times are sixteenths of a nanosecond since boot in 64 bits, for 36 years.
 *
 * One state serves all CPUs, and nothing is lost between them: the new time
 * replaces the old one by compare-and-swap, so a packet is judged by the very
 * state that it changes. A swap fails only when another CPU's succeeded. The
 * verifier wants an end to that; whoever has lost POLICE_TRIES times adds its
 * cost to whatever the time is by then, and takes it back if that was past the
 * tolerance. No cost is lost that way either. Only the step up to now is left
 * out, which the winner has just made: the packet counts as if it had come
 * when the winner read the clock.
 */
#ifndef WEIR_BPF_POLICE_H
#define WEIR_BPF_POLICE_H

#include "packet.h"

enum { POLICE_TRIES = 16, TICKS_PER_NANOSECOND = 16 };

static __always_inline int charge_anyway(__u64 *arrival, __u64 latest,
					 __u64 cost)
{
	if (__sync_fetch_and_add(arrival, cost) <= latest)
		return 1;
	__sync_fetch_and_add(arrival, -cost);
	return 0;
}

/* 1: within the limit, and charged; 0: over, and nothing changed. */
static __always_inline int charge(__u64 *arrival, __u64 time, __u64 cost,
				  __u64 tolerance)
{
	for (int i = 0; i < POLICE_TRIES; i++) {
		__u64 seen = *(volatile __u64 *)arrival;
		__u64 from = seen > time ? seen : time;

		if (seen > time + tolerance)
			return 0;
		if (__sync_bool_compare_and_swap(arrival, seen, from + cost))
			return 1;
	}
	return charge_anyway(arrival, time + tolerance, cost);
}

static __always_inline int
charge_now(__u64 *arrival, const struct limit_entry *limit, __u64 units)
{
	return charge(arrival, now() * TICKS_PER_NANOSECOND,
		      units * limit->scale >> limit->shift, limit->tolerance);
}

/* A word of an address, of whose first `length` bits those stay. */
static __always_inline __u32 mask_word(__u32 word, int length)
{
	__u32 mask;

	if (length >= 32)
		return word;
	write32((__u8 *)&mask, length > 0 ? ~0u << (32 - length) : 0);
	return word & mask;
}

static __always_inline void make_source_key(struct source_key *key,
					    const struct packet *packet,
					    __u32 slot,
					    const struct limit_entry *limit)
{
	int length = packet->family == 4 ? limit->length4 : limit->length6;
	__u32 prefix[4];

	for (int i = 0; i < 4; i++)
		prefix[i] = mask_word(packet->source[i], length - 32 * i);
	__builtin_memset(key, 0, sizeof(*key));
	key->slot = slot;
	key->family = packet->family;
	__builtin_memcpy(key->prefix, prefix, sizeof(prefix));
}

/*
 * The state of the packet's source, made when it is not there: a source that
 * is not known has sent nothing. NULL when the map has no room at all.
 */
static __always_inline struct source_state *
find_source(const struct packet *packet, __u32 slot,
	    const struct limit_entry *limit, struct limiter *limiter)
{
	struct source_state *state, fresh = {};
	struct source_key key;

	make_source_key(&key, packet, slot, limit);
	state = source_find(&key);
	if (state)
		return state;
	if (!source_insert(&key, &fresh))
		__sync_fetch_and_add(&limiter->created, 1);
	return source_find(&key);
}

/*
 * Charges a packet to the limit whose state is under `slot`: 1 when it was
 * within, 0 when it was over. A GSO packet costs what it is on the wire. A
 * limit without state, which the loader never leaves, lets nothing through.
 * A source whose state cannot be kept has its burst anew each time.
 */
GLOBAL_FUNCTION int within_limit(const struct packet *packet, __u32 slot,
				 const struct limit_entry *limit)
{
	struct limiter *limiter = limiter_find(slot);
	struct source_state *state;
	__u64 units;

	if (!packet || !limit || !limiter)
		return 0;
	units = limit->bytes ? packet->length : packet->packets;
	if (!limit->per_source)
		return charge_now(&limiter->arrival, limit, units);
	state = find_source(packet, slot, limit, limiter);
	return state ? charge_now(&state->arrival, limit, units) : 1;
}

#endif
