#!/usr/bin/env bats
# The reference server on PostgreSQL: what it keeps, cancels and says, and what it does when the database is away,
# lost, silent, full or another one. One PostgreSQL for the file, and a schema of its own for each test.

bats_require_minimum_version 1.5.0
load helper
load services

# shellcheck disable=SC2154 # postgres_of_file sets server

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with postgres"* ]]; then skip "built without postgres"; fi
    postgres_of_file log_connections=on
}

teardown_file() {
    if [ -n "${folder-}" ]; then "$PG" end "$folder"; fi
}

setup() {
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    cd "$BATS_TEST_TMPDIR" || return 1
    export NO_COLOR=1
    if [[ "$DRAINCTL" == */asan/* && "$BATS_TEST_DESCRIPTION" != *"kept"* ]]; then skip "slow under the sanitizers"; fi
    name=t$BATS_TEST_NUMBER
    place="$server?application_name=$name&options=-csearch_path%3D$name"
    sql "CREATE SCHEMA $name"
    lines_before=$(wc -l <"$folder/log")
}

teardown() {
    end_servers
    if [ -n "${stopped-}" ]; then kill -CONT $stopped 2>/dev/null || true; fi
    end_jobs
    if [ -n "${second-}" ]; then "$PG" end "$second"; fi
}

sql() { # STATEMENT, as the superuser
    "$PG" sql "$folder" "$1" "$name" 3>&-
}

serve() { # OPTIONS...: in the background, with a control port; url and control
    "$DRAINCTL" serve --background -q --control 0 --consumers 0 --log server.log --database "$place" "$@" >ports
    url=http://127.0.0.1:$(sed -n 1p ports)
    control=$(sed -n 2p ports)
}

order() { # ITEM [KEY]: post it; the answer with its header in answer.txt, its status in `code`, its body in `body`
    local key=()
    if [[ -n "${2-}" ]]; then key=(-H "Idempotency-Key: $2"); fi
    curl -si -X POST "$url/api/orders" "${key[@]}" -d "{\"item\": \"$1\"}" >answer.txt
    code=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' answer.txt)
    body=$(tail -n 1 answer.txt)
}

keeps() { # ITEM [KEY]: it is kept now
    order "$@"
    [ "$code" = 201 ]
}

orders() {
    curl -s "$url/api/orders"
}

gauge() { # TEXT: the gauge shows it
    curl -s "http://127.0.0.1:$control/gauge" | grep -qF "$1"
}

logged() { # TEXT [TIMES]: PostgreSQL has written it since this test began
    [ "$(tail -n +$((lines_before + 1)) "$folder/log" | grep -c "$1")" -eq "${2:-1}" ]
}

sleeping() { # N queries sleep in the database of this test
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$name' AND query LIKE '%pg_sleep(\$%' AND state = 'active'")" = "$1" ]
}

locked() { # the other one holds its lock
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%coffee%pg_sleep(60)'")" = 1 ]
}

@test "orders are kept, and replayed by key, also after both have been restarted" {
    serve
    order tea k1
    [ "$code" = 201 ]
    [ "$body" = '{"id":1,"item":"tea","key":"k1"}' ]
    order tea k1
    [ "$body" = '{"id":1,"item":"tea","key":"k1"}' ]
    grep -qi '^Idempotency-Replayed: true' answer.txt
    order coffee k1
    [ "$code" = 422 ]
    order "it's \\\"tea\\\"; DROP TABLE orders --"
    [ "$code" = 201 ]
    [ "$(curl -s "$url/api/report?ms=5")" = '{"report":"done","ms":5}' ]
    timeout 0.3 curl -s "$url/api/report?ms=60000" || true
    "$DRAINCTL" stop -q
    "$PG" ctl "$folder" -m fast restart 3>&-
    serve
    order tea k1
    [ "$code" = 201 ]
    [ "$(orders)" = '[{"id":1,"item":"tea","key":"k1"},{"id":2,"item":"it'\''s \"tea\"; DROP TABLE orders --","key":null}]' ]
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$name'")" = 8 ]
}

@test "a query is cancelled when its client goes or its deadline passes; the end is a clean one" {
    python3 -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True)
kept = []
while True: kept.append(s.accept())' >upstream.txt 3>&- &
    wait_until grep -q . upstream.txt
    serve --upstream "http://127.0.0.1:$(cat upstream.txt)/" --pool 2
    curl -s "$url/api/report?ms=60000" 3>&- &
    wait_until sleeping 1
    kill $!
    wait_until gauge '"busy":0'
    wait_until logged 'canceling statement due to user request'
    [ "$(curl -s -o body.txt -w '%{http_code}' "$url/api/aggregate?ms=60000&timeout=200")" = 504 ]
    wait_until gauge '"busy":0'
    wait_until logged 'canceling statement due to user request' 2
    curl -s "$url/api/report?ms=60000" 3>&- >/dev/null &
    goes=$!
    wait_until sleeping 1
    curl -s "$url/api/report?ms=1000" 3>&- >last.txt &
    stays=$!
    wait_until gauge '"busy":2'
    kill "$goes"
    "$DRAINCTL" stop -q # what is left of the other is waited for
    wait "$stays"
    [ "$(cat last.txt)" = '{"report":"done","ms":1000}' ]
    grep -q 'pool closed, none active$' server.log
    wait_until logged 'canceling statement due to user request' 3
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$name'")" = 0 ]
    logged 'unexpected EOF' 0
    logged 'could not receive data' 0
}

@test "what is wrong at the start is said, without the password" {
    run "$DRAINCTL" serve --database 'postgres://shop:h1dd'\''en@127.0.0.1:1/x'
    exits 3
    has "cannot open the database 'postgres://shop:***@127.0.0.1:1/x': "
    has "Connection refused"
    has "hint: --database postgres://"
    [[ "$output" != *h1dd* ]]
    run "$DRAINCTL" serve --database "${place/s3cret-pw/h1dden}"
    exits 3
    has 'password authentication failed for user "shop"'
    [[ "$output" != *h1dd* ]]
    run "$DRAINCTL" serve --database "${server}x"
    exits 3
    has 'database "postgresx" does not exist'
    run "$DRAINCTL" serve --database 'postgres://shop:h1dd%zzen@127.0.0.1:1/x'
    exits 3
    has "'postgres://shop:***@127.0.0.1:1/x': invalid percent-encoded token"
    [[ "$output" != *h1dd* ]]
    "$BATS_TEST_DIRNAME/../tests/services/postgres_wire.py" old >port 3>&- &
    wait_until grep -q . port
    run "$DRAINCTL" serve --database "postgres://127.0.0.1:$(cat port)/x"
    exits 3
    has "the server is PostgreSQL 9.6; 10 is the oldest"
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); input()' \
        < <(sleep 60) >silent 3>&- &
    wait_until grep -q . silent
    run "$DRAINCTL" serve --database "postgres://127.0.0.1:$(cat silent)/x?connect_timeout=1"
    exits 3
    has 'no answer from server "127.0.0.1", port '"$(cat silent)"' within 1000 ms'
}

@test "lost in the middle and back again: 503 in between, and what was kept is there" {
    serve
    keeps tea k1
    curl -si "$url/api/report?ms=60000" 3>&- >report.txt &
    wait_until sleeping 1
    "$PG" ctl "$folder" -m fast stop
    wait_until grep -q '^HTTP/1.1 503 ' report.txt
    grep -q 'the connection to the database was lost' report.txt
    grep -q 'terminating connection due to administrator command' server.log
    order coffee k2
    [ "$code" = 503 ]
    grep -q '^Retry-After: ' answer.txt
    [ "$body" = '{"error":"the database cannot be reached"}' ]
    "$PG" ctl "$folder" start 3>&-
    wait_until keeps coffee k2
    [ "$(orders | jq -c 'map([.item, .key])')" = '[["tea","k1"],["coffee","k2"]]' ]
    run ! grep -q s3cret server.log
}

@test "lost during the commit: no 201, and the same key finds the order, or keeps it once" {
    port=${server##*:}
    port=${port%/*}
    "$BATS_TEST_DIRNAME/../tests/services/postgres_wire.py" cut "$port" >wire 3>&- &
    wait_until grep -q . wire
    serve # makes the tables past the wire
    "$DRAINCTL" stop -q
    place=${place/:$port/:$(cat wire)}
    serve
    order tea k1
    [ "$code" = 500 ]
    [[ "$body" == *"lost during the commit"* ]]
    grep -q cut wire
    order tea k1
    [ "$code" = 201 ]
    grep -qi '^Idempotency-Replayed: true' answer.txt
    [ "$(orders | jq -c 'map([.item, .key])')" = '[["tea","k1"]]' ]
    # and the other way round: ended by the server before it had committed
    sql "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER die AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
    order coffee k2
    [ "$code" = 500 ]
    sql "DROP TRIGGER die ON orders"
    keeps coffee k2
    [ "$(orders | jq -c 'map([.item, .key])')" = '[["tea","k1"],["coffee","k2"]]' ]
}

@test "a server that is silent: every answer is bounded, cancelling too, and it is used again when it speaks" {
    place+='&connect_timeout=1'
    serve --pool 2
    keeps tea
    backends=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = '$name'")
    stopped="$backends $("$PG" pid "$folder")"
    kill -STOP $backends
    order coffee k
    [ "$code" = 503 ]
    grep -q 'no answer within 1000 ms' server.log
    kill -STOP "$("$PG" pid "$folder")" # and now no process takes connections either
    order coffee k
    [ "$code" = 503 ]
    kill -CONT $stopped
    wait_until keeps coffee k
    curl -s "$url/api/report?ms=60000" 3>&- &
    wait_until sleeping 1
    stopped=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = '$name'"; "$PG" pid "$folder")
    kill -STOP $stopped
    kill $!
    wait_until gauge '"busy":0' # the cancellation is not heard, so the connection is shut
    "$DRAINCTL" stop -q --timeout 5s
    grep -q 'exit status 0' server.log
}

@test "read-only, locked by another process: orders are listed, and none is taken" {
    serve
    keeps tea
    "$DRAINCTL" stop -q
    place+='&connect_timeout=1' # a lock is waited for no longer than two fifths of it
    serve
    "$PG" sql "$folder" "BEGIN; INSERT INTO orders (item, key) VALUES ('coffee', 'k'); SELECT pg_sleep(60)" "$name" 3>&- &
    wait_until locked
    order coffee k
    [ "$code" = 503 ]
    [[ "$body" == *"another process has locked the database"* ]]
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    keeps coffee k
    "$DRAINCTL" stop -q
    place=${place/options=/options=-cdefault_transaction_read_only%3Don%20}
    serve
    order milk k2
    [ "$code" = 500 ]
    [ "$body" = '{"error":"the database is read-only"}' ]
    [ "$(orders | jq -c 'map(.item)')" = '["tea","coffee"]' ]
}

@test "a disk that is full: 507, and what was acknowledged is there" {
    [ "$(id -u)" -eq 0 ] || skip "no small disk can be mounted here"
    disk=$folder/disk
    mkdir -p "$disk"
    # the disk is PostgreSQL's alone, and gone with it
    unshare -m sh -c 'mount -t tmpfs -o size=600k,uid=65534,mode=700 none "$1" && shift && exec "$@"' - \
        "$disk" "$PG" ctl "$folder" -m fast restart 3>&- || skip "no small disk can be mounted here"
    sql "CREATE TABLESPACE small LOCATION '$disk'"
    place=${place/options=/options=-cdefault_tablespace%3Dsmall%20}
    serve
    kept=0
    for ((i = 0; i < 100; i++)); do
        order "$(head -c 20000 /dev/urandom | base64 -w 0)"
        if [ "$code" != 201 ]; then break; fi
        kept=$((kept + 1))
    done
    [ "$code" = 507 ]
    [ "$body" = '{"error":"the database is full"}' ]
    [ "$kept" -gt 2 ]
    [ "$(orders | jq length)" -eq "$kept" ]
    "$DRAINCTL" stop -q
    sql "DROP SCHEMA $name CASCADE"
    sql "DROP TABLESPACE small"
    "$PG" ctl "$folder" -m fast restart 3>&-
}

@test "failover: the second host of the URL goes on with what the first had kept" {
    "$PG" copy "$folder" >second.txt 3>&-
    second=$(sed -n 1p second.txt)
    there=$(sed -n '2s/.*@\(.*\)\/.*/\1/p' second.txt)
    place="${place/\/postgres?/,$there/postgres?}&target_session_attrs=read-write"
    serve --pool 2
    keeps tea k1
    wait_until eval '[ "$("$PG" sql "$second" "SELECT count(*) FROM orders" "$name")" = 1 ]'
    "$PG" ctl "$folder" -m immediate stop
    order coffee k2
    [ "$code" = 503 ] # the second one may not write yet
    "$PG" ctl "$second" promote
    wait_until keeps coffee k2
    [ "$(orders | jq -c 'map([.item, .key])')" = '[["tea","k1"],["coffee","k2"]]' ]
    [ "$("$PG" sql "$second" "SELECT string_agg(item, ' ' ORDER BY id) FROM orders" "$name")" = 'tea coffee' ]
    "$PG" ctl "$folder" start 3>&-
}

@test "jobs: two servers share them, each job is done once, and those of a killed one are taken over" {
    start() { # NUMBER
        "$DRAINCTL" serve --background -q --pid-file "$1.pid" --log "$1.log" --database "$place" --consumers 4 --job-lease "$2"
    }
    url=http://127.0.0.1:$(start one 60s)
    other=http://127.0.0.1:$(start other 60s)
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
        curl -s -X POST "$url/api/jobs?ms=20" -o /dev/null
        curl -s -X POST "$other/api/jobs?ms=20" -o /dev/null
    done
    wait_until eval 'curl -s "$url/api/jobs" | jq -e "length == 24 and all(.state == \"done\" and .runs == 1)"'
    [ "$(sql "SELECT count(DISTINCT split_part(owner, '-', 1)) FROM job_runs")" = 2 ]
    "$DRAINCTL" stop -q --pid-file one.pid
    "$DRAINCTL" stop -q --pid-file other.pid
    url=http://127.0.0.1:$(start one 300ms)
    curl -s -X POST "$url/api/jobs?ms=60000" -o /dev/null
    wait_until eval 'curl -s "$url/api/jobs" | jq -e "last.state == \"taken\""'
    "$DRAINCTL" stop -q --pid-file one.pid --signal KILL
    sql "UPDATE jobs SET ms = 1" # so that the test need not wait for a minute
    url=http://127.0.0.1:$(start one 300ms)
    wait_until eval 'curl -s "$url/api/jobs" | jq -e "length == 25 and all(.state == \"done\" and .runs == 1)"'
    "$DRAINCTL" stop -q --pid-file one.pid
}

@test "one key at two servers at once: one order, and both answer with it" {
    serve
    other=http://127.0.0.1:$("$DRAINCTL" serve --background -q --consumers 0 --pid-file other.pid --log other.log --database "$place")
    for i in 1 2 3 4 5 6 7 8 9 10; do
        for to in "$url" "$other"; do
            curl -s -X POST "$to/api/orders" -H "Idempotency-Key: k$i" -d '{"item":"tea"}' 3>&- >>"answers$i.txt" &
        done
    done
    wait
    [ "$(orders | jq -c 'map(.key) | sort == unique and length == 10')" = true ]
    for i in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(jq -s -c 'length == 2 and .[0] == .[1] and .[0].id > 0' "answers$i.txt")" = true ]
    done
}

@test "SIGKILL under load: no acknowledged order is lost, and none doubled" {
    run "$BATS_TEST_DIRNAME/../tests/durability/kill" "$DRAINCTL" 5 20 "$place"
    exits 0
    has ' 0 lost or doubled'
}
