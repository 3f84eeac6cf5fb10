// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic cell rate algorithm in 64 bits. A unit costs `second / rate`
 * sixteenths of a nanosecond, a fraction: scale holds it shifted left as far as
 * it goes up to 2^41, so that the 2^22 bytes of the largest packet that
 * segmentation offload makes (64 segments of 65,536) do not overflow. Rates
 * from 1 to 10^12 so leave 40 significant bits. It is rounded up: a whole cost
 * stays whole after the shift.
 *
 * The limit lets a packet through as long as less than the burst has gone
 * before it. So the tolerance for bytes is the cost of all but one of them, and
 * that for packets, each of which costs a whole number, is one short of the
 * cost of them all, which leaves room for what rounding adds to packets that
 * are counted together.
 */
#include "resolve/limits.h"

#include "resolve/values.h"

enum {
	MAX_SCALE_BITS = 41,
	MAX_SHIFT = 63,
	LARGEST_FRAME = 9216,
	ANSWERS_RATE = 1000,
	ANSWERS_BURST = 50,
};

static const uint64_t second = 16000000000ull;
static const uint64_t max_tolerance = 1ull << 62; /* nine years */

static uint64_t clamp(unsigned __int128 value)
{
	return value < max_tolerance ? (uint64_t)value : max_tolerance;
}

void limits_arithmetic(struct limit_entry *entry, uint64_t rate, uint64_t burst,
		       bool bytes)
{
	unsigned __int128 cost = (unsigned __int128)second * (bytes ? 8 : 1);
	unsigned int shift = 0;

	while (shift < MAX_SHIFT &&
	       (cost << (shift + 1)) / rate < 1ull << MAX_SCALE_BITS)
		shift++;
	entry->bytes = bytes;
	entry->shift = (uint8_t)shift;
	entry->scale = (uint64_t)(((cost << shift) + rate - 1) / rate);
	cost = entry->scale;
	if (bytes)
		entry->tolerance = clamp(cost * (burst - 1) >> shift);
	else
		entry->tolerance = clamp((cost >> shift) * burst - 1);
}

/* Rates of bits are counted in bytes. */
static bool in_bytes(const struct limit *limit)
{
	enum { PACKETS, BITS };
	static const bool bytes[] = {
#define RATE_UNIT(symbol, name, counted, factor) (counted) == BITS,
#include "units.def"
	};

	return bytes[limit->unit];
}

/* A tenth of a second of the rate, and at least one packet. */
static uint64_t default_burst(const struct limit *limit)
{
	uint64_t burst = limit->rate / 10;
	uint64_t least = 1;

	if (in_bytes(limit)) {
		burst /= 8;
		least = LARGEST_FRAME;
	}
	return burst > least ? burst : least;
}

static bool check_rate(struct resolver *resolver, const struct limit *limit,
		       const char *hint)
{
	if (limit->rate)
		return true;
	diag_error(resolver->diags, limit->span, hint, "a limit of 0");
	return false;
}

static struct resolved_limit *new_limit(struct resolver *resolver)
{
	resolver->limits = arena_grow(
		resolver->arena, resolver->limits, resolver->limit_count,
		&resolver->limit_capacity, sizeof(*resolver->limits));
	return &resolver->limits[resolver->limit_count++];
}

static void fill_limit(struct resolver *resolver,
		       struct resolved_limit *resolved,
		       const struct limit *limit)
{
	struct limit_entry *entry = &resolved->entry;

	*resolved = (struct resolved_limit){ .span = limit->span };
	limits_arithmetic(entry, limit->rate,
			  limit->burst ? limit->burst : default_burst(limit),
			  in_bytes(limit));
	entry->over = (uint8_t)limit->over;
	entry->over_dscp = value_dscp(resolver, limit->over_dscp);
	entry->per_source = limit->per_source;
	entry->length4 = limit->length4;
	entry->length6 = limit->length6;
}

uint32_t limits_add(struct resolver *resolver, const struct limit *limit,
		    const char *hint)
{
	if (!limit || !check_rate(resolver, limit, hint))
		return 0;
	fill_limit(resolver, new_limit(resolver), limit);
	return (uint32_t)resolver->limit_count;
}

void limits_answers(struct resolver *resolver, const struct limit *limit)
{
	struct resolved_limit *answers;

	if (limits_add(resolver, limit,
		       "drop is reject without answers: say drop in the rules"))
		return;
	answers = new_limit(resolver);
	*answers = (struct resolved_limit){ 0 };
	limits_arithmetic(&answers->entry, ANSWERS_RATE, ANSWERS_BURST, false);
}
