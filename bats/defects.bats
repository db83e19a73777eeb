# The catalogue's source: a page a defect. What is wrong in one is said with its file and line.

setup() {
    load helper
    cd "$BATS_TEST_TMPDIR" || return
    cp -r "$BATS_TEST_DIRNAME/../defects" .
    page=defects/exit-late.md
}

made() { "$BATS_TEST_DIRNAME/../tools/defects" source defects; }

refuses() { # TEXT
    run made
    [ "$status" -ne 0 ]
    [[ $output == *"$1"* ]] || { echo "not said: $1" >&2; return 1; }
}

@test "every page becomes a row, and a row its page" {
    run made
    [ "$status" -eq 0 ]
    [ "$(grep -c '^        \.id = ' <<<"$output")" -eq "$(ls defects/*.md | wc -l)" ]
}

@test "each sentence that contradictions.jq looks for is one of the catalogue" {
    local sentences said
    sentences=$(made | sed -nE 's/^ *\.fine = "(.*)",$/\1/p' | sed 's/{n}/3/g')
    grep -oE '\], "[^"]+"\]' "$BATS_TEST_DIRNAME/../tests/contradictions.jq" >rows
    [ "$(wc -l <rows)" -gt 10 ]
    while IFS='"' read -r _ said _; do
        grep -qE "^$said" <<<"$sentences" || { echo "no page says: $said" >&2; return 1; }
    done <rows
}

@test "a key that there is not" {
    sed -i 's/^severity:/severeness:/' "$page"
    refuses 'exit-late.md:4: "severeness" is no key of the head'
}

@test "a severity that there is not" {
    sed -i 's/^severity: .*/severity: grave/' "$page"
    refuses 'exit-late.md:4: "grave" is no severity'
}

@test "a page without a rule" {
    sed -i '/^rule:/d' "$page"
    refuses 'exit-late.md: the page has no "rule:" in its head'
}

@test "a page without a part, and one with a part too many" {
    sed -i '/^## Why it hurts/,/^## How to mend it/{/^## How/!d}' "$page"
    refuses 'exit-late.md: the page has no part "Why it hurts"'
    cp "$BATS_TEST_DIRNAME/../$page" "$page"
    sed -i 's/^## Reference/## Sources/' defects/exit-never.md
    refuses 'there is no part "Sources" in a page'
}

@test "a heading that is not the file's name" {
    sed -i 's/^# exit-late/# exit-too-late/' "$page"
    refuses 'the heading must be "# exit-late"'
}

@test "a defect that covers one that there is not" {
    sed -i '/^unit:/a covers: exit-nevermore' "$page"
    refuses 'covers "exit-nevermore", which is no page'
}

@test "two defects that hide each other, by way of a third" {
    sed -i '/^unit:/a covers: upload-cut' "$page" # exit-never covers exit-late
    sed -i '/^unit:/a covers: exit-never' defects/upload-cut.md
    refuses 'covers itself, by way of "exit-'
}

@test "a claim that there is not, and a denial that is no function of the kind" {
    sed -i '/^fine:/a claim: perhaps' "$page"
    refuses '"perhaps" is no claim; they are answered told'
    cp "$BATS_TEST_DIRNAME/../$page" "$page"
    sed -i 's/^unless: .*/unless: sometimes/' "$page"
    refuses 'what denies it is a function denies_NAME, not "sometimes"'
}
