# Compiler flags; PROFILE is release, debug or asan.
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
            -Wpointer-arith -Wformat=2 -Wvla -Wundef
ifdef WERROR
WARN     += -Werror
endif
CFLAGS_release := -O2 -g
CFLAGS_debug   := -O0 -g
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all \
                  -fno-omit-frame-pointer
# What may be left out: make WITHOUT=sqlite
OPTIONAL := sqlite
ifneq ($(filter-out $(OPTIONAL),$(WITHOUT)),)
$(error WITHOUT=$(filter-out $(OPTIONAL),$(WITHOUT)): only these can be left out: $(OPTIONAL))
endif
PKGS     := libcurl libuv libcjson libcrypto $(if $(filter sqlite,$(WITHOUT)),,sqlite3)
CPPFLAGS += $(if $(filter sqlite,$(WITHOUT)),-DWITHOUT_SQLITE)
CPPFLAGS += -Ilib -I. -I$(B) -D_GNU_SOURCE -DDRAINCTL_VERSION='"$(VERSION)"' \
            -DDRAINCTL_DATE='"$(DATE)"' $(LLHTTP_CPPFLAGS)
CFLAGS   := -std=c11 $(CFLAGS_$(PROFILE)) -fstack-protector-strong $(shell pkg-config --cflags $(PKGS) 2>/dev/null) \
            $(EXTRA_CFLAGS)
LDFLAGS  += $(if $(filter asan,$(PROFILE)),-fsanitize=address$(comma)undefined) $(EXTRA_LDFLAGS)
LDLIBS    = $(shell pkg-config --libs $(PKGS)) $(LLHTTP_LIBS) -lm
comma    := ,
