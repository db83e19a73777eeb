#!/usr/bin/env bats
# A journal judges itself: again, later, and as far as it goes.

load helper

@test "report gives the very verdict of the live run" {
    run "$DRAINCTL" scenario requests-in-flight-finish drain-timeout-bounds-exit \
        --journal run.jsonl --report json=live.json
    live=$status
    run "$DRAINCTL" report run.jsonl --report json=again.json
    [ "$status" -eq "$live" ]
    cmp live.json again.json
}

@test "every format of one run has the same counts" {
    "$DRAINCTL" scenario requests-in-flight-finish --journal run.jsonl --report json=v.json \
        --report junit=v.xml --report tap=v.tap --report text=v.txt
    expectations=$(jq '.runs[0].expectations | length' v.json)
    [ "$(grep -c '^ok ' v.tap)" -eq "$((expectations + 1))" ]
    [ "$(xmllint --xpath 'count(//testcase)' v.xml)" -eq "$((expectations + 1))" ]
    [ "$(xmllint --xpath 'count(//failure) + count(//error)' v.xml)" -eq 0 ]
    attempts=$(jq '[.runs[0].loads[].attempts] | add' v.json)
    grep -q "$attempts attempts" v.txt
}

@test "a journal cut at any byte can be judged, and says that it was cut" {
    "$DRAINCTL" scenario control-no-signal --journal run.jsonl -q
    size=$(wc -c <run.jsonl)
    head_line=$(head -n 1 run.jsonl | wc -c)
    for at in "$head_line" $((size / 4)) $((size / 3)) $((size / 2)) $((size * 2 / 3)) $((size - 2)); do
        head -c "$at" run.jsonl >cut.jsonl
        run "$DRAINCTL" report cut.jsonl
        [ "$status" -eq 3 ]
        [[ "$output" == *cut* ]]
    done
    head -c 20 run.jsonl >cut.jsonl
    run "$DRAINCTL" report cut.jsonl
    [ "$status" -eq 2 ]
}

@test "the sums add up in every load of every built-in scenario" {
    "$DRAINCTL" scenario --jobs 2 --report json=v.json
    jq -e '[.runs[].loads[] | .attempts == ([.outcomes[]] | add)
                              and .attempts == ([.reasons[]] | add // 0)] | all' v.json
    [ "$(jq '.runs | length' v.json)" -ge 12 ]
    [ "$(jq -r '.verdict' v.json)" = passed ]
}

@test "the journal's manual knows every event and every key" {
    cd "$BATS_TEST_DIRNAME/.."
    for word in $(sed -n 's/.*X([A-Z_]*, "\([a-z-]*\)".*/\1/p' lib/journal/event.h); do
        grep -q "^| \`$word\` |" docs/journal.md
    done
    for key in $(grep -oE '(INT|STR|RAW)\("[a-z_]+"' lib/journal/event.c | cut -d'"' -f2 | sort -u); do
        grep -q "\`$key\`" docs/journal.md
    done
}
