// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image in text, read back from its own pages as the datapath reads them:
 * what the golden files of this stage hold.
 */
#include <string.h>

#include "private.h"

static const char *const role_names[] = {
#define ROLE(symbol, name) name,
#include "roles.def"
#undef ROLE
};

static const char *const check_names[] = {
#define CHECK(symbol, name, direction, roles) name,
#include "checks.def"
#undef CHECK
};

static const char *const trie_names[] = {
#define TRIE(symbol, name, family, value) #name,
#include "tries.def"
#undef TRIE
};

static const char *const validation_names[] = {
#define VALIDATION(symbol, name, text) name,
#include "validations.def"
#undef VALIDATION
};

static const char *const over_names[] = {
	[OVER_DROP] = "drop",
	[OVER_REMARK] = "remark",
	[OVER_CONTINUE] = "continue",
};

static const char *const kind_names[] = {
	[BLOCK_REASONS] = "reasons",
	[BLOCK_WOULD_DROP] = "would-drop",
	[BLOCK_RULE] = "rule",
	[BLOCK_LIMIT] = "limit",
};

/* ---- interfaces and limits --------------------------------------------- */

static void print_checks(const struct interface_entry *entry, FILE *stream)
{
	fputs("\tchecks", stream);
	for (int i = 0; i < CHECK_COUNT; i++)
		if (entry->checks >> i & 1)
			fprintf(stream, " %s", check_names[i]);
	fprintf(stream, "\n\tvalidation %s%s remark %u\n",
		validation_names[entry->validation],
		entry->flags & INTERFACE_ALLOW_DEFAULT ? " allow-default" : "",
		entry->remark);
}

static void print_interface(const struct image *image, FILE *stream,
			    uint32_t number)
{
	const struct image_interface *names = &image->interfaces[number];
	const struct interface_entry *entry =
		table_element(image, image_header_of(image)->interfaces, number,
			      sizeof(*entry));

	fprintf(stream, "interface %u \"%s\": role %s owner %u link %u%s\n",
		number, names->text, role_names[entry->role], entry->owner,
		entry->link,
		entry->flags & INTERFACE_MONITOR ? " monitor" : "");
	fprintf(stream, "\tdevice %u tags %x-%x.%x-%x%s%s\n", entry->device,
		names->outer[0], names->outer[1], names->inner[0],
		names->inner[1], names->asks_fib ? " asks-fib" : "",
		names->answers ? " answers" : "");
	fprintf(stream, "\trules in %u out %u limits in %u out %u\n",
		entry->ruleset[DIRECTION_IN], entry->ruleset[DIRECTION_OUT],
		entry->limit[DIRECTION_IN], entry->limit[DIRECTION_OUT]);
	print_checks(entry, stream);
}

/* Rule sets are numbered as interfaces first mention them. */
static uint32_t ruleset_count(const struct image *image)
{
	const struct image_header *header = image_header_of(image);
	uint32_t count = 0;

	for (uint32_t i = 0; i < header->interface_count; i++) {
		const struct interface_entry *entry = table_element(
			image, header->interfaces, i, sizeof(*entry));

		for (int j = 0; j < DIRECTION_COUNT; j++)
			if (entry->ruleset[j] > count)
				count = entry->ruleset[j];
	}
	return count;
}

static void print_limit(const struct image *image, FILE *stream,
			uint32_t number)
{
	const struct image_header *header = image_header_of(image);
	const struct limit_entry *limit =
		table_element(image, header->limits, number, sizeof(*limit));

	fprintf(stream, "limit %u: %s scale %llu shift %u tolerance %llu",
		number, limit->bytes ? "bytes" : "packets",
		(unsigned long long)limit->scale, limit->shift,
		(unsigned long long)limit->tolerance);
	if (limit->per_source)
		fprintf(stream, " per source /%u /%u", limit->length4,
			limit->length6);
	fprintf(stream, " over %s %u%s\n", over_names[limit->over],
		limit->over_dscp, number == header->answers ? " answers" : "");
}

/* ---- tries, counters, the record --------------------------------------- */

static void print_trie(const struct image_trie *trie, const char *name,
		       FILE *stream)
{
	char text[PREFIX_TEXT];

	fprintf(stream, "trie %s: %u\n", name, trie->count);
	for (uint32_t i = 0; i < trie->count; i++) {
		const uint8_t *key =
			(const uint8_t *)trie->keys + i * trie->key_size;
		const uint32_t *value = (const uint32_t *)trie->values + i * 2;
		struct prefix prefix = { .family = trie->key_size == 8
							   ? FAMILY_IPV4
							   : FAMILY_IPV6 };

		prefix.length = key[0];
		memcpy(prefix.address.bytes, key + 4, trie->key_size - 4);
		fprintf(stream, "\t%s %x %x\n", prefix_format(&prefix, text),
			value[0], value[1]);
	}
}

static void print_counter(const struct image_counter *counter, FILE *stream)
{
	const struct slot_name *name = &counter->name;

	fprintf(stream, "counter %s %s %s", name->interface,
		name->direction == DIRECTION_IN ? "in" : "out",
		kind_names[name->kind]);
	if (name->kind == BLOCK_RULE)
		fprintf(stream, " %s: %s", name->filter, name->rule);
	fputs(counter->limited ? " (limited)\n" : "\n", stream);
}

void image_print(const struct image *image, FILE *stream)
{
	const struct image_header *header = image_header_of(image);
	size_t length = 0;
	const char *record;

	fprintf(stream, "image of %u pages, abi %u\n", image->page_count,
		header->abi_version);
	for (uint32_t i = 0; i < header->interface_count; i++)
		print_interface(image, stream, i);
	for (uint32_t i = 0; i < header->limit_count; i++)
		print_limit(image, stream, i);
	print_rulesets(image, stream, ruleset_count(image));
	for (int i = 0; i < TRIE_COUNT; i++)
		print_trie(&image->tries[i], trie_names[i], stream);
	print_index(image, stream);
	for (size_t i = 0; i < image->counter_count; i++)
		print_counter(&image->counters[i], stream);
	record = image_record(image->pages, image->page_count, &length);
	fprintf(stream, "record %.*s\n", (int)length, record ? record : "");
}
