#!/usr/bin/env bats
# Orders of the reference server: on disk before they are acknowledged, once a key, and the pool in front.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with sqlite"* ]]; then skip "built without sqlite"; fi
}

serve_alone() { # OPTIONS...: no consumer takes a connection
    serve --consumers 0 "$@"
}

# order ITEM [KEY] [OPTIONS...]: post it; the answer with its header in answer.txt, its status in `code`.
order() {
    local key=()
    if [[ -n "${2-}" ]]; then key=(-H "Idempotency-Key: $2"); fi
    curl -si -X POST "$url/api/orders" "${key[@]}" "${@:3}" -d "{\"item\": \"$1\"}" >answer.txt
    code=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' answer.txt)
    body=$(tail -n 1 answer.txt)
}

gauge() { # TEXT: the gauge shows it
    curl -s "http://127.0.0.1:$control/gauge" | grep -qF "$1"
}

orders() {
    curl -s "$url/api/orders"
}

@test "an order is kept, its key gives it again, also after a restart; with another body 422" {
    serve_alone --database orders.db
    order tea k1
    [ "$code" = 201 ]
    [ "$body" = '{"id":1,"item":"tea","key":"k1"}' ]
    order tea k1
    [ "$code" = 201 ]
    [ "$body" = '{"id":1,"item":"tea","key":"k1"}' ]
    grep -qi '^Idempotency-Replayed: true' answer.txt
    order coffee k1
    [ "$code" = 422 ]
    order coffee
    [ "$code" = 201 ]
    "$DRAINCTL" stop -q
    serve_alone --database orders.db
    order tea k1
    [ "$code" = 201 ]
    [ "$body" = '{"id":1,"item":"tea","key":"k1"}' ]
    [ "$(orders)" = '[{"id":1,"item":"tea","key":"k1"},{"id":2,"item":"coffee","key":null}]' ]
}

@test "it is on disk when 201 comes: SIGKILL right after it loses nothing" {
    serve_alone --database orders.db
    order tea k1
    [ "$code" = 201 ]
    "$DRAINCTL" stop -q --signal KILL
    serve_alone --database orders.db
    [ "$(orders)" = '[{"id":1,"item":"tea","key":"k1"}]' ]
}

@test "the same key in flight waits for the first, and takes no connection" {
    serve_alone --pool 1 --pool-queue 1
    curl -s "$url/api/report?ms=60000" 3>&- >/dev/null &
    first=$!
    wait_until gauge '"busy":1'
    for i in 1 2 3 4 5; do
        curl -s -X POST "$url/api/orders" -H 'Idempotency-Key: k' -d '{"item":"tea"}' 3>&- >"same$i.txt" &
    done
    wait_until gauge '"in_flight":6'
    gauge '"waiting":1'
    kill "$first" # and the query is interrupted
    wait
    for i in 1 2 3 4 5; do
        [ "$(cat "same$i.txt")" = '{"id":1,"item":"tea","key":"k"}' ]
    done
    [ "$(orders)" = '[{"id":1,"item":"tea","key":"k"}]' ]
}

@test "the pool is bounded: what does not fit is 503, and the drain finishes the rest" {
    serve_alone --pool 1 --pool-queue 1
    curl -s "$url/api/report?ms=3000" 3>&- >one.txt &
    wait_until gauge '"busy":1'
    curl -s "$url/api/report?ms=10" 3>&- >two.txt &
    wait_until gauge '"waiting":1'
    curl -si "$url/api/report?ms=10" >three.txt
    grep -q '^HTTP/1.1 503 ' three.txt
    grep -q '^Retry-After: 1' three.txt
    run "$DRAINCTL" stop
    exits 0
    wait
    [ "$(cat one.txt)" = '{"report":"done","ms":3000}' ]
    [ "$(cat two.txt)" = '{"report":"done","ms":10}' ]
    grep -q 'the last answer is out' server.log
    grep -q 'pool closed, none active$' server.log
}

