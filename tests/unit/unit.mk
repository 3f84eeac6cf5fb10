# SPDX-License-Identifier: GPL-2.0-only
# tests/unit/test_*.c: cmocka programs for the rooms that need no system.

unit_sources  := $(wildcard tests/unit/test_*.c)
unit_programs := $(unit_sources:tests/unit/%.c=$(BUILD)/tests/unit/%)
TESTS += $(unit_programs)

$(unit_programs): $(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libweir.a
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) $(LDFLAGS) -MMD -MP -MT $@ -MF $@.d \
		-o $@ $< $(BUILD)/libweir.a -lcmocka $(LIBS)

# The datapath's own walk through the index.
$(BUILD)/tests/unit/test_index $(BUILD)/tests/unit/test_consult: \
	CPPFLAGS += -Ibpf

# The classifier's tables are read as the datapath reads them.
$(BUILD)/tests/unit/test_classify: CPPFLAGS += -Itests/native
$(BUILD)/tests/unit/test_classify: $(BUILD)/tests/native/native.o
$(BUILD)/tests/unit/test_classify: LDFLAGS += $(BUILD)/tests/native/native.o
