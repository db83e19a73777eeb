#!/usr/bin/env bats
# serve under systemd: a listening socket that it is given, and what it says on NOTIFY_SOCKET. A small
# parent in Python plays systemd.

bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    export DRAINCTL
    cat >systemd.py <<'PY'
import os, signal, socket, subprocess, sys, urllib.request

def notify_socket():
    n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    n.bind("notify")
    n.settimeout(20)
    return n

def listening():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(64)
    return s

def serve(*options, fds=(), names=None, env=(), pid=None):
    """Start the server with these sockets as descriptors 3, 4, ...; returns it."""
    shell = "exec " + " ".join(f"{i + 3}<&{f.fileno()}" for i, f in enumerate(fds)) + "; "
    if fds:
        shell += f"export LISTEN_FDS={len(fds)} LISTEN_PID={pid or '$$'}; "
    if names:
        shell += f"export LISTEN_FDNAMES={names}; "
    shell += 'exec "$DRAINCTL" serve "$@"'
    os.environ["DRAINCTL"] = os.path.realpath(os.environ["DRAINCTL"])
    return subprocess.Popen(["bash", "-c", shell, "serve", *options], env={**os.environ, **dict(env)},
                            pass_fds=[f.fileno() for f in fds], stdout=subprocess.PIPE,
                            stderr=open("server.log", "a"), text=True)

def fields(datagram):
    return dict(line.split("=", 1) for line in datagram.decode().splitlines())

def get(address, path, sock=None):
    s = sock or socket.create_connection(address)
    s.settimeout(20)
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return s, lambda: s.recv(65536).decode()
PY
}

@test "the socket is systemd's: who comes between two instances waits in its queue" {
    cat >run.py <<'PY'
from systemd import *
s = listening()
address = s.getsockname()
first = serve(fds=[s])
assert first.stdout.readline() == f"listening on http://127.0.0.1:{address[1]}\n"
_, answer = get(address, "/ready")
assert answer().startswith("HTTP/1.1 200"), "the first instance"
first.send_signal(signal.SIGTERM)
assert first.wait(20) == 0
_, waiting = get(address, "/api/data?ms=1")
second = serve(fds=[s])
assert waiting().startswith("HTTP/1.1 200"), "the second instance, for a request from before it"
_, answer = get(address, "/ready")
assert answer().startswith("HTTP/1.1 200"), "no filter was left on the socket"
second.send_signal(signal.SIGTERM)
assert second.wait(20) == 0
PY
    python3 run.py
    grep -q 'listener closed here, another process keeps its queue' server.log
}

@test "READY with the pid, WATCHDOG while it serves and drains, STOPPING with the time that it may take" {
    cat >run.py <<'PY'
from systemd import *
n = notify_socket()
p = serve("--drain-timeout", "7s", "--drain-delay", "200ms",
          env={"NOTIFY_SOCKET": os.path.abspath("notify"), "WATCHDOG_USEC": "20000"}.items())
ready = fields(n.recv(512))
port = int(p.stdout.readline().rsplit(":", 1)[1])
assert ready == {"READY": "1", "MAINPID": str(p.pid), "STATUS": f"listening on port {port}"}, ready
for _ in range(3):
    assert n.recv(512) == b"WATCHDOG=1"
p.send_signal(signal.SIGTERM)
said = n.recv(512)
while said == b"WATCHDOG=1":
    said = n.recv(512)
assert fields(said) == {"STOPPING": "1", "EXTEND_TIMEOUT_USEC": "8000000",
                        "STATUS": "draining, 0 requests in flight"}, said
assert n.recv(512) == b"WATCHDOG=1"
assert p.wait(20) == 0
PY
    python3 run.py
}

@test "the abstract address; after a handover the new process speaks, and the old one says nothing more" {
    cat >run.py <<'PY'
from systemd import *
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = f"drainctl-test-{os.getpid()}"
n.bind("\0" + name)
n.settimeout(20)
env = {"NOTIFY_SOCKET": "@" + name}.items()
old = serve("--handover", "place", env=env)
assert fields(n.recv(512))["MAINPID"] == str(old.pid)
new = serve("--handover", "place", env=env)
assert fields(n.recv(512))["MAINPID"] == str(new.pid)
assert old.wait(20) == 0
new.send_signal(signal.SIGTERM)
assert fields(n.recv(512))["STOPPING"] == "1"
assert new.wait(20) == 0
PY
    python3 run.py
}

@test "a control socket by its name; what is meant for another process is left alone" {
    cat >run.py <<'PY'
from systemd import *
web, control = listening(), listening()
p = serve("--control", "0", fds=[control, web], names="control:http")
assert p.stdout.readline().endswith(f":{web.getsockname()[1]}\n")
assert p.stdout.readline().endswith(f":{control.getsockname()[1]}\n")
p.send_signal(signal.SIGTERM)
assert p.wait(20) == 0
p = serve(fds=[web], pid=1)
assert not p.stdout.readline().endswith(f":{web.getsockname()[1]}\n")
p.send_signal(signal.SIGTERM)
assert p.wait(20) == 0
PY
    python3 run.py
}

