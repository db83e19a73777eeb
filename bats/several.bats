#!/usr/bin/env bats
# Scenarios with more than one process: targets, services, actions, the registry.

bats_require_minimum_version 1.5.0
load helper

SAMPLES=$BATS_TEST_DIRNAME/../scenarios/several

# passes FILE: and its journal, judged again, says the same.
passes() {
    run --separate-stderr "$DRAINCTL" scenario "$1" --report json=live.json --journal j.jsonl
    exits 0
    "$DRAINCTL" report j.jsonl --report json=again.json -q
    diff <(jq -S 'del(.drainctl)' live.json) <(jq -S 'del(.drainctl)' again.json)
}

is_clean() { # nothing of a run is left: no folder, no process
    [ -z "$(find "$TMPDIR" -maxdepth 1 -name 'drainctl-run-*')" ]
    local pid
    for pid in $(jq -r 'select(.e == "target-start") | .pid' j.jsonl); do
        ! kill -0 "$pid" 2>/dev/null
    done
}

own_tmp() {
    export TMPDIR=$PWD/tmp
    mkdir -p "$TMPDIR"
}

@test "one server of two is restarted behind a registry, then the other: no request fails" {
    own_tmp
    passes "$SAMPLES/one-of-two-replaced.json"
    jq -e '.runs[0].processes | map([.name, .life, .exit.code, .killed])
        == [["a", 0, 0, false], ["a", 1, null, true], ["b", 0, 0, false], ["b", 1, null, true]]' live.json
    # each of the four was asked, and none of a and b while its mark stood in the registry
    jq -s -e '[.[] | select(.e == "connected") | .server] | unique | length == 2' j.jsonl
    jq -s -e '[.[] | select(.e == "registry") | .is] | (map(select(. == "draining")) | length == 2)
        and (map(select(. == "gone")) | length == 2) and (map(select(. == "up")) | length == 4)' j.jsonl
    is_clean
}

@test "a server that is killed does not leave the registry first: requests fail" {
    sed 's/{"restart": "b", "when"/{"restart": "b", "signal": "SIGKILL", "when"/; s/150ms/0s/' \
        "$SAMPLES/one-of-two-replaced.json" >s.json
    run "$DRAINCTL" scenario s.json
    exits 1
    has 'did not hold'
}

@test "a server hands over to the next one, twice: no request fails" {
    own_tmp
    passes "$SAMPLES/handover.json"
    jq -e '.runs[0].processes | length == 3 and (.[:2] | all(.exit.code == 0 and .handover_ms >= 0))' live.json
    is_clean
}

@test "steps come in order, and the ledger has every request" {
    passes "$SAMPLES/steps-in-order.json"
    sed 's/"requests-finished", "pool-closed"/"pool-closed", "requests-finished"/' "$SAMPLES/steps-in-order.json" |
        sed 's/"logs-flushed", "exit"/"exit", "listener-closed"/' >wrong.json
    run "$DRAINCTL" scenario wrong.json
    exits 1
    has 'too early'
}

# fails FILE TEXT: one of its expectations is broken, and says TEXT.
fails() {
    run "$DRAINCTL" scenario "$1"
    exits 1
    has "$2"
}

@test "an expectation says which life of a process it is about, and names the one that breaks it" {
    jq '.expect += [{"target": "shop", "steps": ["requests-finished", "exit"], "life": "every"},
        {"target": "exit", "of": "shop", "code": 3, "life": 1}, {"target": "exit", "of": "shop", "code": 0, "life": 9},
        {"target": "exit", "of": "shop", "within": "30s"}]' "$SAMPLES/handover.json" >s.json
    run "$DRAINCTL" scenario s.json
    exits 1
    has 'ok      shop: requests-finished, exit, in this order, in every life'
    has 'BROKEN  target exits with code 3, in life 1'
    has 'life 1: it exited with code 0'
    has 'it was started 3 times: the lives are 0 to 2'
    grep -q 'ok .* target exits within 30 s$' <<<"$output" # both lives that were told
    jq '.expect = [{"target": "shop", "ledger": {"cut": 0}, "life": 1}]' "$SAMPLES/handover.json" >s.json
    run "$DRAINCTL" scenario s.json
    exits 2
    has "'life' belongs to 'steps'"
}

