#!/usr/bin/env bats
# Each outcome and reason proved against a real socket: servers that misbehave in exactly one way.
# shellcheck disable=SC2153 # ROGUE, GET and so on are rogue.bash's

load helper
load rogue

@test "before an answer: closed-before-response, reset-before-response" {
    rogue_run interim-cut "$GET" # a 103 is no answer
    exits 1
    work cut-off closed-before-response 1
    for load in "$GET" "$POST"; do
        rogue_run fin-before-answer "$load"
        exits 1
        work cut-off closed-before-response 1
        seen_once
        rogue_run rst-before-answer "$load"
        exits 1
        work cut-off reset-before-response 1
        seen_once
    done
}

@test "in the status line, the header block, a body, a chunk: closed-mid-response" {
    for mode in fin-in-status-line fin-in-head fin-in-body fin-in-chunk; do
        rogue_run $mode "$GET"
        exits 1
        work cut-off closed-mid-response 1
        seen_once
    done
}

@test "in the header block, a body, a chunk, an unbounded body: reset-mid-response" {
    for mode in rst-in-head rst-in-body rst-in-chunk rst-in-close; do
        rogue_run $mode "$GET"
        exits 1
        work cut-off reset-mid-response 1
        seen_once
    done
}

@test "an unbounded body that is shorter than those before the signal: truncated" {
    rogue_run short-after-signal '"request": {"path": "/"}, "connection": "new", "requests": 4' \
        '{"send": "SIGTERM", "when": {"load": "work", "request": 4, "phase": "waiting"}}'
    exits 1
    work completed status-200 3
    work cut-off truncated 1
    is '.loads[0].phases.waiting == {"cut-off": 1}'
}

@test "while the request is being sent: reset-while-sending" {
    rogue_run silent-rst \
        '"request": {"method": "POST", "path": "/", "body": {"bytes": 100000, "over": "5s"}}, "requests": 1'
    exits 1
    work cut-off reset-while-sending 1
}

@test "no HTTP: bad-response" {
    rogue_run not-http "$GET"
    exits 1
    work failed bad-response 1
}

@test "refusals and failures: 503, 429, 500, and no listener" {
    for code in 503 429; do
        rogue_run healthy "\"request\": {\"path\": \"/?status=$code\"}, \"requests\": 1"
        exits 1
        work refused status-$code 1
        is '.loads[0].processed == {"yes": 0, "no": 1, "unknown": 0}'
    done
    rogue_run healthy '"request": {"path": "/?status=500"}, "requests": 1'
    exits 1
    work failed status-500 1
    rogue_run exit-late \
        '"request": {"path": "/?ms=5"}, "connection": "new", "pause": "10ms"' "$AT_ONCE"
    exits 1
    is '.loads[0].reasons["connect-refused"] > 0'
}

@test "keep-alive: a second request that is read and not answered is a race, and sent only once" {
    local two='"connection": "reuse", "requests": 2'
    for mode in reuse-fin reuse-rst reuse-fin-gone reuse-rst-gone; do
        for request in '"path": "/"' '"method": "POST", "path": "/", "body": {"bytes": 10}'; do
            rogue_run $mode "\"request\": {$request}, $two"
            exits 1
            work completed status-200 1
            work cut-off keepalive-race 1
            seen_once
            [ "$(wc -l <seen)" -eq 2 ]
        done
    done
}

@test "frozen with a request on each idle connection, a server that dies loses them all" {
    rogue_run die-of-signal '"request": {"path": "/"}, "clients": 5, "connection": "reuse"' \
        '{"send": "SIGTERM", "when": {"at": "0s"}, "freeze": "work"}'
    exits 1
    work completed status-200 5
    work cut-off keepalive-race 5
    seen_once
    [ "$(wc -l <seen)" -eq 5 ]
}

@test "a listener that closes with a full queue: never-accepted, and the kernel is the witness" {
    rogue_run never-accept '"request": {"path": "/"}, "clients": 7, "connection": "new"' \
        '{"send": "SIGTERM", "when": {"at": "0s"}, "freeze": "work"}'
    exits 1
    work cut-off never-accepted 7
    is '.target.listener.queue_lost == 7'
    is '.loads[0].processed == {"yes": 0, "no": 7, "unknown": 0}'
    is '.signals[0].freeze_us > .signals[0].lag_us'
}

@test "the client's own deadline: response-timeout, connect-timeout" {
    rogue_run never-answer '"request": {"path": "/"}, "requests": 2, "timeout": "150ms"'
    exits 1
    work timed-out response-timeout 2
    rogue_run never-accept '"request": {"path": "/"}, "requests": 1, "timeout": "150ms"'
    exits 1
    work timed-out response-timeout 1
    rogue_run full-queue '"request": {"path": "/"}, "clients": 4, "requests": 4, "timeout": "300ms"'
    exits 1
    is '.loads[0].outcomes["timed-out"] == 4'
    is '.loads[0].reasons["connect-timeout"] > 0'
}

@test "a connection that never sent a byte and is closed: closed-before-sent, and not cut off" {
    for mode in silent-fin silent-rst; do
        rogue_run $mode '"shape": "silent", "clients": 2, "stop": "20ms"'
        work refused closed-before-sent 2
    done
}

@test "a descriptor limit that the clients meet is the client's, never the target's" {
    cat >limit.json <<END
{"name": "limit", "target": {"command": ["$ROGUE", "never-answer", "\${port}"]},
 "loads": [{"name": "work", "request": {"path": "/"}, "rate": "2000/s", "connection": "new", "stop": "500ms", "timeout": "1s"}],
 "expect": [{"load": "work", "completed": "100%"}]}
END
    run bash -c 'ulimit -n 200; "$DRAINCTL" scenario limit.json'
    exits 3
    [[ "$output" == *"descriptor"* || "$output" == *"no-fd"* ]]
}
