// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups -> rows, columns and cells.
 *
 * Within a group the classes of the source are rows and those of the
 * destination are columns. A cell holds the legs of all pairs of lists that
 * contain both classes; most cells of a large group hold none. Rows are
 * therefore laid over each other in one array of all groups, each at the first
 * place where its cells fall on free ones (row displacement, Tarjan and Yao,
 * 1979), no two at the same place: a cell belongs to the row whose place it
 * names. Equal rows are laid once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "classify/private.h"

enum { MAX_PROBES = 256 };

/* A pair of lists and the legs that ask for it. */
struct pair {
	uint32_t source;
	uint32_t destination;
	struct numbers legs;
};

struct grid {
	struct pair_cell *cells;
	bool *used;   /* places that a row has */
	size_t count; /* rows end before this, with all their columns */
	size_t capacity;
	size_t low;	 /* few cells below are free */
	size_t frontier; /* the last row that went to the end began here */
	size_t end;	 /* no cell from here on is taken */
};

struct group {
	struct compilation *compilation;
	struct arena *arena; /* of this group */
	struct list_builder *lists;
	struct pair *pairs;
	size_t pair_count;
	size_t pair_capacity;
	struct numbers *by_source; /* pairs, by list of the source */
	struct view_of_side source;
	struct view_of_side destination;
	struct intern *pair_sets; /* pairs of a cell -> position in list_of */
	struct numbers list_of;
	struct intern *rows; /* column, list, column, list, ... */
	uint32_t *row_of;    /* by class of the source: number + 1 */
	uint32_t *place_of;  /* by row */
};

/* ---- pairs ------------------------------------------------------------- */

static void add_pair(struct group *group, struct intern *known,
		     const struct sides *sides, uint32_t leg)
{
	uint32_t key[2] = { sides->source.list_of_leg[leg],
			    sides->destination.list_of_leg[leg] };
	bool added;
	uint32_t number = intern_add(known, key, sizeof(key), &added);

	if (added) {
		group->pairs = arena_grow(
			group->arena, group->pairs, group->pair_count,
			&group->pair_capacity, sizeof(*group->pairs));
		group->pairs[group->pair_count].source = key[0];
		group->pairs[group->pair_count++].destination = key[1];
		numbers_add(group->arena, &group->by_source[key[0]], number);
	}
	numbers_add(group->arena, &group->pairs[number].legs, leg);
}

static void collect_pairs(struct group *group, const struct sides *sides,
			  const uint8_t *group_of_leg, unsigned int number)
{
	struct intern *known = intern_new(group->arena);
	const struct match_leg *legs = group->compilation->legs;

	group->by_source =
		arena_array(group->arena, sides->source.list_count + 1,
			    sizeof(*group->by_source));
	for (uint32_t i = 0; i < group->compilation->leg_count; i++)
		if (group_of_leg[i] == number && !legs[i].never)
			add_pair(group, known, sides, i);
}

static struct view_of_side view_of(const struct group *group,
				   const struct side *side, bool source)
{
	bool *matters = arena_array(group->arena, side->list_count + 1,
				    sizeof(*matters));

	for (size_t i = 0; i < group->pair_count; i++)
		matters[source ? group->pairs[i].source
			       : group->pairs[i].destination] = true;
	return side_view(group->arena, side, matters);
}

/* ---- rows -------------------------------------------------------------- */

/* A pair whose lists contain the row's source and the column. */
struct hit {
	uint32_t column;
	uint32_t pair;
};

struct hits {
	struct hit *of;
	size_t count;
	size_t capacity;
};

static int compare_hits(const void *left, const void *right)
{
	const struct hit *a = left, *b = right;

	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->pair < b->pair ? -1 : a->pair > b->pair;
}

static void add_hits(struct group *group, struct hits *hits, uint32_t source)
{
	const struct numbers *pairs = &group->by_source[source];

	for (size_t i = 0; i < pairs->count; i++) {
		uint32_t list = group->pairs[pairs->of[i]].destination;
		const struct numbers *columns =
			&group->destination.inside[list];

		group->compilation->size.leg =
			group->pairs[pairs->of[i]].legs.of[0];
		if (!tables_fit(group->compilation,
				columns->count * sizeof(struct pair_cell)))
			return;
		for (size_t j = 0; j < columns->count; j++) {
			hits->of =
				arena_grow(group->arena, hits->of, hits->count,
					   &hits->capacity, sizeof(*hits->of));
			hits->of[hits->count].column = columns->of[j];
			hits->of[hits->count++].pair = pairs->of[i];
		}
	}
}

/* The list of the legs of all pairs of one cell. */
static uint32_t list_of_pairs(struct group *group, const struct numbers *pairs)
{
	uint32_t number = numbers_intern(group->pair_sets, pairs);
	struct numbers legs = { 0 };

	if (number < group->list_of.count)
		return group->list_of.of[number];
	for (size_t i = 0; i < pairs->count; i++) {
		const struct numbers *of = &group->pairs[pairs->of[i]].legs;

		for (size_t j = 0; j < of->count; j++)
			numbers_add(group->arena, &legs, of->of[j]);
	}
	numbers_sort(&legs);
	numbers_add(group->arena, &group->list_of,
		    lists_add(group->lists, &legs));
	return group->list_of.of[number];
}

