# SPDX-License-Identifier: GPL-2.0-only
# The house itself: layers, formats, documents.

house_tests := $(patsubst %.sh,$(BUILD)/%,$(wildcard tests/house/test_*.sh))

$(house_tests): $(BUILD)/%: %.sh $(BUILD)/weir $(BUILD)/tests/demo/demo
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexport WEIR=%s SOURCE=%s\nexec %s\n' \
		'$(abspath $(BUILD)/weir)' '$(CURDIR)' '$(CURDIR)/$<' >$@
	@chmod +x $@

TESTS += $(house_tests)

c_files := $(wildcard bpf/*.[ch] include/*.h loader/*.c loader/*/*.[ch] \
	     tests/*/*.[ch])
shell_files := $(wildcard tests/run tests/*.sh tests/*/*.sh) .ci/run

## check-layers: each room includes only what stands before it
check-layers:
	@tests/house/test_layers.sh

## check-format: clang-format would change nothing
check-format:
	clang-format --dry-run -Werror $(c_files)

## format: let clang-format change what it wants
format:
	clang-format -i $(c_files)

## lint: clang-tidy, cppcheck, shellcheck, man pages
lint: $(BUILD)/compile_commands.json $(policy_objects)
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--suppress=missingIncludeSystem --enable=warning,portability \
		--suppress=memleak --suppress=ctuuninitvar \
		--suppress=preprocessorErrorDirective \
		'-DLIBBPF_OPTS(type,name,...)=struct type name = {}' \
		'-Djson_array_foreach(array,index,value)=for (;;)' \
		'-Djson_object_foreach(object,key,value)=for (;;)' \
		-Iinclude -Iloader loader
	clang-tidy --quiet -p $(BUILD) $(pure_sources) $(system_sources)
	shellcheck -x $(shell_files)
	mandoc -Tlint -W warning docs/*.[58]

.PHONY: check-layers check-format format lint
