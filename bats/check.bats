#!/usr/bin/env bats
# drainctl check: what it says of a server, what it refuses to say, and what it leaves behind.

load helper

# Sleeps in this file are targets that are slow, or that must be there until drainctl ends them; no
# test waits for one.
# A small server in Python that a test bends: $1 is put into the handler, $2 after the server is made.
# Its slow path takes 0.6 s: longer than the battery needs to send the signal with a request in flight.
server() {
    cat >server.py <<END
import http.server, os, signal, socketserver, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        ${1:-time.sleep(0.6 if self.path == '/slow' else 0)}
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
${2:-}
server.serve_forever()
END
}

reference() {
    run "$DRAINCTL" check --quick --slow '/api/data?ms=600' --path /live --ready /ready \
        --live /live --upload /api/upload --stream '/api/stream?ms=600&chunks=6' "$@"
}

@test "the reference server is found guilty of nothing" {
    reference -- "$DRAINCTL" serve --port "\${port}"
    exits 0
    has "grade A"
    has "no defect found"
}

@test "a large answer is read slowly, and what is half sent at the signal must come through" {
    reference --large '/api/stream?ms=0&chunks=16&bytes=65536' --report json -- \
        "$DRAINCTL" serve --port "\${port}" --fault drop-unsent
    exits 1
    jq -e '[.defects[].id] == ["response-not-flushed"]
           and ([.runs[0].loads[] | select(.name == "large").reasons."closed-mid-response"] == [3])' \
        <<<"$output"
}

@test "--path itself is found to be large" {
    run "$DRAINCTL" check --quick --slow '/api/data?ms=600' \
        --path '/api/stream?ms=0&chunks=16&bytes=65536' --report json -- \
        "$DRAINCTL" serve --port "\${port}" --fault drop-unsent
    exits 1
    jq -e '[.defects[].id] | index("response-not-flushed") != null' <<<"$output"
}

@test "--pre-stop: what the hook leaves of the platform's grace must be enough" {
    server "" 'signal.signal(signal.SIGTERM, lambda *_: __import__("threading").Thread(target=server.shutdown).start())
Server.daemon_threads = False'
    run "$DRAINCTL" check --quick --slow /slow --profile docker --pre-stop 9.8s --report json -- \
        python3 server.py
    exits 1
    jq -e '[.defects[] | select(.id == "prestop-eats-grace").evidence | contains("a hook of 9.8 s leaves 200 ms of the grace of 10 s")] == [true]' \
        <<<"$output"
}

@test "--pre-stop needs a platform, and must leave something of its grace" {
    run "$DRAINCTL" check --pre-stop 1s -- true
    exits 2
    has "--profile"
    run "$DRAINCTL" check --profile docker --pre-stop 10s -- true
    exits 2
    has "the grace of 10s"
}

@test "a pid file that is left behind is found, with no other path given" {
    server "" 'signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
open("app.pid", "w").write(str(os.getpid()))'
    run "$DRAINCTL" check --quick --slow /slow --report json -- python3 server.py
    exits 1
    jq -e '[.defects[] | select(.id == "stale-socket-file").evidence | contains("app.pid")] == [true]' \
        <<<"$output"
}

@test "a server without a handler: what is lost, why, and what to change" {
    server
    run "$DRAINCTL" check --quick --slow /slow --report json -- python3 server.py
    exits 1
    jq -e '.verdict == "failed" and (.grade | test("[DEF]"))
           and ([.defects[].id] | index("inflight-killed-at-signal") != null)
           and (.defects[0] | .count > 0 and (.attempts | length) > 0 and (.fix | length) > 0)' \
        <<<"$output"
}

# On one recorded run: two runs of a race need not show the same defects.
@test "--fail-on and --baseline decide the exit status, and only that" {
    server
    run "$DRAINCTL" check --quick --slow /slow --journal check.jsonl --report json -- \
        python3 server.py
    exits 1
    jq '[.defects[].id]' <<<"$output" >known.json
    run "$DRAINCTL" report check.jsonl --report json --baseline known.json
    exits 0
    jq -e '.defects | length > 0' <<<"$output"
    jq '.[1:]' known.json >fewer.json
    run "$DRAINCTL" report check.jsonl --baseline fewer.json
    exits 1
    "$DRAINCTL" report check.jsonl --report json | jq '[.defects[] | select(.severity == "critical").id]' \
        >critical.json
    run "$DRAINCTL" report check.jsonl --fail-on critical --baseline critical.json
    exits 0
}

