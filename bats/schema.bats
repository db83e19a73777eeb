#!/usr/bin/env bats
# scenarios/scenario.schema.json by a validator that is not ours (ajv, strict); how it and the parser
# agree on what is wrong, tests/unit/test_plan_mutants.c compares.

load helper

validators=$BATS_TEST_DIRNAME/../tests/validators
scenarios=$BATS_TEST_DIRNAME/../scenarios

@test "every built-in scenario is valid, and so is the manual's example" {
    mapfile -t files < <(ls "$scenarios"/*.json | grep -v schema.json)
    [ "${#files[@]}" -ge 14 ]
    sed -n '/^```jsonc$/,/^```$/p' "$BATS_TEST_DIRNAME/../docs/scenario.md" | sed '1d;$d' >manual.json
    node "$validators/valid.mjs" "${files[@]}" manual.json
    run "$DRAINCTL" plan manual.json
    exits 0
}

@test "the schema names the place of what is wrong" {
    sed 's/"completed"/"complete"/; s/"in_flight": 5/"in_flight": 0/' \
        "$scenarios/readiness-before-listener.json" >s.json
    run node "$validators/valid.mjs" s.json
    exits 1
    has "/expect/0: must NOT have additional properties"
    has "/signals/0/when/in_flight: must be >= 1"
    run "$DRAINCTL" plan s.json
    exits 2
}

@test "the installed schema stands beside the scenarios" {
    make -s -C "$BATS_TEST_DIRNAME/.." B="$(dirname "$DRAINCTL")" DESTDIR="$PWD/root" PREFIX=/usr install
    cmp root/usr/share/drainctl/scenarios/scenario.schema.json "$scenarios/scenario.schema.json"
    root/usr/bin/drainctl plan --schema | cmp - "$scenarios/scenario.schema.json"
}
