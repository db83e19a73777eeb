#!/usr/bin/env bats
# drainctl init: the first scenario of servers of every kind, valid and ready to run; and what it says
# of those that cannot be tried. Sleeps in this file are slow servers, or servers that must be there
# until drainctl ends them; no test waits for one.

bats_require_minimum_version 1.5.0
load helper

validators=$BATS_TEST_DIRNAME/../tests/validators

# server [HANDLER [BEFORE [CLASS]]]: server.py, whose GET runs HANDLER first, and which runs BEFORE
# before it listens.
server() {
    cat >server.py <<END
import http.server, os, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        status = 200 if self.path in ("/", "/slow") else 404
        ${1:-time.sleep(0.3 if self.path == '/slow' else 0)}
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args): pass
${2:-}
class Server(http.server.${3:-ThreadingHTTPServer}):
    request_queue_size = 128
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
END
}

# read_file FILTER: jq on the scenario, read by a parser of comments that is not ours.
read_file() {
    node "$validators/read.mjs" drain.json | jq -e "$1"
}

# The words of the file, however its comments are wrapped.
words() {
    sed 's,//,,' drain.json | tr -s ' \n' ' '
}

valid() {
    node "$validators/valid.mjs" drain.json
}

# refuses STATUS TEXT ARGUMENTS...: init says so, and leaves nothing behind.
refuses() {
    local status_wanted=$1 text=$2
    shift 2
    run "$DRAINCTL" init "$@"
    exits "$status_wanted"
    has "$text"
    [ ! -e drain.json ]
    [ "$(grep -c error: <<<"$output")" -eq 1 ]
}

@test "the reference server: a valid file that passes right away" {
    run --separate-stderr "$DRAINCTL" init --slow '/api/data?ms=300' -- \
        "$DRAINCTL" serve --port "\${port}"
    exits 0
    [ -z "$output" ]
    [[ "$stderr" == *"/ready answers 200"*"takes 3"*"10 at a time"*"SIGTERM: it exited with code 0"* ]]
    [[ "$stderr" == *"wrote 'drain.json'"*"drainctl plan drain.json"* ]]
    valid
    read_file '.target.ready.path == "/ready" and .target.health.live == "/live"
        and .signals[0].when == {"load": "waiting", "in_flight": 10}'
    grep -q '// { "target": "live" }' drain.json
    grep -q 'Seen: it takes 3[0-9]* ms, and all ten' <(words)
    run awk 'length($0) > 90' drain.json
    [ -z "$output" ]
    run "$DRAINCTL" plan drain.json
    exits 0
    run "$DRAINCTL" scenario drain.json
    exits 0
}

@test "a server without a handler and without health paths: a scenario that it fails" {
    server
    run "$DRAINCTL" init --slow /slow -- python3 server.py
    exits 0
    has "it died of SIGTERM"
    has "it has no handler"
    valid
    read_file '.target.ready.port == true and (.target | has("health") | not)
        and (.expect | map(select(.target == "exit"))[0] | .code == 0)'
    grep -q 'which it does not handle' <(words)
    run "$DRAINCTL" scenario drain.json
    exits 1
    has "waiting: 100% completed"
}

@test "a server of one worker: only one request can be in flight, and the scenario asks for one" {
    server "time.sleep(0.2 if self.path == '/slow' else 0)" "" HTTPServer
    sed -i 's/HTTP\/1.1/HTTP\/1.0/' server.py
    run "$DRAINCTL" init --slow /slow -- python3 server.py
    exits 0
    has "1 at a time"
    valid
    read_file '.loads | length == 1 and (.[0] | .clients == 1 and .requests == 1)'
    run "$DRAINCTL" scenario drain.json
    exits 1
}

@test "a server that needs two seconds and ignores the signal" {
    server "status = 200" 'signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(2)'
    run "$DRAINCTL" init --grace 300ms -- python3 server.py
    exits 0
    [[ "$output" =~ ready\ [2-9]\.[0-9]+\ s\ after\ its\ start ]]
    has "as it does for any path"
    has "it was still there after 300 ms"
    has "it ignores that signal"
    valid
    read_file '.target.ready.port and .signals[0].freeze == "users" and (.loads | length) == 1
        and .signals[1].when == {"after": "300ms", "of": "SIGTERM"}'
    grep -q 'whatever it is asked for' <(words)
}

@test "a path that is not slow: the server is frozen instead" {
    server pass 'signal.signal(signal.SIGTERM, lambda *_: os._exit(143))'
    run "$DRAINCTL" init --slow /slow -- python3 server.py
    exits 0
    has "too short to be in flight"
    valid
    read_file '.signals[0].freeze == "users" and .loads[0].request.path == "/slow"
        and (.expect | map(select(.target == "exit"))[0] | .code == 143)'
    run "$DRAINCTL" scenario drain.json
    [ "$status" -le 1 ] # conclusive
}

@test "a platform: its signal, its grace and its kill" {
    server "" 'signal.signal(signal.SIGINT, lambda *_: os._exit(0))'
    run "$DRAINCTL" init --profile fly --slow /slow --path / -- python3 server.py
    exits 0
    has "SIGINT: it exited with code 0"
    valid
    read_file '.profile == "fly" and (.signals | length) == 1 and .signals[0].send == "SIGINT"
        and .loads[1].request.path == "/"'
    run "$DRAINCTL" plan drain.json
    has "SIGKILL to the whole process tree"
}

