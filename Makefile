# SPDX-License-Identifier: GPL-2.0-only
# weir: `make help` lists the targets. Everything is built under $(BUILD).

BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= gcc
CLANG  ?= clang

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wpointer-arith -Wwrite-strings
CFLAGS   ?= -O2 -g
CPPFLAGS += -Iinclude -Iloader -I$(BUILD)/gen -D_GNU_SOURCE
CFLAGS_ALL = -std=gnu11 $(WARNINGS) $(CFLAGS)
LIBS     := -lxdp -lbpf -lelf -lz -ljansson

# Rooms that need no system: these alone are in the tests' and fuzzers' library.
PURE_ROOMS   := base policy resolve classify image
SYSTEM_ROOMS := kernel observe output cmd

pure_sources   := $(foreach r,$(PURE_ROOMS),$(wildcard loader/$(r)/*.c))
system_sources := $(foreach r,$(SYSTEM_ROOMS),$(wildcard loader/$(r)/*.c))
pure_objects   := $(pure_sources:%.c=$(BUILD)/%.o) \
		  $(BUILD)/gen/policy_lex.o $(BUILD)/gen/policy_parse.o \
		  $(BUILD)/gen/special_purpose.o
system_objects := $(system_sources:%.c=$(BUILD)/%.o) $(BUILD)/gen/programs.o
bpf_objects    := $(BUILD)/bpf/weir_xdp.bpf.o $(BUILD)/bpf/weir_tc.bpf.o

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# One short line for each step; V=1 shows the commands.
ifndef V
.SILENT:
endif
.SECONDARY:

## all: build weir and its BPF programs
all: $(BUILD)/weir compile_commands

# ---- the language ---------------------------------------------------------

$(BUILD)/gen/policy_parse.c: loader/policy/policy.y
	@mkdir -p $(@D)
	@echo '  BISON   $@'
	bison -Wall -Werror -o $@ --defines=$(BUILD)/gen/policy_parse.h $<

$(BUILD)/gen/policy_lex.c: loader/policy/policy.l $(BUILD)/gen/policy_parse.c
	@mkdir -p $(@D)
	@echo '  FLEX    $@'
	flex -o $@ $<

$(BUILD)/gen/policy_lex.o $(BUILD)/gen/policy_parse.o: $(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) -Iloader/policy $(CFLAGS_ALL) -Wno-unused-function \
		-Wno-sign-compare -Wno-missing-prototypes -MMD -MP -c -o $@ $<

policy_objects := $(filter $(BUILD)/loader/policy/%,$(pure_objects))
$(policy_objects): $(BUILD)/gen/policy_parse.c
$(policy_objects): CPPFLAGS += -Iloader/policy

# The IANA lists and the BPF objects travel inside the binary.
$(BUILD)/gen/special_purpose.o: loader/resolve/special_purpose.S \
		$(wildcard policies/iana/*.csv)
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) -c -o $@ $<

$(BUILD)/gen/programs.o: loader/kernel/programs.S $(bpf_objects)
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) -I$(BUILD)/bpf -c -o $@ $<

# ---- C --------------------------------------------------------------------

$(BUILD)/loader/%.o: loader/%.c
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/libweir.a: $(pure_objects)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/weir: $(BUILD)/loader/main.o $(system_objects) $(BUILD)/libweir.a
	@echo '  CC      $@'
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

# ---- BPF ------------------------------------------------------------------

BPF_CFLAGS := -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Wno-unused-function -Wno-unused-parameter \
	      -Iinclude -Ibpf -I/usr/include/$(shell uname -m)-linux-gnu

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	@mkdir -p $(@D)
	@echo '  BPF     $@'
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MT $@ -MF $(@:.o=.d) -c -o $@.tmp $<
	llvm-strip -g -o $@ $@.tmp
	rm -f $@.tmp

# Every kind of test brings its own fragment, which adds to TESTS.
TESTS :=
include $(wildcard tests/*/*.mk)

# Installs what is missing first; the tree is built only then.
parallel := $(if $(findstring j,$(MAKEFLAGS)),,-j$(shell nproc))

## test: install what is missing, build, run every test (root)
test: setup
	+@$(MAKE) $(parallel) --no-print-directory run-tests

# The longest first.
run-tests: $(TESTS) all
	@tests/run $(BUILD) $(filter %/run_model,$(TESTS)) \
		$(filter-out %/run_model,$(TESTS))

## san: the unit and policy tests under the address and undefined sanitizers
san:
	$(MAKE) BUILD=$(BUILD)/san CC=clang \
		CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' \
		san-tests
san-tests: $(filter $(BUILD)/tests/unit/% $(BUILD)/tests/policy/%,$(TESTS))
	@tests/run $(BUILD) $^

.PHONY: test run-tests san san-tests

include loader/install.mk

# ---- housekeeping ---------------------------------------------------------

## help: this list
help:
	@grep -hE '^## ' $(MAKEFILE_LIST) | sed -e 's/^## //' | \
		awk -F': ' '{ printf "  %-16s %s\n", $$1, $$2 }'

## compile_commands: build/compile_commands.json for clangd and clang-tidy
compile_commands: $(BUILD)/compile_commands.json

$(BUILD)/compile_commands.json: $(pure_sources) $(system_sources) Makefile
	@mkdir -p $(@D)
	@{ separator='['; for file in loader/main.c $(pure_sources) \
		$(system_sources); do printf '%s{"directory":"%s","file":"%s",' \
		"$$separator" '$(CURDIR)' "$$file"; printf \
		'"command":"$(CC) $(CPPFLAGS) -Iloader/policy -std=gnu11 -c %s"}\n' \
		"$$file"; separator=,; done; echo ']'; } > $@

## clean: remove everything built
clean:
	rm -rf $(BUILD)

.PHONY: all help clean compile_commands
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
