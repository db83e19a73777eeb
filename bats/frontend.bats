#!/usr/bin/env bats
# Loads of pages with a person each: what a frontend does when its server dies and comes back, against
# the list of orders that the server kept.

bats_require_minimum_version 1.5.0
load helper

# shop FRONTEND [LOAD_KEYS]: ten people order once each; when all of the first ten are kept and none is
# answered yet, the server is killed, and comes back 300 ms later.
shop() {
    cat >shop.json <<END
{
  "name": "shop", "timeout": "40s",
  "target": {
    "command": ["$BATS_TEST_DIRNAME/../tests/rogue/orders.py", "\${port}", "$PWD/orders.jsonl", "700", "300"],
    "url": "http://127.0.0.1:\${port}"
  },
  "loads": [{
    "name": "orders", "request": {"method": "POST", "path": "/api/orders"}, "clients": 10, "requests": 10,
    "frontend": $1, "witness": "/api/orders"${2-}
  }],
  "signals": [
    {"send": "SIGKILL", "to": "listener", "when": {"load": "orders", "in_flight": 10}},
    {"send": "SIGTERM", "when": {"after": "9s", "of": "SIGKILL"}}
  ],
  "expect": [{"load": "orders", "saw": {"lost": 0, "doubled": 0, "error-shown": 0}, "user_seconds_lost": "<= 120"}]
}
END
    run "$DRAINCTL" scenario shop.json --journal run.jsonl --report json=v.json --report text --report markdown=v.md
}

# holds FILTER: true of the journal's events.
holds() {
    jq -se "$1" run.jsonl >/dev/null && return 0
    printf 'not so: %s\n' "$1" >&2
    jq -c 'select(.e | IN("want", "join", "shown", "settled", "order", "witness"))' run.jsonl >&2
    return 1
}

# Python may not yet have written every order when the signal comes: kept is what the file says.
@test "careful: every order is there once, though its answer was lost" {
    shop '"careful"'
    exits 0
    holds '[.[] | select(.e == "want")] | length == 10 and all(.what == "write")'
    holds '[.[] | select(.e == "end" and .status == 0)] | length >= 10'
    holds '[.[] | select(.e == "settled") | .word] == [range(10) | "delivered"]'
    holds '[.[] | select(.e == "order") | .r] | sort == [range(1; 11)]'
    holds '[.[] | select(.e == "witness")] | length == 1 and .[0].status == 200 and .[0].n == 10'
    holds '[.[] | select(.e == "join" and .for == "request")] | length >= 20 and all(.key == 1)'
    jq -e '.runs[0].loads[0].users | .intentions == 10 and .saw.late == 10 and .orders == 10 and .listed' v.json
    has "orders: what people saw of 10 intentions"
    has "user-seconds lost"
    grep -q '^| people of | fine | late |' v.md
}

@test "naive: the person clicks again, and orders stand there twice" {
    shop '"naive"'
    exits 1
    has "expected  no intention doubled"
    jq -e '.runs[0].loads[0].users.saw | .doubled >= 1 and .doubled + ."error-shown" == 10' v.json
    holds '[.[] | select(.e == "order") | .r] | group_by(.) | map(length) | max == 2'
    holds '[.[] | select(.e == "shown" and .word == "error")] | length >= 10'
    holds '[.[] | select(.e == "settled") | .word] == [range(10) | "delivered"]'
}

@test "a settings object: the queue keeps what was cut off, and delivers it in order" {
    shop '{"idempotency_key": true, "offline_queue": {"again": "1s"}}'
    exits 0
    holds '[.[] | select(.e == "shown" and .word == "queued")] | length == 10'
    holds '[.[] | select(.e == "join" and .for == "item")] | length >= 10 and all(.key == 1)'
    holds '[.[] | select(.e == "order") | .r] | sort == [range(1; 11)]'
}

@test "the attempts of pages add up, and the journal is judged again to the same verdict" {
    shop '"careful"'
    jq -e '.runs[0].loads[0] | .adds_up and (.requests == 10)' v.json
    "$DRAINCTL" report run.jsonl --report json=again.json || true
    diff <(jq .runs[0].loads v.json) <(jq .runs[0].loads again.json)
}