@test "a query is interrupted at the drain timeout" {
    serve_alone --drain-timeout 300ms
    curl -s "$url/api/report?ms=60000" 3>&- >/dev/null &
    wait_until gauge '"busy":1'
    run "$DRAINCTL" stop --timeout 10s
    exits 0
    grep -q 'cut off GET /api/report' server.log
    grep -q 'pool closed, none active' server.log
    grep -q 'exit status 1' server.log
}

@test "bodies and keys that are wrong" {
    serve_alone
    for body in 'x' '' '[]' '{}' '{"item":1}' '{"item":""}' '{"item":"a","more":1}' '{"item":"a","item":"b"}'; do
        [ "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$url/api/orders" -d "$body")" = 400 ]
    done
    order tea "$(printf 'k%.0s' {1..256})"
    [ "$code" = 400 ]
    order tea 'a b'
    [ "$code" = 400 ]
    head -c 70000 /dev/zero | tr '\0' ' ' |
        curl -si -X POST "$url/api/orders" -H 'Expect:' --data-binary @- | grep -q '^HTTP/1.1 413 '
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/report?ms=soon")" = 400 ]
    [ "$(orders)" = '[]' ]
}

@test "a database that cannot be opened: said at the start" {
    echo 'this is a text and no database, and it is longer than a header' >text.txt
    mkdir folder
    for file in missing/orders.db text.txt folder; do
        run "$DRAINCTL" serve --database "$file"
        exits 3
        has "cannot open the database '$file'"
        has "hint: --database FILE"
    done
    run "$DRAINCTL" serve --database mysql://shop:h1dden@127.0.0.1/x
    exits 3
    has "no database is built in that takes 'mysql://shop:***@127.0.0.1/x'"
    run "$DRAINCTL" serve --pool 0
    exits 2
}