@test "descriptors that are none, two for one port, an address where nobody is" {
    cat >run.py <<'PY'
from systemd import *
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
s = listening()
def fails(text, *options, **how):
    open("server.log", "w").close()
    assert serve(*options, **how).wait(20) == 3
    said = " ".join(open("server.log").read().split())
    assert text in said and "hint: " in said, said
fails("descriptor 3 of LISTEN_FDS is no listening TCP socket", fds=[udp])
fails("descriptor 4 of LISTEN_FDS is no listening TCP socket", fds=[s, udp])
fails("LISTEN_FDS has two sockets for one port", fds=[s, listening()])
fails("LISTEN_FDS has a control socket, and there is no control port", fds=[s], names="control")
other = s.getsockname()[1] % 65535 + 1
fails(f"listens on port {s.getsockname()[1]}, not {other}", "--port", str(other), fds=[s])
for address in "nowhere", os.path.abspath("missing"), "/" + "a" * 200:
    fails(f"cannot tell '{address}', the NOTIFY_SOCKET", env={"NOTIFY_SOCKET": address}.items())
PY
    python3 run.py
}

# --- drainctl plays systemd for a target ---

@test "what a target says on NOTIFY_SOCKET: its readiness, its drain, and who said it" {
    cat >s.json <<END
{"name": "said", "target": {"command": ["$DRAINCTL", "serve", "--port", "\${port}"], "ready": {"notify": true}},
 "loads": [{"name": "long", "request": {"path": "/api/data?ms=300"}, "clients": 2, "requests": 2}],
 "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 2}}],
 "expect": [{"load": "long", "completed": "100%"}]}
END
    run "$DRAINCTL" scenario s.json --journal j.jsonl --report text --report json=v.json
    exits 0
    has "said STOPPING=1"
    [[ $output != *"never said STOPPING"* ]]
    jq -se '(map(select(.e == "target-start"))[0].pid) as $pid
        | (map(select(.e == "target-ready"))[0].how == "READY=1 from pid \($pid)")
        and (map(select(.e == "notified" and .said == "READY=1")) | length == 1 and .[0].pid == $pid)' j.jsonl
    jq -e '.runs[0].target.said | any(.text == "STOPPING=1" and .after_ms >= 0 and .after_ms < 300)' v.json
}

# A SIGKILL 300 ms after the signal, and a drain of 600 ms: it lives only if it asks for more time.
@test "EXTEND_TIMEOUT_USEC puts the planned SIGKILL off, and without it the SIGKILL comes" {
    cat >slow-stop.py <<'PY'
import os, signal, socket, sys, threading, time
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.connect("\0" + os.environ["NOTIFY_SOCKET"][1:])
s = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
n.send(b"STATUS=all is well\nREADY=1")
while not stop.wait(0.01): pass
if os.environ["MORE"]: n.send(f"STOPPING=1\nEXTEND_TIMEOUT_USEC={os.environ['MORE']}".encode())
time.sleep(0.6)
PY
    for more in 5000000 ""; do
        cat >s.json <<END
{"name": "more time", "target": {"command": ["python3", "slow-stop.py"], "env": {"MORE": "$more"}, "ready": {"notify": true}},
 "loads": [{"name": "mute", "shape": "silent", "clients": 1}],
 "signals": [{"send": "SIGTERM", "when": {"at": "20ms"}},
             {"send": "SIGKILL", "when": {"after": "300ms", "of": "SIGTERM"}}]}
END
        run "$DRAINCTL" scenario s.json --report text --report json="v$more.json"
        [[ -n $more ]] || has "never said STOPPING=1 on NOTIFY_SOCKET"
    done
    jq -e '.runs[0].target.exit | .code == 0 and .after_ms >= 600' v5000000.json
    jq -e '.runs[0].target.exit.signal == "SIGKILL"' v.json
}

@test "check --notify: READY=1 is the readiness, and what was said at the shutdown is shown" {
    # shellcheck disable=SC2016 # drainctl expands it
    run "$DRAINCTL" check --quick --notify --slow '/api/data?ms=300' --ready /ready --journal j.jsonl \
        --report html=v.html --report json=v.json -- "$DRAINCTL" serve --port '${port}'
    exits 0
    grep -q 'said STOPPING=1' v.html
    jq -se 'map(select(.e == "target-ready").how) | length == 1 and (.[0] | startswith("READY=1 from pid "))' j.jsonl
    jq -e '.runs[0].target.said | any(.text == "STOPPING=1")' v.json
    run "$DRAINCTL" check --quick --notify --within 300ms -- sleep 100
    exits 3
    has 'it did not say READY=1 on NOTIFY_SOCKET'
    run "$DRAINCTL" check --notify --ready-log up -- sleep 100
    exits 2
    has '--notify does not go with --ready-log'
}
