# The page of `drainctl serve --web`. What Vite builds of server/web is committed below server/web/dist, so that
# neither a build of drainctl nor a run of it needs Node; `make web` builds it again.
PAGE      := server/web
PAGE_SRC  := $(shell find $(PAGE) -path $(PAGE)/dist -prune -o -type f -print)
PAGE_DIST := $(wildcard $(PAGE)/dist/*.* $(PAGE)/dist/assets/*)

$(B)/gen/web_pages.c: $(PAGE_DIST) tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed web_pages $(wildcard $(PAGE)/dist/*.*) >$@
$(B)/gen/web_assets.c: $(PAGE_DIST) tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed web_assets $(wildcard $(PAGE)/dist/assets/*) >$@

# The panel of `drainctl demo` is plain: nobody builds it.
$(B)/gen/demo_panel.c: $(wildcard lib/demo/panel/*) tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed demo_panel $(wildcard lib/demo/panel/*) >$@

$(WEB)/vue/.installed: $(PAGE)/package.json $(PAGE)/package-lock.json
	$(if $(V),,@echo '  NPM   $(@D)')
	$(Q)tools/npm-install $(PAGE) $(@D)
$(WEB)/vue/dist/.built: $(PAGE_SRC) tools/page-build $(WEB)/vue/.installed
	$(if $(V),,@echo '  VITE  $(@D)')
	$(Q)tools/page-build $(PAGE) $(WEB)/vue

web: $(WEB)/vue/dist/.built ## build the page of `serve --web` again, into server/web/dist (needs npm)
	@rm -rf $(PAGE)/dist && mkdir -p $(PAGE)/dist
	@cp -r $(WEB)/vue/dist/* $(PAGE)/dist
	@echo "$(PAGE)/dist: $$(cat $(PAGE)/dist/index.html.gz $(PAGE)/dist/assets/*.gz | wc -c) bytes of the first load, compressed"

page-dist: ## is server/web/dist what its sources build? (skipped without npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory page-compare; \
	  else echo "ok page-dist # skip npm is missing"; fi
page-compare: $(WEB)/vue/dist/.built
	@tools/page-build --compare $(WEB)/vue/dist $(PAGE)/dist && echo "ok page-dist"
.PHONY: web page-dist page-compare

PICTURES := build/web/pictures
stories: $(B)/drainctl $(WEB)/tests/.installed ## the page in a real Chromium, through shutdowns; pictures in build/web/pictures
	@WEB_TESTS=$(abspath $(WEB)/tests) DRAINCTL=$(abspath $(B)/drainctl) PICTURES=$(abspath $(PICTURES)) \
	  UPDATE=$(UPDATE) node tests/page/stories.mjs $(STORIES)
page-20: $(B)/drainctl $(WEB)/tests/.installed ## every story 20 times (half an hour; STORIES= chooses): all must be green
	@tests/page/twenty $(MAKE) --no-print-directory stories
# The picture of the README that moves: the demo played once, screenshot by screenshot.
recording: $(B)/drainctl $(WEB)/tests/.installed ## record docs/demo.gif anew (installs ffmpeg)
	@tools/deps recording
	@WEB_TESTS=$(abspath $(WEB)/tests) DRAINCTL=$(abspath $(B)/drainctl) PICTURES=$(abspath $(PICTURES)) \
	  node tests/page/record.mjs docs/demo.gif
.PHONY: stories page-20 recording

# Node 18 reads no TypeScript: esbuild, which comes with Vite, takes the types away.
page-vectors: ## do the page's policies decide as tests/vectors says? (skipped without npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(WEB)/vue/vectors.mjs && \
	  node $(WEB)/vue/vectors.mjs tests/vectors; else echo "ok page-vectors # skip npm is missing"; fi
$(WEB)/vue/vectors.mjs: $(wildcard tests/page/*.ts $(PAGE)/src/policy/*.ts) $(WEB)/vue/.installed
	@$(WEB)/vue/node_modules/.bin/esbuild tests/page/vectors.ts --bundle --platform=node --format=esm \
	  --log-level=warning --outfile=$@
.PHONY: page-vectors
