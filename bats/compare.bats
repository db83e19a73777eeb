#!/usr/bin/env bats
# drainctl compare: what it calls a regression, what it calls noise, and what it refuses.

bats_require_minimum_version 1.5.0
load helper

# scenario FILE REFERENCE: twenty requests of a second are in flight at SIGTERM.
scenario() {
    cat >"$1" <<END
{
  "name": "in-flight",
  "target": {"reference": {$2}},
  "loads": [{"name": "long", "request": {"path": "/api/data?ms=1000"}, "clients": 20, "requests": 20}],
  "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 20}}],
  "expect": [{"load": "long", "completed": "100%"}, {"target": "exit", "code": 0, "within": "5s"}]
}
END
}

# verdict FILE LOST...: a JSON verdict with one run for each LOST, so many of 20 requests in flight
# cut off.
verdict() {
    local file=$1 sep='' lost
    shift
    {
        echo '{"format": 1, "drainctl": "0.1.0", "verdict": "passed", "runs": ['
        for lost; do
            echo "$sep"'{"scenario": "s", "verdict": "passed", "signals": [{"signal": "SIGTERM"}],
              "loads": [{"name": "long", "attempts": 20,
                "outcomes": {"completed": '$((20 - lost))', "cut-off": '"$lost"'},
                "phases": {"waiting": {"completed": '$((20 - lost))', "cut-off": '"$lost"'}}}],
              "target": {"exit": {"code": 0, "signal": null, "after_ms": 500}}}'
            sep=,
        done
        echo ']}'
    } >"$file"
}

@test "a server that cuts requests off is worse than one that does not, and the other way round" {
    scenario good.json ''
    scenario bad.json '"fault": "exit-early"'
    run "$DRAINCTL" scenario good.json --journal good.jsonl --report json=good-verdict.json
    exits 0
    run "$DRAINCTL" scenario bad.json --journal bad.jsonl --report json=bad-verdict.json
    exits 1

    run --separate-stderr "$DRAINCTL" compare good-verdict.json bad.jsonl
    exits 1
    [ -z "$stderr" ]
    [[ "${lines[0]}" == "2 regressions, "* ]]
    has "long: cut-off"
    has "0 of 20 → 20 of 20"
    has "p < 0.0001"
    has "held → broken"
    has "waiting 0 → 20"

    run "$DRAINCTL" compare bad-verdict.json good.jsonl
    exits 0
    [[ "${lines[0]}" == "no regression, 2 improvements, "* ]]

    # one run, as it was recorded and as it was reported
    for side in good bad; do
        run "$DRAINCTL" compare $side.jsonl $side-verdict.json
        exits 0
        [[ "${lines[0]}" == "no difference: "* ]]
        run "$DRAINCTL" compare $side-verdict.json - <$side.jsonl
        exits 0
        [[ "${lines[0]}" == "no difference: "* ]]
    done
    run "$DRAINCTL" compare good.jsonl bad.jsonl -q
    exits 1
    [ "${#lines[@]}" -eq 1 ]
}

@test "two runs of the same server are not a regression of each other" {
    scenario good.json ''
    "$DRAINCTL" scenario good.json --repeat 2 --report json=first.json
    "$DRAINCTL" scenario good.json --repeat 2 --report json=second.json
    run "$DRAINCTL" compare first.json second.json
    exits 0
    [[ "${lines[0]}" == "no "* ]]
    # a busy machine may well take longer: "changed, neither better nor worse by itself"
    [[ "${output/neither better nor worse/}" != *worse* ]]
}

@test "a few lost requests, and a race that is lost now and then, are noise" {
    verdict base.json 1
    verdict head.json 4
    run "$DRAINCTL" compare base.json head.json
    exits 0
    has "1 within noise"
    has "p = 0.34"
    verdict base.json 0
    verdict head.json 2
    run "$DRAINCTL" compare base.json head.json
    exits 0
    has "1 too few to tell"
    # all twenty, in one of three runs: taken one by one they would be significant
    verdict base.json 0 0 0
    verdict head.json 0 20 0
    run "$DRAINCTL" compare base.json head.json
    exits 0
    has "the runs of one side differ, so an attempt counts as"
    # all twenty, in every run
    verdict head.json 20 20 20
    run "$DRAINCTL" compare base.json head.json
    exits 1
}

@test "--alpha and --min-effect" {
    verdict base.json 0
    verdict head.json 7
    run "$DRAINCTL" compare base.json head.json
    exits 1
    run "$DRAINCTL" compare base.json head.json --alpha 0.001
    exits 0
    run "$DRAINCTL" compare base.json head.json --min-effect 40
    exits 0
    has "smaller than 40 points"
    for wrong in --alpha=2 --alpha=nan --alpha=x --min-effect=-1 --min-effect= --fail-on=grave; do
        run "$DRAINCTL" compare base.json head.json "$wrong"
        exits 2
        has "hint: " || has "takes a number"
    done
}

@test "every format tells the same, and is what it claims to be" {
    verdict base.json 0
    verdict head.json 20
    run "$DRAINCTL" compare base.json head.json --report json=c.json --report markdown=c.md \
        --report text=c.txt
    exits 1
    jq -e '.format == 1 and .verdict == "failed" and .counts.worse == 1
           and ([.rows[] | select(.change == "worse")] | length) == 1
           and (.rows[] | select(.change == "worse")
                | .what == "cut-off" and .test.p_corrected < 0.0001 and .test.head_count == 20)' c.json
    grep -q '^| \*\*regression\*\* .* long: cut-off | 0 of 20 | 20 of 20 |' c.md
    [[ "$(head -n 1 c.txt)" == "1 regression, "*" unchanged" ]]
    [ "$(grep -c regression c.md)" -eq 2 ] # the headline and its row
    run "$DRAINCTL" compare base.json head.json --report junit
    exits 2
    has "there is no report format 'junit'"
    run "$DRAINCTL" compare base.json head.json --report marktown
    exits 2
    has "did you mean 'markdown'?"
}

