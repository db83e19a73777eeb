# A Redis of the test's own, and what is asked of it. Load services.bash first.
#
# redis_start [OPTIONS...]: at redis_port, a free port that is kept for the whole test; `place` is a queue's URL.
# redis COMMAND...: what it answers. redis_is TEXT COMMAND...: it answers exactly so.
# redis_end: it is killed with all that it held.
# shellcheck disable=SC2034,SC2154 # the tests read `place`; `service` is what service() sets

redis_start() {
    service redis-server redis-server
    redis_cli=("${service[@]}")
    redis_cli[-1]=${redis_cli[-1]%server}cli
    if [[ -z "${redis_port-}" ]]; then
        redis_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    fi
    "${service[@]}" --bind 127.0.0.1 --port "$redis_port" --save '' --dir "$PWD" "$@" >>redis.txt 2>&1 3>&- &
    redis_pid=$!
    place=redis://127.0.0.1:$redis_port/jobs
    wait_until redis ping
}

redis() {
    "${redis_cli[@]}" -p "$redis_port" "$@"
}

redis_is() {
    [ "$(redis "${@:2}" 2>/dev/null)" = "$1" ]
}

redis_end() {
    kill -KILL "$redis_pid"
    wait "$redis_pid" 2>/dev/null || true
}
