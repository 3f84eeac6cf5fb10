// SPDX-License-Identifier: GPL-2.0-only
/*
 * `flags` before ports: both imply TCP, but flags leave less to choose from.
 */
#include "resolve/protocols.h"

#include <string.h>

#include "resolve/values.h"

enum { ICMP = 1, ICMPV6 = 58 };

/* Fields of the transport header, and who has one. */
struct implication {
	enum match_kind kinds[3]; /* MATCH_NAME: none */
	uint8_t protocols[5];	  /* 0: none */
	const char *hint;
	const char *what;
};

static const struct implication implications[] = {
	{ { MATCH_FLAGS }, { 6 }, "only tcp has flags", "no flags" },
	{ { MATCH_PORT, MATCH_SOURCE_PORT, MATCH_DESTINATION_PORT },
	  { 6, 17, 33, 132, 136 },
	  "only tcp, udp, udplite, sctp and dccp have ports",
	  "no ports" },
	{ { MATCH_SPI },
	  { PROTOCOL_ESP, PROTOCOL_AH },
	  "only esp and ah have a security parameter index",
	  "no SPI" },
};

static void set_protocol(uint64_t words[4], unsigned int protocol)
{
	words[protocol / 64] |= 1ull << protocol % 64;
}

static void add_protocols(struct protocols *protocols, bool by_name,
			  struct range16 range)
{
	unsigned int part = PART_ANY_FAMILY, protocol;

	if (by_name && range.low == ICMP)
		part = PART_ICMP;
	if (by_name && range.low == ICMPV6)
		part = PART_ICMPV6;
	protocols->used[part] = true;
	for (protocol = range.low; protocol <= range.high; protocol++)
		set_protocol(protocols->parts[part], protocol);
}

/* A bare name: services have been put in its place, what is left is this. */
static bool read_name(struct resolver *resolver, struct protocols *protocols)
{
	const struct value value = {
		.span = protocols->match->span,
		.name = protocols->match->name,
	};
	struct range16 range;

	if (!value_range(resolver, &protocol_values, &value, &range))
		return false;
	add_protocols(protocols, true, range);
	return true;
}

static bool read_written(struct resolver *resolver,
			 const struct conjunction *conjunction,
			 struct protocols *protocols)
{
	const struct match *list = conjunction->by_kind[MATCH_PROTOCOL];
	const struct match *name = conjunction->by_kind[MATCH_NAME];
	const struct value *value;
	struct range16 range;
	bool fine = true;

	protocols->match = name ? name : list;
	if (name)
		return read_name(resolver, protocols);
	for (value = list ? list->values : NULL; value; value = value->next) {
		if (value_range(resolver, &protocol_values, value, &range))
			add_protocols(protocols, value->name != NULL, range);
		else
			fine = false;
	}
	return fine;
}

static const struct match *asked(const struct conjunction *conjunction,
				 const struct implication *implication)
{
	const struct match *match;
	size_t i;

	for (i = 0; i < 3 && implication->kinds[i] != MATCH_NAME; i++) {
		match = conjunction->by_kind[implication->kinds[i]];
		if (match)
			return match;
	}
	return NULL;
}

static bool none_besides(const struct protocols *protocols,
			 const uint64_t allowed[4])
{
	size_t i, besides = 0;

	for (i = 0; i < 4; i++)
		besides += (protocols->parts[PART_ANY_FAMILY][i] &
			    ~allowed[i]) != 0;
	return !besides && !protocols->used[PART_ICMP] &&
	       !protocols->used[PART_ICMPV6];
}

static bool is_written(const struct match *match)
{
	return match->kind == MATCH_NAME || match->kind == MATCH_PROTOCOL;
}

static bool imply(struct resolver *resolver, struct protocols *protocols,
		  const struct match *match,
		  const struct implication *implication)
{
	uint64_t having[4] = { 0 };
	size_t i;

	for (i = 0; i < 5 && implication->protocols[i]; i++)
		set_protocol(having, implication->protocols[i]);
	if (!protocols->match) {
		protocols->match = match;
		protocols->used[PART_ANY_FAMILY] = true;
		memcpy(protocols->parts[PART_ANY_FAMILY], having,
		       sizeof(having));
		return true;
	}
	if (none_besides(protocols, having))
		return true;
	diag_error(resolver->diags, match->span, implication->hint,
		   "%s with a protocol that has %s", match_keyword(match->kind),
		   implication->what);
	diag_note(resolver->diags, protocols->match->span, "%s",
		  is_written(protocols->match) ? "the protocol is given here"
					       : "this implies its protocol");
	return false;
}

bool protocols_read(struct resolver *resolver,
		    const struct conjunction *conjunction,
		    struct protocols *protocols)
{
	const struct match *match;
	size_t i;

	if (!read_written(resolver, conjunction, protocols))
		return false;
	for (i = 0; i < sizeof(implications) / sizeof(*implications); i++) {
		match = asked(conjunction, &implications[i]);
		if (match &&
		    !imply(resolver, protocols, match, &implications[i]))
			return false;
	}
	return true;
}

int protocols_only(const struct protocols *protocols)
{
	int only = -1;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		uint64_t word = protocols->parts[PART_ANY_FAMILY][i / 64] |
				protocols->parts[PART_ICMP][i / 64] |
				protocols->parts[PART_ICMPV6][i / 64];

		if (!(word >> i % 64 & 1))
			continue;
		if (only >= 0)
			return -1;
		only = (int)i;
	}
	return only;
}

uint8_t protocols_icmp_family(const struct protocols *protocols)
{
	int only = protocols_only(protocols);

	if (only == ICMP)
		return FAMILY_IPV4;
	return only == ICMPV6 ? FAMILY_IPV6 : 0;
}
