#!/usr/bin/env bats
# serve --queue redis://…: a stream and a consumer group, done once, whatever happens to Redis.

bats_require_minimum_version 1.5.0
load helper
load services
load jobs
load redis

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl}
    if [[ "$("$program" --version)" != *"with redis"* ]]; then skip "built without redis"; fi
}

@test "jobs are done once, shown, and a server that stops leaves the group" {
    redis_start
    serve a --consumers 2
    wait_until gauge '.jobs.connected'
    job 1
    job 1
    wait_until states_are "done1 done1"
    curl -s "$url/api/jobs" | jq -e 'all(.id | test("^[0-9]+-[0-9]+$"))'
    wait_until gauge '.jobs == {"queue": "redis", "connected": true, "held": 0, "pending": 0}'
    curl -s "$url/metrics" >metrics.txt
    grep -qx 'drainctl_queue_connected{queue="redis"} 1' metrics.txt
    grep -qx 'drainctl_queue_pending 0' metrics.txt
    stop a
    # nobody waited for the read that was waiting in Redis
    grep -qE 'step consumer-stopped: done in [0-9]{1,2}\.[0-9] ms' a.log
    grep -q 'step queue-closed: done' a.log
    redis_is "" XINFO CONSUMERS jobs drainctl
}

@test "at the signal: the one that is held is finished and acknowledged, the next is left" {
    slow_under_asan
    redis_start
    serve a
    job 700
    wait_until states_are "taken0"
    job 1
    stop a
    serve b --consumers 0
    wait_until states_are "done1 waiting0"
    stop b
    serve c
    wait_until states_are "done1 done1"
}

@test "a job of a process that was killed is claimed by one of two, after the lease" {
    slow_under_asan
    redis_start
    serve a --job-lease 300ms
    job 400
    wait_until states_are "taken0"
    stop a --signal KILL
    serve b --job-lease 300ms
    serve c --job-lease 300ms
    wait_until states_are "done1"
    redis_is 0 EVAL "return redis.call('XPENDING', KEYS[1], 'drainctl')[1]" 1 jobs
}

@test "a lease is renewed while the work goes on, and what others would claim is not theirs" {
    slow_under_asan
    redis_start
    serve a --job-lease 200ms
    serve b --job-lease 200ms
    job 1000
    wait_until states_are "done1"
}

@test "restarted again and again without a kill: every job exactly once" {
    slow_under_asan
    redis_start
    for _ in 1 2 3; do
        serve a --consumers 4 --job-lease 60s
        wait_until gauge '.jobs.connected'
        for _ in 1 2 3 4 5 6; do job 30; done
        stop a
    done
    serve a --consumers 4
    wait_until all_once 18
    [ "$(grep -c 'exit status 0' a.log)" -eq 3 ]
}

@test "Redis is down at the start, comes, is lost, and comes back" {
    redis_start --appendonly yes
    redis_end
    serve a
    [ "$(post 1)" = 503 ]
    grep -qi '^Retry-After: ' answer.txt
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/jobs")" = 503 ]
    wait_until grep -q 'cannot connect (Connection refused); it is tried again' a.log
    redis_start --appendonly yes
    wait_until gauge '.jobs.connected'
    job 1
    wait_until states_are "done1"
    job 900
    wait_until states_are "done1 taken0"
    redis_end
    wait_until gauge '.jobs.connected | not'
    [ "$(post 1)" = 503 ]
    # the last known answer, with its age
    curl -si "$url/api/jobs" >answer.txt
    grep -q '^Age: [0-9]' answer.txt
    grep -q '^Warning: 111 ' answer.txt
    [ "$(tail -n 1 answer.txt | jq length)" -eq 2 ]
    redis_start --appendonly yes
    wait_until states_are "done1 done1"
    # said once, not at each try
    [ -z "$(grep -oE 'queue .*(tried again|connected)' a.log | uniq -d)" ]
}

@test "Redis hangs: 503 in time, and what was held is done once" {
    slow_under_asan
    redis_start
    serve a
    job 300
    wait_until states_are "taken0"
    kill -STOP "$redis_pid"
    [ "$(curl -s -m 4 -o /dev/null -w '%{http_code}' -X POST "$url/api/jobs?ms=1")" = 503 ]
    wait_until grep -q 'no answer in time' a.log
    kill -CONT "$redis_pid"
    # the one that was answered 503 may have been in Redis's hands by then
    wait_until curl -sf "$url/api/jobs"
    wait_until eval '[[ "$(states)" =~ ^done1(\ done1)?$ ]]'
}

