#!/usr/bin/env bats
# bats/drainctl.bash, as other people's suites use it: each test here writes a suite and runs bats on it.

bats_require_minimum_version 1.5.0
load helper

export LIBRARY=$BATS_TEST_DIRNAME/drainctl.bash
# without the folder of bats' own parts
export USERS_PATH=${PATH//"$BATS_LIBEXEC:"/}

# bats_alone ARGS...: bats as a user starts it, with nothing of this suite's environment.
bats_alone() {
    env -i PATH="$USERS_PATH" HOME="$HOME" TMPDIR="$PWD" DRAINCTL="$DRAINCTL" \
        DRAINCTL_BASH="$LIBRARY" ${PATIENCE:+DRAINCTL_PATIENCE=$PATIENCE} bats "$@" 3>&- 4>&-
}

# suite: standard input is the body of its one test; $BEFORE stands before the library, $PRELUDE after it.
suite() {
    {
        printf '%s\nload "$DRAINCTL_BASH"\n%s\n' "${BEFORE-}" "${PRELUDE-}"
        printf '%s "it" {\n' @test
        cat
        printf '}\n'
    } >suite.bats
}

serve='drainctl_start "$DRAINCTL" serve --quiet --port '\''${port}'\'

# Everything that was started from below this test's folder.
ours() {
    grep -sqz -- "DRAINCTL_BATS_[A-Z]*=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ
}

nothing_left() {
    ! ours
}

@test "the example suite of the documentation passes" {
    run bats_alone "$BATS_TEST_DIRNAME/../docs/examples/bats"
    exits 0
    has "ok 3"
    nothing_left
}

@test "the example of a botched shutdown fails, and says what became of whom and where to read on" {
    run bats_alone "$BATS_TEST_DIRNAME/../docs/examples/bats-botched"
    exits 1
    # the very lines that the documentation shows
    sed -n '/^# -- not every/,/^# --$/p' "$BATS_TEST_DIRNAME/../docs/bats.md" >shown
    [ "$(wc -l <shown)" -eq 6 ]
    has "$(cat shown)"
    nothing_left
}

@test "the same with bats-support and bats-assert loaded, before or after" {
    [ -d /usr/lib/bats/bats-assert ] || skip "bats-assert is not installed"
    local asserts=$'load /usr/lib/bats/bats-support/load\nload /usr/lib/bats/bats-assert/load'
    for order in before after; do
        BEFORE='' PRELUDE=''
        if [ $order = before ]; then BEFORE=$asserts; else PRELUDE=$asserts; fi
        suite <<END
$serve --gate a=draining
drainctl_hold one 3 '/hold?gate=a'
drainctl_signal
assert_completed one 3
run assert_cut_off one
assert_failure 1
assert_output --partial 'observed : 3 completed (3 status-200)'
END
        run bats_alone suite.bats
        exits 0
    done
}

# fails_with TEXT: the suite fails, with that text in its output.
fails_with() {
    run bats_alone suite.bats
    exits 1
    has "$1"
}

# Within a suite: says TEXT COMMAND...: the command fails with that text in its output.
says='says() {
    run "${@:2}"
    [ "$status" -eq 1 ]
    [[ "$(tr -s " \n" " " <<<"$output")" == *"$1"* ]] || { echo "not $1 but $output"; return 1; }
}'

@test "assertions about a load say what was expected and what was observed" {
    PRELUDE=$says
    suite <<END
$serve
drainctl_hold a 2 '/api/data?ms=200'
says '-- the requests were not refused as expected -- load : a expected : all 2 refused observed : 2 completed (2 status-200) --' assert_refused a
says 'expected : >= 1 cut-off' assert_cut_off a '>= 1'
says 'expected : 3 completed' assert_completed a 3
says 'expected : <2 completed' assert_completed a '<2'
says -- '-- this is not a number of requests -- bound : some' assert_completed a some
says -- '-- not as many requests as expected ended with status-404 --' assert_reason a status-404
says -- '-- not as many requests as expected were failed --' assert_outcome a failed 1
says -- '-- there is no load of this name -- name : nobody' assert_completed nobody
says 'a load is named with' drainctl_hold 'a b' 1 /live
says 'there is a load of this name' drainctl_hold a 1 /live
assert_completed a '>=2'
assert_completed a '<= 2'
assert_not_cut_off
END
    sed -i 's/^says -- /says /' suite.bats
    run bats_alone suite.bats
    exits 0
}

