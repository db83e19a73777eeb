# What is true of real servers, seen by a probe of its own, and what `check` says of them. Outside
# `make test`: it fetches servers, and takes hours. SERVERS names some of the set-ups.
TRUTH := $(B)/truth
TRUTH_KINDS := debian others ruby node python go java

truth: $(B)/drainctl truth-fetch ## check against what a probe sees of real servers: recall, precision, time
	@tests/truth/run.py --built $(TRUTH) --drainctl $(abspath $(B)/drainctl) $(TRUTH_WORDS) $(SERVERS)

truth-page: ## the same, and write docs/truth.md
	@$(MAKE) --no-print-directory truth TRUTH_WORDS='$(TRUTH_WORDS) --write docs/truth.md'

truth-probe: truth-fetch ## the probe alone, which needs no drainctl
	@tests/truth/probe.py --built $(TRUTH) $(SERVERS)

truth-fetch: $(TRUTH_KINDS:%=$(TRUTH)/.%)
.PHONY: truth truth-page truth-probe truth-fetch

# What could not be fetched is tried again the next time, and its set-ups are skipped.
$(TRUTH)/.%: tests/truth/fetch $(wildcard tests/truth/apps/*/*)
	@tests/truth/fetch $* $(TRUTH) && touch $@ || true
