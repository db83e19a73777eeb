#!/usr/bin/env bats
# drainctl plan: the timeline of a scenario; nothing is started, nothing sent, no socket opened.

bats_require_minimum_version 1.5.0
load helper

chain() {
    cat >s.json <<'END'
{
  "name": "chain", "about": "Signals that follow one another.", "profile": "docker",
  "target": {"command": ["sh", "-c", "touch started"], "ready": {"path": "/health", "within": "5s"},
             "env": {"MODE": "a b"}},
  "loads": [
    {"name": "long", "request": {"path": "/slow"}, "clients": 5, "requests": 10},
    {"name": "late", "request": {"path": "/"}, "rate": "20/s", "start": {"after": "5ms", "of": "SIGINT"},
     "stop": {"after": "2s", "of": "SIGINT"}},
    {"name": "held", "request": {"path": "/held"}, "clients": 3, "connection": "new"},
  ],
  "signals": [
    {"send": "SIGUSR1", "when": {"at": "700ms"}},
    {"send": "SIGTERM", "when": {"load": "long", "in_flight": 5}, "freeze": "held"},
    {"send": "SIGINT", "to": "group", "when": {"after": "1s", "of": "SIGTERM"}},
    {"send": "SIGHUP", "when": {"started": "20ms"}},
  ],
  "expect": [{"load": "*", "cut_off": 0}],
}
END
}

# line TEXT: the number of the line of the output that holds it.
line() {
    local n
    n=$(grep -nF -- "$1" <<<"$output" | head -1 | cut -d: -f1)
    [ -n "$n" ] || { has "$1"; return 1; }
    echo "$n"
}

# in_order TEXT...: each stands in the output below the one before.
in_order() {
    local at=0 next text
    for text in "$@"; do
        next=$(line "$text") || return 1
        [ "$next" -gt "$at" ] || { echo "not below what comes before it: $text" >&2; has "?"; return 1; }
        at=$next
    done
}

@test "the timeline: in the order in which it can come, a signal's followers behind it" {
    chain
    run --separate-stderr "$DRAINCTL" plan s.json
    exits 0
    [ -z "$stderr" ]
    in_order "start  o  the target is started" "+20 ms  *  SIGHUP to the process" \
        "ready  o  GET /health answers 200, within 5 s" "o  the loads start: long, held" \
        "700 ms  *  SIGUSR1 to the process" \
        "+10 s  *  SIGKILL to the whole process tree, 10 s after SIGUSR1" \
        "when  *  long in flight ≥ 5, held frozen: the target is stopped" \
        "+1 s  *  SIGINT to the process group, 1 s after SIGTERM" \
        "+5 ms  o  late starts, 5 ms after SIGINT" \
        "+2 s  o  late begins no more requests, 2 s after SIGINT" \
        "end  o  every load has ended and the target has exited" || false
    has "at the latest 1 m after the start"
    has "sh -c 'touch started'"
    has "MODE=a b"
    has "docker"
    has "20 requests a second, at most 1000 at a time, until it stops"
    has "all loads: 0 cut-off"
    has "needs 1073 file descriptors"
}

@test "nothing is started" {
    chain
    "$DRAINCTL" plan s.json requests-in-flight-finish
    [ ! -e started ]
}

@test "every built-in scenario has a timeline that fits into 80 columns" {
    run "$DRAINCTL" plan
    exits 0
    [ "$(grep -c '^  timeline$' <<<"$output")" -eq "$("$DRAINCTL" scenario --list | grep -c '^[a-z]')" ]
    run awk '{ gsub(/[\200-\277]/, "") } length($0) > 80' <<<"$output"
    [ -z "$output" ]
}

@test "JSON says the same: every signal and every expectation, in order" {
    chain
    run "$DRAINCTL" plan s.json --report json
    exits 0
    jq -e '.format == 1 and (.plans | length) == 1 and (.plans[0] |
        .scenario == "chain" and .descriptors == 1073 and .ends_within_ms == 60000
        and .target.argv == ["sh", "-c", "touch started"]
        and (.loads | map(.name)) == ["long", "late", "held"] and .loads[1].rate == 20
        and .expectations == ["all loads: 0 cut-off"]
        and (.timeline | map(select(.step == "signal") | [.signal, .of, .after_ms]))
            == [["SIGHUP", null, 20], ["SIGUSR1", null, 700], ["SIGKILL", "SIGUSR1", 10000],
                ["SIGTERM", null, null], ["SIGINT", "SIGTERM", 1000]]
        and (.timeline | map(select(.freeze)) | map(.freeze)) == ["held"]
        and (.timeline[0].step, .timeline[-1].step) == ("target-start", "end"))' <<<"$output"
}

