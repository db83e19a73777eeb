#!/usr/bin/env bats
# The registry in etcd: serve --registry, a load via it, and the checklist, on an etcd of our own.

bats_require_minimum_version 1.5.0
load helper
load services

# etcd_begin FOLDER [PORT]: an etcd with its data in FOLDER, on PORT for clients or on a free port; sets
# etcd_pid and etcd_port. Comes back when it answers.
etcd_begin() {
    local peer client=${2-} http=http tls=()
    if [ -n "${etcd_tls-}" ]; then
        http=https
        tls=(--cert-file cert.pem --key-file key.pem --client-cert-auth --trusted-ca-file cert.pem)
    fi
    mkdir -p "$1"
    peer=$(free_port)
    : "${client:=$(free_port)}"
    service etcd-server etcd
    "${service[@]}" --log-level error --data-dir "$1/data" --initial-cluster "default=http://127.0.0.1:$peer" \
        --listen-client-urls "$http://127.0.0.1:$client" --advertise-client-urls "$http://127.0.0.1:$client" "${tls[@]}" \
        --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
        >>"$1/log" 2>&1 3>&- &
    etcd_pid=$!
    etcd_port=$client
    [ "$http" = http ] || tls=(--cacert cert.pem --cert cert.pem --key key.pem)
    wait_until curl -sf "${tls[@]}" "$http://127.0.0.1:$client/health"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

slow_here() { # what others show of the same code, and waits for etcd: not under sanitizers
    [[ "$DRAINCTL" != */asan/* ]] || skip "slow under sanitizers"
}

setup_file() {
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR etcd_begin "$BATS_FILE_TMPDIR/etcd"
    export ETCD=http://127.0.0.1:$etcd_port ETCD_PID=$etcd_pid
    disown
}

teardown_file() {
    [ -z "${ETCD_PID-}" ] || kill -KILL "$ETCD_PID"
}

# ask PATH JSON: what the etcd at $ETCD says.
ask() {
    curl -sf "$ETCD/v3/$1" -d "$2"
}

below() { # what etcd has below /services/$name/
    local from to
    from=$(printf '/services/%s/' "$name" | base64 -w0)
    to=$(printf '/services/%s0' "$name" | base64 -w0)
    ask kv/range "{\"key\":\"$from\",\"range_end\":\"$to\"}"
}

entries() { # one a line
    below | jq -c '.kvs[]?.value | @base64d | fromjson'
}

lease_of() { # of the one entry
    below | jq -r '.kvs[0].lease'
}

serve_entered() { # OPTIONS...: entered below a name of this test
    name=${name:-t$BATS_TEST_NUMBER}
    serve --registry "etcd://${ETCD#http://}/services/$name" "$@"
}

entry_is() { # JQ_FILTER: there is one entry, and it passes it
    [ "$(entries | wc -l)" = 1 ] && entries | jq -e "$1"
}

is_empty() { [ -z "$(entries)" ]; }

says() { grep -q -- "$1" server.log; }

# restart_when_back PLACE: two servers (`server`) with a registry at this place, of which one is restarted when the
# file "back" is there; drainctl is `run`, and clients are connected.
restart_when_back() {
    cat >s.json <<END
{
  "name": "lost", "registry": "etcd://$1", "targets": {"a": {"command": $server}, "b": {"command": $server}},
  "services": {"sign": {"command": ["sh", "-c", "echo up; until [ -e back ]; do sleep 0.02; done; echo back; sleep 60"],
    "cwd": "$PWD", "ready": {"log": "up"}}},
  "loads": [{"name": "kept", "via": "registry", "request": {"path": "/api/data?ms=5"}, "clients": 4, "pause": "5ms"}],
  "actions": [{"restart": "b", "when": {"log": "back", "target": "sign"}}],
  "expect": [{"load": "*", "completed": "100%"}]
}
END
    "$DRAINCTL" scenario s.json --journal j.jsonl >out 2>&1 3>&- &
    run=$!
    wait_until grep -q '"e":"connected"' j.jsonl
}

@test "an entry says where it serves; at the signal it is marked, and the server still accepts" {
    serve_entered --deregister-delay 60s --drain-timeout 90s
    wait_until entry_is ".url == \"$url\" and .state == \"up\" and .pid == $(cat drainctl.pid)"
    kill -TERM "$(cat drainctl.pid)"
    wait_until entry_is '.state == "draining"'
    curl -sf "$url/api/data?ms=1" >/dev/null
}

@test "at the notice it is marked; called off, it is up again; after the exit it is gone, and its lease" {
    serve_entered
    wait_until entry_is '.state == "up"'
    lease=$(lease_of)
    [ "$lease" -gt 0 ]
    curl -sf -X POST "http://127.0.0.1:$control/notice?in=5m" >/dev/null
    wait_until entry_is '.state == "draining"'
    curl -sf -X DELETE "http://127.0.0.1:$control/notice" >/dev/null
    wait_until entry_is '.state == "up"'
    "$DRAINCTL" stop -q
    is_empty
    ask lease/timetolive "{\"ID\":\"$lease\"}" | jq -e '.TTL == "-1"'
    says 'step registry-left: done in'
}

@test "a lease is renewed; it is lost: the entry is made anew; the server is killed: it runs out" {
    slow_here
    serve_entered --registry-ttl 1s
    wait_until entry_is '.state == "up"'
    lease=$(lease_of)
    renewed() { curl -sf "$ETCD/metrics" | sed -n 's/^etcd_debugging_lease_renewed_total //p'; }
    before=$(renewed)
    more() { [ "$(renewed)" -gt "$before" ]; }
    wait_until more
    [ "$(lease_of)" = "$lease" ]
    ask lease/revoke "{\"ID\":\"$lease\"}"
    wait_until says 'the lease is over, the entry is made anew'
    wait_until entry_is '.state == "up"'
    kill -KILL "$(cat drainctl.pid)"
    [ "$(entries | wc -l)" = 1 ]
    wait_until is_empty
}

@test "after a handover the new process is in it, and the old one is not" {
    serve_entered --handover place
    wait_until entry_is '.state == "up"'
    serve_entered --handover place
    wait_until entry_is ".url == \"$url\" and .state == \"up\" and .pid == $(cat drainctl.pid)"
}

@test "down at the start: it says so, serves, and enters itself when it is there; lost and hanging: it says so once" {
    slow_here
    port=$(free_port)
    ETCD=http://127.0.0.1:$port
    serve_entered --registry-ttl 2s
    wait_until says "registry: etcd at 127.0.0.1:$port: .*Connection refused\|Couldn't connect"
    curl -sf "$url/ready" >/dev/null
    etcd_begin own "$port"
    wait_until entry_is '.state == "up"'
    says 'registry: entered in'
    kill -STOP "$etcd_pid"
    wait_until says "registry: etcd at 127.0.0.1:$port: .*timed out"
    curl -sf "$url/ready" >/dev/null
    kill -CONT "$etcd_pid"
    wait_until entry_is '.state == "up"'
    [ "$(grep -c 'registry: etcd at' server.log)" = 2 ]
    kill -STOP "$etcd_pid" # and at the end it is not there: bounded, and named
    kill -TERM "$(cat drainctl.pid)"
    wait_until says 'exit status 1'
    says 'step registry-left: failed after .* ms, etcd at .* timed out'
    kill -CONT "$etcd_pid"
}

@test "a password is used, a wrong one is said, and neither stands in the log" {
    slow_here
    etcd_begin own
    ETCD=http://127.0.0.1:$etcd_port
    ask auth/user/add '{"name":"root","password":"right-one"}'
    ask auth/role/add '{"name":"root"}'
    ask auth/user/grant '{"user":"root","role":"root"}'
    ask auth/enable '{}'
    where=127.0.0.1:$etcd_port/services/shop
    "$DRAINCTL" serve -b -q --log server.log --registry "etcd://root:wrong-one@$where" >port
    wait_until says "registry: etcd at 127.0.0.1:$etcd_port: .*authentication failed"
    "$DRAINCTL" stop -q
    "$DRAINCTL" serve -b -q --log server.log --registry "etcd://root:right-one@$where" >port
    wait_until says 'registry: entered in .etcd://root:\*\*\*@'
    "$DRAINCTL" stop -q
    says 'step registry-left: done'
    "$DRAINCTL" serve -b -q --log server.log --registry "etcd://$where" >port
    wait_until says 'user name is empty'
    ! grep -q 'right-one\|wrong-one' server.log
}

@test "what is no etcd, or one without /v3, is said; an address that is none is refused" {
    mkdir www
    python3 -u -m http.server --bind 127.0.0.1 -d www 0 >www.log 2>&1 3>&- &
    wait_until grep -q 'port [0-9]' www.log
    ETCD=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\) .*/\1/p' www.log)
    serve_entered
    wait_until says "registry: etcd at ${ETCD#http://}: status 501, and no answer of etcd"
    for spec in etcd:// etcd://host:1 etcd://host:1/ etcd://host:port/a etcd://u@host/a 'etcd://host/a?b=c'; do
        run "$DRAINCTL" serve --registry "$spec"
        exits 2
        has "registry"
    done
    run "$DRAINCTL" serve --registry etcd://root:secret@host:1/
    exits 2
    has "is not the address of a registry in etcd"
    has "hint: expected etcd://HOST:PORT/services/NAME"
    [[ "$output" != *secret* ]]
}

# relay_begin: a way to the etcd at $ETCD that can be cut; relay_pid and relay_port.
relay_begin() {
    cat >relay.py <<'PY'
import socket, sys, threading
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try: s.shutdown(socket.SHUT_RDWR)
        except OSError: pass
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    a = listener.accept()[0]
    b = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    for pair in ((a, b), (b, a)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
PY
    python3 relay.py "${ETCD##*:}" >relay.port 3>&- &
    relay_pid=$!
    wait_until test -s relay.port
    relay_port=$(cat relay.port)
}

@test "of several endpoints, the next one is asked when one is down or lost, and nothing is said" {
    slow_here
    relay_begin
    name=t$BATS_TEST_NUMBER
    "$DRAINCTL" serve -b -q --log server.log --registry-ttl 1s \
        --registry "etcd://127.0.0.1:$(free_port),127.0.0.1:$relay_port,${ETCD#http://}/services/$name" >ports
    wait_until entry_is '.state == "up"'
    lease=$(lease_of)
    kill -KILL "$relay_pid"
    renewed() { curl -sf "$ETCD/metrics" | sed -n 's/^etcd_debugging_lease_renewed_total //p'; }
    before=$(renewed)
    more() { [ "$(renewed)" -gt "$((before + 1))" ]; }
    wait_until more
    [ "$(lease_of)" = "$lease" ]
    "$DRAINCTL" stop -q
    is_empty
    says 'step registry-left: done in'
    ! says 'registry: etcd at' || return 1
}

@test "an endpoint is lost while a load watches: the watch goes on at the next one" {
    slow_here
    relay_begin
    name=t$BATS_TEST_NUMBER
    local from server
    from=127.0.0.1:$relay_port,${ETCD#http://}/services/$name
    server="[\"$DRAINCTL\", \"serve\", \"--port\", \"\${port}\", \"--deregister-delay\", \"600ms\", \"--registry\", \"etcd://$from\"]"
    restart_when_back "$from"
    kill -KILL "$relay_pid"
    touch back
    wait "$run" || { cat out; return 1; }
    jq -s -e '[.[] | select(.e == "registry") | .is][:4] == ["up", "up", "draining", "gone"]' j.jsonl
}

@test "etcd over TLS, with a certificate of the client" {
    slow_here
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=etcd \
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log
    etcd_tls=1 etcd_begin own
    ETCD=https://127.0.0.1:$etcd_port
    where=127.0.0.1:$etcd_port/services/shop
    "$DRAINCTL" serve -b -q --log server.log \
        --registry "etcd://$where?ca=$PWD/cert.pem&cert=$PWD/cert.pem&key=$PWD/key.pem" >ports
    wait_until says 'registry: entered in'
    "$DRAINCTL" stop -q
    says 'step registry-left: done in'
    "$DRAINCTL" serve -b -q --log server.log --registry "etcd://$where?ca=system&cert=$PWD/cert.pem&key=$PWD/key.pem" >ports
    wait_until says "registry: etcd at 127.0.0.1:$etcd_port: SSL certificate problem"
}

# replaced: a scenario in which two servers that stand in etcd are replaced.
replaced() {
    sed -e "s|file:\${dir}/registry|etcd://${ETCD#http://}/services/$name|" -e s/150ms/500ms/ \
        "$BATS_TEST_DIRNAME/../scenarios/several/one-of-two-replaced.json" >s.json
}

@test "one server of two is replaced, then the other: no request fails, and the watch saw each mark" {
    name=t$BATS_TEST_NUMBER
    replaced
    run --separate-stderr "$DRAINCTL" scenario s.json --report json=live.json --journal j.jsonl
    exits 0
    "$DRAINCTL" report j.jsonl --report json=again.json -q
    diff <(jq -S 'del(.drainctl)' live.json) <(jq -S 'del(.drainctl)' again.json)
    jq -s -e '[.[] | select(.e == "connected") | .server] | unique | length == 2' j.jsonl
    jq -s -e '[.[] | select(.e == "registry") | .is] | (map(select(. == "draining")) | length == 2)
        and (map(select(. == "gone")) | length == 2) and (map(select(. == "up")) | length == 4)' j.jsonl
}

# Two servers in an etcd of our own; while a load goes to them, drainctl and etcd stop, etcd begins anew where it
# was, COMMAND... is run on it, and drainctl goes on. Then b is restarted, and no request may fail.
lost_and_back() {
    etcd_begin own
    ETCD=http://127.0.0.1:$etcd_port
    local server="[\"$DRAINCTL\", \"serve\", \"--port\", \"\${port}\", \"--deregister-delay\", \"600ms\",
        \"--registry\", \"etcd://${ETCD#http://}/services/$name\"]"
    restart_when_back "${ETCD#http://}/services/$name"
    kill -STOP "$run"
    kill -KILL "$etcd_pid"
    wait "$etcd_pid" || true
    etcd_begin own "$etcd_port"
    "$@"
    kill -CONT "$run"
    touch back
    wait "$run" || { cat out; return 1; }
    jq -s -e '[.[] | select(.e == "registry") | .is][:4] == ["up", "up", "draining", "gone"]' j.jsonl
}

compacted() { # more happens there than is kept
    local key
    key=$(printf '/services/%s/other' "$name" | base64 -w0)
    ask kv/put "{\"key\":\"$key\",\"value\":\"e30=\"}"
    ask kv/put "{\"key\":\"$key\",\"value\":\"W10=\"}"
    ask kv/compaction "{\"revision\": $(below | jq -r .header.revision)}"
}

@test "etcd is lost and back: the watch goes on where it was" {
    slow_here
    name=t$BATS_TEST_NUMBER
    lost_and_back true
}

@test "etcd is lost and back, and has thrown away what was: the entries are listed again" {
    slow_here
    name=t$BATS_TEST_NUMBER
    lost_and_back compacted
}

@test "no etcd: the run says so and is inconclusive" {
    slow_here
    name=t$BATS_TEST_NUMBER
    ETCD=http://127.0.0.1:$(free_port)
    replaced
    run "$DRAINCTL" scenario s.json
    exits 3
    has "the registry in etcd has 0 of 2 servers after 5 s: etcd at ${ETCD#http://}:"
}

@test "the checklist judges the entry in etcd, and says when it cannot be read" {
    slow_here
    name=t$BATS_TEST_NUMBER
    where=etcd://${ETCD#http://}/services/$name
    run "$DRAINCTL" check --checklist --slow '/api/report?ms=200' --path /live --ready /ready --registry "$where" \
        --report json -- "$DRAINCTL" serve --port "\${port}" --drain-delay 400ms --registry "$where"
    exits 0
    jq -e '.runs[0].checklist[] | select(.row == "registry") | .value == "fine" and .cause == "left"' <<<"$output"
    cat >s.json <<END
{
  "name": "nowhere", "target": {"reference": {}}, "checklist": {"registry": "etcd://127.0.0.1:$(free_port)/services/x"},
  "loads": [{"name": "one", "request": {"path": "/api/data?ms=100"}, "requests": 1}],
  "signals": [{"send": "SIGTERM", "when": {"load": "one", "in_flight": 1}}],
  "expect": [{"load": "one", "completed": "100%"}]
}
END
    run "$DRAINCTL" scenario s.json --report json
    jq -e '.runs[0].checklist[] | select(.row == "registry") | .value == "not-seen" and .cause == "unreadable"' <<<"$output"
}