@test "names that are full of markup, quotes and control bytes stay in their fields" {
    verdict base.json 0
    jq '.runs[0] |= (.scenario = "<b>|`x`\u001b[31m\u202e\"\n# h" | .loads[0].name = "a|b</script>")' \
        base.json >nasty-base.json
    verdict head.json 20
    jq '.runs[0] |= (.scenario = "<b>|`x`\u001b[31m\u202e\"\n# h" | .loads[0].name = "a|b</script>")' \
        head.json >nasty.json
    run "$DRAINCTL" compare nasty-base.json nasty.json --report json=c.json --report markdown=c.md \
        --report text=c.txt
    exits 1
    jq -e '.rows[0].scenario == "<b>|`x`\u001b[31m\u202e\"\n# h"' c.json
    run grep -c $'\033' c.txt c.md
    exits 1
    run grep -cE '<b>|</script>|^# ' c.md
    exits 1
    # a row has six cells, whatever stands in them
    [ "$(grep '^| ' c.md | awk -F'|' '{ print NF }' | sort -u)" = 8 ]
}

@test "a check is compared defect by defect" {
    reference() {
        "$DRAINCTL" check --quick --slow '/api/data?ms=600' --ready /ready --journal "$1.jsonl" \
            --report json="$1.json" -- "$DRAINCTL" serve --port "\${port}" "${@:2}"
    }
    run reference good
    exits 0
    run reference bad --fault exit-early
    exits 1
    run "$DRAINCTL" compare good.json bad.jsonl
    exits 1
    has "(critical)"
    has "requests in flight"
    run "$DRAINCTL" compare bad.json good.jsonl -q
    exits 0
    has "1 improvement"
    run "$DRAINCTL" compare bad.jsonl bad.json
    exits 0
    has "no difference: "
    run "$DRAINCTL" compare good.json bad.jsonl --fail-on critical
    exits 1
    # what an older drainctl did not write down is not guessed
    jq 'del(.looked_for)' good.json >old.json
    run "$DRAINCTL" compare old.json bad.json
    exits 3
    has "does not say whether it looked"
}

@test "nothing in common, and runs that are inconclusive: 3, and why" {
    verdict base.json 0
    jq '.runs[0].scenario = "another"' base.json >head.json
    run "$DRAINCTL" compare base.json head.json
    exits 3
    has "no scenario is on both sides"
    has "scenario 's'"
    has "scenario 'another'"
    jq '.runs[0] |= (.verdict = "inconclusive" | .why = "the target did not start")' base.json >head.json
    run "$DRAINCTL" compare base.json head.json
    exits 3
    has "of HEAD inconclusive: the target did not start"
    jq -e '.verdict == "inconclusive" and (.why | length) > 0' \
        <("$DRAINCTL" compare head.json base.json --report json)
    # a run of which nothing was expected stands all the same, also in JSON that has no grounds yet
    jq '.runs[0] |= (.verdict = "inconclusive" | .ground = "nothing-expected" | .why = "in words")' \
        base.json >head.json
    run "$DRAINCTL" compare base.json head.json
    exits 0
    jq '.runs[0] |= (.verdict = "inconclusive" | .why = "nothing was expected")' base.json >head.json
    run "$DRAINCTL" compare base.json head.json
    exits 0
}

@test "bad input names the place" {
    verdict base.json 0
    run "$DRAINCTL" compare base.json
    exits 2
    run "$DRAINCTL" compare - -
    exits 2
    has "only one side can be standard input"
    run "$DRAINCTL" compare base.json no-such.json
    exits 2
    has "cannot open 'no-such.json'"
    run "$DRAINCTL" compare base.json .
    exits 2
    has "cannot read '.'"
    head -c 200 base.json >cut.json
    run "$DRAINCTL" compare base.json cut.json
    exits 2
    has "cut.json:"
    has "hint: "
    : >empty.json
    run "$DRAINCTL" compare empty.json base.json
    exits 2
    has "empty.json:1:1"
    jq '.runs[0].loads[0].attempts = 1e300' base.json >huge.json
    run "$DRAINCTL" compare base.json huge.json
    exits 2
    has "\$.runs[0].loads[0].attempts"
    echo '[1, 2]' >list.json
    run "$DRAINCTL" compare list.json base.json
    exits 2
    has "expected an object"
    echo '{"name": "a scenario"}' >scenario.json
    run "$DRAINCTL" compare scenario.json base.json
    exits 2
    has "is this a file that --report json wrote?"
    echo '{"t":1,"e":"note"}' >no-run.jsonl
    run "$DRAINCTL" compare no-run.jsonl base.json
    exits 2
}

@test "a verdict of more than a MiB, and a large table, in little time" {
    verdict base.json 0
    jq '.runs[0].loads[0] |= (.attempts = 20000 | .outcomes = {"completed": 19900, "cut-off": 100}
        | .phases = {"waiting": {"completed": 19900, "cut-off": 100}})
        | .runs = [range(400) as $i | .runs[0] | .scenario = "s\($i)" | .why = ("x" * 4096)]' \
        base.json >large.json
    [ "$(stat -c %s large.json)" -gt 1500000 ]
    run timeout 20 "$DRAINCTL" compare large.json large.json
    exits 0
    has "no difference: "
}

@test "standard output that cannot be written is an error" {
    verdict base.json 0
    run bash -c '"$DRAINCTL" compare base.json base.json >/dev/full'
    exits 3
    has "cannot write"
}
