#!/usr/bin/env bats
# serve --handover: one process after the other at the same port, and no client notices.

bats_require_minimum_version 1.5.0
load helper

# server LOG [OPTION]...: one more at the same place, in the background; pid. Its log is LOG.
server() {
    local log=$1
    shift
    "$DRAINCTL" serve --handover place "$@" >"$log.out" 2>"$log" 3>&- &
    pid=$!
    wait_until grep -qE 'listening on|drainctl:' "$log.out" "$log"
    url=$(grep -m 1 -o 'http://[0-9.:]*' "$log.out")
}

# open_connection: keep one open, answered once; what is written to ask goes there, and out.txt has what
# comes back.
open_connection() {
    cat >client.py <<'PY'
import http.client, sys
c = http.client.HTTPConnection(sys.argv[1].removeprefix("http://"))
for line in sys.stdin:
    c.request("GET", line.strip())
    r = c.getresponse()
    body = r.read().decode()
    print(r.status, r.getheader("Connection"), r.getheader("Retry-After"), body, flush=True)
PY
    mkfifo ask
    python3 client.py "$url" <ask >out.txt 2>client.err 3>&- &
    exec 5>ask
    echo '/api/data?ms=1' >&5
    wait_until grep -q '^200 None' out.txt
}

ended() { ! kill -0 "$1" 2>/dev/null; }

@test "five restarts in a row under load, on new and on kept connections: none refused, none cut off" {
    server 0.log
    local kind n old loads=()
    for kind in new reuse; do
        "$DRAINCTL" load "$url/api/data?ms=5" -c 4 --pause 15ms --connection $kind --report json=$kind.json \
            --notify $kind.txt -q --timeout 60s >/dev/null 2>&1 3>&- &
        loads+=($!)
        wait_until grep -q . $kind.txt
    done
    for n in 1 2 3 4 5; do
        old=$pid
        server $n.log --port 0
        grep -q "handover: process $old drains now" $n.log
        wait_until ended "$old"
        wait "$old"
        grep -q 'exit status 0' $((n - 1)).log
    done
    kill -INT "${loads[@]}"
    wait "${loads[@]}" || true
    for kind in new reuse; do
        jq -e '.runs[0].loads[0] | .attempts >= 40 and .outcomes.completed == .attempts' $kind.json || {
            jq -c '.runs[0].loads[0] | [.attempts, .outcomes, .reasons]' $kind.json
            false
        }
    done
}

@test "an idle connection of the old one is answered once more, and told to leave; it stays ready" {
    server old.log
    local old=$pid
    open_connection
    server new.log
    grep -q "handed over to process $pid" old.log
    kill -0 "$old"
    echo /ready >&5
    wait_until grep -q '^200 close None {"ready":true' out.txt
    wait "$old"
    curl -sf "$url/ready" >/dev/null
}

@test "a signal ends the old one sooner; the new one serves" {
    server old.log --idle-timeout 60s
    local old=$pid
    open_connection
    server new.log
    kill -TERM "$old"
    wait "$old"
    grep -q 'SIGTERM: idle connections close' old.log
    curl -sf "$url/ready" >/dev/null
}

@test "an event stream is told to come back at once, and finds the new one" {
    server old.log --retry-spread 0s
    local old=$pid
    curl -sN "$url/api/events?every=20" >events.txt 3>&- &
    local stream=$!
    wait_until grep -q data events.txt
    server new.log
    wait "$stream"
    grep -q '^event: shutdown' events.txt
    grep -q '^retry: 1000' events.txt
    wait "$old"
}

@test "the port, the control port and the pid file go along" {
    "$DRAINCTL" serve -b -q --handover place --control 0 --log old.log >old
    "$DRAINCTL" serve -b -q --handover place --control 0 --log new.log >new
    cmp old new
    grep -q 'exit status 0' old.log
    curl -sf "http://127.0.0.1:$(sed -n 2p new)/gauge" | jq -e '.connections == 0'
    "$DRAINCTL" stop -q
    grep -q 'exit status 0' new.log
    [ ! -e place ]
}

