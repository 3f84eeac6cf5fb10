# SPDX-License-Identifier: GPL-2.0-only
# Other kernels: `make test-kernels` boots Debian 12's own 6.1 in a virtual
# machine and runs there what tests a kernel has an opinion on, and what runs
# there alone: test_dispatcher.sh, which needs a kernel with programs that replace
# functions (BPF_PROG_TYPE_EXT), and test_routes.sh, which needs VLAN devices,
# bridges and VRFs. Part of `make test` is only test_verifier, which holds the
# kernel it runs on to verifier.baseline.

kernels       := $(BUILD)/tests/kernels
kernel_root   := $(BUILD)/kernels/linux

# Of tests/netns none, unless asked for: an emulated processor takes many seconds
# to verify the programs of each apply, and test_dispatcher and test_routes apply
# on clsact all the same. make test-kernels KERNELS_NETNS='attach apply foreign'
KERNELS_NETNS ?=

kernel_scripts := $(kernels)/test_dispatcher $(kernels)/test_routes
kernel_tests  := $(kernels)/test_verifier $(kernel_scripts) \
		 $(BUILD)/tests/packet/run_packet_kernel \
		 $(KERNELS_NETNS:%=$(BUILD)/tests/netns/test_%)

TESTS += $(kernels)/test_verifier

$(kernels)/test_verifier: tests/kernels/test_verifier.c | $(bpf_objects)
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -DWEIR_BPF_DIRECTORY='"$(abspath $(BUILD))/bpf"' \
		$(CFLAGS_ALL) $(LDFLAGS) -MMD -MP -o $@ $< -lbpf

$(kernels)/%.bpf.o: tests/kernels/%.bpf.c
	@mkdir -p $(@D)
	@echo '  BPF     $@'
	$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(kernel_scripts): $(BUILD)/%: %.sh $(BUILD)/weir \
		$(BUILD)/tests/netns/foreign.bpf.o \
		$(BUILD)/tests/netns/weir-other $(BUILD)/tests/netns/faults.so \
		$(kernels)/count.bpf.o
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexport WEIR=%s SOURCE=%s\nexec bash %s\n' \
		'$(abspath $(BUILD)/weir)' '$(CURDIR)' '$(CURDIR)/$<' >$@
	@chmod +x $@

# The package that linux-image-cloud-amd64 stands for, unpacked, not installed.
$(kernel_root)/unpacked:
	@mkdir -p $(kernel_root)
	@echo '  UNPACK  $(kernel_root)'
	cd $(kernel_root) && apt-get download $$(apt-cache depends \
		linux-image-cloud-amd64 | sed -n 's/.*Depends: //p')
	dpkg-deb -x $(kernel_root)/linux-image-*.deb $(kernel_root)
	touch $@

## test-kernels: boot Debian 12's kernel in a virtual machine, run tests there
test-kernels: $(kernel_root)/unpacked $(kernel_tests)
	@tests/kernels/initramfs.sh $(abspath $(kernel_root)) \
		$(abspath $(BUILD)) $(abspath $(kernel_tests)) \
		>$(BUILD)/kernels/initramfs
	@tests/kernels/run.sh $(BUILD)/kernels $(kernel_root)/boot/vmlinuz-* \
		$(BUILD)/kernels/initramfs

.PHONY: test-kernels run-kernels
