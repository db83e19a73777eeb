#!/usr/bin/env bats
# Unix sockets: the reference server at one, and load, scenario and check of a server at one.

bats_require_minimum_version 1.5.0
load helper

serve_unix() {
    "$DRAINCTL" serve --quiet --unix "$@" >server.txt 3>&- &
    server=$!
    wait_until grep -q listening server.txt
}

@test "serve --unix: says where, serves, removes its file before it closes, and exits with 0" {
    serve_unix a.sock
    [ "$(cat server.txt)" = "listening on unix:a.sock" ]
    curl -s --unix-socket a.sock http://localhost/ready >/dev/null
    kill "$server"
    wait "$server"
    [ ! -e a.sock ]
}

@test "serve --unix: replaces a file that no process listens on, and not one that a process does" {
    "$DRAINCTL" serve --quiet --unix a.sock --fault leave-files >server.txt 3>&- &
    server=$!
    wait_until grep -q listening server.txt
    kill "$server"
    wait "$server" || true
    [ -S a.sock ]
    serve_unix a.sock
    run "$DRAINCTL" serve --unix a.sock
    exits 3
    has "cannot listen on the Unix socket 'a.sock': Address already in use"
    run "$DRAINCTL" serve --unix b.sock --port 8080
    exits 2
    has "--unix does not go with --port"
}

@test "load: unix:PATH:/PATH and http+unix://, both by libcurl" {
    serve_unix a.sock
    run "$DRAINCTL" load "unix:$PWD/a.sock:/api/data?ms=5" -c 4 -n 20
    exits 0
    has "GET unix:$PWD/a.sock:/api/data?ms=5"
    has "20 attempts = 20 completed"
    run "$DRAINCTL" load "http+unix://a.sock/api/data" -n 3 --connection new --report har
    exits 0
    [ "$(jq -r '.log.entries[0].request.url' <<<"$output")" = "http+unix://a.sock/api/data" ]
    run "$DRAINCTL" load unix:nobody.sock -n 1 --within 100ms
    exits 3
    has "no process listens on its socket"
}

@test "load: a queue that is full refuses; that is no answer that broke" {
    cat >full.py <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("full.sock"); s.listen(1); print("up", flush=True)
sys.stdin.read()
END
    mkfifo hold
    python3 full.py <hold >up 3>&- &
    exec 4>hold
    wait_until test -s up
    run "$DRAINCTL" load unix:full.sock -c 10 -n 10 --request-timeout 300ms
    exec 4>&-
    exits 1
    has "refused connect-refused 9"
    has "timed-out response-timeout 1"
}

@test "https: one sentence, that it comes later" {
    run "$DRAINCTL" load https://127.0.0.1/ -n 1
    exits 2
    has "'https://127.0.0.1/' wants TLS, which drainctl does not speak yet"
    has "hint: TLS comes in a later version"
    run "$DRAINCTL" check --url https://127.0.0.1 -- true
    exits 2
    has "option '--url': drainctl does not speak TLS yet"
}

# A frozen server: the accept queue of a Unix socket is seen, and its requests in the buffers.
@test "scenario: a freeze, the listener's end and what its queue lost" {
    cat >s.json <<END
{"name": "queue",
 "target": {"command": ["$DRAINCTL", "serve", "-q", "--unix", "$PWD/\${port}.sock" FAULT],
            "url": "unix:$PWD/\${port}.sock"},
 "loads": [{"name": "new", "request": {"path": "/api/data"}, "clients": 8, "requests": 8,
            "connection": "new"}],
 "signals": [{"send": "SIGTERM", "freeze": "new", "when": {"at": "10ms"}}],
 "expect": [{"load": "new", "completed": "100%"}, {"target": "listener-closed", "queue_lost": 0}]}
END
    sed 's/ FAULT/, "--fault", "close-before-queue-empty"/' s.json >bad.json
    sed 's/ FAULT//' s.json >good.json
    run "$DRAINCTL" scenario good.json
    exits 0
    run "$DRAINCTL" scenario bad.json --report json
    exits 1
    [ "$(jq '.runs[0].target.listener.queue_lost' <<<"$output")" -eq 8 ]
    [ "$(jq '.runs[0].loads[0].reasons["never-accepted"]' <<<"$output")" -eq 8 ]
}

@test "check: the healthy server at a Unix socket has no defect; what only TCP has is untested" {
    run "$DRAINCTL" check --quick --slow '/api/data?ms=700' --upload /api/upload \
        --url "unix:$PWD/\${port}.sock" -- "$DRAINCTL" serve -q --unix "$PWD/\${port}.sock"
    exits 0
    has "grade A"
    has "handshakes around the listener's end: a Unix socket has none"
    [ -z "$(find . -name '*.sock')" ]
}

@test "check: a socket file that stays, and on which the next start fails" {
    cat >leave.py <<'END'
import http.server, os, signal, socketserver, sys, threading, time
class H(http.server.BaseHTTPRequestHandler):
    def address_string(self): return "unix"
    def log_message(self, *a): pass
    def do_GET(self):
        time.sleep(0.6 if "slow" in self.path else 0)
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers()
        self.wfile.write(b"ok")
class S(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 128; daemon_threads = True
s = S(sys.argv[1], H)
signal.signal(signal.SIGTERM, lambda *a: threading.Thread(target=s.shutdown).start())
s.serve_forever()
END
    cat >plans.jq <<'END'
.runs | map(select(.scenario == "check-main" or .scenario == "check-second-start")) | length
END
    run --separate-stderr "$DRAINCTL" check --url "unix:$PWD/l.sock" --grace 1s --report json -- \
        python3 leave.py "$PWD/l.sock"
    [ "$(jq -f plans.jq <<<"$output")" -eq 2 ]
    [ "$(jq -r '.defects[] | select(.id == "stale-socket-file") | .severity' <<<"$output")" = medium ]
    [[ "$(jq -r '.defects[] | select(.id == "stale-socket-file") | .evidence' <<<"$output")" == \
        *"/l.sock' was left by an exit, and the next start failed on it"* ]]
    [ ! -e l.sock ]
}