@test "a platform that is none, and a process without an address, are said before anything runs" {
    for command in check init; do
        run "$DRAINCTL" $command --profile kubernets -- sh -c 'touch started; sleep 30'
        exits 2
        has "there is no platform 'kubernets'"
        has "did you mean 'kubernetes'?"
    done
    run "$DRAINCTL" check --pid $$
    exits 2
    has "--pid needs --url"
    has "hint: drainctl check --pid $$ --url http://127.0.0.1:8080"
    [ ! -e started ]
}

@test "a baseline that is not one is said before anything runs" {
    echo '["no-such-defect"]' >known.json
    run "$DRAINCTL" check --baseline known.json -- sh -c 'touch started; sleep 30'
    exits 2
    has "no-such-defect"
    [ ! -e started ]
}

@test "report audits a recorded check again, to the byte" {
    server
    run "$DRAINCTL" check --quick --slow /slow --journal check.jsonl --report json=live.json -- \
        python3 server.py
    exits 1
    run "$DRAINCTL" report check.jsonl --report json=again.json
    exits 1
    cmp live.json again.json
}

@test "every machine format names the same defects" {
    server
    run "$DRAINCTL" check --quick --slow /slow --report json=c.json --report junit=c.xml \
        --report tap=c.tap --report text=c.txt -- python3 server.py
    exits 1
    xmllint --noout c.xml
    for id in $(jq -r '.defects[].id' c.json); do
        grep -q "$id" c.xml
        grep -q "^not ok .*$id" c.tap
        grep -q "$id" c.txt
    done
    plan=$(sed -n 's/^1\.\.//p' c.tap)
    [ "$(grep -cE '^(not )?ok ' c.tap)" -eq "$plan" ]
}

@test "no command, or both a command and --pid: usage" {
    run "$DRAINCTL" check
    exits 2
    run "$DRAINCTL" check --pid 4242 --url http://127.0.0.1:1 -- true
    exits 2
    run "$DRAINCTL" check --profile kubernets -- true
    exits 2
    run "$DRAINCTL" check --slow no-slash -- true
    exits 2
    has "no-slash"
}

@test "a command that cannot be started" {
    run "$DRAINCTL" check --quick -- ./no-such-server
    exits 3
    has "no-such-server"
}

@test "a command that exits before it is ready: its last words" {
    run "$DRAINCTL" check --quick -- sh -c 'echo no database >&2; exit 4'
    exits 3
    has "exited with code 4"
    has "no database"
}

@test "a command that never listens" {
    run "$DRAINCTL" check --quick --within 300ms -- sleep 30
    exits 3
    has "ready"
}

@test "a command that listens on another port: which one is said" {
    server
    sed -i 's/int(os.environ\["PORT"\])/0/; s/^server.serve_forever/print(server.server_address[1], file=open("port", "w"), flush=True)\nserver.serve_forever/' server.py
    run "$DRAINCTL" check --quick --within 2s -- python3 server.py
    exits 3
    has "$(cat port)"
}

@test "a slow path that is not slow: nothing was in flight, so nothing is proven" {
    # a server that a busy machine does not slow down much
    run "$DRAINCTL" check --quick --slow /live -- "$DRAINCTL" serve --port "\${port}"
    exits 3
    has "nothing was in flight, so nothing is proven: '/live' was over in"
    has "status-200"
}

@test "a slow path that does not exist" {
    run "$DRAINCTL" check --quick --slow /none -- "$DRAINCTL" serve --port "\${port}"
    exits 3
    has "'/none' was over in"
    has "status-404"
}

@test "a command that daemonises itself: what it left is said, and ended" {
    server
    cat >daemon.py <<'END'
import os
if os.fork():
    os._exit(0)
os.setsid()
open("pid", "w").write(str(os.getpid()))
exec(open("server.py").read())
END
    run "$DRAINCTL" check --quick --slow /slow -- python3 daemon.py
    exits 3
    has "exited with code 0 before it was ready"
    has "stay in the foreground"
    [ ! -e pid ] || ! kill -0 "$(cat pid)"
}

