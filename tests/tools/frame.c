/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layers -> bytes. Writing goes from the first layer to the last and leaves
 * lengths and checksums empty. Finishing goes from the last to the first, when
 * everything that a length or checksum covers is in place: Internet checksum
 * with pseudo header (RFC 1071, RFC 8200 8.1), CRC32c for SCTP (RFC 9260).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_layer.h"

/* What announces a layer that has no number of its own: for experiments. */
enum { EXPERIMENTAL_PROTOCOL = 253, EXPERIMENTAL_ETHERTYPE = 0x88b5 };

/* ---- bytes ------------------------------------------------------------- */

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static uint32_t value_or(const struct layer *layer, enum option option,
			 uint32_t otherwise)
{
	return layer->given & 1u << option ? layer->values[option] : otherwise;
}

static bool is_given(const struct layer *layer, enum option option)
{
	return layer->given & 1u << option;
}

static size_t hex_decode(const char *text, uint8_t *bytes)
{
	size_t count = 0;
	char pair[3] = "";

	for (; text[0] && text[1]; text += 2) {
		memcpy(pair, text, 2);
		bytes[count++] = strtoul(pair, NULL, 16);
	}
	return count;
}

static uint32_t sum16(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static uint32_t crc32c(const uint8_t *bytes, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

/* ---- writing, first layer to last -------------------------------------- */

static void write_ethernet(const struct layer *layer, uint8_t *at)
{
	memcpy(at, layer->destination, 6);
	memcpy(at + 6, layer->source, 6);
}

static void write_vlan(const struct layer *layer, uint8_t *at)
{
	put16(at,
	      value_or(layer, OPTION_PCP, 0) << 13 | (uint32_t)layer->number);
}

static void write_arp(const struct layer *layer, uint8_t *at)
{
	static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	(void)layer;
	memcpy(at, request, sizeof(request));
}

static void write_ipv4(const struct layer *layer, uint8_t *at)
{
	uint32_t length = 5;

	if (is_given(layer, OPTION_OPTIONS))
		length += (hex_decode(layer->hex, at + 20) + 3) / 4;
	at[0] = value_or(layer, OPTION_VERSION, 4) << 4 |
		value_or(layer, OPTION_HEADER_LENGTH, length);
	at[1] = value_or(layer, OPTION_TOS, 0);
	put16(at + 4, value_or(layer, OPTION_ID, 1));
	put16(at + 6, (is_given(layer, OPTION_RESERVED) ? 0x8000 : 0) |
			      (is_given(layer, OPTION_DF) ? 0x4000 : 0) |
			      (is_given(layer, OPTION_MF) ? 0x2000 : 0) |
			      value_or(layer, OPTION_OFFSET, 0));
	at[8] = value_or(layer, OPTION_TTL, 64);
	memcpy(at + 12, layer->source, 4);
	memcpy(at + 16, layer->destination, 4);
}

static void write_ipv6(const struct layer *layer, uint8_t *at)
{
	put32(at, value_or(layer, OPTION_VERSION, 6) << 28 |
			  value_or(layer, OPTION_CLASS, 0) << 20 |
			  value_or(layer, OPTION_FLOW, 0));
	at[7] = value_or(layer, OPTION_HOP, 64);
	memcpy(at + 8, layer->source, 16);
	memcpy(at + 24, layer->destination, 16);
}

static void write_extension(const struct layer *layer, uint8_t *at)
{
	at[1] = value_or(layer, OPTION_LENGTH, layer->size / 8 - 1);
	if (layer->kind->operand != OPERAND_NUMBER)
		return;
	at[2] = layer->number; /* of a routing header */
	at[3] = value_or(layer, OPTION_LEFT, 0);
}

static void write_fragment(const struct layer *layer, uint8_t *at)
{
	put16(at + 2, value_or(layer, OPTION_OFFSET, 0) << 3 |
			      is_given(layer, OPTION_MF));
	put32(at + 4, value_or(layer, OPTION_ID, 1));
}

static void write_ah(const struct layer *layer, uint8_t *at)
{
	at[1] = value_or(layer, OPTION_LENGTH, layer->size / 4 - 2);
	put32(at + 4, value_or(layer, OPTION_SPI, 256));
	put32(at + 8, 1);
}

static void write_esp(const struct layer *layer, uint8_t *at)
{
	put32(at, value_or(layer, OPTION_SPI, 256));
	put32(at + 4, 1);
}

static void write_ports(const struct layer *layer, uint8_t *at)
{
	memcpy(at, layer->source, 2);
	memcpy(at + 2, layer->destination, 2);
}

static void write_tcp(const struct layer *layer, uint8_t *at)
{
	write_ports(layer, at);
	put32(at + 4, 1);
	at[12] = value_or(layer, OPTION_DATA_OFFSET, 5) << 4;
	at[12] |= value_or(layer, OPTION_FLAGS, 0) >> 8;
	at[13] = value_or(layer, OPTION_FLAGS, 0);
	put16(at + 14, 65535);
}

static void write_dccp(const struct layer *layer, uint8_t *at)
{
	write_ports(layer, at);
	at[4] = 3;	/* data offset in words */
	at[8] = 2 << 1; /* DCCP-Data, short sequence number */
}

static void write_icmp(const struct layer *layer, uint8_t *at)
{
	at[0] = layer->number;
	at[1] = value_or(layer, OPTION_CODE, 0);
}

static void write_igmp(const struct layer *layer, uint8_t *at)
{
	at[0] = layer->has_number ? layer->number : 0x11;
	at[1] = 100;
}

static void write_payload(const struct layer *layer, uint8_t *at)
{
	for (size_t i = 0; i < layer->size; i++)
		at[i] = i;
}

static void write_hex(const struct layer *layer, uint8_t *at)
{
	hex_decode(layer->hex, at);
}

/* ---- finishing, last layer to first ------------------------------------ */

static const struct layer *following(const struct build *build, size_t index)
{
	return index + 1 < build->count ? &build->layers[index + 1] : NULL;
}

static uint32_t next_protocol(const struct build *build, size_t index)
{
	const struct layer *next = following(build, index);

	if (!next || next->kind->place >= PLACE_DATA)
		return EXPERIMENTAL_PROTOCOL;
	if (next->kind->place == PLACE_INNER)
		return next->kind->operand == OPERAND_NUMBER &&
				       !next->kind->write
			       ? (uint32_t)next->number
			       : next->kind->number;
	return next->kind->operand == OPERAND_IPV6 ? 41 : 4;
}

static uint32_t next_ethertype(const struct build *build, size_t index)
{
	const struct layer *next = following(build, index);

	if (!next || next->kind->place > PLACE_NETWORK)
		return EXPERIMENTAL_ETHERTYPE;
	return next->kind->place == PLACE_LINK
		       ? value_or(next, OPTION_TYPE, next->kind->number)
		       : next->kind->number;
}

static uint8_t *bytes_of(struct build *build, size_t index)
{
	return build->frame.bytes + build->layers[index].offset;
}

static size_t rest_of(const struct build *build, size_t index)
{
	return build->end - build->layers[index].offset;
}

static void finish_ethernet(struct build *build, size_t index)
{
	put16(bytes_of(build, index) + 12,
	      value_or(&build->layers[index], OPTION_TYPE,
		       next_ethertype(build, index)));
}

static void finish_ethertype(struct build *build, size_t index)
{
	put16(bytes_of(build, index) + 2, next_ethertype(build, index));
}

static void finish_ipv4(struct build *build, size_t index)
{
	const struct layer *layer = &build->layers[index];
	uint8_t *at = bytes_of(build, index);

	at[9] = value_or(layer, OPTION_PROTO, next_protocol(build, index));
	put16(at + 2,
	      value_or(layer, OPTION_TOTAL_LENGTH, rest_of(build, index)));
	put16(at + 10, value_or(layer, OPTION_CHECKSUM,
				fold(sum16(0, at, layer->size))));
}

static void finish_ipv6(struct build *build, size_t index)
{
	const struct layer *layer = &build->layers[index];
	uint8_t *at = bytes_of(build, index);

	put16(at + 4, value_or(layer, OPTION_PAYLOAD_LENGTH,
			       rest_of(build, index) - layer->size));
	at[6] = value_or(layer, OPTION_NEXT, next_protocol(build, index));
}

static void finish_extension(struct build *build, size_t index)
{
	*bytes_of(build, index) = value_or(&build->layers[index], OPTION_NEXT,
					   next_protocol(build, index));
}

/* The sum of the pseudo header: of the nearest network layer before index. */
static uint32_t pseudo_header(struct build *build, size_t index)
{
	uint32_t sum = build->layers[index].kind->number +
		       (uint32_t)rest_of(build, index);

	for (size_t i = index; i-- > 0;) {
		enum operand operand = build->layers[i].kind->operand;

		if (operand == OPERAND_IPV4)
			return sum16(sum, bytes_of(build, i) + 12, 8);
		if (operand == OPERAND_IPV6)
			return sum16(sum, bytes_of(build, i) + 8, 32);
	}
	return sum;
}

static void finish_checksum(struct build *build, size_t index, size_t place,
			    uint32_t sum)
{
	uint8_t *at = bytes_of(build, index);

	sum = fold(sum16(sum, at, rest_of(build, index)));
	put16(at + place,
	      value_or(&build->layers[index], OPTION_CHECKSUM, sum));
}

static void finish_tcp(struct build *build, size_t index)
{
	finish_checksum(build, index, 16, pseudo_header(build, index));
}

/* A sum of 0 would say that there is none (RFC 768). */
static void finish_udplite(struct build *build, size_t index)
{
	uint8_t *at = bytes_of(build, index);

	finish_checksum(build, index, 6, pseudo_header(build, index));
	if (!at[6] && !at[7] &&
	    !is_given(&build->layers[index], OPTION_CHECKSUM))
		put16(at + 6, 0xffff);
}

static void finish_udp(struct build *build, size_t index)
{
	put16(bytes_of(build, index) + 4,
	      value_or(&build->layers[index], OPTION_LENGTH,
		       rest_of(build, index)));
	finish_udplite(build, index);
}

static void finish_dccp(struct build *build, size_t index)
{
	finish_checksum(build, index, 6, pseudo_header(build, index));
}

static void finish_sctp(struct build *build, size_t index)
{
	uint8_t *at = bytes_of(build, index);
	uint32_t crc = crc32c(at, rest_of(build, index));

	for (int i = 0; i < 4; i++)
		at[8 + i] = crc >> 8 * i;
}

static void finish_icmp(struct build *build, size_t index)
{
	finish_checksum(build, index, 2, 0);
}

static void finish_icmpv6(struct build *build, size_t index)
{
	finish_checksum(build, index, 2, pseudo_header(build, index));
}

/* ---- all together ------------------------------------------------------ */

#define HAS(option) (1u << OPTION_##option)
#define EXTENSION   (HAS(NEXT) | HAS(LENGTH) | HAS(SIZE))

static const struct layer_kind kinds[] = {
#define LAYER(name, place, operand, number, options, size, max, write, finish) \
	{ name,	 PLACE_##place, OPERAND_##operand, number, options, size, max, \
	  write, finish },
#include "frame_layers.def"
#undef LAYER
};

const struct layer_kind *frame_layer_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

void frame_fail(struct build *build, size_t column, const char *format, ...)
{
	va_list arguments;
	int used;

	if (build->failed)
		return;
	build->failed = true;
	used = snprintf(build->error, build->error_size,
			"column %zu: ", column);
	if (used < 0 || (size_t)used >= build->error_size)
		return;
	va_start(arguments, format);
	vsnprintf(build->error + used, build->error_size - used, format,
		  arguments);
	va_end(arguments);
}

static size_t size_of(const struct layer *layer)
{
	if (layer->kind->write == write_payload)
		return layer->number;
	if (layer->kind->write == write_hex)
		return strlen(layer->hex) / 2;
	if (is_given(layer, OPTION_OPTIONS))
		return 20 + (strlen(layer->hex) / 2 + 3) / 4 * 4;
	return value_or(layer, OPTION_SIZE, layer->kind->size);
}

static void cut_or_pad(struct build *build, const struct layer *layer)
{
	struct frame *frame = &build->frame;
	bool cut = layer->kind->operand == OPERAND_SIGNED;
	long length = (long)frame->length + layer->number;

	if (cut && layer->number >= 0)
		length = layer->number;
	if (length < 0 || length > FRAME_MAX ||
	    (cut && length > (long)frame->length)) {
		frame_fail(build, layer->column,
			   "the frame has %zu bytes, of at most %d",
			   frame->length, FRAME_MAX);
		return;
	}
	/* What is cut off must not come back by a later pad. */
	if ((size_t)length < frame->length)
		memset(frame->bytes + length, 0, frame->length - length);
	frame->length = length;
}

static void write_layer(struct build *build, struct layer *layer)
{
	/* An authentication header is the one that may be less than usual. */
	size_t least = layer->kind->size < 12 ? layer->kind->size : 12;
	struct frame *frame = &build->frame;

	layer->offset = frame->length;
	layer->size = size_of(layer);
	if (layer->size < least && is_given(layer, OPTION_SIZE))
		frame_fail(build, layer->column, "'%s' has at least %zu bytes",
			   layer->kind->name, least);
	else if (layer->size > FRAME_MAX - frame->length)
		frame_fail(build, layer->column, "a frame has at most %d bytes",
			   FRAME_MAX);
	if (build->failed)
		return;
	if (layer->kind->write)
		layer->kind->write(layer, frame->bytes + frame->length);
	frame->length += layer->size;
}

void frame_build(struct build *build)
{
	size_t count = build->count;

	while (count > 0 && build->layers[count - 1].kind->place == PLACE_FRAME)
		count--;
	for (size_t i = 0; i < count && !build->failed; i++)
		write_layer(build, &build->layers[i]);
	if (build->failed)
		return;
	build->end = build->frame.length;
	for (size_t i = count; i-- > 0;)
		if (build->layers[i].kind->finish)
			build->layers[i].kind->finish(build, i);
	for (size_t i = count; i < build->count && !build->failed; i++)
		cut_or_pad(build, &build->layers[i]);
}
