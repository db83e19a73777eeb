# Loaded by the files that run the rogue servers of tests/rogue.
# shellcheck disable=SC2034,SC2154 # used by, and set in, the files that load this

ROGUE="$BATS_TEST_DIRNAME/../tests/rogue/rogue"
AT_ONCE='{"send": "SIGTERM", "when": {"load": "work", "in_flight": 1}}'

# rogue_run MODE LOAD_KEYS [SIGNALS [COMMAND]]: run a scenario with that server; v.json, run.jsonl.
rogue_run() {
    local command=${4-"[\"$ROGUE\", \"$1\", \"\${port}\"]"}
    cat >rogue.json <<END
{
  "name": "$1", "timeout": "${TIMEOUT-20s}", "target": {"command": $command},
  "loads": [{"name": "work", $2}], "signals": [${3-}],
  "expect": [{"load": "work", "completed": "100%"}]
}
END
    status=0
    "$DRAINCTL" scenario rogue.json --report json=v.json --report text=v.txt \
        --journal run.jsonl || status=$?
    output=$(cat v.txt 2>/dev/null)
}

# is FILTER: true of the run's verdict; shows what it was when not.
is() {
    jq -e ".runs[0] | $1" v.json >/dev/null && return 0
    printf 'not so: %s\n' "$1" >&2
    jq -c '.runs[0] | {verdict, why, target, reasons: [.loads[] | {outcomes, reasons}]}' v.json >&2
    cat v.txt >&2
    return 1
}

# work OUTCOME REASON COUNT: this number of attempts ended with it.
work() {
    is ".loads[0].outcomes[\"$1\"] == $3 and .loads[0].reasons[\"$2\"] == $3"
    is '.loads[0].adds_up'
}

# seen_once: the server read no request twice; libcurl's own second try would show here.
seen_once() {
    jq -r 'select(.e == "target-output") | .line | select(startswith("request ")) | split(" ")[4]' \
        run.jsonl | sort >seen
    [ -s seen ] && [ -z "$(uniq -d seen)" ] && return 0
    echo "the server saw these twice: $(uniq -d seen)" >&2
    return 1
}

GET='"request": {"path": "/"}, "requests": 1'
POST='"request": {"method": "POST", "path": "/", "body": {"bytes": 100}}, "requests": 1'
LONG='"request": {"path": "/?ms=30000"}, "requests": 1'
SHORT='"request": {"path": "/?ms=200"}, "requests": 1'
