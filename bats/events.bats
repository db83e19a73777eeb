#!/usr/bin/env bats
# Events between two services: an order in one is a parcel in the other, once, whatever is stopped when.

bats_require_minimum_version 1.5.0
load helper
load services
load redis
load joined

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with sqlite"*"with redis"* ]]; then skip "built without sqlite or redis"; fi
}

database_of() {
    echo "$1.db"
}

handled() { # JQ_FILTER
    curl -s "$parcels_url/api/events-handled" | jq -e "$1"
}

@test "an order is an event that the other service handles; stopped, they close in order" {
    redis_start
    begin parcels
    begin shop
    orders 3
    wait_until all_handled 3
    handled 'map(.is.order) == [1, 2, 3] and all(.deliveries == 1 and .is.item == "tea")'
    curl -s "$shop_url/api/events-written" | jq -e 'all(.sent == 1)'
    stop shop TERM
    stop parcels TERM
    grep -q 'step relay-stopped: done' shop.log
    grep -q 'step subscriber-stopped: done' parcels.log
    [ "$(cat shop.log parcels.log | grep -c 'exit status 0')" -eq 2 ]
}

@test "either stopped or killed, at several steps: no event is lost, none is handled twice" {
    slow_under_asan
    redis_start
    begin parcels
    begin shop
    local n=0 signal
    for signal in TERM KILL; do
        # between two orders, while the other one works
        stop parcels "$signal"
        orders 3
        begin parcels
        orders 1
        stop shop "$signal"
        begin shop
        n=$((n + 4))
        wait_until all_handled "$n"
        # the shop, while its relay waits for Redis's answer: Redis gets the events, the shop does not hear of it
        kill -STOP "$redis_pid"
        orders 3
        stop shop "$signal"
        kill -CONT "$redis_pid"
        begin shop
        n=$((n + 3))
        wait_until all_handled "$n"
        # the parcels, while they hold an event that they cannot handle, since their database is locked
        python3 - <<'PY' 3>&- &
import os, sqlite3, time
db = sqlite3.connect("parcels.db", isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open("locked", "w").close()
while not os.path.exists("unlock"):
    time.sleep(0.01)
PY
        wait_until test -e locked
        orders 2
        wait_until redis_is 1 EVAL "return redis.call('XPENDING', KEYS[1], 'drainctl')[1]" 1 orders
        if [ "$signal" = TERM ]; then # it is handled when the lock is gone, before the exit
            kill -TERM "$(cat parcels.pid)"
            wait_until grep -q 'the last answer is out' parcels.log
            touch unlock
            wait_until test ! -e parcels.pid
        else
            stop parcels KILL
            touch unlock
        fi
        begin parcels
        n=$((n + 2))
        wait_until all_handled "$n"
        rm locked unlock
    done
}

@test "Redis is away: orders are taken, and their events wait in the outbox" {
    slow_under_asan
    redis_start --appendonly yes
    begin parcels
    begin shop
    orders 1
    wait_until all_handled 1
    redis_end
    orders 2
    curl -s "$shop_url/api/events-written" | jq -e 'map(.sent) == [1, 0, 0]'
    stop shop TERM # nothing waits for a queue that is away
    grep -q 'exit status 0' shop.log
    begin shop
    redis_start --appendonly yes
    wait_until all_handled 3
}

@test "an event that comes twice brings about one parcel; what is not an event is skipped" {
    slow_under_asan
    redis_start
    begin parcels
    redis XADD orders '*' body '{"event":"e1","order":7,"item":"tea"}'
    redis XADD orders '*' body 'no event'
    redis XADD orders '*' body '{"event":"e1","order":7,"item":"tea"}'
    wait_until handled '. == [{"is": {"event": "e1", "order": 7, "item": "tea"}, "deliveries": 2, "parcels": 1}]'
    wait_until grep -q 'is not an event, and is skipped' parcels.log
    wait_until redis_is 0 EVAL "return redis.call('XPENDING', KEYS[1], 'drainctl')[1]" 1 orders
}

@test "the last known answer of the other service, while it is away" {
    slow_under_asan
    redis_start
    begin parcels
    begin shop --upstream "$parcels_url/api/events-handled"
    orders 1
    wait_until all_handled 1
    curl -si "$shop_url/api/upstream" >fresh.txt
    ! grep -q '^Age:' fresh.txt || return 1
    stop parcels TERM
    curl -si "$shop_url/api/upstream" >stale.txt
    grep -q '^Age: [0-9]' stale.txt
    grep -q '^Warning: 111 ' stale.txt
    cmp <(tail -n 1 fresh.txt) <(tail -n 1 stale.txt)
    stop shop TERM
    begin shop --upstream "$parcels_url/api/events-handled"
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$shop_url/api/upstream")" = 502 ] # it knows nothing
}

@test "a scenario: two services joined by Redis, each killed and restarted under load" {
    slow_under_asan
    service redis-server redis-server
    jq '.services.redis.command = ($ARGS.positional + .services.redis.command[1:])' \
        "$BATS_TEST_DIRNAME/../scenarios/several/events.json" --args "${service[@]}" >s.json
    run "$DRAINCTL" scenario s.json --journal j.jsonl
    exits 0
}

@test "events need a queue between the services" {
    for option in --publish --subscribe; do
        run "$DRAINCTL" serve "$option" database
        exits 2
        has "$option cannot be the database"
    done
    run "$DRAINCTL" serve --subscribe redis://127.0.0.1:1/orders --consumers 0
    exits 2
    has '--subscribe with --consumers 0 would handle no event'
}
