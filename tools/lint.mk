# make lint: what a reader would otherwise have to check by eye.
C_FILES := $(wildcard cmd/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] server/*.[ch] server/*/*.[ch] tests/*/*.[ch])
SHELLS  := $(wildcard .ci/run tools/* tools/debian/build tests/run-* tests/journals/record tests/servers/nginx/* tests/services/* tests/truth/fetch tests/truth/apps/proxies/start tests/bench/*.sh bats/*.bash)
SHELLS  := $(filter-out %.mk %.py tools/debian,$(SHELLS))

lint: lint-format lint-floors lint-walks lint-sizes lint-parts lint-banned lint-shell lint-warnings lint-cycles lint-cppcheck ## all checks
	@echo "lint: all clean"

lint-format:
	@clang-format --dry-run -Werror $(C_FILES)

lint-floors:
	@tools/lint-floors

lint-walks: ## the four walks of docs/design.md name what is there
	@tools/lint-walks

lint-sizes:
	@tools/lint-sizes
	@tools/wrap-docs --check

lint-parts: ## no big struct that many files share
	@tools/lint-parts

lint-banned:
	@tools/lint-banned

lint-shell:
	@shellcheck $(shell grep -lE '^#!.*\b(sh|bash)$$' $(SHELLS)) && shellcheck -s bash $(wildcard bats/*.bash)

# gcc warns of more when it optimises; clang does not, and is faster without. A fresh clone builds its
# program with the warnings of gcc at once (GCC_B, as `make verify` does).
GCC_B ?= $(B)/gcc
lint-warnings: lint-gcc lint-clang ## warnings are errors, with gcc and with clang
lint-gcc:
	@$(MAKE) -s --no-print-directory B=$(GCC_B) CC=gcc WERROR=1 all unit-build
lint-clang:
	@$(MAKE) -s --no-print-directory B=$(B)/clang CC=clang PROFILE=debug CFLAGS_debug=-O0 WERROR=1 \
	  all unit-build

lint-cycles: lint-gcc ## no cycle of calls between files, none to a layer above
	@tools/lint-cycles $(GCC_B)/obj

lint-cppcheck:
	@cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j2 -Ilib -I. -D_GNU_SOURCE \
	  --enable=warning,portability,performance --suppressions-list=tools/cppcheck.suppress \
	  --cppcheck-build-dir=$(shell mkdir -p $(B)/cppcheck && echo $(B)/cppcheck) \
	  cmd lib server

.PHONY: lint lint-format lint-floors lint-walks lint-sizes lint-parts lint-banned lint-shell lint-warnings \
  lint-gcc lint-clang lint-cycles lint-cppcheck
