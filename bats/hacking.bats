#!/usr/bin/env bats
# What HACKING.md and docs/design.md tell a contributor is so.

load helper

ROOT="$BATS_TEST_DIRNAME/.."

prose() { # a page without its code blocks
    sed '/^```/,/^```/d' "$1"
}

@test "every file and folder that HACKING.md names is there" {
    local path missing=
    prose "$ROOT/HACKING.md" | grep -oE '`[^` ]+`' | tr -d '`' | grep -E '/|\.md$|\.tsv$' | sort -u >paths
    [ "$(wc -l <paths)" -gt 25 ]
    while read -r path; do
        compgen -G "$ROOT/$path" >/dev/null || missing="$missing $path"
    done <paths
    [ -z "$missing" ] || { echo "HACKING.md names what is not there:$missing" >&2; false; }
}

@test "every table that HACKING.md names is in the file that it names" {
    local name file
    prose "$ROOT/HACKING.md" | grep -oE '`[A-Za-z_]+` in `[^` ]+`' | tr -d '`' | sed 's/ in / /' >names
    [ "$(wc -l <names)" -ge 10 ]
    while read -r name file; do
        grep -qw -- "$name" "$ROOT/$file" || { echo "there is no '$name' in $file" >&2; false; }
    done <names
}

@test "every target that HACKING.md names is one of make" {
    local target
    # the database is printed, and nothing is made
    env -u MAKEFLAGS -u MAKELEVEL make -C "$ROOT" -qp no-such-target >database 2>/dev/null || true
    for target in $(grep -oE '\bmake [a-z][a-z-]*' "$ROOT/HACKING.md" | cut -d' ' -f2 | sort -u); do
        grep -q "^$target:" database || { echo "make has no target '$target'" >&2; false; }
    done
}

@test "the layers of docs/design.md are those of tools/layers" {
    sed -nE 's,^\| ([0-9]+) \| `(lib/)?([a-z]+)/` .*,\3 \1,p' "$ROOT/docs/design.md" | sort >said
    grep -vE '^#|^gen ' "$ROOT/tools/layers" | sort | diff - said
}

@test "docs/design.md has every outcome and every reason" {
    local word
    sed -nE '/define OUTCOME_MAP/,/^$/s/^ *X\([A-Z_0-9]+, "([^"]+)".*/\1/p
             /define REASON_MAP/,/^$/s/^ *X\([A-Z_0-9]+, "([^"]+)".*/\1/p' "$ROOT/lib/words/words.h" >words
    [ "$(wc -l <words)" -gt 25 ]
    while read -r word; do
        grep -q "\`$word\`" "$ROOT/docs/design.md" || { echo "design.md lacks '$word'" >&2; false; }
    done <words
}

@test "tests/README.md has every folder of tests/, and names none that is not there" {
    local folder
    for folder in "$ROOT"/tests/*/; do
        grep -q "\`$(basename "$folder")/\`" "$ROOT/tests/README.md" ||
            { echo "tests/README.md lacks $folder" >&2; false; }
    done
    for folder in $(prose "$ROOT/tests/README.md" | grep -oE '`[./a-z]+/`' | tr -d '`' | sort -u); do
        [ -d "$ROOT/tests/$folder" ] || { echo "there is no tests/$folder" >&2; false; }
    done
}

@test "no comment points to a page outside the repository" {
    run grep -rnE '\b(DESIGN|FACTS)(\.md|,|:)|\bresearch/' "$ROOT"/{lib,cmd,server,tests/unit,tools,bats/helper.bash}
    [ -z "$output" ]
}

# The sanitizers change nothing about it, and cannot be linked with the flags of a release.
@test "the worked example of HACKING.md, a command in three files, builds and runs" {
    [[ $DRAINCTL != */asan/* ]] || skip "the other build shows it"
    local build file
    build=$(dirname "$DRAINCTL")
    sed -n '/^```diff$/,/^```$/{/^```/d;p}' "$ROOT/HACKING.md" >example.patch
    mkdir tree
    cp -a "$ROOT"/{Makefile,README.md,cmd,lib,server,scenarios,defects,tests,tools} tree
    mkdir -p tree/build/web/page
    cp -a "$build"/{obj,gen,.without,*.a} tree/build # so that only the example is compiled
    cp -a "$ROOT/build/web/report.html" tree/build/web
    cp -a "$ROOT/build/web/page/.installed" tree/build/web/page
    cd tree
    run git -c core.autocrlf=false apply -v ../example.patch
    exits 0
    [ "$(grep -c '^+++ ' ../example.patch)" -eq 3 ]
    unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES # of a make around this one
    run make -n B=build build/drainctl
    # With -n, make takes what depends on the choice of parts (.without) for out of date.
    [ "$(grep ' -c -o ' <<<"$output" | grep -vcE 'work/(drivers|queue)\.o')" -le 2 ] ||
        { echo "more is built: $output" >&2; false; }
    run make -s B=build build/drainctl
    exits 0
    run build/drainctl outcomes
    exits 0
    [ "${#lines[@]}" -eq 8 ]
    has "cut-off       the server had the request, or may have"
    run build/drainctl help
    has "outcomes   what can become of an attempt"
    grep -q 'drainctl outcomes' README.md
}
