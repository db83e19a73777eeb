#!/usr/bin/env bats
# What a scenario does, by hand: serve --background, stop, signal (watch: watch.bats).

bats_require_minimum_version 1.5.0
load helper

serve() { # OPTIONS...: in the background; its port in $port
    port=$("$DRAINCTL" serve --background -q "$@")
}

server_pid() {
    cat "${1-drainctl.pid}"
}

is_gone() { # exited, and perhaps not reaped yet by its parent of now
    ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1" | cut -c1)" = Z ]
}

in_flight() { # N requests, by the server's own gauge
    curl -s "http://127.0.0.1:$control/gauge" | grep -q "\"in_flight\": *$1\\b"
}

# --- serve --background and stop ---

@test "serve --background prints the port alone, keeps a pid file, and stop ends it" {
    run --separate-stderr "$DRAINCTL" serve --background
    exits 0
    [[ "$output" =~ ^[0-9]+$ ]]
    [[ "$stderr" == *"listening on http://127.0.0.1:$output, pid $(server_pid)"* ]]
    [ "$(curl -s -o ready.txt -w '%{http_code}' "http://127.0.0.1:$output/ready")" = 200 ]
    pid=$(server_pid)
    run "$DRAINCTL" stop
    exits 0
    has "process $pid stopped after"
    is_gone "$pid"
    [ ! -e drainctl.pid ]
}

@test "the control port is on a second line, and the log goes to its file" {
    run --separate-stderr "$DRAINCTL" serve --background -q --control 0
    exits 0
    [ "${#lines[@]}" -eq 2 ]
    [ "$(curl -s -o gauge.txt -w '%{http_code}' "http://127.0.0.1:${lines[1]}/gauge")" = 200 ]
    "$DRAINCTL" stop -q
    "$DRAINCTL" serve --background -q --log server.log
    "$DRAINCTL" stop -q
    grep -q 'draining' server.log
}

@test "a server in the background holds none of the caller's descriptors" {
    # a reader of a pipe sees its end only when the last writer has closed it
    "$DRAINCTL" serve --background -q 17>&1 251>&1 | cat >port.txt
    pid=$(server_pid)
    for fd in /proc/"$pid"/fd/*; do
        [[ "$(readlink "$fd")" != *"$BATS_TEST_TMPDIR/port.txt" ]]
    done
    [ -s port.txt ]
    [ "$(ps -o sid= -p "$pid" | tr -d ' ')" = "$pid" ]
}

@test "a server whose port cannot be told is not left running" {
    run bash -c '"$DRAINCTL" serve --background -q >/dev/full'
    exits 3
    has "cannot print the server's port: No space left on device"
    [ ! -s drainctl.pid ]
    run timeout 20 bash -c '"$DRAINCTL" serve >/dev/full'
    exits 3
    has "cannot say that it is listening on port "
}

@test "one server a pid file: the second is refused, and the first lives" {
    serve
    pid=$(server_pid)
    run "$DRAINCTL" serve --background
    exits 3
    has "the pid file 'drainctl.pid' belongs to process $pid, which runs"
    has "hint: 'drainctl stop' stops it"
    [ "$(server_pid)" = "$pid" ]
    kill -0 "$pid"
}

@test "a stale pid file is taken over, and stop does not believe it" {
    echo $$ >drainctl.pid # a process that runs, and is no server of ours
    run "$DRAINCTL" stop
    exits 3
    has "no process holds the pid file 'drainctl.pid'"
    kill -0 $$
    serve
    [ "$(server_pid)" != $$ ]
    "$DRAINCTL" stop -q
    run "$DRAINCTL" stop
    exits 3
    has "there is no pid file 'drainctl.pid'"
}

@test "a server that was killed leaves a file that the next one takes over" {
    serve
    pid=$(server_pid)
    kill -KILL "$pid"
    wait_until is_gone "$pid"
    serve
    [ "$(server_pid)" != "$pid" ]
}

@test "what keeps a server from starting is said by the command itself" {
    serve
    run "$DRAINCTL" serve --background --port "$port" --pid-file other.pid
    exits 3
    has "error:"
    has "$port"
    [ ! -e other.pid ]
    run "$DRAINCTL" serve --background --fault no-such-fault --pid-file other.pid
    exits 2
    has "there is no fault 'no-such-fault'"
    run "$DRAINCTL" serve --background --pid-file nowhere/d.pid
    exits 3
    has "cannot write the pid file 'nowhere/d.pid': No such file or directory"
    run "$DRAINCTL" serve --background --log nowhere/log --pid-file other.pid
    exits 3
    has "cannot write the log 'nowhere/log'"
    echo "a file of mine" >mine
    run "$DRAINCTL" serve --background --pid-file mine
    exits 3
    has "'mine' is not a pid file"
    [ "$(cat mine)" = "a file of mine" ]
    run "$DRAINCTL" serve --background --ledger fd:3
    exits 2
    has "keeps no descriptor"
}

@test "stop waits for the drain, and says when it takes too long" {
    serve --fault ignore-signal
    run "$DRAINCTL" stop --timeout 200ms
    exits 3
    has "still runs 200 ms after SIGTERM"
    has "hint: 'drainctl stop --signal KILL'"
    run "$DRAINCTL" stop --signal KILL
    exits 0
    has "stopped after"
    run "$DRAINCTL" stop --signal NOSUCH
    exits 2
    has "there is no signal 'NOSUCH'"
}

# --- signal ---

@test "signal --port finds who listens there, and follows the drain to its end" {
    { read -r port; read -r control; } < <("$DRAINCTL" serve --background -q --control 0 \
        --drain-delay 100ms)
    pid=$(server_pid)
    curl -s "http://127.0.0.1:$port/api/data?ms=600" >answer.json &
    wait_until in_flight 1
    run "$DRAINCTL" signal --port "$port" --ready /ready
    exits 0
    has "passed  SIGTERM to $pid (drainctl)"
    has "no request was made"
    has "SIGTERM sent: at once"
    has "no longer ready: status 503"
    has "listener closed" # with its queue empty, unless the last look at it met the readiness poll
    has "exited with code 0"
    wait $!
    [ -s answer.json ]
}

@test "signal by pid and by name; the journal can be judged again" {
    serve --pid-file a.pid
    run "$DRAINCTL" signal "$(server_pid a.pid)" --journal j.jsonl --report json=live.json
    exits 0
    run "$DRAINCTL" report j.jsonl --report json=again.json
    exits 0
    cmp live.json again.json
    jq -e '.verdict == "passed" and .runs[0].signals[0].signal == "SIGTERM"' live.json
    cp "$(command -v sleep)" drain-sleeper
    ./drain-sleeper 100 &
    pid=$!
    run "$DRAINCTL" signal drain-sleeper --signal HUP --to process -t 10s
    exits 0
    has "listens on no TCP port: only its exit is followed"
    has "died of SIGHUP"
    has "SIGHUP to $pid (drain-sleeper)"
}

@test "signal: a process that does not go is a failure, and is left alone" {
    serve --fault ignore-signal
    pid=$(server_pid)
    run "$DRAINCTL" signal "$pid" --timeout 300ms
    exits 1
    has "failed  SIGTERM to $pid"
    has "it did not exit"
    kill -0 "$pid"
}

@test "signal --kill-after ends it as a platform would, and that is a failure too" {
    serve --fault ignore-signal
    pid=$(server_pid)
    run "$DRAINCTL" signal "$pid" --kill-after 200ms
    exits 1
    has "SIGKILL sent: 200 ms after SIGTERM"
    is_gone "$pid"
}

@test "signal: who is meant must be clear" {
    run "$DRAINCTL" signal
    exits 2
    has "expected a pid, a name, or --port N"
    run "$DRAINCTL" signal no-such-process-here
    exits 3
    has "there is no process 'no-such-process-here'"
    run "$DRAINCTL" signal 99999999999
    exits 2
    has "is not the pid of a process"
    run "$DRAINCTL" signal 4194303
    exits 3
    has "cannot attach to process '4194303'"
    serve --pid-file a.pid
    first=$port
    run "$DRAINCTL" signal "$(server_pid a.pid)" --signal SIGTREM
    exits 2
    has "did you mean"
    serve --pid-file b.pid
    run "$DRAINCTL" signal "$(server_pid a.pid)" --port "$port"
    exits 3
    has "does not listen on port $port"
    "$DRAINCTL" stop -q --pid-file a.pid
    run "$DRAINCTL" signal --port "$first"
    exits 3
    has "no process listens on port $first"
    cp "$(command -v sleep)" drain-twins
    ./drain-twins 100 &
    ./drain-twins 100 &
    run "$DRAINCTL" signal drain-twins
    exits 3
    has "'drain-twins' could be several processes: "
    has "hint: give the pid"
}

@test "signal: of a master and its workers that share the socket, the master is meant" {
    cat >master.py <<'END'
import os, signal, socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
workers = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        signal.pause()
    workers.append(pid)
def stop(*_):
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    sys.exit(7)
signal.signal(signal.SIGTERM, stop)
print(s.getsockname()[1], flush=True)
signal.pause()
END
    python3 master.py >port.txt &
    pid=$!
    wait_until test -s port.txt
    run "$DRAINCTL" signal --port "$(cat port.txt)"
    exits 0
    has "SIGTERM to $pid"
    has "exited with code 7"
}

@test "signal: a server at another address of this machine is followed there" {
    cat >elsewhere.py <<'END'
import signal, socket
s = socket.socket()
s.bind(("127.0.0.2", 0))
s.listen()
print(s.getsockname()[1], flush=True)
signal.pause()
END
    python3 elsewhere.py >port.txt &
    wait_until test -s port.txt
    run "$DRAINCTL" signal --port "$(cat port.txt)" --journal j.jsonl
    exits 0
    has "listener closed"
    has "died of SIGTERM"
    grep -q 'http://127.0.0.2:' j.jsonl
}
