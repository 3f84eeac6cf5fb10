/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in force: the head of the image, devices, logical interfaces. */
#ifndef WEIR_OUTPUT_STATUS_H
#define WEIR_OUTPUT_STATUS_H

#include "observe.h"
#include "output/record.h"

/* now: ns since 1970, UTC, as kernel state has it. */
void status_print(const struct kernel_state *state, json_t *record,
		  const struct problem_table *problems, uint64_t now,
		  FILE *stream);
json_t *status_to_json(const struct kernel_state *state, json_t *record,
		       const struct problem_table *problems, uint64_t now);

#endif
