# drainctl: `make` builds build/drainctl, `make help` lists the rest.
B       ?= build
PROFILE ?= release
CC      ?= cc
PREFIX  ?= /usr/local
Q       := $(if $(V),,@)
VERSION := 0.1.0
DATE    := 2026-11-24

include tools/flags.mk

FLOORS  := base words wire frontend plan journal judge load process run check skew verdict compare report cli output \
           session init demo
LIBS    := $(foreach f,$(FLOORS),$(B)/lib$(f).a)
left_out = $(foreach part,$(WITHOUT),$(wildcard server/work/$(part).c server/work/$(part)_*.c))
objs     = $(patsubst %.c,$(B)/obj/%.o,$(filter-out $(left_out),$(wildcard $(1)/*.c $(1)/*/*.c)))

all: $(B)/drainctl ## build the program

CMD_OBJS := $(call objs,cmd)
$(B)/drainctl: $(CMD_OBJS) $(B)/libserver.a $(LIBS) $(B)/libllhttp.a
	$(if $(V),,@echo '  LINK  $@')
	$(Q)$(CC) $(LDFLAGS) -o $@ $(CMD_OBJS) \
	  -Wl,--start-group $(LIBS) $(B)/libserver.a $(B)/libllhttp.a -Wl,--end-group $(LDLIBS)

define archive
$(B)/lib$(1).a: $$(call objs,$(2)) $(3)
	@rm -f $$@
	$$(Q)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach f,$(filter-out plan report cli check demo,$(FLOORS)),$(eval $(call archive,$(f),lib/$(f))))
$(eval $(call archive,plan,lib/plan,$(B)/obj/gen/builtin_scenarios.o \
  $(B)/obj/gen/scenario_schema.o))
$(eval $(call archive,report,lib/report,$(B)/obj/gen/html_page.o))
$(eval $(call archive,check,lib/check,$(B)/obj/gen/defects.o))
$(eval $(call archive,cli,lib/cli,$(B)/obj/gen/completion_scripts.o))
$(eval $(call archive,demo,lib/demo,$(B)/obj/gen/demo_panel.o))
$(eval $(call archive,server,server,$(B)/obj/gen/web_pages.o $(B)/obj/gen/web_assets.o $(B)/.without))

# What is left out decides what is compiled: a build with another choice compiles that anew.
$(B)/.without: FORCE
	@mkdir -p $(@D)
	@echo '$(WITHOUT)' | cmp -s - $@ || echo '$(WITHOUT)' >$@
$(B)/obj/server/work/drivers.o $(B)/obj/server/work/queue.o: $(B)/.without

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo '  CC    $<')
	$(Q)$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# The built-in scenarios and their schema travel inside the program, so that they work from any folder;
# and so does the shell code around the tables of completion.
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<
$(B)/gen/builtin_scenarios.c: scenarios $(wildcard scenarios/*.json) tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed builtin_scenarios $(filter-out %.schema.json,$(wildcard scenarios/*.json)) >$@
$(B)/gen/completion_scripts.c: $(wildcard lib/cli/completion/*) tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed completion_scripts $(wildcard lib/cli/completion/*) >$@
$(B)/gen/scenario_schema.c: scenarios/scenario.schema.json tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed scenario_schema $< >$@

# The catalogue of defects is made from its pages.
DEFECT_PAGES := $(wildcard defects/*.md) defects/groups.txt
$(B)/gen/defects.c: defects $(DEFECT_PAGES) tools/defects
	@mkdir -p $(@D)
	$(Q)tools/defects source defects >$@.new && mv $@.new $@
$(B)/gen/defect_rules.h: defects $(DEFECT_PAGES) tools/defects
	@mkdir -p $(@D)
	$(Q)tools/defects rules defects >$@.new && mv $@.new $@
$(patsubst %.c,$(B)/obj/%.o,$(wildcard lib/check/*.c)) $(B)/obj/gen/defects.o: | $(B)/gen/defect_rules.h

include tools/llhttp.mk
include tools/web.mk
include tools/page.mk
include tests/tests.mk
include tools/lint.mk
include tools/install.mk

clean: ## remove all that was built
	rm -rf $(B)

# The two commands of the README. They install what is missing first, with a make of their own, since
# this one has already looked for the libraries.
try: ## install what is missing, build, and run the built-in scenarios
	@tools/deps build
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	$(B)/drainctl scenario

verify: ## install what is missing for the tests, and run every check and test
	@tools/deps test
	@$(MAKE) --no-print-directory -j$(shell nproc) -O lint GCC_B=$(B)
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=60
	@$(MAKE) --no-print-directory test

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 18

.PHONY: all clean help try verify
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
