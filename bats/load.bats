#!/usr/bin/env bats
# drainctl load: only the clients, what they show while they go on, and how they end.

bats_require_minimum_version 1.5.0
load helper

# start_server [OPTION]...: the reference server in the background; sets server and url.
start_server() {
    rm -f server.txt # of one before
    "$DRAINCTL" serve --quiet "$@" >server.txt 3>&- &
    server=$!
    wait_until grep -q listening server.txt
    url=$(grep -m 1 -o 'http://[0-9.:]*' server.txt)
}

# load_in_background ARGS...: with out.txt, err.txt and the lines of --notify in notify.txt.
load_in_background() {
    "$DRAINCTL" load --timeout 30s --notify notify.txt "$@" >out.txt 2>err.txt 3>&- &
    clients=$!
}

# ended PID: its exit status into `status`, what it wrote into `output`.
ended() {
    status=0
    wait "$1" || status=$?
    output=$(cat out.txt)
}

@test "so many requests by so many clients: each outcome and reason, and the latency" {
    start_server
    run --separate-stderr "$DRAINCTL" load "$url/api/data?ms=5" -c 4 -n 20
    exits 0
    has "GET $url/api/data?ms=5"
    has "completed status-200 20 100.0 %"
    [[ "$output" =~ latency\ +p50\ [0-9.]+\ ms ]]
    has "20 attempts = 20 completed"
    [ -z "$stderr" ]
}

@test "method, headers and body arrive" {
    cat >echo.py <<'END'
import http.server, json, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        n = len(self.rfile.read(int(self.headers["Content-Length"])))
        print(json.dumps([self.command, self.path, n, self.headers["X-One"], self.headers["X-Two"]]), file=sys.stderr, flush=True)
        self.send_response(204); self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(("127.0.0.1", 0), H)
print(s.server_port, flush=True)
s.serve_forever()
END
    python3 echo.py >port 2>seen 3>&- &
    wait_until test -s port
    run "$DRAINCTL" load "127.0.0.1:$(cat port)/a?b=c" -X PUT -H 'X-One: 1' -H 'X-Two:two words' \
        --body 12345 -n 1
    exits 0
    [ "$(cat seen)" = '["PUT", "/a?b=c", 12345, "1", "two words"]' ]
}

@test "without an end of its own: Ctrl-C lets what is in flight finish, and is no error" {
    start_server
    load_in_background "$url/api/data?ms=400" -c 10
    wait_until grep -qx 'in-flight 10' notify.txt
    kill -INT "$clients"
    ended "$clients"
    exits 0
    has passed
    [[ "$output" != *unfinished\ \ * ]]
    [ "$(tail -n 1 notify.txt)" = end ]
}

@test "a second Ctrl-C ends at once: 130, and what was in flight is unfinished" {
    start_server --control 0
    status=0
    TERM=xterm INTERRUPT=' 5 in flight' AGAIN=' stopping;' \
        on_terminal 80 "$DRAINCTL" load -t 30s "$url/hold?gate=never" -c 5 --journal run.jsonl || status=$?
    output=$(cat out.txt)
    exits 130
    has "unfinished run-ended 5 100.0 %"
    run "$DRAINCTL" report run.jsonl
    exits 3
    has interrupted
}

@test "Ctrl-C before the requests that were asked for are all made: 130" {
    start_server
    load_in_background "$url/api/data?ms=200" -c 2 -n 100000
    wait_until grep -qx 'in-flight 2' notify.txt
    kill -INT "$clients"
    ended "$clients"
    exits 130
    has interrupted
}

@test "--duration begins no more after so long, and waits for what is in flight" {
    start_server
    run "$DRAINCTL" load "$url/api/data?ms=300" -c 3 --duration 100ms
    exits 0
    has "3 attempts = 3 completed"
}

@test "a clean shutdown from outside: the listener's close is told, later requests are refused" {
    start_server
    load_in_background "$url/api/data?ms=500" -c 5 --journal run.jsonl
    wait_until grep -qx 'in-flight 5' notify.txt
    kill -TERM "$server"
    wait_until grep -qx listener-closed notify.txt
    wait_until grep -q '"code":7' run.jsonl # a connection was refused
    kill -INT "$clients"
    ended "$clients"
    exits 0
    [[ "$output" =~ completed\ +status-200\ +5\  ]]
    [[ "$output" =~ refused\ +connect-refused ]]
    has "the listener on port ${url##*:} closed"
    has "its queue empty"
    # judged again, the same; the journal has who it was
    run "$DRAINCTL" report run.jsonl
    exits 0
    [ "$output" = "$(cat out.txt)" ]
    grep -q "\"e\":\"target-listen\".*\"owner\":$server" run.jsonl
    # pacing: five clients, 10 to 100 ms apart, and not thousands
    [ "$(grep -c '"code":7' run.jsonl)" -lt 500 ]
}

@test "a shutdown that cuts requests off fails, and says which" {
    start_server --fault cut-in-flight
    load_in_background "$url/api/data?ms=5000" -c 5 -n 5
    wait_until grep -qx 'in-flight 5' notify.txt
    kill -TERM "$server"
    ended "$clients"
    exits 1
    has "the first, 'load: 0 cut-off': 5 of 5 attempts cut-off"
    has "5 100.0 %"
}

@test "a server that fails or refuses everything is no pass either" {
    start_server
    run "$DRAINCTL" load "$url/api/data?ms=400" -n 2 --request-timeout 50ms
    exits 1
    has "timed-out response-timeout 2"
    start_server --drain-delay 20s
    kill -TERM "$server" # readiness turns: 503 from now on
    wait_until "$DRAINCTL" load -q "$url/live" -n 1
    run "$DRAINCTL" load "$url/ready" -n 3
    exits 1
    has "refused status-503 3"
    has "'load: > 0 completed' did not hold"
}

