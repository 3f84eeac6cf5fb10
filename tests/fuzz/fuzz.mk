# SPDX-License-Identifier: GPL-2.0-only
# libFuzzer on everything that reads foreign bytes: tests/fuzz/fuzz_*.c. Not part
# of the tests; what a fuzzer finds becomes a file in tests/policy or a case.

FUZZ_SECONDS ?= 60
fuzz_names   := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_flags   := -O1 -g -fno-omit-frame-pointer

## fuzz: every fuzzer for FUZZ_SECONDS (60), under ASan and UBSan
fuzz:
	$(MAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='$(fuzz_flags) \
		-fsanitize=fuzzer-no-link,address,undefined' fuzz-run

# Every word of the language and every name of a value is a line of it.
$(BUILD)/tests/fuzz/policy.dict: loader/policy/policy.y $(wildcard include/*.def)
	@mkdir -p $(@D)
	@echo '  GEN     $@'
	grep -ohE '"[a-z0-9-]+"' $^ | sort -u > $@

fuzz-run: $(fuzz_names:%=$(BUILD)/tests/fuzz/%) $(BUILD)/tests/fuzz/policy.dict
	set -e; for fuzzer in $(filter-out %.dict,$^); do \
		mkdir -p $$fuzzer.corpus; echo "$$fuzzer"; \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
		-verbosity=0 -artifact_prefix=$(BUILD)/ -rss_limit_mb=4096 \
		-dict=$(BUILD)/tests/fuzz/policy.dict \
		$$fuzzer.corpus; done

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c tests/native/native.c $(BUILD)/libweir.a
	@mkdir -p $(@D)
	@echo '  CC      $@'
	clang $(CPPFLAGS) -Itests/native -Ibpf $(fuzz_flags) -std=gnu11 \
		-fsanitize=fuzzer,address,undefined -o $@ $< \
		tests/native/native.c $(BUILD)/libweir.a -ljansson

.PHONY: fuzz fuzz-run
