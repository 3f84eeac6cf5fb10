# SPDX-License-Identifier: GPL-2.0-only
# Packets and what becomes of them: tests/packet/*.case through the datapath,
# native and in the kernel; and captures through both, native under the
# address and undefined-behaviour sanitizers too.

packet_build    := $(BUILD)/tests/packet
packet_programs := $(packet_build)/run_packet_native \
		   $(packet_build)/run_packet_kernel \
		   $(packet_build)/run_captures \
		   $(packet_build)/run_captures_sanitized \
		   $(packet_build)/test_segments
TESTS += $(packet_programs)

# A directory or an archive of captures; those in the tree by default.
CAPTURES ?= tests/packet/captures

packet_flags := -Itests/packet -Itests/tools -Itests/native \
		-DWEIR_BPF_DIRECTORY='"$(abspath $(BUILD))/bpf"' \
		-DWEIR_CAPTURES_DEFAULT='"$(CAPTURES)"'
packet_sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all

packet_common   := $(packet_build)/case_file.o $(packet_build)/run_packet.o \
		   $(BUILD)/tests/tools/policy_image.o \
		   $(BUILD)/tests/tools/libframe.a $(BUILD)/libweir.a
capture_sources := tests/packet/run_captures.c tests/packet/captures.c \
		   tests/tools/policy_image.c tests/tools/testbed.c \
		   tests/tools/agreement.c tests/native/native.c

$(packet_build)/%.o: tests/packet/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(packet_flags) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(packet_build)/run_packet_native: $(packet_build)/executor_native.o \
		$(BUILD)/tests/native/native.o $(BUILD)/tests/tools/agreement.o \
		$(packet_common)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(packet_build)/run_packet_kernel: $(packet_build)/executor_kernel.o \
		$(BUILD)/tests/tools/testbed.o $(packet_common) | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(packet_build)/test_segments: $(packet_build)/test_segments.o \
		$(BUILD)/tests/tools/testbed.o \
		$(BUILD)/tests/tools/policy_image.o \
		$(BUILD)/tests/tools/libframe.a $(BUILD)/libweir.a | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(packet_build)/run_captures: $(packet_build)/run_captures.o \
		$(packet_build)/captures.o $(BUILD)/tests/native/native.o \
		$(BUILD)/tests/tools/agreement.o \
		$(BUILD)/tests/tools/policy_image.o \
		$(BUILD)/tests/tools/testbed.o $(BUILD)/libweir.a | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lpcap $(LIBS)

$(packet_build)/run_captures_sanitized: $(capture_sources) $(BUILD)/libweir.a \
		$(packet_build)/run_captures | $(bpf_objects)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(packet_flags) -Ibpf $(CFLAGS_ALL) $(LDFLAGS) \
		$(packet_sanitize) -o $@ $(capture_sources) \
		$(BUILD)/libweir.a -lpcap $(LIBS)

# The captures in the tree, from the frames beside them.
$(BUILD)/tests/tools/write_capture: $(BUILD)/tests/tools/write_capture.o \
		$(BUILD)/tests/tools/libframe.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lpcap

## captures: write tests/packet/captures anew from the frames beside them
captures: $(BUILD)/tests/tools/write_capture
	@for frames in tests/packet/captures/*.frames; do \
		$< "$${frames%.frames}.pcap" <"$$frames" || exit 1; done

.PHONY: captures
