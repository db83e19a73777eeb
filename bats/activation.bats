#!/usr/bin/env bats
# Socket activation: drainctl holds the listening socket of a target, as systemd does, and passes it as
# descriptor 3.

bats_require_minimum_version 1.5.0
load helper

# server.py: takes descriptor 3, answers each request after 50 ms, and finishes what it has at SIGTERM.
server() {
    cat >server.py <<'PY'
import os, signal, socket, sys, threading, time

stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ["LISTEN_FDS"] != "1":
    sys.exit("no socket is passed to this process")
listener = socket.socket(fileno=3)
listener.settimeout(0.02)

def serve(connection):
    connection.settimeout(20)
    if connection.recv(65536):
        time.sleep(0.05) # work, so that others come meanwhile and wait
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    connection.close()

threads = []
while not stopping.is_set():
    try:
        connection = listener.accept()[0]
    except TimeoutError:
        continue
    threads.append(threading.Thread(target=serve, args=(connection,)))
    threads[-1].start()
listener.close()
for thread in threads:
    thread.join()
time.sleep(float(os.environ.get("LINGER", "0")))
PY
}

# scenario TARGET REST: write s.json, with clients that open a connection for each request.
scenario() {
    cat >s.json <<END
{
  "name": "held", "target": {"socket_activation": true, $1},
  "loads": [{"name": "new", "request": {"path": "/api/data?ms=20"}, "connection": "new", "clients": 6, "requests": 90}],
  $2
}
END
}

# Python may take seconds to start where the processors are busy.
SERVER='"command": ["python3", "server.py"], "ready": {"port": true, "within": "30s"}'
RESTART='"actions": [{"restart": "target", "when": {"load": "new", "request": 30, "phase": "waiting"}}],
  "expect": [{"load": "new", "completed": "100%"}, {"target": "target", "steps": ["signal", "listener-closed", "exit"]}]'

@test "the reference server is restarted, and no client is refused: clients wait for the next one" {
    scenario '"reference": {}' "$RESTART"
    run "$DRAINCTL" scenario s.json --journal j.jsonl --report text --report json=v.json
    exits 0
    has 'target closed its copy of the listening socket; drainctl holds it'
    has 'had waited in the queue'
    jq -e '.runs[0].processes | (map(.life) == [0, 1]) and (.[0].waited.clients == 0)
        and (.[1].waited | .clients >= 1 and .longest_ms > 0) and .[0].exit.code == 0' v.json
    jq -se 'map(select(.e == "target-start").port) | length == 2 and .[0] == .[1]' j.jsonl
    "$DRAINCTL" report j.jsonl --report json=again.json -q
    diff <(jq -S 'del(.drainctl)' v.json) <(jq -S 'del(.drainctl)' again.json)
}

@test "the reference server is replaced: both have the socket, and no handover is needed" {
    scenario '"reference": {}' "${RESTART/restart/replace}"
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 0
    run ! grep -q 'handover' j.jsonl
    jq -se 'map(select(.e == "signal")) | length == 1 and (.[0].life // 0) == 0' j.jsonl
}

@test "a server that uses descriptor 3 is restarted" {
    server
    scenario "$SERVER" "$RESTART"
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 0
    has 'clients had waited in the queue'
    grep -q '"how":"it accepted from the socket that drainctl holds","life":1' j.jsonl
}

@test "the same at a Unix socket, whose file is gone at the end" {
    server
    scenario "$SERVER, \"url\": \"unix:app.sock\"" "$RESTART"
    run "$DRAINCTL" scenario s.json
    exits 0
    has 'clients had waited in the queue'
    [ ! -e app.sock ]
}

