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

const struct prefix random_connected[] = {
	{ .family = FAMILY_IPV4, .length = 24, .address = { { 10, 1, 0 } } },
};
const size_t random_connected_count =
	sizeof(random_connected) / sizeof(random_connected[0]);

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
	if (random_chance(destination ? 8 : 3))
		address->bytes[0] = ONE_OF(224, 224, 239, 127);
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
	if (random_chance(destination ? 15 : 2)) {
		memcpy(address->bytes, "\xff\x02", 2);
		if (random_chance(40))
			address->bytes[1] = ONE_OF(1, 5, 8, 0x12, 0x0e, 0x1e);
		address->bytes[3] = ONE_OF(0, 1);
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

static void random_macs(struct probe *probe, char *frame, size_t size)
{
	memcpy(probe->source_mac, "\2\0\0\0\0", 5);
	probe->source_mac[5] = (uint8_t)random_below(5);
	append(frame, size, "eth 02:00:00:00:00:0%u > 02:00:00:00:00:ff / ",
	       probe->source_mac[5]);
}

static void random_link(struct probe *probe, char *frame, size_t size)
{
	static const char *const devices[] = { "eth0", "eth1", "eth1", "eth2",
					       "eth3" };

	probe->device = devices[random_below(5)];
	probe->direction = random_chance(65) ? DIRECTION_IN : DIRECTION_OUT;
	probe->outer = probe->inner = NO_TAG;
	probe->network = 14;
	random_macs(probe, frame, size);
	if (random_chance(5)) {
		append(frame, size, "vlan 0 / ");
		probe->network += 4;
	} else if (random_chance(15))
		goto two;
	if (random_chance(35)) {
		probe->outer = random_chance(70) ? 100 : 101;
		append(frame, size, "vlan %u / ", probe->outer);
		probe->network += 4;
	}
	return;
two:
	probe->network += 8;
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

static void random_tcp_flags(struct probe *probe, char *letters)
{
	static const char all[] = "FSRPAUEC";

	probe->has_tcp_flags = true;
	for (unsigned int bit = 0; bit < 8; bit++) {
		if (!random_chance(30))
			continue;
		probe->tcp_flags |= (uint16_t)(1u << bit);
		*letters++ = all[bit];
	}
	*letters = '\0';
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

static void transport_text(struct probe *probe, char *frame, size_t size)
{
	char flags[16];

	if (probe->has_ports)
		append(frame, size, " / %s %u > %u",
		       port_protocol(probe->protocol), probe->source_port,
		       probe->destination_port);
	else if (probe->has_icmp)
		append(frame, size, " / %s %u code %u",
		       probe->family == FAMILY_IPV4 ? "icmp" : "icmpv6",
		       probe->type, probe->code);
	else if (probe->protocol == 50) {
		probe->has_spi[0] = true;
		probe->spi[0] = random_below(5);
		append(frame, size, " / esp spi %u", probe->spi[0]);
	} else
		append(frame, size, " / protocol %u", probe->protocol);
	if (probe->protocol == 6) {
		random_tcp_flags(probe, flags);
		if (*flags)
			append(frame, size, " flags %s", flags);
		else
			append(frame, size, " flags -");
	}
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

static void met(struct probe *probe, const char *extension, size_t bytes)
{
	size_t i = 0;

	while (probe->extensions[i])
		i++;
	probe->extensions[i] = extension;
	probe->transport += bytes;
}

static void random_extensions(struct probe *probe, char *frame, size_t size)
{
	if (probe->family == FAMILY_IPV6 && random_chance(15)) {
		append(frame, size, " / hop-by-hop");
		met(probe, "hop-by-hop", 8);
	}
	if (probe->family == FAMILY_IPV6 && random_chance(15)) {
		append(frame, size, " / destination-options");
		met(probe, "destination-options", 8);
	}
}

static void random_option(struct probe *probe, char *frame, size_t size)
{
	static const struct {
		const char *name;
		const char *bytes;
	} options[] = {
		{ "record-route", "0707040000000001" },
		{ "timestamp", "4408050000000000" },
		{ "router-alert", "94040000" },
		{ "stream-id", "88040001" },
	};
	uint32_t i = random_below(4);

	if (probe->family != FAMILY_IPV4 || !random_chance(8))
		return;
	probe->ip_option = options[i].name;
	probe->transport += strlen(options[i].bytes) / 2;
	append(frame, size, " options %s", options[i].bytes);
}

static void network_text(struct probe *probe, char *frame, size_t size)
{
	char source[PREFIX_TEXT], destination[PREFIX_TEXT];
	bool ipv4 = probe->family == FAMILY_IPV4;

	probe->dscp = random_chance(50) ? ONE_OF(0, 46, 48, 56, 63)
					: (uint8_t)random_below(64);
	probe->transport = probe->network + (ipv4 ? 20 : 40);
	append(frame, size, "%s %s > %s %s %u %s %u", ipv4 ? "ipv4" : "ipv6",
	       address_format(&probe->source, probe->family, source),
	       address_format(&probe->destination, probe->family, destination),
	       ipv4 ? "ttl" : "hop", probe->hop_limit, ipv4 ? "tos" : "class",
	       probe->dscp << 2 | random_below(4));
	random_option(probe, frame, size);
}

static void random_addresses(struct probe *probe)
{
	if (probe->family == FAMILY_IPV4) {
		random_ipv4(&probe->source, false);
		random_ipv4(&probe->destination, true);
	} else {
		random_ipv6(&probe->source, false);
		random_ipv6(&probe->destination, true);
	}
	if (random_chance(2))
		probe->destination = probe->source;
}

static void random_authentication(struct probe *probe, char *frame, size_t size)
{
	if (!random_chance(8))
		return;
	probe->authenticated = true;
	probe->has_spi[1] = true;
	probe->spi[1] = random_below(5);
	append(frame, size, " / ah size 16 spi %u", probe->spi[1]);
	met(probe, "ah", 16);
}

void random_probe(struct probe *probe, char *frame, size_t size)
{
	memset(probe, 0, sizeof(*probe));
	frame[0] = '\0';
	random_link(probe, frame, size);
	probe->family = random_chance(50) ? FAMILY_IPV4 : FAMILY_IPV6;
	random_addresses(probe);
	random_transport(probe);
	network_text(probe, frame, size);
	random_extensions(probe, frame, size);
	random_fragment(probe, frame, size);
	if (probe->family == FAMILY_IPV6 && probe->fragment != FRAGMENT_NONE)
		met(probe, "fragment", 8);
	if (probe->fragment == FRAGMENT_LATER) {
		probe->has_ports = probe->has_icmp = false;
		probe->transport = 0;
		append(frame, size, " / protocol %u / payload 16",
		       probe->protocol);
		return;
	}
	random_authentication(probe, frame, size);
	if (probe->protocol == 50)
		met(probe, "esp", 0);
	transport_text(probe, frame, size);
}