/* Columns and lists of one source class; hits is room to work in. */
static void make_row(struct group *group, struct hits *hits, uint32_t class,
		     struct numbers *row)
{
	struct numbers lists = numbers_at(group->source.sets, class);
	struct numbers pairs = { 0 };

	hits->count = row->count = 0;
	add_hits(group, hits, 0);
	for (size_t i = 0; i < lists.count; i++)
		add_hits(group, hits, lists.of[i]);
	if (hits->count)
		qsort(hits->of, hits->count, sizeof(*hits->of), compare_hits);
	for (size_t i = 0; i < hits->count;) {
		uint32_t column = hits->of[i].column;

		pairs.count = 0;
		for (; i < hits->count && hits->of[i].column == column; i++)
			numbers_add(group->arena, &pairs, hits->of[i].pair);
		numbers_add(group->arena, row, column);
		numbers_add(group->arena, row, list_of_pairs(group, &pairs));
	}
}

static void make_rows(struct group *group)
{
	uint32_t classes = intern_count(group->source.sets);
	struct hits hits = { 0 };
	struct numbers row = { 0 };

	group->pair_sets = intern_new(group->arena);
	group->rows = intern_new(group->arena);
	group->row_of =
		arena_array(group->arena, classes, sizeof(*group->row_of));
	for (uint32_t class = 0; class < classes; class += 1) {
		make_row(group, &hits, class, &row);
		if (group->compilation->size.full)
			return;
		if (row.count)
			group->row_of[class] =
				numbers_intern(group->rows, &row) + 1;
	}
}

/* ---- displacement ------------------------------------------------------ */

static void grid_reach(struct grid *grid, struct arena *arena, size_t count)
{
	size_t capacity = grid->capacity ? grid->capacity : 1024;
	struct grid larger = *grid;

	if (count > grid->count)
		grid->count = count;
	if (count <= grid->capacity)
		return;
	while (capacity < count)
		capacity *= 2;
	larger.cells = arena_array(arena, capacity, sizeof(*larger.cells));
	larger.used = arena_array(arena, capacity, sizeof(*larger.used));
	if (grid->capacity) {
		memcpy(larger.cells, grid->cells,
		       grid->capacity * sizeof(*larger.cells));
		memcpy(larger.used, grid->used,
		       grid->capacity * sizeof(*larger.used));
	}
	grid->cells = larger.cells;
	grid->used = larger.used;
	grid->capacity = capacity;
}

static bool fits_at(const struct grid *grid, const struct numbers *row,
		    size_t place)
{
	if (place < grid->capacity && grid->used[place])
		return false;
	for (size_t i = 0; i < row->count; i += 2) {
		size_t cell = place + row->of[i];

		if (cell < grid->capacity && grid->cells[cell].row)
			return false;
	}
	return true;
}

/*
 * Tries the free cells from *from on for the row's first one; 0: none fits,
 * and *from has moved on, since the next row would hardly fare better.
 */
static size_t probe(const struct grid *grid, const struct numbers *row,
		    size_t *from)
{
	size_t first = row->of[0], cell = *from > first ? *from : first + 1;

	for (size_t probes = 0; probes < MAX_PROBES; cell++) {
		if (cell < grid->capacity && grid->cells[cell].row)
			continue;
		if (fits_at(grid, row, cell - first))
			return cell - first;
		if (++probes == MAX_PROBES / 4)
			*from = cell > *from ? cell : *from;
	}
	return 0;
}

/*
 * From the first free cells on; then from the last row that had to be put at
 * the end, where there is more room; then at the end.
 */
static size_t find_place(struct grid *grid, const struct numbers *row)
{
	size_t place = probe(grid, row, &grid->low);

	if (!place)
		place = probe(grid, row, &grid->frontier);
	if (place)
		return place;
	place = row->of[0] < grid->end ? grid->end - row->of[0] : 1;
	while (!fits_at(grid, row, place))
		place++;
	grid->frontier = place + row->of[0];
	return place;
}

static void lay_row(struct group *group, struct grid *grid, uint32_t number,
		    size_t columns)
{
	struct numbers row = numbers_at(group->rows, number);
	size_t place = find_place(grid, &row), reach = grid->count;

	group->place_of[number] = (uint32_t)place;
	grid_reach(grid, group->compilation->scratch, place + columns);
	tables_fit(group->compilation,
		   (grid->count - reach) * sizeof(*grid->cells));
	grid->used[place] = true;
	for (size_t i = 0; i < row.count; i += 2) {
		grid->cells[place + row.of[i]].row = (uint32_t)place;
		grid->cells[place + row.of[i]].list = row.of[i + 1];
	}
	if (place + row.of[row.count - 2] >= grid->end)
		grid->end = place + row.of[row.count - 2] + 1;
	while (grid->low < grid->end && grid->cells[grid->low].row)
		grid->low++;
}

