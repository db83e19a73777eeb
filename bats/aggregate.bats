#!/usr/bin/env bats
# /api/aggregate: an upstream and the database side by side, and what ends one ends the other.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with sqlite"* ]]; then skip "built without sqlite"; fi
}

# upstream MODE: a service that answers, hangs, resets or says garbage; each connection that its client
# closes before the answer is a line "closed" in upstream.txt.
upstream() {
    cat >upstream.py <<'PY'
import socket, struct, sys, threading
mode = sys.argv[1]
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(64)
print("port", s.getsockname()[1], flush=True)
ANSWERS = {"ok": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "garbage": b"no HTTP at all\r\n\r\n",
           "fails": b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"}
def serve(c):
    while c.recv(4096):
        print("asked", flush=True)
        if mode in ANSWERS:
            c.sendall(ANSWERS[mode])
            if mode == "garbage":
                break
        elif mode == "reset":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            break
    else:
        print("closed", flush=True)
    c.close()
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
PY
    python3 upstream.py "$1" >upstream.txt 3>&- &
    wait_until grep -q port upstream.txt
    up=http://127.0.0.1:$(sed -n 's/^port //p' upstream.txt)/
}

serve_alone() { # OPTIONS...: no consumer takes a connection
    serve --consumers 0 "$@"
}

at_rest() { # nothing is under way any more
    curl -s "http://127.0.0.1:$control/gauge" >gauge.txt
    grep -q '"in_flight":0,.*"busy":0,"waiting":0},.*"upstream_calls":0' gauge.txt
}

busy() { # N queries and N calls
    curl -s "http://127.0.0.1:$control/gauge" | grep -q "\"busy\":$1,.*\"upstream_calls\":$1"
}

asks() { # PATH: the status into `code`, the body into body.txt
    code=$(curl -s -o body.txt -w '%{http_code}' "$url$1")
}

@test "both answer: 200, and the connection to the upstream is used again" {
    upstream ok
    serve_alone --upstream "$up"
    for i in 1 2 3; do
        asks '/api/aggregate?ms=5'
        [ "$code" = 200 ]
        [ "$(cat body.txt)" = '{"upstream":{"status":200,"bytes":2},"report":{"ms":5}}' ]
    done
    at_rest
    [ "$(grep -c asked upstream.txt)" -eq 3 ]
    run "$DRAINCTL" stop
    exits 0
    wait_until grep -q closed upstream.txt
    [ "$(grep -c closed upstream.txt)" -eq 1 ]
    grep -n 'step upstreams-closed: done' server.log
}

@test "the deadline: 504, the call is broken off, the query interrupted, the pool at rest" {
    upstream hangs
    serve_alone --upstream "$up" --request-timeout 300ms
    asks '/api/aggregate?ms=60000'
    [ "$code" = 504 ]
    wait_until grep -q closed upstream.txt
    wait_until at_rest
    grep -q 'cancelled /api/aggregate: deadline' server.log
}

@test "the client may ask for a shorter deadline, and for no longer one" {
    upstream hangs
    serve_alone --upstream "$up" --request-timeout 400ms
    for timeout in 50 60000; do
        asks "/api/aggregate?ms=60000&timeout=$timeout"
        [ "$code" = 504 ]
    done
    wait_until at_rest
}

@test "an upstream that fails, resets, says garbage, or is not there: 502, and the query is interrupted" {
    for mode in fails reset garbage; do
        upstream "$mode"
        serve_alone --upstream "$up" --request-timeout 60s
        asks '/api/aggregate?ms=60000'
        [ "$code" = 502 ]
        wait_until at_rest
        grep -q 'cancelled /api/aggregate: another branch failed' server.log
        "$DRAINCTL" stop -q
        kill "$!"
        wait || true
        rm server.log
    done
    serve_alone --upstream "$up" --request-timeout 60s # no process listens there any more
    asks '/api/aggregate?ms=60000'
    [ "$code" = 502 ]
    wait_until at_rest
}

@test "the client goes: the upstream and the database see the cancellation" {
    upstream hangs
    serve_alone --upstream "$up" --request-timeout 60s
    curl -s "$url/api/aggregate?ms=60000" 3>&- >/dev/null &
    client=$!
    wait_until busy 1
    wait_until grep -q asked upstream.txt
    kill "$client"
    wait_until grep -q closed upstream.txt
    wait_until at_rest
    grep -q 'cancelled /api/aggregate: client gone' server.log
}

@test "a query that is left by its client is interrupted, too" {
    serve_alone
    curl -s "$url/api/report?ms=60000" 3>&- >/dev/null &
    client=$!
    wait_until busy_query
    kill "$client"
    wait_until at_rest
}

busy_query() {
    curl -s "http://127.0.0.1:$control/gauge" | grep -q '"busy":1,'
}

@test "at the drain timeout they are cancelled, and told so, before anything is closed" {
    upstream hangs
    serve_alone --upstream "$up" --request-timeout 60s --drain-timeout 300ms
    curl -s "$url/api/aggregate?ms=60000" 3>&- >answer.txt &
    wait_until busy 1
    "$DRAINCTL" stop -q
    wait_until grep -q 'shutting down' answer.txt
    grep -q 'cancelled /api/aggregate: shutdown' server.log
    wait_until grep -q closed upstream.txt
    grep -q 'pool closed, none active' server.log
}

@test "a pool that a hanging upstream exhausts recovers" {
    upstream hangs
    clients=()
    serve_alone --upstream "$up" --request-timeout 2s --pool 2 --pool-queue 2
    for i in 1 2 3 4; do
        curl -s -o /dev/null -w '%{http_code}\n' "$url/api/aggregate?ms=60000" 3>&- >"code$i.txt" &
        clients+=("$!")
    done
    wait "${clients[@]}"
    [ "$(cat code?.txt | sort | uniq -c | tr -s ' ')" = ' 4 504' ]
    wait_until at_rest
    asks '/api/report?ms=1'
    [ "$code" = 200 ]
}

@test "no upstream, or none that is one" {
    serve_alone
    asks /api/aggregate
    [ "$code" = 501 ]
    asks '/api/aggregate?timeout=0'
    [ "$code" = 400 ]
    run "$DRAINCTL" serve --upstream ftp://127.0.0.1/
    exits 2
    has "'ftp://127.0.0.1/' is not the URL of an upstream"
}