@test "a command that needs a terminal has none, and its own words are shown" {
    run "$DRAINCTL" check --quick -- sh -c 'test -t 0 || { echo "no terminal" >&2; exit 1; }'
    exits 3
    has "exited with code 1 before it was ready"
    has "| no terminal"
    run "$DRAINCTL" check --quick -- sh -c 'read -r answer'
    exits 3
    has "no terminal and no input"
}

@test "a sign for the port that is another tool's: the right one is named" {
    run "$DRAINCTL" check --quick -- false --port '{port}'
    exits 3
    has "'{port}' reaches the command as it is"
}

@test "a port that another process has: that is said, and it is left alone" {
    server
    PORT=0 python3 - 3>&- <<'END' >port &
import http.server
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
print(server.server_address[1], flush=True)
server.serve_forever()
END
    other=$!
    wait_until test -s port
    run "$DRAINCTL" check --quick --url "http://127.0.0.1:$(cat port)" -- python3 server.py
    exits 3
    has "is taken by pid $other"
    kill -0 "$other"
}

@test "a target that forks for ever leaves nothing" {
    server "" 'if os.fork() == 0:
    while True:
        if os.fork():
            os._exit(0)
        open("chain", "w").write(str(os.getpid()))'
    run "$DRAINCTL" check --quick --slow /slow -- python3 server.py
    exits 1
    # the chain is broken: its last link is no more, and no new one writes its pid
    last=$(cat chain)
    ! kill -0 "$last"
    [ "$(cat chain)" = "$last" ]
}

@test "a target that forks, floods and resists everything but SIGKILL is cleaned up" {
    server "" 'for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        open("pids", "a").write("%d\n" % os.getpid())
        while True:
            time.sleep(0.05) # else it would take the whole machine
            print("x" * 1000)
open("pids", "a").write("%d\n" % os.getpid())'
    run "$DRAINCTL" check --quick --slow /slow --grace 1s -- python3 server.py
    exits 1
    has "signal-ignored"
    while read -r pid; do
        ! kill -0 "$pid"
    done <pids
}

@test "--pid checks a running process once, and never kills it" {
    server
    PORT=0 python3 - 3>&- <<'END' >port &
import http.server, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        time.sleep(0.6 if self.path == "/slow" else 0) # a handler at work
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args): pass
signal.signal(signal.SIGTERM, lambda *_: None)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
END
    running=$!
    wait_until test -s port
    run "$DRAINCTL" check --pid "$running" --url "http://127.0.0.1:$(cat port)" --slow /slow \
        --grace 1s --report json
    kill -0 "$running"
}

# The small server on another address: server_at HOST.
server_at() {
    server
    sed -i "s/\"127.0.0.1\"/\"$1\"/; s/^class Server.*/&\n    address_family = __import__('socket').AF_INET6 if ':' in '$1' else 2/" server.py
}

has_ipv6() {
    python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 here"
}

# A server without a handler: what was in flight, queued and kept alive at the signal is lost,
# whatever the address.
@test "IPv6: the whole of the first runs" {
    has_ipv6
    server_at ::1
    run "$DRAINCTL" check --url "http://[::1]:\${port}" --slow /slow --ready / --report json -- \
        python3 server.py
    exits 1
    jq -e '[.defects[].id] | contains(["inflight-killed-at-signal", "accept-queue-reset",
                                       "idle-keepalive-fin-race"])' <<<"$output"
    jq -e '[.runs[] | select(.verdict == "inconclusive").scenario] == []' <<<"$output"
}

@test "localhost is wherever the server listens" {
    has_ipv6
    for address in ::1 127.0.0.1; do
        server_at "$address"
        run "$DRAINCTL" check --quick --url "http://localhost:\${port}" --slow /slow --ready / \
            --report json -- python3 server.py
        exits 1
        jq -e '[.defects[].id] | index("inflight-killed-at-signal") != null' <<<"$output"
    done
}

@test "a server at another address than the url's is said to be there" {
    has_ipv6
    server_at 127.0.0.1
    run "$DRAINCTL" check --quick --within 3s --url "http://[::1]:\${port}" -- python3 server.py
    exits 3
    has "but not at the address of 'http://[::1]:"
}
