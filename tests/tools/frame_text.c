/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text -> layers, by two tables: frame_layers.def says what a layer is called
 * and takes, frame_options.def the same of options.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_layer.h"

enum argument {
	ARGUMENT_NONE,
	ARGUMENT_NUMBER,
	ARGUMENT_HEX,
	ARGUMENT_LETTERS
};

static const struct option_kind {
	const char *name;
	enum argument argument;
	uint32_t max;
} options[OPTION_COUNT] = {
#define OPTION(symbol, name, argument, max) { name, ARGUMENT_##argument, max },
#include "frame_options.def"
#undef OPTION
};

struct scanner {
	const char *text;
	size_t at;
	size_t column; /* of the word in word[] */
	char word[2 * FRAME_MAX + 1];
	bool end;
	struct build *build;
};

static void advance(struct scanner *scanner)
{
	const char *start;
	size_t length;

	scanner->at += strspn(scanner->text + scanner->at, " \t");
	start = scanner->text + scanner->at;
	length = strcspn(start, " \t");
	scanner->column = scanner->at + 1;
	scanner->end = length == 0;
	if (length >= sizeof(scanner->word)) {
		frame_fail(scanner->build, scanner->column,
			   "a word is too long");
		length = 0;
	}
	memcpy(scanner->word, start, length);
	scanner->word[length] = '\0';
	scanner->at += length;
}

static bool at_word(const struct scanner *scanner, const char *word)
{
	return !scanner->end && strcmp(scanner->word, word) == 0;
}

static long number(struct scanner *scanner, long min, long max)
{
	char *rest;
	long value = strtol(scanner->word, &rest, 0);

	if (rest == scanner->word || *rest || value < min || value > max)
		frame_fail(scanner->build, scanner->column,
			   "'%s' is no number from %ld to %ld", scanner->word,
			   min, max);
	advance(scanner);
	return value;
}

static void hex_word(struct scanner *scanner, struct layer *layer, size_t max)
{
	size_t length = strlen(scanner->word);

	if (length % 2 || length > 2 * max ||
	    strspn(scanner->word, "0123456789abcdefABCDEF") != length ||
	    length == 0)
		frame_fail(scanner->build, scanner->column,
			   "expected up to %zu bytes in hexadecimal", max);
	else if (!layer->hex)
		layer->hex = strdup(scanner->word);
	advance(scanner);
}

static uint32_t tcp_flags(struct scanner *scanner)
{
	static const char letters[] = "FSRPAUECN";
	uint32_t flags = 0;

	if (!strcmp(scanner->word, "-")) {
		advance(scanner);
		return 0;
	}
	for (const char *c = scanner->word; *c; c++) {
		const char *found = strchr(letters, *c);

		if (!found)
			frame_fail(scanner->build, scanner->column,
				   "'%c' is none of the flags %s", *c, letters);
		else
			flags |= 1u << (found - letters);
	}
	advance(scanner);
	return flags;
}

static bool mac_parse(const char *text, uint8_t *bytes)
{
	unsigned int part[6];
	int used = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &part[0], &part[1],
		   &part[2], &part[3], &part[4], &part[5], &used) != 6 ||
	    text[used])
		return false;
	for (int i = 0; i < 6; i++)
		bytes[i] = part[i];
	return true;
}

static void endpoint(struct scanner *scanner, enum operand operand,
		     uint8_t *bytes)
{
	bool good = true;

	if (operand == OPERAND_PORTS) {
		long port = number(scanner, 0, 65535);

		bytes[0] = port >> 8;
		bytes[1] = port;
		return;
	}
	if (operand == OPERAND_MACS)
		good = mac_parse(scanner->word, bytes);
	else
		good = inet_pton(operand == OPERAND_IPV4 ? AF_INET : AF_INET6,
				 scanner->word, bytes) == 1;
	if (!good)
		frame_fail(scanner->build, scanner->column, "'%s' is no %s",
			   scanner->word,
			   operand == OPERAND_MACS   ? "MAC address"
			   : operand == OPERAND_IPV4 ? "IPv4 address"
						     : "IPv6 address");
	advance(scanner);
}

static void endpoints(struct scanner *scanner, struct layer *layer)
{
	endpoint(scanner, layer->kind->operand, layer->source);
	if (!at_word(scanner, ">"))
		frame_fail(scanner->build, scanner->column,
			   "expected '>' and a destination");
	advance(scanner);
	endpoint(scanner, layer->kind->operand, layer->destination);
}

