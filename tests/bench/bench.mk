# SPDX-License-Identifier: GPL-2.0-only
# Timings: never part of the tests.

$(BUILD)/tests/bench/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/tools -DWEIR_BPF_DIRECTORY='"$(abspath $(BUILD))/bpf"' \
		$(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/bench/run_bench: $(BUILD)/tests/bench/run_bench.o \
		$(BUILD)/tests/tools/testbed.o $(BUILD)/tests/tools/policy_image.o \
		$(BUILD)/tests/tools/libframe.a $(BUILD)/libweir.a | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

## bench: ns a packet of policies/edge.weir beside an empty program (root)
bench: $(BUILD)/tests/bench/run_bench
	$< policies/edge.weir $(BUILD)/bench.json

.PHONY: bench
