#!/usr/bin/env bats
# Where reports go: in their place as a whole, or clearly not; never a crash, and the others all the same.

load helper

formats() {
    "$DRAINCTL" report --help | sed -n '/^report formats:/,/^$/s/^  \([a-z]\+\) .*/\1/p'
}

setup_file() {
    "${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}" scenario control-no-signal -q \
        --journal "$BATS_FILE_TMPDIR/run.jsonl"
}

report() {
    "$DRAINCTL" report "$BATS_FILE_TMPDIR/run.jsonl" "$@"
}

@test "every format on a full disk: said, exit status 3, and the other reports are written" {
    [ "$(formats | wc -l)" -ge 8 ]
    for format in $(formats); do
        run report -q --report "$format=/dev/full" --report "$format=$format.good"
        exits 3
        has "cannot write the report '/dev/full': No space left on device"
        [ -s "$format.good" ]
    done
    run report -q --report json=/dev/full --report csv=/dev/full
    exits 3
    [ "$(grep -c 'No space left' <<<"$output")" -eq 2 ] # each is said
}

@test "every format into a closed pipe: said, exit status 3" {
    for format in $(formats); do
        exec {pipe}> >(exec true)
        wait $!
        status=0
        report --report "$format" >&$pipe 2>err.txt || status=$?
        exec {pipe}>&-
        exits 3
        grep -q 'cannot write the report to standard output: Broken pipe' err.txt
    done
}

@test "a folder that is not there: before anything runs, and nothing is left of the others" {
    for format in $(formats); do
        run report --report json=fresh.json --report "$format=no/such/folder/x"
        exits 3
        has "cannot write the report 'no/such/folder/x': No such file or directory"
        has "hint: make its folder first: mkdir -p 'no/such/folder'"
    done
    run "$DRAINCTL" scenario control-no-signal --journal no/such/x
    exits 3
    has "hint: make its folder first: mkdir -p 'no/such'"
    [ -z "$(ls)" ]
}

@test "a summary for GitHub that cannot be written is a warning: the result is where it was asked for" {
    for place in /no/such/folder/x /dev/full "$PWD"; do
        run env GITHUB_STEP_SUMMARY="$place" "$DRAINCTL" report -q "$BATS_FILE_TMPDIR/run.jsonl"
        exits 0
        has "warning: cannot write the summary '$place'"
        has "passed  control-no-signal"
    done
}

@test "a file is replaced as a whole: who has the old one open keeps it, its mode and its links stay" {
    echo old >there.prom
    chmod 640 there.prom
    ln -s there.prom link.prom
    exec {old}<there.prom
    report -q --report prometheus=link.prom
    [ "$(cat <&$old)" = old ]
    exec {old}<&-
    grep -q '^drainctl_run_verdict{' there.prom
    [ -L link.prom ]
    [ "$(stat -c %a there.prom)" = 640 ]
    [ "$(ls -A)" = "$(printf 'link.prom\nthere.prom')" ]
}

@test "a write that fails leaves what stood there, and nothing beside it" {
    echo old >there.har
    run bash -c 'trap "" XFSZ; ulimit -f 8; exec "$@"' - "$DRAINCTL" report -q "$BATS_FILE_TMPDIR/run.jsonl" \
        --report har=there.har --report har=fresh.har
    exits 3
    has "cannot write the report 'there.har': File too large"
    has "cannot write the report 'fresh.har': File too large"
    [ "$(cat there.har)" = old ]
    [ "$(ls -A)" = there.har ]
}

@test "what cannot be replaced is written in place: a name of several, a pipe, a standard stream" {
    echo old >one.csv
    ln one.csv two.csv
    report -q --report csv=one.csv
    cmp one.csv two.csv
    grep -q control-no-signal two.csv

    mkfifo pipe
    cat pipe >through.csv 3>&- &
    report -q --report csv=pipe
    wait $!
    cmp through.csv one.csv
    [ -p pipe ]

    { report --report csv=/dev/stderr >out.txt && echo more >&2; } 2>>err.csv
    [ "$(head -n -1 err.csv)" = "$(cat one.csv)" ]
    [ "$(tail -n 1 err.csv)" = more ] # what the stream's owner writes goes to the same file
}

@test "a report that was never written leaves no empty file" {
    run "$DRAINCTL" report no-such.jsonl --report json=fresh.json
    exits 2
    run "$DRAINCTL" scenario no-such.json --report json=fresh.json
    exits 2
    [ -z "$(ls -A)" ]
}

# Two outputs in one file would lose one of them, and a report in the place of what it is made of would lose that.
@test "one file for two outputs, or for what is read: refused before anything runs, and nothing is lost" {
    cp "$BATS_FILE_TMPDIR/run.jsonl" journal
    cat >s.json <<'END'
{"name": "n", "target": {"command": ["no-such-program"]}, "loads": [{"name": "l", "request": {"path": "/"}}]}
END
    echo '[]' >known
    ln -s s.json link.json
    sha256sum ./* >before
    refuses() { # TEXT COMMAND...
        local text=$1
        shift
        run "$DRAINCTL" "$@"
        exits 2
        has "$text"
        has "hint: "
        sha256sum --quiet --check before
        [ "$(ls)" = "$(printf 'before\njournal\nknown\nlink.json\ns.json')" ]
    }
    refuses "the report 'new' would be written over another report" scenario s.json --report json=new --report csv=new
    refuses "the report './new' would be written over another report" scenario s.json --report json=new --report csv=./new
    refuses "the report 'new' would be written over the journal" scenario s.json --report json=new --journal new
    refuses "the report 'link.json' would be written over the scenario" scenario s.json --report json=link.json
    refuses "the journal 's.json' would be written over the scenario" scenario link.json --journal s.json
    refuses "the report 's.json' would be written over the scenario" plan s.json --report json=s.json
    refuses "the report 'journal' would be written over the journal that it is made of" report journal --report html=journal
    refuses "the report 'known' would be written over the baseline" report journal --baseline known --report html=known
    refuses "the report 'known' would be written over the baseline" check --baseline known --report json=known -- true
    refuses "the journal 'known' would be written over the baseline" check --baseline known --journal known -- true
    refuses "the report 'journal' would be written over BASE" compare journal s.json --report json=journal
    refuses "the report 'journal' would be written over HEAD" compare s.json journal --report json=journal
    # what loses nothing stays allowed
    run report -q --report json=/dev/null --report csv=/dev/null
    exits 0
}

@test "a report without the name of its file" {
    run report --report json=
    exits 2
    has "the report 'json=' names no file"
}
