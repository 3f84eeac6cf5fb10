# SPDX-License-Identifier: GPL-2.0-only
# Random policies x random packets: oracle = native = kernel.

model_flags := -Itests/model -Itests/native -Itests/tools \
	       -DWEIR_BPF_DIRECTORY='"$(abspath $(BUILD))/bpf"'

$(BUILD)/tests/model/%.o: tests/model/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(model_flags) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/model/run_model: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/model/*.c)) \
		$(BUILD)/tests/native/native.o $(BUILD)/tests/tools/testbed.o \
		$(BUILD)/tests/tools/agreement.o $(BUILD)/tests/tools/policy_image.o \
		$(BUILD)/tests/tools/libframe.a $(BUILD)/libweir.a | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

TESTS += $(BUILD)/tests/model/run_model

## model: the model test at length (MODEL_POLICIES=10000 by default)
MODEL_POLICIES ?= 10000
model: $(BUILD)/tests/model/run_model
	$< -p $(MODEL_POLICIES)

.PHONY: model
