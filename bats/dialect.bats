#!/usr/bin/env bats
# A target that does not speak plain HTTP/1.1: one sentence, and the remedy.

bats_require_minimum_version 1.5.0
load helper

# A scenario with target COMMAND (a JSON array) that is ready by its port.
two_requests() {
    cat >s.json <<END
{"name": "dialect", "target": {"command": $1, "ready": {"port": true}},
 "loads": [{"name": "one", "request": {"path": "/"}, "requests": 4, "pause": "20ms"}],
 "signals": [{"send": "SIGTERM", "when": {"at": "5s"}}],
 "expect": [{"load": "one", "completed": "100%"}]}
END
    run "$DRAINCTL" scenario s.json
    exits 3
}

banner() {
    cat >banner.py <<'END'
import os, socket, sys, threading
say = sys.argv[1].encode().decode("unicode_escape").encode("latin1")
s = socket.socket(); s.bind(("127.0.0.1", int(os.environ["PORT"]))); s.listen(64)
def one(c):
    try:
        if sys.argv[2:]: c.recv(4096)
        c.sendall(say)
        while not sys.argv[2:] and c.recv(4096): pass
    except OSError: pass
    c.close()
while True:
    threading.Thread(target=one, args=(s.accept()[0],), daemon=True).start()
END
}

@test "TLS that says nothing to a plain request is found by a handshake, also while it becomes ready" {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem \
        -days 2 -subj /CN=localhost 2>/dev/null
    cat >tls.js <<'END'
const fs = require('fs'), pem = f => fs.readFileSync(f)
require('https').createServer({key: pem('k.pem'), cert: pem('c.pem')}, (q, r) => r.end('x'))
    .listen(process.env.PORT, '127.0.0.1')
END
    two_requests '["node", "tls.js"]'
    has "target 'node' speaks TLS where drainctl asks for plain HTTP/1.1"
    has "TLS comes in a later version"
    run "$DRAINCTL" check --quick --ready /ready --within 2s -- node tls.js
    exits 3
    has "target 'node' speaks TLS where drainctl asks for plain HTTP/1.1"
}

@test "HTTP/2 without HTTP/1.1" {
    echo "require('http2').createServer((q, r) => r.end('x')).listen(process.env.PORT, '127.0.0.1')" >h2.js
    two_requests '["node", "h2.js"]'
    has "target 'node' speaks HTTP/2 alone where drainctl asks for plain HTTP/1.1"
    has "HTTP/2 comes in a later version"
}

@test "a server of SSH, and one that refuses plain HTTP at its TLS port in words" {
    banner
    two_requests '["python3", "banner.py", "SSH-2.0-OpenSSH_9.2\\r\\n"]'
    has "target 'python3' speaks SSH where drainctl asks for plain HTTP/1.1; it said 'SSH-2.0-OpenSSH_9.2'"
    has "give the address at which it speaks HTTP"
    two_requests '["python3", "banner.py", "HTTP/1.1 400 Bad\\r\\nContent-Length: 22\\r\\n\\r\\nsent to an HTTPS port\\n", "after"]'
    has "target 'python3' speaks TLS where drainctl asks for plain HTTP/1.1"
}

@test "a server that cuts every request is not said to speak something else" {
    cat >cuts.py <<'END'
import os, socket
s = socket.socket(); s.bind(("127.0.0.1", int(os.environ["PORT"]))); s.listen(64)
while True:
    c, _ = s.accept(); c.recv(4096); c.close()
END
    cat >s.json <<'END'
{"name": "cuts", "target": {"command": ["python3", "cuts.py"], "ready": {"port": true}},
 "loads": [{"name": "one", "request": {"path": "/"}, "requests": 4, "pause": "20ms"}],
 "expect": [{"load": "one", "completed": "100%"}]}
END
    run "$DRAINCTL" scenario s.json
    exits 1
    has "closed-before-response"
    [[ "$output" != *speaks* ]]
}
