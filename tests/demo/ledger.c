/* SPDX-License-Identifier: GPL-2.0-only */
/* Expected and counted, side by side: see ledger.h. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

static bool same_name(const struct counter_name *a,
		      const struct counter_name *b)
{
	return strcmp(a->interface, b->interface) == 0 &&
	       strcmp(a->direction, b->direction) == 0 &&
	       strcmp(a->reason, b->reason) == 0 &&
	       strcmp(a->verdict, b->verdict) == 0 &&
	       strcmp(a->rule, b->rule) == 0;
}

/* The entry of that name, a new one when there is none. */
static struct entry *find(struct ledger *ledger,
			  const struct counter_name *name)
{
	struct entry *entries;

	for (size_t i = 0; i < ledger->count; i++)
		if (same_name(&ledger->entries[i].name, name))
			return &ledger->entries[i];
	entries = reallocarray(ledger->entries, ledger->count + 1,
			       sizeof(*entries));
	if (!entries) {
		perror("ledger");
		exit(3);
	}
	ledger->entries = entries;
	entries[ledger->count] = (struct entry){ .name = *name };
	return &entries[ledger->count++];
}

void ledger_expect(struct ledger *ledger, const struct counter_name *name,
		   uint64_t packets, uint64_t bytes)
{
	struct entry *entry = find(ledger, name);

	entry->expected_packets += packets;
	entry->expected_bytes += bytes;
}

static void copy_member(json_t *row, const char *member, char *text,
			size_t size)
{
	const char *value = json_string_value(json_object_get(row, member));

	snprintf(text, size, "%s", value ? value : "");
}

static void read_row(struct ledger *ledger, json_t *row)
{
	struct counter_name name = { 0 };
	const char *rule = json_string_value(json_object_get(row, "rule"));
	const char *filter = json_string_value(json_object_get(row, "filter"));
	struct entry *entry;

	copy_member(row, "interface", name.interface, sizeof(name.interface));
	copy_member(row, "direction", name.direction, sizeof(name.direction));
	copy_member(row, "reason", name.reason, sizeof(name.reason));
	copy_member(row, "verdict", name.verdict, sizeof(name.verdict));
	if (rule)
		snprintf(name.rule, sizeof(name.rule), "%s: %s",
			 filter ? filter : "", rule);
	entry = find(ledger, &name);
	entry->packets = json_integer_value(json_object_get(row, "packets"));
	entry->bytes = json_integer_value(json_object_get(row, "bytes"));
}

bool ledger_read(struct ledger *ledger)
{
	json_error_t error;
	FILE *output = popen(ledger->command, "r");
	json_t *root = output ? json_loadf(output, 0, &error) : NULL;
	json_t *rows = json_object_get(root, "counters");
	bool read = output && pclose(output) == 0 && json_is_array(rows);
	json_t *row;
	size_t i;

	if (!read)
		fprintf(stderr, "demo: no counters from \"%s\"\n",
			ledger->command);
	json_array_foreach(rows, i, row)
		read_row(ledger, row);
	json_decref(root);
	return read;
}

bool entry_is_right(const struct entry *entry)
{
	return entry->packets == entry->expected_packets &&
	       entry->bytes == entry->expected_bytes;
}

uint64_t ledger_counted(const struct ledger *ledger)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ledger->count; i++)
		sum += ledger->entries[i].packets;
	return sum;
}

size_t ledger_wrong(const struct ledger *ledger)
{
	size_t wrong = 0;

	for (size_t i = 0; i < ledger->count; i++)
		wrong += !entry_is_right(&ledger->entries[i]);
	return wrong;
}

static int by_name(const void *a, const void *b)
{
	const struct counter_name *x = &((const struct entry *)a)->name;
	const struct counter_name *y = &((const struct entry *)b)->name;
	int order = strcmp(x->interface, y->interface);

	if (!order)
		order = strcmp(x->direction, y->direction);
	if (!order)
		order = strcmp(y->verdict, x->verdict);
	if (!order)
		order = strcmp(x->reason, y->reason);
	return order ? order : strcmp(x->rule, y->rule);
}

static void print_entry(const struct entry *entry)
{
	const struct counter_name *name = &entry->name;

	printf("%-13s %-3s %-4s %-20s %13" PRIu64 " %13" PRIu64 "  %s\n",
	       name->interface, name->direction, name->verdict, name->reason,
	       entry->expected_packets, entry->packets,
	       entry_is_right(entry) ? "OK" : "WRONG");
	if (strlen(name->rule) > 76)
		printf("    %.73s...\n", name->rule);
	else if (name->rule[0])
		printf("    %s\n", name->rule);
	if (entry->bytes != entry->expected_bytes)
		printf("%22s%-20s %13" PRIu64 " %13" PRIu64 "\n", "", "  bytes",
		       entry->expected_bytes, entry->bytes);
}

size_t ledger_settle(struct ledger *ledger)
{
	size_t changed = 0;

	for (size_t i = 0; i < ledger->count; i++) {
		struct entry *entry = &ledger->entries[i];
		uint64_t packets = entry->packets - entry->expected_packets;
		uint64_t bytes = entry->bytes - entry->expected_bytes;

		if (packets == entry->settled_packets &&
		    bytes == entry->settled_bytes)
			continue;
		changed++;
		entry->settled_packets = packets;
		entry->settled_bytes = bytes;
	}
	return changed;
}

void ledger_print(const struct ledger *ledger)
{
	qsort(ledger->entries, ledger->count, sizeof(*ledger->entries),
	      by_name);
	printf("%-13s %-3s %-4s %-20s %13s %13s\n", "INTERFACE", "DIR", "",
	       "REASON", "EXPECTED", "COUNTED");
	for (size_t i = 0; i < ledger->count; i++)
		print_entry(&ledger->entries[i]);
}

void ledger_free(struct ledger *ledger)
{
	free(ledger->entries);
	ledger->entries = NULL;
	ledger->count = 0;
}
