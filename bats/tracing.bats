#!/usr/bin/env bats
# serve --otlp: spans of its own, joined with the client's, as a collector gets them.

bats_require_minimum_version 1.5.0
load helper

OTLP=$BATS_TEST_DIRNAME/../tests/otlp

collector() { # MODE: one that answers so; COLLECTOR is its address, and it writes into the folder MODE
    mkdir -p "$1"
    "$OTLP/collector" "$1" "$1" 3>&- &
    collector_pid=$!
    wait_until test -s "$1/port"
    COLLECTOR=http://127.0.0.1:$(cat "$1/port")
}

serve_traced() { # OPTIONS...: its spans go to the collector
    serve --otlp "${COLLECTOR/\/\////u:hidden@}" "$@"
}

spans() { jq -c '.resourceSpans[].scopeSpans[].spans[]' "$1/bodies"; }

says() { grep -q -- "$1" server.log; }

@test "one trace joins the client's spans with the server's, down to the query, the upstream and the steps" {
    collector ok
    "$DRAINCTL" serve --port 0 >inner 3>&- 2>/dev/null &
    wait_until grep -q listening inner
    cat >s.json <<END
{
  "name": "traced",
  "target": {"command": ["$DRAINCTL", "serve", "--port", "\${port}", "--otlp", "$COLLECTOR",
    "--upstream", "$(sed -n 's/listening on //p' inner)/api/data?ms=1"], "ready": {"path": "/ready"}},
  "loads": [
    {"name": "both", "request": {"path": "/api/aggregate?ms=20&token=hidden"}, "clients": 2, "requests": 6},
    {"name": "held", "request": {"path": "/api/data?ms=300"}, "requests": 1},
    {"name": "jobs", "request": {"method": "POST", "path": "/api/jobs?ms=5"}, "requests": 1}
  ],
  "signals": [{"send": "SIGTERM", "when": {"load": "held", "in_flight": 1, "still": "150ms"}}],
  "expect": [{"load": "*", "completed": "100%"}]
}
END
    run "$DRAINCTL" scenario s.json --report otlp=client.jsonl
    exits 0
    run "$OTLP/joined" client.jsonl ok/bodies query job shutdown not-ready listener-closed requests-finished \
        pool-closed logs-flushed
    exits 0
    has "query 3 GET /api/aggregate ok"
    has "GET 3 GET /api/aggregate ok"
    has "pool-closed 1 shutdown ok"
    [ "$(grep -c '^GET /api/aggregate 2 GET /api/aggregate ok' <<<"$output")" = 6 ]
    ! grep -q hidden ok/bodies
    [ "$(sort -u ok/requests)" = "POST /v1/traces application/json" ]
}

@test "the call to the upstream carries the trace on, also one that is not to be recorded" {
    collector ok
    PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    PORT=$PORT "$OTLP/target" seen 9 >target.out 3>&- &
    wait_until curl -sf "http://127.0.0.1:$PORT/there"
    serve_traced --upstream "http://127.0.0.1:$PORT/up"
    trace=0af7651916cd43dd8448eb211c80319c
    curl -sf -H "traceparent: 00-$trace-b7ad6b7169203331-01" "$url/api/aggregate?ms=1"
    curl -sf -H "traceparent: 00-$trace-b7ad6b7169203332-00" "$url/api/aggregate?ms=1"
    curl -sf "$url/api/aggregate?ms=1"
    "$DRAINCTL" stop -q
    grep /up seen
    call=$(spans ok | jq -r "select(.traceId == \"$trace\" and .name == \"GET\") | .spanId")
    [ -n "$call" ]
    grep -q "/up 00-$trace-$call-01" seen
    grep -q "/up 00-$trace-b7ad6b7169203332-00" seen
    [ "$(spans ok | jq -s '[.[] | select(.name == "GET /api/aggregate")] | length')" = 2 ]
}

@test "a collector that is busy is asked again when it says; one that is away costs nothing but its spans" {
    collector later
    serve_traced
    curl -sf "$url/api/data?ms=1"
    wait_until says 'traces: http://127.0.0.1:[0-9]*/v1/traces: status 429'
    wait_until says 'spans are taken again'
    [ "$(sed -n 2p later/times)" -ge $(($(sed -n 1p later/times) + 990)) ]
    [ "$(jq -c .resourceSpans[0].scopeSpans[0].spans[].spanId later/bodies | sort | uniq -c | awk '{print $1}')" = 2 ]
    kill -KILL "$collector_pid"
    curl -sf "$url/api/data?ms=1"
    "$DRAINCTL" stop -q
    says 'step traces-flushed: done'
    says 'traces: [0-9]* spans were not taken, and are lost'
    says 'exit status 0'
    ! says hidden
}

@test "a collector that never answers holds the exit up for no longer than its bound, and not its memory" {
    collector slow
    serve_traced
    for _ in 1 2 3; do curl -sf "$url/api/data?ms=1"; done
    wait_until test -s slow/bodies
    "$DRAINCTL" stop -q
    says 'step traces-flushed: done in 1[0-9]*\.'
    says 'exit status 0'
}

@test "an address that is none is refused" {
    for value in x ftp://h http:// 'http://u:hidden@h:port'; do
        run "$DRAINCTL" serve --otlp "$value"
        exits 2
        has "is not the address of a collector"
        [[ "$output" != *hidden* ]]
    done
}
