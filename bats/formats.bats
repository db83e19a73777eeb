#!/usr/bin/env bats
# Every format, read back by a parser that is not ours: they all say the same, whatever text is in them.

load helper
validators="$BATS_TEST_DIRNAME/../tests/validators"
export PYTHONDONTWRITEBYTECODE=1

# A run of two loads in which some are answered, some cut off and some refused: the target exits at the
# signal at once. Two of the three expectations are broken.
broken_scenario() {
    cat >broken.json <<'END'
{
  "name": "broken, \"at\" 50%", "target": {"reference": {"fault": "exit-early"}},
  "loads": [
    {"name": "long", "request": {"path": "/hold?gate=never"}, "clients": 5, "requests": 5},
    {"name": "steady: 100/s", "request": {"path": "/live"}, "rate": "100/s", "requests": 10}
  ],
  "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 5}}],
  "expect": [
    {"load": "long", "completed": "100%", "cut_off": 0},
    {"target": "exit", "code": 0, "within": "5s"}
  ]
}
END
}

# One check for all tests of this file, as on a runner of GitHub Actions.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/summary.md "${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}" \
        check --quick --slow '/api/data?ms=300' --journal check.jsonl --report json=v.json -q -- \
        "${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}" serve --port '${port}' --fault exit-early \
        2>err.txt >out.txt || [ $? -eq 1 ]
}

broken_run() {
    broken_scenario
    run "$DRAINCTL" scenario broken.json --journal broken.jsonl -q "$@"
    exits 1
}

@test "all formats agree on the attempts of two scenarios with repeats" {
    broken_scenario
    run "$DRAINCTL" scenario broken.json control-no-signal --repeat 2 --jobs 4 --journal run.jsonl -q
    exits 1
    run "$validators/formats.py" "$DRAINCTL" run.jsonl
    echo "$output"
    exits 0
    has "formats, 4 runs"
}

# Nothing is compared that was not seen: three words, some intention left open, and one without an attempt.
@test "all formats agree on what people saw and on user-seconds" {
    people_scenario
    "$DRAINCTL" scenario people.json --repeat 2 --jobs 2 --journal people.jsonl -q --report json=v.json --report csv=v.csv
    jq -e '[.runs[].loads[].users] | map(.saw.fine, .saw.lost, .saw.stale, .open) | add > 0 and length == 24' v.json
    for word in fine lost stale; do
        jq -e --arg w $word '[.runs[].loads[].users.saw[$w]] | add > 0' v.json
    done
    jq -e '[.runs[].loads[].users | .open] | add > 0' v.json
    run "$validators/formats.py" "$DRAINCTL" people.jsonl
    echo "$output"
    exits 0
    has "people of 2 runs"

    # the same run against itself: no difference; against one in which an error was shown instead: told
    jq '.runs[].loads[0].users.saw |= (."error-shown" += .lost | .lost = 0)' v.json >shown.json
    run "$DRAINCTL" compare v.json v.json --report json
    jq -e '.verdict == "passed" and ([.rows[] | select(.kind == "saw")] | length >= 2 and all(.change == "unchanged"))
        and ([.rows[] | select(.what == "user-seconds lost")] | length == 3)' <<<"$output"
    run "$DRAINCTL" compare shown.json v.json
    exits 1
    has "orders: naive: people saw lost"
}

@test "all formats agree on the defects of a check" {
    cd "$BATS_FILE_TMPDIR"
    jq -e '.defects | length > 0' v.json
    run "$validators/formats.py" "$DRAINCTL" check.jsonl
    echo "$output"
    exits 0
    has "attempts, $(jq '.defects | length' v.json) defects"
}

@test "text that would like to break out of its field stays in it, in every format" {
    run "$validators/hostile.py" "$DRAINCTL"
    echo "$output"
    exits 0
    [[ "$output" =~ ^[0-9]{4,}\ fields,\ 0\  ]]
}

@test "har: who had to wait for a turn was blocked, and on a used connection there is no connect" {
    cat >s.json <<'END'
{
  "name": "waits", "target": {"reference": {}},
  "loads": [{"name": "late", "request": {"path": "/api/data?ms=100"}, "clients": 1, "rate": "20/s", "requests": 4}],
  "expect": [{"load": "late", "completed": "100%"}]
}
END
    "$DRAINCTL" scenario s.json --report har=r.har --report json=r.json -q
    node "$validators/read.cjs" har r.har >har.json
    jq -e '.entries | length == 4 and .[0].timings.connect >= 0 and .[0].timings.wait >= 90' har.json
    jq -e '.entries[1:] | all(.timings.connect == -1 and .timings.blocked > 0 and ._reused)' har.json
    jq -e '.entries[3].timings.blocked > 100' har.json # three of 100 ms before it, and one each 50 ms
    jq -e '.entries | all(.response.status == 200 and .response.statusText == "")' har.json
    jq -e '[.entries[].request.headers | map(select(.name == "traceparent"))[0].value] | unique | length == 4' har.json
    [ "$(jq '[.entries[].time] | max | . * 10 | round' har.json)" -eq \
        "$(jq '.runs[0].loads[0].latency_ms.max * 10 | round' r.json)" ]
}

