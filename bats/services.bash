# Servers that a test needs beside drainctl (PostgreSQL, Redis, …), as Debian has them.
#
# service PACKAGE PROGRAM: sets `service` to a command line (an array) that runs PROGRAM: the one of
# this machine if there is one, else that of the Debian package, unpacked below build/services. The
# test is skipped, with the reason, where it cannot be had.
# shellcheck disable=SC2034 # the tests use `service`

service() {
    local package=$1 program=$2 folder found
    found=$(PATH=$PATH:/usr/sbin:/sbin command -v "$program") && {
        service=("$found")
        return
    }
    folder=$BATS_TEST_DIRNAME/../build/services/$package
    "$BATS_TEST_DIRNAME/../tests/services/unpack" "$folder" "$package" 2>"$BATS_TEST_TMPDIR/unpack" ||
        skip "$program: $(cat "$BATS_TEST_TMPDIR/unpack")"
    found=$(find "$folder" -path "*/*bin/$program" | head -1)
    [ -n "$found" ] || skip "$program: package $package has none"
    service=(env "LD_LIBRARY_PATH=$("$folder/libraries")" "$found")
}

# postgres_of_file [SETTING...]: for setup_file. Starts PostgreSQL and sets `folder` and `server`, or skips the file.
postgres_of_file() {
    export PG=$BATS_TEST_DIRNAME/../tests/services/postgres
    "$PG" start "$@" >"$BATS_FILE_TMPDIR/pg" 2>"$BATS_FILE_TMPDIR/why" 3>&- ||
        skip "no PostgreSQL: $(head -1 "$BATS_FILE_TMPDIR/why")"
    folder=$(sed -n 1p "$BATS_FILE_TMPDIR/pg")
    server=$(sed -n 2p "$BATS_FILE_TMPDIR/pg")
    export folder server
}
