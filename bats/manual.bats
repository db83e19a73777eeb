#!/usr/bin/env bats
# The manual pages: nothing of the tables is missing from them, and readers of manual pages find nothing to
# object to. Section 1 is printed by the program, section 5 made from docs/.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    cd "$BATS_TEST_DIRNAME/.." || return 1
    : "${DRAINCTL:=$PWD/build/drainctl}"
    export PAGES=$BATS_FILE_TMPDIR DRAINCTL
    local command page
    "$DRAINCTL" help --man >"$PAGES/drainctl.1"
    for command in $(commands); do
        "$DRAINCTL" help --man "$command" >"$PAGES/drainctl-$command.1"
    done
    for page in scenario journal; do
        tools/manpage "drainctl-$page" 2026-11-24 1.2.3 "docs/$page.md" >"$PAGES/drainctl-$page.5"
    done
    for page in "$PAGES"/*.[15]; do
        mandoc -T utf8 "$page" | LC_ALL=C.UTF-8 col -bx >"$page.txt"
    done
}

commands() {
    "$DRAINCTL" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# rendered PAGE: as mandoc shows it, all blanks as one
rendered() {
    tr -s ' \n' '  ' <"$PAGES/$1.txt"
}

# in_page PAGE WORD...: each of them is there
in_page() {
    local text page=$1 word
    text=$(rendered "$page")
    shift
    for word in "$@"; do
        [[ "$text" == *" $word"[\ ,.\(]* ]] && continue
        echo "$page does not mention '$word'" >&2
        return 1
    done
}

@test "a page for every command, and drainctl(1) lists them all" {
    local command
    [ "$(commands | wc -l)" -ge 8 ]
    for command in $(commands); do
        in_page drainctl.1 "drainctl-$command"
        in_page "drainctl-$command.1" "drainctl-$command" "NAME" "SYNOPSIS" "EXIT STATUS" "SEE ALSO"
    done
}

@test "every option of --help is on its page" {
    local command option count=0
    for command in $(commands); do
        for option in $("$DRAINCTL" help "$command" | grep -oE '^  (-[a-z], |    )--[a-z0-9-]+' | tr -d ,); do
            in_page "drainctl-$command.1" "$option"
            count=$((count + 1))
        done
    done
    [ "$count" -ge 60 ]
}

@test "every report format of --help is on its page, and only where reports are written" {
    local command formats with=0
    for command in $(commands); do
        formats=$("$DRAINCTL" help "$command" | sed -n '/^report formats:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p')
        if [ -z "$formats" ]; then
            run in_page "drainctl-$command.1" "REPORT FORMATS"
            [ "$status" -ne 0 ]
            continue
        fi
        # shellcheck disable=SC2086 # a list of words
        in_page "drainctl-$command.1" "REPORT FORMATS" $formats
        with=$((with + 1))
    done
    [ "$with" -ge 3 ]
}

@test "every exit status of drainctl is in drainctl(1) and on the page of scenario" {
    local statuses
    statuses=$("$DRAINCTL" explain | grep -oE '^  exit-[0-9]+' | grep -oE '[0-9]+')
    [ "$(wc -w <<<"$statuses")" -eq 6 ]
    # shellcheck disable=SC2086
    in_page drainctl.1 $statuses
    # shellcheck disable=SC2086
    in_page drainctl-scenario.1 $statuses
}

@test "every example of --help is on its page, word for word" {
    local command line
    for command in $(commands); do
        while IFS= read -r line; do
            grep -qF -- "$line" "$PAGES/drainctl-$command.1.txt" || { echo "$command: $line" >&2; false; }
        done < <("$DRAINCTL" help "$command" | sed -n '/^examples:/,$s/^  //p')
    done
}

@test "drainctl-journal(5) knows every event and every key" {
    local words keys key text
    cd "$BATS_TEST_DIRNAME/.."
    words=$(sed -n 's/.*X([A-Z_]*, "\([a-z-]*\)".*/\1/p' lib/journal/event.h)
    keys=$(grep -oE '(INT|STR|RAW)\("[a-z_]+"' lib/journal/event.c | cut -d'"' -f2 | sort -u)
    [ "$(wc -w <<<"$words")" -ge 30 ]
    # shellcheck disable=SC2086
    in_page drainctl-journal.5 $words
    text=$(rendered drainctl-journal.5)
    for key in $keys; do
        [[ "$text" =~ [\ \(]$key[,\)\ .] ]] || { echo "no key '$key'" >&2; false; }
    done
}

@test "drainctl-scenario(5) knows every key of the schema" {
    local key count=0 text
    text=$(rendered drainctl-scenario.5)
    for key in $(jq -r '[.. | objects | .properties? // empty | keys[]] | unique[] | select(. != "$schema")' \
        "$BATS_TEST_DIRNAME/../scenarios/scenario.schema.json"); do
        # the outcomes go by both spellings
        [[ "$text" =~ [^a-z_]${key//-/[-_]}[^a-z_] ]] || { echo "no key '$key'" >&2; false; }
        count=$((count + 1))
    done
    [ "$count" -ge 50 ]
}

@test "mandoc and man object to nothing, and whatis finds the name" {
    local page
    for page in "$PAGES"/*.[15]; do
        run mandoc -T lint -W warning "$page"
        [ -z "$output" ]
        exits 0
        run env LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page"
        [[ "$output" != *warning* ]]
        run lexgrog "$page"
        exits 0
    done
}

@test "pages fit into 80 columns" {
    local page
    for page in "$PAGES"/*.[15]; do
        [ "$(LC_ALL=C.UTF-8 wc -L <"$page.txt")" -le 80 ] || { echo "$page is wider" >&2; false; }
    done
}

@test "a page does not depend on when it is made, nor on the terminal" {
    "$DRAINCTL" help --man check >one
    COLUMNS=200 TZ=Asia/Tokyo LANG=C "$DRAINCTL" help --man check >two
    cmp one two
    grep -q '^.TH DRAINCTL\\-CHECK 1 20[0-9-]* "drainctl ' one
}

@test "the README mentions every command" {
    local command
    for command in $(commands); do
        grep -qE "drainctl $command\b" "$BATS_TEST_DIRNAME/../README.md" ||
            { echo "README.md does not mention 'drainctl $command'" >&2; false; }
    done
}
