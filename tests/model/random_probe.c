// SPDX-License-Identifier: GPL-2.0-only
/* Random packets: see random.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

const struct prefix random_local[] = {
	{ .family = FAMILY_IPV4, .length = 32, .address = { { 10, 1, 0, 1 } } },
	{ .family = FAMILY_IPV6,
	  .length = 128,
	  .address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 1 } } },
	{ .family = FAMILY_IPV6,
	  .length = 128,
	  .address = { { 0xfe, 0x80, [15] = 1 } } },
};
const size_t random_local_count =
	sizeof(random_local) / sizeof(random_local[0]);

static uint8_t one_of(const uint8_t *bytes, size_t count)
{
	return bytes[random_below((uint32_t)count)];
}

#define ONE_OF(...)                                                            \
	one_of((const uint8_t[]){ __VA_ARGS__ },                               \
	       sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void random_ipv4(struct address *address, bool destination)
{
	memset(address, 0, sizeof(*address));
	if (random_chance(5)) {
		memset(address->bytes, destination ? 0xff : 0, 4);
		return;
	}
	address->bytes[0] = ONE_OF(10, 10, 11, 172, 198, 203);
	if (destination && random_chance(5))
		address->bytes[0] = 224;
	address->bytes[1] = ONE_OF(0, 1, 1, 128, 255);
	address->bytes[2] = random_chance(40) ? ONE_OF(0, 1, 2, 255)
					      : (uint8_t)random_below(256);
	address->bytes[3] = ONE_OF(0, 1, 127, 128, 255);
}

static void random_ipv6(struct address *address, bool destination)
{
	static const uint8_t heads[][4] = {
		{ 0x20, 1, 0x0d, 0xb8 }, { 0x20, 1, 0x0d, 0xb8 },
		{ 0x20, 1, 0x0d, 0xb9 }, { 0xfe, 0x80, 0, 0 },
		{ 0xfd, 0, 0, 1 },	 { 0, 0, 0, 0 }
	};

	memset(address, 0, sizeof(*address));
	if (destination && random_chance(10)) {
		memcpy(address->bytes, "\xff\x02", 2);
		address->bytes[15] = ONE_OF(1, 2, 5);
		return;
	}
	memcpy(address->bytes, heads[random_below(6)], 4);
	if (!address->bytes[0])
		return;
	address->bytes[5] = random_chance(50) ? ONE_OF(0, 1, 2)
					      : (uint8_t)random_below(256);
	address->bytes[7] = ONE_OF(0, 0, 1, 128);
	address->bytes[15] = ONE_OF(0, 1, 1, 255);
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
}

/* ---- link -------------------------------------------------------------- */

static void random_link(struct probe *probe, char *frame, size_t size)
{
	static const char *const devices[] = { "eth0", "eth1", "eth1", "eth2",
					       "eth3" };

	probe->device = devices[random_below(5)];
	probe->direction = random_chance(65) ? DIRECTION_IN : DIRECTION_OUT;
	probe->outer = probe->inner = NO_TAG;
	if (random_chance(5))
		append(frame, size, "vlan 0 / ");
	else if (random_chance(15))
		goto two;
	if (random_chance(35)) {
		probe->outer = random_chance(70) ? 100 : 101;
		append(frame, size, "vlan %u / ", probe->outer);
	}
	return;
two:
	probe->outer = random_chance(80) ? 100 : 101;
	probe->inner = random_chance(70) ? 200 : 201;
	append(frame, size, "vlan %u type 0x88a8 / vlan %u / ", probe->outer,
	       probe->inner);
}

/* ---- transport --------------------------------------------------------- */