@test "whatever stands in the arguments arrives as it was, and the file stays one" {
    # shellcheck disable=SC2016 # the shell that is started expands it
    local args=(sh -c 'exec "$DRAINCTL" serve --port "$PORT"' 'a"b' "it's" $'two\nlines' $'tab\t' $'del\177' 'back\slash' '*/ // /*'
        '${port}' '' 'ü☃𝄞' $'\u2028' '</script>' $'\033[31m')
    run "$DRAINCTL" init -- "${args[@]}"
    exits 0
    valid
    printf '%s\0' "${args[@]}" >wanted
    node "$validators/read.mjs" drain.json | jq -j '.target.command[] | . + "\u0000"' >found
    cmp wanted found
    run "$DRAINCTL" plan drain.json
    exits 0
}

@test "what JSON cannot hold is refused, and named" {
    refuses 2 "argument 1 of the command is not UTF-8 at byte 2" -- sh $'a\xff'
    refuses 2 "the command's name is not UTF-8" -- $'\xff'
    refuses 2 "option '--slow' is not UTF-8" --slow $'/\xff' -- sh
}

@test "usage: what is wrong is named before anything starts" {
    local -A wrong=(
        ["--slow=nope"]="option '--slow': expected a path that begins with '/'"
        ["--path=/a b"]="option '--path': a path holds no blanks"
        ["--ready-log=a(b"]="option '--ready-log': 'a(b' is not a POSIX extended regular expression"
        ["--url=https://x"]="option '--url': expected a URL that begins with http://"
        ["--signal=SIGTREM"]="did you mean 'SIGTERM'?"
        ["--profile=kubernets"]="there is no platform 'kubernets'"
        ["--grace=5"]="takes a duration"
    )
    for option in "${!wrong[@]}"; do
        refuses 2 "${wrong[$option]}" "$option" -- sh -c 'touch started'
    done
    refuses 2 "expected the command that starts your server"
    refuses 2 "not standard output" --schema -o - -- sh -c 'touch started'
    [ ! -e started ]
}

@test "a server that cannot be tried: its reason, exit 3, no file, nothing left running" {
    refuses 3 "cannot start './no-such-server'" -- ./no-such-server
    refuses 3 "no database" -- sh -c 'echo no database >&2; exit 4'
    has "exited with code 4"
    refuses 3 "no process listens" --within 300ms -- sleep 30
    refuses 3 "needs a terminal" -- sh -c '[ -t 0 ] || { echo needs a terminal; exit 1; }'
    refuses 3 "tell it to stay in the foreground" -- sh -c 'sleep 30 & echo $! >pid'
    ! kill -0 "$(cat pid)"
}

@test "a server on another port, one that speaks no HTTP, one that dies of a request" {
    refuses 3 "not on port" --within 2s -- "$DRAINCTL" serve --port 0
    cat >raw.py <<'END'
import os, socket
s = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while True:
    c, _ = s.accept()
    c.recv(4096)
    c.sendall(b"220 mail.example ESMTP\r\n")
    c.close()
END
    refuses 3 "speaks a protocol of mail or files" -- python3 raw.py
    server "os._exit(7)"
    refuses 3 "while it was asked for its paths" -- python3 server.py
}

@test "paths that do not answer for users" {
    server "status = 500"
    refuses 3 "no path that was tried gave an answer for users: '/' answered 500" -- python3 server.py
    server
    refuses 3 "the slow path '/nope' answered 404" --slow /nope -- python3 server.py
}

@test "a file that is there is not written over, but with --force" {
    echo mine >drain.json
    run "$DRAINCTL" init -- sh -c 'touch started'
    exits 2
    has "'drain.json' is there already"
    ln -s nowhere link.json
    run "$DRAINCTL" init -o link.json -- sh -c 'touch started'
    exits 2
    [ "$(cat drain.json)" = mine ] && [ ! -e started ] && [ ! -e nowhere ]
    run "$DRAINCTL" init --force --schema -- "$DRAINCTL" serve --port "\${port}"
    exits 0
    valid
    read_file '."$schema" == "./scenario.schema.json"'
    cmp scenario.schema.json "$validators/../../scenarios/scenario.schema.json"
    [ "$(find . -name '*.tmp')" = "" ]
    run "$DRAINCTL" init -o other.json --schema -- "$DRAINCTL" serve --port "\${port}"
    exits 2
    has "'scenario.schema.json' is there already"
}

@test "standard output, a folder that is not there, a full disk" {
    "$DRAINCTL" init --output - -- "$DRAINCTL" serve --port "\${port}" 2>said >drain.json
    valid
    ! grep -q wrote said
    rm drain.json
    refuses 3 "cannot write 'no/drain.json'" -o no/drain.json -- "$DRAINCTL" serve --port "\${port}"
    has "hint: make its folder first: mkdir -p 'no'"
    run "$DRAINCTL" init --force -o /dev/full -- "$DRAINCTL" serve --port "\${port}"
    exits 3
    has "cannot write '/dev/full'"
    [ -c /dev/full ]
}

@test "interrupted: nothing is written, and nothing left running" {
    server "" 'print(os.getpid(), file=open("pid", "w"), flush=True)
time.sleep(60)'
    "$DRAINCTL" init --within 60s -- python3 server.py 2>said 3>&- &
    running=$!
    wait_until test -s pid
    kill -INT "$running"
    status=0
    wait "$running" || status=$?
    exits 130
    grep -q "interrupted by SIGINT: nothing was written" said
    [ ! -e drain.json ]
    ! kill -0 "$(cat pid)"
}
