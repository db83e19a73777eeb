#!/usr/bin/env bats
# What a target does on the signal, proved with servers that do exactly one thing wrong.
# shellcheck disable=SC2153 # ROGUE, SHORT and so on are rogue.bash's

load helper
load rogue

@test "ignoring the signal: said beforehand, and ended by SIGKILL" {
    rogue_run ignore-signal "$SHORT" \
        "$AT_ONCE, {\"send\": \"SIGKILL\", \"when\": {\"after\": \"500ms\", \"of\": \"SIGTERM\"}}"
    exits 0
    work completed status-200 1
    is '.target.exit.signal == "SIGKILL" and .target.exit.code == null'
    is '.target.exit.after_ms >= 500 and (.signals | length) == 2'
    has "SIGTERM is ignored by pid"
}

@test "ignoring the signal for good: drainctl ends it, and says so" {
    export TIMEOUT=4s
    rogue_run ignore-signal "$SHORT" "$AT_ONCE"
    exits 3
    has "did not exit"
}

@test "dying of the signal" {
    rogue_run die-of-signal "$LONG" "$AT_ONCE"
    exits 1
    is '.target.exit.signal == "SIGTERM" and .target.exit.code == null'
    is '.loads[0].outcomes["cut-off"] == 1'
    has "SIGTERM is not handled by pid"
}

@test "exiting with 3" {
    rogue_run exit-3 "$LONG" "$AT_ONCE"
    exits 1
    is '.target.exit.code == 3 and .target.exit.signal == null'
}

@test "exiting late" {
    rogue_run exit-late "$SHORT" "$AT_ONCE"
    exits 0
    work completed status-200 1
    is '.target.exit.code == 0 and .target.exit.after_ms >= 2000'
    is '.target.listener.closed_after_ms < 1000'
}

@test "leaving a child behind" {
    rogue_run leave-child "$SHORT" "$AT_ONCE"
    is '.target.exit.code == 0 and (.target.orphans | length) == 1'
    has "left behind: process"
    left=$(jq '.runs[0].target.orphans[0].pid' v.json)
    run kill -0 "$left" # and drainctl cleaned it up
    exits 1
}

@test "a wrapper that eats the signal is named" {
    rogue_run wrapper "$SHORT" "$AT_ONCE" "[\"sh\", \"-c\", \"'$ROGUE' healthy \$PORT; :\"]"
    has "(sh), but port"
    has "(python3)"
    is '.target.exit.signal == "SIGTERM"'
    is '(.target.orphans | length) == 1'
}
