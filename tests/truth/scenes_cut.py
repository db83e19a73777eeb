"""Scenes of requests that the server has at the signal. Each starts with a ready server, plays one
situation over raw sockets, and gives back what was seen, as plain data."""
import signal
import time

import acts
from acts import drained, ends, outcomes, shut, slow
from wire import gather, request

LONG = 40  # seconds of a request that outlasts every limit looked for here
LATE = 1.9  # seconds after which even one that waits for its load balancer has begun to close


def inflight(server, _):
    conns = slow(server, 10)
    server.send()
    seen = drained(server, conns)
    if seen["after"] is not None:
        seen["left"], seen["served"] = server.left_behind()
    return seen


def posts(server, _):
    conns = slow(server, 4, method="POST")
    server.send()
    return drained(server, conns)


def uploads(server, _):
    conns, body = server.connect(min(3, server.setup.at_once)), b"x" * 65536
    for conn in conns:
        conn.tell(request("POST", "/upload", body[:32768], length=len(body)))
    time.sleep(acts.SETTLE)
    server.send()
    time.sleep(0.5)
    for conn in conns:
        conn.tell(body[32768:])
    return drained(server, conns)


def half_sent(server, _):
    """Answers of which a part has been sent: a stream of ten parts, and one read slowly."""
    conns = server.connect(min(2, server.setup.at_once))
    slow_reader = conns[-1] if len(conns) > 1 else None
    for conn in conns:
        conn.tell(request("GET", "/large" if conn is slow_reader else "/stream?n=10&ms=100"))
    time.sleep(acts.SETTLE)
    for conn in conns:
        conn.read(4096)
    begun = [bool(conn.data) for conn in conns]
    server.send()
    time.sleep(0.7)  # the slow reader reads nothing while the server may end
    return drained(server, conns, begun=begun)


def pipelined(server, _, seconds=acts.SLOW):
    """Two requests in one write; first without a signal, to see whether it answers both at all."""
    pair = request("GET", f"/slow?ms={int(seconds * 1000)}") + request("GET", "/")
    before = server.connect()
    before.tell(request("GET", "/") * 2)
    gather([before], 3, want=2)
    able = before.outcome(1) == "200"
    before.close()
    conns = server.connect(min(2, server.setup.at_once))
    for conn in conns:
        conn.tell(pair)
    time.sleep(acts.SETTLE)
    server.send()
    gather(conns, seconds + 3, want=2)
    seen = {"able": able, "got": outcomes(conns), "second": outcomes(conns, 1)}
    shut(conns)
    return {**seen, **ends(server)}


def pipelined_late(server, n):
    """The first answer comes when the server has begun to close: one that waits a second before it
    does has answered the other pairs by then."""
    return pipelined(server, n, LATE)


def half_head(server, _, after=0.05):
    """The rest of a half-sent head comes 50 ms after the signal, while one request runs."""
    busy, conns = slow(server, 1), server.connect(min(3, max(1, server.setup.at_once - 1)))
    whole = request("GET", "/")
    for conn in conns:
        conn.tell(whole[:10])
    time.sleep(acts.SETTLE)
    server.send()
    time.sleep(after)
    for conn in conns:
        conn.tell(whole[10:])
    seen = drained(server, conns)
    shut(busy)
    return seen


def half_head_late(server, n):
    """The same half a second after it: servers look for a signal once in a while."""
    return half_head(server, n, 0.5)


def expect(server, _):
    """A head with Expect: 100-continue before the signal; the body 0.5 s later."""
    busy, conn = slow(server, 1), server.connect()
    conn.tell(request("POST", "/upload", length=16, extra="Expect: 100-continue\r\n"))
    time.sleep(acts.SETTLE)
    server.send()
    time.sleep(0.5)
    conn.tell(b"x" * 16)
    seen = drained(server, [conn])
    shut(busy)
    return seen


def second(server, _):
    conns = slow(server, 5)
    server.send()
    time.sleep(0.1)
    server.send()
    return drained(server, conns)


def interrupt(server, _):
    conns = slow(server, 5)
    server.send(signal.SIGINT)
    return drained(server, conns)


def group(server, _):
    conns = slow(server, 5)
    server.send(group=True)
    return drained(server, conns)


def outlast(server, _):
    """A request that takes longer than every limit looked for."""
    conns, before = slow(server, 1, LONG), len(server.said())
    server.send()
    gather(conns, 13)
    ended = ends(server, 13)
    seen = {"alive": ended["after"] is None, "got": outcomes(conns), **ended,
            "quiet": len(server.said()) == before}
    shut(conns)
    return seen
