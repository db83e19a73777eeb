# Real servers, as their users run them: what `drainctl check` finds is compared with
# tests/servers/table.py. Outside `make test`: it installs servers, and takes minutes. SERVERS names some of them.
BUILT  := $(B)/servers
BUILDS := $(BUILT)/nginx $(BUILT)/go-gin $(BUILT)/go-gin-run $(BUILT)/go-gin-careful $(BUILT)/go-early \
          $(BUILT)/go-lameduck $(BUILT)/spring/classes
export PYTHONDONTWRITEBYTECODE = 1

test-servers: $(B)/drainctl ## check real servers: nginx, Go and Gin, Node, Spring, Puma, gunicorn, …
	@tools/deps servers
	@$(MAKE) -s --no-print-directory $(BUILDS)
	@DRAINCTL=$(abspath $(B)/drainctl) tests/servers/run.py --built $(BUILT) $(WRITE) $(SERVERS)

servers-page: ## check them, and write docs/servers.md
	@$(MAKE) --no-print-directory test-servers WRITE='--write docs/servers.md'

probe-servers: ## the same servers, seen over plain sockets with no help from drainctl
	@tools/deps servers
	@$(MAKE) -s --no-print-directory $(BUILDS)
	@tests/servers/probe.py --built $(BUILT) $(SERVERS)

bench-detect: $(B)/drainctl ## planted faults as hey, wrk, h2load, ab and check see them
	@tools/deps bench
	@DRAINCTL=$(abspath $(B)/drainctl) tests/bench/detect.py $(FAULTS)
.PHONY: test-servers servers-page probe-servers bench-detect

$(BUILT)/nginx: tests/servers/nginx/fetch
	@tests/servers/nginx/fetch $@

# Debian's Go libraries are sources below /usr/share/gocode, which only the GOPATH mode reads.
$(BUILT)/go-%: tests/servers/go-%/main.go
	@mkdir -p $(@D)
	@cd $(<D) && GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= go build -o $(abspath $@) .

$(BUILT)/spring/classes: $(wildcard tests/servers/spring/*/*.java) tests/servers/spring/pom.xml
	@tests/servers/spring/build $(@D)
