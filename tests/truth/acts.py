"""What the scenes do again and again, and how long they wait."""
import time

from wire import gather, request

SLOW = 1.0  # seconds that a slow request takes
SETTLE = 0.3  # from writing the requests to the signal: they are in the handler by then
LIMIT = 15  # seconds after which a server that is still there does not exit


def slow(server, n, seconds=None, method="GET"):
    """n requests for the slow path, on connections of their own, in the server's hands."""
    ms = int((SLOW if seconds is None else seconds) * 1000)
    conns = server.connect(min(n, server.setup.at_once))
    body = b"x" * 16 if method == "POST" else b""
    for conn in conns:
        conn.tell(request(method, f"/slow?ms={ms}", body))
    time.sleep(SETTLE)
    return conns


def warm(server, n):
    """n connections that have carried one request, and that the server keeps alive."""
    conns = server.connect(n)
    for conn in conns:
        conn.tell(request("GET", "/"))
        gather([conn], 3)
    kept = [conn for conn in conns if conn.answers() and conn.answers()[0].keeps_alive()]
    for conn in kept:
        conn.read()
        conn.data.clear()
    return [conn for conn in kept if conn.end is None]


def shut(conns):
    for conn in conns:
        conn.close()


def ends(server, within=LIMIT):
    """How it ended: status and seconds after the signal (both None when it is still there)."""
    status, after = server.exit(within)
    return {"status": status, "after": after}


def outcomes(conns, n=0):
    return [conn.outcome(n) for conn in conns]


def drained(server, conns, **more):
    """The ordinary end of a scene: what became of each request, and of the server."""
    gather(conns, SLOW + 3)
    last = max((conn.answered or server.signalled for conn in conns), default=server.signalled)
    seen = {"got": outcomes(conns), "last": round(last - server.signalled, 2), **more}
    seen["kept"] = [one.keeps_alive() for conn in conns for one in conn.answers()[:1] if one.whole]
    shut(conns)
    return {**seen, **ends(server)}
