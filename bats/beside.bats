#!/usr/bin/env bats
# The runs of a check beside each other: who may not, what is said of it, and that nothing is left.

bats_require_minimum_version 1.5.0
load helper
load rogue

# A server of which there can be only one at a time: it holds a lock, as one with a second port, a
# pid file or a database of its own would.
only_one() { # PORT of its own, or nothing: the one that it is given
    cat >one.py <<END
import fcntl, http.server, os, socketserver, sys, threading, time
open("starts", "a").write("start\n")
lock = open("lock", "w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    open("starts", "a").write("refused\n")
    sys.exit("another one is running")
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        time.sleep(0.4 if self.path == "/slow" else 0) # a handler at work
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args):
        pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
Server(("127.0.0.1", int("$1" or os.environ["PORT"])), Handler).serve_forever()
END
}

@test "a server that bears no second one beside it: its runs are carried out again, by themselves" {
    only_one
    "$DRAINCTL" check --slow /slow --grace 1s --report json=beside.json --journal run.jsonl \
        -- python3 one.py >out.txt 2>err.txt || [ $? -eq 1 ]
    grep -q refused starts
    grep -q "were repeated alone" err.txt
    # no run came to nothing, and the journal has each once, in the order of the battery
    jq -e '[.runs[] | select(.target.ready == false)] == []' beside.json
    # (a start that is signalled may just have been about to end by itself)
    run ! awk '/"e":"plan"/ { startup = /"name":"check-startup/ }
        /another one is running/ && !startup { found = 1 } END { exit !found }' run.jsonl
    jq -r 'select(.e == "plan") | .plan.name' run.jsonl >names
    [ "$(cat names)" = "$(jq -r '.runs[].scenario' beside.json)" ]
    [ "$(uniq names | wc -l)" -eq "$(jq '.runs | length' beside.json)" ]
}

@test "a port of the server's own: one after the other, and that is said" {
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    only_one "$port"
    "$DRAINCTL" check --grace 1s --url "http://127.0.0.1:$port" --report json=own.json -- \
        python3 one.py 2>err.txt || [ $? -eq 1 ]
    grep -q "one after the other" err.txt
    ! grep -q refused starts || false
    [ "$(wc -l <starts)" -gt 3 ]
    # it dies of the signal: two tries have shown what becomes of its queue, and a third is needless
    jq -e '[.runs[].scenario] | index("check-accept-queue-2") and (index("check-accept-queue-3") | not)' \
        own.json
    jq -e '.defects[] | select(.id == "accept-queue-reset").evidence | test("in 2 of 2 tries")' own.json
}

@test "a server that never becomes ready is started once" {
    # a target that never listens; drainctl ends it
    run "$DRAINCTL" check --within 300ms -- sh -c 'echo start >>starts; exec sleep 30'
    exits 3
    [ "$(wc -l <starts)" -eq 1 ]
}

# The processes of a rogue that were started in this test.
rogues() {
    python3 - "$ROGUE" "$PWD" <<'END'
import os, sys
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        here = os.readlink(f"/proc/{pid}/cwd") == sys.argv[2]
        if here and int(pid) != os.getpid() and sys.argv[1].encode() in words:
            print(pid, words)
    except OSError:
        pass
END
}

@test "a hostile server, several beside each other: none is left behind, no port is taken twice" {
    "$DRAINCTL" check --grace 400ms --journal run.jsonl -- "$ROGUE" "${MODE-leave-child}" "\${port}" \
        >out.txt 2>err.txt || [ $? -le 3 ]
    [ "$(jq -r 'select(.e == "target-start") | .port' run.jsonl | wc -l)" -gt 3 ]
    [ "$(jq -r 'select(.e == "target-start") | .port' run.jsonl | sort | uniq -d)" = "" ]
    [ "$(rogues)" = "" ]
}