static void random_transport(struct probe *probe)
{
	static const uint8_t protocols[] = { 6, 6,  6,	 17,  17, 17,
					     1, 58, 1,	 58,  47, 50,
					     2, 89, 132, 136, 33 };

	probe->protocol = protocols[random_below(sizeof(protocols))];
	if (probe->protocol == 1 || probe->protocol == 58)
		probe->protocol = probe->family == FAMILY_IPV4 ? 1 : 58;
	probe->has_ports = probe->protocol == 6 || probe->protocol == 17 ||
			   probe->protocol == 132 || probe->protocol == 136 ||
			   probe->protocol == 33;
	probe->has_icmp = probe->protocol == 1 || probe->protocol == 58;
	probe->source_port =
		(uint16_t)(random_below(12) * 10 + random_below(2));
	probe->destination_port = (uint16_t)(random_below(12) * 10);
	if (random_chance(5)) {
		bool client = random_chance(50);

		probe->source_port = client ? 68 : 67;
		probe->destination_port = client ? 67 : 68;
	}
	probe->type = (uint8_t)((probe->family == FAMILY_IPV6 ? 128 : 0) +
				random_below(16));
	probe->code = random_chance(80) ? 0 : (uint8_t)random_below(3);
	probe->hop_limit = ONE_OF(1, 1, 64, 64, 254, 255, 255);
}

static const char *port_protocol(uint8_t protocol)
{
	switch (protocol) {
	case 6:
		return "tcp";
	case 17:
		return "udp";
	case 132:
		return "sctp";
	case 136:
		return "udplite";
	default:
		return "dccp";
	}
}

static void transport_text(const struct probe *probe, char *frame, size_t size)
{
	if (probe->has_ports)
		append(frame, size, " / %s %u > %u",
		       port_protocol(probe->protocol), probe->source_port,
		       probe->destination_port);
	else if (probe->has_icmp)
		append(frame, size, " / %s %u code %u",
		       probe->family == FAMILY_IPV4 ? "icmp" : "icmpv6",
		       probe->type, probe->code);
	else
		append(frame, size, " / protocol %u", probe->protocol);
	/* First fragments end on eight bytes whatever stands before. */
	append(frame, size, " / payload %u",
	       probe->fragment == FRAGMENT_FIRST
		       ? (probe->protocol == 6 || probe->protocol == 132 ||
					  probe->protocol == 33
				  ? 20u
				  : 24u)
		       : 8u);
}

/* ---- network ----------------------------------------------------------- */

static void random_fragment(struct probe *probe, char *frame, size_t size)
{
	bool more = random_chance(50);

	probe->fragment = FRAGMENT_NONE;
	if (random_chance(80))
		return;
	probe->fragment = random_chance(50) ? FRAGMENT_FIRST : FRAGMENT_LATER;
	if (probe->family == FAMILY_IPV6)
		append(frame, size, " / fragment");
	if (probe->fragment == FRAGMENT_FIRST)
		append(frame, size, " mf");
	else
		append(frame, size, " offset %u%s", 2 + random_below(500),
		       more ? " mf" : "");
}

/* Headers in front that change nothing; an authentication header does. */
static void random_extensions(struct probe *probe, char *frame, size_t size)
{
	if (probe->family == FAMILY_IPV6 && random_chance(15))
		append(frame, size, " / hop-by-hop");
	if (probe->family == FAMILY_IPV6 && random_chance(15))
		append(frame, size, " / destination-options");
}

void random_probe(struct probe *probe, char *frame, size_t size)
{
	char source[PREFIX_TEXT], destination[PREFIX_TEXT];

	memset(probe, 0, sizeof(*probe));
	frame[0] = '\0';
	random_link(probe, frame, size);
	probe->family = random_chance(50) ? FAMILY_IPV4 : FAMILY_IPV6;
	if (probe->family == FAMILY_IPV4) {
		random_ipv4(&probe->source, false);
		random_ipv4(&probe->destination, true);
	} else {
		random_ipv6(&probe->source, false);
		random_ipv6(&probe->destination, true);
	}
	random_transport(probe);
	append(frame, size, "%s %s > %s %s %u",
	       probe->family == FAMILY_IPV4 ? "ipv4" : "ipv6",
	       address_format(&probe->source, probe->family, source),
	       address_format(&probe->destination, probe->family, destination),
	       probe->family == FAMILY_IPV4 ? "ttl" : "hop", probe->hop_limit);
	random_extensions(probe, frame, size);
	random_fragment(probe, frame, size);
	if (probe->fragment == FRAGMENT_LATER) {
		probe->has_ports = probe->has_icmp = false;
		append(frame, size, " / protocol %u / payload 16",
		       probe->protocol);
		return;
	}
	if (random_chance(8)) {
		probe->authenticated = true;
		append(frame, size, " / ah size 16");
	}
	transport_text(probe, frame, size);
}
