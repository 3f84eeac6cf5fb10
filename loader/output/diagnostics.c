// SPDX-License-Identifier: GPL-2.0-only
/* diag_print() writes diagnostics for people; this is for programs. */
#include "output/diagnostics.h"

static const char *severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_NOTE:
		break;
	}
	return "note";
}

static json_t *json_diagnostic(const struct diag_list *list,
			       const struct diagnostic *diagnostic)
{
	const struct span *span = &diagnostic->span;
	const char *file = NULL;

	if (span->file)
		file = diag_file_name(list, span->file);
	return json_pack("{s:o, s:I, s:I, s:s, s:o, s:o}", "file",
			 json_text(file), "line", (json_int_t)span->line,
			 "column", (json_int_t)span->column, "severity",
			 severity_name(diagnostic->severity), "message",
			 json_text(diagnostic->message), "hint",
			 json_text(diagnostic->hint));
}

json_t *json_diagnostics(const struct diag_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < diag_count(list); i++)
		json_array_append_new(array,
				      json_diagnostic(list, diag_at(list, i)));
	return array;
}

json_t *json_policy(const char *file, const struct diag_list *list)
{
	size_t errors = diag_errors(list);

	return json_pack("{s:o, s:b, s:I, s:o}", "file", json_text(file),
			 "valid", errors == 0, "errors", (json_int_t)errors,
			 "diagnostics", json_diagnostics(list));
}
