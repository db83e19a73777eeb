#!/usr/bin/env bats
# drainctl check --socket-activation: drainctl holds the listening socket of the server, as systemd does,
# and what lies in its queue waits for the next start.

bats_require_minimum_version 1.5.0
load helper

# Sleeps in this file are work of a server; no test waits for one.
# server.py MODE: takes descriptor 3. good: finishes what it has accepted; cuts: ends at once; shuts: calls
# shutdown(2) on the socket.
setup_file() {
    cat >"$BATS_FILE_TMPDIR/server.py" <<'PY'
import http.server, os, signal, socket, sys, threading, time
mode = sys.argv[1]
class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 0.5 # for a client that says nothing
    def do_GET(self):
        time.sleep(0.6 if self.path == "/slow" else 0)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128
    def handle_error(self, *args): pass
server = Server(("127.0.0.1", 0), Handler)
if os.environ.get("LISTEN_PID") != str(os.getpid()):
    sys.exit("no socket is passed to this process")
server.socket.close()
server.socket = socket.socket(fileno=3)
def stop(*_):
    if mode == "cuts":
        os._exit(0)
    if mode == "shuts":
        server.socket.shutdown(socket.SHUT_RDWR)
    threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, stop)
server.serve_forever(0.02)
server.server_close() # waits for its threads
PY
}

# One run of the battery, written by hand: the whole of it takes half a minute. Python may take seconds to start
# where the processors are busy.
run_of() { # ROLE MODE
    local loads actions='"signals": [{"send": "SIGTERM", "when": {"at": "100ms", "still": "50ms"}, "freeze": "frozen"}]'
    loads='{"name": "frozen", "request": {"path": "/"}, "clients": 20, "requests": 20, "connection": "new"}'
    if [ "$1" = check-main ]; then
        actions='"signals": [{"send": "SIGTERM", "when": {"load": "waiting", "in_flight": 3, "still": "20ms"}}]'
        loads='{"name": "waiting", "request": {"path": "/slow"}, "clients": 3, "requests": 3, "connection": "new"},
            {"name": "arrivals", "request": {"path": "/"}, "rate": "50/s", "requests": 20, "connection": "new",
             "start": {"after": "200ms", "of": "SIGTERM"}}'
    elif [ "$1" = check-restart ]; then
        actions='"actions": [{"restart": "target", "when": {"at": "200ms", "still": "50ms"}}]'
        loads='{"name": "restarted", "request": {"path": "/"}, "rate": "100/s", "clients": 100, "connection": "new",
            "stop": {"after": "300ms", "of": "restart target"}}'
    fi
    cat >s.json <<END
{"name": "$1", "audit": true, "loads": [$loads], $actions,
 "target": {"command": ["python3", "$BATS_FILE_TMPDIR/server.py", "$2"], "socket_activation": true,
            "ready": {"port": true, "within": "30s"}, "health": {"early": true}}}
END
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    "$DRAINCTL" report j.jsonl --report json=v.json >card || true
}

@test "check holds the socket of the reference server, and what was not at work is named" {
    # shellcheck disable=SC2016 # drainctl expands it
    run "$DRAINCTL" check --quick --socket-activation --slow '/api/data?ms=300' --ready /ready --journal j.jsonl \
        --report json=v.json -- "$DRAINCTL" serve --port '${port}'
    jq -se '.[0].plan | .audit and .target.socket_activation' j.jsonl
    jq -e '(.untested | map(select(contains("drainctl holds the socket"))) | length == 1)
        and (.untested | any(startswith("a restart: ")))
        and (.fine | any(contains("accept queue")) | not)
        and ([.defects[].id] | index("accept-queue-reset", "listener-open-nobody-accepts") | not)' v.json
    "$DRAINCTL" report j.jsonl --report json=again.json -q || true
    diff <(jq -S 'del(.drainctl)' v.json) <(jq -S 'del(.drainctl)' again.json)
}

@test "a server that finishes what it has accepted loses no client, and those in the queue are not its loss" {
    run_of check-main good
    jq -e '.defects == [] and (.fine | any(startswith("3 of 3 requests in flight")))
        and .runs[0].loads[1].reasons["waits-in-queue"] >= 1' v.json
}

@test "a server that ends at once has cut what it had accepted; what it had not taken waits" {
    run_of check-main cuts
    jq -e '[.defects[].id] == ["main-exits-early"] and .runs[0].loads[1].reasons["waits-in-queue"] >= 1' v.json
    run_of check-accept-queue cuts
    jq -e '.defects == [] and .runs[0].loads[0].reasons["waits-in-queue"] >= 1
        and (.fine | any(contains("accept queue")) | not)' v.json
}

@test "a restart with the socket held: all are answered, by the one process or by the next" {
    run_of check-restart good
    jq -e '.defects == [] and (.fine | any(contains("new connections over a restart with socket activation")))
        and .runs[0].processes[1].waited.clients >= 1' v.json
}

@test "a server that shuts the socket down has done it for its next start, too" {
    run_of check-restart shuts
    has 'does not listen any more: the process before has shut it down (shutdown(2))'
    has 'the target shut down the listening socket of port'
    jq -se 'map(select(.e == "note" and .what == "socket-shut")) | length == 1' j.jsonl
}

@test "a server that does not take the socket: what it did instead, and the remedy" {
    run "$DRAINCTL" check --quick --socket-activation --within 500ms -- sleep 100
    exits 3
    has 'it did not take the socket: it accepted no connection'
    has 'hint: it does not accept from the socket that drainctl passes as descriptor 3: let it listen on descriptor 3'
    run "$DRAINCTL" check --quick --socket-activation --within 2s -- env -u LISTEN_FDS "$DRAINCTL" serve --port 0
    exits 3
    has 'it did not take the socket'
    has 'hint: it listens on port'
    run "$DRAINCTL" check --socket-activation --pid $$ --url http://127.0.0.1:1
    exits 2
    has '--socket-activation does not go with --pid'
}
