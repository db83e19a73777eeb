# Unit tests: tests/unit/test_FLOOR_WHAT.c becomes a program linked with FLOOR and the floors below.
UNIT     := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
NEEDS_base    := base
NEEDS_words   := words base
NEEDS_frontend := frontend base
NEEDS_plan    := plan words frontend base
NEEDS_journal := journal $(NEEDS_plan)
NEEDS_judge   := judge $(NEEDS_journal)
NEEDS_load    := load wire $(NEEDS_journal) llhttp
NEEDS_process := process $(NEEDS_journal)
NEEDS_run     := run process skew load wire $(NEEDS_judge) llhttp
NEEDS_check   := check skew load wire $(NEEDS_judge) llhttp
NEEDS_skew    := skew $(NEEDS_load)
NEEDS_verdict := verdict $(NEEDS_check)
NEEDS_compare := compare $(NEEDS_verdict)
NEEDS_report  := report skew load wire llhttp $(NEEDS_compare)
NEEDS_session := session output cli report compare verdict skew check $(NEEDS_run)
NEEDS_init    := init session output cli report compare verdict skew check $(NEEDS_run) server
NEEDS_wire    := wire base
NEEDS_server  := server wire $(NEEDS_journal) llhttp
KAFKA_MOCK := $(if $(filter kafka,$(WITHOUT)),,$(B)/tests/kafka-mock)
needs     = $(patsubst %,$(B)/lib%.a,$(NEEDS_$(word 2,$(subst _, ,$(1)))))

.SECONDEXPANSION:
$(B)/tests/test_%: tests/unit/test_%.c $$(call needs,test_$$*)
	@mkdir -p $(@D)
	$(if $(V),,@echo '  TEST  $@')
	$(Q)$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) -MMD -MP -MF $(B)/obj/$(@F).d $(LDFLAGS) -o $@ $< \
	  -Wl,--start-group $(call needs,test_$*) -Wl,--end-group -lcmocka $(LDLIBS)

# Scenarios with one thing changed, and what ajv says of each by the schema.
MUTANTS  := $(B)/tests/mutants.jsonl
unit: $(UNIT) $(MUTANTS) ## the unit tests alone
	@MUTANTS=$(MUTANTS) tests/run-unit $(UNIT)
.PHONY: unit

unit-build: $(UNIT) $(KAFKA_MOCK) fuzz-reads

