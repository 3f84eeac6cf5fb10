/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that have names: protocols, ports, types, code points, ... */
#ifndef WEIR_RESOLVE_SERVICES_H
#define WEIR_RESOLVE_SERVICES_H

#include <stddef.h>
#include <stdint.h>

struct named_number {
	const char *name;
	uint16_t number;
	uint8_t family; /* ICMP types and codes: FAMILY_IPV4 or FAMILY_IPV6 */
	uint8_t type;	/* ICMP codes: the type that has them */
};

struct named_numbers {
	const struct named_number *names;
	size_t count;
};

extern const struct named_numbers protocol_names;
extern const struct named_numbers port_names;
extern const struct named_numbers icmp_type_names;
extern const struct named_numbers icmp_code_names;
extern const struct named_numbers dscp_names;
extern const struct named_numbers precedence_names;
extern const struct named_numbers priority_names;
extern const struct named_numbers ip_option_names;
extern const struct named_numbers extension_header_names;

/* -1 when there is none. */
int protocol_number(const char *name);

#endif
