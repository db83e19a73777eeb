"""The scenes: each starts a server of its own, plays one situation around the signal over raw
sockets, and gives back what was seen, as plain data. judge.py turns that into facts."""
import os
import signal
import time

from started import Server, children
from wire import gather, request

SLOW = 1.0  # seconds that a slow request takes
SETTLE = 0.3  # from writing the requests to the signal: they are in the handler by then
LIMIT = 15  # seconds after which a server that is still there does not exit
LONG = 40  # seconds of a request that outlasts every limit looked for here


def slow(server, n, seconds=SLOW, method="GET"):
    """n requests for the slow path, on connections of their own, in the server's hands."""
    conns = server.connect(min(n, server.setup.at_once))
    body = b"x" * 16 if method == "POST" else b""
    for conn in conns:
        conn.tell(request(method, f"/slow?ms={int(seconds * 1000)}", body))
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
    time.sleep(SETTLE)
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
    time.sleep(SETTLE)
    for conn in conns:
        conn.read(4096)
    begun = sum(bool(conn.data) for conn in conns)
    server.send()
    time.sleep(0.7)  # the slow reader reads nothing while the server may end
    return drained(server, conns, begun=begun)


def queue(server, n):
    """Connections in the accept queue at the signal, for certain: the server is frozen."""
    server.freeze(True)
    conns = []
    while len(conns) < 20 and (conn := server.connect(timeout=1)):
        conns.append(conn)
        conn.tell(request("GET", "/"))
    server.send()
    if n % 2:  # who runs first is luck otherwise: the children before their parent, or after it
        for pid in reversed(children(server.pid)):
            os.kill(pid, signal.SIGCONT)
    server.freeze(False)
    gather(conns, 5)
    got = outcomes(conns)
    shut(conns)
    return {"got": got, **ends(server)}


def kept_race(server, n):
    """Requests on kept-alive connections, written from the signal on, 0 to 5 ms later each; in
    every other run one request is in flight, so that the server does not leave at once; in every
    third they are written while it is frozen, behind the signal."""
    busy = slow(server, 1) if n % 2 else []
    conns = warm(server, min(20, max(1, server.setup.keeps - len(busy))))
    if n % 3 == 2:
        server.freeze(True)
        server.send()
        for conn in conns:
            conn.tell_if_open(request("GET", "/"))
        server.freeze(False)
    else:
        server.send()
        for place, conn in enumerate(conns):
            while time.monotonic() < server.signalled + 0.005 * place / len(conns):
                pass
            conn.tell_if_open(request("GET", "/"))
    gather(conns, 4)
    got = outcomes(conns)
    shut(conns + busy)
    return {"got": got, **ends(server)}


def arrivals(server, _):
    """New connections from 20 ms before the signal on, until nobody listens, while one request
    keeps the server up."""
    busy, conns, refused = slow(server, 1), [], 0
    began = time.monotonic()
    while refused < 5 and time.monotonic() - began < SLOW + 1.5 and len(conns) < 200:
        if server.signalled is None and time.monotonic() - began > 0.02:
            server.send()
        conn = server.connect(timeout=0.5)
        refused = 0 if conn else refused + 1
        if conn:
            conn.after = conn.opened - (server.signalled or conn.opened)
            conn.tell(request("GET", "/", extra="Connection: close\r\n"))
            conns.append(conn)
        time.sleep(0.002 if time.monotonic() - began < 0.1 else 0.02)
        for one in conns:
            one.read()
    gather(conns, SLOW + 3)
    seen = [{"got": conn.outcome(), "came": round(conn.after, 3),
             "waited": round((conn.answered or time.monotonic()) - conn.opened, 3)}
            for conn in conns]
    shut(conns + busy)
    return {"arrivals": seen, **ends(server)}


def ready(server, _):
    """The readiness path a quarter of a second after the signal, while one request runs."""
    busy = slow(server, 1)
    server.send()
    time.sleep(0.3)
    conn = server.connect(timeout=0.5)
    if conn is None:
        got = "refused"
    else:
        conn.tell(request("GET", "/ready", extra="Connection: close\r\n"))
        gather([conn], 0.6)
        got = conn.outcome()
        conn.close()
    gather(busy, SLOW + 3)
    seen = {"ready": got, "busy": outcomes(busy)}
    shut(busy)
    return {**seen, **ends(server)}


def pipelined(server, _):
    """Two requests in one write; first without a signal, to see whether it answers both at all."""
    pair = request("GET", f"/slow?ms={int(SLOW * 1000)}") + request("GET", "/")
    before = server.connect()
    before.tell(request("GET", "/") * 2)
    gather([before], 3, want=2)
    able = before.outcome(1) == "200"
    before.close()
    conns = server.connect(min(2, server.setup.at_once))
    for conn in conns:
        conn.tell(pair)
    time.sleep(SETTLE)
    server.send()
    gather(conns, SLOW + 3, want=2)
    seen = {"able": able, "got": outcomes(conns), "second": outcomes(conns, 1)}
    shut(conns)
    return {**seen, **ends(server)}


