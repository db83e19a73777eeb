#!/usr/bin/env bats
# --report html: the page in a real browser, beside the JSON report of the same journal. The browser's part is
# in tests/web; what it needs from npm is below build/web/tests (tests/web.mk).

load helper

# One run in which requests are cut, and what is made of it.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    cat >cut.json <<'EOF'
{
  "name": "reports-through-a-deploy", "about": "Long reports and a trickle when SIGTERM arrives.",
  "target": {"reference": {"fault": "cut-in-flight"}},
  "loads": [
    {"name": "reports", "request": {"path": "/api/data?ms=5000"}, "clients": 20, "requests": 20, "connection": "new"},
    {"name": "streams", "request": {"path": "/api/stream?ms=5000&chunks=50"}, "clients": 4, "requests": 4},
    {"name": "upload", "request": {"method": "POST", "path": "/api/upload", "body": {"bytes": 400000, "over": "5s"}},
     "clients": 4, "requests": 4},
    {"name": "trickle", "request": {"path": "/api/data?ms=20"}, "rate": "100/s",
     "stop": {"after": "100ms", "of": "SIGTERM"}}
  ],
  "signals": [{"send": "SIGTERM", "when": {"load": "trickle", "request": 25, "phase": "waiting"}}],
  "expect": [{"load": "reports", "completed": "100%"}, {"target": "exit", "code": 0}]
}
EOF
    "${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}" scenario cut.json --journal cut.jsonl --report json=cut.report \
        --report html=cut.html -q || [ $? -eq 1 ]
}

# in_browser SCRIPT ARG...: once is enough, and the sanitizers have nothing to say about it.
in_browser() {
    [ -z "${SKIP_BROWSER:-}" ] || skip "the page is the same whatever the program was built with"
    local script=$1
    shift
    WEB_TESTS=$BATS_TEST_DIRNAME/../build/web/tests run node "$BATS_TEST_DIRNAME/../tests/web/$script.mjs" "$@"
    [ "$status" -eq 0 ] || echo "$output" >&2
    return "$status"
}

@test "the page shows what the JSON report says" {
    in_browser counts "$BATS_FILE_TMPDIR/cut.html" "$BATS_FILE_TMPDIR/cut.report"
}

@test "it can be filtered, zoomed, hovered, and used with the keyboard alone; light and dark" {
    in_browser use "$BATS_FILE_TMPDIR/cut.html" "$BATS_TEST_TMPDIR"
}

# A fault that shows however busy the machine is.
@test "a check: its grade, its defects and their fixes, and every run" {
    [ -z "${SKIP_BROWSER:-}" ] || skip "the page is the same whatever the program was built with"
    run "$DRAINCTL" check --quick --slow '/api/data?ms=600' --path /live --ready /ready --live /live \
        --journal check.jsonl --report html=check.html --report json=check.report -- \
        "$DRAINCTL" serve --port "\${port}" --fault exit-early
    exits 1
    cat check.jsonl check.jsonl >twice.jsonl
    "$DRAINCTL" report twice.jsonl -q --report html=twice.html --report json=twice.report || [ $? -eq 1 ]
    in_browser check twice.html twice.report
    in_browser axe check.html twice.html "$BATS_FILE_TMPDIR/cut.html"
}

@test "what people saw: a table, and each intention as a line that joins its attempts" {
    people_scenario
    "$DRAINCTL" scenario people.json --report html=people.html --report json=people.report -q
    in_browser people people.html people.report
    in_browser axe people.html
}

@test "hostile names, paths and output stay text" {
    "$BATS_TEST_DIRNAME/../tests/web/hostile.py" "$BATS_FILE_TMPDIR/cut.jsonl" evil.jsonl
    "$DRAINCTL" report evil.jsonl -q --report html=evil.html || [ $? -eq 1 ]
    [ "$(grep -c '</script>' evil.html)" -eq 3 ]
    in_browser hostile evil.html
}

@test "20,000 requests: at most 2 MB" {
    "$BATS_TEST_DIRNAME/../tests/web/journal.py" 20000 >many.jsonl
    "$DRAINCTL" report many.jsonl -q --report html=many.html || [ $? -eq 1 ]
    size=$(wc -c <many.html)
    echo "$size bytes"
    [ "$size" -le 2000000 ]
    in_browser large many.html 20000
}

@test "it is one file: no address but that of the library's home, and no second element of code" {
    page=$BATS_TEST_DIRNAME/../build/web/report.html
    [ "$(grep -oE 'https?://[^ "'"'"'<>)]*' "$page" | sort -u | grep -cvE 'leeoniya/uPlot|www.w3.org/2000/svg')" -eq 0 ]
    ! grep -qE '<(link|script|img)[^>]*(src|href)="[^d]' "$page"
    grep -q 'The MIT License' "$page"
}

@test "a page that cannot be written is said, and nothing crashes" {
    run "$DRAINCTL" report "$BATS_FILE_TMPDIR/cut.jsonl" --report html=/dev/full
    exits 3
    has "No space left on device"
    run "$DRAINCTL" report "$BATS_FILE_TMPDIR/cut.jsonl" --report html=nowhere/page.html
    exits 3
    has "nowhere/page.html"
    run bash -c '"$DRAINCTL" report "$1" --report html 2>err | head -c 100; s=${PIPESTATUS[0]}; echo; echo "$s"' - \
        "$BATS_FILE_TMPDIR/cut.jsonl"
    has "<!DOCTYPE html>"
    [ "${lines[-1]}" -eq 3 ]
}

@test "without npm the build says what is missing" {
    mkdir bin to
    for tool in sh mkdir flock cmp cp touch cat; do ln -s "$(command -v "$tool")" "bin/$tool"; done
    run env PATH="$PWD/bin" "$BATS_TEST_DIRNAME/../tools/npm-install" "$BATS_TEST_DIRNAME/../tests/web" to
    exits 1
    has "npm is missing"
    has "tools/deps build"
}