/* Rows of many cells first; numbers_sort() on (all ones - length, number). */
static uint32_t *rows_by_length(const struct group *group)
{
	uint32_t count = intern_count(group->rows);
	uint32_t *sorted = arena_array(group->arena, count, sizeof(*sorted));
	size_t longest = 0, at = 0;
	struct numbers *by_length;

	for (uint32_t i = 0; i < count; i++)
		if (numbers_at(group->rows, i).count > longest)
			longest = numbers_at(group->rows, i).count;
	by_length = arena_array(group->arena, longest + 1, sizeof(*by_length));
	for (uint32_t i = 0; i < count; i++)
		numbers_add(group->arena,
			    &by_length[numbers_at(group->rows, i).count], i);
	for (size_t length = longest + 1; length-- > 0;)
		for (size_t i = 0; i < by_length[length].count; i++)
			sorted[at++] = by_length[length].of[i];
	return sorted;
}

static void lay_rows(struct group *group, struct grid *grid)
{
	uint32_t count = intern_count(group->rows);
	uint32_t *sorted = rows_by_length(group);
	size_t columns = intern_count(group->destination.sets);

	group->place_of =
		arena_array(group->arena, count, sizeof(*group->place_of));
	for (uint32_t i = 0; i < count && !group->compilation->size.full; i++)
		lay_row(group, grid, sorted[i], columns);
}

/* ---- places of address classes ----------------------------------------- */

static uint32_t row_place(const struct group *group, uint32_t local)
{
	uint32_t row = group->row_of[group->source.class_of[local]];

	return row ? group->place_of[row - 1] : 0;
}

static uint32_t column_place(const struct group *group, uint32_t local)
{
	return group->destination.class_of[local];
}

static void start_places(struct compilation *compilation,
			 const struct side *side, struct class_places *places)
{
	struct placed_class *classes = arena_array(
		compilation->arena, side->classes.count, sizeof(*classes));

	for (size_t i = 0; i < side->classes.count; i++)
		classes[i].class = side->classes.of[i];
	places->classes = classes;
	places->count = side->classes.count;
	tables_fit(compilation, places->count * sizeof(*classes));
}

static void write_places(const struct group *group, const struct side *side,
			 struct class_places *places, unsigned int slot,
			 uint32_t (*place)(const struct group *, uint32_t))
{
	struct placed_class *classes = (struct placed_class *)places->classes;

	places->other.group[slot] = place(group, 0);
	for (size_t i = 0; i < places->count; i++)
		classes[i].place.group[slot] = place(group, side->locals.of[i]);
}

/* ---- groups ------------------------------------------------------------ */

static void build_group(struct compilation *compilation,
			struct list_builder *lists, struct grid *grid,
			const struct sides *sides, const uint8_t *group_of_leg,
			unsigned int number)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct ruleset_tables *tables = compilation->tables;
	struct group group = {
		.compilation = compilation,
		.arena = arena,
		.lists = lists,
	};

	collect_pairs(&group, sides, group_of_leg, number);
	if (!group.pair_count)
		return;
	group.source = view_of(&group, &sides->source, true);
	group.destination = view_of(&group, &sides->destination, false);
	make_rows(&group);
	if (compilation->size.full)
		return;
	lay_rows(&group, grid);
	write_places(&group, &sides->source, &tables->source, number,
		     row_place);
	write_places(&group, &sides->destination, &tables->destination, number,
		     column_place);
	tables->groups++;
}

static void publish_cells(struct compilation *compilation,
			  const struct grid *grid)
{
	struct pair_cell *cells =
		arena_array(compilation->arena, grid->count, sizeof(*cells));

	if (grid->count)
		memcpy(cells, grid->cells, grid->count * sizeof(*cells));
	compilation->tables->cells = cells;
	compilation->tables->cell_count = grid->count;
}

void cells_build(struct compilation *compilation)
{
	struct ruleset_tables *tables = compilation->tables;
	struct sides sides = { side_of(compilation, true),
			       side_of(compilation, false) };
	struct list_builder *lists = lists_new(compilation);
	struct grid grid = { .low = 1 };
	uint8_t *group_of_leg =
		arena_array(compilation->scratch, compilation->leg_count, 1);

	tables->needs |= sides.source.list_count ? NEEDS_SOURCE : 0;
	tables->needs |= sides.destination.list_count ? NEEDS_DESTINATION : 0;
	groups_choose(compilation, &sides, group_of_leg);
	start_places(compilation, &sides.source, &tables->source);
	start_places(compilation, &sides.destination, &tables->destination);
	for (unsigned int i = 0; i < MATCH_GROUPS && !compilation->size.full;
	     i++)
		build_group(compilation, lists, &grid, &sides, group_of_leg, i);
	lists_finish(lists);
	publish_cells(compilation, &grid);
}
