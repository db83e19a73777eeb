#!/usr/bin/env bats
# "replace" of a server that is not ours: a second process of it starts beside the first, shares its port in
# its own way, says that it is ready, and the first one is told to go.

bats_require_minimum_version 1.5.0
load helper

# server.py HOW PORT: answers each request after 20 ms; at SIGTERM it answers those that it has and those
# that wait in its queue. HOW it comes to a port where another one of it listens:
#   handed     it asks the other one for its listening socket
#   reuseport  with a socket of its own, and from then on all new connections are its (SO_REUSEPORT, and a
#              program that chooses among the sockets: socket(7), SO_ATTACH_REUSEPORT_CBPF)
#   plain      it does not: the port is taken
#   deaf       it says that it is ready, and listens nowhere
server() {
    cat >server.py <<'PY'
import ctypes, os, signal, socket, struct, sys, threading, time

how, port = sys.argv[1], int(sys.argv[2])
stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())

def bound():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if how == "reuseport":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    if how == "reuseport":
        # BPF_LD | BPF_B | BPF_ABS 0 is a byte of the packet; this returns a number: the newest of the sockets
        number = int(os.environ["LIFE"]) if "LIFE" in os.environ else count_before()
        code = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, number))
        program = struct.pack("@HP", 1, ctypes.addressof(code))
        listener.setsockopt(socket.SOL_SOCKET, 51, program) # SO_ATTACH_REUSEPORT_CBPF
    return listener

def count_before():
    with open("/proc/net/tcp") as lines:
        return sum(line.split()[1].endswith(":%04X" % port) and line.split()[3] == "0A" for line in lines) - 1

def hand(listener):
    door = socket.socket(socket.AF_UNIX)
    path = f"hand-{port}"
    if os.path.exists(path):
        os.unlink(path)
    door.bind(path)
    door.listen()
    def give():
        while True:
            visitor = door.accept()[0]
            socket.send_fds(visitor, [b"."], [listener.fileno()])
    threading.Thread(target=give, daemon=True).start()

def received():
    door = socket.socket(socket.AF_UNIX)
    try:
        door.connect(f"hand-{port}")
    except OSError:
        return bound()
    return socket.socket(fileno=socket.recv_fds(door, 1, 1)[1][0])

if how == "deaf" and os.path.exists("first"):
    print("listening", flush=True)
    stopping.wait()
    sys.exit(0)
open("first", "w").close()
listener = received() if how == "handed" else bound()
if how == "handed":
    hand(listener)
listener.settimeout(0.02)
print("listening", flush=True)

def serve(connection):
    connection.settimeout(20)
    if connection.recv(65536):
        time.sleep(0.02)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    connection.close()

threads = []
def accept_one():
    try:
        connection = listener.accept()[0]
    except (TimeoutError, BlockingIOError):
        return False
    threads.append(threading.Thread(target=serve, args=(connection,)))
    threads[-1].start()
    return True

while not stopping.is_set():
    accept_one()
if how == "reuseport": # its queue is its own: no other process answers what waits there
    while accept_one():
        pass
listener.close()
for thread in threads:
    thread.join()
PY
}

# scenario HOW [EXPECT]: write s.json. `late` comes when the first process has gone, which is when `mark` is
# started. Python may take seconds to start where the processors are busy.
scenario() {
    server
    cat >s.json <<END
{
  "name": "replaced",
  "targets": {
    "shop": {"command": ["python3", "server.py", "$1", "\${port}"], "ready": {"log": "^listening", "within": "30s"}},
    "mark": {"reference": {}}
  },
  "loads": [
    {"name": "new", "request": {"path": "/"}, "connection": "new", "clients": 4},
    {"name": "late", "request": {"path": "/"}, "connection": "new", "clients": 2, "requests": 8,
     "start": {"after": "0s", "of": "start mark"}}
  ],
  "actions": [
    {"replace": "shop", "when": {"load": "new", "request": 20, "phase": "waiting"}},
    {"start": "mark", "when": {"target": "shop", "is": "exited"}}
  ],
  "expect": [{"load": "*", "completed": "100%"}${2-}]
}
END
}

STEPS=', {"target": "shop", "steps": ["signal", "listener-closed", "exit"]}, {"target": "exit", "of": "shop", "code": 0}'

# as_one: two lives, of which the first was told and has gone, and no request was lost.
as_one() {
    run --separate-stderr "$DRAINCTL" scenario s.json --journal j.jsonl --report text --report json=v.json
    echo "$output"
    exits 0
    jq -e '.runs[0].processes | map(select(.name == "shop") | [.life, .exit.code, .killed]) == [[0, 0, false], [1, null, true]]' v.json
    jq -se 'map(select(.e == "signal")) | length == 1 and (.[0].life // 0) == 0' j.jsonl
    jq -se 'map(select(.e == "target-start" and (.process // "shop") == "shop").port) | length == 2 and .[0] == .[1]' j.jsonl
    jq -se 'all(.e != "note")' j.jsonl # nothing about it is strange
    "$DRAINCTL" report j.jsonl --report json=again.json -q
    diff <(jq -S 'del(.drainctl)' v.json) <(jq -S 'del(.drainctl)' again.json)
}

@test "a server that hands over its listening socket is replaced, and nobody is lost" {
    scenario handed "$STEPS"
    as_one
}

@test "a server that shares its port (SO_REUSEPORT) is replaced: each has a queue of its own" {
    scenario reuseport "$STEPS"
    as_one
}

@test "a server that cannot share its port: its second process fails, and the run says what it needs" {
    scenario plain
    run "$DRAINCTL" scenario s.json
    exits 3
    has "target 'shop' exited with code 1 before it was ready"
    has 'the process that it replaces listens there until this one is ready'
    has 'SO_REUSEPORT'
}

@test "a second process that listens nowhere is no success: once the first has gone, clients are refused" {
    scenario deaf
    run "$DRAINCTL" scenario s.json --report text --report json=v.json
    exits 1
    jq -e '.runs[0].loads[1] | .name == "late" and .outcomes.refused == 8' v.json
}
