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
PKGS     := libcurl libuv libcjson libcrypto
CPPFLAGS += -Ilib -I. -I$(B) -D_GNU_SOURCE -DDRAINCTL_VERSION='"$(VERSION)"' \
            -DDRAINCTL_DATE='"$(DATE)"' $(LLHTTP_CPPFLAGS)
CFLAGS   := -std=c11 $(CFLAGS_$(PROFILE)) -fstack-protector-strong $(shell pkg-config --cflags $(PKGS) 2>/dev/null) \
            $(EXTRA_CFLAGS)
LDFLAGS  += $(if $(filter asan,$(PROFILE)),-fsanitize=address$(comma)undefined) $(EXTRA_LDFLAGS)
LDLIBS    = $(shell pkg-config --libs $(PKGS)) $(LLHTTP_LIBS) -lm
comma    := ,
