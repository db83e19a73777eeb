#!/usr/bin/env bats
# `make bench` goes on to its end unattended: what is missing is left out by name, what hangs is ended.

bats_require_minimum_version 1.5.0
load helper

# bench NAME: a benchmark that does what standard input says.
bench() {
    { echo '#!/bin/sh'; cat; } >"$1.py"
    chmod +x "$1.py"
}

@test "every benchmark has its turn, and the last lines name what is missing" {
    cp "$BATS_TEST_DIRNAME/../tests/bench/run" .
    echo 'echo "| good | 1 | 1 | yes |"' | bench good
    echo 'echo no wrk on this machine >&2; exit 77' | bench lacking
    echo 'echo "| bad | 1 | 2 | NO |"; echo why >&2; exit 1' | bench bad
    # it hangs for good, and is ended by its limit: no test waits for it
    echo 'sleep 600 & echo $! >pid; wait' | bench hanging
    echo 'exit 3' | bench broken
    run ./run good lacking broken good
    exits 1
    [ "$(grep -c '^| good | 1 | 1 | yes |$' <<<"$output")" -eq 2 ]
    has 'lacking: left out: no wrk on this machine'
    has 'broken: exit status 3'
    BENCH_LIMIT=0.5 run ./run hanging
    exits 1
    has 'hanging: not over within 0.5'
    gone() { ! grep -qs '^State:[[:space:]]*[^Z]' "/proc/$1/status"; }
    if [ -s pid ]; then wait_until gone "$(cat pid)"; fi # nothing of it is left
    run ./run good lacking
    exits 0
    run --separate-stderr ./run bad good
    exits 1
    has '| good | 1 | 1 | yes |'
    [ "$stderr" = why ]
}

@test "a benchmark that needs a program says which one, or takes the one of a package" {
    cd "$BATS_TEST_DIRNAME/../tests/bench"
    export PYTHONDONTWRITEBYTECODE=1
    run python3 -c 'from common import program; program("no-such-program")'
    exits 77
    [ "$output" = 'no no-such-program on this machine' ]
    run python3 -c 'from common import program; print(program("sh"))'
    exits 0
    has "sh', {})"
}
