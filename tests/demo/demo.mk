# SPDX-License-Identifier: GPL-2.0-only
# The demonstration: tests/demo/demo.sh.

demo_objects := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/demo/*.c))

$(BUILD)/tests/demo/%.o: tests/demo/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/tools $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/demo/demo: $(demo_objects) $(BUILD)/tests/tools/liblive.a \
		$(BUILD)/tests/tools/libframe.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lbpf -ljansson

## demo: install what is missing, build, send a million packets through it (root)
demo: setup
	+@$(MAKE) $(parallel) --no-print-directory run-demo

run-demo: $(BUILD)/weir $(BUILD)/tests/demo/demo
	@BUILD='$(abspath $(BUILD))' tests/demo/demo.sh

## setup: install the Debian packages that building and testing need (root)
setup:
	tests/setup.sh

.PHONY: demo run-demo setup