@test "a partner that dies half way: the old server goes on, and the next one takes over" {
    server old.log
    local old=$pid
    cat >partner.py <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("place")
for word in sys.argv[1:]:
    s.send(f"drainctl-handover {word}".encode())
    text, fds, _, _ = socket.recv_fds(s, 512, 4)
    print(text.decode(), len(fds))
PY
    run python3 partner.py '1 hello '
    [ "$output" = "drainctl-handover 1 sockets 0 1" ]
    wait_until grep -q 'ended before it was ready; this one goes on' old.log
    curl -sf "$url/ready" >/dev/null
    run python3 partner.py '2 hello '
    has "drainctl-handover 1 no it speaks version 2 of the handover, not 1"
    run python3 partner.py '1 ready '
    has "drainctl-handover 1 no it says 'ready' out of turn"
    run python3 partner.py '1 hello ' '1 dance '
    has "drainctl-handover 1 no it says 'dance' out of turn"
    curl -sf "$url/ready" >/dev/null
    server new.log
    wait "$old"
}

@test "a signal while the new one makes itself ready: the drain goes on, and the new one is told" {
    server old.log
    local old=$pid
    cat >slow.py <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("place")
s.send(b"drainctl-handover 1 hello ")
socket.recv_fds(s, 512, 4)
print("has them", flush=True)
print(s.recv(512).decode(), flush=True)
PY
    python3 slow.py >slow.txt 3>&- &
    wait_until grep -q 'has them' slow.txt
    run "$DRAINCTL" serve --handover place
    exits 3
    has "hands nothing over: another process takes over just now"
    kill -TERM "$old"
    wait "$old"
    wait_until grep -q 'no a signal has begun the drain' slow.txt
}

@test "a socket that a killed server left is no obstacle; anything else at PATH is" {
    server old.log
    kill -KILL "$pid"
    wait "$pid" || true
    [ -S place ]
    server new.log
    grep -q "no server is at 'place', a killed one has left it" new.log
    kill -TERM "$pid"
    wait "$pid"
    [ ! -e place ]
    echo mine >place
    run "$DRAINCTL" serve --handover place
    exits 3
    has "'place' is there already, and is no socket"
    has "hint: "
    [ "$(cat place)" = mine ]
}

@test "a place that cannot be made, and a port that is another" {
    run "$DRAINCTL" serve --handover missing/place
    exits 3
    has "cannot make the handover socket 'missing/place': No such file or directory"
    has "hint: its folder must exist, and be writable"
    run "$DRAINCTL" serve --handover "$(printf 'a%.0s' {1..120})"
    exits 3
    has "the path of the handover is too long"
    server old.log
    local port=${url##*:} other
    other=$((port == 65535 ? port - 1 : port + 1))
    run "$DRAINCTL" serve --handover place --port $other
    exits 3
    has "listens on port $port, not $other"
    has "hint: give --port $port, or 0"
    curl -sf "$url/ready" >/dev/null
    wait_until grep -q 'this one goes on' old.log
}

@test "an old one of another version, or that is no server of ours" {
    cat >old.py <<'PY'
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.bind("place.new"); s.listen(); os.rename("place.new", "place")
c, _ = s.accept()
c.recv(512)
if sys.argv[1]:
    c.send(sys.argv[1].encode())
PY
    local says
    for says in 'drainctl-handover 9 sockets 0|speaks version 9 of the handover, not 1' \
        'hello|knows no handover' '|ended before it gave its sockets' \
        'drainctl-handover 1 done |says '\''done'\'', not '\''sockets'\'; do
        rm -f place
        python3 old.py "${says%%|*}" 3>&- &
        wait_until test -S place
        run "$DRAINCTL" serve --handover place
        exits 3
        has "${says#*|}"
        [ -z "$(ls place.* 2>/dev/null)" ]
    done
}
