/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON for programs: docs/JSON.md has the shapes, one object a run.
 */
#ifndef WEIR_JSON_H
#define WEIR_JSON_H

#include <jansson.h>

/* Bytes that are not UTF-8 become U+FFFD; NULL becomes null. */
json_t *json_text(const char *text);

/* Writes the object to standard output and drops the reference. */
void json_print(json_t *object);

#endif