@test "a notice, then readiness, then the drain: pages that obey see no error" {
    passes "$SAMPLES/notice.json"
    sed 's/{"drain_delay"/{"fault": "readiness-stays", "drain_delay"/' "$SAMPLES/notice.json" >wrong.json
    fails wrong.json 'not-ready never'
}

@test "what ends one branch of a request ends the other: at the end all is at rest" {
    passes "$SAMPLES/cascade.json"
    jq -s -e '[.[] | select(.e == "held") | .what]
        == ["pool-size", "pool-idle", "pool-busy", "pool-waiting", "upstream-calls"]' j.jsonl
    # a server without that deadline
    sed 's/"request_timeout": "400ms"/"request_timeout": "60s"/; s/20000/900/' "$SAMPLES/cascade.json" >wrong.json
    fails wrong.json 'deadline: 100% status-504'
}

@test "what a server does wrongly with calls, jobs and work behind answers breaks a scenario" {
    local faults=(keep-asking take-jobs-on ack-first close-pool-first drop-background)
    if [[ "$DRAINCTL" == */asan/* ]]; then faults=(keep-asking close-pool-first); fi # the rest is slow there
    run env MATRIX_JOBS=2 "$BATS_TEST_DIRNAME/../tests/run-matrix" "$DRAINCTL" "${faults[@]}"
    exits 0
    has "ok keep-asking: several/cascade.json"
}

@test "a job of a server that is killed is taken over by the next process" {
    passes "$SAMPLES/queue-consumer-killed.json"
}

@test "a consumer that is stopped finishes what it holds: no job is lost, none is done twice" {
    passes "$SAMPLES/queue-consumer.json"
    sed 's/{"restart": "shop", /{"restart": "shop", "signal": "SIGKILL", /' "$SAMPLES/queue-consumer.json" >wrong.json
    fails wrong.json 'jobs left at the end'
}

@test "orders of a server that is restarted: by its own list none is lost, doubled or out of order" {
    cat >s.json <<'END'
{
  "name": "s", "targets": {"shop": {"reference": {"database": "${dir}/shop.db"}}},
  "loads": [
    {"name": "form", "request": {"method": "POST", "path": "/api/orders"}, "clients": 4, "requests": 24, "pause": "40ms",
     "frontend": {"set": "careful", "retry": {"base": "100ms", "cap": "200ms", "spread": "50ms"}}, "witness": "/api/orders"},
    {"name": "page", "request": {"path": "/api/data?ms=100"}, "clients": 2, "requests": 2}
  ],
  "actions": [{"restart": "shop", "when": {"load": "form", "request": 8, "phase": "done"}}],
  "expect": [
    {"load": "form", "orders": {"lost": 0, "reordered": 0}},
    {"target": "shop", "orders": {"doubled": 0, "resurrected": 0, "other_reply": 0}}
  ]
}
END
    passes s.json
    jq -e '.runs[0].loads[0].users.listed' live.json
}

@test "a service that ends by itself makes the run inconclusive, and shows its last lines" {
    own_tmp
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {}}},
  "services": {"dep": {
    "command": ["sh", "-c", "cat ${dir}/dep.cfg; echo up; sleep 0.2; echo it broke >&2; exit 7"],
    "files": {"dep.cfg": ["listen ${port}", "peer ${a.port}"]}, "ready": {"log": "up"}
  }},
  "loads": [{"name": "w", "request": {"path": "/api/data?ms=5"}, "rate": "50/s"}],
  "signals": [{"send": "SIGTERM", "when": {"at": "20s"}}],
  "expect": [{"load": "w", "completed": "100%"}]
}
END
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 3
    has "service 'dep' exited with code 7, and had not been told to"
    has '| it broke'
    grep -q '"line":"peer [0-9]*"' j.jsonl
    is_clean
}

@test "a service that is never ready is named" {
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {}}},
  "services": {"dep": {"command": ["sleep", "60"], "ready": {"log": "up", "within": "200ms"}}},
  "loads": [{"name": "w", "request": {"path": "/"}, "requests": 1}], "expect": []
}
END
    run "$DRAINCTL" scenario s.json
    exits 3
    has "service 'dep' was not ready within 200 ms"
}

@test "start, run, notice and stop, each at its moment, with names in the journal" {
    own_tmp
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {}}, "b": {"reference": {}}},
  "loads": [
    {"name": "w", "request": {"path": "/api/data?ms=30"}, "clients": 2},
    {"name": "late", "to": "b", "request": {"path": "/api/data?ms=5"}, "requests": 5, "start": {"after": "300ms", "of": "start b"}}
  ],
  "actions": [
    {"start": "b", "when": {"load": "w", "in_flight": 2}},
    {"run": ["sh", "-c", "echo port ${b.port} >${dir}/out; cat ${dir}/out"], "when": {"target": "b", "is": "ready"}},
    {"notice": "100ms", "to": "a", "when": {"load": "late", "request": 5, "phase": "done"}},
    {"stop": "b", "when": {"target": "a", "is": "exited"}}
  ],
  "expect": [
    {"load": "late", "completed": "100%"}, {"load": "w", "cut_off": 0},
    {"target": "exit", "of": "b", "code": 0}, {"target": "a", "steps": ["signal", "listener-closed", "exit"]}
  ]
}
END
    passes s.json
    jq -s -e '[.[] | select(.e == "action") | .do] == ["start", "run", "notice", "stop"]' j.jsonl
    local port
    port=$(jq -r 'select(.e == "target-start" and .process == "b") | .port' j.jsonl)
    jq -s -e "any(.e == \"target-output\" and .line == \"port $port\" and .process == \"actions[1]\")" j.jsonl
    jq -s -e '[.[] | select(.e == "target-start" and .process == null)] | length == 1' j.jsonl
    is_clean
}

@test "a command that fails makes the run inconclusive, with its last lines" {
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {}}},
  "loads": [{"name": "w", "request": {"path": "/api/data?ms=5"}, "clients": 2}],
  "actions": [{"run": ["sh", "-c", "echo no such deploy; exit 4"], "when": {"at": "50ms"}}],
  "expect": [{"load": "w", "completed": "100%"}]
}
END
    run "$DRAINCTL" scenario s.json
    exits 3
    has 'the command of actions[0] exited with code 4'
    has '| no such deploy'
}

@test "an interrupted run leaves nothing of its processes behind" {
    own_tmp
    cat >s.json <<'END'
{
  "name": "s", "targets": {"a": {"reference": {}}, "b": {"reference": {}}},
  "services": {"dep": {"command": ["sh", "-c", "echo up; sleep 60"], "files": {"f": "x"}, "ready": {"log": "up"}}},
  "loads": [{"name": "w", "request": {"path": "/api/data?ms=5"}, "clients": 2}],
  "signals": [{"send": "SIGTERM", "when": {"at": "50s"}}], "expect": []
}
END
    "$DRAINCTL" scenario s.json --journal j.jsonl >/dev/null 2>&1 3>&- &
    local pid=$!
    wait_until grep -q loads-start j.jsonl
    kill -INT $pid
    local rc=0
    wait $pid || rc=$?
    [ $rc = 130 ]
    [ "$(grep -c '"e":"target-start"' j.jsonl)" = 3 ]
    is_clean
}

@test "plan shows every process, load and action by name" {
    run "$DRAINCTL" plan "$SAMPLES/one-of-two-replaced.json"
    exits 0
    has 'kept in flight ≥ 2: b is ended by SIGTERM, and started again'
    has 'to each server of the registry in turn'
    "$DRAINCTL" plan "$SAMPLES/one-of-two-replaced.json" --report json |
        jq -e '.plans[0] | [.processes[].name] == ["a", "b"] and ([.timeline[].action] | index("restart"))'
}
