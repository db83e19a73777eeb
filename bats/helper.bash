# Loaded by every file of this suite: a fresh folder for each test, and waiting for events.
# DRAINCTL is the program under test (tests/run-bats sets it).
# shellcheck disable=SC2154 # output and status are what `run` of bats sets

setup() {
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    export DRAINCTL
    export NO_COLOR=1
    unset GITHUB_STEP_SUMMARY GITHUB_ACTIONS GITHUB_WORKSPACE # of the CI that runs these tests
    cd "$BATS_TEST_TMPDIR" || return 1
}

# End what a test has left in the background; bats would wait for it.
end_jobs() {
    local pid
    for pid in $(jobs -p); do
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true # else the shell says that it was killed
    done
}

# End the servers in the background whose pid files stand in the test's folder.
end_servers() {
    local pid_file
    for pid_file in "$BATS_TEST_TMPDIR"/*.pid; do
        [ ! -e "$pid_file" ] || "$DRAINCTL" stop -q --signal KILL --pid-file "$pid_file" 2>/dev/null || true
    done
}

teardown() {
    end_servers
    end_jobs
}

# serve OPTIONS...: the reference server in the background, with a control port; `url` and `control` say
# where it is, and server.log is its log. It ends with the test.
# shellcheck disable=SC2034 # the tests read them
serve() {
    export TMPDIR=${TMPDIR:-$PWD} # where a server that is killed leaves its folder
    "$DRAINCTL" serve -b -q --control 0 --log server.log "$@" >ports
    url=http://127.0.0.1:$(sed -n 1p ports)
    control=$(sed -n 2p ports)
}

# wait_until COMMAND...: until it succeeds; 20 s at most. It looks for the event every 20 ms: the shell
# has nothing to be woken by.
wait_until() {
    local tries
    for ((tries = 0; tries < 1000; tries++)); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.02
    done
    echo "waited in vain for: $*" >&2
    return 1
}

# slow_under_asan: skip a test that takes long under the sanitizers; one of its file runs there.
slow_under_asan() {
    [[ "$DRAINCTL" != */asan/* ]] || skip "slow under the sanitizers"
}

# interrupt PID FILE: once FILE holds the pid of what drainctl (PID) has started, SIGTERM to drainctl; it exits with
# 143, and the other process is gone as well.
interrupt() {
    wait_until test -s "$2"
    kill -TERM "$1"
    status=0
    wait "$1" || status=$?
    exits 143
    run kill -0 "$(cat "$2")"
    [ "$status" -ne 0 ]
}

# scenario_for COMMAND [TARGET_KEYS]: write s.json with a target that runs COMMAND (a JSON array).
scenario_for() {
    cat >s.json <<END
{
  "name": "test", "target": {${2-} "command": $1},
  "loads": [{"name": "one", "request": {"path": "/"}, "requests": 1}],
  "expect": [{"load": "one", "completed": "100%"}]
}
END
}

# has TEXT: the output of the last `run` holds it, wherever its lines are wrapped (that depends on
# how long a pid is); shows what it was when not.
has() {
    [[ "$output" == *"$1"* ]] && return 0
    [[ "$(tr -s ' \n' ' ' <<<"$output")" == *"$1"* ]] && return 0
    printf 'expected in the output: %s\nthe output was:\n%s\n' "$1" "$output" >&2
    return 1
}

# exits STATUS: the status of the last `run`.
exits() {
    [ "$status" -eq "$1" ] && return 0
    printf 'expected exit status %s, not %s; the output was:\n%s\n' "$1" "$status" "$output" >&2
    return 1
}

# people_scenario: write people.json: loads with a frontend whose server drains and stays away, so that
# people see fine, stale and lost, and some intentions are still open at the end.
people_scenario() {
    cat >people.json <<'END'
{
  "name": "people", "target": {"reference": {}}, "timeout": "20s",
  "loads": [
    {"name": "orders: naive", "request": {"method": "POST", "path": "/api/orders"}, "clients": 4, "requests": 16,
     "pause": "100ms", "frontend": {"set": "naive", "impatient": {"after": "200ms", "clicks": 1}}},
    {"name": "orders, careful", "request": {"method": "POST", "path": "/api/orders"}, "clients": 4, "requests": 16,
     "pause": "100ms", "frontend": "careful", "stop": {"after": "600ms", "of": "SIGTERM"}},
    {"name": "pages", "request": {"path": "/api/data?ms=5"}, "clients": 2, "requests": 8, "pause": "100ms",
     "frontend": {"cache": {"*": "network-first"}}}
  ],
  "signals": [{"send": "SIGTERM", "when": {"load": "orders: naive", "request": 9, "phase": "waiting"}}],
  "expect": [{"load": "pages", "saw": {"lost": 0}}]
}
END
}
