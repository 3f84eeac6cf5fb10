/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One rule set and family on its way through the steps:
 *
 *   fields.c     legs -> conditions of each field
 *   values.c     conditions of a field -> classes of its values
 *   parts.c      classes of all fields -> parts, predicates
 *   addresses.c  address lists -> what tells the addresses of a group apart
 *   groups.c     legs -> up to four groups
 *   cells.c      groups -> rows, columns, cells
 *   lists.c      lists of legs -> leaves and branches
 */
#ifndef WEIR_CLASSIFY_PRIVATE_H
#define WEIR_CLASSIFY_PRIVATE_H

#include "base/arena.h"
#include "base/intern.h"
#include "classify.h"

/* A growing array of numbers. */
struct numbers {
	uint32_t *of;
	size_t count;
	size_t capacity;
};

void numbers_add(struct arena *arena, struct numbers *numbers, uint32_t number);
void numbers_sort(struct numbers *numbers);

/* Sequences of numbers as keys of an intern table. */
uint32_t numbers_intern(struct intern *table, const struct numbers *numbers);
struct numbers numbers_at(const struct intern *table, uint32_t number);

/* One leg that packets of the family can match, in rule order. */
struct match_leg {
	const struct leg *leg;
	uint32_t rule; /* position in the rule set */
	uint32_t rank; /* rules before it that go on */
	bool goes_on;
	bool never; /* its byte tests contradict each other */
	uint32_t conditions[FIELD_COUNT]; /* number + 1; 0: any */
	uint32_t predicates[MATCH_PARTS]; /* 0: holds always */
	uint32_t pattern; /* the same for legs with the same predicates */
};

/* How large the tables have become, and the leg whose tables are built. */
struct table_size {
	size_t bytes;
	size_t leg;
	bool full; /* bytes have passed MAX_TABLE_BYTES */
};

struct compilation {
	struct arena *arena;   /* for results */
	struct arena *scratch; /* for this rule set and family */
	const struct resolved_ruleset *rules;
	int family; /* 0 IPv4, 1 IPv6 */
	struct match_leg *legs;
	size_t leg_count;
	struct ruleset_tables *tables;
	struct intern *part_sets[MATCH_PARTS]; /* class -> predicates, sorted */
	size_t part_count;
	const struct class_members *members;
	struct table_size size;
};

/* Adds so many bytes of tables; false, and size.full, past MAX_TABLE_BYTES. */
bool tables_fit(struct compilation *compilation, size_t bytes);

/* ---- fields ------------------------------------------------------------ */

struct value_range {
	uint64_t low;
	uint64_t high; /* inclusive */
};

/* Conditions that legs put to one field, by number. */
struct field_conditions {
	struct intern *ranges; /* arrays of struct value_range, sorted */
	unsigned int bytes;    /* of the field's values */
};

/*
 * Fills conditions and never of all legs, and the byte fields. False when
 * there are more than MAX_BYTE_FIELDS of those: size.leg is the leg.
 */
bool fields_collect(struct compilation *compilation,
		    struct field_conditions fields[FIELD_COUNT]);

/* Conditions + 1 that hold for the values of each class, sorted. */
struct field_classes {
	struct intern *sets;
};

/* Classes of a field: fills walk's steps, absent and count. */
struct field_classes values_classify(struct compilation *compilation,
				     const struct field_conditions *conditions,
				     struct class_walk *walk);

/* Folds the classes of all fields; fills parts, predicates, patterns. */
void parts_fold(struct compilation *compilation,
		const struct field_conditions fields[FIELD_COUNT]);

/* ---- addresses --------------------------------------------------------- */

/* Which address classes of a family are in each list: inverse of resolved. */
struct class_members {
	struct numbers *of_list;
};

struct class_members class_members_of(struct arena *arena,
				      const struct resolved *resolved,
				      int family);

/*
 * The source or the destination of the legs. Lists are numbered from 1, in
 * order of their first leg; 0 is any address. Local classes are what the lists
 * tell apart; 0: in none of them.
 */
struct side {
	uint32_t *list_of_leg;
	size_t list_count;	/* without 0 */
	struct intern *sets;	/* local class -> lists, sorted */
	struct numbers classes; /* address classes in some list, sorted */
	struct numbers locals;	/* the local class of each */
	uint32_t *breadth;	/* by list: local classes in it */
};

struct side side_of(struct compilation *compilation, bool source);

/* What is left of a side when only some of its lists matter. */
struct view_of_side {
	struct intern *sets;	/* class -> lists, sorted; 0: none */
	uint32_t *class_of;	/* by local class of the side */
	struct numbers *inside; /* by list: the classes in it; 0: all */
};

struct view_of_side side_view(struct arena *arena, const struct side *side,
			      const bool *matters);

/* ---- groups and lists -------------------------------------------------- */

struct sides {
	struct side source;
	struct side destination;
};

/* Number of the group of each leg, below MATCH_GROUPS. */
void groups_choose(struct compilation *compilation, const struct sides *sides,
		   uint8_t *group_of_leg);

struct list_builder;

struct list_builder *lists_new(struct compilation *compilation);

/* The list of these legs, sorted by number, each once; not empty. */
uint32_t lists_add(struct list_builder *builder, const struct numbers *legs);
void lists_finish(struct list_builder *builder);

/* Places, cells and lists. */
void cells_build(struct compilation *compilation);

#endif
