// SPDX-License-Identifier: GPL-2.0-only
/* weir version: the program's, and that of the maps it shares with BPF. */
#include "base/version.h"
#include "cmd/command.h"
#include "output/json.h"

const struct verb_option version_options[] = { { 0 } };

int cmd_version(const struct invocation *invocation)
{
	if (invocation->json)
		json_print(json_pack("{s:s, s:i}", "version", WEIR_VERSION,
				     "map_format", (int)WEIR_ABI_VERSION));
	else
		printf("weir %s (map format %u)\n", WEIR_VERSION,
		       WEIR_ABI_VERSION);
	return EXIT_DONE;
}
