#!/usr/bin/env bats
# drainctl check --checklist: what can be seen of a server's shutdown, row by row.

load helper

# row NAME of the JSON report in $output: "value cause".
row() {
    jq -r --arg row "$1" '.runs[0].checklist[] | select(.row == $row) | "\(.value) \(.cause)"' <<<"$output"
}

is() {
    [ "$(row "$1")" = "$2" ] && return 0
    printf 'the row %s is %s, not %s\n%s\n' "$1" "$(row "$1")" "$2" "$output" >&2
    return 1
}

reference() {
    run "$DRAINCTL" check --checklist --slow '/api/report?ms=200' --path /live --ready /ready "$@"
}

# A server in Python whose handler of SIGTERM is $1, and which makes $2 for each request.
server() {
    cat >server.py <<END
import http.server, os, signal, socketserver, sys, threading, time
kept = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/slow':
            ${2:-pass}
            time.sleep(0.2) # a handler at work
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = False
    request_queue_size = 128
server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
$1
server.serve_forever()
server.server_close()
time.sleep(0.3) # between the close of the port and the exit there is time to look at it
os._exit(0) # as it is: the interpreter's own end would give things back
END
}

stop='signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())'

@test "the reference server: each row that can be seen is fine, and the journal says so again" {
    mkdir registry
    reference --metrics /metrics --registry "file:$PWD/registry" --journal run.jsonl --report json -- \
        "$DRAINCTL" serve --port "\${port}" --drain-delay 400ms --registry "file:$PWD/registry"
    exits 0
    is signal-received "fine handled"
    is readiness-turned "fine turned"
    is in-hand "fine all-finished"
    is pool-closed "fine pool-closed"
    for row in descriptors locks threads metrics; do # a machine that is busy may look too late
        [[ "$(row $row)" == @(fine back|fine at-rest|not-seen gone-too-soon|not-seen no-look-after) ]]
    done
    is goroutines "not-seen no-pprof"
    is registry "fine left"
    is exit "fine exited"
    jq '.runs[0].checklist' <<<"$output" >live.json
    run "$DRAINCTL" report run.jsonl --report json
    jq '.runs[0].checklist' <<<"$output" | cmp - live.json
    run "$DRAINCTL" report run.jsonl
    has "✓ every transaction in hand finished or timed out"
    has "not seen, because no goroutine profile was given (--pprof)"
    run "$DRAINCTL" report run.jsonl --report markdown
    has "| ✓ | the pool closed after the last one |"
}

@test "no handler: it died of the signal, with requests in hand" {
    reference --report json -- "$DRAINCTL" serve --port "\${port}" --fault no-handler
    exits 1
    is signal-received "broken no-handler"
    is in-hand "broken some-cut-off"
    is exit "broken exited-before-the-last"
}

@test "a server that is not ours, and keeps a descriptor and a thread of each request" {
    server "$stop" 'kept.append(open("/dev/null")) or threading.Thread(target=time.sleep, args=(9,)).start()'
    run "$DRAINCTL" check --checklist --slow /slow --report json -- python3 server.py
    exits 1
    is signal-received "fine handled"
    is readiness-turned "not-seen no-readiness-path"
    is in-hand "fine all-finished"
    is pool-closed "not-seen no-line"
    is descriptors "broken not-back"
    is threads "broken not-back"
    is registry "not-seen no-registry"
    is exit "fine exited"
}

@test "a server that is not ours and gives all back" {
    server "$stop"
    run "$DRAINCTL" check --checklist --slow /slow --report json -- python3 server.py
    exits 0
    is descriptors "fine back"
    is threads "fine back"
}

@test "a pool that closes before the last answer, by the line that is named" {
    server "signal.signal(signal.SIGTERM, lambda *_: (print('good night', flush=True), threading.Thread(target=server.shutdown).start()))"
    run "$DRAINCTL" check --checklist --slow /slow --pool-log 'Good Night' --report json -- python3 -u server.py
    exits 1
    is pool-closed "broken pool-closed-early"
}

@test "goroutines, from a profile that counts up and down" {
    server "$stop" 'kept.append(1)'
    sed -i 's/self.send_response/body = (b"goroutine profile: total %d\\n" % (4 + len(kept))) if self.path == "\/pprof" else b"ok"\n        self.send_response/
            s/"2")/str(len(body)))/; s/write(b"ok")/write(body)/; s/time.sleep(0.2)/time.sleep(0.2); kept.pop()/' server.py
    sed -i 's/^stop.*//; s/server.shutdown).start/(lambda: (time.sleep(0.4), server.shutdown()))).start/' server.py
    run "$DRAINCTL" check --checklist --slow /slow --pprof "http://127.0.0.1:\${port}/pprof" --report json -- python3 server.py
    exits 0
    is goroutines "fine back"
}

@test "what only a checklist looks at, and what it does not have" {
    run "$DRAINCTL" check --pprof http://127.0.0.1:1/ -- true
    exits 2
    has "'--pprof' is looked at for the checklist only"
    has "hint: add --checklist"
    echo '[]' >known.json
    run "$DRAINCTL" check --checklist --baseline known.json -- true
    exits 2
    has "a checklist has no defects that '--baseline' could know"
    run "$DRAINCTL" check --checklist --registry etcd:x -- true
    exits 2
    has "expected a registry, not 'etcd:x'"
    run "$DRAINCTL" check --checklist --pprof localhost:6060 -- true
    exits 2
    has "expected a URL"
}

@test "a scenario that expects a checklist must have one" {
    scenario_for '["true"]'
    sed -i 's/"expect": \[/"expect": [{"target": "checklist"}, /' s.json
    run "$DRAINCTL" plan s.json
    exits 2
    has "the scenario has no 'checklist'"
}

@test "work that goes on after an answer: finished at the signal; given up at the drain timeout, it is not processed" {
    cp "$BATS_TEST_DIRNAME/../scenarios/background-work-finishes.json" a.json
    run "$DRAINCTL" scenario a.json --journal run.jsonl
    exits 0
    [ "$(grep -c '"what":"later"' run.jsonl)" -eq 12 ]
    [ "$(grep -c '"what":"done"' run.jsonl)" -eq 12 ]
    sed -i 's/"drain_timeout": "10s"/"drain_timeout": "60ms"/; s/ms=150/ms=20/; s/ms=200/ms=2000/' a.json
    run "$DRAINCTL" scenario a.json --journal lost.jsonl
    exits 1
    has "0 of 12 processed"
    [ "$(grep -c '"what":"lost"' lost.jsonl)" -eq 12 ]
}
