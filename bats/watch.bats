#!/usr/bin/env bats
# drainctl watch: what a frontend sees of a server.

bats_require_minimum_version 1.5.0
load helper

serve() { # OPTIONS...: in the background; its port in $port
    port=$("$DRAINCTL" serve --background -q "$@")
}

@test "watch prints each change of state, and sums up" {
    serve --drain-delay 300ms
    "$DRAINCTL" watch --interval 20ms --until refused "http://127.0.0.1:$port/ready" >watch.txt &
    watcher=$!
    wait_until grep -q ' up  ' watch.txt
    "$DRAINCTL" stop -q
    wait $watcher
    cat watch.txt
    grep -q ' up  .*200 in .*, says running' watch.txt
    grep -q ' not-ready  .*503 in .*, says draining.*(up for ' watch.txt
    grep -q ' refused  .*(not-ready for ' watch.txt
    grep -Eq '^[0-9]+ polls in .*: [0-9]+ up, [0-9]+ not-ready, 1 refused; away for' watch.txt
    [ "$(wc -l <watch.txt)" -eq 4 ]
}

@test "watch --json is one object a line" {
    serve
    run "$DRAINCTL" watch --json --interval 10ms --timeout 50ms "http://127.0.0.1:$port/ready"
    exits 0
    jq -es '.[0].state == "up" and .[0].status == 200 and .[0].says == "running"
            and .[0].before == null and .[-1].states.up == .[-1].polls' <<<"$output"
}

@test "watch --until: reached is 0, not in time is 1; interrupted is 130, with the summary" {
    serve
    run "$DRAINCTL" watch -q --until up "http://127.0.0.1:$port/ready"
    exits 0
    run "$DRAINCTL" watch --until refused --interval 10ms --timeout 50ms \
        "http://127.0.0.1:$port/ready"
    exits 1
    has "the state 'refused' was not seen in time"
    "$DRAINCTL" watch --interval 10ms "http://127.0.0.1:$port/ready" >watch.txt &
    watcher=$!
    wait_until grep -q ' up ' watch.txt
    kill -INT $watcher
    status=0
    wait $watcher || status=$?
    [ "$status" -eq 130 ]
    grep -q 'polls\? in' watch.txt
}

# libcurl would connect and ask again behind our back: a listener that drops handshakes then turns the loss into
# silence.
@test "watch: a poll that dies on its kept connection is cut off, and makes no second connection" {
    cat >once.py <<'END'
import select, socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.recv(4096)
c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
c.recv(4096)
c.close()
print("connected again" if select.select([s], [], [], 0.3)[0] else "left alone", flush=True)
END
    python3 once.py >said.txt &
    wait_until test -s said.txt
    run "$DRAINCTL" watch --interval 10ms --until cut-off --timeout 20s "http://127.0.0.1:$(head -1 said.txt)/"
    exits 0
    wait_until grep -q 'left alone\|connected again' said.txt
    grep -q 'left alone' said.txt
}

@test "watch tells a cut answer, a server error and silence apart" {
    cat >odd.py <<'END'
import socket, threading
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
held = []
while True:
    c, _ = s.accept()
    path = c.recv(4096).split()[1]
    if path == b"/cut":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
    elif path == b"/head":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-")
    elif path == b"/error":
        c.sendall(b'HTTP/1.1 500 No\r\nContent-Length: 19\r\n\r\n{"status":"a\\u0007b"}')
    elif path == b"/later":
        c.sendall(b"HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
    elif path == b"/silent":
        held.append(c)
        continue
    c.close()
END
    python3 odd.py >port.txt &
    wait_until test -s port.txt
    base="http://127.0.0.1:$(cat port.txt)"
    once="--interval 1s --timeout 1ms"
    run "$DRAINCTL" watch $once "$base/cut"
    has "cut-off"
    run "$DRAINCTL" watch $once "$base/head"
    has "cut-off"
    run "$DRAINCTL" watch $once "$base/error"
    has "failing      500"
    [[ "$output" != *$'\a'* ]]
    run "$DRAINCTL" watch $once "$base/later"
    has "not-ready    503"
    has "retry after 7 s"
    run "$DRAINCTL" watch $once --request-timeout 50ms "$base/silent"
    has "no-answer    after "
}

@test "watch: bad input" {
    run "$DRAINCTL" watch
    exits 2
    run "$DRAINCTL" watch not-a-url-at-all://x
    exits 2
    has "is not an http URL"
    run "$DRAINCTL" watch --interval 0 http://127.0.0.1:1/
    exits 2
    has "at least 1ms"
    run "$DRAINCTL" watch --until gone http://127.0.0.1:1/
    exits 2
    for until in "" "--until up"; do # it ends when it cannot be read any more
        run timeout 20 bash -c '"$DRAINCTL" watch --interval 1ms $0 http://127.0.0.1:1/ >/dev/full' \
            "$until"
        exits 3
        has "cannot write standard output"
        [[ "$output" != *"not seen in time"* ]]
    done
}