# What only `make fuzz` links is read by each compiler too: a renamed member is seen at once.
fuzz-reads:
	$(Q)$(CC) -fsyntax-only $(CFLAGS) $(WARN) $(CPPFLAGS) $(wildcard tests/fuzz/*.c)

# The Kafka of the tests: librdkafka's own mock cluster.
$(B)/tests/kafka-mock: tests/services/kafka-mock.c
	@mkdir -p $(@D)
	$(if $(V),,@echo '  TEST  $@')
	$(Q)$(CC) $(CFLAGS) $(WARN) -D_GNU_SOURCE $(LDFLAGS) -o $@ $< -lrdkafka

include tests/validators/rules.mk
include tests/web.mk

$(MUTANTS): scenarios/scenario.schema.json $(wildcard tests/validators/*.mjs) \
  tests/validators/seeds.json $(VALIDATORS)
	@mkdir -p $(@D)
	$(Q)node tests/validators/mutants.mjs >$@.new && mv $@.new $@

bats: $(B)/drainctl $(KAFKA_MOCK) man completions $(VALIDATORS) $(WEB)/tests/.installed ## the tests that run the program
	@tests/run-bats $(abspath $(B)/drainctl)

# The same tests and journals with the sanitizers watching; leaks count. What bats/html.bats does in a
# browser is left out: the page is the same.
asan: ## unit and bats tests and the journals under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory B=$(B)/asan PROFILE=asan all unit-build
	@SKIP_BROWSER=1 $(MAKE) --no-print-directory B=$(B)/asan PROFILE=asan unit journals bats

valgrind: $(B)/drainctl ## one full scenario under valgrind
	@tests/run-valgrind $(B)/drainctl

journals: $(B)/drainctl ## judge the recorded journals again, and compare with the verdicts kept
	@tests/run-journals $<

accept-journals: $(B)/drainctl ## write these verdicts anew; the commit says why each changed
	@ACCEPT=1 tests/run-journals $<
.PHONY: journals accept-journals

# A server that is killed at random moments while orders come in: 20 times in `make test`, 200 here.
durability: $(B)/drainctl ## 200 SIGKILLs under load: no acknowledged order lost, none doubled
	@tests/durability/kill $(B)/drainctl 200
durability-short: $(B)/drainctl
	@tests/durability/kill $(B)/drainctl 20 20
durability-postgres: $(B)/drainctl ## the same on PostgreSQL, which waits for its disk here
	@server=$$(tests/services/postgres start fsync=on) && \
	  folder=$$(echo "$$server" | sed -n 1p) && trap 'tests/services/postgres end '$$folder EXIT && \
	  tests/durability/kill $(B)/drainctl 200 0 "$$(echo "$$server" | sed -n 2p)"

without: ## build without the optional parts (WITHOUT='sqlite postgres'), and see that the rest works
	@$(MAKE) --no-print-directory B=$(B)/without PROFILE=debug WITHOUT='$(OPTIONAL)' all
	@tests/run-without $(abspath $(B)/without/drainctl)
.PHONY: durability durability-short durability-postgres without

test: ## everything: unit and bats tests, plain and under the sanitizers, recorded journals, valgrind
	@tests/run-all $(MAKE) B=$(B)

fuzz: $(B)/fuzz/fuzz_scenario $(B)/fuzz/fuzz_journal $(B)/fuzz/fuzz_verdict $(B)/fuzz/fuzz_http ## each parser, FUZZ_SECONDS (10)
	@tests/run-fuzz $(B)/fuzz

FUZZ_LIBS_scenario := $(NEEDS_plan)
FUZZ_LIBS_journal  := $(NEEDS_report)
FUZZ_LIBS_verdict  := $(NEEDS_report)
FUZZ_LIBS_http     := server wire journal base llhttp
FUZZ_MAKE           = $(MAKE) -s -j$(shell nproc) --no-print-directory B=$(B)/fuzz CC=clang PROFILE=asan \
                      EXTRA_CFLAGS=-fsanitize=fuzzer-no-link
$(B)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c FORCE
	@$(FUZZ_MAKE) $(patsubst %,$(B)/fuzz/lib%.a,$(FUZZ_LIBS_$*))
	@clang $(filter-out -fsanitize-recover%,$(CFLAGS_asan)) -std=c11 -fsanitize=fuzzer $(CPPFLAGS) \
	  $(shell pkg-config --cflags $(PKGS)) -o $@ $< -Wl,--start-group \
	  $(patsubst %,$(B)/fuzz/lib%.a,$(FUZZ_LIBS_$*)) -Wl,--end-group $(LDLIBS)
FORCE:
.PHONY: unit-build fuzz-reads bats asan valgrind test fuzz FORCE

include tests/servers.mk
include tests/truth.mk

bench: $(B)/drainctl ## measure the figures of docs/benchmarks.md (about three minutes; what cannot be measured here is named)
	@tools/deps bench
	@$(MAKE) --no-print-directory $(WEB)/tests/.installed || true
	@DRAINCTL=$(abspath $(B)/drainctl) tests/bench/run
bench-users: $(B)/drainctl ## what people saw in 20 runs of a drain and of two kills (about four minutes)
	@DRAINCTL=$(abspath $(B)/drainctl) PYTHONDONTWRITEBYTECODE=1 tests/bench/users.py
bench-queue: $(B)/drainctl ## 1,000 jobs a second through Redis with a stop every second, for a minute
	@DRAINCTL=$(abspath $(B)/drainctl) PYTHONDONTWRITEBYTECODE=1 tests/bench/queue_stops.py
.PHONY: bench bench-users bench-queue

defect-pages: $(B)/tests/test_check_pages ## write docs/defects from the catalogue
	@mkdir -p docs/defects && UPDATE_PAGES=1 $<
.PHONY: defect-pages

matrix: $(B)/drainctl ## check against every planted fault: each must be found, the healthy server not
	@tests/run-matrix $(B)/drainctl
.PHONY: matrix
