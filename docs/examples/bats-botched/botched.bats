#!/usr/bin/env bats
# What a bad shutdown looks like: this server closes connections whose request is in flight. The test fails,
# as it should.

load "${DRAINCTL_BASH:-/usr/local/lib/bats/drainctl/load.bash}"

@test "requests in flight at SIGTERM are answered" {
    # shellcheck disable=SC2016 # ${port} stands for the port that is chosen
    drainctl_start "${DRAINCTL:-drainctl}" serve --port '${port}' --fault cut-in-flight
    drainctl_hold reports 20 '/api/data?ms=5000'
    drainctl_signal TERM
    assert_completed reports 20
}
