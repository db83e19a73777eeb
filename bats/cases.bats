#!/usr/bin/env bats
# Servers on which check was wrong once, each the shortest that shows its kind of error (tests/cases).

load helper

cases=$BATS_TEST_DIRNAME/../tests/cases

# case_of ARGS…: the JSON verdict of a check of the first run alone.
case_of() {
    run "$DRAINCTL" check --quick --report json "$@"
}

@test "a server that only says 503 and never exits is exit-never, and obeys nothing" {
    case_of --slow '/slow?ms=600' --grace 2s -- node "$cases/never-exits.js"
    exits 1
    jq -e '.grade == "D" and ([.defects[].id] | index("exit-never") != null)
           and ([.fine[] | select(startswith("it obeys"))] == [])' <<<"$output"
}

@test "subscriptions that its own limit cuts cost time, and are no critical defect" {
    case_of --slow '/slow?ms=600' --subscription /events --grace 6s -- node "$cases/stream-own-limit.js"
    jq -e '([.defects[] | select(.severity == "critical")] == [])
           and ([.defects[] | select(.id == "stream-stalls-drain") | .severity, .count] == ["low", 3])
           and ([.fine[] | select(startswith("20 of 20 requests in flight"))] | length == 1)' \
        <<<"$output"
}

@test "--subscription is said to be untested when it was over before the signal" {
    case_of --slow '/slow?ms=600' --subscription /now --grace 6s -- node "$cases/stream-own-limit.js"
    jq -e '[.untested[] | select(startswith("subscriptions: none at"))] | length == 1' <<<"$output"
}

@test "::ffff:127.0.0.1 is 127.0.0.1" {
    case_of -- python3 "$cases/mapped-address.py"
    exits 1
    jq -e '.runs[0].target.exit.signal == "SIGTERM" and .runs[0].loads[].outcomes["client-limit"] == 0' <<<"$output"
}

@test "the listener that counts is the one at the clients' address" {
    case_of --slow '/slow?ms=600' -- node "$cases/two-addresses.js"
    jq -e '.runs[0].target.listener.closed_after_ms | . != null and . < 1000' <<<"$output"
}

# A poll that is refused or cut is the close, and a 503 that comes with it warns no client.
@test "readiness that turns only as the listener closes did not turn before it" {
    cat >s.json <<END
{
  "name": "turns", "target": {
    "command": ["node", "$cases/readiness-never-503.js"],
    "ready": {"path": "/readyz"}, "health": {"ready": "/readyz", "live": "/"}},
  "loads": [{"name": "long", "request": {"path": "/slow?ms=500"}, "clients": 5, "requests": 5}],
  "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 5}}],
  "expect": [{"target": "not-ready", "before": "listener-closed"}]
}
END
    run "$DRAINCTL" scenario s.json --repeat 10 --jobs 2 --report json
    exits 1
    jq -e '[.runs[].verdict] == [range(10) | "failed"]' <<<"$output"
}

# Its silent clients would be waited for until they give up after half a minute.
@test "a child that goes on serving: found, nothing is fine about it, and nothing is waited for" {
    case_of -- python3 "$cases/parent-leaves.py"
    exits 1
    jq -e '([.defects[].id] | index("workers-orphaned") != null) and .runs[0].duration_ms < 15000
           and ([.fine[] | select(test("left behind|no process listens|silent"))] == [])' <<<"$output"
}

@test "a 500 after the signal is a loss, and no request was answered in full" {
    case_of --slow '/report?ms=600' --grace 3s -- node "$cases/pool-closed-first.js"
    exits 1
    jq -e '(.defects | any(.id == "deps-closed-first" and .count >= 10))
           and ([.fine[] | select(test("answered in full|clean drain|server error"))] == [])' <<<"$output"
}