@test "reports go to files, one to standard output, and only formats that exist" {
    chain
    run "$DRAINCTL" plan s.json --report json=p.json --report text=p.txt --report json
    exits 0
    jq -e . <<<"$output" >/dev/null
    cmp p.json - <<<"$output"
    grep -q timeline p.txt
    run "$DRAINCTL" plan s.json --report junit
    exits 2
    has "there is no report format 'junit'"
    has "text, json"
}

@test "files, folders, names and standard input, as scenario takes them" {
    mkdir folder
    chain
    cp s.json folder/a.json
    echo '{' >folder/x.schema.json
    for what in folder s.json sigint-as-sigterm; do
        run "$DRAINCTL" plan "$what"
        exits 0
    done
    run "$DRAINCTL" plan - <s.json
    exits 0
    has "standard input"
}

@test "a file that is wrong gets the very message of scenario" {
    local bad=('{"name": 1}' '{' '{"name": "x", "target": {"command": ["a"]}, "loads": [{"nam": "l"}]}'
        '{"name": "x", "target": {"reference": {}}, "loads": [], "signals": [{"send": "SIGTREM", "when": {"at": "0"}}]}')
    for text in "${bad[@]}"; do
        echo "$text" >bad.json
        run "$DRAINCTL" plan bad.json
        exits 2
        said=$output
        run "$DRAINCTL" scenario bad.json
        exits 2
        [ "$output" = "$said" ]
    done
    for what in no-such.json sigint-as-sigtrem "$BATS_TEST_TMPDIR/empty"; do
        run "$DRAINCTL" plan "$what"
        exits 2
        said=$output
        run "$DRAINCTL" scenario "$what"
        [ "$output" = "$said" ]
    done
}

@test "foreign text does not reach the terminal as more than text" {
    cat >s.json <<'END'
{"name": "a\u001b", "target": {"command": ["x"]}, "loads": []}
END
    run "$DRAINCTL" plan s.json
    exits 2
    cat >s.json <<'END'
{"name": "n \u202e", "about": "<b>'\"</script>", "target": {"command": ["a\u001b[2J\n", "it's", ""]},
 "loads": [{"name": "l\u200b", "request": {"path": "/\u0085'\"<"}}]}
END
    run "$DRAINCTL" plan s.json --color never
    exits 0
    [[ "$output" != *$'\033'* && "$output" != *$'\u202e'* && "$output" != *$'\u0085'* ]]
    has '\x1b[2J\n'
    has "'it'\\''s' ''"
    "$DRAINCTL" plan s.json --report json | jq -e '.plans[0].target.argv[0] == "a\u001b[2J\n"'
}

@test "a plan that needs more descriptors than there are says so, and is still shown" {
    cat >s.json <<'END'
{"name": "many", "target": {"reference": {}},
 "loads": [{"name": "l", "request": {"path": "/"}, "clients": 900000}]}
END
    run "$DRAINCTL" plan s.json
    exits 0
    has "needs 900064 file descriptors, more than this machine allows"
}

@test "a process to follow, without loads and without an address" {
    echo '{"name": "f", "target": {"attach": {"pid": 1}}, "loads": [],
           "signals": [{"send": "SIGTERM", "when": {"at": "0s"}}]}' >s.json
    run "$DRAINCTL" plan s.json
    exits 0
    has "process 1, which runs already"
    has "time zero; there are no loads"
    "$DRAINCTL" plan s.json --report json | jq -e '.plans[0].target | .url == null and .pid == 1'
    GITHUB_STEP_SUMMARY=$PWD/summary "$DRAINCTL" plan s.json >/dev/null
    [ ! -e summary ] # a plan is not a result
}

@test "colour on demand, the schema as it is in the source" {
    chain
    run "$DRAINCTL" plan s.json --color always
    has $'\033[1m'
    "$DRAINCTL" plan --schema >schema.json
    cmp schema.json "$BATS_TEST_DIRNAME/../scenarios/scenario.schema.json"
}

@test "a full disk and a closed pipe are errors" {
    run "$DRAINCTL" plan --report json=/dev/full sigint-as-sigterm
    exits 3
    has "cannot write the report '/dev/full'"
    run bash -c '"$DRAINCTL" plan >/dev/full'
    exits 3
    run bash -c '"$DRAINCTL" plan --schema >/dev/full'
    exits 3
    run bash -c 'set -o pipefail; "$DRAINCTL" plan --report json | true'
    [ "$status" -eq 0 ] || exits 3
}
