# The page of the HTML report: sources in lib/report/html and a chart library from the npm registry,
# pinned, put into one file that the program carries inside. Built once, for all variants of the program.
WEB      := build/web
HTML_SRC := $(wildcard lib/report/html/*.html lib/report/html/*.css lib/report/html/*.js)

$(WEB)/page/.installed: lib/report/html/package.json lib/report/html/package-lock.json
	$(if $(V),,@echo '  NPM   $(@D)')
	$(Q)tools/npm-install lib/report/html $(@D)

$(WEB)/report.html: $(HTML_SRC) tools/web-page $(WEB)/page/.installed
	$(if $(V),,@echo '  PAGE  $@')
	$(Q)tools/web-page lib/report/html $(WEB)/page/node_modules $@

$(B)/gen/html_page.c: $(WEB)/report.html tools/embed
	@mkdir -p $(@D)
	$(Q)tools/embed html_page $< >$@
