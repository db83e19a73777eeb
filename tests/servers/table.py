"""The real servers that `make test-servers` checks: how each is started, and what it is guilty of.

must       found in every check (ids of the defect catalogue, `drainctl explain ID`); "a|b": one of
           them, where the outside alone cannot tell a from b
sometimes  found in some: what depends on a race, or on how the machine is loaded
Anything else that is found is an error of this table or of the catalogue. Both lists are grounded
in probe.py, which talks to the servers over plain sockets and shares no code with drainctl.

In a command, ${port} is the port that drainctl picks, ${built} the folder of what was built
(build/servers), ${here} this folder, and ${backend} the port of backend.py.
"""
import os
import string

HERE = os.path.dirname(os.path.abspath(__file__))

GUNICORN = ["gunicorn", "--chdir", "${here}/gunicorn", "--bind", "127.0.0.1:${port}",
            "--log-level", "error"]

JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
        "${built}/spring/classes:${built}/spring/jars/*"]
SPRING = ["--server.port=${port}", "--server.address=127.0.0.1", "--logging.level.root=warn"]

SERVERS = [
    {
        "name": "go-gin-run",
        "title": "Go, Gin: `router.Run()`",
        "command": ["${built}/go-gin-run"],
        "must": ["inflight-killed-at-signal"],
        "sometimes": ["accept-queue-reset", "idle-keepalive-fin-race"],
    },
    {
        "name": "go-gin-1s",
        "title": "Go, Gin: `Shutdown` with 1 s, handlers of 1.5 s",
        "command": ["${built}/go-gin", "1s"],
        "must": ["deadline-exceeds-platform"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race", "half-head-dropped", "pipelined-dropped"],
    },
    {
        "name": "go-gin",
        "title": "Go, Gin: `Shutdown` with 5 s",
        "command": ["${built}/go-gin"],
        "must": ["silent-conn-stalls", "half-head-dropped"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race", "idle-keepalive-fin-race",
                      "pipelined-dropped"],
    },
    {
        "name": "go-gin-10s",
        "title": "Go, Gin: `Shutdown` with 10 s",
        "command": ["${built}/go-gin", "10s"],
        "must": ["silent-conn-stalls", "half-head-dropped"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race", "no-deadline", "pipelined-dropped"],
    },
    {
        "name": "go-gin-30s",
        "title": "Go, Gin: `Shutdown` with 30 s",
        "command": ["${built}/go-gin", "30s"],
        "must": ["silent-conn-stalls", "half-head-dropped"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race", "no-deadline", "pipelined-dropped"],
    },
    {
        "name": "go-gin-careful",
        "title": "Go, Gin: as the guide mends it",
        "command": ["${built}/go-gin-careful"],
        "must": [],
        "sometimes": ["pipelined-dropped"],
    },
    {
        "name": "go-lameduck",
        "title": "Go, with a delay before `Shutdown`",
        "command": ["${built}/go-lameduck"],
        "must": [],  # the only one that is guilty of nothing worse than a remark
        "sometimes": ["pipelined-dropped"],
    },
    {
        "name": "go-early",
        "title": "Go, `main` returns early",
        "command": ["${built}/go-early"],
        "must": ["main-exits-early|inflight-killed-at-signal"],
        "sometimes": ["accept-queue-reset", "idle-keepalive-fin-race", "deadline-result-hidden"],
    },
    {
        "name": "node-no-handler",
        "title": "Node, no handler",
        "command": ["node", "${here}/node/no-handler.js"],
        "must": ["inflight-killed-at-signal", "accept-queue-reset", "idle-keepalive-fin-race",
                 "pid1-no-handler"],
        "sometimes": [],
    },
    {
        "name": "node-close",
        "title": "Node, `server.close()`",
        "command": ["node", "${here}/node/close.js"],
        "must": ["accept-queue-reset", "no-connection-close", "silent-conn-stalls",
                 "sigint-not-drained"],
        "sometimes": ["accept-vs-shutdown-race", "idle-after-close-stalls",
                      "idle-keepalive-fin-race", "pipelined-dropped", "no-deadline"],
    },
    {
        "name": "node-close-idle",
        "title": "Node, `closeIdleConnections()`",
        "command": ["node", "${here}/node/close-idle.js"],
        "must": ["accept-queue-reset", "no-connection-close", "silent-conn-stalls",
                 "sigint-not-drained"],
        "sometimes": ["accept-vs-shutdown-race", "idle-after-close-stalls",
                      "idle-keepalive-fin-race", "pipelined-dropped", "no-deadline"],
    },
    {
        "name": "node-close-limit",
        "title": "Node, `server.close()` and `exit` after 1 s, handlers of 1.5 s",
        "command": ["node", "${here}/node/close-limit.js"],
        "must": ["deadline-exceeds-platform", "no-connection-close"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race", "sigint-not-drained", "pipelined-dropped"],
    },
    {
        "name": "node-careful",
        "title": "Node, as the guide mends it",
        "command": ["node", "${here}/node/careful.js"],
        "must": [],
        "sometimes": ["pipelined-dropped"],
    },
    {
        "name": "spring-immediate",
        "title": "Spring Boot, `server.shutdown=immediate`",
        "command": [*JAVA, "published.App", *SPRING, "--server.shutdown=immediate"],
        "must": ["inflight-killed-at-signal"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race"],
        "within": "60s",
    },
    {
        "name": "spring-1s",
        "title": "Spring Boot, graceful with 1 s, handlers of 1.5 s",
        "command": [*JAVA, "published.App", *SPRING,
                    "--spring.lifecycle.timeout-per-shutdown-phase=1s"],
        "must": [],
        "sometimes": [],
        "within": "60s",
    },
    {
        "name": "spring-graceful",
        "title": "Spring Boot, graceful (its default: 30 s)",
        "command": [*JAVA, "published.App", *SPRING],
        "must": ["no-connection-close", "exit-code-ambiguous"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race",
                      "idle-keepalive-fin-race", "pipelined-dropped", "half-head-dropped",
                      "no-deadline"],
        "within": "60s",
    },
    {
        "name": "spring-careful",
        "title": "Spring Boot, as the guide mends it",
        "command": [*JAVA, "careful.App", *SPRING,
                    "--spring.lifecycle.timeout-per-shutdown-phase=7s"],
        "must": ["exit-code-ambiguous"],
        "sometimes": ["accept-vs-shutdown-race", "deadline-result-hidden",
                      "idle-keepalive-fin-race", "half-head-dropped"],
        "within": "60s",
    },
    {
        "name": "nginx-quit",
        "title": "nginx, QUIT",
        "command": ["${here}/nginx/start", "${port}", "${backend}"],
        "signal": "QUIT",
        # TERM and INT are its fast stops, also after a QUIT
        "must": ["accept-queue-reset", "silent-conn-stalls", "sigint-not-drained"],
        "sometimes": ["accept-vs-shutdown-race", "platform-double-signal", "pipelined-dropped",
                      "no-deadline"],
    },
    {
        "name": "nginx-term",
        "title": "nginx, TERM",
        "command": ["${here}/nginx/start", "${port}", "${backend}"],
        "must": ["wrong-signal-fast-stop"],
        "sometimes": ["deadline-result-hidden"],
    },
    {
        "name": "gunicorn-sync",
        "title": "gunicorn, sync",
        "command": [*GUNICORN, "--workers", "5", "app"],  # 2 × cores + 1, as its manual says
        # the five silent clients hold the five workers
        "must": ["silent-conn-stalls"],
        "sometimes": ["accept-queue-reset", "sigint-not-drained", "pipelined-dropped",
                      "inflight-killed-at-signal", "upload-cut", "no-deadline",
                      "half-head-dropped"],
    },
    {
        "name": "gunicorn-gthread",
        "title": "gunicorn, gthread",
        "command": [*GUNICORN, "--workers", "2", "--worker-class", "gthread", "--threads", "16",
                    "app"],
        "must": ["accept-queue-reset", "no-connection-close"],
        "sometimes": ["accept-vs-shutdown-race", "silent-conn-stalls", "idle-keepalive-fin-race",
                      "sigint-not-drained",
                      "pipelined-dropped", "no-deadline"],
    },
    {
        "name": "puma",
        "title": "Puma, two workers",
        "command": ["puma", "--quiet", "--workers", "2", "--threads", "16:16",
                    "--bind", "tcp://127.0.0.1:${port}", "${here}/puma/config.ru"],
        # a half-sent head holds it up, and it knows no limit; it dies of SIGTERM on purpose. While
        # all threads of a worker are busy nobody accepts, and the listener is still there
        "must": ["silent-conn-stalls", "no-deadline"],
        "sometimes": ["accept-queue-reset", "accept-vs-shutdown-race", "idle-keepalive-fin-race",
                      "listener-open-nobody-accepts", "pipelined-dropped", "exit-code-ambiguous"],
    },
    {
        "name": "python-one-thread",
        "title": "Python's http.server, one thread",
        "command": ["python3", "${here}/python/server.py", "${port}", "one"],
        # one silent client holds it, and then nothing but the queue is behind
        "must": ["inflight-killed-at-signal", "accept-queue-reset", "pid1-no-handler"],
        "sometimes": ["idle-keepalive-fin-race"],
    },
    {
        "name": "python-http-server",
        "title": "Python's http.server",
        "command": ["python3", "${here}/python/server.py", "${port}"],
        "must": ["inflight-killed-at-signal", "accept-queue-reset", "pid1-no-handler"],
        "sometimes": ["idle-keepalive-fin-race"],
    },
]

SLOW, UPLOAD, READY, FAST = "/slow?ms={ms}", "/upload", "/ready", "/"


def command(server, built, backend, port="${port}"):
    """The words that start a server; ${port} is left to drainctl unless one is given."""
    values = {"here": HERE, "built": os.path.abspath(built), "backend": str(backend), "port": port}
    return [string.Template(word).substitute(values) for word in server["command"]]


def pick(names):
    known = {server["name"]: server for server in SERVERS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"unknown server '{unknown[0]}'\nhint: one of {', '.join(known)}")
    return [known[name] for name in names] or SERVERS
