#!/usr/bin/env bats
# Servers on which check was wrong once, each the shortest that shows its kind of error (tests/cases).

load helper

cases=$BATS_TEST_DIRNAME/../tests/cases

# case_of ARGS…: the JSON verdict of a check of the first run alone.
case_of() {
    run "$DRAINCTL" check --quick --report json "$@"
}

@test "a server that only says 503 and never exits is exit-never, and obeys nothing" {
    case_of --slow '/slow?ms=600' --grace 2s -- node "$cases/never-exits.js"
    exits 1
    jq -e '.grade == "D" and ([.defects[].id] | index("exit-never") != null)
           and ([.fine[] | select(startswith("it obeys"))] == [])' <<<"$output"
}
