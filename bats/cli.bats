#!/usr/bin/env bats
# The command line: help, version, what is unknown, exit statuses.

bats_require_minimum_version 1.5.0
load helper

@test "no command: usage on standard error, nothing on standard output" {
    run --separate-stderr "$DRAINCTL"
    exits 2
    [ -z "$output" ]
    [[ "$stderr" == *"hint: "* ]]
}

@test "--version and --help" {
    run "$DRAINCTL" --version
    exits 0
    [[ "${lines[0]}" =~ ^drainctl\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [[ "$output" =~ $'\n'with(\ sqlite\ [0-9.]+|out\ sqlite)($'\n'|$) ]]
    [[ "$output" =~ $'\n'with(\ postgres\ [0-9.]+|out\ postgres)($'\n'|$) ]]
    run "$DRAINCTL" --help
    exits 0
    has "exit status:"
}

@test "every command is in the overview and has its own help, the same two ways" {
    commands=$("$DRAINCTL" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
    for wanted in scenario report serve explain help; do
        [[ " ${commands//$'\n'/ } " == *" $wanted "* ]]
    done
    for command in $commands; do
        run "$DRAINCTL" help "$command"
        exits 0
        has "usage: drainctl $command"
        [ "$("$DRAINCTL" "$command" --help)" = "$output" ]
        [ "$("$DRAINCTL" "$command" -h)" = "$output" ]
    done
}

@test "help fits into 80 columns" {
    for command in "" $("$DRAINCTL" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        "$DRAINCTL" help $command >help.txt
        run awk 'length($0) > 80' help.txt
        [ -z "$output" ]
    done
}

@test "an unknown command: the nearest one is suggested" {
    run "$DRAINCTL" scenarios
    exits 2
    has "drainctl: error: there is no command 'scenarios'"
    has "drainctl: hint: did you mean 'scenario'?"
    run "$DRAINCTL" help raport
    exits 2
    has "did you mean 'report'?"
}

@test "a command may be shortened while it is clear which one is meant" {
    run "$DRAINCTL" expl 3
    exits 0
    has "exit-3"
    run "$DRAINCTL" s
    exits 2
    has "several commands"
}

@test "an unknown option: the nearest one is suggested" {
    run "$DRAINCTL" scenario --repaet 3
    exits 2
    has "'scenario' has no option '--repaet'"
    has "did you mean '--repeat'?"
    run "$DRAINCTL" scenario --repaet=3
    exits 2
    has "did you mean '--repeat'?"
    run "$DRAINCTL" scenario -Z
    exits 2
    has "'-Z'"
}

@test "option values are checked" {
    local -A wrong=(
        ["--repeat=0"]="whole number from 1"
        ["--repeat=many"]="not 'many'"
        ["--repeat="]="whole number"
        ["--jobs=2x"]="not '2x'"
        ["--jobs= 2"]="not ' 2'"
        ["--seed=9223372036854775808"]="not '9223372036854775808'"
        ["--timeout=5"]="takes a duration"
        ["--color=blue"]="one of: auto, always, never"
        ["--list=1"]="takes no value"
        ["--report=jsno"]="did you mean 'json'?"
        ["--journal"]="needs a value"
        ["-j"]="needs a value"
    )
    for option in "${!wrong[@]}"; do
        run "$DRAINCTL" scenario "$option"
        exits 2
        has "${wrong[$option]}"
    done
}

@test "a descriptor is not cut to 32 bits" {
    run "$DRAINCTL" serve --ledger fd:4294967299 3>ledger.txt # 2^32 and 3
    exits 2
    has "ledger descriptor 'fd:4294967299' is not open"
}

@test "options may follow arguments, and -- ends them" {
    run "$DRAINCTL" explain cut-off --help
    exits 0
    has "usage: drainctl explain"
    run "$DRAINCTL" explain -- --help
    exits 2
    has "there is no word '--help'"
}

@test "too few and too many arguments" {
    run "$DRAINCTL" report
    exits 2
    has "usage: drainctl report"
    run "$DRAINCTL" help a b
    exits 2
    has "does not take the argument 'b'"
}

@test "only one report goes to standard output" {
    run "$DRAINCTL" scenario control-no-signal --report json --report tap
    exits 2
    has "only one report"
}

@test "explain knows outcomes, reasons, phases, verdicts, exit statuses, and what a scenario says" {
    for word in completed cut-off cut_off never-accepted status-503 503 waiting inconclusive 0 143 \
        told_to_close queue_lost in_flight listener pipelined critical F processed-unknown worse; do
        run "$DRAINCTL" explain "$word"
        exits 0
    done
    run "$DRAINCTL" explain keepalive-rase
    exits 2
    has "did you mean 'keepalive-race'?"
    run "$DRAINCTL" explain
    exits 0
    has "reset-mid-response"
    has "told_to_close"
    run awk 'length($0) > 80' <<<"$output"
    [ -z "$output" ]
}

@test "explain knows the words that reports and pages are written in" {
    for word in target reference-server load client request attempt moment signal drain phase outcome reason verdict \
        processed freeze gate ledger accept-queue grace profile baseline grade severity defect journal orphan; do
        run "$DRAINCTL" explain "$word"
        exits 0
    done
    run "$DRAINCTL" explain load
    has "load: a word of drainctl"
    has "load: an expectation"
    run "$DRAINCTL" explain unknown
    has "processed-unknown: a second witness"
    run "$DRAINCTL" explain 137 # of a target that was killed; no HTTP status is 137
    has "died-of-signal: an exit status of the target"
    [[ $output != *status-NNN* ]]
    run "$DRAINCTL" explain 103
    has "status-NNN"
}

@test "explain: a word with two meanings is explained as both, and a reason says what to do" {
    run "$DRAINCTL" explain completed
    exits 0
    has "completed: an outcome"
    has "completed: an expectation"
    has 'example  {"load": "long", "completed": "100%"}'
    run "$DRAINCTL" explain keepalive-race
    exits 0
    has "outcome  cut-off"
    has "look at"
    has "RFC 9112"
    has "idle-keepalive-fin-race"
    run "$DRAINCTL" explain tald_to_close
    exits 2
    has "did you mean 'told_to_close'?"
}

@test "scenario --list names every built-in scenario and says why it is there" {
    run "$DRAINCTL" scenario --list
    exits 0
    count=0
    for file in "$BATS_TEST_DIRNAME"/../scenarios/*.json; do
        [[ "$file" != *.schema.json ]] || continue
        has "$(basename "$file" .json)"
        count=$((count + 1))
    done
    [ "$count" -ge 14 ]
    [ "$("$DRAINCTL" scenario --list | grep -c '^[a-z]')" -eq "$count" ]
}

@test "exit status 0, 1 and 3 do not depend on the report's format" {
    for format in text json junit tap; do
        run "$DRAINCTL" scenario control-no-signal --report "$format"
        exits 0
    done
    "$DRAINCTL" scenario - --journal failed.jsonl <<'END' || [ $? -eq 1 ]
{"name": "wrong", "target": {"reference": {}},
 "loads": [{"name": "l", "request": {"path": "/live"}, "requests": 2}],
 "expect": [{"load": "l", "completed": 0}]}
END
    "$DRAINCTL" scenario - --journal empty.jsonl <<'END' || [ $? -eq 3 ]
{"name": "empty", "target": {"reference": {}},
 "loads": [{"name": "l", "request": {"path": "/live"}, "requests": 2}]}
END
    for format in text json junit tap; do
        run "$DRAINCTL" report failed.jsonl --report "$format"
        exits 1
        run "$DRAINCTL" report empty.jsonl --report "$format"
        exits 3
        run "$DRAINCTL" report failed.jsonl empty.jsonl --report "$format"
        exits 1
    done
}

@test "a scenario comes from a file, a folder, standard input or the built-in ones" {
    mkdir folder
    cp "$BATS_TEST_DIRNAME"/../scenarios/{control-no-signal,sigint-as-sigterm}.json folder
    echo '{' >folder/x.schema.json
    run "$DRAINCTL" scenario folder --report tap
    exits 0
    has "control-no-signal"
    has "sigint-as-sigterm"
    run "$DRAINCTL" scenario folder/control-no-signal.json
    exits 0
    run "$DRAINCTL" scenario - <folder/control-no-signal.json
    exits 0
    run "$DRAINCTL" scenario control-no-signal.json
    exits 0
}

@test "--repeat and --jobs run each scenario so many times, in order" {
    "$DRAINCTL" scenario sigint-as-sigterm control-no-signal --repeat 3 --jobs 3 --report json \
        --journal run.jsonl >v.json
    [ "$(jq -c '[.runs[].scenario]' v.json)" = '["sigint-as-sigterm","sigint-as-sigterm","sigint-as-sigterm","control-no-signal","control-no-signal","control-no-signal"]' ]
    "$DRAINCTL" report run.jsonl --report json >again.json
    cmp v.json again.json
}

@test "colour only when it is asked for, and never in files" {
    run "$DRAINCTL" scenario control-no-signal
    [[ "$output" != *$'\033'* ]]
    run "$DRAINCTL" scenario control-no-signal --color always --report text=file.txt --report tap
    [[ "$output" != *$'\033'* ]] || false
    run env -u NO_COLOR "$DRAINCTL" nothing --color auto
    [[ "$output" != *$'\033'* ]]
}