@test "assertions about the server say what was expected and what was observed" {
    PRELUDE=$says
    suite <<END
says '-- there is no load --' assert_not_cut_off
says '-- there is no server to signal -- hint : drainctl_start' drainctl_signal
says '-- drainctl_start has no such option -- option : --nothing' drainctl_start --nothing x
says '-- there is no such process -- pid : 4194303' drainctl_attach 4194303 http://127.0.0.1:80
says '-- the server ended before it was ready -- command : ./none status : 127' drainctl_start ./none
drainctl_stop
says 'status : 7 output : cannot read the config --' \
    drainctl_start sh -c 'echo cannot read the config; exit 7'
drainctl_stop
says '-- the server was not ready in time -- command : sleep 30 within : 100ms' \
    drainctl_start --within 100ms sleep 30
drainctl_signal KILL
drainctl_stop
$serve
says '-- no signal was sent --' assert_exit_within 1s
says '-- a process still listens on the port -- port :' assert_listener_closed 50ms
says '-- one server at a time --' drainctl_start sleep 30
drainctl_signal KILL
says '-- this is not a duration -- duration : soon' assert_exit_within soon
assert_exit_within 5s 137
says '-- the server could not be signalled --' drainctl_signal
drainctl_stop
$serve --fault cut-in-flight
drainctl_hold a 1 '/api/data?ms=9000'
drainctl_signal
says '-- requests were cut off -- load : a expected : 0 cut-off observed : 1 cut-off (1 ' assert_not_cut_off
drainctl_stop
$serve --fault exit-status-wrong
drainctl_signal
says '-- the server exited with another status -- expected : 0 observed : 3' assert_exit_within 5s 0
drainctl_stop
$serve --fault never-exit
drainctl_signal
says '-- the server did not exit in time -- within : 100ms still runs : pid' assert_exit_within 100ms
drainctl_stop 10ms
$serve --fault no-handler
drainctl_signal
says 'observed : 143 (SIGTERM)' assert_exit_within 5s 0
assert_exit_within 5s 143
END
    run bats_alone suite.bats
    exits 0
    nothing_left
}

@test "a hold that cannot be: what was reached, and what drainctl said" {
    PATIENCE=500ms
    suite <<END
$serve
drainctl_hold a 5 '/api/data?ms=2000' --clients 3
END
    fails_with "-- the requests were not all in flight at a time -- # load : a # wanted : in-flight 5 # reached : in-flight 3"
    nothing_left
}

@test "a hold that is over before the signal proves nothing; one that was asserted about may be over" {
    suite <<END
$serve --control 0
control() { sed -n 's/^control on .*:\\([0-9]*\\)\$/\\1/p' "\$DRAINCTL_OUTPUT"; }
drainctl_hold early 2 '/hold?gate=first'
drainctl_hold late 2 '/hold?gate=second'
curl -s -X POST "http://127.0.0.1:\$(control)/gates/first/open"
while ! grep -qx end "\$BATS_TEST_TMPDIR/drainctl/load-early/notify"; do sleep 0.01; done
run drainctl_signal
[ "\$status" -eq 1 ]
[[ "\$(tr -s " \n" " " <<<"\$output")" == *"-- the requests were over before the signal -- load : early observed : 2 completed (2 status-200) hint : hold"* ]]
assert_completed early 2
drainctl_signal
assert_cut_off late '>=0'
END
    run bats_alone suite.bats
    exits 0
}

@test "an outcome or a reason that does not exist is said, whatever the bound" {
    PRELUDE=$says
    suite <<END
$serve
drainctl_hold a 2 '/api/data?ms=200'
says '-- there is no such outcome -- outcome : cutoff hint : did you mean ' assert_outcome a cutoff 0
says '-- there is no such outcome -- outcome : cut_off ' assert_outcome a cut_off 0
says '-- there is no such outcome -- outcome : latency hint : drainctl explain lists them' assert_outcome a latency 0
says '-- there is no such reason -- reason : keepalive-rce hint : did you mean ' assert_reason a keepalive-rce 0
says '-- there is no such reason -- reason : status-20x ' assert_reason a status-20x 0
says '-- there is no such reason -- reason : completed ' assert_reason a completed 0
assert_outcome a cut-off 0
assert_reason a keepalive-race 0
assert_reason a status-503 0
assert_reason a status-200 2
END
    run bats_alone suite.bats
    exits 0
}

@test "an orphan is found wherever it went, named, and ended" {
    suite <<'END'
drainctl_start sh -c 'setsid -f sleep 1000; exec "$DRAINCTL" serve --quiet --port "$PORT"'
drainctl_signal
assert_no_orphans
END
    fails_with "-- the server has left processes behind --"
    has ": sleep 1000"
    nothing_left
}

@test "a clean one: exit by its time, no orphans, port closed; and a second server after it" {
    suite <<END
for i in 1 2; do
    $serve --gate a=draining
    drainctl_hold a\$i 1 '/hold?gate=a'
    drainctl_signal SIGTERM
    assert_completed a\$i
    assert_exit_within 2s 0
    assert_listener_closed
    assert_no_orphans
    drainctl_stop
done
$serve --drain-delay 1s
drainctl_load visitors /ready --rate 100/s
drainctl_signal
assert_exit_within 3s 0
assert_reason visitors status-503 '>0'
assert_outcome visitors cut-off 0
END
    run bats_alone suite.bats
    exits 0
}

