# What drives a browser in bats/html.bats: playwright-core and axe-core from the npm registry, pinned, once.
$(WEB)/tests/.installed: tests/web/package.json tests/web/package-lock.json
	$(if $(V),,@echo '  NPM   $(@D)')
	$(Q)tools/npm-install tests/web $(@D)