@test "Redis is full: 503, and 201 again when there is room; what is done waits for its record" {
    slow_under_asan
    redis_start
    serve a
    job 1500
    wait_until states_are "taken0"
    redis CONFIG SET maxmemory 1
    [ "$(post 1)" = 503 ]
    grep -q 'the queue is full' answer.txt
    grep -qi '^Retry-After: ' answer.txt
    wait_until grep -q 'job [0-9-]*: Redis has no memory left' a.log
    states_are "taken0"
    redis CONFIG SET maxmemory 0
    wait_until states_are "done1"
    job 1
    wait_until states_are "done1 done1"
}

@test "a password that is refused is said, and shown nowhere" {
    slow_under_asan
    redis_start --requirepass geheim
    redis_cli+=(--no-auth-warning -a geheim)
    "$DRAINCTL" serve -b -q --control 0 --pid-file a.pid --log a.log \
        --queue "redis://:falsch@127.0.0.1:$redis_port/jobs" >ports
    wait_until grep -q 'the password is refused (WRONGPASS)' a.log
    stop a
    "$DRAINCTL" serve -b -q --control 0 --pid-file b.pid --log b.log \
        --queue "redis://127.0.0.1:$redis_port/jobs" >ports
    wait_until grep -q 'NOAUTH' b.log
    "$DRAINCTL" serve -b -q --control 0 --pid-file c.pid --log c.log \
        --queue "redis://:geheim@127.0.0.1:$redis_port/jobs" >ports
    url=http://127.0.0.1:$(sed -n 1p ports)
    wait_until job 1
    wait_until states_are "done1"
    ! grep -E 'geheim|falsch' ./*.log || return 1
    grep -q 'queue redis://:\*\*\*@127.0.0.1' c.log
}

@test "a Redis of before the streams: said with its version, and tried again" {
    cat >old.py <<'PY'
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(8)
print(s.getsockname()[1], flush=True)
text = b"# Server\r\nredis_version:4.0.9\r\n"
while True:
    c, _ = s.accept()
    c.recv(4096)
    c.sendall(b"$%d\r\n%s\r\n" % (len(text), text))
    c.recv(4096)
    c.close()
PY
    python3 old.py >port 3>&- &
    wait_until test -s port
    place=redis://127.0.0.1:$(cat port)/jobs
    serve a
    wait_until grep -q 'Redis 4.0 is too old, 6.2 is the oldest that will do (it has no streams)' a.log
    [ "$(post 1)" = 503 ]
}

@test "a Redis that comes back with nothing: the group is made again" {
    slow_under_asan
    redis_start
    serve a
    wait_until gauge '.jobs.connected'
    redis FLUSHALL
    wait_until redis EXISTS jobs
    wait_until job 1
    wait_until states_are "done1"
}

@test "a job that takes longer than the drain timeout is left while Redis is away, and named" {
    slow_under_asan
    redis_start
    serve a --drain-timeout 400ms
    job 900
    wait_until states_are "taken0"
    kill -STOP "$redis_pid"
    stop a
    grep -q 'job [0-9-]* is left for another' a.log
    grep -q 'step consumer-stopped: hung' a.log
    kill -CONT "$redis_pid"
    serve b --job-lease 200ms
    wait_until states_are "done1"
}

@test "a URL that is none; a scheme that is not built in" {
    for url in redis:// redis://h redis://h:1 redis://h:0/x redis://h:70000/x redis://h:1/ 'redis://h:1/a b' \
        redis://geheim@h:1/x redis://:%zz@h:1/x 'redis://h:1/x?y=z' redis://:geheim@h/x; do
        run "$DRAINCTL" serve --queue "$url"
        exits 2
        has "is not the URL of a queue"
        has "hint: expected redis://"
    done
    [[ "$output" != *geheim* ]]
    run "$DRAINCTL" serve --queue amqp://:geheim@h:1/x
    exits 2
    has "no queue is built in that takes 'amqp'"
    [[ "$output" != *geheim* ]]
}
