# Parsers that are not ours, from npm, for the tests that read what drainctl writes: installed once, and
# again when the lock file changes. npm writes the hidden lock file last.
VALIDATORS := tests/validators/node_modules/.package-lock.json

validators: $(VALIDATORS) ## install the parsers that the tests read reports with

$(VALIDATORS): tests/validators/package-lock.json
	$(if $(V),,@echo '  NPM   tests/validators')
	$(Q)npm ci --prefix tests/validators --ignore-scripts --no-audit --no-fund --loglevel=error \
	  >/dev/null
	$(Q)touch $@
.PHONY: validators
