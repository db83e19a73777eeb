#!/usr/bin/env bats
# The GitHub Action and the GitLab template: read by validators, and run as the runners of both run them.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    export DRAINCTL ROOT=$BATS_TEST_DIRNAME/..
    TOOLS=$(realpath "$ROOT/tests/validators/node_modules")
    # the action's make builds what is under test, and nothing of a make around this one reaches it
    B=$(realpath --relative-to="$ROOT" "$(dirname "$DRAINCTL")")
    PROFILE=release
    [[ "$DRAINCTL" != */asan/* ]] || PROFILE=asan
    export TOOLS B PROFILE
    unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES
}

setup() {
    [ "$PROFILE" = release ] || skip "the templates do not change with the sanitizers"
    export NO_COLOR=1
    cd "$BATS_TEST_TMPDIR" || return 1
}

validate_action() {
    node "$TOOLS/@action-validator/cli/cli.mjs" "$1"
}

action() {
    "$ROOT/tests/ci/run-action" "$ROOT" outputs.json "$@"
}

output_is() { # VERDICT STATUS
    [ "$(jq -r '.verdict + "," + .status' outputs.json)" = "$1,$2" ] || { cat outputs.json >&2; false; }
}

# scenario NAME EXPECT: a scenario file in the current folder
scenario() {
    printf '{"name": "%s", "target": {"reference": {}}, "loads": [{"name": "l", "request": {"path": "/live"}, "requests": 2}],
"expect": [%s]}' "$1" "$2" >"$1.json"
}

# In a git repository of its own, as a user has it.
gitlab_repository() {
    scenario fine '{"load": "l", "completed": "100%"}'
    mkdir -p ci drain
    mv fine.json drain
    cp "$ROOT/docs/ci/gitlab.yml" ci
    printf 'include: [{local: ci/gitlab.yml}]\ndrain:\n  extends: .drainctl\n  variables: {DRAINCTL_SCENARIOS: drain}\n' >.gitlab-ci.yml
    git init -q .
    git add -A
    git -c user.name=test -c user.email=test@localhost commit -q -m test
}

gitlab() {
    HOME=$PWD PATH="$(dirname "$DRAINCTL"):$PATH" node "$TOOLS/gitlab-ci-local/src/index.js" --shell-executor-no-image "$@"
}

@test "GitHub: the action is valid, and the validator sees what is not" {
    validate_action "$ROOT/action.yml"
    sed 's/using: composite/using: composit/' "$ROOT/action.yml" >action.yml
    run validate_action action.yml
    [ "$status" -ne 0 ]
    run yamllint -d '{extends: relaxed, rules: {line-length: disable}}' --strict "$ROOT/action.yml" "$ROOT/docs/ci/gitlab.yml"
    exits 0
}

@test "GitHub: no input is pasted into a script, and shellcheck has nothing to say" {
    local i n
    python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)' "$ROOT/action.yml" >action.json
    run ! jq -e '.runs.steps[].run | select(contains("${{"))' action.json
    n=$(jq '.runs.steps | length' action.json)
    [ "$n" -eq 2 ]
    for ((i = 0; i < n; i++)); do
        jq -r ".runs.steps[$i].run" action.json >step.sh
        run shellcheck -s bash step.sh
        exits 0
    done
    # what it says it takes is what it uses
    [ "$(jq -r '.inputs | keys[]' action.json | sort)" = \
        "$(jq -r '.runs.steps[] | (.env // {})[], ."working-directory" // ""' action.json | grep -oE 'inputs\.[a-z-]+' | cut -d. -f2 | sort)" ]
}

@test "docs/ci.md: its YAML is YAML, and gives the action inputs that it has" {
    run python3 - "$ROOT" <<'END'
import re, sys, yaml
root = sys.argv[1]
known = yaml.safe_load(open(root + "/action.yml"))["inputs"]
blocks = [yaml.safe_load(b) for b in re.findall(r"```yaml\n(.*?)```", open(root + "/docs/ci.md").read(), re.S)]
steps = [s for b in blocks for s in b.get("jobs", {}).get("drain", {}).get("steps", []) if "drainctl" in s["uses"]]
assert len(blocks) == 2 and len(steps) == 1, blocks
assert set(steps[0]["with"]) <= set(known), steps
for name in known:
    assert "`%s`" % name in open(root + "/docs/ci.md").read(), name
assert blocks[1]["drain"]["extends"] in yaml.safe_load(open(root + "/docs/ci/gitlab.yml"))
END
    exits 0
}

@test "GitHub: it builds drainctl, runs the scenarios, and says the verdict" {
    mkdir "a folder"
    scenario fine '{"load": "l", "completed": "100%"}'
    cp fine.json "a folder/it's fine.json"
    run action scenarios=$'fine.json\n\n  \na folder/it\'s fine.json\n' args="--repeat 2 --seed '7'" \
        junit="drain report.xml" json=v.json journal=drain.jsonl
    exits 0
    has "4 scenarios: 4 passed"
    output_is passed 0
    xmllint --noout "drain report.xml"
    [ "$(jq '.runs | length' v.json)" -eq 4 ]
    "$DRAINCTL" report drain.jsonl --report json | cmp - v.json
}

@test "GitHub: failed, inconclusive and wrong files fail the step, each with its status" {
    scenario broken '{"load": "l", "completed": 0}'
    scenario empty ''
    echo '{' >wrong.json
    run action scenarios=broken.json
    exits 1
    output_is failed 1
    has "::error"
    grep -q broken summary.md
    run action scenarios=empty.json
    exits 3
    output_is inconclusive 3
    run action scenarios=wrong.json
    exits 2
    output_is "" 2
    run action scenarios=missing.json args="--repeat 'unfinished"
    exits 2
    has "::error::the input 'args'"
    output_is "" 2
}

# drainctl itself, told of none, runs its built-in scenarios against its own server: green, and nothing proven.
@test "GitHub, GitLab: no scenarios are no pass" {
    run action scenarios=$' \n\n'
    exits 2
    has "::error::the input 'scenarios' names none"
    output_is "" 2
    gitlab_repository
    sed -i 's/SCENARIOS: drain}/SCENARIOS: ""}/' .gitlab-ci.yml
    git add -A
    run gitlab drain
    [ "$status" -ne 0 ]
    has "DRAINCTL_SCENARIOS"
}

@test "GitHub: what stands in an input is never run" {
    run action scenarios='$(touch pwned); `touch pwned`' args='$(touch pwned) "; touch pwned"' junit='";touch pwned;"'
    [ "$status" -ne 0 ]
    run action scenarios='--list' # behind "--": a file of that name, not an option
    exits 2
    has "'--list'"
    [ ! -e pwned ]
}

@test "GitLab: the job is valid and runs; a broken expectation fails it" {
    gitlab_repository
    run gitlab drain
    exits 0
    has "json schema validated"
    has "PASS"
    xmllint --noout drainctl.xml
    [ -s drainctl.jsonl ]
    scenario broken '{"load": "l", "completed": 0}'
    mv broken.json drain
    git add -A
    run gitlab drain
    [ "$status" -ne 0 ]
    has "1 failed"
    xmllint --noout drainctl.xml
}

@test "GitLab: what the schema does not know is seen" {
    gitlab_repository
    sed -i 's/when: always/when: sometimes/' ci/gitlab.yml
    run gitlab --list
    [ "$status" -ne 0 ]
    has "sometimes"
}

@test "GitLab: without drainctl in the image it is built from its checkout" {
    gitlab_repository
    sed -i "s|SCENARIOS: drain}|SCENARIOS: drain, DRAINCTL_SOURCE: '$(realpath "$ROOT")'}|" .gitlab-ci.yml
    git add -A
    run env HOME="$PWD" PATH=/usr/bin:/bin "$(command -v node)" "$TOOLS/gitlab-ci-local/src/index.js" \
        --shell-executor-no-image drain
    exits 0
    has "installed below"
    has "passed  fine"
}
