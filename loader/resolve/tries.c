// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each trie is an overlay; what differs is how labels add up.
 *
 * bogons: rows of the special-purpose registries override the wider row
 * around them, everything else adds, and an except takes both directions away
 * from all under it. An except inside a bogon is an entry that says 0, 0.
 *
 * customers, sets: the labels are owners or address lists, and an entry stands
 * for the set of labels that cover it.
 *
 * infrastructure: flags, see infrastructure.c.
 */
#include "resolve/tries.h"

#include "base/cleanup.h"
#include "resolve/infrastructure.h"
#include "resolve/label_sets.h"
#include "resolve/names.h"
#include "resolve/sets.h"
#include "resolve/special_registry.h"

enum { OWN_LABEL = 0 }; /* no owner has this number */

static const uint8_t families[] = { FAMILY_IPV4, FAMILY_IPV6 };

static struct trie_table *table_of(struct resolver *resolver, enum trie trie,
				   unsigned int family)
{
	return &resolver->resolved->tries[trie + family];
}

static void add_list(struct arena *arena, struct overlay *overlay,
		     unsigned int family, const struct prefix_list *list,
		     uint32_t label)
{
	overlay_add(arena, overlay, families[family], list->prefixes,
		    list->count, label);
}

/* ---- bogons ------------------------------------------------------------ */

enum {
	BOGON_SOURCE = 1, /* states and labels */
	BOGON_DESTINATION = 2,
	BOGON_LISTED = 4,
	BOGON_EXCEPT = 8,
	BOGON_REGISTRY = 16, /* labels only: replaces the first two */
};

static uint32_t cover_bogon(void *context, uint32_t state,
			    const struct overlay_item *items, size_t count)
{
	size_t i;

	(void)context;
	for (i = 0; i < count; i++) {
		if (items[i].label & BOGON_REGISTRY)
			state &= ~(BOGON_SOURCE | BOGON_DESTINATION);
		state |= items[i].label & ~BOGON_REGISTRY;
	}
	return state;
}

static void bogon_value(void *context, uint32_t state, uint32_t value[2])
{
	bool listed = state & BOGON_LISTED, except = state & BOGON_EXCEPT;

	(void)context;
	value[0] = !except && (listed || state & BOGON_SOURCE);
	value[1] = !except && (listed || state & BOGON_DESTINATION);
}

static void add_registry(struct arena *arena, struct overlay *overlay,
			 uint8_t family, const struct special_rows *rows)
{
	const struct special_row *row;
	uint32_t label;
	size_t i;

	for (i = 0; i < rows->count; i++) {
		row = &rows->rows[i];
		label = BOGON_REGISTRY;
		label |= row->bad_source ? BOGON_SOURCE : 0;
		label |= row->bad_destination ? BOGON_DESTINATION : 0;
		overlay_add(arena, overlay, family, &row->prefix, 1, label);
	}
}

/* What the set "bogons" holds: the refused prefixes, without the holes. */
static void collect_bogons(struct resolver *resolver,
			   struct prefix_list *bogons)
{
	struct prefix_list holes = { 0 };
	const struct trie_table *table;
	unsigned int family;
	size_t i;

	for (family = 0; family < 2; family++) {
		table = table_of(resolver, TRIE_BOGONS4, family);
		for (i = 0; i < table->count; i++)
			prefix_list_add(
				resolver->arena,
				table->entries[i].value[0] ||
						table->entries[i].value[1]
					? bogons
					: &holes,
				&table->entries[i].prefix);
	}
	*bogons = prefix_list_unmask(resolver->arena, bogons, &holes);
}