def half_head(server, _):
    """The rest of a half-sent head comes 50 ms after the signal, while one request runs."""
    busy, conns = slow(server, 1), server.connect(min(3, max(1, server.setup.at_once - 1)))
    whole = request("GET", "/")
    for conn in conns:
        conn.tell(whole[:10])
    time.sleep(SETTLE)
    server.send()
    time.sleep(0.05)
    for conn in conns:
        conn.tell(whole[10:])
    seen = drained(server, conns)
    shut(busy)
    return seen


def expect(server, _):
    """A head with Expect: 100-continue before the signal; the body 0.5 s later."""
    busy, conn = slow(server, 1), server.connect()
    conn.tell(request("POST", "/upload", length=16, extra="Expect: 100-continue\r\n"))
    time.sleep(SETTLE)
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


def bare(server, _):
    server.send()
    seen = ends(server)
    if seen["after"] is not None:
        seen["left"], seen["served"] = server.left_behind()
    return seen


def held(server, conns):
    time.sleep(SETTLE)
    server.send()
    seen = ends(server)
    for conn in conns:
        conn.read()
    told = [conn.end for conn in conns]
    shut(conns)
    return {"told": told, "held": len(conns), **seen}


def silent(server, _):
    return held(server, server.connect(3))


def idle(server, _):
    return held(server, warm(server, min(3, server.setup.keeps)))


def half_head_hold(server, _):
    conns = server.connect(3)
    for conn in conns:
        conn.tell(request("GET", "/")[:10])
    return held(server, conns)


def events(server, _):
    """An endless stream: does it hold the exit, and how is it ended?"""
    conn = server.connect()
    conn.tell(request("GET", "/events"))
    time.sleep(SETTLE)
    conn.read()
    begun = conn.outcome() == "hang" and bool(conn.data)
    server.send()
    gather([conn], LIMIT)
    return {"begun": begun, "got": conn.outcome(), **ends(server)}


def steady(server, _):
    """A client that asks again and again on one connection, while one request runs for long."""
    busy, conns = slow(server, 1, 6), warm(server, 1)
    server.send()
    number, conn = 0, conns[0] if conns else None
    while conn and time.monotonic() - server.signalled < 4:
        conn.tell_if_open(request("GET", "/"))
        gather([conn], 2)
        if conn.outcome() != "200" or not conn.answers()[0].keeps_alive():
            break
        number += 1
        conn.data.clear()
        time.sleep(0.02)
    went_on = round(time.monotonic() - server.signalled, 2)
    shut(conns + busy)
    return {"able": bool(conns), "answers": number, "for": went_on}


def outlast(server, _):
    """A request that takes longer than every limit looked for."""
    conns, before = slow(server, 1, LONG), len(server.said())
    server.send()
    gather(conns, 13)
    alive = server.process.poll() is None
    seen = {"alive": alive, "got": outcomes(conns), **ends(server, 13.5),
            "quiet": len(server.said()) == before}
    shut(conns)
    return seen


def startup(server, n):
    """A signal while it starts: after a share of the time that it takes, or at its first accept."""
    if n < 3:
        time.sleep(server.setup.took * (0.3, 0.6, 0.85)[n])
    else:
        limit = time.monotonic() + server.setup.within
        while time.monotonic() < limit and not (conn := server.connect(timeout=0.2)):
            pass
        if conn:
            conn.close()
    server.send()
    return ends(server, 8)


def pid1(server, _):
    """As PID 1 of a namespace of its own: `unshare` starts it, its child is signalled."""
    inner = children(server.pid)[1]
    server.send(pid=inner)
    return ends(server, 6)


# scene, runs, whether it is a race that wants the machine for itself
SCENES = [
    (bare, 3, False), (inflight, 3, False), (posts, 3, False), (uploads, 3, False),
    (half_sent, 3, False), (pipelined, 3, False), (half_head, 3, False), (expect, 3, False),
    (second, 3, False), (interrupt, 3, False), (group, 3, False), (ready, 3, False),
    (steady, 3, False), (silent, 3, False), (idle, 3, False), (half_head_hold, 3, False),
    (events, 3, False), (outlast, 3, False), (startup, 4, False), (pid1, 3, False),
    (arrivals, 5, True), (queue, 6, True), (kept_race, 9, True),
]
UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]


def play(scene, setup, surroundings, n):
    """One run of one scene, on a server of its own."""
    prefix = UNSHARE if scene is pid1 else ()
    with Server(setup, surroundings, wait=scene is not startup, prefix=prefix) as server:
        return scene(server, n)