@test "no server listens: at once, with 3; or --within waits for the server to come" {
    start_server
    kill -KILL "$server"
    wait "$server" || true
    run "$DRAINCTL" load "$url/" -n 1 --within 50ms
    exits 3
    has "was not ready within 50 ms: no process listens on its port"
    load_in_background "$url/live" -n 1 --within 20s --journal run.jsonl
    wait_until grep -q '"e":"plan"' run.jsonl
    "$DRAINCTL" serve --quiet --port "${url##*:}" >server.txt 3>&- &
    ended "$clients"
    exits 0
}

@test "bad input names the option and the remedy" {
    for words in "ftp://h/|only scheme there is" "http://h/ --rate fast|500/s" \
        "http://h/ -H nocolon|NAME: VALUE" "http://h/ --body-over 2s|--body BYTES" \
        "http://h/ -n 0|from 1 to" "http://h/ --connection keep|one of: reuse, new" \
        "http://h/ --notify no/such/folder|cannot write to 'no/such/folder'"; do
        # shellcheck disable=SC2086 # words
        run "$DRAINCTL" load ${words%%|*}
        [[ "$status" -eq 2 || "$words" == *--notify* && "$status" -eq 3 ]]
        has "${words#*|}"
    done
    run "$DRAINCTL" load
    exits 2
    run "$DRAINCTL" load http://nosuchhost.invalid/
    exits 3
    has "nosuchhost.invalid"
}

@test "--notify into a FIFO: it needs no reader, and a reader gets every line" {
    start_server
    mkfifo fifo
    exec {fifo}<>fifo
    run "$DRAINCTL" load "$url/api/data?ms=50" -c 3 -n 3 --notify fifo
    exits 0
    read -r -t 5 first <&"$fifo"
    read -r -t 5 second <&"$fifo"
    [ "$first" = begin ]
    [ "$second" = "in-flight 1" ]
    exec {fifo}>&-
}

@test "--notify on a full disk is said, with 3, and the report is there all the same" {
    start_server
    run "$DRAINCTL" load "$url/live" -n 1 --notify /dev/full
    exits 3
    has "cannot write to '/dev/full'"
    has "1 attempt = 1 completed"
}

@test "a path full of quotes, control bytes' escapes and markup stays in its field" {
    start_server
    run "$DRAINCTL" load "$url/live?a=%0a\"</script>\\'&b" -n 1 --name 'a"<b>' \
        --report json=r.json --report junit=r.xml
    [ "$(jq -r '.runs[0].loads[0].name' r.json)" = 'a"<b>' ]
    xmllint --noout r.xml
    has "</script>"
}

# --- on a terminal ---

# on_terminal COLUMNS COMMAND...: run it with standard error on a terminal, which goes to tty.txt;
# standard output goes to out.txt. When the terminal has shown $INTERRUPT it gets a SIGINT, and another
# one when it has shown $AGAIN.
on_terminal() {
    python3 - "$@" <<'END'
import fcntl, os, signal, struct, subprocess, sys, termios
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
seen = b""
wanted = [os.environ[k].encode() for k in ("INTERRUPT", "AGAIN") if k in os.environ]
with open("out.txt", "wb") as out, open("tty.txt", "wb") as tty:
    child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=slave)
    os.close(slave)
    while True:
        try:
            data = os.read(master, 65536)
        except OSError: # EIO: the last one has closed it
            break
        tty.write(data)
        seen += data
        if wanted and wanted[0] in seen:
            wanted.pop(0)
            child.send_signal(signal.SIGINT)
sys.exit(child.wait())
END
}

@test "on a terminal: what is in flight and every outcome, live, on one line that is erased" {
    start_server
    export TERM=xterm
    INTERRUPT=' completed' on_terminal 80 "$DRAINCTL" load -t 30s "$url/api/data?ms=300" -c 7
    grep -q 'load [0-9.]* m*s: 7 in flight' tty.txt
    grep -q '7 in flight, [0-9]* completed' tty.txt
    grep -q ' stopping;' tty.txt
    [ "$(tail -c 4 tty.txt)" = $'\r\033[K' ]
    run ! grep -q $'\033' out.txt
    grep -q '^passed' out.txt
}

@test "the line says that no server listens any more, and is never wider than the terminal" {
    start_server --fault cut-in-flight
    export TERM=xterm
    INTERRUPT=' no listener; 0 in flight, 4 cut-off' on_terminal 60 "$DRAINCTL" load -t 30s "$url/api/data?ms=5000" -c 4 \
        --pause 60s --notify notify.txt 3>&- & # after it was cut off, none comes again at once
    local shown=$!
    wait_until grep -qx 'in-flight 4' notify.txt
    kill -TERM "$server"
    status=0
    wait "$shown" || status=$?
    [ "$status" -eq 1 ]
    grep -q ' no listener; 0 in flight, 4 cut-off' tty.txt
    run awk -v RS=$'\r' '{ sub(/\033\[K/, ""); if (length($0) > 59) print length($0) ": " $0 }' tty.txt
    [ -z "$output" ]
}

@test "no line without a terminal, on a dumb one, or with -q" {
    start_server
    "$DRAINCTL" load "$url/api/data?ms=300" -n 1 >out.txt 2>err.txt
    [ ! -s err.txt ]
    TERM=dumb on_terminal 80 "$DRAINCTL" load -t 30s "$url/api/data?ms=300" -n 1
    [ ! -s tty.txt ]
    TERM=xterm on_terminal 80 "$DRAINCTL" load -q "$url/api/data?ms=300" -n 1
    [ ! -s tty.txt ]
}
