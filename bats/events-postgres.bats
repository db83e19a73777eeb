#!/usr/bin/env bats
# Events between two services that keep what they have in PostgreSQL, each in a schema of its own: whichever
# step of its transaction either is at when it is ended, an order makes one event, and an event one parcel.
#
# A gate is a trigger that waits for an advisory lock: while the test holds it, the service stands at this
# point. All gates are there from the start, and open.

bats_require_minimum_version 1.5.0
load helper
load services
load redis
load joined

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with postgres"*"with redis"* ]]; then skip "built without postgres or redis"; fi
    postgres_of_file
}

teardown_file() {
    if [ -n "${folder-}" ]; then "$PG" end "$folder"; fi
}

teardown() {
    end_servers
    end_jobs # Redis too, also while it is stopped
}

# A lock is waited for two fifths of connect_timeout: longer than anything here takes.
database_of() {
    echo "$server?application_name=$1&options=-csearch_path%3D$1&connect_timeout=60"
}

# ask STATEMENT: what the one session of this test gets to hear, in `answer`. It is asked nothing that waits.
ask() {
    printf '%s;\n\\echo .\n' "$1" >&"${session[1]}"
    local line
    answer=
    while IFS= read -r -t 20 -u "${session[0]}" line && [ "$line" != . ]; do answer+=$line; done
    [ "$line" = . ]
}

is() { # ANSWER STATEMENT
    ask "$2" && [ "$answer" = "$1" ]
}

# The gates by number: WHEN it waits, at which statement of which table of which service.
gates=(
    "1 BEFORE INSERT shop.outbox"        # the order is inserted, its event is not
    "2 COMMIT INSERT shop.outbox"        # both are, and are being committed
    "3 BEFORE UPDATE shop.outbox"        # the queue has the event, and the outbox does not know
    "4 COMMIT UPDATE shop.outbox"        # … is being told
    "5 BEFORE INSERT parcels.events_seen" # the event is taken
    "6 BEFORE INSERT parcels.parcels"    # it is noted, and has no parcel
    "7 COMMIT INSERT parcels.parcels"    # both are being committed, and the queue does not know
)

make_gates() {
    local gate number when what table
    ask "CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NEW; END'"
    for gate in "${gates[@]}"; do
        read -r number when what table <<<"$gate"
        if [ "$when" = COMMIT ]; then
            ask "CREATE CONSTRAINT TRIGGER gate$number AFTER $what ON $table DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate($number)"
        else
            ask "CREATE TRIGGER gate$number BEFORE $what ON $table FOR EACH ROW EXECUTE FUNCTION gate($number)"
        fi
    done
    is 7 "SELECT count(*) FROM pg_trigger WHERE tgname ~ '^gate[0-9]\$'"
}

stands_at() { # GATE
    is t "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1"
}

post() { # KEY: an order; its status
    curl -s -o /dev/null -w '%{http_code}' -X POST "$shop_url/api/orders" -H "Idempotency-Key: $1" -d '{"item":"tea"}'
}

# to_gates SHOP PARCELS: the parcels stand at their gate with one event, the shop at its gate with another.
to_gates() {
    n=$((n + 2))
    ask "SELECT pg_advisory_lock($2)"
    [ "$(post "k$((n - 1))")" = 201 ]
    wait_until stands_at "$2"
    ask "SELECT pg_advisory_lock($1)"
    post "k$n" >status.txt 3>&- &
    posting=$!
    wait_until stands_at "$1"
}

# Both go on, and both are there again: nothing is lost, nothing is doubled.
all_well() {
    begin shop --pool 2 --job-lease 100ms
    begin parcels --pool 2 --job-lease 100ms
    wait "$posting" || true
    [ "$(post "k$n")" = 201 ] # a client that heard nothing asks again
    wait_until all_handled "$n"
}

setup_services() {
    coproc session { "$PG" session "$folder" 3>&-; }
    redis_start
    n=0
    ask "DROP SCHEMA IF EXISTS shop, parcels CASCADE; CREATE SCHEMA shop; CREATE SCHEMA parcels"
    begin parcels --pool 2 --job-lease 100ms
    begin shop --pool 2 --job-lease 100ms
    make_gates
}

@test "both are killed at each step of their transactions: no event is lost, none is handled twice" {
    setup_services
    for at in "1 5" "2 6" "3 7"; do
        to_gates "${at% *}" "${at#* }"
        stop shop KILL
        stop parcels KILL
        ask "SELECT pg_advisory_unlock_all()"
        all_well
    done
    # the queue has the event and the parcel is there, and neither service hears so
    n=$((n + 1))
    ask "SELECT pg_advisory_lock(7)"
    [ "$(post "k$n")" = 201 ]
    wait_until stands_at 7
    kill -STOP "$redis_pid"
    ask "SELECT pg_advisory_unlock_all()"
    wait_until is "$n" "SELECT count(*) FROM parcels.parcels"
    n=$((n + 1))
    [ "$(post "k$n")" = 201 ]
    stop shop KILL
    stop parcels KILL
    kill -CONT "$redis_pid"
    all_well
}

@test "both are told to go at such a step: they finish it, and what is left is the next one's" {
    slow_under_asan
    setup_services
    to_gates 4 7
    kill -TERM "$(cat shop.pid)" "$(cat parcels.pid)"
    wait_until grep -q 'running → draining' shop.log
    wait_until grep -q 'running → draining' parcels.log
    ask "SELECT pg_advisory_unlock_all()"
    wait_until test ! -e shop.pid
    wait_until test ! -e parcels.pid
    wait "$posting"
    [ "$(cat status.txt)" = 201 ]
    [ "$(cat shop.log parcels.log | grep -c 'exit status 0')" -eq 2 ]
    all_well
}
