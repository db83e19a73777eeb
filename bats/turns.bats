#!/usr/bin/env bats
# A freeze whose clients write in the middle of the shutdown ("write" of a signal).

load helper

# turns_of WRITE FAULT: requests on kept-alive connections around the close, a run of it.
turns_of() {
    cat >s.json <<END
{
  "name": "turns", "target": {"reference": {$2}},
  "loads": [{"name": "kept", "request": {"path": "/api/data?ms=0"}, "clients": 32}],
  "signals": [{"send": "SIGTERM", "when": {"at": "0s"}, "freeze": "kept", "write": "$1"}],
  "expect": [{"load": "kept", "cut_off": "<= 1"}, {"target": "exit", "code": 0, "within": "5s"}]
}
END
    run "$DRAINCTL" scenario s.json --report json --journal run.jsonl
}

# Frozen before the signal alone, an event loop would answer all of them first.
@test "in turns, a server that closes without looking loses what comes in between" {
    turns_of turns '"fault": "drop-idle-at-once"'
    exits 1
    jq -e '.runs[0].loads[0].reasons["keepalive-race"] >= 2' <<<"$output"
}

@test "in turns, a server that looks before it closes loses no more than a coincidence" {
    turns_of turns ''
    exits 0
    # three of them had written before the signal, and all have written at the end
    jq -e -s '[.[] | select(.e == "freeze") | .buffered] == [3]
              and ([.[] | select(.e == "sent")] | length) >= 32
              and ([.[] | select(.e == "thaw")] | length) == 1' run.jsonl
}

@test "after the thaw, a server that looks before it closes loses no more than a coincidence" {
    turns_of after ''
    exits 0
    jq -e -s '[.[] | select(.e == "freeze") | .buffered] == [3]' run.jsonl
}

# A main process that hands the signal on, and a worker that has the connections. Told to stop, it
# closes them: at once, or ("looks") when it has answered what lies on them.
workers() {
    cat >workers.py <<'END'
import os, select, signal, socket, sys
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=128)
worker = os.fork()
if worker:
    def hand_on(*args):
        os.kill(worker, signal.SIGTERM)
        if sys.argv[1] == "leaves":
            os._exit(0)
    signal.signal(signal.SIGTERM, hand_on)
    os.waitpid(worker, 0)
    sys.exit(0)
told = []
signal.signal(signal.SIGTERM, lambda *args: told.append(1))
open_ones = [server]
def answer(one):
    if one.recv(4096):
        one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    else:
        open_ones.remove(one)
        one.close()
while True:
    ready = select.select(open_ones, [], [], 0.05)[0]
    stop = bool(told) # decided once, before the last look
    if stop and sys.argv[1] != "looks":
        break
    if stop:
        ready = select.select(open_ones, [], [], 0)[0]
    for one in ready:
        if one is server:
            open_ones.append(server.accept()[0])
        else:
            answer(one)
    if stop:
        break
END
    turns_of workers '' # the same clients
    jq --arg how "$1" '.target = {command: ["python3", "workers.py", $how]}' s.json >w.json
    run "$DRAINCTL" scenario w.json --report json --journal run.jsonl
}

@test "with workers, one that closes without looking loses what came while it had the signal" {
    workers closes
    exits 1
    jq -e '.runs[0].loads[0].reasons["keepalive-race"] >= 2' <<<"$output"
}

@test "with workers, one that looks before it closes loses no more than a coincidence" {
    workers looks
    exits 0
    jq -e '.runs[0].loads[0].outcomes.completed >= 35' <<<"$output" # those from before the signal
}

@test "a server without workers gets the requests right behind the signal" {
    turns_of workers ''
    exits 0
    jq -e -s '[.[] | select(.e == "freeze") | .buffered] == [3]
              and ([.[] | select(.e == "sent")] | length) >= 32' run.jsonl
}

@test "an instant of writing needs a freeze, and is one that there is" {
    turns_of befor ''
    exits 2
    has "no instant of writing 'befor'" "did you mean 'before'?"
    sed 's/"freeze": "kept", //; s/befor"/turns"/' s.json >t.json
    run "$DRAINCTL" scenario t.json
    exits 2
    has "'write' needs 'freeze'"
}

# The workers are stopped by us: what a main process leaves then, the freeze must let go of.
@test "with workers, a main process that does not wait for them: they go on, and end" {
    workers leaves
    jq -e '.runs[0].target | .exit.code == 0 and .orphans == []' <<<"$output"
    jq -e -s '[.[] | select(.e == "thaw")] | length == 1' run.jsonl
}