# The kernel shows which connections the server had made, and when it closed them.
@test "what the server was connected to: closed first, last, or not at all" {
    [[ "$DRAINCTL" != */asan/* ]] || skip "three checks at once are slow under sanitizers"
    node "$cases/pool-of-connections.js" database >port &
    local database=$! mode
    wait_until test -s port
    for mode in first last never; do
        MODE=$mode DATABASE=$(cat port) "$DRAINCTL" check --quick --slow '/slow?ms=600' --grace 4s \
            --report json=$mode.json -- node "$cases/pool-of-connections.js" >"$mode.log" 2>&1 &
    done
    wait %2 %3 %4 || true
    kill "$database"
    jq -e --arg at "127.0.0.1:$(cat port)" '(.defects[] | select(.id == "deps-closed-first")
        | .evidence | test($at + " was closed first: the last of its 30 connections"))' first.json
    jq -e '.dependencies | length == 1 and (.[0] | test(": the last of 30 connections was closed .* after the last answer"))' last.json
    jq -e '.dependencies | length == 1 and (.[0] | test(": 30 of 30 connections were open .* before the exit"))' never.json
}

@test "the same at a Unix socket, which the kernel names by its path" {
    [[ "$DRAINCTL" != */asan/* ]] || skip "two checks at once are slow under sanitizers"
    local at=$PWD/.s.PGSQL.5432 database mode
    node "$cases/pool-of-connections.js" database "$at" >said &
    database=$!
    wait_until test -s said
    for mode in first never; do
        MODE=$mode DATABASE=$at "$DRAINCTL" check --quick --slow '/slow?ms=600' --grace 4s \
            --report json=$mode.json -- node "$cases/pool-of-connections.js" >"$mode.log" 2>&1 &
    done
    wait %2 %3 || true
    kill "$database"
    jq -e --arg at "postgresql at unix:$at" '(.defects[] | select(.id == "deps-closed-first")
        | .evidence | contains($at + " was closed first: the last of its 30 connections"))' first.json
    jq -e '.dependencies | length == 1 and (.[0] | test("unix:.*: 30 of 30 connections were open .* before the exit"))' never.json
}

@test "a listener that closes late: new connections come until then, and their loss is told" {
    MODE=drop case_of --slow '/slow?ms=600' --grace 4s -- python3 "$cases/late-arrivals.py"
    exits 1
    jq -e '[.defects[] | select(.id == "accept-vs-shutdown-race") | .severity] == ["high"]' <<<"$output"
    MODE=hang case_of --slow '/slow?ms=600' --grace 4s -- python3 "$cases/late-arrivals.py"
    exits 1
    jq -e '.defects | any(.id == "listener-open-nobody-accepts")' <<<"$output"
    MODE=serve case_of --slow '/slow?ms=600' --grace 4s -- python3 "$cases/late-arrivals.py"
    jq -e '.defects | all(.id != "listener-open-nobody-accepts" and
        (.id != "accept-vs-shutdown-race" or .severity == "low"))' <<<"$output"
}

@test "a target that never comes to rest: the card says so, and nothing is ignored" {
    cat >restless.py <<'END'
import os, signal, subprocess, sys, threading
import http.server
signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args): pass
def run():
    while True: subprocess.run(["sleep", "0.03"])
threading.Thread(target=run, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
END
    run "$DRAINCTL" check --quick --grace 1s --report text --report json=v.json -- python3 restless.py
    has "a server at rest: its processes or listeners kept changing"
    jq -e '.defects | all(.id != "signal-ignored")' v.json
}

@test "what a server never does is not lost at the signal" {
    case_of --slow '/slow?ms=600' --grace 4s -- python3 "$cases/late-arrivals.py"
    jq -e '(.defects | all(.id != "pipelined-dropped"))
           and (.untested | any(startswith("pipelined requests: ")))' <<<"$output"
}

@test "beside a subscription a quick check still tells who else holds up the exit" {
    case_of --slow '/slow?ms=600' --subscription /events --jobs 4 -- node "$cases/all-hold.js"
    jq -e '([.defects[].id] | contains(["silent-conn-stalls", "stream-stalls-drain"]))
           and (.fine | all(test("silent connections did not") | not))' <<<"$output"
}

@test "a shell that hands the signal on, and leaves before its server" {
    LIMIT=1500 case_of --slow '/slow?ms=600' --grace 3s -- bash "$cases/wrapper.sh" leaves
    exits 1
    jq -e '([.defects[].id] | contains(["wrapper-leaves-early"]))
           and (.defects | all(.id != "shell-wrapper-swallows" and .id != "workers-orphaned"))' <<<"$output"
}

@test "a shell that hands the signal on and waits is not blamed for what holds its server" {
    LIMIT=60000 case_of --slow '/slow?ms=600' --grace 3s -- bash "$cases/wrapper.sh" waits
    exits 1
    jq -e '([.defects[].id] | contains(["silent-conn-stalls"]))
           and (.defects | all(.id != "shell-wrapper-swallows" and .id != "wrapper-leaves-early"))' <<<"$output"
    LIMIT=1500 case_of --slow '/slow?ms=600' --grace 3s -- bash "$cases/wrapper.sh" waits
    jq -e '.fine | any(startswith("what stands in front of the server hands the signal on"))' <<<"$output"
}
