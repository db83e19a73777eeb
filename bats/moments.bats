#!/usr/bin/env bats
# Moments that wait for a target to be at rest, and a target that is PID 1.

load helper

# The sleeps are the server's own pace, which is what is tested; the test itself waits for none.
# A server that forks a worker every 80 ms, five in all, once the first slow request has come.
write_server() {
    cat >server.py <<'END'
import http.server, os, signal, sys, threading, time

class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1.5)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args):
        pass

def fork_workers():
    for _ in range(int(os.environ.get("WORKERS", 5))):
        time.sleep(0.08)
        if os.fork() == 0:
            signal.pause()
    print("all forked", flush=True)

server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H)
print("pid", os.getpid(), flush=True)
if sys.argv[1] == "forks":
    threading.Thread(target=fork_workers, daemon=True).start()
if sys.argv[1] == "handles":
    signal.signal(signal.SIGTERM, lambda *a: os._exit(0))
server.serve_forever(0.05)
END
}

# write_scenario MODE TARGET_KEYS STILL
write_scenario() {
    cat >s.json <<END
{
  "name": "test", "timeout": "5s",
  "target": {$2 "command": ["python3", "server.py", "$1"]},
  "loads": [{"name": "slow", "request": {"path": "/slow"}, "clients": 2, "requests": 2}],
  "signals": [{"send": "SIGTERM", "when": {"load": "slow", "in_flight": 2$3}}],
  "expect": [{"load": "slow", "completed": ">= 0"}]
}
END
}

# The time of the first line of the journal that holds TEXT.
time_of() {
    grep -m 1 -F "$1" j.jsonl | grep -o '"t":[0-9]*' | grep -o '[0-9]*'
}

@test "a signal waits until the target has forked all of its workers" {
    write_server
    write_scenario forks '' ', "still": "200ms"'
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    [ "$(time_of '"e":"signal"')" -gt "$(time_of 'all forked')" ]
    [ "$(grep -c '"e":"process"' j.jsonl)" -ge 6 ]
    [[ "$output" != *"never came to rest"* ]]
}

# Longer than processes that come and go are waited for.
@test "a target that only grows is waited for until it is complete" {
    write_server
    write_scenario forks '"env": {"WORKERS": "32"},' ''
    sed -i 's/"when": {[^}]*}/"when": {"at": "20ms", "still": "200ms"}/' s.json
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    [ "$(time_of '"e":"signal"')" -gt "$(time_of 'all forked')" ]
    [[ "$output" != *"never came to rest"* ]]
}

@test "without 'still' it does not wait" {
    write_server
    write_scenario forks '' ''
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    ! grep -q 'all forked' j.jsonl || [ "$(time_of '"e":"signal"')" -lt "$(time_of 'all forked')" ]
}

@test "the journal tells what the target does on the signal" {
    write_server
    write_scenario handles '' ''
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    grep -q '"signal":15,"is":"caught","role":"main"' j.jsonl
    grep -q '"signal":15,"is":"caught","role":"listener"' j.jsonl
}

@test "a target as PID 1: a signal that it does not handle is dropped" {
    unshare --pid --fork true 2>/dev/null || unshare --user --pid --fork true 2>/dev/null ||
        skip "no PID namespace can be made here"
    write_server
    write_scenario plain '"pid1": true,' ''
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    grep -q '"line":"pid 1"' j.jsonl
    has "because it is PID 1"
    grep -q '"e":"target-kill"' j.jsonl
    grep -q '"code":-1,"signal":9' j.jsonl
    [ "$(grep -c '"status":200' j.jsonl)" -ge 2 ]
}

@test "a machine that allows no PID namespace is named" {
    unshare --user --map-root-user true 2>/dev/null || skip "no user namespace can be made here"
    write_server
    write_scenario plain '"pid1": true,' ''
    # a namespace of users within which no more may be made
    run unshare --user --map-root-user sh -c \
        'echo 0 >/proc/sys/user/max_pid_namespaces; exec "$0" scenario s.json' "$DRAINCTL"
    exits 3
    has "this machine does not allow a PID namespace"
}
