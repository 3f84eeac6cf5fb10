# SPDX-License-Identifier: GPL-2.0-only
# Shared by test programs: frames from text (libframe.a), policies as images,
# the datapath in the kernel; and the test of the frame builder.

$(BUILD)/tests/tools/%.o: tests/tools/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Itests/tools -Itests/native $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/tools/libframe.a: $(BUILD)/tests/tools/frame.o \
		$(BUILD)/tests/tools/frame_text.o
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/tools/test_frame: $(BUILD)/tests/tools/test_frame.o \
		$(BUILD)/tests/tools/libframe.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lcmocka -lpcap

TESTS += $(BUILD)/tests/tools/test_frame
