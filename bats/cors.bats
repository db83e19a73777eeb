#!/usr/bin/env bats
# Pages of another origin: the preflight before their requests, and what their browser keeps from them.

bats_require_minimum_version 1.5.0
load helper

# scenario WAY: two orders of a page of another origin, one after the other, at tests/rogue/cors.py.
scenario() {
    cat >"$1.json" <<END
{
  "name": "$1", "timeout": "20s",
  "target": {"command": ["$BATS_TEST_DIRNAME/../tests/rogue/cors.py", "\${port}", "$1"], "url": "http://127.0.0.1:\${port}"},
  "loads": [{
    "name": "orders", "request": {"method": "POST", "path": "/api/orders"}, "clients": 1, "requests": 2,
    "frontend": {"origin": "https://shop.example", "idempotency_key": true}
  }],
  "signals": [{"send": "SIGTERM", "when": {"status": {"path": "/done", "is": 200}}}],
  "expect": [{"load": "orders", "completed": "100%"}]
}
END
}

# All ways beside each other, once for the whole file: `ways/run.jsonl` has a run for each, in this order.
WAYS=(fine no-options draining cut other-origin no-headers twice bare-503 hidden silent)

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    local way
    for way in "${WAYS[@]}"; do scenario "$way"; done
    "$DRAINCTL" scenario "${WAYS[@]/%/.json}" --jobs 4 --journal run.jsonl --report json=v.json -q >out 2>&1 || true
}

# of WAY FILTER: true of that run's first load.
of() {
    jq -e --arg name "$1" ".runs[] | select(.scenario == \$name) | .loads[0] | $2" "$BATS_FILE_TMPDIR/v.json" >/dev/null && return 0
    jq -c --arg name "$1" '.runs[] | select(.scenario == $name) | .loads[0]' "$BATS_FILE_TMPDIR/v.json" >&2
    cat "$BATS_FILE_TMPDIR/out" >&2
    return 1
}

# number WAY: of its run in the journal.
number() {
    jq -r --arg name "$1" '[.runs[].scenario] | index($name) + 1' "$BATS_FILE_TMPDIR/v.json"
}

# walks WAY/ATTEMPT TEXT...
walks() {
    run "$DRAINCTL" explain --request "$(number "${1%/*}")/${1#*/}" "$BATS_FILE_TMPDIR/run.jsonl"
    exits 0
    shift
    local text
    for text in "$@"; do has "$text"; done
}

@test "a preflight that is allowed counts for the next request, too, and is no work" {
    of fine '.reasons == {"status-201": 2, "status-200": 1} and .users.saw.fine == 2 and .processed.yes == 2'
    walks fine/1 "was it sent? yes, as #2: the preflight was allowed" \
        "OPTIONS: may a page of 'https://shop.example' send its POST?"
    walks fine/2 "was it sent? yes, to the last byte"
}

@test "a line of the server's log that names the trace or the span of a request belongs to it for certain" {
    walks fine/1 "a preflight of span" "(certain, by its span)" "an order of trace" "(certain, by the trace of its request)"
    walks fine/2 "(certain, by the trace of its request)"
    [[ "$output" != *"by its span"* ]]
}

@test "a preflight that is refused: the request is never sent, and it is said why and what to do" {
    local way
    for way in no-options draining other-origin no-headers twice; do
        of "$way" '.reasons == {"preflight-refused": 2} and .outcomes.failed == 2 and .processed.no == 2
            and .users.saw.lost == 2'
    done
    walks no-options/1 "was it sent? no: the preflight was refused, because the answer (405) has no Access-Control-Allow-Origin" \
        'the page sees "Network Error"' "answer OPTIONS with 204, 'Access-Control-Allow-Origin: https://shop.example'" \
        "'Access-Control-Allow-Headers: content-type,idempotency-key' in every state, also while draining" \
        "preflight-refused: the browser asked first"
    walks draining/1 "because it was answered with 503, and only a 2xx allows anything"
    walks other-origin/1 "the answer (200) allows 'https://other.example', and the page comes from 'https://shop.example'"
    walks no-headers/1 "Access-Control-Allow-Headers lacks 'idempotency-key'"
    walks twice/1 "allows 'https://shop.example, https://shop.example'"
}