@test "SIGINT reaches the server, which does not inherit that it is ignored" {
    suite <<'END'
drainctl_start sh -c 'grep SigIgn /proc/self/status; exec "$DRAINCTL" serve --quiet --port "$PORT"'
ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' "$DRAINCTL_OUTPUT") # what else is, is the caller's affair
((!(16#$ignored & 1 << (2 - 1))))
drainctl_signal INT
assert_exit_within 2s 0
END
    run bats_alone suite.bats
    exits 0
}

@test "attached to a server that runs already: signalled and watched, and left alone at the end" {
    suite <<'END'
"$DRAINCTL" serve --quiet --gate a=draining >server.txt 3>&- & # the test's own child
pid=$!
for ((i = 0; i < 1000; i++)); do grep -q listening server.txt && break; sleep 0.02; done
drainctl_attach $pid "$(grep -o 'http://.*' server.txt)"
drainctl_hold a 2 '/api/data?ms=200'
drainctl_teardown
kill -0 $pid
drainctl_attach $pid "$(grep -o 'http://.*' server.txt)"
drainctl_hold a 2 '/hold?gate=a'
drainctl_signal
assert_completed a 2
assert_exit_within 2s 0
run assert_no_orphans
[[ $output == *'what an attached server started is not known'* ]]
END
    run bats_alone suite.bats
    exits 0
    nothing_left
}

@test "no descriptor of bats is left open in what was started, and bats does not wait for it" {
    PRELUDE='teardown() { :; }' # forgotten
    suite <<END
$serve
drainctl_hold a 2 '/hold?gate=never'
own=\$(_drainctl_marked DRAINCTL_BATS_TEST; _drainctl_marked DRAINCTL_BATS_GUARD)
own+=" \$(for pid in \$own; do ps -o ppid= -p \$pid; done)" # and the shells that wait for them
for pid in \$own; do readlink /proc/\$pid/fd/*; done | grep -v /dev/null | sort -u >"$PWD/theirs"
readlink /proc/\$\$/fd/* | grep -v /dev/null | sort -u >"$PWD/of-bats"
END
    # the server would go on for ever
    run timeout 30 "$BASH" -c "$(declare -f bats_alone); bats_alone suite.bats"
    exits 0
    wait_until nothing_left
    grep -q pipe: of-bats
    grep -q socket: theirs
    run comm -12 theirs of-bats
    [ -z "$output" ]
}

@test "a test that fails in the middle: the server's last output is shown, and nothing is left" {
    suite <<'END'
drainctl_start sh -c 'echo the disk is full; exec "$DRAINCTL" serve --quiet --port "$PORT"'
drainctl_hold a 2 '/hold?gate=never'
false
END
    fails_with "the disk is full"
    nothing_left
    suite <<'END'
drainctl_start sh -c 'echo the disk is full; exit 7'
END
    fails_with "output : the disk is full"
    [ "$(grep -c 'last output of the server' <<<"$output")" -eq 0 ] # it was shown already
}

# interrupted SIGNAL WHO: run a suite that waits, send the signal to bats' group or to the test's process.
interrupted() {
    suite <<END
$serve
drainctl_hold a 2 '/hold?gate=never'
# one command until the signal: bash can lose a SIGINT that comes just as one of many has ended by itself
sh -c 'echo \$\$ >"$PWD/sleeper"; echo "\$1" >"$PWD/held"; exec sleep 60' sh \$\$
END
    # a shell's background commands ignore SIGINT, and so would all that they start
    env --default-signal=INT setsid "$BASH" -c "$(declare -f bats_alone); bats_alone suite.bats" bash >out.txt 2>&1 3>&- &
    local suite=$!
    wait_until test -s held
    ours
    kill -"$1" "$([ "$2" = group ] && echo "-$(ps -o pgid= -p "$(cat held)" | tr -d ' ')" || cat held)"
    wait_until nothing_left
    kill "$(cat sleeper)" 2>/dev/null || true # it holds bats' descriptors, and has no parent to end it
    wait "$suite" || true # bats itself has gone, and what it does at its end is done
}

@test "Ctrl-C in the middle leaves nothing behind" {
    interrupted INT group
}

@test "the death of bats itself leaves nothing behind" {
    interrupted KILL group
}

@test "the library is clean for shellcheck, and needs no bats to be read" {
    command -v shellcheck >/dev/null || skip "shellcheck is not installed"
    (cd "$BATS_TEST_DIRNAME/.." && shellcheck -s bash bats/drainctl*.bash)
    run "$BASH" -euc 'source "$1"; declare -F teardown assert_completed' - "$BATS_TEST_DIRNAME/drainctl.bash"
    exits 0
}
