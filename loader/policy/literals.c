// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers, addresses, strings: from the scanner's text to values, with
 * an error that says what is wrong with the text and how to write it.
 *
 * What is wrong still becomes a token, marked as bad, so that the grammar can
 * go on; a syntax error at or right after a bad token is not reported.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lexer.h"

enum { NUMBER_DIGITS = 18, HEX_DIGITS = 15, SHOWN_BYTES = 60 };

static int shown(const struct token *token)
{
	return token->length < SHOWN_BYTES ? (int)token->length : SHOWN_BYTES;
}

/* ---- numbers ----------------------------------------------------------- */

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static void report_large(struct parser *parser, struct token *token,
			 const char *text)
{
	diag_error(parser->diags, token->span, NULL,
		   "the number %.*s is too large for anything here",
		   shown(token), text);
	token->bad = true;
}

/* The decimal number in the first digits bytes of text. */
static uint64_t to_number(struct parser *parser, struct token *token,
			  const char *text, size_t digits)
{
	uint64_t number = 0;
	size_t i;

	if (digits > NUMBER_DIGITS) {
		report_large(parser, token, text);
		return 0;
	}
	for (i = 0; i < digits; i++)
		number = 10 * number + (uint64_t)(text[i] - '0');
	if (digits > 1 && text[0] == '0') {
		diag_error(parser->diags, token->span,
			   diag_hint(parser->diags, "write %" PRIu64, number),
			   "a number does not start with 0");
		token->bad = true;
	}
	return number;
}

static bool scan_hex(struct parser *parser, struct token *token,
		     const char *text)
{
	size_t digits = token->length - 2;

	if (token->length < 3 || text[0] != '0' ||
	    (text[1] != 'x' && text[1] != 'X') ||
	    strspn(text + 2, "0123456789abcdefABCDEF") != digits)
		return false;
	token->kind = TOKEN_HEX;
	if (digits > HEX_DIGITS)
		report_large(parser, token, text);
	else
		token->value.number = strtoull(text + 2, NULL, 16);
	return true;
}

static bool scan_number(struct parser *parser, struct token *token,
			const char *text)
{
	size_t first = count_digits(text);
	size_t second;

	if (!first)
		return false;
	if (first == token->length) {
		token->kind = TOKEN_NUMBER;
		token->value.number = to_number(parser, token, text, first);
		return true;
	}
	second = text[first] == '.' ? count_digits(text + first + 1) : 0;
	if (!second || first + 1 + second != token->length)
		return false;
	token->kind = TOKEN_VLAN_PAIR;
	token->value.vlan.outer = to_number(parser, token, text, first);
	token->value.vlan.inner =
		to_number(parser, token, text + first + 1, second);
	return true;
}

/* ---- addresses --------------------------------------------------------- */

static bool only_has(const char *text, const char *set)
{
	return !text[strspn(text, set)];
}

static size_t count_of(const char *text, char wanted)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == wanted;
	return count;
}

/* "10/8" and "172.16/12", as some routers write them. */
static const char *full_prefix(struct parser *parser, const char *text)
{
	static const char *const zeros[] = { ".0.0.0", ".0.0", ".0" };
	size_t dots = count_of(text, '.');
	const char *slash = strchr(text, '/');
	struct prefix prefix;
	const char *full;

	if (!slash || dots > 2)
		return NULL;
	full = diag_hint(parser->diags, "%.*s%s%s", (int)(slash - text), text,
			 zeros[dots], slash);
	if (prefix_parse(full, strlen(full), &prefix) != PREFIX_OK)
		return NULL;
	return diag_hint(parser->diags, "write all four numbers: %s", full);
}

static const char *ipv4_hint(struct parser *parser, const char *text)
{
	const char *hint = full_prefix(parser, text);

	if (parser->lexer->token.kind == TOKEN_VLAN)
		return "VLAN ids are one number or two: 100 or 100.200";
	return hint ? hint
		    : "four numbers from 0 to 255 without leading zeros, "
		      "such as 192.0.2.1";
}

