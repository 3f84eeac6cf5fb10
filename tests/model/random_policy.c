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

/* Numbers out of a few, as list or range. */
static void random_numbers(FILE *out, const char *keyword, uint32_t most)
{
	uint32_t low = random_below(most);

	fprintf(out, " %s %u", keyword, low);
	if (random_chance(40))
		fprintf(out, "-%u", low + random_below(most - low));
	else if (random_chance(40))
		fprintf(out, ", %u", most);
}

static void random_bytes(FILE *out)
{
	fprintf(out, " bytes %s",
		PICK("link offset 11 length 1 value 1",
		     "link offset 8 length 4 mask 0xff value 2",
		     "network offset 9 length 1 value 6",
		     "network offset 0 length 1 mask 0xf0 value 0x60",
		     "network offset 40 length 2 mask 0x0fff value 10",
		     "transport offset 0 length 2 value 50",
		     "transport offset 2 length 3 mask 0xff00 value 0",
		     "transport offset 13 length 1 mask 0x12 value 0x02"));
}

/* Matches on the header that go with every protocol. */
static void random_header(FILE *out)
{
	switch (random_below(10)) {
	case 0:
		random_numbers(out, random_chance(50) ? "ttl" : "hop-limit",
			       255);
		return;
	case 1:
		random_numbers(out, "dscp", 63);
		return;
	case 2:
		random_numbers(out, "precedence", 7);
		return;
	case 3:
		random_numbers(out, "length", 120);
		return;
	case 4:
		fprintf(out, " source-mac 02:00:00:00:00:0%u", random_below(3));
		if (random_chance(40))
			fputs(", 02:00:00:00:00:03", out);
		return;
	case 5:
		fputs(PICK(" vlan 100", " vlan 90-101", " inner-vlan 200-201"),
		      out);
		return;
	default:
		random_bytes(out);
		if (random_chance(20))
			random_bytes(out);
	}
}

static void random_special(FILE *out)
{
	fputs(PICK(" tcp flags syn/syn,ack", " tcp flags established",
		   " tcp flags none/fin,syn", " tcp flags rst",
		   " ip-option any", " ip-option router-alert",
		   " ip-option record-route, timestamp",
		   " extension-header any", " extension-header hop-by-hop, ah",
		   " extension-header fragment", " esp spi 1-3", " ah spi 2",
		   " spi 1, 3", " fragments first", " fragments later"),
	      out);
}

static void random_matches(FILE *out)
{
	if (random_chance(25))
		random_special(out);
	else
		random_protocol(out);
	if (random_chance(25))
		random_header(out);
	random_addresses(out, "from");
	random_addresses(out, "to");
}

/* Never or always exceeded: the oracle counts no time. */
static const char *random_rate(void)
{
	return PICK("1 bps burst 1 bytes", "100 gbps burst 100 mbytes",
		    "100 mpps burst 1000000 per source /24 /48");
}

static const char *random_over(void)
{
	return PICK("", " over drop", " over continue", " over remark dscp 8",
		    " over remark dscp 0");
}

static void random_marks(FILE *out)
{
	if (random_chance(10))
		fprintf(out, " remark dscp %u", random_below(64));
	else if (random_chance(10))
		fputs(" trust dscp", out);
}

static void random_rule(FILE *out)
{
	switch (random_below(12)) {
	case 0:
		fputs("\tcount", out);
		random_matches(out);
		break;
	case 1:
		fputs("\tlimit", out);
		random_matches(out);
		fprintf(out, " %s%s", random_rate(), random_over());
		break;
	case 2:
		fprintf(out, "\tremark dscp %u", random_below(64));
		random_matches(out);
		break;
	case 3:
		fputs("\treject", out);
		random_matches(out);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
		fputs("\tdrop", out);
		random_matches(out);
		if (random_chance(10))
			fputs(" monitor", out);
		break;
	default:
		fputs("\tpermit", out);
		random_matches(out);
		if (random_chance(15))
			fprintf(out, " limit %s%s%s", random_rate(),
				random_over(), PICK("", "", " monitor"));
		random_marks(out);
	}
	fputs(";\n", out);
}

/* Most are short; some need more than one word of the classifier. */
static void random_filter(FILE *out, uint32_t number)
{
	uint32_t rules = 1 + random_below(random_chance(6) ? 90 : 8);

	fprintf(out, "filter f%u {\n", number);
	for (uint32_t i = 0; i < rules; i++)
		random_rule(out);
	fputs("}\n", out);
}

/* ---- interfaces -------------------------------------------------------- */

static void random_checks(FILE *out, bool customer)
{
	static const char *const checks[] = {
#define CHECK(symbol, name, direction, roles) name,
#include "checks.def"
#undef CHECK
	};

	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (i != CHECK_SOURCE_VALIDATION && random_chance(20))
			fprintf(out, "\t%s %s;\n", checks[i],
				PICK("on", "off"));
	if (!random_chance(35))
		return;
	if (customer && random_chance(40))
		fprintf(out, "\tsource-validation %s;\n",
			PICK("off", "feasible", "feasible allow-default"));
	else
		fprintf(out, "\tsource-validation %s%s;\n",
			PICK("strict", "loose"), PICK("", " allow-default"));
}

static void random_options(FILE *out)
{
	if (random_chance(15))
		fprintf(out, "\tremark dscp %u;\n", random_below(64));
	else if (random_chance(10))
		fputs("\ttrust dscp;\n", out);
	if (random_chance(10))
		fputs("\tmonitor;\n", out);
}

static void random_apply(FILE *out, const char *direction)
{
	uint32_t first = random_below(4), count = 1 + random_below(3);

	if (!random_chance(75))
		return;
	fprintf(out, "\t%s { apply f%u", direction, first);
	for (uint32_t i = 1; i < count; i++)
		fprintf(out, ", f%u", (first + i) % 4);
	if (random_chance(10))
		fprintf(out, "; limit %s",
			PICK("1 bps burst 1 bytes",
			     "100 gbps burst 100 mbytes"));
	fputs("; }\n", out);
}

static void random_interface(FILE *out, const char *device, bool managed)
{
	bool customer = random_chance(55);

	fprintf(out, "interface %s {\n", device);
	if (managed) {
		fputs("\trole management;\n}\n", out);
		return;
	}
	if (customer)
		fprintf(out, "\trole customer c%u;\n", random_below(3));
	else
		fprintf(out, "\trole %s;\n",
			PICK("peer", "transit", "ixp", "core"));
	random_checks(out, customer);
	random_options(out);
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
		"eth0",		 "eth0 vlan 100-101.199-200", "eth1",
		"eth1 vlan 100", "eth1 vlan 100.200",	      "eth2 vlan 100",
		"eth3",		 "eth3 vlan 90-100",
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

	if (random_chance(30))
		fputs("index off;\n", out);
	if (random_chance(4))
		fputs("monitor;\n", out);
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
	if (random_chance(40))
		fputs("\tmulticast 224.1.0.0/16, ff0e:1::/32;\n", out);
	random_members(out, 1 + random_below(4), 4);
	fputs("}\n", out);
	for (uint32_t i = 0; i < 3; i++) {
		fprintf(out, "customer c%u {\n", i);
		if (random_chance(40))
			fputs("\tlan 10.1.2.0/25, 11.0.0.0/24;\n", out);
		random_members(out, 1 + random_below(5), 4);
		fputs("}\n", out);
	}
	for (uint32_t i = 0; i < 4; i++)
		random_filter(out, i);
	random_interfaces(out);
	fclose(out);
	return text;
}
