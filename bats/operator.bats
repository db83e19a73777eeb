#!/usr/bin/env bats
# What the operator of the reference server sees: metrics, and the log as JSON.

bats_require_minimum_version 1.5.0
load helper

metric() { # LINE: /metrics has it
    curl -s "$url/metrics" | grep -qxF "drainctl_$1"
}

@test "/metrics counts requests by outcome, and is text that Prometheus reads" {
    serve
    curl -s -o /dev/null "$url/live" "$url/nope"
    metric 'requests_total{outcome="4xx"} 1'
    metric 'requests_total{outcome="2xx"} 2' # /live and the /metrics before
    metric 'state{state="running"} 1'
    metric 'drain_seconds 0.000'
    metric 'requests_in_flight 1'
    curl -s "$url/metrics" >metrics.txt
    /usr/bin/python3 -c 'from prometheus_client.parser import text_string_to_metric_families as f
assert len(list(f(open("metrics.txt").read()))) > 9'
    curl -si "$url/metrics" | grep -qi '^Content-Type: text/plain; version=0.0.4'
}

@test "/metrics goes on while it drains" {
    serve --drain-delay 20s --drain-timeout 30s
    kill -TERM "$(cat drainctl.pid)"
    wait_until metric 'state{state="draining"} 1'
    run metric 'drain_seconds 0.000'
    [ "$status" -ne 0 ]
}

@test "the log as JSON: ids of the request, and nothing secret" {
    serve --log-format json --drain-timeout 300ms
    curl -sN -H 'X-Request-Id: abc' -H 'traceparent: 00-021c88d0a3fd73b6c5624e2c6cd2f795-1d80fc258ba5831b-01' \
        "$url/api/stream?ms=60000&chunks=6000&token=hunter2" 3>&- >stream.txt &
    wait_until grep -q 'chunk 1' stream.txt
    "$DRAINCTL" stop -q
    jq -e . server.log >/dev/null
    [ "$(jq -r 'select(.request_id == "abc") | .trace_id' server.log)" = 021c88d0a3fd73b6c5624e2c6cd2f795 ]
    [ "$(jq -r 'select(.request_id == "abc") | .message' server.log | grep -c 'token=\*\*\*')" -eq 1 ]
    run grep -q hunter2 server.log
    exits 1
    jq -e 'select(.message == "exit status 1") | .after_signal_ms >= 300' server.log
}

@test "the log as text has the ids, too" {
    serve --drain-timeout 200ms
    curl -sN "$url/api/stream?ms=60000&chunks=6000" 3>&- >stream.txt &
    wait_until grep -q 'chunk 1' stream.txt
    "$DRAINCTL" stop -q
    grep -qE 'cut off GET /api/stream.* \[request [0-9a-f]+-1\]$' server.log
    run "$DRAINCTL" serve --log-format xml
    exits 2
}