static void build_bogons(struct resolver *resolver, struct arena *scratch)
{
	const struct overlay_combination combination = { cover_bogon,
							 bogon_value, NULL };
	struct object *bogons = names_find(resolver, STATEMENT_BOGONS, "");
	struct special_rows rows = { 0 };
	struct members members;
	unsigned int family;

	if (!bogons)
		return;
	members = sets_members(resolver, bogons);
	if (members.special_purpose)
		rows = special_registry_shipped(resolver->arena,
						resolver->diags);
	for (family = 0; family < 2; family++) {
		struct overlay overlay = { 0 };

		add_registry(scratch, &overlay, families[family], &rows);
		add_list(scratch, &overlay, family, &members.listed,
			 BOGON_LISTED);
		add_list(scratch, &overlay, family, &members.excepts,
			 BOGON_EXCEPT);
		*table_of(resolver, TRIE_BOGONS4, family) =
			overlay_build(resolver->arena, &overlay, &combination);
	}
	collect_bogons(resolver, &bogons->prefixes);
	bogons->state = OBJECT_DONE;
}

/* ---- owners ------------------------------------------------------------ */

struct owners {
	struct label_sets sets; /* of owners and OWN_LABEL */
	struct intern *groups;	/* of owners, two or more */
	uint32_t owner_count;
};

static uint32_t cover_owner(void *context, uint32_t outer,
			    const struct overlay_item *items, size_t count)
{
	struct owners *owners = context;

	return label_sets_cover(&owners->sets, outer, items, count);
}

static void owner_value(void *context, uint32_t state, uint32_t value[2])
{
	struct owners *owners = context;
	struct label_set set = label_set_at(&owners->sets, state);
	bool own = set.count && set.labels[0] == OWN_LABEL;

	set.labels += own;
	set.count -= own;
	value[1] = own;
	if (set.count < 2)
		value[0] = set.count ? set.labels[0] : 0;
	else
		value[0] = owners->owner_count +
			   intern_add(owners->groups, set.labels,
				      set.count * sizeof(*set.labels), NULL);
}

static void add_owners(struct resolver *resolver, struct arena *scratch,
		       struct overlay *overlay, unsigned int family,
		       const struct prefix_list *links)
{
	const struct resolved *resolved = resolver->resolved;
	struct object *own = names_find(resolver, STATEMENT_SET, "own");
	struct object *object;
	size_t i;

	if (own)
		add_list(scratch, overlay, family, sets_prefixes(resolver, own),
			 OWN_LABEL);
	for (i = 0; i < resolver->object_count; i++) {
		object = &resolver->objects[i];
		if (object->statement->kind == STATEMENT_CUSTOMER)
			add_list(scratch, overlay, family,
				 sets_prefixes(resolver, object),
				 object->owner);
	}
	for (i = 0; i < resolved->interface_count; i++)
		if (resolved->interfaces[i].link)
			add_list(scratch, overlay, family, &links[i],
				 resolved->interfaces[i].link);
}

static void publish_groups(struct resolver *resolver,
			   const struct owners *owners)
{
	size_t count = intern_count(owners->groups), i;
	struct owner_group *groups =
		arena_array(resolver->arena, count, sizeof(*groups));
	struct interned bytes;

	for (i = 0; i < count; i++) {
		bytes = intern_at(owners->groups, (uint32_t)i);
		groups[i].owners = bytes.bytes;
		groups[i].count = bytes.size / sizeof(uint32_t);
	}
	resolver->resolved->owner_groups = groups;
	resolver->resolved->owner_group_count = count;
}

static void report_full(struct resolver *resolver, const char *what)
{
	const struct span nowhere = { 0 };

	diag_error(resolver->diags, nowhere,
		   "64 million pairs of a prefix and what covers it is the "
		   "limit",
		   "%s overlap too much", what);
}

static void build_owners(struct resolver *resolver, struct arena *scratch,
			 const struct prefix_list *links)
{
	struct owners owners = {
		.groups = intern_new(resolver->arena),
		.owner_count = resolver->resolved->owner_count,
	};
	const struct overlay_combination combination = { cover_owner,
							 owner_value, &owners };
	unsigned int family;

	label_sets_init(&owners.sets, scratch);
	for (family = 0; family < 2; family++) {
		struct overlay overlay = { 0 };

		add_owners(resolver, scratch, &overlay, family, links);
		*table_of(resolver, TRIE_CUSTOMERS4, family) =
			overlay_build(resolver->arena, &overlay, &combination);
	}
	publish_groups(resolver, &owners);
	if (owners.sets.full)
		report_full(resolver, "customers and link prefixes");
}

