#!/usr/bin/env bats
# A proxy in front of the targets: HAProxy and nginx as Debian has them.

# shellcheck disable=SC2154 # `service` is set by services.bash
bats_require_minimum_version 1.5.0
load helper
load services

SAMPLES=$BATS_TEST_DIRNAME/../scenarios/proxied

# in_path PACKAGE: its program is found in PATH, wherever it lies. One test is enough for the sanitizers.
in_path() {
    [[ "$DRAINCTL" != */asan/* || "$BATS_TEST_DESCRIPTION" == 502* ]] || skip 'a proxy is slow beside sanitizers'
    service "$1" "$1"
    mkdir -p bin
    printf '#!/bin/sh\nexec %s "$@"\n' "${service[*]}" >"bin/$1"
    chmod +x "bin/$1"
    PATH=$PWD/bin:$PATH
    export TMPDIR=$PWD/tmp # of the run's own folder, to see that it goes
    mkdir -p tmp
}

# passes FILE: and its journal, judged again, says the same, and nothing of the run is left.
passes() {
    run --separate-stderr "$DRAINCTL" scenario "$1" --report json=live.json --report text=live.txt --journal j.jsonl
    exits 0
    "$DRAINCTL" report j.jsonl --report json=again.json -q
    diff <(jq -S 'del(.drainctl)' live.json) <(jq -S 'del(.drainctl)' again.json)
    is_clean
}

is_clean() {
    [ -z "$(find tmp -mindepth 1)" ]
    local pid
    for pid in $(jq -r 'select(.e == "target-start") | .pid' j.jsonl); do
        ! kill -0 "$pid" 2>/dev/null
    done
    jq -s -e 'map(select(.e == "target-exit" and .process == "front")) | length == 1 and .[0].code == 0' j.jsonl
}

# says STATE COUNT: the proxy's log has told of so many attempts.
says() {
    jq -s -e --arg s "$1" --argjson n "$2" '[.[] | select(.e == "proxied" and .state == $s)] | length == $n' j.jsonl
}

# walks ATTEMPT TEXT...
walks() {
    run "$DRAINCTL" explain --request "1/$1" j.jsonl
    exits 0
    shift
    local text
    for text in "$@"; do has "$text"; done
}

@test "502: the server dies with the request in hand, and the answer is the proxy's" {
    in_path haproxy
    passes "$SAMPLES/bad-gateway.json"
    says SH-- 4
    jq -e '.runs[0].loads[0] | .by_proxy == {attempts: 4, states: [{status: 502, state: "SH--", count: 4}]}
        and .processed.yes == 4' live.json
    grep -q "answered itself, and no server" live.txt
    walks 1 "answered by HAProxy 'front', not by a server; the server's own record has the request, and no answer to it (certain" \
        "SH--: the server refused or closed the connection while the proxy waited for the head of the answer; the server was 'a'" \
        'cause the proxy had given the request to a server' 'look at let the server finish what it has'
}

@test "503: no server is up, and none has seen the request" {
    in_path haproxy
    passes "$SAMPLES/no-server.json"
    says SC-- 8
    walks 5 "no server's record has it" 'SC--: no server could be reached' 'processed no' 'the proxy had no server that it could ask'
}

@test "504: the server takes longer than the proxy waits" {
    in_path haproxy
    passes "$SAMPLES/gateway-timeout.json"
    says sH-- 4
    walks 1 'sH--: the timeout for the server passed while the proxy waited' 'processed yes'
}

@test "nginx: 502 and 504 are its own too, and its log says so" {
    in_path nginx
    sed 's/haproxy/nginx/' "$SAMPLES/bad-gateway.json" >s.json
    passes s.json
    says 502/- 4
    walks 1 "answered by nginx 'front', not by a server" "the server was 'a'"
    sed 's/haproxy/nginx/' "$SAMPLES/gateway-timeout.json" >s.json
    passes s.json
    says 504/- 4
    walks 1 'which came too late for the proxy' 'the timeout for the server passed before the head of its answer came'
}

@test "an answer of the server itself is not the proxy's" {
    in_path haproxy
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {"fault": "fail-in-flight"}}},
  "services": {"front": {"use": "haproxy"}},
  "loads": [{"name": "w", "to": "front", "request": {"path": "/no-such-page"}, "requests": 3},
    {"name": "hung", "to": "front", "request": {"path": "/api/data?ms=300"}, "requests": 1}],
  "signals": [{"send": "SIGTERM", "target": "a", "when": {"load": "hung", "in_flight": 1, "still": "20ms"}}],
  "expect": [{"load": "*", "by_proxy": 0}, {"load": "w", "reasons": {"status-404": 3}}, {"load": "hung", "failed": 1}]
}
END
    passes s.json
    says ---- 1
    jq -e '.runs[0].loads | all(has("by_proxy") | not)' live.json
    local failed
    failed=$(jq 'select(.e == "proxied") | .a' j.jsonl)
    walks "$failed" "answered by a server, through HAProxy 'front'; the server's own record has an answer" \
        'the session ended as it should' 'cause after a signal'
    walks $((failed == 1 ? 2 : 1)) 'its log has nothing of this attempt'
}

@test "one of two servers behind HAProxy is replaced, then the other: no request fails" {
    in_path haproxy
    passes "$SAMPLES/one-of-two-replaced.json"
    jq -e '.runs[0].processes | map([.name, .life, .exit.code]) | index([["a", 0, 0]]) != null' live.json
    grep -q 'Server servers/a is DOWN' j.jsonl
}

@test "HAProxy is told first (state drain), and a server that closes at once is replaced: no request fails" {
    in_path haproxy
    passes "$SAMPLES/one-of-two-drained.json"
    jq -e '.runs[0].processes | map([.name, .life, .exit.code]) | index([["b", 0, 0]]) != null' live.json
    jq -se 'map(select(.e == "action").do) == ["tell", "restart", "tell"]' j.jsonl
    grep -q 'Server servers/b enters drain state' j.jsonl
}

@test "what cannot be told is refused, and so is what HAProxy does not take" {
    in_path haproxy
    refused() { # ACTION TEXT
        jq -c --argjson a "$1" '.actions = [$a]' <(sed '/^ *\/\//d' "$SAMPLES/one-of-two-drained.json") >s.json
        run "$DRAINCTL" plan s.json
        exits 2
        has "$2"
    }
    refused '{"tell": "a", "server": "b", "state": "drain", "when": {"at": "1s"}}' "'a' is no HAProxy"
    refused '{"tell": "front", "server": "front", "state": "drain", "when": {"at": "1s"}}' "'front' is no server of 'front'"
    refused '{"tell": "front", "server": "a", "state": "gone", "when": {"at": "1s"}}' "there is no state of a server 'gone'"
    refused '{"tell": "front", "server": "a", "when": {"at": "1s"}}' "the key 'state' is missing"
    refused '{"stop": "a", "state": "drain", "when": {"at": "1s"}}' "only 'tell' has a 'state'"
    # a proxy whose backend has another name: the admin socket answers that it does not know it
    mkdir other
    # shellcheck disable=SC2016 # the script's own
    printf '#!/bin/sh\nsed -i "s/^backend servers/backend others/; s/default_backend servers/default_backend others/" "$3"\nexec %s "$@"\n' \
        "${service[*]}" >other/haproxy
    chmod +x other/haproxy
    PATH=$PWD/other:$PATH run "$DRAINCTL" scenario "$SAMPLES/one-of-two-drained.json"
    exits 3
    has "HAProxy 'front' answered 'No such backend.' when it was told 'set server servers/b state drain'"
}

@test "a server that cuts what it has in hand: 502s behind HAProxy, and every report says whose" {
    in_path haproxy
    sed '0,/"b": {"reference": {/s//&"fault": "cut-in-flight", /; s/"in_flight": 2/"in_flight": 4/; s/ms=20"}, "clients": 4/ms=300"}, "clients": 4, "connection": "new"/' \
        "$SAMPLES/one-of-two-replaced.json" >s.json
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 1
    has 'by the proxy itself (SH--)'
    for format in markdown junit tap; do
        "$DRAINCTL" report j.jsonl --report "$format" | grep -q 'by the proxy itself'
    done
}

@test "a program that is not there is named before anything starts" {
    sed 's/"use": "haproxy"/"use": "haproxy", "program": "no-such-proxy"/' "$SAMPLES/bad-gateway.json" >s.json
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 3
    has "service 'front' needs the program 'no-such-proxy', which is not to be found"
    has 'hint: install HAProxy, or name the file: "program": "/opt/haproxy"'
    run ! grep -q target-start j.jsonl
}

@test "keys of the other proxy, and servers that are none, are refused" {
    refused() {
        sed "s|\"use\": \"haproxy\"|$1|" "$SAMPLES/bad-gateway.json" >s.json
        run "$DRAINCTL" plan s.json
        exits 2
        has "$2"
    }
    refused '"use": "nginx", "rise": 2' "nginx has no 'rise'"
    refused '"use": "haproxy", "max_fails": 2' "HAProxy has no 'max_fails'"
    refused '"use": "haproxy", "servers": ["front"]' "'front' is a service, and no server to be proxied"
    refused '"use": "haproxy", "servers": ["a", "a"]' "'a' stands here twice"
    refused '"use": "hapoxy"' "did you mean 'haproxy'?"
}
