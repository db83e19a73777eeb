#!/usr/bin/env bats
# serve --queue kafka://…: a topic and a consumer group, done once, whatever happens. One Kafka for the file, which is
# librdkafka's mock cluster, and a topic and a group of its own for each test.

bats_require_minimum_version 1.5.0
load helper
load services
load jobs
load kafka

# Those whose group has a member already (kafka-mock.c says why), by number.
warm='1 2 3 4 5 6'
# shellcheck disable=SC2034 # jobs.bash reads it
lease=1500ms

setup_file() {
    local program=${DRAINCTL:-$BATS_TEST_DIRNAME/../build/drainctl} n
    if [[ "$("$program" --version)" != *"with kafka"* ]]; then skip "built without kafka"; fi
    kafka_start "$BATS_FILE_TMPDIR/kafka"
    for n in $warm; do kafka_ask "warm$n" warm "g$n"; done
    for n in $warm; do kafka_did "warm$n"; done
}

teardown_file() {
    if [ -n "${kafka_pid-}" ]; then kafka_end; fi
}

teardown() {
    local pid
    for pid in *.pid; do "$DRAINCTL" stop -q --signal KILL --pid-file "$pid" 2>/dev/null || true; done
    end_jobs
}

# topic [PARTITIONS [GROUP]]: the one of this test, and that of what was done; `place` is its URL.
topic() {
    kafka_tell topic "j$BATS_TEST_NUMBER" "${1-1}"
    kafka_tell topic "j$BATS_TEST_NUMBER.runs" 1
    place="$kafka_url/j$BATS_TEST_NUMBER?group=${2-g}$BATS_TEST_NUMBER"
}

members() { # TEXT: how many times the mock cluster has said so of this test's group
    grep -c "$1 group g$BATS_TEST_NUMBER\$" "$kafka_folder/log" || true
}

more_than() { # N TEXT
    [ "$(members "$2")" -gt "$1" ]
}

has_one() { # NAME: it has one partition now
    [ "$(grep -o '[0-9]* partitions*$' "$1.log" | tail -1)" = '1 partition' ]
}

@test "jobs are done once, shown, and a server that stops leaves the group" {
    topic
    serve a --consumers 2
    wait_until gauge '.jobs.connected'
    job 1
    job 1
    wait_until states_are "done1 done1"
    curl -s "$url/api/jobs" | jq -e 'map(.id) == ["0-0", "0-1"]'
    wait_until gauge '.jobs == {"queue": "kafka", "connected": true, "held": 0, "pending": 0}'
    curl -s "$url/metrics" >metrics.txt
    grep -qx 'drainctl_queue_connected{queue="kafka"} 1' metrics.txt
    grep -qx 'drainctl_queue_pending 0' metrics.txt
    [ "$(members 'is leaving')" -eq 0 ]
    stop a
    grep -q 'step consumer-stopped: done' a.log
    grep -q 'step queue-closed: done' a.log
    [ "$(members 'is leaving')" -eq 1 ]
}

@test "at the signal: the one that is held is finished and acknowledged, the next is left" {
    slow_under_asan
    topic
    serve b --consumers 0
    wait_until gauge '.jobs.connected'
    job 1500
    job 1
    serve a
    wait_until states_are "taken0 waiting0"
    stop a
    [ "$(members 'is leaving')" -eq 1 ]
    url=http://127.0.0.1:$(sed -n 's/.*listening on 127.0.0.1 port //p' b.log)
    wait_until states_are "done1 waiting0"
    serve c
    wait_until states_are "done1 done1"
}

@test "a job of a process that was killed is done by the other one, when its session is over" {
    slow_under_asan
    topic
    serve a
    wait_until gauge '.jobs.connected'
    job 60000
    wait_until states_are "taken0"
    local before
    before=$(members 'session timed out for')
    stop a --signal KILL
    serve b
    wait_until more_than "$before" 'session timed out for'
    wait_until gauge '.jobs.held == 1'
    states_are "taken0"
}

