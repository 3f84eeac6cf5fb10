// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON by jansson. File names and device names are bytes, JSON strings are
 * UTF-8: what does not decode is replaced, as a decoder would do it.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/json.h"

static const char replacement[] = "\xef\xbf\xbd";

json_t *json_text(const char *text)
{
	_cleanup_free_ char *clean = NULL;
	json_t *string;
	size_t length = 0;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	clean = calloc(strlen(text) + 1, sizeof(replacement));
	for (; clean && *text; text++) {
		bool ascii = (unsigned char)*text < 0x80;
		const char *bytes = ascii ? text : replacement;
		size_t count = ascii ? 1 : strlen(replacement);

		memcpy(clean + length, bytes, count);
		length += count;
	}
	return json_stringn(clean ? clean : "", length);
}

/* A failed write shows in the stream's error flag, which main() looks at. */
void json_print(json_t *object)
{
	if (json_dumpf(object, stdout, JSON_INDENT(2)) == 0)
		fputc('\n', stdout);
	json_decref(object);
}
