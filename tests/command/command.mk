# SPDX-License-Identifier: GPL-2.0-only
# Tests of the command line: every tests/command/test_*.sh, run with the built
# weir and its name in the environment.

command_tests := $(patsubst %.sh,$(BUILD)/%,$(wildcard tests/command/test_*.sh))

$(command_tests): $(BUILD)/%: %.sh tests/command/lib.sh $(BUILD)/weir
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nWEIR=%s SOURCE=%s exec bash %s\n' \
		'$(abspath $(BUILD)/weir)' '$(CURDIR)' '$(CURDIR)/$<' >$@
	@chmod +x $@

TESTS += $(command_tests)
