/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the two halves of the frame builder: frame_text.c turns text into
 * layers, frame.c turns layers into bytes. Nobody else needs this.
 */
#ifndef WEIR_TEST_FRAME_LAYER_H
#define WEIR_TEST_FRAME_LAYER_H

#include <stdbool.h>

#include "frame.h"

enum { MAX_LAYERS = 40 };

enum option {
#define OPTION(symbol, name, argument, max) OPTION_##symbol,
#include "frame_options.def"
#undef OPTION
	OPTION_COUNT
};

/* What stands right behind the name of a layer. */
enum operand {
	OPERAND_NONE,
	OPERAND_NUMBER,
	OPERAND_MAYBE_NUMBER,
	OPERAND_SIGNED,
	OPERAND_HEX,
	OPERAND_MACS, /* may be left out */
	OPERAND_IPV4,
	OPERAND_IPV6,
	OPERAND_PORTS,
};

/* Where a layer may stand. */
enum place { PLACE_LINK, PLACE_NETWORK, PLACE_INNER, PLACE_DATA, PLACE_FRAME };

struct layer {
	const struct layer_kind *kind;
	size_t column;
	uint32_t given; /* bits of enum option */
	uint32_t values[OPTION_COUNT];
	long number;
	bool has_number;
	uint8_t source[16]; /* MAC, address; a port in network order */
	uint8_t destination[16];
	char *hex;
	size_t offset; /* where it was written, and how much */
	size_t size;
};

struct build {
	struct layer layers[MAX_LAYERS];
	size_t count;
	struct frame frame;
	size_t end; /* of the packet, before cut and pad */
	char *error;
	size_t error_size;
	bool failed;
};

struct layer_kind {
	const char *name;
	enum place place;
	enum operand operand;
	uint32_t number;  /* protocol, or EtherType */
	uint32_t options; /* bits of enum option */
	size_t size;
	long max; /* of a numeric operand */
	void (*write)(const struct layer *layer, uint8_t *at);
	void (*finish)(struct build *build, size_t index);
};

/* NULL when there is no such layer. */
const struct layer_kind *frame_layer_kind(const char *name);

/* Writes and finishes all layers. */
void frame_build(struct build *build);

/* Keeps the first error. */
void frame_fail(struct build *build, size_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
