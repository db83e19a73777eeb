# Pages that real tools build, under `drainctl skew`: a minute or two, so outside `make test`.
SKEW_TOOLS ?= vite webpack next
skew-builds: $(B)/drainctl ## drainctl skew on pages of Vite, webpack and Next.js, built here (skipped without npm)
	@if command -v npm >/dev/null; then \
	  for tool in $(SKEW_TOOLS); do tools/npm-install tests/skew/$$tool $(WEB)/skew/$$tool || exit 1; done; \
	  tests/skew/run $(abspath $(B)/drainctl) $(abspath $(WEB))/skew $(SKEW_TOOLS); \
	else for tool in $(SKEW_TOOLS); do echo "ok skew-builds: $$tool # skip npm is missing"; done; fi
.PHONY: skew-builds

# What drives a browser in bats/html.bats: playwright-core and axe-core from the npm registry, pinned, once.
$(WEB)/tests/.installed: tests/web/package.json tests/web/package-lock.json
	$(if $(V),,@echo '  NPM   $(@D)')
	$(Q)tools/npm-install tests/web $(@D)
