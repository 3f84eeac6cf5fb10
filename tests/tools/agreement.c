// SPDX-License-Identifier: GPL-2.0-only
/* See agreement.h. */
#include "agreement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_slot(const void *a, const void *b)
{
	const struct native_count *x = a, *y = b;

	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

void sort_counts(struct native_result *native)
{
	struct native_count *counts = native->counts;
	size_t kept = 0;

	qsort(counts, native->count, sizeof(*counts), by_slot);
	for (size_t i = 0; i < native->count; i++) {
		if (kept && counts[kept - 1].slot == counts[i].slot) {
			counts[kept - 1].packets += counts[i].packets;
			counts[kept - 1].bytes += counts[i].bytes;
		} else {
			counts[kept++] = counts[i];
		}
	}
	native->count = kept;
}

/* Every count of native's is one of the kernel's, which has `more` beside. */
static bool same_counts(const struct native_result *native,
			const struct testbed_result *kernel, size_t more)
{
	size_t j = 0;

	if (kernel->changed != native->count + more ||
	    kernel->changed > TESTBED_COUNTS)
		return false;
	for (size_t i = 0; i < native->count; i++) {
		const struct native_count *count = &native->counts[i];

		while (j < kernel->changed &&
		       kernel->counts[j].slot != count->slot)
			j++;
		if (j == kernel->changed ||
		    kernel->counts[j].packets != count->packets ||
		    kernel->counts[j].bytes != count->bytes)
			return false;
	}
	return true;
}

static void list_counts(FILE *out, const struct native_result *native,
			const struct testbed_result *kernel)
{
	fprintf(out, "native verdict %u:", native->verdict);
	for (size_t i = 0; i < native->count; i++)
		fprintf(out, " slot %u +%" PRIu64 "/%" PRIu64,
			native->counts[i].slot, native->counts[i].packets,
			native->counts[i].bytes);
	fprintf(out, "; kernel verdict %u:", kernel->verdict);
	for (size_t i = 0; i < kernel->changed && i < TESTBED_COUNTS; i++)
		fprintf(out, " slot %u +%" PRIu64 "/%" PRIu64,
			kernel->counts[i].slot, kernel->counts[i].packets,
			kernel->counts[i].bytes);
}

const char *disagreement(const struct native_result *native,
			 const struct testbed_result *kernel,
			 const uint8_t *frame, size_t length)
{
	static char text[4096];
	bool rejected = native->verdict == VERDICT_REJECT;
	bool verdicts = rejected ? kernel->verdict != VERDICT_PASS
				 : kernel->verdict == native->verdict;
	FILE *out;

	if (verdicts && same_counts(native, kernel, rejected)) {
		if (native->verdict != VERDICT_PASS ||
		    (kernel->length == length &&
		     !memcmp(kernel->frame, frame, length)))
			return NULL;
		return "native and kernel leave different frames";
	}
	out = fmemopen(text, sizeof(text), "w");
	list_counts(out, native, kernel);
	fclose(out);
	return text;
}
