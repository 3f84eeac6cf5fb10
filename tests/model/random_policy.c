// SPDX-License-Identifier: GPL-2.0-only
/* Random policies: see random.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

uint64_t random_next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint32_t random_below(uint32_t bound)
{
	return (uint32_t)(random_next() >> 32) % bound;
}

bool random_chance(uint32_t percent)
{
	return random_below(100) < percent;
}

static const char *pick(const char *const *list, size_t count)
{
	return list[random_below((uint32_t)count)];
}

#define PICK(...)                                                              \
	pick((const char *const[]){ __VA_ARGS__ },                             \
	     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* ---- addresses --------------------------------------------------------- */

static void random_prefix(FILE *out, uint8_t family)
{
	static const uint8_t lengths4[] = { 7, 8, 12, 16, 20, 24, 25, 30, 32 };
	static const uint8_t lengths6[] = { 8,	16, 32, 40,  48,
					    49, 64, 96, 127, 128 };
	struct prefix prefix = { .family = family };
	char text[PREFIX_TEXT];
	struct probe probe;
	char frame[1024];

	do
		random_probe(&probe, frame, sizeof(frame));
	while (probe.family != family);
	prefix.address = random_chance(50) ? probe.source : probe.destination;
	prefix.length = family == FAMILY_IPV4
				? lengths4[random_below(sizeof(lengths4))]
				: lengths6[random_below(sizeof(lengths6))];
	prefix_mask(&prefix);
	fputs(prefix_format(&prefix, text), out);
}

static uint8_t random_family(void)
{
	return random_chance(50) ? FAMILY_IPV4 : FAMILY_IPV6;
}

static void random_range(FILE *out)
{
	uint32_t low = random_below(200), high = low + random_below(56);

	if (random_chance(50))
		fprintf(out, "10.1.%u.0 - 10.1.%u.255", low, high);
	else
		fprintf(out, "2001:db8:%x:: - 2001:db8:%x::ff", low, high);
}

/* Members of a set: prefixes, ranges, earlier sets; sometimes exceptions. */
static void random_members(FILE *out, uint32_t count, uint32_t sets)
{
	for (uint32_t i = 0; i < count; i++) {
		fputs(i && random_chance(20) ? "\texcept " : "\t", out);
		if (sets && random_chance(20))
			fprintf(out, "set%u", random_below(sets));
		else if (random_chance(15))
			random_range(out);
		else
			random_prefix(out, random_family());
		fputs(";\n", out);
	}
}

static void random_block(FILE *out, const char *head, uint32_t most,
			 uint32_t sets)
{
	fprintf(out, "%s {\n", head);
	random_members(out, 1 + random_below(most), sets);
	fputs("}\n", out);
}

/* ---- rules ------------------------------------------------------------- */

static void random_address(FILE *out)
{
	switch (random_below(10)) {
	case 0:
		fprintf(out, "customer c%u", random_below(3));
		break;
	case 1:
		fputs(PICK("own", "customers", "infrastructure", "local"), out);
		break;
	case 2:
	case 3:
	case 4:
		fprintf(out, "set%u", random_below(4));
		break;
	case 5:
		random_range(out);
		break;
	default:
		random_prefix(out, random_family());
	}
}

static void random_addresses(FILE *out, const char *keyword)
{
	if (!random_chance(45))
		return;
	fprintf(out, " %s ", keyword);
	if (random_chance(5)) {
		fputs("any", out);
		return;
	}
	random_address(out);
	while (random_chance(35)) {
		fputs(", ", out);
		random_address(out);
	}
}

static void random_ports(FILE *out, const char *keyword)
{
	fprintf(out, " %s ", keyword);
	do {
		uint32_t low = random_below(12) * 10;

		if (random_chance(40))
			fprintf(out, "%u-%u", low, low + random_below(40));
		else
			fprintf(out, "%u", low);
	} while (random_chance(30) && fputs(", ", out) != EOF);
}

static void random_port_matches(FILE *out)
{
	if (random_chance(30)) {
		random_ports(out, "port");
		return;
	}
	if (random_chance(50))
		random_ports(out, "source-port");
	if (random_chance(60))
		random_ports(out, "destination-port");
}

static void random_icmp(FILE *out, bool version6)
{
	uint32_t first = version6 ? 128 : 0;

	fputs(version6 ? " icmpv6" : " icmp", out);
	if (!random_chance(70))
		return;
	fprintf(out, " type %u", first + random_below(12));
	if (random_chance(40))
		fprintf(out, " code %u", random_below(3));
	else if (random_chance(40))
		fprintf(out, ", %u-%u", first + 3, first + 8);
}

