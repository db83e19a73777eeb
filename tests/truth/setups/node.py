"""Node: its own server, a cluster, Express with and without its helpers, and other frameworks."""
from setup import Setup

APPS = "${here}/apps/node"
PACKAGES = "node/.installed"


def bare(name, title):
    return Setup(f"node-{name}", title, ["node", f"{APPS}/http.js", name], ["node"])


def express(name, title):
    return Setup(f"express-{name}", title, ["node", f"{APPS}/express.js", name], [PACKAGES])


def framework(name, title):
    return Setup(name, title, ["node", f"{APPS}/frameworks.js", name], [PACKAGES])


SETUPS = [
    bare("nothing", "Node http, no handler"),
    bare("exit", "Node http, `process.exit()` at the signal"),
    bare("close", "Node http, `server.close()`"),
    bare("close-idle", "Node http, `server.close()` and `closeIdleConnections()`"),
    Setup("node-cluster", "Node cluster, two workers, `cluster.disconnect()`",
          ["node", f"{APPS}/cluster.js"], ["node"]),
    express("plain", "Express, `server.close()`"),
    express("terminator", "Express, http-terminator"),
    express("stoppable", "Express, stoppable"),
    express("terminus", "Express, @godaddy/terminus"),
    framework("fastify", "Fastify, `close()`"),
    framework("koa", "Koa, `server.close()`"),
    framework("hapi", "hapi, `server.stop()`"),
    framework("nest", "NestJS, `enableShutdownHooks()`"),
]