@test "a server that never comes back: what is lost is lost, what is queued is kept" {
    cat >dead.json <<END
{
  "name": "dead", "timeout": "40s", "target": {"reference": {}},
  "loads": [{
    "name": "orders", "request": {"method": "POST", "path": "/nowhere"}, "clients": 5, "requests": 5, "start": "300ms",
    "frontend": {"impatient": {"after": "100ms", "clicks": 1}}
  }],
  "signals": [{"send": "SIGKILL", "when": {"at": "100ms"}}],
  "expect": [{"load": "orders", "saw": {"lost": 5}}]
}
END
    run "$DRAINCTL" scenario dead.json --report json=v.json
    jq -e '.runs[0].loads[0].users | .saw.lost == 5 and .untold == 0 and (.listed | not)' v.json
    jq -e '.runs[0].expectations[0].passed' v.json
}

@test "a load that ends before its pages do stops them" {
    shop '"careful"' ', "stop": "100ms"'
    holds '[.[] | select(.e == "load-end")] | length == 1'
}

# refuses WORDS LOAD_KEYS
refuses() {
    cat >bad.json <<END
{"name": "bad", "target": {"reference": {}}, "loads": [{"name": "l", "request": {"path": "/"}, $2}],
 "signals": [{"send": "SIGTERM", "when": {"at": "0s"}}]}
END
    run --separate-stderr "$DRAINCTL" plan bad.json
    exits 2
    [[ "$stderr" == *"$1"* ]] || { printf '%s\n' "$stderr" >&2; return 1; }
}

@test "what makes no sense is refused, with its place" {
    refuses "could never end" '"frontend": {"retry": {"tries": "unlimited"}}'
    refuses "did you mean 'careful'?" '"frontend": "carefull"'
    refuses "bad.json:1:" '"frontend": {"retrys": 1}'
    refuses "has no 'rate'" '"frontend": "naive", "rate": "5/s"'
    refuses "only a load with a 'frontend' has a 'witness'" '"witness": "/api/orders"'
    refuses "only a load with a 'frontend' has an 'event_stream'" '"event_stream": "1s"'
    refuses "expected a duration of 1ms or more" '"frontend": "naive", "event_stream": "10us"'
}

# A server that keeps no list that is read: what became of the requests that were cut off is not known.
@test "an intention without a witness: it is not known whether it was doubled, and that is said" {
    cat >blind.json <<END
{
  "name": "blind", "timeout": "20s",
  "target": {"command": ["$BATS_TEST_DIRNAME/../tests/rogue/orders.py", "\${port}", "$PWD/orders.jsonl", "700"], "url": "http://127.0.0.1:\${port}"},
  "loads": [{"name": "orders", "request": {"method": "POST", "path": "/api/orders"}, "clients": 3, "requests": 3, "frontend": "none"}],
  "signals": [{"send": "SIGKILL", "when": {"load": "orders", "in_flight": 3, "still": "100ms"}}],
  "expect": [{"load": "orders", "saw": {"doubled": 0}}]
}
END
    run "$DRAINCTL" scenario blind.json --report text --report json=v.json --report html=v.html --report markdown=v.md
    exits 3
    has "how many orders 3 of them became is unknown: no witness"
    has "unknown for 3: no witness saw their orders"
    jq -e '.runs[0].loads[0].users | .untold == 3 and .orders == 0 and (.listed | not)' v.json
    grep -q "unknown for 3" v.md
}

