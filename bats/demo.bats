#!/usr/bin/env bats
# drainctl demo: the panel, its buttons, and that nothing is left. What it looks like is a story in a browser
# (tests/page/demo.mjs).

bats_require_minimum_version 1.5.0
load helper

# begin [OPTIONS]: a demo with quick orders; $url, $pid, and $page and $token as the panel has them.
begin() {
    export TMPDIR=$BATS_TEST_TMPDIR
    "$DRAINCTL" demo --order-time 0s --drain-delay 0s "$@" >out 2>err 3>&- &
    pid=$!
    wait_until grep -q http out
    url=$(sed -n 's/^demo on //p' out)
    token=$(curl -s "$url/" | sed -n 's/.*name="token" content="\([0-9a-f]*\)".*/\1/p')
    [ ${#token} -eq 32 ]
    curl -sN "$url/stream" >stream 3>&- &
    wait_until grep -q '"kind":"hello"' stream
    page=$(sed -n 's/.*"page":"\([^"]*\)".*/\1/p' stream)
}

press() {
    run -0 curl -s -X POST "$url/do/$1?token=$token"
}

# told COUNT PATTERN: the stream has that many lines with it, at least.
told() {
    wait_until eval "[ \$(grep -c '$2' stream) -ge $1 ]"
}

child() {
    sed -n 's/.*"state":"up".*"pid":\([0-9]*\).*/\1/p' stream | tail -1
}

@test "the panel and the page are there, and Ctrl-C leaves nothing" {
    begin
    curl -s "$url/" | grep -q 'id="buttons"'
    curl -sf "$url/panel.js" >/dev/null
    curl -sf "$url/panel.css" >/dev/null
    curl -s "$page/" | grep -q '<div id="app">'
    told 1 '"state":"up"'
    child=$(child)
    kill -0 "$child"
    kill -INT "$pid"
    wait "$pid"
    run kill -0 "$child"
    [ "$status" -ne 0 ]
    [ -z "$(find . -maxdepth 1 -name 'drainctl-demo-*')" ]
    [ ! -s err ]
}

@test "each request of the page is told, with its end" {
    begin
    curl -s -o body "$page/api/orders" -H 'Content-Type: application/json' -d '{"item":"tea"}'
    jq -e '.item == "tea"' body
    told 1 '"what":"written","status":201,"method":"POST","target":"/api/orders"'
    curl -s "$page/api/data?ms=1&token=secret" >/dev/null
    told 1 'target":"/api/data?ms=1&token=\*\*\*"'
    # a client that goes before its answer
    curl -s -m 0.2 "$page/api/events?every=20" >/dev/null || true
    told 1 '"what":"gone"'
}

@test "kill, start, restart: the same port, and the orders are kept" {
    begin
    curl -s -o body "$page/api/orders" -d '{"item":"tea"}'
    press kill
    told 1 'died of SIGKILL'
    told 1 '"state":"down"'
    run curl -s "$page/live"
    exits 7
    press start
    told 1 '"state":"up".*"server":2'
    [ "$(curl -s "$page/api/orders" | jq -r '.[].item')" = tea ]
    press restart
    told 1 'server 2 exited with code 0'
    told 1 '"state":"up".*"server":3'
    curl -sf "$page/live"
}

@test "a server that is killed from outside is said to be down" {
    begin
    told 1 '"state":"up"'
    kill -KILL "$(child)"
    told 1 '"state":"down".*died of SIGKILL'
    press start
    told 1 '"state":"up".*"server":2'
}

@test "a notice is given and called off; the drain is told step by step" {
    begin --notice 5m
    press notice
    told 1 '"shutdown":'
    curl -s "$page/actuator/health" | jq -e '.maintenance.gracePeriodSeconds > 290'
    press call-off
    curl -s "$page/actuator/health" | jq -e '.maintenance.scheduled == false'
    press drain
    told 1 'step listener-closed: done'
    told 1 'exited with code 0'
    told 1 '"state":"down"'
}

@test "a deploy changes the names, and no request is refused meanwhile" {
    begin
    old=$(curl -s "$page/" | grep -o 'assets/index-[^"]*\.js')
    (while curl -sf "$page/live" >/dev/null; do echo ok; done >asked; echo refused >>asked) 3>&- &
    asker=$!
    press deploy
    told 1 'a new build has taken over'
    told 1 'server 1 exited with code 0'
    kill "$asker"
    run ! grep -q refused asked
    new=$(curl -s "$page/" | grep -o 'assets/index-[^"]*\.js')
    [ "$old" != "$new" ]
    curl -sf "$page/$new" >/dev/null
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$page/$old")" = 404 ]
}

@test "buttons are for the panel alone, and for their time" {
    begin
    [ "$(curl -s -o body -w '%{http_code}' -X POST "$url/do/kill")" = 400 ]
    [ "$(curl -s -o body -w '%{http_code}' -X POST "$url/do/kill?token=${token//?/0}")" = 400 ]
    curl -sf "$page/live"
    [ "$(curl -s -o body -w '%{http_code}' -X POST "$url/do/start?token=$token")" = 409 ]
    grep -q "'start' is not for now" body
    [ "$(curl -s -o body -w '%{http_code}' -X POST "$url/do/nothing?token=$token")" = 404 ]
    # another page's script may not read this one, nor its token
    [ -z "$(curl -s -D - -o /dev/null "$url/" -H 'Origin: http://example.test' | grep -i access-control)" ]
    [ -z "$(curl -s -D - -o /dev/null -X OPTIONS "$url/do/kill" | grep -i access-control-allow-origin)" ]
}

@test "a port that is taken is said, for the panel and for the page" {
    begin
    taken=${url##*:}
    run -3 "$DRAINCTL" demo --port "$taken"
    has "cannot listen on '127.0.0.1' port $taken"
    run -3 "$DRAINCTL" demo --page-port "$taken"
    has "the server with the page did not start: cannot listen on '127.0.0.1' port $taken"
    has "hint: --page-port 0 picks a free port"
    run -2 "$DRAINCTL" demo --port 8123 --page-port 8123
    has "--port and --page-port are the same"
    [ "$(find . -maxdepth 1 -name 'drainctl-demo-*' | wc -l)" -eq 1 ]
}

@test "when the demo itself is killed its server goes too" {
    begin
    told 1 '"state":"up"'
    child=$(child)
    kill -KILL "$pid"
    wait_until eval "! kill -0 $child"
}
