// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record: JSON in the image's last pages that says where interfaces and
 * rules were written, so that what is in force explains itself even when the
 * policy file has changed or gone.
 *
 *	{"interfaces": [{"name", "role", "file", "line", "rules": [IN, OUT]}],
 *	 "rulesets": [[{"filter", "rule", "action", "file", "line"}]],
 *	 "owners": [null, "acme", ..., "link eth1"],
 *	 "owner_groups": [[1, 2]],       number owner_count + position
 *	 "sets": [{"name", "prefixes": [...]}]}   named sets but `own`
 *
 * IN and OUT are numbers of rule sets, counted from 1; 0: no rules. Interfaces
 * share them, or a hundred thousand interfaces would repeat their rules as
 * often. "name", "filter" and "rule" are shortened as in the counters' names
 * and join with them; "text" is there when the full text is longer.
 *
 * It is written as a stream: a tree of all of it would take many times the
 * memory of the text.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

static const char *const role_names[] = {
#define ROLE(symbol, name) name,
#include "roles.def"
#undef ROLE
};

static const char *const action_names[] = {
	[RULE_PERMIT] = "permit",
	[RULE_DROP] = "drop",
	[RULE_REJECT] = "reject",
	[RULE_CONTINUE] = "continue",
};

/* What has been written so far: the record's text, and whom it is about. */
struct writer {
	FILE *stream;
	const struct diag_list *diags;
	const struct resolved *resolved;
};

/* Between the elements of a list: nothing before the first one. */
static void write_comma(struct writer *writer, size_t position)
{
	if (position)
		fputc(',', writer->stream);
}

/* Bytes that are no UTF-8 cannot be in JSON: such a text is left empty. */
static void write_text(struct writer *writer, const char *text)
{
	json_t *string = json_string(text);

	if (!string)
		string = json_string("");
	json_dumpf(string, writer->stream, JSON_ENCODE_ANY);
	json_decref(string);
}

static void write_member(struct writer *writer, const char *name,
			 const char *text)
{
	fprintf(writer->stream, "\"%s\":", name);
	write_text(writer, text);
	fputc(',', writer->stream);
}

static void write_place(struct writer *writer, struct span span)
{
	write_member(writer, "file", diag_file_name(writer->diags, span.file));
	fprintf(writer->stream, "\"line\":%u", span.line);
}

/* ---- interfaces and rules ---------------------------------------------- */

static void write_interface(struct writer *writer,
			    const struct resolved_interface *interface)
{
	struct slot_name name = { 0 };

	shorten(name.interface, sizeof(name.interface), interface->text);
	fputc('{', writer->stream);
	write_member(writer, "name", name.interface);
	if (strcmp(interface->text, name.interface) != 0)
		write_member(writer, "text", interface->text);
	write_member(writer, "role", role_names[interface->role]);
	write_place(writer, interface->span);
	fprintf(writer->stream, ",\"rules\":[%u,%u]}",
		interface->ruleset[DIRECTION_IN],
		interface->ruleset[DIRECTION_OUT]);
}

static void write_interfaces(struct writer *writer)
{
	fputs("{\"interfaces\":[", writer->stream);
	for (size_t i = 0; i < writer->resolved->interface_count; i++) {
		write_comma(writer, i);
		write_interface(writer, &writer->resolved->interfaces[i]);
	}
}

static void write_rule(struct writer *writer, const struct resolved_rule *rule)
{
	struct slot_name name = { 0 };

	shorten(name.filter, sizeof(name.filter), rule->filter);
	shorten(name.rule, sizeof(name.rule), rule->text);
	fputc('{', writer->stream);
	write_member(writer, "filter", name.filter);
	write_member(writer, "rule", name.rule);
	if (strcmp(rule->text, name.rule) != 0)
		write_member(writer, "text", rule->text);
	write_member(writer, "action", action_names[rule->entry.action]);
	write_place(writer, rule->span);
	fputc('}', writer->stream);
}