@test "one of two leaves at the signal: the other one has its partitions, and no session had to run out" {
    slow_under_asan
    topic 2
    serve b
    serve a
    # else they still join, and an acknowledgement of the generation before loses the partition: the job is done again
    wait_until has_one a
    wait_until has_one b
    wait_until gauge '.jobs.connected'
    job 1
    job 1
    job 1
    job 1
    local before
    before=$(members 'session timed out for')
    stop a
    url=http://127.0.0.1:$(sed -n 's/.*listening on 127.0.0.1 port //p' b.log)
    wait_until eval '[ "$(grep -o "[0-9] partitions*$" b.log | tail -1)" = "2 partitions" ]'
    wait_until all_once 4
    [ "$(members 'is leaving')" -eq 1 ]
    [ "$(members 'session timed out for')" -eq "$before" ]
}

@test "finished in any order and then killed: what was acknowledged is not done again" {
    slow_under_asan
    topic
    serve a --consumers 3
    wait_until gauge '.jobs.connected'
    job 60000
    job 1
    job 1
    wait_until states_are "taken0 done1 done1"
    wait_until gauge '.jobs.held == 1 and .jobs.pending == 1'
    stop a --signal KILL
    serve b --consumers 3
    wait_until gauge '.jobs.held == 1'
    states_are "taken0 done1 done1"
}

@test "an order in one service is a parcel in the other, once, though that one is killed" {
    slow_under_asan
    [[ "$("$DRAINCTL" --version)" == *"with sqlite"* ]] || skip "built without sqlite"
    topic
    parcels() {
        "$DRAINCTL" serve --background -q --pid-file parcels.pid --log parcels.log --database parcels.db \
            --job-lease 1500ms --subscribe "$place" >ports
        parcels_url=http://127.0.0.1:$(sed -n 1p ports)
    }
    handled() { # N
        curl -s "$parcels_url/api/events-handled" | jq -e --argjson n "$1" 'length == $n and all(.parcels == 1)'
    }
    parcels
    "$DRAINCTL" serve --background -q --pid-file shop.pid --log shop.log --database shop.db --publish "$place" >ports
    url=http://127.0.0.1:$(sed -n 1p ports)
    curl -sf -X POST "$url/api/orders" -d '{"item":"tea"}'
    wait_until handled 1
    "$DRAINCTL" stop -q --signal KILL --pid-file parcels.pid
    curl -sf -X POST "$url/api/orders" -d '{"item":"tea"}'
    parcels
    wait_until handled 2
    curl -s "$url/api/events-written" | jq -e 'all(.sent == 1)'
}

# From here on the broker goes down; groups have no member, and sessions are long.

@test "Kafka is down at the start, comes, is lost, and comes back" {
    topic 1 cold
    kafka_tell down 1
    serve a --job-lease 30s
    [ "$(post 1)" = 503 ]
    grep -qi '^Retry-After: ' answer.txt
    wait_until grep -q 'queue kafka://127.0.0.1:.*; it is tried again' a.log
    kafka_tell up 1
    wait_until gauge '.jobs.connected'
    job 1
    wait_until states_are "done1"
    job 700
    wait_until states_are "done1 taken0"
    kafka_tell down 1
    wait_until gauge '.jobs.connected | not'
    [ "$(post 1)" = 503 ]
    # the last known answer, with its age
    curl -si "$url/api/jobs" >answer.txt
    grep -q '^Age: [0-9]' answer.txt
    grep -q '^Warning: 111 ' answer.txt
    kafka_tell up 1
    wait_until states_are "done1 done1"
}

@test "Kafka hangs: 503 in time, and what was held is done once" {
    slow_under_asan
    topic 1 cold
    serve a --job-lease 30s
    wait_until gauge '.jobs.connected'
    job 300
    wait_until states_are "taken0"
    kill -STOP "$kafka_pid"
    [ "$(curl -s -m 10 -o /dev/null -w '%{http_code}' -X POST "$url/api/jobs?ms=1")" = 503 ]
    wait_until gauge '.jobs.connected | not'
    kill -CONT "$kafka_pid"
    # the one that was answered 503 may have been in Kafka's hands by then
    wait_until eval '[[ "$(states)" =~ ^done1(\ done1)?$ ]]'
}

