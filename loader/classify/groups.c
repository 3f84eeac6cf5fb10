// SPDX-License-Identifier: GPL-2.0-only
/*
 * Legs -> groups.
 *
 * A leg needs a cell for every pair of a source class and a destination class
 * that its lists contain. In one table for all legs, a leg from one wide
 * network to anywhere would need a cell for nearly every pair there is, since
 * the other legs tell so many classes apart. Legs with wide and with narrow
 * lists are therefore kept apart, on both sides: where all lists are wide,
 * there are few classes; where they are narrow, each leg needs few cells.
 *
 * Where wide begins is tried out: the cells that each choice would need can be
 * counted without making them. Fewer groups cost a packet less, so two or one
 * are taken where their cells stay in proportion to the legs.
 */
#include "base/cleanup.h"
#include "classify/private.h"

enum {
	CHOICES = 9,
	FREE_CELLS = 4096,
	CELLS_A_LEG = 8,
	MOST_CELLS = 8 << 20, /* counted once for each pair of lists */
};

/* A list is wide when it contains more local classes. */
static const uint32_t widths[CHOICES] = { 0,   1,    4,	   16,	 64,
					  256, 1024, 4096, 16384 };

static bool is_wide(const struct side *side, uint32_t list, int choice)
{
	return side->breadth[list] > widths[choice];
}

/* Classes in each list, among lists of its own kind, by choice and list. */
struct counts {
	uint32_t *of[CHOICES];
};

static void count_kind(const struct side *side, int choice, bool wide,
		       uint32_t *counts)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	bool *matters =
		arena_array(arena, side->list_count + 1, sizeof(*matters));
	struct view_of_side view;

	for (uint32_t list = 1; list <= side->list_count; list++)
		matters[list] = is_wide(side, list, choice) == wide;
	view = side_view(arena, side, matters);
	for (uint32_t list = 0; list <= side->list_count; list++)
		if (list ? matters[list] : wide)
			counts[list] = (uint32_t)view.inside[list].count;
}

static struct counts count_classes(struct arena *arena, const struct side *side)
{
	struct counts counts;

	for (int choice = 0; choice < CHOICES; choice++) {
		counts.of[choice] = arena_array(arena, side->list_count + 1,
						sizeof(uint32_t));
		count_kind(side, choice, false, counts.of[choice]);
		count_kind(side, choice, true, counts.of[choice]);
	}
	return counts;
}

/* ---- the choice -------------------------------------------------------- */

struct list_pair {
	uint32_t source;
	uint32_t destination;
};

struct choice {
	int source;
	int destination;
	uint64_t cells;
	int groups;
};

static unsigned int group_of(const struct sides *sides,
			     const struct list_pair *pair, int source,
			     int destination)
{
	return (unsigned int)is_wide(&sides->source, pair->source, source) * 2 +
	       is_wide(&sides->destination, pair->destination, destination);
}

static struct choice try_choice(const struct sides *sides,
				const struct intern *pairs,
				const struct counts counts[2], int source,
				int destination)
{
	struct choice choice = { source, destination, 0, 0 };
	unsigned int used = 0;

	for (uint32_t i = 0; i < intern_count(pairs); i++) {
		const struct list_pair *pair = intern_at(pairs, i).bytes;

		used |= 1u << group_of(sides, pair, source, destination);
		choice.cells += (uint64_t)counts[0].of[source][pair->source] *
				counts[1].of[destination][pair->destination];
	}
	choice.groups = __builtin_popcount(used);
	return choice;
}

static struct intern *collect_pairs(const struct compilation *compilation,
				    const struct sides *sides)
{
	struct intern *pairs = intern_new(compilation->scratch);

	for (size_t i = 0; i < compilation->leg_count; i++) {
		struct list_pair pair = { sides->source.list_of_leg[i],
					  sides->destination.list_of_leg[i] };

		intern_add(pairs, &pair, sizeof(pair), NULL);
	}
	return pairs;
}

/* The fewest groups whose cells are in proportion, else the fewest cells. */
static struct choice best_choice(const struct compilation *compilation,
				 const struct sides *sides,
				 const struct counts counts[2])
{
	uint64_t proportion = FREE_CELLS + CELLS_A_LEG * compilation->leg_count;
	struct choice best = { .cells = UINT64_MAX };
	struct intern *pairs = collect_pairs(compilation, sides);

	for (int i = 0; i < CHOICES * CHOICES; i++) {
		struct choice choice = try_choice(sides, pairs, counts,
						  i / CHOICES, i % CHOICES);
		bool fits = choice.cells <= proportion;

		if (best.cells <= proportion
			    ? fits && choice.groups < best.groups
			    : choice.cells < best.cells)
			best = choice;
	}
	return best;
}

/* Too many cells: says of which leg's lists most of them are. */
static void refuse(struct compilation *compilation, const struct sides *sides,
		   const struct counts counts[2], const struct choice *choice)
{
	uint64_t most = 0;

	compilation->size.full = true;
	for (size_t i = 0; i < compilation->leg_count; i++) {
		uint32_t source = sides->source.list_of_leg[i];
		uint32_t destination = sides->destination.list_of_leg[i];
		uint64_t cells =
			(uint64_t)counts[0].of[choice->source][source] *
			counts[1].of[choice->destination][destination];

		if (cells <= most)
			continue;
		most = cells;
		compilation->size.leg = i;
	}
}

void groups_choose(struct compilation *compilation, const struct sides *sides,
		   uint8_t *group_of_leg)
{
	struct counts counts[2] = {
		count_classes(compilation->scratch, &sides->source),
		count_classes(compilation->scratch, &sides->destination),
	};
	struct choice choice = best_choice(compilation, sides, counts);

	if (choice.cells > MOST_CELLS)
		refuse(compilation, sides, counts, &choice);
	for (size_t i = 0; i < compilation->leg_count; i++) {
		struct list_pair pair = { sides->source.list_of_leg[i],
					  sides->destination.list_of_leg[i] };

		group_of_leg[i] = (uint8_t)group_of(sides, &pair, choice.source,
						    choice.destination);
	}
}
