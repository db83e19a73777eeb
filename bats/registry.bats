#!/usr/bin/env bats
# serve --registry file:FOLDER: one entry an instance, marked before it goes, and gone at the end.

bats_require_minimum_version 1.5.0
load helper

serve_entered() { # OPTIONS...: with its entry in the folder reg
    mkdir -p reg
    serve --registry file:reg "$@"
}

entry_is() { # JQ_FILTER: the one entry passes it
    [ "$(find reg -name '*.json' | wc -l)" = 1 ] && jq -e "$1" reg/*.json
}

second_int() { # one more SIGINT each time, until it has stopped at once
    kill -INT "$(cat drainctl.pid)" 2>/dev/null
    grep -q 'exit status 130' server.log
}

is_empty() { [ -z "$(ls -A reg)" ]; }

@test "an entry says where it serves, is renewed, and is gone after the exit" {
    serve_entered --registry-ttl 600ms
    entry_is ".url == \"$url\" and .state == \"up\" and .pid == $(cat drainctl.pid)"
    local first
    first=$(jq .expires_unix_ms reg/*.json)
    [ "$first" -gt "$(date +%s%3N --date '-60 seconds')" ]
    wait_until entry_is ".expires_unix_ms > $first"
    "$DRAINCTL" stop -q
    is_empty
    grep -q 'step registry-left: done' server.log
}

@test "at the signal it is marked, and still accepts for --deregister-delay" {
    serve_entered --deregister-delay 60s --drain-timeout 90s
    kill -TERM "$(cat drainctl.pid)"
    wait_until entry_is '.state == "draining"'
    curl -sf "$url/api/data?ms=1" >/dev/null
    wait_until second_int
    is_empty
}

@test "at the notice it is marked; called off, it is up again" {
    serve_entered
    curl -sf -X POST "http://127.0.0.1:$control/notice?in=5m" >/dev/null
    wait_until entry_is '.state == "draining"'
    curl -sf "$url/ready" >/dev/null
    curl -sf -X DELETE "http://127.0.0.1:$control/notice" >/dev/null
    wait_until entry_is '.state == "up"'
}

@test "a killed server's entry expires, and the next one that renews its own takes it out" {
    serve_entered --registry-ttl 300ms
    kill -KILL "$(cat drainctl.pid)"
    local dead now
    dead=$(find reg -name '*.json')
    echo '{"not": "an entry"}' >reg/other.json
    now=$(date +%s%3N)
    [ "$(jq .expires_unix_ms "$dead")" -lt $((now + 10000)) ]
    serve_entered --registry-ttl 300ms
    wait_until test ! -e "$dead"
    [ -e reg/other.json ]
    [ "$(find reg -name '*.json' | wc -l)" = 2 ]
}

@test "after a handover the new process is in it, and the old one is not" {
    serve_entered --handover place
    serve_entered --handover place
    wait_until entry_is ".url == \"$url\" and .state == \"up\" and .pid == $(cat drainctl.pid)"
}

@test "a folder that is lost is said once, and the entry comes back with it" {
    serve_entered --registry-ttl 200ms
    mv reg away
    wait_until grep -q "registry: cannot write the registry's folder 'reg'" server.log
    curl -sf "$url/ready" >/dev/null
    mv away reg
    wait_until grep -q 'registry: the entry is kept again' server.log
    [ "$(grep -c 'cannot write' server.log)" = 1 ]
}

@test "a folder that is none, a registry that is unknown, and settings that cannot be" {
    run "$DRAINCTL" serve --registry file:missing
    exits 3
    has "cannot write the registry's folder 'missing': No such file or directory"
    has "hint: it must exist, and be writable"
    run "$DRAINCTL" serve --registry file:/proc
    exits 3
    has "cannot write the registry's folder '/proc'"
    for spec in missing file: dns:here; do
        run "$DRAINCTL" serve --registry "$spec"
        exits 2
        has "unknown registry '$spec'"
    done
    run "$DRAINCTL" serve --deregister-delay 1s
    exits 2
    has "--deregister-delay needs a registry"
    run "$DRAINCTL" serve --registry file:. --registry-ttl 1ms
    exits 2
    has "--registry-ttl is too short"
}
