// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image in text, read back from its own pages as the datapath reads them:
 * what the golden files of this stage hold.
 */
#include <inttypes.h>
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

static const char *const class_names[] = { "source-port", "destination-port",
					   "icmp", "icmpv6" };

static const void *element(const struct image *image, uint32_t page,
			   size_t index, size_t size)
{
	return image->pages + table_offset(page, index, size);
}

static uint32_t class_of(const struct image *image, int table, uint32_t value)
{
	const uint32_t *page =
		element(image, image_header_of(image)->classes[table],
			value >> 8, sizeof(*page));
	const uint32_t *class =
		element(image, *page, value & 255, sizeof(*class));

	return *class;
}

/* One line for each run of values with the same class. */
static void print_classes(const struct image *image, FILE *stream)
{
	for (int table = 0; table < CLASSES_COUNT; table++) {
		uint32_t low = 0;

		fprintf(stream, "classes %s\n", class_names[table]);
		for (uint32_t value = 1; value <= 65536; value++) {
			uint32_t class = class_of(image, table, low);

			if (value < 65536 &&
			    class_of(image, table, value) == class)
				continue;
			fprintf(stream, "\t%u-%u: %u\n", low, value - 1, class);
			low = value;
		}
	}
}

static uint32_t class_count(const struct image *image, int table)
{
	uint32_t count = 0;

	for (uint32_t value = 0; value < 65536; value++) {
		uint32_t class = class_of(image, table, value);

		count = class >= count ? class + 1 : count;
	}
	return count;
}

static void print_words(const struct image *image, FILE *stream,
			const char *name, uint32_t page, size_t count)
{
	fprintf(stream, "\t%s:", name);
	for (size_t i = 0; i < count; i++) {
		const uint64_t *word = element(image, page, i, sizeof(*word));

		if (*word)
			fprintf(stream, " %zu=%" PRIx64, i, *word);
	}
	fputc('\n', stream);
}

static uint32_t address_classes(const struct image *image, enum trie trie)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < image->tries[trie].count; i++) {
		const struct set_value *values = image->tries[trie].values;

		if (values[i].address_class > most)
			most = values[i].address_class;
	}
	return most + 1;
}

static void print_ruleset(const struct image *image, FILE *stream,
			  const struct ruleset *rules)
{
	uint32_t classes4 = address_classes(image, TRIE_SETS4);
	uint32_t classes6 = address_classes(image, TRIE_SETS6);

	fprintf(stream, "\tneeds %x portless %llx\n", rules->needs,
		(unsigned long long)rules->portless);
	fprintf(stream, "\tfragment %llx %llx %llx family %llx %llx\n",
		(unsigned long long)rules->fragment[0],
		(unsigned long long)rules->fragment[1],
		(unsigned long long)rules->fragment[2],
		(unsigned long long)rules->family[0],
		(unsigned long long)rules->family[1]);
	print_words(image, stream, "source4", rules->source4, classes4);
	print_words(image, stream, "source6", rules->source6, classes6);
	print_words(image, stream, "destination4", rules->destination4,
		    classes4);
	print_words(image, stream, "destination6", rules->destination6,
		    classes6);
	print_words(image, stream, "protocol", rules->protocol, 256);
	print_words(image, stream, "source-port", rules->ports[0],
		    class_count(image, CLASSES_SOURCE_PORT));
	print_words(image, stream, "destination-port", rules->ports[1],
		    class_count(image, CLASSES_DESTINATION_PORT));
	print_words(image, stream, "icmp", rules->icmp[0],
		    class_count(image, CLASSES_ICMP4));
	print_words(image, stream, "icmpv6", rules->icmp[1],
		    class_count(image, CLASSES_ICMP6));
}

static void print_legs(const struct image *image, FILE *stream,
		       const struct ruleset *rules)
{
	uint64_t used = rules->family[0] | rules->family[1];

	for (int i = 0; i < MAX_LEGS; i++) {
		const struct leg_entry *leg =
			element(image, rules->legs, (size_t)i, sizeof(*leg));

		if (used >> i & 1)
			fprintf(stream, "\tleg %d: rule %u %s\n", i, leg->rule,
				leg->verdict == VERDICT_DROP ? "drop"
							     : "permit");
	}
}

static void print_interface(const struct image *image, FILE *stream,
			    uint32_t number, uint32_t *rulesets)
{
	const struct interface_entry *entry =
		element(image, image_header_of(image)->interfaces, number,
			sizeof(*entry));

	fprintf(stream, "interface %u \"%s\": role %s owner %u link %u", number,
		image->interfaces[number].text, role_names[entry->role],
		entry->owner, entry->link);
	fprintf(stream, " rules in %u out %u checks", entry->ruleset[0],
		entry->ruleset[1]);
	for (int i = 0; i < CHECK_COUNT; i++)
		if (entry->checks >> i & 1)
			fprintf(stream, " %s", check_names[i]);
	fputc('\n', stream);
	for (int i = 0; i < DIRECTION_COUNT; i++)
		if (entry->ruleset[i] > *rulesets)
			*rulesets = entry->ruleset[i];
}

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

void image_print(const struct image *image, FILE *stream)
{
	const struct image_header *header = image_header_of(image);
	uint32_t rulesets = 0;
	size_t length = 0;
	const char *record;

	fprintf(stream, "image of %u pages, abi %u\n", image->page_count,
		header->abi_version);
	for (uint32_t i = 0; i < header->interface_count; i++)
		print_interface(image, stream, i, &rulesets);
	for (uint32_t i = 0; i < rulesets; i++) {
		const struct ruleset *rules =
			element(image, header->rulesets, i, sizeof(*rules));

		fprintf(stream, "ruleset %u\n", i + 1);
		print_ruleset(image, stream, rules);
		print_legs(image, stream, rules);
	}
	print_classes(image, stream);
	for (int i = 0; i < TRIE_COUNT; i++)
		print_trie(&image->tries[i], trie_names[i], stream);
	for (size_t i = 0; i < image->counter_count; i++)
		fprintf(stream, "counter %s %u %s: %s\n",
			image->counters[i].name.interface,
			image->counters[i].name.direction,
			image->counters[i].name.filter,
			image->counters[i].name.rule);
	record = image_record(image->pages, image->page_count, &length);
	fprintf(stream, "record %.*s\n", (int)length, record ? record : "");
}
