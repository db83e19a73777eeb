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
# What may be left out: make WITHOUT=sqlite, make WITHOUT='sqlite postgres'
OPTIONAL := sqlite postgres redis kafka
PKG_sqlite := sqlite3
PKG_postgres := libpq
PKG_redis  := hiredis
PKG_kafka  := rdkafka
built_in  = $(filter-out $(WITHOUT),$(OPTIONAL))
ifneq ($(filter-out $(OPTIONAL),$(WITHOUT)),)
$(error WITHOUT=$(filter-out $(OPTIONAL),$(WITHOUT)): only these can be left out: $(OPTIONAL))
endif
PKGS     := libcurl libuv libcjson libcrypto $(foreach part,$(built_in),$(PKG_$(part)))
CPPFLAGS += $(if $(filter sqlite,$(WITHOUT)),-DWITHOUT_SQLITE)
CPPFLAGS += $(if $(filter postgres,$(WITHOUT)),-DWITHOUT_POSTGRES)
CPPFLAGS += $(if $(filter redis,$(WITHOUT)),-DWITHOUT_REDIS)
CPPFLAGS += $(if $(filter kafka,$(WITHOUT)),-DWITHOUT_KAFKA)
CPPFLAGS += -Ilib -I. -I$(B) -D_GNU_SOURCE -DDRAINCTL_VERSION='"$(VERSION)"' \
            -DDRAINCTL_DATE='"$(DATE)"' $(LLHTTP_CPPFLAGS)
CFLAGS   := -std=c11 $(CFLAGS_$(PROFILE)) -fstack-protector-strong $(shell pkg-config --cflags $(PKGS) 2>/dev/null) \
            $(EXTRA_CFLAGS)
LDFLAGS  += $(if $(filter asan,$(PROFILE)),-fsanitize=address$(comma)undefined) $(EXTRA_LDFLAGS)
LDLIBS    = $(shell pkg-config --libs $(PKGS)) $(LLHTTP_LIBS) -lm
comma    := ,
