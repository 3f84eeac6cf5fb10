# SPDX-License-Identifier: GPL-2.0-only
# The datapath compiled natively; and tests of single headers of it, test_*.c,
# over maps that they fill by hand (memory.h).

native_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/native/test_*.c))
TESTS += $(native_tests)

$(BUILD)/tests/native/%.o: tests/native/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/native -Itests/tools -Ibpf $(CFLAGS_ALL) -MMD -MP \
		-c -o $@ $<

$(native_tests): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/tests/tools/libframe.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lcmocka -lpthread
