#!/usr/bin/env bats
# A freeze whose clients write in the middle of the shutdown ("write" of a signal).

load helper

# turns_of WRITE FAULT: requests on kept-alive connections around the close, a run of it.
turns_of() {
    cat >s.json <<END
{
  "name": "turns", "target": {"reference": {$2}},
  "loads": [{"name": "kept", "request": {"path": "/api/data?ms=0"}, "clients": 32}],
  "signals": [{"send": "SIGTERM", "when": {"at": "0s"}, "freeze": "kept", "write": "$1"}],
  "expect": [{"load": "kept", "cut_off": "<= 1"}, {"target": "exit", "code": 0, "within": "5s"}]
}
END
    run "$DRAINCTL" scenario s.json --report json --journal run.jsonl
}

# Frozen before the signal alone, an event loop would answer all of them first.
@test "in turns, a server that closes without looking loses what comes in between" {
    turns_of turns '"fault": "drop-idle-at-once"'
    exits 1
    jq -e '.runs[0].loads[0].reasons["keepalive-race"] >= 2' <<<"$output"
}

@test "in turns, a server that looks before it closes loses no more than a coincidence" {
    turns_of turns ''
    exits 0
    # three of them had written before the signal, and all have written at the end
    jq -e -s '[.[] | select(.e == "freeze") | .buffered] == [3]
              and ([.[] | select(.e == "sent")] | length) >= 32
              and ([.[] | select(.e == "thaw")] | length) == 1' run.jsonl
}

@test "after the thaw, a server that looks before it closes loses no more than a coincidence" {
    turns_of after ''
    exits 0
    jq -e -s '[.[] | select(.e == "freeze") | .buffered] == [3]' run.jsonl
}

@test "an instant of writing needs a freeze, and is one that there is" {
    turns_of befor ''
    exits 2
    has "no instant of writing 'befor'" "did you mean 'before'?"
    sed 's/"freeze": "kept", //; s/befor"/turns"/' s.json >t.json
    run "$DRAINCTL" scenario t.json
    exits 2
    has "'write' needs 'freeze'"
}
