// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address lists -> what the sources, or the destinations, of the legs tell
 * apart. An address class of the policy says which lists contain an address;
 * most of them make no difference to the legs of one rule set, so its classes
 * are numbered anew, by the lists that it uses.
 */
#include <stdlib.h>

#include "classify/private.h"

/* ---- address classes by list ------------------------------------------- */

struct class_members class_members_of(struct arena *arena,
				      const struct resolved *resolved,
				      int family)
{
	struct class_members members = {
		.of_list = arena_array(arena, resolved->address_list_count,
				       sizeof(*members.of_list)),
	};

	for (uint32_t class = 0; class < resolved->class_count[family];
	     class += 1) {
		const struct class_lists *in =
			&resolved->classes[family][class];

		for (size_t i = 0; i < in->count; i++)
			numbers_add(arena, &members.of_list[in->lists[i]],
				    class);
	}
	return members;
}

/* ---- one side ---------------------------------------------------------- */

/* Numbers the lists of the legs; returns the policy's numbers of them. */
static struct intern *number_lists(struct compilation *compilation,
				   struct side *side, bool source)
{
	struct intern *lists = intern_new(compilation->scratch);

	side->list_of_leg =
		arena_array(compilation->scratch, compilation->leg_count,
			    sizeof(*side->list_of_leg));
	for (size_t i = 0; i < compilation->leg_count; i++) {
		const struct leg *leg = compilation->legs[i].leg;
		uint32_t list = source ? leg->source : leg->destination;

		if (list--)
			side->list_of_leg[i] =
				intern_add(lists, &list, sizeof(list), NULL) +
				1;
	}
	side->list_count = intern_count(lists);
	return lists;
}

/* An address class and the lists of the side that contain it. */
struct classed {
	uint32_t class;
	struct numbers lists;
};

struct classed_list {
	struct classed *of;
	size_t count;
	size_t capacity;
	struct intern *known; /* address class -> position */
};

static void add_class(struct arena *scratch, struct classed_list *classes,
		      uint32_t class, uint32_t list)
{
	bool added;
	uint32_t at = intern_add(classes->known, &class, sizeof(class), &added);

	if (added) {
		classes->of =
			arena_grow(scratch, classes->of, classes->count,
				   &classes->capacity, sizeof(*classes->of));
		classes->of[classes->count++].class = class;
	}
	numbers_add(scratch, &classes->of[at].lists, list);
}

static int compare_classed(const void *left, const void *right)
{
	const struct classed *a = left, *b = right;

	return a->class < b->class ? -1 : a->class > b->class;
}

static struct classed_list collect_classes(struct compilation *compilation,
					   const struct intern *lists)
{
	struct arena *scratch = compilation->scratch;
	struct classed_list classes = { .known = intern_new(scratch) };

	for (uint32_t i = 0; i < intern_count(lists); i++) {
		uint32_t list = *(const uint32_t *)intern_at(lists, i).bytes;
		const struct numbers *members =
			&compilation->members->of_list[list];

		for (size_t j = 0; j < members->count; j++)
			add_class(scratch, &classes, members->of[j], i + 1);
	}
	if (classes.count)
		qsort(classes.of, classes.count, sizeof(*classes.of),
		      compare_classed);
	return classes;
}

struct side side_of(struct compilation *compilation, bool source)
{
	struct arena *scratch = compilation->scratch;
	struct numbers none = { 0 };
	struct side side = { .sets = intern_new(scratch) };
	struct intern *lists = number_lists(compilation, &side, source);
	struct classed_list classes = collect_classes(compilation, lists);

	numbers_intern(side.sets, &none);
	for (size_t i = 0; i < classes.count; i++) {
		numbers_add(scratch, &side.classes, classes.of[i].class);
		numbers_add(scratch, &side.locals,
			    numbers_intern(side.sets, &classes.of[i].lists));
	}
	side.breadth = arena_array(scratch, side.list_count + 1,
				   sizeof(*side.breadth));
	side.breadth[0] = UINT32_MAX;
	for (uint32_t i = 0; i < intern_count(side.sets); i++) {
		struct numbers set = numbers_at(side.sets, i);

		for (size_t j = 0; j < set.count; j++)
			side.breadth[set.of[j]]++;
	}
	return side;
}

/* ---- some of the lists ------------------------------------------------- */

struct view_of_side side_view(struct arena *arena, const struct side *side,
			      const bool *matters)
{
	uint32_t locals = intern_count(side->sets);
	struct view_of_side view = {
		.sets = intern_new(arena),
		.class_of = arena_array(arena, locals, sizeof(uint32_t)),
		.inside = arena_array(arena, side->list_count + 1,
				      sizeof(struct numbers)),
	};
	struct numbers left = { 0 };

	for (uint32_t i = 0; i < locals; i++) {
		struct numbers set = numbers_at(side->sets, i);
		uint32_t known = intern_count(view.sets);

		left.count = 0;
		for (size_t j = 0; j < set.count; j++)
			if (matters[set.of[j]])
				numbers_add(arena, &left, set.of[j]);
		view.class_of[i] = numbers_intern(view.sets, &left);
		if (intern_count(view.sets) == known)
			continue;
		numbers_add(arena, &view.inside[0], known);
		for (size_t j = 0; j < left.count; j++)
			numbers_add(arena, &view.inside[left.of[j]], known);
	}
	return view;
}
