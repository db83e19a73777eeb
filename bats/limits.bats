#!/usr/bin/env bats
# What cannot be carried out is said plainly, with exit status 3, and nothing is left running.

load helper

@test "a target that dies before it is ready: its last lines are shown" {
    scenario_for '["sh", "-c", "echo starting up; echo cannot read config.toml >&2; exit 3"]'
    run "$DRAINCTL" scenario s.json
    [ "$status" -eq 3 ]
    [[ "$output" == *"before it was ready"* ]]
    [[ "$output" == *"cannot read config.toml"* ]]
}

@test "a command that does not exist" {
    scenario_for '["./no-such-server"]'
    run "$DRAINCTL" scenario s.json
    [ "$status" -eq 3 ]
    [[ "$output" == *"no-such-server"* ]]
    [[ "$output" == *"No such file"* ]]
}

@test "a target that never listens" {
    scenario_for '["sleep", "30"]' '"ready": {"port": true, "within": "300ms"},'
    run "$DRAINCTL" scenario s.json
    [ "$status" -eq 3 ]
    [[ "$output" == *"ready"* ]]
}

# The holder lives until it is killed; its sleep only keeps standard input open.
@test "a port that is taken: by whom is said" {
    python3 -c 'import socket,sys,time
s=socket.socket(); s.bind(("127.0.0.1",0)); s.listen(); print(s.getsockname()[1],flush=True); sys.stdin.read()' \
        < <(exec sleep 30) >port 3>&- &
    holder=$!
    wait_until test -s port
    scenario_for '["sleep", "30"]' "\"url\": \"http://127.0.0.1:$(cat port)\","
    run "$DRAINCTL" scenario s.json
    kill "$holder"
    [ "$status" -eq 3 ]
    [[ "$output" == *"$(cat port)"* ]]
    [[ "$output" == *"taken"* ]]
}

@test "a full disk under the journal" {
    run "$DRAINCTL" scenario control-no-signal --journal /dev/full
    [ "$status" -eq 3 ]
    [[ "$output" == *"No space left"* ]]
}

@test "a report that cannot be written: no such folder" {
    run "$DRAINCTL" scenario control-no-signal --report json=no/such/folder/x.json
    [ "$status" -ne 0 ]
    [[ "$output" == *"no/such/folder/x.json"* ]]
}

@test "a report that cannot be written: standard output is full" {
    run bash -c '"$DRAINCTL" scenario control-no-signal >/dev/full'
    [ "$status" -eq 3 ]
    [[ "$output" == *"No space left"* ]]
}

@test "more clients than descriptors allow" {
    cat >s.json <<'EOF'
{"name": "too-many", "target": {"reference": {}},
 "loads": [{"name": "crowd", "request": {"path": "/live"}, "clients": 900000, "requests": 900000}],
 "expect": [{"load": "crowd", "completed": "100%"}]}
EOF
    run "$DRAINCTL" scenario s.json
    [ "$status" -eq 3 ]
    [[ "$output" == *"descriptors"* ]]
}

@test "a target that floods its output never blocks, and is cleaned up" {
    cat >flood.py <<'EOF'
import http.server, os, sys, threading
def flood():
    while True:
        sys.stdout.write("x" * 200 + "\n")
threading.Thread(target=flood, daemon=True).start()
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *a): pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H)
s.serve_forever()
EOF
    cat >s.json <<'EOF'
{"name": "flood", "target": {"command": ["python3", "flood.py"]},
 "loads": [{"name": "few", "request": {"path": "/"}, "clients": 2, "requests": 20}],
 "expect": [{"load": "few", "completed": "100%"}]}
EOF
    run "$DRAINCTL" scenario s.json --journal j
    [ "$status" -eq 0 ]
    [ "$(wc -c <j)" -lt 4000000 ]
}
