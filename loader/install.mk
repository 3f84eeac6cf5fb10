# SPDX-License-Identifier: GPL-2.0-only
# Where things go; DESTDIR is put before all of it, for packages.

SBINDIR       ?= $(PREFIX)/sbin
MANDIR        ?= $(PREFIX)/share/man
DATADIR       ?= $(PREFIX)/share/weir
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
INSTALL       ?= install

manual_pages = $(wildcard docs/*.[1-9])
policy_files = $(shell find policies -type f 2>/dev/null)

$(BUILD)/gen/weir.bash: $(BUILD)/weir
	@mkdir -p $(@D)
	$< completion bash >$@

## install: put weir, its manual and policies under $(DESTDIR)$(PREFIX)
install: $(BUILD)/weir $(BUILD)/gen/weir.bash
	$(INSTALL) -D -m 0755 $(BUILD)/weir $(DESTDIR)$(SBINDIR)/weir
	$(INSTALL) -D -m 0644 $(BUILD)/gen/weir.bash \
		$(DESTDIR)$(COMPLETIONDIR)/weir
	set -e; for page in $(manual_pages); do \
		$(INSTALL) -D -m 0644 $$page \
		"$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}"; done
	set -e; for file in $(policy_files); do \
		$(INSTALL) -D -m 0644 $$file \
		"$(DESTDIR)$(DATADIR)/$$file"; done

## uninstall: remove what install put there
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/weir $(DESTDIR)$(COMPLETIONDIR)/weir
	for page in $(manual_pages); do \
		rm -f "$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}"; done
	for file in $(policy_files); do \
		rm -f "$(DESTDIR)$(DATADIR)/$$file"; done
	[ ! -d $(DESTDIR)$(DATADIR) ] || \
		find $(DESTDIR)$(DATADIR) -depth -type d -empty -delete

.PHONY: install uninstall
