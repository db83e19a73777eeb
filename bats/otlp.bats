#!/usr/bin/env bats
# --report otlp: the spans of a report are those that the server saw, a receiver gets what a file
# would hold, and a receiver that is down or slow harms no verdict.

bats_require_minimum_version 1.5.0
load helper

TOOLS="$BATS_TEST_DIRNAME/../tests/otlp"

# collector MODE: start one; URL is its address, COLLECTOR its pid, and its folder is named as its mode.
collector() {
    mkdir -p "$1"
    [ "$1" != redirect ] || cp ok/port redirect/elsewhere
    "$TOOLS/collector" "$1" "$1" 3>&- &
    COLLECTOR=$!
    wait_until test -s "$1/port"
    URL="http://127.0.0.1:$(cat "$1/port")"
}

# every_kind: write s.json: every kind of client, and each of the ends that a request can have.
every_kind() {
    cat >s.json <<END
{
  "name": "every-kind", "target": {"command": ["$TOOLS/target", "seen", "31"]},
  "loads": [
    {"name": "plain", "request": {"path": "/a?x='</script>\\\\\"&y=%0d"}, "clients": 3, "requests": 12},
    {"name": "new", "request": {"path": "/no"}, "requests": 3, "connection": "new"},
    {"name": "post", "request": {"method": "POST", "path": "/p", "body": {"bytes": 9}}, "requests": 2},
    {"name": "half", "shape": "partial-head", "request": {"path": "/half"}, "clients": 2, "requests": 2},
    {"name": "pair", "shape": "pipelined", "request": {"path": "/one", "then": "/two"}, "requests": 4},
    {"name": "expect", "shape": "expect-continue",
     "request": {"method": "POST", "path": "/e", "body": {"bytes": 3}}, "requests": 1},
    {"name": "silent", "shape": "silent", "clients": 2},
    {"name": "own", "requests": 2, "request": {"path": "/own", "headers":
      {"TraceParent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}},
    {"name": "slow", "request": {"path": "/slow"}, "clients": 5, "requests": 5},
    {"name": "late", "request": {"path": "/late"}, "timeout": "100ms", "requests": 1},
  ],
  "signals": [{"send": "SIGTERM", "when": {"log": "^all are here$"}}],
  "expect": [{"load": "slow", "completed": "100%"}]
}
END
}

# a_journal: a failed run in run.jsonl, without a receiver.
a_journal() {
    cat >j.json <<'END'
{"name": "short", "target": {"reference": {}},
 "loads": [{"name": "held", "request": {"path": "/hold?gate=never"}, "clients": 4, "requests": 4}],
 "signals": [{"send": "SIGKILL", "when": {"load": "held", "in_flight": 4}}],
 "expect": [{"load": "held", "completed": "100%"}]}
END
    run "$DRAINCTL" scenario j.json --journal run.jsonl -q
    exits 1
}

@test "the server saw the very spans of the report, from every kind of client" {
    every_kind
    run "$DRAINCTL" scenario s.json --journal run.jsonl --report otlp=live.jsonl --report json=v.json -q
    exits 1
    run "$TOOLS/check" live.jsonl v.json seen
    exits 0
    for path in '/a?x=' /no /p /half /one /two /e /own /slow; do
        grep -q " $path" seen
    done
    [ "$(grep -c ' /own 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01$' seen)" -eq 2 ]
    "$DRAINCTL" report run.jsonl --report otlp=again.jsonl -q || true
    cmp live.jsonl again.jsonl
}

@test "two runs of one seed have no id in common" {
    run "$DRAINCTL" scenario control-no-signal --repeat 2 --seed 7 --report otlp=o.jsonl --report json=v.json -q
    run "$TOOLS/check" o.jsonl v.json
    exits 0
    [ "$(jq -r '.resourceSpans[].resource.attributes[] | select(.key == "service.instance.id").value.stringValue' \
        o.jsonl | sort -u | wc -l)" -eq 2 ]
}

@test "a receiver gets what a file would hold, in parts" {
    collector ok
    cat >s.json <<'END'
{"name": "many", "target": {"reference": {}},
 "loads": [{"name": "many", "request": {"path": "/live"}, "clients": 20, "requests": 2000}],
 "expect": [{"load": "many", "completed": "100%"}]}
END
    run --separate-stderr "$DRAINCTL" scenario s.json --report otlp="$URL" --report otlp=o.jsonl \
        --report json=v.json --report text -q --journal run.jsonl
    exits 0
    [ -z "$stderr" ]
    cmp ok/bodies o.jsonl
    [ "$(sort -u ok/requests)" = "POST /v1/traces application/json" ]
    [ "$(wc -l <ok/requests)" -ge 2 ]
    run "$TOOLS/check" o.jsonl v.json
    exits 0
    has "2000 spans in 2000 traces"
    # larger than a pipe holds
    run bash -c '"$DRAINCTL" report run.jsonl --report otlp | head -c 1; exit "${PIPESTATUS[0]}"'
    exits 3
    has "cannot write the report to standard output: Broken pipe"
}

@test "an address with a path of its own keeps it; no proxy comes between, and no password is shown" {
    a_journal
    collector ok
    export http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1
    export OTEL_EXPORTER_OTLP_HEADERS=x-key=open%20sesame
    run "$DRAINCTL" report run.jsonl -q -v --report "otlp=${URL/127/me:secret@127}/custom?a=b"
    exits 1
    has "was sent to '$URL/custom?a=b'"
    [ "$(cat ok/requests)" = "POST /custom?a=b application/json" ]
    [ "$(cat ok/keys)" = "open sesame" ]
    OTEL_EXPORTER_OTLP_HEADERS=sesame run "$DRAINCTL" report run.jsonl --report "otlp=$URL"
    exits 2
    has "'OTEL_EXPORTER_OTLP_HEADERS' in the environment"
}

@test "a receiver that is down, says no or says nothing sensible: said, and the verdict stands" {
    a_journal
    "$DRAINCTL" report run.jsonl >plain || true
    collector ok
    local -A says=(
        [503]="it answered with status 503: '{\"message\":\"no \\x1b[31mroom\"}'"
        [400]="it answered with status 400"
        [partial]="was not taken whole by"
        [html]="the answer is not one of OTLP: '<html>'"
        [redirect]="it answered with status 302"
        [closes]="without an answer"
        [garbage]="what came back is not HTTP"
    )
    local -A requests=([503]=4) # what may pass is tried again
    for mode in "${!says[@]}"; do
        collector "$mode"
        run --separate-stderr "$DRAINCTL" report run.jsonl --report text --report otlp="$URL"
        exits 1
        [ "$output" = "$(cat plain)" ]
        output=$stderr
        has "drainctl: warning: the report 'otlp'"
        has "$URL/v1/traces"
        has "${says[$mode]}"
        has "drainctl: hint: "
        [ "$(wc -l <"$mode/requests")" -eq "${requests[$mode]-1}" ]
    done
    [ ! -e ok/requests ] # the redirect was not followed
    collector 404
    kill -KILL "$COLLECTOR"
    wait "$COLLECTOR" 2>/dev/null || true
    run "$DRAINCTL" report run.jsonl -q --report otlp="$URL"
    exits 1
    has "Connection refused"
}

@test "a receiver that is busy is asked again, when it says so, and given up when that is too late" {
    a_journal
    "$DRAINCTL" report run.jsonl -q --report otlp=o.jsonl || true
    collector busy
    run "$DRAINCTL" report run.jsonl -q --report otlp="$URL"
    exits 1
    [[ "$output" != *"could not be sent"* ]]
    [ "$(wc -l <busy/requests)" -eq 3 ]
    [ "$(sort -u busy/bodies)" = "$(cat o.jsonl)" ]
    collector later
    run "$DRAINCTL" report run.jsonl -q --report otlp="$URL"
    exits 1
    [[ "$output" != *"could not be sent"* ]]
    { read -r first && read -r second; } <later/times
    [ $((second - first)) -ge 1000 ]
    collector tomorrow
    run "$DRAINCTL" report run.jsonl -q --report otlp="$URL"
    exits 1
    has "it answered with status 503"
    [ "$(wc -l <tomorrow/requests)" -eq 1 ]
}

@test "a receiver that never answers is waited for three seconds, and the verdict stands" {
    collector slow
    began=$SECONDS
    run "$DRAINCTL" scenario control-no-signal -q --report otlp="$URL"
    exits 0
    has "no answer came for 3 s"
    [ $((SECONDS - began)) -lt 10 ]
    [ -s slow/bodies ]
}

@test "what cannot be sent, and what is no address, is refused before anything runs" {
    for value in text json junit tap; do
        run "$DRAINCTL" scenario control-no-signal --report "$value=http://127.0.0.1:1" --journal j
        exits 2
        has "a report in the format '$value' cannot be sent to an address"
        has "hint: give it a file: --report $value=FILE"
        [ ! -e j ]
    done
    for value in http:// 'http://[::1' http://host:port 'HTTPS://a b'; do
        run "$DRAINCTL" scenario control-no-signal --report "otlp=$value" --journal j
        exits 2
        has "is not an address"
        [ ! -e j ]
    done
}

@test "a file that cannot be written is exit 3, and so is standard output" {
    a_journal
    run "$DRAINCTL" report run.jsonl --report otlp=no/such/folder -q
    exits 3
    run "$DRAINCTL" report run.jsonl --report otlp=/dev/full -q
    exits 3
    has "No space left"
    run bash -c '"$DRAINCTL" report run.jsonl --report otlp >/dev/full'
    exits 3
}

@test "metrics are put to a Pushgateway, whole" {
    a_journal
    collector ok
    run "$DRAINCTL" report run.jsonl -q --report prometheus="$URL" --report prometheus=m.prom
    exits 1
    [ "$(cat ok/requests)" = "PUT /metrics/job/drainctl text/plain; version=0.0.4; charset=utf-8" ]
    [ "$(cat ok/bodies)" = "$(cat m.prom)" ]
}