@test "a preflight that is cut is told from a request that is cut: nothing was sent" {
    of cut '.reasons == {"closed-before-response": 2} and .processed.no == 2'
    walks cut/1 "was it sent? no: the preflight was refused, because no whole answer to it came"
}

@test "an answer that does not name the origin is none to the page" {
    of bare-503 '.reasons["cors-blocked"] == 2 and .processed.no == 4 and .users.saw.lost == 2'
    of silent '.reasons["cors-blocked"] == 2 and .processed.yes == 2 and .users.saw."error-shown" == 2'
    of hidden '.reasons["status-503"] == 2'
    walks bare-503/2 "readable? not by the page, which sees \"Network Error\": the answer (503) has no Access-Control-Allow-Origin" \
        "the refusals of a drain too"
    walks hidden/2 "by the page, but not its Retry-After" "send 'Access-Control-Expose-Headers: Retry-After'"
}

@test "the journal says the same again, and HAR has each preflight as what it is" {
    "$DRAINCTL" report "$BATS_FILE_TMPDIR/run.jsonl" --report json=again.json --report har=run.har -q || true
    diff <(jq -S '[.runs[].loads]' "$BATS_FILE_TMPDIR/v.json") <(jq -S '[.runs[].loads]' again.json)
    jq -e '[.log.entries[] | select(._resourceType == "preflight")] | length >= 10 and all(.request.method == "OPTIONS")
        and all(.request.headers | map(.name) | contains(["Origin", "Access-Control-Request-Method"]))' run.har
}

@test "drainctl serve allows pages of another origin in every state" {
    cat >serve.json <<'END'
{
  "name": "serve", "timeout": "30s",
  "target": {"reference": {"drain_delay": "2s", "gates": {"answers": "listener-closed"}}},
  "loads": [
    {"name": "long", "request": {"path": "/hold?gate=answers"}, "clients": 2, "requests": 2},
    {"name": "before", "request": {"method": "POST", "path": "/api/orders"}, "requests": 1,
     "frontend": {"set": "careful", "origin": "https://shop.example"}},
    {"name": "draining", "request": {"method": "POST", "path": "/api/orders"}, "requests": 1,
     "start": {"after": "0s", "of": "SIGWINCH"}, "frontend": {"set": "careful", "origin": "https://shop.example"}},
    {"name": "refused", "request": {"path": "/ready", "headers": {"X-Shop": "1"}}, "requests": 1,
     "start": {"after": "0s", "of": "SIGWINCH"}, "frontend": {"origin": "https://shop.example"}}
  ],
  "signals": [
    {"send": "SIGTERM", "when": {"load": "before", "request": 1, "phase": "done"}},
    {"send": "SIGWINCH", "when": {"status": {"path": "/ready", "is": 503}}}
  ],
  "expect": [{"load": "before", "saw": {"fine": 1}}, {"load": "draining", "completed": "100%"}]
}
END
    run "$DRAINCTL" scenario serve.json --journal run.jsonl --report json=v.json
    jq -s -e '[.[] | select(.e == "cors")] == []' run.jsonl
    jq -e '[.runs[0].loads[1:3][] | .reasons == {"status-201": 1, "status-204": 1}] | all' v.json
    jq -e '.runs[0].loads[3].reasons == {"status-503": 1, "status-204": 1}' v.json
}

@test "an origin that a page cannot have is refused, with its place" {
    sed 's|https://shop.example|https://shop.example/index.html|' "$BATS_FILE_TMPDIR/fine.json" >bad.json
    run "$DRAINCTL" plan bad.json
    exits 2
    has "is not the origin of a page"
    has 'expected scheme, host and perhaps a port, as in "https://shop.example"'
}
