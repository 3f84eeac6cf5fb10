// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables are the .def files in include/. They are part of the program, not
 * read from /etc/services, so that a policy means the same on every machine.
 */
#include "resolve/services.h"

#include <string.h>

#define TABLE(table)                                                           \
	{                                                                      \
		table, sizeof(table) / sizeof((table)[0])                      \
	}

static const struct named_number protocols[] = {
#define PROTOCOL(number, name) { name, number, 0, 0 },
#include "protocols.def"
#undef PROTOCOL
};

static const struct named_number ports[] = {
#define PORT(number, name) { name, number, 0, 0 },
#include "ports.def"
#undef PORT
};

#define ICMP_CODE(family, type, code, name)
static const struct named_number icmp_types[] = {
#define ICMP_TYPE(family, type, name) { name, type, family, 0 },
#include "icmp.def"
#undef ICMP_TYPE
};
#undef ICMP_CODE

#define ICMP_TYPE(family, type, name)
static const struct named_number icmp_codes[] = {
#define ICMP_CODE(family, type, code, name) { name, code, family, type },
#include "icmp.def"
#undef ICMP_CODE
};
#undef ICMP_TYPE

static const struct named_number dscps[] = {
#define DSCP(value, name) { name, value, 0, 0 },
#include "dscp.def"
};

static const struct named_number precedences[] = {
#define PRECEDENCE(value, name) { name, value, 0, 0 },
#include "dscp.def"
};

static const struct named_number priorities[] = {
#define PRIORITY(value, name) { name, value, 0, 0 },
#include "priorities.def"
#undef PRIORITY
};

static const struct named_number ip_options[] = {
#define IP_OPTION(symbol, name, type) { name, type, 0, 0 },
#include "ip_options.def"
#undef IP_OPTION
};

static const struct named_number extension_headers[] = {
#define EXTENSION_HEADER(symbol, name, protocol) { name, protocol, 0, 0 },
#include "extension_headers.def"
#undef EXTENSION_HEADER
};

const struct named_numbers protocol_names = TABLE(protocols);
const struct named_numbers port_names = TABLE(ports);
const struct named_numbers icmp_type_names = TABLE(icmp_types);
const struct named_numbers icmp_code_names = TABLE(icmp_codes);
const struct named_numbers dscp_names = TABLE(dscps);
const struct named_numbers precedence_names = TABLE(precedences);
const struct named_numbers priority_names = TABLE(priorities);
const struct named_numbers ip_option_names = TABLE(ip_options);
const struct named_numbers extension_header_names = TABLE(extension_headers);

int protocol_number(const char *name)
{
	size_t i;

	for (i = 0; i < protocol_names.count; i++)
		if (strcmp(protocol_names.names[i].name, name) == 0)
			return protocol_names.names[i].number;
	return -1;
}
