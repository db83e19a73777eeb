#!/usr/bin/env bats
# How the server of this example shuts down. It is drainctl's own; put the command that starts yours
# in its place. The library is where 'make install' puts it, or where $DRAINCTL_BASH says.

setup() {
    load "${DRAINCTL_BASH:-/usr/local/lib/bats/drainctl/load.bash}"
}

teardown() {
    drainctl_teardown
}

start_server() {
    # shellcheck disable=SC2016 # ${port} stands for the port that is chosen
    drainctl_start --ready /ready "${DRAINCTL:-drainctl}" serve --port '${port}' "$@"
}

@test "requests in flight at SIGTERM are answered, and the exit follows at once" {
    start_server
    drainctl_hold reports 20 '/api/data?ms=1000'
    drainctl_signal TERM
    assert_completed reports 20
    assert_exit_within 2s 0
    assert_no_orphans
}

@test "users who come during the shutdown are served or refused, and none is cut off" {
    start_server
    drainctl_load visitors '/api/data?ms=5' --rate 200/s
    drainctl_hold reports 5 '/api/data?ms=1000'
    drainctl_signal TERM
    assert_listener_closed 1s
    assert_completed reports
    assert_not_cut_off
}

@test "a request that takes too long does not hold up the exit: the drain has a deadline" {
    start_server --drain-timeout 300ms
    drainctl_hold endless 2 '/api/data?ms=60000'
    drainctl_signal TERM
    assert_exit_within 2s 1
    assert_cut_off endless 2
}
