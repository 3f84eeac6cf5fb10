# SPDX-License-Identifier: GPL-2.0-only
# Timings: never part of the tests. CLASSBENCH names a directory of ClassBench's
# filter sets; without it rule sets of the same sizes are made up.

bench := $(BUILD)/tests/bench
bench_programs := $(addprefix $(bench)/run_,pipeline rules checks lookup scale live)

$(bench)/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/tools -DWEIR_BPF_DIRECTORY='"$(abspath $(BUILD))/bpf"' \
		-DWEIR_BENCH_DIRECTORY='"$(abspath $(bench))"' \
		$(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(bench)/%.bpf.o: tests/bench/%.bpf.c
	@mkdir -p $(@D)
	@echo '  BPF     $@'
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MT $@ -MF $(@:.o=.d) -c -o $@ $<

$(bench)/libbench.a: $(addprefix $(bench)/,datapath.o figure.o filter_set.o \
		prefixes.o stream.o traffic.o) \
		$(BUILD)/tests/tools/testbed.o $(BUILD)/tests/tools/policy_image.o \
		$(BUILD)/tests/tools/frame.o $(BUILD)/tests/tools/frame_text.o
	rm -f $@
	$(AR) rcs $@ $^

$(bench)/run_scale: $(filter $(BUILD)/loader/kernel/%,$(system_objects)) \
		$(BUILD)/gen/programs.o
$(bench_programs): %: %.o $(bench)/libbench.a $(BUILD)/libweir.a \
		| $(bpf_objects) $(bench)/stream.bpf.o $(bench)/lookup.bpf.o
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

## bench: what packets, rules, prefixes and swaps cost: docs/BENCHMARKS.md (root)
bench: setup
	+@$(MAKE) $(parallel) --no-print-directory run-bench

run-bench: $(bench_programs) $(BUILD)/weir
	tests/bench/bench.sh $(BUILD)

.PHONY: bench run-bench
