#!/usr/bin/env bats
# Nothing is left behind, whatever happens to drainctl; and it still reports when it can.

load helper

# A scenario that waits for a signal which never comes, on a target with a child of its own.
waiting_scenario() {
    cat >waiting.json <<EOF
{
  "name": "waiting", "timeout": "60s",
  "target": {"command": ["sh", "-c", "echo \$\$ >>pids; python3 -c 'import os,time; open(\"pids\",\"a\").write(str(os.getpid())+\"\\\\n\"); import http.server as h; h.HTTPServer((\"127.0.0.1\",int(os.environ[\"PORT\"])),h.SimpleHTTPRequestHandler).serve_forever()'; :"]},
  "loads": [{"name": "slow", "request": {"path": "/"}, "requests": 1, "start": "50s"}],
  "signals": [{"send": "SIGTERM", "when": {"at": "55s"}}],
  "expect": [{"load": "slow", "completed": "100%"}]
}
EOF
}

# Start drainctl in the background and wait until the target's two processes run and it is ready.
start_waiting() {
    waiting_scenario
    "$DRAINCTL" scenario waiting.json --journal run.jsonl >out.txt 2>err.txt 3>&- &
    drainctl_pid=$!
    wait_until grep -q target-ready run.jsonl
    [ "$(wc -l <pids)" -eq 2 ]
}

all_gone() {
    local pid
    while read -r pid; do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done <pids
}

@test "SIGKILL of drainctl takes the target and its children along" {
    start_waiting
    kill -KILL "$drainctl_pid"
    wait_until all_gone
}

@test "SIGINT cleans up, still reports, and exits with 130" {
    start_waiting
    kill -INT "$drainctl_pid"
    status=0
    wait "$drainctl_pid" || status=$?
    [ "$status" -eq 130 ]
    all_gone
    grep -q interrupted out.txt
}

@test "SIGTERM cleans up, still reports, and exits with 143" {
    start_waiting
    kill -TERM "$drainctl_pid"
    status=0
    wait "$drainctl_pid" || status=$?
    [ "$status" -eq 143 ]
    all_gone
    grep -q interrupted out.txt
}

@test "a run that was killed leaves a journal that can be judged, and says that it was cut" {
    start_waiting
    kill -KILL "$drainctl_pid"
    wait_until all_gone
    run "$DRAINCTL" report run.jsonl
    [ "$status" -eq 3 ]
    [[ "$output" == *inconclusive* ]]
    [[ "$output" == *cut* ]]
}

# Two runs side by side: four processes.
start_two() {
    waiting_scenario
    "$DRAINCTL" scenario waiting.json --jobs 2 --repeat "${1-2}" --journal run.jsonl \
        >out.txt 2>err.txt 3>&- &
    drainctl_pid=$!
    wait_until four_run
}

four_run() {
    [ "$(wc -l <pids)" -eq 4 ]
}

@test "SIGINT during runs side by side: both are cleaned up, reported, and no third one starts" {
    start_two 5
    kill -INT "$drainctl_pid"
    status=0
    wait "$drainctl_pid" || status=$?
    [ "$status" -eq 130 ]
    all_gone
    four_run
    [ "$(grep -c 'the run was interrupted' out.txt)" -eq 2 ]
    [ "$(grep -c '"e":"run-end"' run.jsonl)" -eq 2 ]
}

@test "SIGKILL during runs side by side takes all targets along" {
    start_two
    kill -KILL "$drainctl_pid"
    wait_until all_gone
}

@test "a second SIGINT is immediate, and leaves nothing behind either" {
    for jobs in 1 2; do
        rm -f pids
        waiting_scenario
        "$DRAINCTL" scenario waiting.json --jobs $jobs --repeat 2 >out.txt 2>err.txt 3>&- &
        drainctl_pid=$!
        if [ $jobs -eq 2 ]; then wait_until four_run; else wait_until two_run; fi
        kill -INT "$drainctl_pid"
        kill -INT "$drainctl_pid" 2>/dev/null || true
        status=0
        wait "$drainctl_pid" || status=$?
        [ "$status" -eq 130 ]
        wait_until all_gone
    done
}

two_run() {
    [ "$(wc -l <pids)" -eq 2 ]
}

# A server that ignores the signal, and a check of it whose runs are several at a time.
stubborn_check() { # OPTION...
    cat >stubborn.py <<'EOF'
import http.server, os, signal, socketserver, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.6 if self.path == "/slow" else 0)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args):
        pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
with open("pids", "a") as pids:
    pids.write("%d\n" % os.getpid())
with open("ports", "a") as ports:
    ports.write(os.environ["PORT"] + "\n")
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
EOF
    : >pids
    "$DRAINCTL" check --slow /slow --grace 20s "$@" -- python3 stubborn.py >out.txt 2>err.txt 3>&- &
    drainctl_pid=$!
}

started() { # N: that many targets, or more
    [ "$(wc -l <pids)" -ge "$1" ]
}

ends_with() { # STATUS
    status=0
    wait "$drainctl_pid" || status=$?
    [ "$status" -eq "$1" ] && all_gone && return 0
    echo "status $status, not $1; targets $(tr '\n' ' ' <pids); it said:"
    cat err.txt out.txt
    return 1
}

@test "a check interrupted with several targets alive says what it had found, and leaves none" {
    stubborn_check --grace 1s --journal run.jsonl
    wait_until grep -q check-accept-queue run.jsonl # so the main run is over
    kill -INT "$drainctl_pid"
    ends_with 130
    grep -q signal-ignored out.txt
    [ "$(sort ports | uniq -d | wc -l)" -eq 0 ]
    # the runs stand in the journal in their order, the main one first
    grep -o '"name":"check-[a-z0-9-]*"' run.jsonl | cut -d'"' -f4 | uniq >names
    [ "$(head -n 3 names)" = "check-main
check-bare
check-accept-queue" ]
    "$DRAINCTL" report run.jsonl >again.txt || [ $? -eq 1 ]
    diff <(grep -v '^drainctl' out.txt) <(grep -v '^drainctl' again.txt)
}

@test "a check interrupted at its start leaves nothing either" {
    stubborn_check
    wait_until started 1
    kill -TERM "$drainctl_pid"
    ends_with 143
    stubborn_check
    kill -TERM "$drainctl_pid"
    ends_with 143
}

@test "SIGKILL of a check takes all its targets along, and leaves what is over in the journal" {
    stubborn_check --grace 1s --journal run.jsonl
    wait_until grep -q check-accept-queue run.jsonl
    kill -KILL "$drainctl_pid"
    wait_until all_gone
    run "$DRAINCTL" report run.jsonl
    exits 1
    has signal-ignored
}