@test "stopped for good: who comes then waits in the queue, and the run ends by itself" {
    scenario '"reference": {}' '"signals": [{"send": "SIGTERM", "when": {"load": "new", "request": 30, "phase": "waiting"}}],
      "expect": [{"load": "new", "refused": 0, "cut_off": 0, "unfinished": 6, "reasons": {"waits-in-queue": 6}},
                 {"target": "listener-closed", "queue_lost": 0}, {"target": "exit", "code": 0}]'
    run "$DRAINCTL" scenario s.json --journal j.jsonl --report text --report json=v.json
    exits 0
    has 'the target closed its copy of the listening socket; drainctl holds it'
    jq -e '.runs[0].loads[0].processed.unknown == 0 and .runs[0].target.killed == false' v.json
    local last
    last=$(jq -s 'map(select(.e == "start").a) | max' j.jsonl)
    run "$DRAINCTL" explain --request "1/$last" j.jsonl
    exits 0
    has 'waits-in-queue'
    has 'drainctl holds its listening socket'
}

@test "the moment listener-closed comes when the target lets go, though drainctl still listens" {
    server
    scenario "$SERVER, \"env\": {\"LINGER\": \"100\"}" \
        '"signals": [{"send": "SIGTERM", "when": {"load": "new", "request": 30, "phase": "waiting"}},
          {"send": "SIGKILL", "when": {"target": "listener-closed"}}],
      "expect": [{"target": "exit", "signal": "SIGKILL"}, {"target": "listener-closed", "before": "exit"}]'
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 0
    jq -se 'map(select(.e == "signal" or (.e == "listener" and .sockets == 0))) | map(.signal) == [15, null, 9]' j.jsonl
}

@test "a server that binds the address itself, one that never accepts, and one behind a wrapper" {
    server
    fails() {
        scenario "\"command\": $1, \"ready\": {\"port\": true, \"within\": \"${2}\"}" "$RESTART"
        run "$DRAINCTL" scenario s.json
        exits 3
        has "$3"
        has "$4"
    }
    local bind="import os, socket; socket.create_server(('127.0.0.1', int(os.environ['PORT'])))"
    fails "[\"python3\", \"-c\", \"$bind\"]" 20s 'exited with code 1 before it was ready' \
        'hint: it binds the address itself, which drainctl has bound for it and passes as descriptor 3'
    fails '["sleep", "100"]' 200ms 'it accepted no connection' \
        'hint: it does not accept from the socket that drainctl passes as descriptor 3: let it listen on descriptor 3'
    fails '["sh", "-c", "python3 server.py; exit 4"]' 20s 'exited with code 4 before it was ready' 'no socket is passed'
}

@test "what drainctl's own service manager told it is no target's business" {
    export NOTIFY_SOCKET=@nobody LISTEN_FDS=2 LISTEN_PID=$$ LISTEN_FDNAMES=a:b WATCHDOG_USEC=1000000 WATCHDOG_PID=1
    local keys
    for keys in '' '"socket_activation": true, "env": {"LISTEN_FDNAMES": "web"},'; do
        scenario_for '["sh", "-c", "env | grep -E \"^(NOTIFY|LISTEN|WATCHDOG)_\" | sort; echo pid $$; exit 1"]' "$keys"
        run "$DRAINCTL" scenario s.json --journal j.jsonl
        exits 3
        jq -r 'select(.e == "target-output") | .line' j.jsonl >"said.${#keys}"
    done
    local pid
    pid=$(sed -n 's/^pid //p' "said.${#keys}")
    run sed '/^pid/q' "said.${#keys}"
    [ "$output" = "LISTEN_FDNAMES=web
LISTEN_FDS=1
LISTEN_PID=$pid
pid $pid" ]
    run sed '/^pid/q' said.0
    [[ "$output" =~ ^pid\ [0-9]+$ ]]
}

@test "an address that is taken, and one that is not this machine's" {
    # it holds the address until the test's end, which ends it
    python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(100)' >port 3>&- &
    wait_until grep -q . port
    scenario "\"command\": [\"sleep\", \"100\"], \"url\": \"http://127.0.0.1:$(cat port)\"" "$RESTART"
    run "$DRAINCTL" scenario s.json
    exits 3
    has "port $(cat port) is taken by pid $! (python3"
    # shellcheck disable=SC2016 # drainctl expands it
    scenario '"command": ["sleep", "100"], "url": "http://192.0.2.1:${port}"' "$RESTART"
    run "$DRAINCTL" scenario s.json
    exits 3
    has "cannot listen at 'http://192.0.2.1:"
}
