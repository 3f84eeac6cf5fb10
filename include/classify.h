/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rule sets -> classifier tables, in numbers that do not depend on where the
 * image puts them. struct ruleset in abi.h says what they are and how a packet
 * uses them; loader/classify/ has one file for each step that makes them.
 *
 * The result is exact, whatever the rules. Its size is not bounded by their
 * number alone: a rule set that would need more than MAX_TABLE_BYTES is an
 * error, which names a rule that makes it so large.
 */
#ifndef WEIR_CLASSIFY_H
#define WEIR_CLASSIFY_H

#include "resolve.h"

/* Tables of one rule set and family, in the image. */
#define MAX_TABLE_BYTES (512ull << 20)

/* Values of one field -> classes. */
struct class_walk {
	const uint32_t (*pages)[256]; /* steps; pages come before their users */
	size_t page_count;
	uint32_t first; /* a step: CLASS_FOUND and class, or number of a page */
	uint32_t absent;      /* class of packets without the field */
	uint32_t count;	      /* classes */
	const uint32_t *fold; /* [class of the part * count + class]; or NULL */
	size_t fold_count;
	uint8_t part;
};

/* The predicates that hold for a packet of one class of a part. */
struct held_predicates {
	const uint32_t *predicates; /* sorted */
	size_t count;
};

/* By class; a row has room for 64 << shift predicates. */
struct part_rows {
	const struct held_predicates *classes;
	size_t count;
	uint8_t shift;
};

/* The places of one address class that some leg of the rule set asks for. */
struct placed_class {
	uint32_t class;
	struct address_place place;
};

struct class_places {
	struct address_place other;	    /* all classes that are not here */
	const struct placed_class *classes; /* sorted by class */
	size_t count;
};

struct ruleset_tables {
	uint32_t needs;	 /* as in struct ruleset */
	uint32_t groups; /* in use; 0: nothing can match */
	struct class_walk fields[FIELD_COUNT];
	struct byte_field byte_fields[MAX_BYTE_FIELDS];
	struct part_rows parts[MATCH_PARTS];
	struct class_places source;
	struct class_places destination;
	const struct pair_cell *cells;
	size_t cell_count;
	const struct leaf_entry *leaves;
	size_t leaf_count;
	const uint32_t *branches;
	size_t branch_count;
};

struct classified_ruleset {
	struct ruleset_tables families[2];
	uint32_t going[MAX_GOING_ON]; /* positions of the rules that go on */
	uint32_t going_count;
};

struct classifier {
	const struct classified_ruleset *rulesets; /* as in struct resolved */
	size_t ruleset_count;
};

/* Never NULL; to be used only when diag_errors() is 0. Memory from arena. */
const struct classifier *classify_rules(struct arena *arena,
					struct diag_list *diags,
					const struct resolved *resolved);

#endif