static const char *ipv6_hint(struct parser *parser, const char *text)
{
	const char *colon = strchr(text, ':');

	if (strchr(text, '%'))
		return "addresses stand without a zone";
	if (only_has(text, "0123456789:") && count_of(text, ':') == 1 &&
	    colon > text && colon[1])
		return diag_hint(parser->diags, "write a range as %.*s-%s",
				 (int)(colon - text), text, colon + 1);
	return "such as 2001:db8::1 or 2001:db8::/32";
}

/* "5000pps": the digits and the unit are two words. */
static const char *number_hint(struct parser *parser, const char *text)
{
	size_t digits = count_digits(text);

	if (digits && is_unit(text + digits))
		return diag_hint(parser->diags, "write the unit apart: %.*s %s",
				 (int)digits, text, text + digits);
	return "numbers are decimal; a name starts with a letter or \"_\"";
}

static bool report_bad_mac(struct parser *parser, struct token *token,
			   const char *text)
{
	if (parser->lexer->token.kind != TOKEN_SOURCE_MAC)
		return false;
	diag_error(parser->diags, token->span,
		   "a MAC address is written as 00:00:5e:00:53:01",
		   "\"%.*s\" is not a MAC address", shown(token), text);
	return true;
}

static void report_bad_address(struct parser *parser, struct token *token,
			       const char *text)
{
	const char *hint;

	if (report_bad_mac(parser, token, text))
		return;
	if (strchr(text, ':')) {
		diag_error(parser->diags, token->span, ipv6_hint(parser, text),
			   "\"%.*s\" is not an IPv6 address", shown(token),
			   text);
	} else if (only_has(text, "0123456789./")) {
		hint = ipv4_hint(parser, text);
		diag_error(parser->diags, token->span, hint,
			   "\"%.*s\" is not an IPv4 address", shown(token),
			   text);
	} else {
		diag_error(parser->diags, token->span,
			   number_hint(parser, text),
			   "\"%.*s\" is no number, address or name",
			   shown(token), text);
		token->kind = TOKEN_NAME;
		token->value.name =
			arena_strndup(parser->arena, text, token->length);
	}
}

/* The length that a netmask such as 255.255.255.0 stands for; -1: none. */
static int mask_length(const char *text)
{
	struct prefix mask;
	int length = 0;
	int bit;

	if (prefix_parse(text, strlen(text), &mask) != PREFIX_OK ||
	    mask.family != FAMILY_IPV4 || strchr(text, '/'))
		return -1;
	while (length < 32 && address_bit(&mask.address, (unsigned int)length))
		length++;
	for (bit = length; bit < 32; bit++)
		if (address_bit(&mask.address, (unsigned int)bit))
			return -1;
	return length;
}

static void report_bad_length(struct parser *parser, struct token *token,
			      const char *text)
{
	const struct prefix *prefix = &token->value.prefix;
	const char *slash = strchr(text, '/');
	int length = mask_length(slash + 1);
	const char *hint;

	if (length >= 0)
		hint = diag_hint(parser->diags,
				 "write the length, not the mask: %.*s/%d",
				 (int)(slash - text), text, length);
	else
		hint = diag_hint(parser->diags,
				 "an IPv%u prefix has a length from 0 to %u",
				 prefix->family, family_bits(prefix->family));
	diag_error(parser->diags, token->span, hint,
		   "\"%.*s\" is not the length of a prefix", SHOWN_BYTES,
		   slash);
}

static void report_host_bits(struct parser *parser, struct token *token)
{
	struct prefix written = token->value.prefix;
	char as_written[PREFIX_TEXT];
	char corrected[PREFIX_TEXT];
	char bare[PREFIX_TEXT];
	const char *hint;

	prefix_format(&written, as_written);
	address_format(&written.address, written.family, bare);
	prefix_mask(&written);
	hint = diag_hint(parser->diags, "write %s, or %s for the one address",
			 prefix_format(&written, corrected), bare);
	diag_error(parser->diags, token->span, hint,
		   "prefix %s has host bits set", as_written);
}

