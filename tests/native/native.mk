# SPDX-License-Identifier: GPL-2.0-only
# The datapath compiled natively.

$(BUILD)/tests/native/%.o: tests/native/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/native -Ibpf $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
