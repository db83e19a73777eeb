#!/usr/bin/env bats
# Secrets are in no journal and in no report, and the verdict is the same.

load helper

# A server that asks for what it was given, and writes it down.
server() {
    cat >server.py <<'END'
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        right = (self.headers["Authorization"] == "Bearer hunter2" and self.headers["Cookie"] == "sid=hunter2"
                 and self.headers["Idempotency-Key"] == "open-1" and os.environ["DB_PASSWORD"] == "hunter2"
                 and self.path == "/a?token=hunter2" and sys.argv[2] == "hunter2")
        print("password=hunter2 of", self.path, flush=True)
        self.send_response(200 if right or self.path == "/" else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
END
}

# $1: expectations on the output.
scenario() {
    cat >s.json <<END
{
  "name": "secrets",
  "target": {"command": ["python3", "server.py", "--password", "hunter2", "--url=http://me:hunter2@h/"],
             "env": {"DB_PASSWORD": "hunter2"}},
  "loads": [{"name": "one", "requests": 1, "request": {"path": "/a?token=hunter2",
    "headers": {"Authorization": "Bearer hunter2", "Cookie": "sid=hunter2", "Idempotency-Key": "open-1"}}}],
  "expect": [{"load": "one", "completed": "100%"}, $1]
}
END
}

@test "no journal and no report holds a secret; the server got it, and the journal is judged the same" {
    server
    scenario '{"target": "output", "matches": "password=h.nter2"}, {"target": "output", "absent": "password=[*]"}'
    run "$DRAINCTL" scenario s.json --journal run.jsonl --report json=live.json --report har=a.har --report otlp=a.otlp \
        --report html=a.html --report markdown=a.md --report junit=a.xml --report csv=a.csv --report tap=a.tap -v
    exits 0
    ! grep -rl --exclude=s.json --exclude=server.py hunter2 . || return 1
    [[ "$output" != *hunter2* ]]
    grep -q '"Idempotency-Key":"open-1"' run.jsonl
    grep -q 'Bearer' s.json
    run "$DRAINCTL" report run.jsonl --report json
    exits 0
    cmp - live.json <<<"$output"
}

@test "an expectation that a secret is not in the log fails when it is, masked or not" {
    server
    scenario '{"target": "output", "absent": "password=[a-z0-9]+"}'
    run "$DRAINCTL" scenario s.json --journal run.jsonl
    exits 1
    has "password=***"
    [[ "$output" != *hunter2* ]]
    run "$DRAINCTL" report run.jsonl
    exits 1
}
