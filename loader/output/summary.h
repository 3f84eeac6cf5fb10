/* SPDX-License-Identifier: GPL-2.0-only */
/* What a compiled policy holds, in numbers. */
#ifndef WEIR_OUTPUT_SUMMARY_H
#define WEIR_OUTPUT_SUMMARY_H

#include "image.h"
#include "output/json.h"

struct policy_summary {
	const char *file;
	size_t interfaces;
	size_t devices; /* governed ones */
	size_t rules;	/* over all rule sets */
	size_t rulesets;
	size_t prefixes[TRIE_COUNT];
	size_t image_bytes;
};

void summarise_policy(const struct resolved *resolved,
		      const struct image *image,
		      struct policy_summary *summary);

void summary_print(struct arena *arena, const struct policy_summary *summary,
		   FILE *stream);

/* Adds the summary's members to object. */
void summary_to_json(const struct policy_summary *summary, json_t *object);

const char *trie_name(enum trie trie);

#endif