# As EventSource: a lost stream is opened again after what its server asked for, with the last id; a 503 or
# another type ends it for good.
@test "event streams: lost ones are opened again with Last-Event-ID, a 503 or a wrong type ends them" {
    cat >streams.json <<END
{
  "name": "streams", "timeout": "20s",
  "target": {"command": ["$BATS_TEST_DIRNAME/../tests/rogue/streams.py", "\${port}", "$PWD/log"], "url": "http://127.0.0.1:\${port}"},
  "loads": [
    {"name": "lost", "request": {"path": "/lost"}, "requests": 1, "event_stream": "1s", "frontend": {"set": "careful", "reconnect": {"spread": "20ms"}, "poll": false}},
    {"name": "busy", "request": {"path": "/busy"}, "requests": 1, "event_stream": "1s", "frontend": "naive"},
    {"name": "typed", "request": {"path": "/typed"}, "requests": 1, "event_stream": "1s", "frontend": "naive"},
    {"name": "heed", "request": {"path": "/never"}, "requests": 1, "event_stream": "1s",
     "frontend": {"set": "careful", "poll": {"path": "/status", "stream": true}, "reconnect": {"delay": "10s"}}}
  ],
  "signals": [{"send": "SIGTERM", "when": {"log": "^all seen"}}],
  "expect": [{"load": "lost", "saw": {"error-shown": 0}}, {"load": "busy", "saw": {"error-shown": 1}}, {"load": "typed", "saw": {"error-shown": 1}}]
}
END
    run "$DRAINCTL" scenario streams.json --journal run.jsonl --report json=v.json --report text
    exits 0
    [ "$(grep '^/lost' log)" = $'/lost -\n/lost lost-1\n/lost lost-2' ]
    [ "$(grep -c '^/busy' log)" -eq 2 ]
    [ "$(grep -c '^/typed' log)" -eq 2 ]
    holds '[.[] | select(.e == "settled" and .l == 0) | .word] == ["delivered"]'
    holds '[.[] | select(.e == "settled" and .l == 1) | .word] == ["given-up"]'
    # 1 s of its life was left to it: the notice of the status stream ended the other one at once
    holds '[.[] | select(.e == "join" and .for == "poll")] | length == 1'
    jq -e '.runs[0].loads[1].users.user_seconds_lost | . > 0.5 and . < 1.1' v.json
    jq -e '.runs[0].loads[0].users.user_seconds_lost > 0.1' v.json
}

@test "scenarios/frontend: careful people are never hurt, naive ones are; all side by side" {
    mkdir bin
    ln -s "$DRAINCTL" bin/drainctl
    PATH=$PWD/bin:$PATH run "$DRAINCTL" scenario "$BATS_TEST_DIRNAME/../scenarios/frontend/" --jobs 3 \
        --report text --report json=v.json --report markdown=v.md
    exits 0
    jq -e '[.runs[].loads[] | select(.name | test("careful")) | .users.saw | .lost, .doubled, ."error-shown"] | add == 0' v.json
    jq -e '[.runs[0].loads[] | select(.name | test("naive") and (test("stream") | not)) | .users.saw | .lost + ."error-shown"] | all(. > 0)' v.json
    jq -e '[.runs[].loads[].users | .intentions % 25 == 0 and .open == 0 and .reordered == 0] | all and length == 24' v.json
    has "what people saw"
    [ "$(grep -c '^| <code>a server that' v.md)" -eq 24 ]
}

@test "explain --request walks through one attempt: sent, connection, time, answer, meaning" {
    shop '"careful"'
    id=$(jq -r 'select(.e == "end" and .status == 0) | .a' run.jsonl | head -n 1)
    run --separate-stderr "$DRAINCTL" explain --request "1/$id" run.jsonl
    exits 0
    [ -z "$stderr" ]
    [[ "${lines[0]}" == "run 1, attempt #$id: orders, request "* ]]
    has "was it sent? yes, to the last byte"
    has "answer none: not a byte came"
    has "at the signal waiting; it ended"
    has "the request attempt 1 of 2 at it"
    has "drainctl +"
    has "it means cut-off"
    [ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 80 ]

    done_id=$(jq -r 'select(.e == "end" and .status == 201) | .a' run.jsonl | head -n 1)
    run "$DRAINCTL" explain --request "$done_id" run.jsonl
    exits 0
    has "status 201, head complete"
    has "whole"

    for bad in x 1/ /1 0/1 1/0 1/99999 2/1; do
        run --separate-stderr "$DRAINCTL" explain --request "$bad" run.jsonl
        exits 2
        [ -z "$output" ]
        [[ "$stderr" == "drainctl: error: "* ]]
    done
    run "$DRAINCTL" explain --request 1/1
    exits 2
}
