# SPDX-License-Identifier: GPL-2.0-only
# Attachment in network namespaces: every tests/netns/test_*.sh. foreign.bpf.o is
# a program of somebody else's, tcx puts it into a tcx list; weir-clsact is weir
# as it behaves on a kernel without tcx; weir-other is weir with the same programs
# compiled to other instructions, as another version has them.

netns_tests := $(patsubst %.sh,$(BUILD)/%,$(wildcard tests/netns/test_*.sh))
netns_tools := $(BUILD)/tests/netns/foreign.bpf.o \
	       $(BUILD)/tests/netns/tcx $(BUILD)/tests/netns/weir-clsact \
	       $(BUILD)/tests/netns/weir-other $(BUILD)/tests/netns/kill_at.so \
	       $(BUILD)/tests/netns/faults.so

$(BUILD)/tests/netns/foreign.bpf.o: tests/netns/foreign.bpf.c
	@mkdir -p $(@D)
	@echo '  BPF     $@'
	$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(BUILD)/tests/netns/%.o: tests/netns/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/netns/%.so: tests/netns/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -fPIC -shared -o $@ $< -ldl

$(BUILD)/tests/netns/tcx: $(BUILD)/tests/netns/tcx.o
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ -lbpf

$(BUILD)/tests/netns/weir-clsact: $(BUILD)/tests/netns/no_tcx.o \
		$(BUILD)/loader/main.o $(system_objects) $(BUILD)/libweir.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/netns/other/%.bpf.o: bpf/%.bpf.c $(BUILD)/bpf/%.bpf.o \
		tests/netns/other.h
	@mkdir -p $(@D)
	@echo '  BPF     $@'
	$(CLANG) $(BPF_CFLAGS) -include tests/netns/other.h -c -o $@ $<

$(BUILD)/tests/netns/other/programs.o: loader/kernel/programs.S \
		$(bpf_objects:$(BUILD)/bpf/%=$(BUILD)/tests/netns/other/%)
	@echo '  CC      $@'
	$(CC) -I$(@D) -c -o $@ $<

$(BUILD)/tests/netns/weir-other: $(BUILD)/tests/netns/other/programs.o \
		$(filter-out $(BUILD)/gen/programs.o,$(system_objects)) \
		$(BUILD)/loader/main.o $(BUILD)/libweir.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(netns_tests): $(BUILD)/%: %.sh tests/netns/lib.sh tests/command/lib.sh \
		$(BUILD)/weir $(netns_tools)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexport WEIR=%s SOURCE=%s\nexec bash %s\n' \
		'$(abspath $(BUILD)/weir)' '$(CURDIR)' '$(CURDIR)/$<' >$@
	@chmod +x $@

TESTS += $(netns_tests)
