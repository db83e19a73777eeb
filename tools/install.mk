# Manual pages, completion, make install and make uninstall, the Debian package.
prefix        ?= $(PREFIX)
bindir        ?= $(prefix)/bin
libdir        ?= $(prefix)/lib
datarootdir   ?= $(prefix)/share
datadir       ?= $(datarootdir)
mandir        ?= $(datarootdir)/man
docdir        ?= $(datarootdir)/doc/drainctl
bashcompletiondir ?= $(datarootdir)/bash-completion/completions
zshcompletiondir  ?= $(datarootdir)/zsh/site-functions
fishcompletiondir ?= $(datarootdir)/fish/vendor_completions.d

# Section 1 from the program's tables, section 5 from docs/: the very text of --help and of the pages.
man: $(B)/man/.made ## the manual pages, below build/man
$(B)/man/.made: $(B)/drainctl docs/scenario.md docs/journal.md tools/manpage Makefile
	$(if $(V),,@echo '  MAN   $(@D)')
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$< help --man >$(@D)/drainctl.1
	$(Q)for c in $$($< help | sed -n '/^commands:/,/^$$/s/^  \([a-z]*\) .*/\1/p'); do \
	  $< help --man $$c >$(@D)/drainctl-$$c.1 || exit 1; done
	$(Q)for p in scenario journal; do \
	  tools/manpage drainctl-$$p $(DATE) $(VERSION) docs/$$p.md >$(@D)/drainctl-$$p.5 || exit 1; done
	@touch $@

completions: $(B)/completion/.made
$(B)/completion/.made: $(B)/drainctl
	@mkdir -p $(@D)
	$(Q)for s in bash zsh fish; do $< completion $$s >$(@D)/$$s || exit 1; done
	@touch $@

PLACE = B='$(B)' DESTDIR='$(DESTDIR)' prefix='$(prefix)' bindir='$(bindir)' libdir='$(libdir)' \
  datadir='$(datadir)' mandir='$(mandir)' docdir='$(docdir)' \
  bashcompletiondir='$(bashcompletiondir)' zshcompletiondir='$(zshcompletiondir)' \
  fishcompletiondir='$(fishcompletiondir)' tools/place

install: all man completions ## install below prefix (/usr/local), and DESTDIR
	@$(PLACE) install

uninstall: ## remove what install put there, and nothing else
	@$(PLACE) uninstall

deb: all man completions ## build/drainctl_VERSION_ARCH.deb
	@B='$(B)' WEB='$(WEB)' VERSION='$(VERSION)' DATE='$(DATE)' tools/debian/build

.PHONY: man completions install uninstall deb
