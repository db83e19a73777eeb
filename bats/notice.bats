#!/usr/bin/env bats
# drainctl notice: a shutdown that is announced, moved and called off, and what its users are told.

bats_require_minimum_version 1.5.0
load helper

gone() {
    ! curl -s -o /dev/null "$url/live"
}

in_flight() { # N requests, by the server's own gauge
    curl -s "http://127.0.0.1:$control/gauge" | grep -q "\"in_flight\": *$1\\b"
}

# subscribe FILE: an event stream in the background, until it ends; waits for its first event.
subscribe() {
    curl -sN "$url/api/events?every=100" >"$1" 3>&- &
    stream=$!
    wait_until grep -q 'event: tick' "$1"
}

@test "a notice is given, moved, shown and called off" {
    serve
    run "$DRAINCTL" notice
    exits 0
    has "no shutdown is planned"
    run "$DRAINCTL" notice --in 10m
    exits 0
    [[ "$output" =~ ^shutdown\ at\ 20[0-9T:-]+Z,\ in\ 10m$ ]]
    run curl -s "$url/actuator/health"
    [[ "$output" =~ ^\{\"status\":\"UP\",\"maintenance\":\{\"scheduled\":true,\"shutdownTime\":\"20[0-9T:-]+Z\",\"gracePeriodSeconds\":(600|599)\}\}$ ]]
    at=$(date -u -d '+5 min' +%Y-%m-%dT%H:%M:%SZ)
    run "$DRAINCTL" notice --at "$at" --control "$control"
    exits 0
    has "shutdown at $at, in "
    [ "$(curl -s "$url/api/health")" = '{"status":"ok"}' ]
    run "$DRAINCTL" notice --cancel
    exits 0
    has "the shutdown is called off"
    [ "$(curl -s "$url/actuator/health")" = '{"status":"UP","maintenance":{"scheduled":false}}' ]
    grep -q 'shutdown moved to' server.log
}

@test "at 0 the drain begins as after SIGTERM: what is in flight is answered" {
    serve --notice-step tell-subscriptions=200ms
    subscribe events.txt
    curl -s "$url/api/data?ms=1500" >slow.txt 3>&- &
    slow=$!
    wait_until in_flight 2
    "$DRAINCTL" notice -q --in 700ms
    wait "$stream" # ended by the server, in whole chunks
    grep -A 1 'event: shutdown' events.txt | grep -qE 'retry: [0-9]{4,}'
    wait "$slow"
    [ "$(cat slow.txt)" = '{"message":"success"}' ]
    wait_until gone
    grep -q 'running → draining .*: the notice is over' server.log
    wait_until grep -q 'stopped .*: exit status 0' server.log
}

@test "close before it: no new session, a page for people, and event streams that only end" {
    serve
    jar=$(curl -si "$url/api/session" | sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p')
    [[ "$jar" == session=?* ]]
    "$DRAINCTL" notice -q --in 30s
    curl -si "$url/api/session" >json.txt
    grep -q '^HTTP/1.1 503 ' json.txt
    grep -qE '^Retry-After: 3[01]' json.txt
    curl -si -H 'Accept: text/html' "$url/api/session" >page.txt
    grep -q '^HTTP/1.1 503 ' page.txt
    grep -q '<h1>We are being upgraded</h1>' page.txt
    [ "$(curl -s -o /dev/null -w '%{http_code}' -b "$jar" "$url/api/session")" = 200 ]
    curl -si "$url/api/events" >events.txt
    grep -q '^HTTP/1.1 200 ' events.txt
    retry=$(sed -n 's/^retry: //p' events.txt)
    [ "$retry" -ge 29000 ]
    "$DRAINCTL" notice -q --cancel
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/session")" = 200 ]
}

@test "SIGUSR1 gives the configured notice, once" {
    serve --notice-default 20m
    kill -USR1 "$(cat drainctl.pid)"
    wait_until grep -q 'notice: shutdown at' server.log
    run "$DRAINCTL" notice
    has "in 20m"
    "$DRAINCTL" notice -q --in 40m
    kill -USR1 "$(cat drainctl.pid)"
    wait_until grep -q 'SIGUSR1 changes nothing' server.log
    run "$DRAINCTL" notice
    has "in 40m"
}

@test "while it drains: every 503 says when to come back, and an event stream is 200" {
    serve --drain-delay 20s --drain-timeout 30s
    curl -s "$url/hold?gate=x" 3>&- >/dev/null &
    wait_until in_flight 1
    kill -TERM "$(cat drainctl.pid)"
    wait_until grep -q 'running → draining' server.log
    for path in /ready /actuator/health /api/health /api/session; do
        curl -si -H 'Origin: http://elsewhere' "$url$path" >answer.txt
        grep -q '^HTTP/1.1 503 ' answer.txt
        grep -qE '^Retry-After: (19|20|21)' answer.txt
        grep -q '^Access-Control-Allow-Origin: \*' answer.txt
        grep -q '^Access-Control-Expose-Headers: Retry-After' answer.txt
    done
    curl -si -X OPTIONS "$url/api/data" | grep -q '^HTTP/1.1 204 '
    curl -si "$url/api/events" >events.txt
    grep -q '^HTTP/1.1 200 ' events.txt
    grep -q '^event: shutdown' events.txt
    run "$DRAINCTL" notice --in 5s --control "$control"
    exits 3
    has "the server is draining already"
    run "$DRAINCTL" notice --cancel --control "$control"
    exits 3
    has "cannot be called off"
}

@test "subscriptions end one after the other over --close-spread" {
    serve --close-spread 1s
    streams=()
    for i in 1 2 3 4; do
        subscribe "events$i.txt"
        streams+=("$stream")
    done
    begun=$(date +%s%N)
    kill -TERM "$(cat drainctl.pid)"
    wait "${streams[@]}"
    took=$((($(date +%s%N) - begun) / 1000000))
    [ "$took" -ge 700 ] # the last of four at three quarters of the time
    for i in 1 2 3 4; do
        grep -q 'event: shutdown' "events$i.txt"
    done
    wait_until grep -q 'stopped .*: exit status 0' server.log
}

@test "a time that is none, in the past or too far away" {
    serve
    local -A wrong=(
        ["--in=soon"]="--in needs a duration, not 'soon'"
        ["--in=5"]="--in needs a duration, not '5'"
        ["--at=noon"]="--at needs a time, not 'noon'"
        ["--at=2026-02-30T10:00:00Z"]="--at needs a time, not '2026-02-30T10:00:00Z'"
        ["--at=2020-01-01T00:00:00Z"]="'2020-01-01T00:00:00Z' is in the past"
        ["--at=9000-01-01T00:00:00Z"]="is more than 1000 hours away"
    )
    for option in "${!wrong[@]}"; do
        run "$DRAINCTL" notice "$option"
        exits 2
        has "drainctl: error: "
        has "${wrong[$option]}"
        has "drainctl: hint: "
    done
    run "$DRAINCTL" notice --in 5s --cancel
    exits 2
    run "$DRAINCTL" notice
    has "no shutdown is planned"
}

@test "no server, no control port, something else on the port, wrong settings" {
    run "$DRAINCTL" notice --in 5s
    exits 3
    has "no server holds the pid file 'drainctl.pid'"
    "$DRAINCTL" serve --background -q >port
    run "$DRAINCTL" notice --in 5s
    exits 3
    has "has no control port"
    has "--control 0"
    run "$DRAINCTL" notice --in 5s --control "$(cat port)"
    exits 3
    run "$DRAINCTL" serve --notice-step no-sesions=1s
    exits 2
    has "did you mean 'no-sessions'?"
    run "$DRAINCTL" serve --close-spread 20s
    exits 2
    has "--drain-timeout must be longer, it is 10s"
}
