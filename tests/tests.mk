# Unit tests: tests/unit/test_FLOOR_WHAT.c becomes a program linked with FLOOR and the floors below.
UNIT     := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
NEEDS_base    := base
NEEDS_plan    := plan base
NEEDS_journal := journal plan base
NEEDS_judge   := judge journal plan base
NEEDS_load    := load journal plan base
NEEDS_target  := target journal plan base
NEEDS_report  := report judge journal plan base
NEEDS_run     := run target load judge journal plan base
NEEDS_server  := server base llhttp
needs     = $(patsubst %,$(B)/lib%.a,$(NEEDS_$(word 2,$(subst _, ,$(1)))))

.SECONDEXPANSION:
$(B)/tests/test_%: tests/unit/test_%.c $$(call needs,test_$$*)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) -MMD -MP -MF $(B)/obj/$(@F).d $(LDFLAGS) -o $@ $< \
	  -Wl,--start-group $(call needs,test_$*) -Wl,--end-group -lcmocka $(LDLIBS)

unit: $(UNIT) ## the unit tests alone
	@tests/run-unit $(UNIT)
.PHONY: unit
