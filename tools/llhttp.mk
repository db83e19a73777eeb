# llhttp: a system library where there is one, else Debian's generated C (package node-llhttp).
ifeq ($(shell pkg-config --exists libllhttp 2>/dev/null && echo yes),yes)
LLHTTP_LIBS := $(shell pkg-config --libs libllhttp)
$(B)/libllhttp.a:
	@mkdir -p $(@D)
	$(Q)$(AR) rcs $@
else
LLHTTP_DIR  := /usr/share/llhttp
LLHTTP_CPPFLAGS := -isystem /usr/share/include/llhttp
$(B)/obj/llhttp/%.o: $(LLHTTP_DIR)/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -DLLHTTP_STRICT_MODE=1 $(LLHTTP_CPPFLAGS) -w -c -o $@ $<
$(B)/libllhttp.a: $(patsubst %,$(B)/obj/llhttp/%.o,api http llhttp)
	$(Q)$(AR) rcs $@ $^
endif
