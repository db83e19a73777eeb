# The measurement of check by a probe of its own (tests/truth): its mapping, its reading of bytes and
# its judgement of two small servers. It needs no drainctl.
load helper

@test "the probe tells a server that drains from one that cuts, and the mapping fits the catalogue" {
    [ -z "${SKIP_BROWSER:-}" ] || skip "the same without the sanitizers"
    run env PYTHONDONTWRITEBYTECODE=1 python3 "$BATS_TEST_DIRNAME/../tests/truth/test_truth.py"
    [ "$status" -eq 0 ] || { echo "$output" && false; }
}