@test "a database that another process has locked: 503, and never 201 for what is not kept" {
    serve_alone --database orders.db
    order tea
    cat >lock.py <<'PY'
import sqlite3, sys
db = sqlite3.connect("orders.db", isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
PY
    mkfifo unlock
    python3 lock.py <unlock >locked.txt 3>&- &
    exec 4>unlock
    wait_until grep -q locked locked.txt
    order coffee k
    [ "$code" = 503 ]
    grep -q '^Retry-After: ' answer.txt
    grep -q 'another process has locked the database' server.log
    [ "$(orders)" = '[{"id":1,"item":"tea","key":null}]' ] # reading goes on
    echo >&4
    exec 4>&-
    wait
    order coffee k
    [ "$code" = 201 ]
}

@test "a database that may only be read: orders are listed, and none is taken" {
    serve_alone --database orders.db
    order tea k
    "$DRAINCTL" stop -q
    as=()
    if [ "$(id -u)" -eq 0 ]; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
    mkdir -m 777 shut
    mv orders.db shut/
    chmod 444 shut/orders.db
    chmod o+x . .. ../.. 2>/dev/null || true
    cp "$DRAINCTL" drainctl && chmod 755 drainctl
    "${as[@]}" cat shut/orders.db >/dev/null || skip "this folder cannot be shared with another user"
    "${as[@]}" ./drainctl serve --quiet --database "$PWD/shut/orders.db" >server.txt 3>&- &
    wait_until grep -q listening server.txt
    url=$(grep -o 'http://[0-9.:]*' server.txt)
    order coffee
    [ "$code" = 500 ]
    [[ "$body" == *"the database is read-only"* ]]
    [ "$(orders)" = '[{"id":1,"item":"tea","key":"k"}]' ]
}

@test "a disk that is full: 507, what was acknowledged is there, and reading goes on" {
    mkdir disk
    big=$(printf '%*s' 40000 '' | tr ' ' x)
    as=(unshare -m)
    if [ "$(id -u)" -ne 0 ]; then as=(unshare -Urm); fi
    "${as[@]}" mount -t tmpfs -o size=600k none disk 2>/dev/null || skip "no small disk can be mounted here"
    # the disk is the server's alone, and gone with it
    "${as[@]}" sh -c 'mount -t tmpfs -o size=600k none disk && exec "$@"' - \
        "$DRAINCTL" serve --quiet --consumers 0 --database "$PWD/disk/orders.db" >server.txt 2>log.txt 3>&- &
    wait_until grep -q listening server.txt
    url=$(grep -o 'http://[0-9.:]*' server.txt)
    kept=0
    for ((i = 0; i < 300; i++)); do
        order "$big"
        if [ "$code" != 201 ]; then break; fi
        kept=$((kept + 1))
    done
    [ "$code" = 507 ]
    [[ "$body" == *"full"* ]]
    [ "$kept" -gt 2 ]
    [ "$(orders | jq length)" -eq "$kept" ]
    order "$big"
    [ "$code" = 507 ]
}

# KB COMMAND...: no file may grow beyond that (setrlimit(2), RLIMIT_FSIZE)
limited=(bash -c 'ulimit -f "$1"; shift; exec "$@"' -)

@test "files that may grow no more: 500, what was acknowledged is there, and a log ends nothing" {
    big=$(printf '%*s' 30000 '' | tr ' ' x)
    "${limited[@]}" 200 "$DRAINCTL" serve -b -q --log server.log --database orders.db >ports
    url=http://127.0.0.1:$(cat ports)
    kept=0
    for ((i = 0; i < 20; i++)); do
        order "$big"
        if [ "$code" != 201 ]; then break; fi
        kept=$((kept + 1))
    done
    [ "$code" = 500 ]
    [ "$kept" -ge 1 ]
    [ "$(orders | jq length)" -eq "$kept" ]
    "$DRAINCTL" stop -q
    head -c 4000 /dev/zero | tr '\0' '\n' >small.log
    "${limited[@]}" 4 "$DRAINCTL" serve --port 0 --log small.log >ports 3>&- &
    wait_until grep -q listening ports
    url=$(grep -o 'http://[0-9.:]*' ports)
    curl -sf "$url/live"
    kill "$!"
    wait "$!"
    serve_alone --database orders.db
    [ "$(orders | jq length)" -eq "$kept" ]
    order "$big"
    [ "$code" = 201 ]
}

@test "a file that was removed under the server: 500, never 201" {
    serve_alone --database orders.db
    order tea
    rm orders.db
    order coffee
    [ "$code" = 500 ]
    [[ "$body" == *"the database file is not there any more"* ]]
}

@test "in memory: it works, and the log says that nothing is durable" {
    serve_alone --database :memory: --pool 4
    for i in 1 2 3 4 5 6 7 8; do
        curl -s -X POST "$url/api/orders" -d '{"item":"tea"}' 3>&- >/dev/null &
    done
    wait
    [ "$(orders | grep -o tea | wc -l)" -eq 8 ]
    grep -q 'the database is in memory: nothing that it holds is durable' server.log
}

without_a_name() { # some process has the temporary file open
    find /proc/[0-9]*/fd -lname "$PWD/tmp/drainctl-*/orders.db (deleted)" 2>/dev/null | grep -q .
}

@test "without --database: a file of its own, which has no name and goes with the server, killed or not" {
    mkdir tmp
    local signal
    for signal in TERM KILL; do
        TMPDIR=$PWD/tmp serve
        run ! without_a_name # nothing before the first request needs it
        order tea
        [ "$code" = 201 ]
        order tea key
        [ "$(orders | grep -o tea | wc -l)" -eq 2 ]
        without_a_name
        [ -z "$(ls tmp)" ]
        "$DRAINCTL" stop -q --signal "$signal"
        [ -z "$(ls tmp)" ]
        run ! without_a_name
    done
}
