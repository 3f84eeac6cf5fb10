# SPDX-License-Identifier: GPL-2.0-only
# tests/policy/{ok,fail}: a test is a policy and what is expected of it.

policy_runner := $(BUILD)/tests/policy/run_policy
TESTS += $(policy_runner) tests/policy/manual.sh

$(policy_runner): tests/policy/run_policy.c $(BUILD)/libweir.a
	@mkdir -p $(@D)
	@echo '  CC      $@'
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) $(LDFLAGS) -MMD -MP -MT $@ -MF $@.d \
		-o $@ $< $(BUILD)/libweir.a $(LIBS)

## goldens: write what tests/policy expects anew; read the difference
goldens: $(policy_runner)
	$(policy_runner) --update

.PHONY: goldens