static void scan_address(struct parser *parser, struct token *token,
			 const char *text)
{
	enum prefix_error error;

	token->kind = strchr(text, '/') ? TOKEN_PREFIX : TOKEN_ADDRESS;
	error = prefix_parse(text, token->length, &token->value.prefix);
	token->bad = error != PREFIX_OK;
	if (error == PREFIX_BAD_ADDRESS)
		report_bad_address(parser, token, text);
	else if (error == PREFIX_BAD_LENGTH)
		report_bad_length(parser, token, text);
	else if (error == PREFIX_HOST_BITS)
		report_host_bits(parser, token);
	if (token->bad && token->kind != TOKEN_NAME)
		token->value.prefix.family = 0;
}

/* Six pairs of hexadecimal digits: too few for an IPv6 address. */
static bool scan_mac(struct token *token, const char *text, char between)
{
	unsigned int i;

	if (token->length != 17 || count_of(text, between) != 5)
		return false;
	for (i = 0; i < 6; i++) {
		if (!isxdigit((unsigned char)text[3 * i]) ||
		    !isxdigit((unsigned char)text[3 * i + 1]))
			return false;
		token->value.mac[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	}
	token->kind = TOKEN_MAC;
	return true;
}

void scan_mac_with_dashes(struct parser *parser, struct token *token,
			  const char *text)
{
	const uint8_t *mac = token->value.mac;

	scan_mac(token, text, '-');
	token->bad = true;
	diag_error(parser->diags, token->span,
		   diag_hint(parser->diags,
			     "write %02x:%02x:%02x:%02x:%02x:%02x", mac[0],
			     mac[1], mac[2], mac[3], mac[4], mac[5]),
		   "a MAC address is written with colons");
}

void scan_number_or_address(struct parser *parser, struct token *token,
			    const char *text)
{
	if (!scan_number(parser, token, text) &&
	    !scan_hex(parser, token, text) && !scan_mac(token, text, ':'))
		scan_address(parser, token, text);
}

/* ---- strings, comments, the rest --------------------------------------- */

void scan_string(struct parser *parser, struct token *token, const char *text)
{
	token->kind = TOKEN_STRING;
	token->value.name =
		arena_strndup(parser->arena, text + 1, token->length - 2);
	if (token->length > 2)
		return;
	diag_error(parser->diags, token->span, NULL, "the string is empty");
	token->bad = true;
}

void report_open_string(struct parser *parser, struct token *token)
{
	diag_error(parser->diags, token->span,
		   "a string stands in double quotes on one line",
		   "the string has no closing quote");
	token->bad = true;
	token->value.name = "";
}

static const char *stray_hint(char c)
{
	switch (c) {
	case '\'':
	case '`':
		return "strings stand in double quotes";
	case '/':
	case '*':
		return "comments start with \"#\"";
	case '(':
	case '[':
	case ')':
	case ']':
		return "blocks stand in \"{\" and \"}\"";
	case '!':
		return "a set takes addresses away with \"except\"";
	case '=':
	case ':':
		return "a value follows its word after a space";
	case '&':
	case '|':
		return "a rule matches when all of its matches do; "
		       "a comma separates alternatives";
	default:
		return NULL;
	}
}

void report_stray(struct parser *parser, const struct token *token,
		  const char *text)
{
	unsigned char c = (unsigned char)text[0];

	if (parser->lexer->skipping)
		return;
	if (c >= ' ' && c <= '~')
		diag_error(parser->diags, token->span, stray_hint(text[0]),
			   "\"%.*s\" means nothing here", shown(token), text);
	else if (c >= 0x80)
		diag_error(parser->diags, token->span,
			   "letters beyond ASCII may stand in comments and "
			   "strings only",
			   "the byte 0x%02x means nothing here", c);
	else
		diag_error(parser->diags, token->span, NULL,
			   "the byte 0x%02x means nothing here", c);
	parser->lexer->stray = true;
}

static size_t trimmed(const char *text, size_t length)
{
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	return length;
}

void add_comment(struct parser *parser, const struct token *token,
		 const char *text)
{
	parser->comments = arena_grow(
		parser->arena, parser->comments, parser->comment_count,
		&parser->comment_capacity, sizeof(*parser->comments));
	parser->comments[parser->comment_count++] = (struct comment){
		.span = token->span,
		.text = arena_strndup(parser->arena, text,
				      trimmed(text, token->length)),
	};
}
