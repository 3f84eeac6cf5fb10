// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices that the image in force is bound to, beside those that the kernel
 * filters: a device that was deleted, made anew, moved or renamed, or whose
 * programs somebody took off, is no longer as it was applied.
 */
#include "private.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

/* A device as the policy names it and as it was when it was applied. */
struct bound {
	const char *name;
	uint32_t ifindex;
};

static const void *page_at(const struct kernel_state *state, uint32_t page)
{
	return state->pages + (size_t)page * PAGE_BYTES;
}

/* The ifindex of each interface; 0: it was not there. */
static const uint32_t *bound_indexes(const struct kernel_state *state)
{
	const struct image_header *header = &state->header;
	const struct hash_cell *cells =
		page_at(state, header->interface_buckets);
	size_t count = ((size_t)header->interface_mask + 1) * BUCKET_CELLS, i;
	uint32_t *indexes = arena_array(
		state->arena, header->interface_count + 1ul, sizeof(*indexes));

	for (i = 0; i < count; i++)
		if (cells[i].value && cells[i].value <= header->interface_count)
			indexes[cells[i].value - 1] = cells[i].key[0];
	return indexes;
}

/* "eth1 vlan 100" is on eth1. */
static const char *device_name(struct arena *arena, const json_t *interface)
{
	const char *text = record_string(interface, "name");

	return arena_printf(arena, "%.*s", (int)strcspn(text, " "), text);
}

/* True for the first interface of each device that was attached to. */
static bool is_first(const struct interface_entry *entry, bool *listed,
		     uint32_t total)
{
	if (entry->role == ROLE_MANAGEMENT || entry->device >= total ||
	    listed[entry->device])
		return false;
	listed[entry->device] = true;
	return true;
}

/* The attached devices, each once, in the order of the policy. */
static size_t list_bound(const struct kernel_state *state, const json_t *record,
			 struct bound *list)
{
	uint32_t total = state->header.interface_count, i;
	const struct interface_entry *entries =
		page_at(state, state->header.interfaces);
	const json_t *interfaces = json_object_get(record, "interfaces");
	bool *listed = arena_array(state->arena, total + 1ul, sizeof(*listed));
	const uint32_t *indexes = bound_indexes(state);
	size_t count = 0;

	for (i = 0; i < total; i++) {
		if (!is_first(&entries[i], listed, total))
			continue;
		list[count].name = device_name(state->arena,
					       json_array_get(interfaces, i));
		list[count++].ifindex = indexes[i];
	}
	return count;
}

static const struct kernel_attachment *
find_attachment(const struct kernel_state *state, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < state->attachment_count; i++)
		if (state->attachments[i].ifindex == ifindex)
			return &state->attachments[i];
	return NULL;
}

/* now: the ifindex behind the name at present. An altname is a name too. */
static const char *unattached(const struct bound *bound, uint32_t now)
{
	if (!now)
		return "not filtered: the device is gone; apply again when it "
		       "is back";
	if (now != bound->ifindex)
		return "not filtered: the device was made anew; apply again";
	return "not filtered: its programs were taken off; apply again";
}

static const char *renamed(struct arena *arena, const char *name, uint32_t now)
{
	if (now)
		return arena_printf(arena,
				    "not filtered: another device has its "
				    "name, its own is %s now; apply again",
				    name);
	return arena_printf(arena,
			    "filtered under the name %s now; change the "
			    "device's name or the policy, and apply again",
			    name);
}

/* NULL: the device is as it was applied. */
static const char *find_problem(const struct kernel_state *state,
				const struct bound *bound)
{
	const struct kernel_attachment *at =
		find_attachment(state, bound->ifindex);
	uint32_t now = if_nametoindex(bound->name);

	if (!at)
		return unattached(bound, now);
	if (!at->xdp_program)
		return "not filtered on the way in: its XDP program was taken "
		       "off; apply again";
	if (!at->tc_program)
		return "not filtered on the way out: its tc program was taken "
		       "off; apply again";
	if (now == bound->ifindex)
		return NULL;
	return renamed(state->arena, at->device, now);
}

int observe_problems(struct kernel_state *state, struct problem_table *table,
		     struct kernel_error *error)
{
	_cleanup_record_ json_t *record = record_parse(state, error);
	size_t most = state->header.interface_count + 1ul, count, i;
	struct bound *bound = arena_array(state->arena, most, sizeof(*bound));
	struct problem_row *rows =
		arena_array(state->arena, most, sizeof(*rows));

	*table = (struct problem_table){ .rows = rows };
	if (!record)
		return -EBADMSG;
	count = list_bound(state, record, bound);
	for (i = 0; i < count; i++) {
		const char *problem = find_problem(state, &bound[i]);

		if (problem)
			rows[table->count++] =
				(struct problem_row){ bound[i].name, problem };
	}
	return 0;
}
