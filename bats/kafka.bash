# A Kafka of the test's own (librdkafka's mock cluster, tests/services/kafka-mock.c), and what is asked of it.
#
# kafka_start FOLDER: one broker; kafka_folder, kafka_pid and kafka_url. It is skipped where there is none.
# kafka_tell COMMAND...: do it, and wait until it is done. kafka_ask WORD COMMAND...: do not wait; kafka_did WORD does.
# kafka_end: it is killed with all that it held.

kafka_start() {
    local mock
    mock=$(dirname "${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}")/tests/kafka-mock
    [ -x "$mock" ] || skip "no tests/kafka-mock beside drainctl: make bats builds it"
    kafka_folder=$1
    mkdir -p "$kafka_folder"
    "$mock" 1 "$kafka_folder" >"$kafka_folder/said" 2>&1 3>&- &
    kafka_pid=$!
    wait_until test -s "$kafka_folder/brokers"
    kafka_url=kafka://$(cat "$kafka_folder/brokers")
    export kafka_folder kafka_pid kafka_url
}

kafka_ask() { # WORD COMMAND...
    # a pipe that is not read any more would be waited for without end
    # shellcheck disable=SC2016 # the inner shell's own
    timeout 10 bash -c 'echo "$1" >"$2"' - "$*" "$kafka_folder/in"
}

kafka_did() { # WORD
    wait_until grep -qx "$1 ok" "$kafka_folder/out"
}

kafka_tell() {
    local word=w$BASHPID-$RANDOM$RANDOM
    kafka_ask "$word" "$@"
    kafka_did "$word"
}

kafka_end() {
    kill -CONT "$kafka_pid" 2>/dev/null || true
    kill -KILL "$kafka_pid" 2>/dev/null || true
    wait "$kafka_pid" 2>/dev/null || true
}
