/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IP addresses and prefixes of both families.
 *
 * An address is 16 bytes in network order; IPv4 uses the first four, the
 * rest is zero. Everything that walks bits does so from the first byte, so
 * one algorithm serves both families.
 */
#ifndef WEIR_PREFIX_H
#define WEIR_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAMILY_IPV4 = 4, FAMILY_IPV6 = 6, PREFIX_TEXT = 64 };

struct address {
	uint8_t bytes[16];
};

struct prefix {
	struct address address;
	uint8_t length;
	uint8_t family; /* FAMILY_IPV4 or FAMILY_IPV6 */
};

/* 32 or 128. */
static inline unsigned int family_bits(uint8_t family)
{
	return family == FAMILY_IPV4 ? 32 : 128;
}

enum prefix_error {
	PREFIX_OK,
	PREFIX_BAD_ADDRESS, /* neither an IPv4 nor an IPv6 address */
	PREFIX_BAD_LENGTH,  /* length not a number, or past 32 or 128 */
	PREFIX_HOST_BITS,   /* bits set right of the length */
};

/*
 * Parses "192.0.2.0/24", "192.0.2.1", "2001:db8::/32", "::1" of exactly
 * length bytes. With PREFIX_HOST_BITS, *prefix holds what was written;
 * prefix_mask() gives the corrected one. No zone, no IPv4 shorthand, no
 * leading zeros in IPv4 (inet_pton's rules).
 */
enum prefix_error prefix_parse(const char *text, size_t length,
			       struct prefix *prefix);

/* "192.0.2.0/24"; a host prefix prints as the bare address. RFC 5952. */
const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT]);
const char *address_format(const struct address *address, uint8_t family,
			   char text[PREFIX_TEXT]);

/* Clears the bits right of the length. */
void prefix_mask(struct prefix *prefix);

/* Order by family, address, length: a covering prefix sorts before what it
 * covers. */
int prefix_compare(const struct prefix *a, const struct prefix *b);
int address_compare(const struct address *a, const struct address *b);

/* True when outer contains inner (same family, equal counts). */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);

/* Last address of the prefix. */
struct address prefix_last(const struct prefix *prefix);

/* Bit 0 is the most significant one of the first byte. */
bool address_bit(const struct address *address, unsigned int bit);
void address_set_bit(struct address *address, unsigned int bit);

#endif
