/* SPDX-License-Identifier: GPL-2.0-only */
/* Diagnostics for programs. */
#ifndef WEIR_OUTPUT_DIAGNOSTICS_H
#define WEIR_OUTPUT_DIAGNOSTICS_H

#include "diag.h"
#include "output/json.h"

/* An array of {file, line, column, severity, message, hint}. */
json_t *json_diagnostics(const struct diag_list *list);

/* {file, valid, errors, diagnostics}: how every verb speaks of a policy. */
json_t *json_policy(const char *file, const struct diag_list *list);

#endif