static void random_protocol(FILE *out)
{
	switch (random_below(8)) {
	case 0:
	case 1:
		fputs(PICK(" tcp", " udp", " ah", " protocol 132, 17",
			   " protocol 6"),
		      out);
		return;
	case 2:
	case 3:
		fputs(PICK(" tcp", " udp", ""), out);
		random_port_matches(out);
		return;
	case 4:
		random_icmp(out, random_chance(50));
		return;
	case 5:
		fputs(PICK(" protocol 47", " protocol 2", " protocol 50-51",
			   " protocol 89", " protocol 0-255"),
		      out);
		return;
	case 6:
		fputs(" fragments", out);
		return;
	default:
		return;
	}
}

static void random_filter(FILE *out, uint32_t number)
{
	uint32_t rules = 1 + random_below(8);

	fprintf(out, "filter f%u {\n", number);
	for (uint32_t i = 0; i < rules; i++) {
		fputs(PICK("\tpermit", "\tdrop"), out);
		random_protocol(out);
		random_addresses(out, "from");
		random_addresses(out, "to");
		fputs(";\n", out);
	}
	fputs("}\n", out);
}

/* ---- interfaces -------------------------------------------------------- */

static void random_checks(FILE *out)
{
	if (random_chance(20))
		fprintf(out, "\tbogon-source %s;\n", PICK("on", "off"));
	if (random_chance(20))
		fprintf(out, "\town-source %s;\n", PICK("on", "off"));
	if (random_chance(20))
		fprintf(out, "\tmartian-destination %s;\n", PICK("on", "off"));
	if (random_chance(20))
		fprintf(out, "\tinfrastructure-default %s;\n",
			PICK("on", "off"));
	if (random_chance(20))
		fprintf(out, "\tcustomer-source %s;\n", PICK("on", "off"));
	if (random_chance(20))
		fprintf(out, "\tforeign-source %s;\n", PICK("on", "off"));
	if (random_chance(10))
		fputs("\tsource-validation off;\n", out);
}

static void random_apply(FILE *out, const char *direction)
{
	uint32_t first = random_below(4), count = 1 + random_below(3);

	if (!random_chance(75))
		return;
	fprintf(out, "\t%s { apply f%u", direction, first);
	for (uint32_t i = 1; i < count; i++)
		fprintf(out, ", f%u", (first + i) % 4);
	fputs("; }\n", out);
}

static void random_interface(FILE *out, const char *device, bool managed)
{
	fprintf(out, "interface %s {\n", device);
	if (managed) {
		fputs("\trole management;\n}\n", out);
		return;
	}
	if (random_chance(55))
		fprintf(out, "\trole customer c%u;\n", random_below(3));
	else
		fprintf(out, "\trole %s;\n",
			PICK("peer", "transit", "ixp", "core"));
	random_checks(out);
	if (random_chance(40)) {
		fputs("\tlink ", out);
		random_prefix(out, random_family());
		fputs(";\n", out);
	}
	random_apply(out, "in");
	random_apply(out, "out");
	fputs("}\n", out);
}

static void random_interfaces(FILE *out)
{
	static const char *const devices[] = {
		"eth0",		 "eth1", "eth1 vlan 100", "eth1 vlan 100.200",
		"eth2 vlan 100", "eth3"
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (random_chance(85))
			random_interface(out, devices[i], random_chance(4));
}

char *random_policy(void)
{
	char *text = NULL, head[32];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (uint32_t i = 0; i < 4; i++) {
		snprintf(head, sizeof(head), "set set%u", i);
		random_block(out, head, 8, i);
	}
	random_block(out, "set own", 4, 4);
	if (random_chance(90))
		random_block(out, "bogons", 10, 4);
	fputs("infrastructure {\n", out);
	if (random_chance(60))
		fputs("\tlocal-addresses;\n", out);
	random_members(out, 1 + random_below(4), 4);
	fputs("}\n", out);
	for (uint32_t i = 0; i < 3; i++) {
		snprintf(head, sizeof(head), "customer c%u", i);
		random_block(out, head, 5, 4);
	}
	for (uint32_t i = 0; i < 4; i++)
		random_filter(out, i);
	random_interfaces(out);
	fclose(out);
	return text;
}