@test "har: what was cut off is there, with its reason, and the signal and the exit are marked" {
    broken_run --report har=r.har
    node "$validators/read.cjs" har r.har >har.json
    jq -e '[.entries[] | select(._load == "long")] | length == 5 and all(
        ._outcome == "cut-off" and .response.status == 0 and ._phase == "waiting"
        and .timings.receive == 0 and (.response.statusText | startswith("cut-off: ")))' har.json
    jq -e '.pages[0].pageTimings | .onContentLoad > 0 and .onLoad >= .onContentLoad' har.json
    jq -e '.pages[0]._drain | map(.step) | index("signal") != null and index("exit") != null' har.json
}

@test "csv: a line for each attempt, in the order of time" {
    broken_run --report csv=r.csv --report json=r.json
    attempts=$(jq '[.runs[0].loads[].attempts] | add' r.json)
    [ "$(wc -l <r.csv)" -eq $((attempts + 1)) ]
    python3 - <<'END'
import csv
for row in csv.DictReader(open("r.csv", newline="")):
    times = [float(row[k]) for k in ("due_ms", "start_ms", "connected_ms", "sent_ms", "first_byte_ms",
                                     "end_ms") if row[k]]
    assert times == sorted(times), row
    assert abs(float(row["end_ms"]) - float(row["due_ms"]) - float(row["latency_ms"])) < 1e-6, row
    assert row["zero"] == "SIGTERM"
END
}

# As on a runner of GitHub Actions.
github() {
    env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$PWD/summary.md" GITHUB_WORKSPACE="$PWD" "$@"
}

headings() {
    node "$validators/read.cjs" markdown summary.md | jq '.headings | length'
}

@test "GitHub: a summary and annotations, and standard output stays the result" {
    mkdir -p tests/drain
    broken_scenario
    mv broken.json tests/drain
    cd tests # file names are relative to here, and GitHub wants them relative to the workspace
    status=0
    env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=../summary.md GITHUB_WORKSPACE="$PWD/.." "$DRAINCTL" \
        scenario drain/broken.json --report json --journal ../run.jsonl >../out.json 2>../err.txt || status=$?
    exits 1
    cd ..
    jq -e '.verdict == "failed"' out.json
    [ "$(grep -c '^::error title=broken%2C "at" 50%25,file=tests/drain/broken.json,line=9::long: ' err.txt)" -eq 2 ]
    grep -q '::long: 100%25 completed: 0 of 5' err.txt
    [ "$(grep -c '^::' err.txt)" -eq 2 ]
    [ "$(headings)" -eq 1 ]

    # report says it too, below what is there
    github "$DRAINCTL" report run.jsonl -q >/dev/null 2>err.txt || [ $? -eq 1 ]
    [ "$(headings)" -eq 2 ]
    [ "$(grep -c '^::error.*,file=drain/broken.json::' err.txt)" -eq 2 ] # not there any more: no line
}

@test "GitHub: a check's defects" {
    cd "$BATS_FILE_TMPDIR"
    [[ "$(cat out.txt)" == "failed  grade "* ]]
    for id in $(jq -r '.defects[].id' v.json); do
        grep -q "^::error title=$id%3A" err.txt
        grep -q "<details><summary>fix <code>$id</code>" summary.md
    done
    [ "$(grep -c ^:: err.txt)" -eq "$(jq '.defects | length' v.json)" ]
    [ "$(headings)" -eq 1 ]
}

@test "GitHub: nothing to annotate in a pass, and nothing at all elsewhere" {
    run github "$DRAINCTL" scenario control-no-signal --report tap
    exits 0
    [[ "$output" != *::* ]]
    grep -q passed summary.md
    rm summary.md
    broken_run
    [[ "$output" != *::* ]]
    [ ! -e summary.md ]
}

@test "GitHub: a summary stays within the 1 MiB of a step, and says what it leaves out" {
    broken_run
    for ((i = 0; i < 200; i++)); do cat broken.jsonl; done >many.jsonl
    head -c 900000 /dev/zero | tr '\0' x >summary.md # of an earlier command of the step
    run github "$DRAINCTL" report many.jsonl -q --report json=/dev/null
    exits 1
    [ "$(wc -c <summary.md)" -le 1048576 ]
    [ "$(wc -c <summary.md)" -gt 1000000 ]
    [ "$(grep -c '^::error' <<<"$output")" -eq 10 ]
    has "more, which the report has"
    tail -n 1 summary.md | grep -q 'more parts did not fit'
    [ "$(grep -c '<details>' summary.md)" -eq "$(grep -c '</details>' summary.md)" ]
    head -c 1048576 /dev/zero >summary.md # and when there is no room at all
    run github "$DRAINCTL" report many.jsonl -q --report json=/dev/null
    exits 1
    [ "$(wc -c <summary.md)" -eq 1048576 ]
    has "cannot write the summary"
}

@test "docs/reports.md has every format, every column of the CSV and every metric" {
    page="$BATS_TEST_DIRNAME/../docs/reports.md"
    for format in $("$DRAINCTL" report --help | sed -n '/^report formats:/,/^$/s/^  \([a-z]\+\)\b.*/\1/p'); do
        grep -q "^| \[\`$format\`\]" "$page"
    done
    cd "$BATS_FILE_TMPDIR"
    "$DRAINCTL" report check.jsonl -q --report csv=r.csv --report prometheus=r.prom || [ $? -eq 1 ]
    for column in $(head -n 1 r.csv | tr ',\r' '  '); do
        grep -q "\`$column\`" "$page"
    done
    for metric in $(sed -n 's/^# TYPE \(\S*\) .*/\1/p' r.prom); do
        grep -q "\`$metric\`" "$page"
    done
}