static void write_rulesets(struct writer *writer)
{
	fputs("],\"rulesets\":[", writer->stream);
	for (size_t i = 0; i < writer->resolved->ruleset_count; i++) {
		const struct resolved_ruleset *rules =
			&writer->resolved->rulesets[i];

		write_comma(writer, i);
		fputc('[', writer->stream);
		for (size_t j = 0; j < rules->rule_count; j++) {
			write_comma(writer, j);
			write_rule(writer, &rules->rules[j]);
		}
		fputc(']', writer->stream);
	}
}

/* ---- owners and sets --------------------------------------------------- */

static void write_owners(struct writer *writer)
{
	fputs("],\"owners\":[null", writer->stream);
	for (uint32_t i = 1; i < writer->resolved->owner_count; i++) {
		write_comma(writer, i);
		write_text(writer, writer->resolved->owners[i]);
	}
}

static void write_groups(struct writer *writer)
{
	fputs("],\"owner_groups\":[", writer->stream);
	for (size_t i = 0; i < writer->resolved->owner_group_count; i++) {
		const struct owner_group *group =
			&writer->resolved->owner_groups[i];

		write_comma(writer, i);
		fputc('[', writer->stream);
		for (size_t j = 0; j < group->count; j++) {
			write_comma(writer, j);
			fprintf(writer->stream, "%u", group->owners[j]);
		}
		fputc(']', writer->stream);
	}
}

/* Those that have no trie of their own to be read from. */
static bool is_named_set(const struct named_set *set)
{
	return strcmp(set->name, "own") != 0 &&
	       strcmp(set->name, "bogons") != 0 &&
	       strcmp(set->name, "infrastructure") != 0 &&
	       strncmp(set->name, "customer ", 9) != 0;
}

static void write_set(struct writer *writer, const struct named_set *set)
{
	char text[PREFIX_TEXT];

	fputc('{', writer->stream);
	write_member(writer, "name", set->name);
	fputs("\"prefixes\":[", writer->stream);
	for (size_t i = 0; i < set->count; i++) {
		write_comma(writer, i);
		fprintf(writer->stream, "\"%s\"",
			prefix_format(&set->prefixes[i], text));
	}
	fputs("]}", writer->stream);
}

static void write_sets(struct writer *writer)
{
	size_t written = 0;

	fputs("],\"sets\":[", writer->stream);
	for (size_t i = 0; i < writer->resolved->set_count; i++) {
		if (!is_named_set(&writer->resolved->sets[i]))
			continue;
		write_comma(writer, written++);
		write_set(writer, &writer->resolved->sets[i]);
	}
	fputs("]}", writer->stream);
}

/* ---- the whole --------------------------------------------------------- */

void build_record(struct builder *builder, const struct diag_list *diags,
		  const struct resolved *resolved)
{
	char *text = NULL;
	size_t length = 0;
	struct writer writer = { .stream = open_memstream(&text, &length),
				 .diags = diags,
				 .resolved = resolved };
	struct image_header *header;
	uint32_t page;

	if (writer.stream) {
		write_interfaces(&writer);
		write_rulesets(&writer);
		write_owners(&writer);
		write_groups(&writer);
		write_sets(&writer);
		fclose(writer.stream);
	}
	page = table_add(builder, text, length, 1);
	header = image_header_of(builder->image);
	header->record = page;
	header->record_bytes = (uint32_t)length;
	free(text);
}

const char *image_record(const uint8_t *pages, size_t page_count,
			 size_t *length)
{
	const struct image_header *header = (const void *)pages;

	if (!page_count || header->magic != WEIR_IMAGE_MAGIC ||
	    header->record >= page_count ||
	    header->record_bytes > (page_count - header->record) * PAGE_BYTES)
		return NULL;
	*length = header->record_bytes;
	return (const char *)pages + (size_t)header->record * PAGE_BYTES;
}
