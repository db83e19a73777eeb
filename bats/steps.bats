#!/usr/bin/env bats
# The closing steps of the reference server: in their order, each with a line, and none holds up another.

bats_require_minimum_version 1.5.0
load helper

is_gone() { # exited, and perhaps not reaped yet by its parent of now
    ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1" | cut -c1)" = Z ]
}

steps() { # the names of the steps in the log, in their order, with how each ended
    sed -n 's/^.*: step \([a-z-]*\): \([a-z]*\).*/\1 \2/p' server.log
}

@test "every step is named, in the order of the table" {
    serve --on-shutdown 'told=echo told >told.txt'
    curl -s "$url/api/orders" >/dev/null || true
    "$DRAINCTL" stop -q
    [ "$(steps)" = "not-ready done
listener-closed done
requests-finished done
consumer-stopped done
upstreams-closed done
pool-closed done
told done
logs-flushed done" ]
    [ "$(cat told.txt)" = told ]
    grep -q 'exit status 0' server.log
}

@test "one that fails and one that hangs are named, and the others run; the status is 1" {
    serve --on-shutdown 'fails=exit 3' --on-shutdown 'hangs=echo $$ >pid.txt; exec tail -f /dev/null' \
        --on-shutdown 'told=echo told >told.txt' --on-shutdown-limit 300ms
    "$DRAINCTL" stop -q
    grep -qE 'step fails: failed after [0-9.]+ ms, exited with code 3' server.log
    grep -qE 'step hangs: hung after (3|4)[0-9][0-9]\.[0-9] ms, its time is over' server.log
    [ "$(cat told.txt)" = told ]
    [ "$(steps | tail -n 1)" = "logs-flushed done" ]
    grep -q 'exit status 1' server.log
    wait_until is_gone "$(cat pid.txt)"
}

@test "the sum is bounded by the drain timeout" {
    serve --drain-timeout 400ms --on-shutdown-limit 60s --on-shutdown 'hangs=exec tail -f /dev/null'
    run "$DRAINCTL" stop --timeout 10s
    exits 0
    grep -q 'step hangs: hung after' server.log
    grep -q 'exit status 1' server.log
}

@test "requests that were cut off are a step that failed, and the rest is closed all the same" {
    serve --drain-timeout 200ms --on-shutdown 'told=echo told >told.txt'
    curl -sN "$url/api/stream?ms=60000&chunks=6000" 3>&- >stream.txt &
    wait_until grep -q 'chunk 1' stream.txt
    "$DRAINCTL" stop -q
    grep -q 'step requests-finished: failed, requests were cut off' server.log
    [ "$(steps | tail -n 1)" = "logs-flushed done" ]
    grep -q 'exit status 1' server.log
    steps | grep -q '^told ' # it ran, in what little time was left
}

@test "steps that are none" {
    for spec in 'x' '=true' 'x='; do
        run "$DRAINCTL" serve --on-shutdown "$spec"
        exits 2
        has "bad closing step '$spec'"
        has "hint: "
    done
    run "$DRAINCTL" serve --on-shutdown 'pool-closed=true'
    exits 2
    has "there are two closing steps named 'pool-closed'"
}
