// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses and prefixes as strings of bits, most significant first.
 *
 * The C library's inet_pton() and inet_ntop() read and write the addresses:
 * the former refuses shorthand and leading zeros, the latter follows
 * RFC 5952.
 */
#include "base/prefix.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static int address_family(uint8_t family)
{
	return family == FAMILY_IPV4 ? AF_INET : AF_INET6;
}

static bool parse_address(const char *text, size_t length,
			  struct prefix *prefix)
{
	char copy[INET6_ADDRSTRLEN];

	if (!length || length >= sizeof(copy) || memchr(text, '\0', length))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	prefix->family = strchr(copy, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
	prefix->length = family_bits(prefix->family);
	return inet_pton(address_family(prefix->family), copy,
			 prefix->address.bytes) == 1;
}

static bool parse_length(const char *text, size_t length, struct prefix *prefix)
{
	unsigned int number = 0;
	size_t i;

	if (!length || length > 3 || (length > 1 && text[0] == '0'))
		return false;
	for (i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = 10 * number + (unsigned int)(text[i] - '0');
	}
	if (number > family_bits(prefix->family))
		return false;
	prefix->length = (uint8_t)number;
	return true;
}

enum prefix_error prefix_parse(const char *text, size_t length,
			       struct prefix *prefix)
{
	const char *slash = length ? memchr(text, '/', length) : NULL;
	size_t address = slash ? (size_t)(slash - text) : length;
	struct prefix masked;

	memset(prefix, 0, sizeof(*prefix));
	if (!parse_address(text, address, prefix))
		return PREFIX_BAD_ADDRESS;
	if (!slash)
		return PREFIX_OK;
	if (!parse_length(slash + 1, length - address - 1, prefix))
		return PREFIX_BAD_LENGTH;
	masked = *prefix;
	prefix_mask(&masked);
	if (address_compare(&masked.address, &prefix->address))
		return PREFIX_HOST_BITS;
	return PREFIX_OK;
}

const char *address_format(const struct address *address, uint8_t family,
			   char text[PREFIX_TEXT])
{
	inet_ntop(address_family(family), address->bytes, text, PREFIX_TEXT);
	return text;
}

const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT])
{
	size_t end;

	address_format(&prefix->address, prefix->family, text);
	if (prefix->length == family_bits(prefix->family))
		return text;
	end = strlen(text);
	snprintf(text + end, PREFIX_TEXT - end, "/%u", prefix->length);
	return text;
}

void prefix_mask(struct prefix *prefix)
{
	size_t whole = prefix->length / 8;
	unsigned int rest = prefix->length % 8;
	size_t size = sizeof(prefix->address.bytes);

	if (rest)
		prefix->address.bytes[whole++] &= (uint8_t)(0xff00 >> rest);
	if (whole < size)
		memset(prefix->address.bytes + whole, 0, size - whole);
}

struct address prefix_last(const struct prefix *prefix)
{
	struct address last = prefix->address;
	size_t whole = prefix->length / 8;
	unsigned int rest = prefix->length % 8;
	size_t size = family_bits(prefix->family) / 8;

	if (rest)
		last.bytes[whole++] |= (uint8_t)(0xff >> rest);
	if (whole < size)
		memset(last.bytes + whole, 0xff, size - whole);
	return last;
}

int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

int prefix_compare(const struct prefix *a, const struct prefix *b)
{
	int order = (int)a->family - (int)b->family;

	if (!order)
		order = address_compare(&a->address, &b->address);
	if (!order)
		order = (int)a->length - (int)b->length;
	return order;
}

bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	struct prefix cut = *inner;

	if (outer->family != inner->family || outer->length > inner->length)
		return false;
	cut.length = outer->length;
	prefix_mask(&cut);
	return !address_compare(&cut.address, &outer->address);
}

bool address_bit(const struct address *address, unsigned int bit)
{
	return address->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

void address_set_bit(struct address *address, unsigned int bit)
{
	address->bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}