/* ---- address lists of rules -------------------------------------------- */

static void class_value(void *context, uint32_t state, uint32_t value[2])
{
	(void)context;
	value[0] = state;
	value[1] = 0;
}

/* States of the overlay are the address classes; here is what each means. */
static const struct class_lists *lists_by_class(struct arena *arena,
						const struct label_sets *sets)
{
	uint32_t count = intern_count(sets->sets), class;
	struct class_lists *classes =
		arena_array(arena, count, sizeof(*classes));
	struct label_set set;

	for (class = 0; class < count; class ++) {
		set = label_set_at(sets, class);
		classes[class].lists = set.labels;
		classes[class].count = set.count;
	}
	return classes;
}

static void build_sets(struct resolver *resolver, struct arena *scratch,
		       unsigned int family)
{
	struct resolved *resolved = resolver->resolved;
	struct label_sets sets;
	const struct overlay_combination combination = { label_sets_cover,
							 class_value, &sets };
	struct overlay overlay = { 0 };
	size_t i;

	label_sets_init(&sets, resolver->arena);
	for (i = 0; i < resolver->list_count; i++)
		overlay_add(scratch, &overlay, families[family],
			    resolver->lists[i].prefixes,
			    resolver->lists[i].count, (uint32_t)i);
	*table_of(resolver, TRIE_SETS4, family) =
		overlay_build(resolver->arena, &overlay, &combination);
	if (sets.full)
		report_full(resolver, "address lists of rules");
	resolved->class_count[family] = intern_count(sets.sets);
	resolved->classes[family] = lists_by_class(resolver->arena, &sets);
}

/* ---- named sets -------------------------------------------------------- */

static bool is_prefix_set(const struct object *object)
{
	enum statement_kind kind = object->statement->kind;

	return kind == STATEMENT_SET || kind == STATEMENT_BOGONS ||
	       kind == STATEMENT_INFRASTRUCTURE || kind == STATEMENT_CUSTOMER;
}

static const char *set_name(struct arena *arena, const struct object *object)
{
	const struct statement *statement = object->statement;

	if (statement->kind == STATEMENT_SET)
		return statement->name;
	if (statement->kind == STATEMENT_CUSTOMER)
		return arena_printf(arena, "customer %s", statement->name);
	return names_kind(statement->kind);
}

static void publish_sets(struct resolver *resolver)
{
	struct named_set *sets = arena_array(
		resolver->arena, resolver->object_count, sizeof(*sets));
	struct object *object = resolver->objects;
	struct object *end = object + resolver->object_count;
	const struct prefix_list *prefixes;
	size_t count = 0;

	for (; object < end; object++) {
		if (!is_prefix_set(object))
			continue;
		prefixes = sets_prefixes(resolver, object);
		sets[count].name = set_name(resolver->arena, object);
		sets[count].prefixes = prefixes->prefixes;
		sets[count++].count = prefixes->count;
	}
	resolver->resolved->sets = sets;
	resolver->resolved->set_count = count;
}

void tries_build(struct resolver *resolver, const struct prefix_list *links)
{
	struct resolved *resolved = resolver->resolved;
	_cleanup_arena_ struct arena *scratch = arena_new();
	unsigned int family;

	build_bogons(resolver, scratch);
	publish_sets(resolver);
	build_owners(resolver, scratch, links);
	infrastructure_build(resolver, scratch);
	resolved->address_list_count = (uint32_t)resolver->list_count;
	for (family = 0; family < 2; family++)
		build_sets(resolver, scratch, family);
}