@test "a Kafka without what it takes is too old: said, and 503" {
    slow_under_asan
    topic 1 cold
    kafka_tell api 22 -1 -1
    serve a
    wait_until grep -q 'Kafka is too old, 0.11 is the oldest that will do' a.log
    [ "$(post 1)" = 503 ]
    kafka_tell api 22 0 4
}

# sasl [CERTIFICATE KEY]: begin a Kafka that refuses each password, with TLS if there is a certificate; sasl_port.
sasl() {
    cat >sasl.py <<'PY'
import socket, ssl, struct, sys, threading
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(8)
print(s.getsockname()[1], flush=True)
apis = [(3, 0, 2), (17, 0, 1), (18, 0, 0), (36, 0, 0)]  # Metadata, SaslHandshake, ApiVersions, SaslAuthenticate
tls = None
if len(sys.argv) > 1:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(sys.argv[1], sys.argv[2])
def serve(c):
    try:
        c = tls.wrap_socket(c, server_side=True) if tls else c
    except OSError:
        return
    f = c.makefile("rb")
    while head := f.read(4):
        request = f.read(struct.unpack(">i", head)[0])
        api, version, number = struct.unpack(">hhi", request[:8])
        if api == 18 and version > 0:
            body = struct.pack(">hi", 35, 0)  # only version 0
        elif api == 18:
            body = struct.pack(">hi", 0, len(apis)) + b"".join(struct.pack(">hhh", *a) for a in apis)
        elif api == 17:
            body = struct.pack(">hih", 0, 1, 5) + b"PLAIN"
        else:
            why = b"no such user"
            body = struct.pack(">hh", 58, len(why)) + why + struct.pack(">i", 0)
        c.sendall(struct.pack(">ii", 4 + len(body), number) + body)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
PY
    python3 sasl.py "$@" >port 3>&- &
    wait_until test -s port
    sasl_port=$(cat port)
}

@test "a password that is refused is said, and shown nowhere" {
    sasl
    place="kafka://me:falsch@127.0.0.1:$sasl_port/jobs"
    serve a
    wait_until grep -q 'the password is refused (no such user)' a.log
    [ "$(post 1)" = 503 ]
    ! grep -r falsch a.log || return 1
    grep -q 'queue kafka://me:\*\*\*@127.0.0.1' a.log
}

@test "over TLS, and of several hosts the next one is asked" {
    slow_under_asan
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=kafka \
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log
    sasl cert.pem key.pem
    place="kafka://me:falsch@127.0.0.1:$sasl_port/jobs?ca=$PWD/cert.pem"
    serve a
    wait_until grep -q 'the password is refused (no such user)' a.log
    kafka_tell topic "j$BATS_TEST_NUMBER" 1
    place="kafka://127.0.0.1:$sasl_port,${kafka_url#kafka://}/j$BATS_TEST_NUMBER?group=other"
    serve d
    wait_until gauge '.jobs.connected'
}

@test "a URL that is none" {
    for url in kafka:// kafka://h kafka://h:1 kafka://h:0/x kafka://h:1/ 'kafka://h:1/a b' kafka://h:1/a:b \
        kafka://:geheim@h:1/x 'kafka://me:geheim@h:1/x?y=z' 'kafka://h:1/x?cert=me.pem' \
        'kafka://h:1/x?mechanism=PLAIN' kafka://h:1,/x; do
        run "$DRAINCTL" serve --queue "$url"
        exits 2
        has "is not the URL of a queue"
        has "hint: expected kafka://[USER:PASSWORD@]HOST:PORT[,HOST:PORT...]/TOPIC"
        [[ "$output" != *geheim* ]]
    done
}
