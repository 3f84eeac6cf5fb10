/* SPDX-License-Identifier: GPL-2.0-only */
/* Filters read, or made up: see filter_set.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "figure.h"
#include "filter_set.h"
#include "traffic.h"

static uint32_t mask_of(uint32_t length)
{
	return length ? 0xffffffffu << (32 - length) : 0;
}

/* ---- files ------------------------------------------------------------- */

static uint32_t join(const uint32_t *bytes)
{
	return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static bool parse_filter(const char *line, struct filter *filter)
{
	uint32_t from[4], to[4];
	int fields = sscanf(
		line,
		"@%u.%u.%u.%u/%u %u.%u.%u.%u/%u %u : %u %u : %u %x/%x %x/%x",
		&from[0], &from[1], &from[2], &from[3], &filter->length[0],
		&to[0], &to[1], &to[2], &to[3], &filter->length[1],
		&filter->port[0][0], &filter->port[0][1], &filter->port[1][0],
		&filter->port[1][1], &filter->protocol, &filter->protocol_mask,
		&filter->flags, &filter->flags_mask);

	if (fields != 16 && fields != 18)
		return false;
	filter->address[0] = join(from) & mask_of(filter->length[0]);
	filter->address[1] = join(to) & mask_of(filter->length[1]);
	return true;
}

static void read_file(struct filter_set *set, const char *path, size_t most)
{
	gzFile file = gzopen(path, "r");
	char line[512];

	if (!file)
		die(path);
	while (set->count < most && gzgets(file, line, sizeof(line)))
		if (parse_filter(line, &set->filters[set->count]))
			set->count++;
	gzclose(file);
	if (!set->count) {
		fprintf(stderr, "%s: no filters\n", path);
		exit(1);
	}
}

/* ---- made up ----------------------------------------------------------- */

/*
 * Access lists name many destinations and well-known ports; firewalls few
 * networks of any size, and ranges of ports; chains are in between.
 */
struct style {
	const char *name;
	uint32_t networks[2]; /* out of 100 filters, so many different */
	uint32_t any_address; /* per cent, of each address */
	uint32_t any_port;    /* per cent, of each destination port */
	uint32_t source_port; /* per cent that ask for one */
};

static const struct style styles[] = {
	{ "acl1", { 8, 33 }, 1, 5, 0 },
	{ "fw1", { 16, 19 }, 20, 30, 40 },
	{ "ipc1", { 28, 48 }, 5, 25, 20 },
};

static bool chance(uint32_t per_cent)
{
	return any_below(100) < per_cent;
}

/* The n-th network: the same address and length whenever it is asked for. */
static void make_network(struct filter *filter, int side, uint32_t number)
{
	static const uint8_t lengths[] = { 32, 32, 32, 30, 28, 24, 24, 16 };
	uint32_t hash = (number + 1) * 2654435761u ^ (uint32_t)side << 31;

	filter->length[side] = lengths[hash >> 13 & 7];
	filter->address[side] = ((hash ^ hash >> 15) * 2246822519u) &
				mask_of(filter->length[side]);
}

static void make_ports(struct filter *filter, const struct style *style)
{
	static const uint16_t known[] = { 20,	21,   22,   25,	  53,	80,
					  110,	123,  135,  161,  443,	445,
					  500,	514,  993,  995,  1433, 1521,
					  1723, 3306, 3389, 5060, 5190, 8080 };
	uint32_t(*port)[2] = filter->port;

	port[0][1] = port[1][1] = 65535;
	if (chance(style->source_port))
		port[0][0] = port[0][1] = known[any_below(24)];
	if (chance(style->any_port))
		return;
	port[1][0] = port[1][1] = known[any_below(24)];
	if (chance(20))
		port[1][1] = port[1][0] + any_below(200);
	else if (chance(10))
		port[1][0] = 1024, port[1][1] = 65535;
}

static void make_filter(struct filter *filter, const struct style *style,
			size_t count)
{
	for (int side = 0; side < 2; side++) {
		uint32_t networks =
			(uint32_t)(count * style->networks[side] / 100) + 1;

		if (chance(style->any_address))
			continue;
		make_network(filter, side, any_below(networks));
	}
	filter->protocol = chance(65) ? 6 : 17;
	filter->protocol_mask = chance(5) ? 0 : 0xff;
	make_ports(filter, style);
}

static void make_set(struct filter_set *set, const char *name, size_t most)
{
	const struct style *style = styles;

	while (strcmp(style->name, name))
		style++;
	for (; set->count < most; set->count++)
		make_filter(&set->filters[set->count], style, most);
}

struct filter_set filter_set_read(struct arena *arena, const char *name,
				  size_t most)
{
	const char *directory = getenv("CLASSBENCH");
	struct filter_set set = {
		.filters = arena_array(arena, most, sizeof(*set.filters)),
	};

	if (directory && *directory)
		read_file(&set,
			  arena_printf(arena, "%s/%s_%s.gz", directory, name,
				       most > 1000 ? "10k" : "1k"),
			  most);
	else
		make_set(&set, name, most);
	return set;
}

/* ---- as rules ---------------------------------------------------------- */

static void print_protocol(FILE *stream, const struct filter *filter)
{
	if (!filter->protocol_mask)
		return;
	if (filter->protocol == 6)
		fputs(" tcp", stream);
	else if (filter->protocol == 17)
		fputs(" udp", stream);
	else
		fprintf(stream, " protocol %u", filter->protocol);
}

static void print_ports(FILE *stream, const char *word, const uint32_t *range)
{
	if (range[0] == 0 && range[1] == 65535)
		return;
	fprintf(stream, " %s %u-%u", word, range[0], range[1]);
}

static void print_flag_names(FILE *stream, uint32_t bits)
{
	static const char *const names[] = { "fin", "syn", "rst", "psh",
					     "ack", "urg", "ece", "cwr" };
	const char *separator = "";

	if (!bits)
		fputs("none", stream);
	for (int i = 0; i < 8; i++)
		if (bits >> i & 1) {
			fprintf(stream, "%s%s", separator, names[i]);
			separator = ",";
		}
}

static void print_flags(FILE *stream, const struct filter *filter)
{
	if (filter->protocol != 6 || !filter->protocol_mask ||
	    !(filter->flags_mask >> 8))
		return;
	fputs(" flags ", stream);
	print_flag_names(stream, (filter->flags & filter->flags_mask) >> 8);
	fputc('/', stream);
	print_flag_names(stream, filter->flags_mask >> 8);
}

static void print_address(FILE *stream, const char *word, uint32_t address,
			  uint32_t length)
{
	if (length)
		fprintf(stream, " %s %u.%u.%u.%u/%u", word, address >> 24,
			address >> 16 & 255, address >> 8 & 255, address & 255,
			length);
}

static void print_rule(FILE *stream, const struct filter *filter, bool permit)
{
	fputs(permit ? "\tpermit" : "\tdrop", stream);
	print_protocol(stream, filter);
	print_ports(stream, "source-port", filter->port[0]);
	print_ports(stream, "destination-port", filter->port[1]);
	print_flags(stream, filter);
	print_address(stream, "from", filter->address[0], filter->length[0]);
	print_address(stream, "to", filter->address[1], filter->length[1]);
	fputs(";\n", stream);
}

char *filter_set_text(struct arena *arena, const struct filter_set *set,
		      const char *name)
{
	char *text = NULL, *copy;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "filter %s {\n", name);
	for (size_t i = 0; i < set->count; i++)
		print_rule(stream, &set->filters[i], i % 2 == 0);
	fputs("}\n", stream);
	fclose(stream);
	copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

/* ---- packets ----------------------------------------------------------- */

static uint32_t any_address(const struct filter *filter, int side)
{
	return filter->address[side] |
	       ((any_below(65536) << 16 | any_below(65536)) &
		~mask_of(filter->length[side]));
}

static uint32_t any_port(const uint32_t *range)
{
	return range[0] + any_below(range[1] - range[0] + 1);
}

static int print_dotted(char *to, uint32_t address)
{
	return sprintf(to, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
		       address >> 8 & 255, address & 255);
}

/* The control bits that the filter asks for, by their letters. */
static int print_letters(char *to, const struct filter *filter)
{
	uint32_t bits = (filter->flags & filter->flags_mask) >> 8;
	char *end = to + sprintf(to, " flags ");

	if (!bits)
		*end++ = '-';
	for (int i = 0; i < 8; i++)
		if (bits >> i & 1)
			*end++ = "FSRPAUEC"[i];
	*end = '\0';
	return (int)(end - to);
}

static void draw_frame(const struct filter *filter, struct frame *frame)
{
	uint32_t protocol = filter->protocol_mask ? filter->protocol : 17;
	char text[256], *to = text;

	to += sprintf(to, "ipv4 ");
	to += print_dotted(to, any_address(filter, 0));
	to += sprintf(to, " > ");
	to += print_dotted(to, any_address(filter, 1));
	if (protocol == 6 || protocol == 17)
		to += sprintf(
			to, " / %s %u > %u", protocol == 6 ? "tcp" : "udp",
			any_port(filter->port[0]), any_port(filter->port[1]));
	else
		to += sprintf(to, " / protocol %u / payload 20", protocol);
	if (protocol == 6)
		to += print_letters(to, filter);
	traffic_frame(text, frame);
}

struct frame *filter_set_trace(struct arena *arena,
			       const struct filter_set *set, size_t count)
{
	struct frame *frames = arena_array(arena, count, sizeof(*frames));

	for (size_t i = 0; i < count; i++)
		draw_frame(&set->filters[any_below((uint32_t)set->count)],
			   &frames[i]);
	return frames;
}