static void default_macs(struct layer *layer)
{
	static const uint8_t source[] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t destination[] = { 2, 0, 0, 0, 0, 2 };

	memcpy(layer->source, source, sizeof(source));
	memcpy(layer->destination, destination, sizeof(destination));
}

static void operand(struct scanner *scanner, struct layer *layer)
{
	const struct layer_kind *kind = layer->kind;

	switch (kind->operand) {
	case OPERAND_NONE:
		return;
	case OPERAND_MAYBE_NUMBER:
		if (scanner->end || !isdigit((unsigned char)*scanner->word))
			return;
		/* fall through */
	case OPERAND_NUMBER:
		layer->number = number(scanner, 0, kind->max);
		layer->has_number = true;
		return;
	case OPERAND_SIGNED:
		layer->number = number(scanner, -kind->max, kind->max);
		return;
	case OPERAND_HEX:
		hex_word(scanner, layer, FRAME_MAX);
		return;
	case OPERAND_MACS:
		default_macs(layer);
		if (!strchr(scanner->word, ':'))
			return;
		/* fall through */
	default:
		endpoints(scanner, layer);
	}
}

static void option(struct scanner *scanner, struct layer *layer)
{
	unsigned int i = 0;

	while (i < OPTION_COUNT && strcmp(scanner->word, options[i].name) != 0)
		i++;
	if (i == OPTION_COUNT || !(layer->kind->options & 1u << i)) {
		frame_fail(scanner->build, scanner->column,
			   "'%s' takes no '%s'", layer->kind->name,
			   scanner->word);
		return;
	}
	layer->given |= 1u << i;
	layer->values[i] = 1;
	advance(scanner);
	if (options[i].argument == ARGUMENT_NUMBER)
		layer->values[i] = number(scanner, 0, options[i].max);
	else if (options[i].argument == ARGUMENT_HEX)
		hex_word(scanner, layer, options[i].max);
	else if (options[i].argument == ARGUMENT_LETTERS)
		layer->values[i] = tcp_flags(scanner);
}

static struct layer *add_layer(struct build *build, const char *name,
			       size_t column)
{
	struct layer *layer = &build->layers[build->count++];

	layer->kind = frame_layer_kind(name);
	layer->column = column;
	return layer;
}

/* Ethernet first and once, data and inner layers before cut and pad. */
static bool misplaced(const struct build *build)
{
	const struct layer *layer = &build->layers[build->count - 1];
	enum place before;

	if (build->count == 1)
		return false;
	before = layer[-1].kind->place;
	if (before == PLACE_FRAME && layer->kind->place != PLACE_FRAME)
		return true;
	return layer->kind->place == PLACE_LINK &&
	       (layer->kind->operand == OPERAND_MACS || before != PLACE_LINK);
}

static void parse_layer(struct scanner *scanner)
{
	struct build *build = scanner->build;
	struct layer *layer;

	if (build->count == MAX_LAYERS)
		frame_fail(scanner->build, scanner->column,
			   "more than %d layers", MAX_LAYERS);
	else if (!frame_layer_kind(scanner->word))
		frame_fail(scanner->build, scanner->column, "'%s' is no layer",
			   scanner->word);
	if (scanner->build->failed)
		return;
	layer = add_layer(build, scanner->word, scanner->column);
	if (misplaced(build))
		frame_fail(scanner->build, scanner->column,
			   "'%s' cannot stand here", scanner->word);
	advance(scanner);
	operand(scanner, layer);
	while (!scanner->build->failed && !scanner->end &&
	       !at_word(scanner, "/"))
		option(scanner, layer);
}

static void parse_layers(struct scanner *scanner)
{
	advance(scanner);
	if (!at_word(scanner, "eth"))
		default_macs(add_layer(scanner->build, "eth", 1));
	while (!scanner->build->failed) {
		parse_layer(scanner);
		if (scanner->build->failed || scanner->end)
			return;
		advance(scanner); /* the slash */
	}
}

int frame_parse(const char *text, struct frame *frame, char *error,
		size_t error_size)
{
	struct build *build = calloc(1, sizeof(*build));
	struct scanner scanner = { .text = text, .build = build };
	bool failed;

	if (!build) {
		snprintf(error, error_size, "column 1: out of memory");
		return -1;
	}
	build->error = error;
	build->error_size = error_size;
	parse_layers(&scanner);
	if (!build->failed)
		frame_build(build);
	failed = build->failed;
	if (!failed)
		*frame = build->frame;
	for (size_t i = 0; i < build->count; i++)
		free(build->layers[i].hex);
	free(build);
	return failed ? -1 : 0;
}
