#!/usr/bin/env bats
# The queue of the reference server: what is held at the signal is finished, and no job is lost.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with sqlite"* ]]; then skip "built without sqlite"; fi
}

serve_jobs() { # OPTIONS...
    serve --database jobs.db "$@"
}

job() { # MS
    [ "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$url/api/jobs?ms=$1")" = 201 ]
}

jobs_are() { # TEXT: exactly so
    [ "$(curl -s "$url/api/jobs")" = "$1" ]
}

all_done() { # N, each once
    curl -s "$url/api/jobs" >jobs.txt
    [ "$(grep -o '"state":"done","runs":1}' jobs.txt | wc -l)" -eq "$1" ]
}

@test "jobs are done, one after the other" {
    serve_jobs
    job 1
    job 1
    wait_until jobs_are '[{"id":1,"ms":1,"state":"done","runs":1},{"id":2,"ms":1,"state":"done","runs":1}]'
    [ "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$url/api/jobs?ms=soon")" = 400 ]
}

@test "at the signal: the one that is held is finished, the next is left to the next process" {
    serve_jobs
    job 700
    wait_until jobs_are '[{"id":1,"ms":700,"state":"taken","runs":0}]'
    job 1
    "$DRAINCTL" stop -q
    grep -qE 'step consumer-stopped: done in [0-9]{2,}' server.log
    serve_jobs --consumers 0
    jobs_are '[{"id":1,"ms":700,"state":"done","runs":1},{"id":2,"ms":1,"state":"waiting","runs":0}]'
    "$DRAINCTL" stop -q
    serve_jobs
    wait_until all_done 2
}

@test "a lease is renewed while the work goes on" {
    serve_jobs --job-lease 150ms --consumers 2
    job 900
    wait_until all_done 1
}

@test "a job of a process that was killed is taken over" {
    serve_jobs --job-lease 300ms
    job 60000
    wait_until jobs_are '[{"id":1,"ms":60000,"state":"taken","runs":0}]'
    job 1
    "$DRAINCTL" stop -q --signal KILL
    sqlite='import sqlite3; d = sqlite3.connect("jobs.db"); d.execute("UPDATE jobs SET ms = 1"); d.commit()'
    python3 -c "$sqlite" # so that the test need not wait for a minute
    serve_jobs --job-lease 300ms
    wait_until all_done 2
}

@test "a job that takes longer than the drain timeout is left, named, and done by the next process" {
    serve_jobs --job-lease 300ms --drain-timeout 300ms
    job 2000
    wait_until jobs_are '[{"id":1,"ms":2000,"state":"taken","runs":0}]'
    "$DRAINCTL" stop -q
    grep -q 'job 1 is left for another' server.log
    grep -q 'step consumer-stopped: hung' server.log
    grep -q 'exit status 1' server.log
    serve_jobs --job-lease 300ms
    wait_until all_done 1
}

@test "restarted again and again without a kill: every job exactly once" {
    for _ in 1 2 3 4 5; do
        serve_jobs --consumers 4 --job-lease 60s
        for _ in 1 2 3 4 5 6; do job 30; done
        "$DRAINCTL" stop -q
    done
    serve_jobs --consumers 4
    wait_until all_done 30
    [ "$(grep -c 'exit status 0' server.log)" -eq 5 ]
}

@test "settings that are none" {
    run "$DRAINCTL" serve --job-lease 1ms
    exits 2
    has "--job-lease must be at least 100ms, not 1ms"
}
