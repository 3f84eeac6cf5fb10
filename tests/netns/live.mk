# SPDX-License-Identifier: GPL-2.0-only
# Live traffic: what sends, receives and tags frames (liblive.a and its
# commands), and what tests/netns/test_live.sh and test_demo.sh need beside what
# netns.mk gives every tests/netns/test_*.sh.

live_commands := $(addprefix $(BUILD)/tests/tools/,send receive push_tag)

$(BUILD)/tests/tools/liblive.a: $(BUILD)/tests/tools/namespace.o \
		$(BUILD)/tests/tools/receiver.o $(BUILD)/tests/tools/sender.o
	rm -f $@
	$(AR) rcs $@ $^

$(live_commands): %: %.o $(BUILD)/tests/tools/liblive.a \
		$(BUILD)/tests/tools/libframe.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lbpf

$(addprefix $(BUILD)/tests/netns/test_,live limit reject remark): $(live_commands)
$(BUILD)/tests/netns/test_demo: $(BUILD)/tests/demo/demo
